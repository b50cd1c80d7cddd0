"""Kernels forked from a process that has imported the libraries already: a start in 50 ms.

``nursery()`` keeps that process; while it lasts, ``ForkProvisioner`` has it fork each kernel. The
course's own modules are not imported in it, so that a kernel runs the code as it is now. Where
there is no fork (Windows), kernels start as usual.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

PLACE = "SMEPROFILE_NURSERY"  # the socket's path
_NAME = "JUPYTER_DEFAULT_PROVISIONER_NAME"
VARIABLES = (PLACE, _NAME)
_LIBRARIES = ("numpy", "pandas", "pyarrow.parquet", "scipy.stats", "matplotlib.pyplot", "seaborn",
              "sklearn.ensemble", "sklearn.linear_model", "sklearn.pipeline", "ipywidgets",
              "sklearn.cluster", "scipy.optimize", "matplotlib.backends.backend_agg",
              "itables", "yaml", "pydantic", "openpyxl", "pandera.pandas", "filelock", "jinja2",
              "duckdb", "ipykernel.kernelapp",
              "ipykernel.debugger", "IPython.core.completer")  # fmt: skip
# One thread each: threads don't survive a fork, and kernels run side by side.
_ENVIRONMENT = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
                "MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # fmt: skip


@contextmanager
def nursery() -> Iterator[dict[str, str]]:
    """Keep a process to fork kernels from; yield the environment variables that say so.

    They are set in this process meanwhile. Other processes that get them fork from it too. Inside
    another ``nursery()`` it is that one again.
    """
    if PLACE in os.environ or not hasattr(os, "fork"):
        yield {name: os.environ[name] for name in VARIABLES if name in os.environ}
        return
    with TemporaryDirectory(prefix="sme-") as folder:
        place = str(Path(folder, "s"))
        told = {PLACE: place, _NAME: "smeprofile-fork"}
        before = {name: os.environ.get(name) for name in told}
        process = subprocess.Popen(
            [sys.executable, "-m", "smeprofile.nursery", place, str(os.getpid())],
            env=os.environ | _ENVIRONMENT,
        )
        os.environ.update(told)
        try:
            yield told
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value
            process.terminate()
            process.wait(10)


class Forked:
    """A forked kernel, as ``subprocess.Popen`` would show it to jupyter_client."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid, self.returncode = pid, None

    def poll(self) -> int | None:
        """Return the exit code, None while the kernel runs."""
        if self.returncode is None:
            self.returncode = _ask({"poll": self.pid})
        return self.returncode

    def wait(self) -> int | None:
        """Return the exit code of a kernel that has ended."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class ForkProvisioner(LocalProvisioner):
    """Starts Python kernels by fork where there is a nursery, other kernels as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict:
        """Start the kernel and return its connection."""
        if PLACE not in os.environ or cmd[1:3] != ["-m", "ipykernel_launcher"]:
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = str(kwargs.get("cwd") or Path.cwd())
        env = kwargs.get("env") or dict(os.environ)
        # The group is its own: a signal to it reaches what the kernel has started.
        self.pid = self.pgid = _ask({"argv": cmd[3:], "env": dict(env), "cwd": self.cwd})
        self.process = Forked(self.pid)
        return self.connection_info


def _ask(request: dict) -> Any:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(60)
        for _ in range(600):  # it may still be importing
            with suppress(FileNotFoundError, ConnectionRefusedError):
                line.connect(os.environ[PLACE])
                break
            time.sleep(0.1)
        line.sendall(json.dumps(request).encode() + b"\n")
        return json.loads(line.makefile().readline())


def serve(place: str, owner: int) -> None:
    """Import the libraries, then fork a kernel for each request; ends with its owner."""
    sys.path.pop(0)  # the folder it was started in is no kernel's
    import importlib

    for name in _LIBRARIES:
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(place)
        door.listen(64)
        door.settimeout(2)
        while os.getppid() == owner:
            try:
                line, _ = door.accept()
            except TimeoutError:
                continue
            with line:
                request = json.loads(line.makefile().readline())
                if "poll" in request:
                    answer = _exit_code(request["poll"])
                elif (answer := os.fork()) == 0:
                    door.close()
                    line.detach()
                    _become_kernel(request)
                line.sendall(json.dumps(answer).encode() + b"\n")


def _exit_code(pid: int) -> int | None:
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return -1  # told before
    return os.waitstatus_to_exitcode(status) if ended else None


def _become_kernel(request: dict) -> None:
    """Run the kernel in the fork; never returns."""
    code = 1
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(_ENVIRONMENT | request["env"])
        os.chdir(request["cwd"])
        for name in [n for n in sys.modules if n.split(".")[0] == "smeprofile"]:
            del sys.modules[name]
        import random

        import ipykernel_launcher
        import numpy as np
        from ipykernel import kernelapp

        random.seed()
        np.random.seed()
        sys.argv = [ipykernel_launcher.__file__, *request["argv"]]
        parent = f"--IPKernelApp.parent_handle={os.getppid()}"
        kernelapp.launch_new_instance(argv=[*request["argv"], parent])
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
