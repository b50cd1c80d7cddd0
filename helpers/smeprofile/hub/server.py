"""One account's JupyterLab, as the Hub starts it: ``python -P -m smeprofile.hub.server [desk]``.

Without a word it is a learner's own course; ``desk`` is where instructors mark and give commands.
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path

from smeprofile.lab import LABEXTENSIONS, LabSetup, prepare
from smeprofile.params import load_cohort
from smeprofile.paths import home

_MAIN = "import smeprofile.quick; from jupyterhub.singleuser import main; main()"
# All from this machine. Libraries of JupyterLab make code of text; controls come as blob: modules.
CSP = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


def main() -> None:
    """Bring the workspace up to date, then become JupyterHub's single-user server."""
    if sys.argv[1:] == ["desk"]:
        from smeprofile.grading.course import open_course
        from smeprofile.grading.formgrader import setup as desk

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # one that outlived its Hub would keep the port
        setup = desk(open_course())
    else:
        base = home()
        setup = prepare(base, Path.home() / "workspace", load_cohort(root=base))
    os.chdir(setup.workspace)  # nbgrader looks for its settings where it is started
    os.execve(sys.executable, command(setup), environment(setup, Path.home()))


def command(setup: LabSetup) -> list[str]:
    """Return how the server is started.

    >>> command(LabSetup(Path("/w"), {}, [], True))[-1]
    '--KernelManager.transport=ipc'
    """
    return [
        *(sys.executable, "-P", "-c", _MAIN),
        f"--ServerApp.root_dir={setup.workspace}",
        f"--ServerApp.tornado_settings={json.dumps({'headers': {'Content-Security-Policy': CSP}})}",
        f"--LabApp.extra_labextensions_path={LABEXTENSIONS}",
        # no login shell: that would lose the course's own PATH
        "--ServerApp.terminado_settings={'shell_command': ['/bin/bash']}",
        "--LanguageServerManager.autodetect=False",  # it would ask npm, for seconds
        "--KernelManager.transport=ipc",  # by TCP, any account could listen to what cells print
    ]


def environment(setup: LabSetup, private: Path) -> dict[str, str]:
    """Return the setup's environment, and what the Hub told us; sockets lie in ``private``.

    >>> environment(LabSetup(Path("/w"), {}, [], True), Path("/home/a"))["JUPYTER_RUNTIME_DIR"]
    '/home/a/.jupyter-run'
    """
    told = {name: os.environ[name] for name in os.environ if name.startswith("JUPYTERHUB")}
    # A socket's path holds 107 characters at most.
    return {**setup.env, **told, "JUPYTER_RUNTIME_DIR": str(private / ".jupyter-run")}


if __name__ == "__main__":
    main()
