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
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from jupyter_core.utils import ensure_async

from smeprofile.sandbox import SOCKETS, Limits, confine, refuse_without

PLACE = "SMEPROFILE_NURSERY"  # the socket's path
OPEN = "SMEPROFILE_NO_SANDBOX"  # set: learners' code runs as who grades
BOX = "SMEPROFILE_BOX"  # JSON: what a sandboxed kernel may read and use; see ``boxed``
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
# The process that learners' kernels are forked from holds no secret, not in its environment
# either, and finds modules where they are installed: PYTHONPATH would open the grader's folders.
_HANDED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "VIRTUAL_ENV",
    "PYTHONHASHSEED",
)
_INSIDE = {"HOME": "/tmp", "MPLCONFIGDIR": "/tmp/mpl", "IPYTHONDIR": "/tmp/ipython", "TMPDIR": "/tmp",
           "JUPYTER_CONFIG_DIR": "/tmp/jupyter", "JUPYTER_RUNTIME_DIR": SOCKETS,
           "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}  # fmt: skip
_KNOWN_INSIDE = (
    "PYTHONHASHSEED",
    "NBGRADER_EXECUTION",
    "SMEPROFILE_HOME",
    "SMEPROFILE_PAPERS",
    "TZ",
)


@contextmanager
def boxed_or_not(readable: Iterable[Path]) -> Iterator[None]:
    """Let kernels run in a sandbox unless that is settled: they do already, or needn't.

    Raises ``Unavailable`` where there can be none and nobody said, by ``OPEN``, that it may be so.
    """
    if BOX in os.environ or OPEN in os.environ:
        yield
        return
    refuse_without()
    with boxed(readable):
        yield


@contextmanager
def boxed(readable: Iterable[Path], limits: Limits | None = None) -> Iterator[None]:
    """Let kernels started meanwhile run in a sandbox each, where they can read ``readable``."""
    box = {"readable": [str(p) for p in readable], "limits": asdict(limits or Limits())}
    os.environ[BOX] = json.dumps(box)
    try:
        with nursery():
            yield
    finally:
        del os.environ[BOX]


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
        # It has read the variable if a kernel was started here before: then it must be told.
        factory = KernelProvisionerFactory.instance()
        usual, factory.default_provisioner_name = factory.default_provisioner_name, told[_NAME]
        process = subprocess.Popen(
            [sys.executable, "-m", "smeprofile.nursery", place, str(os.getpid())],
            env={name: os.environ[name] for name in _HANDED_ON if name in os.environ}
            | _ENVIRONMENT,
        )
        os.environ.update(told)
        try:
            yield told
        finally:
            factory.default_provisioner_name = usual
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value
            process.terminate()
            process.wait(10)


class Forked:
    """A forked kernel, as ``subprocess.Popen`` would show it to jupyter_client."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, keeper: int) -> None:
        self.pid, self.keeper, self.returncode = pid, keeper, None

    def poll(self) -> int | None:
        """Return the exit code, None while the kernel runs."""
        if self.returncode is None:
            self.returncode = _ask({"poll": self.keeper})
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


class Guarded:
    """For a notebook client: where a sandbox is due, a kernel without one runs nothing at all."""

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel; raises ``RuntimeError`` and ends it when it isn't in its sandbox."""
        await super().async_start_new_kernel(**kwargs)
        if BOX in os.environ and not getattr(self.km.provisioner, "is_boxed", False):
            await ensure_async(self.km.shutdown_kernel(now=True))
            raise RuntimeError("the kernel isn't in a sandbox: nothing was run")


class ForkProvisioner(LocalProvisioner):
    """Starts Python kernels by fork where there is a nursery, other kernels as usual.

    Where a sandbox is due, one that can't be forked into it is refused.
    """

    is_boxed = False

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict:
        """Start the kernel and return its connection."""
        if PLACE not in os.environ or cmd[1:3] != ["-m", "ipykernel_launcher"]:
            if BOX in os.environ:
                raise RuntimeError(f"only Python kernels can be put into a sandbox, not {cmd}")
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = str(kwargs.get("cwd") or Path.cwd())
        env = kwargs.get("env") or dict(os.environ)
        request = {"argv": cmd[3:], "env": dict(env), "cwd": self.cwd}
        info = dict(self.connection_info)
        if BOX in os.environ:
            info |= {"transport": "ipc", "ip": f"{SOCKETS}/k"}
            key = info["key"].decode() if isinstance(info["key"], bytes) else info["key"]
            request |= {"box": json.loads(os.environ[BOX]), "connection": info | {"key": key}}
        answer = _ask(request)
        if "error" in answer:
            raise RuntimeError(f"the sandbox can't be entered: {answer['error']}")
        # The group is its own: a signal to it reaches what the kernel has started.
        self.pid = self.pgid = answer["pid"]
        self.process = Forked(self.pid, answer.get("keeper", self.pid))
        if BOX in os.environ:  # its sockets lie in its own file system
            info["ip"] = f"/proc/{self.pid}/root{SOCKETS}/k"
            self.is_boxed = True
        return info


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
    nest = Path(place).with_name("box")
    nest.mkdir()
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
                elif (pid := os.fork()) == 0:
                    door.close()
                    if "box" in request:
                        _become_boxed_kernel(request, line, nest)
                    line.detach()
                    _become_kernel(request)
                elif "box" in request:
                    continue  # its keeper answers
                else:
                    answer = {"pid": pid}
                line.sendall(json.dumps(answer).encode() + b"\n")


def _exit_code(pid: int) -> int | None:
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return -1  # told before
    return os.waitstatus_to_exitcode(status) if ended else None


def _become_boxed_kernel(request: dict, line: socket.socket, nest: Path) -> None:
    """Run the kernel in a sandbox, and stay outside of it as its keeper; never returns."""
    import ctypes

    def tell(**answer: object) -> None:
        line.sendall(json.dumps(answer).encode() + b"\n")
        line.close()

    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # the keeper ends with the nursery
    box, code = request["box"], 1
    try:
        code = confine(
            Path(request["cwd"]), box["readable"], Limits(**box["limits"]), place=nest,
            told=lambda pid: tell(pid=pid, keeper=os.getpid()),
        )  # fmt: skip
    except OSError as error:
        with suppress(OSError):
            tell(error=str(error))
        os._exit(1)
    if code is not None:
        os._exit(code if code >= 0 else 128 - code)
    line.close()
    from ipykernel.zmqshell import ZMQInteractiveShell

    ZMQInteractiveShell.ask_exit = lambda shell: None  # exit() in a notebook costs what follows
    Path(SOCKETS, "c.json").write_text(json.dumps(request["connection"]))
    argv = ["-f", f"{SOCKETS}/c.json", *(a for a in request["argv"] if a.startswith("--"))]
    env = {name: request["env"][name] for name in _KNOWN_INSIDE if name in request["env"]}
    _become_kernel({"argv": argv, "env": _INSIDE | env, "cwd": request["cwd"]})


def _become_kernel(request: dict) -> None:
    """Run the kernel in the fork; never returns."""
    code, stderr = 1, os.dup(2)
    try:
        if os.getpid() != 1:  # the first process of a sandbox leads a session already
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
        # In a sandbox the parent is out of sight, and ends the kernel with it anyway.
        parent = [f"--IPKernelApp.parent_handle={os.getppid() or 1}"]
        kernelapp.launch_new_instance(argv=[*request["argv"], *parent])
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        os.write(stderr, traceback.format_exc().encode())  # the kernel took its own away
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
