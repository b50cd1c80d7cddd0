"""Kernels forked from a process that has imported the libraries already: a start in 50 ms.

``nursery()`` keeps that process; while it lasts, ``ForkProvisioner`` has it fork each kernel. The
course's own modules are not imported in it, so that a kernel runs the code as it is now. Where
there is no fork (Windows), kernels start as usual.
"""

import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from smeprofile.sandbox import Limits, confine, regular_files

PLACE = "SMEPROFILE_NURSERY"  # the socket's path
_START_BYTES = 64_000_000  # of the files that what all begin with finds beside it
_NAME = "JUPYTER_DEFAULT_PROVISIONER_NAME"
VARIABLES = (PLACE, _NAME)
LEARNER = "SMEPROFILE_LEARNER"  # whose work is run
_BASE = ("numpy", "pandas", "pyarrow.parquet", "matplotlib.pyplot", "matplotlib.backends.backend_agg",
         "ipywidgets", "ipykernel.kernelapp", "IPython.core.completer")  # fmt: skip
_FOR_KERNELS = ("scipy.stats", "seaborn", "sklearn.ensemble", "sklearn.linear_model", "sklearn.pipeline",
                "sklearn.cluster", "scipy.optimize", "itables", "yaml", "pydantic", "openpyxl",
                "pandera.pandas", "filelock", "jinja2", "duckdb", "ipykernel.debugger")  # fmt: skip
_PLAYED = ("smeprofile.trial.learner", "smeprofile.trial.judge")
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
           "JUPYTER_CONFIG_DIR": "/tmp/jupyter", "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",
           "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}  # fmt: skip
_KNOWN_INSIDE = (
    "PYTHONHASHSEED",
    "NBGRADER_EXECUTION",
    "SMEPROFILE_HOME",
    "SMEPROFILE_PAPERS",
    "TZ",
)


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
            stdin=subprocess.DEVNULL,  # a learner's process has it too: not the grader's terminal
            start_new_session=True,  # Ctrl-C is its owner's to answer
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


def told_inside(learner: str = "") -> dict[str, str]:
    """Return what a process in a sandbox may know of this one's environment, and whose work it runs.

    All that a request says stays in the memory of the process that it makes.
    """
    known = {name: os.environ[name] for name in _KNOWN_INSIDE if name in os.environ}
    return known | {LEARNER: learner}


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
        answer = _ask({"argv": cmd[3:], "env": dict(env), "cwd": self.cwd})
        # The group is its own: a signal to it reaches what the kernel has started.
        self.pid = self.pgid = answer["pid"]
        self.process = Forked(self.pid)
        return dict(self.connection_info)


def _ask(request: dict) -> Any:
    with asking(request) as line:
        return json.loads(line.makefile().readline())


def asking(request: dict, *handing: int, place: str = "") -> socket.socket:
    """Send a request and open files to the nursery, or to a start of it that listens at ``place``.

    Returns the line that the answer comes on.
    """
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(60)
    if place:
        line.connect(place)
    for _ in range(0 if place else 600):  # it may still be importing
        with suppress(FileNotFoundError, ConnectionRefusedError):
            line.connect(os.environ[PLACE])
            break
        time.sleep(0.1)
    text = json.dumps(request).encode() + b"\n"
    if handing:
        socket.send_fds(line, [text[:1]], handing)
        text = text[1:]
    line.sendall(text)
    return line


def serve(place: str, owner: int) -> None:
    """Import the libraries, then fork a process for each request; ends with its owner."""
    sys.path.pop(0)  # the folder it was started in is no kernel's
    for name in _BASE:
        importlib.import_module(name)
    nest = Path(place).with_name("box")
    nest.mkdir()
    with _door(place) as door:
        _attend(door, owner, nest)


def _door(place: str) -> socket.socket:
    door = socket.socket(socket.AF_UNIX)
    door.bind(place)
    door.listen(64)
    door.settimeout(2)
    return door


def _attend(door: socket.socket, owner: int, nest: Path, *, is_start: bool = False) -> None:
    children: list[int] = []  # whose answers come from themselves
    while os.getppid() == owner:
        children = [pid for pid in children if os.waitpid(pid, os.WNOHANG)[0] == 0]
        try:
            line, _ = door.accept()
        except TimeoutError:
            continue
        with line:
            start, handed, *_ = socket.recv_fds(line, 1, 1)
            request = json.loads(start.decode() + line.makefile().readline())
            if "poll" in request:
                answer = _exit_code(request["poll"])
            else:
                if "role" not in request:
                    with warnings.catch_warnings(action="ignore"):  # of libraries about each other
                        for name in _FOR_KERNELS:
                            importlib.import_module(name)
                elif not is_start:
                    _prepare(request["modules"])
                if (pid := os.fork()) == 0:
                    door.close()
                    if "sources" in request:
                        _become_start(request, line, nest)
                    if "role" in request:
                        _become_boxed(request, handed[0], line, nest, is_settled=is_start)
                    line.detach()
                    _become_kernel(request)
                for descriptor in handed:
                    os.close(descriptor)
                if "role" in request:
                    children.append(pid)
                    continue
                answer = {"pid": pid}
            line.sendall(json.dumps(answer).encode() + b"\n")


def _prepare(modules: Iterable[str]) -> None:
    """Have done what takes long the first time; lasts no longer than one command, as its code is."""
    for name in (*_PLAYED, *modules):
        with suppress(Exception):  # what can't be imported is missed where it is asked for
            importlib.import_module(name)
    sys.modules["smeprofile.trial.shell"].Shell.warm()
    _settle_memory()


def _become_start(request: dict, line: socket.socket, nest: Path) -> None:
    """Run what many begin with, the instructor's own text, and fork them from here; never returns."""
    owner = os.getppid()
    try:
        _end_with_parent()
        _settle(_INSIDE | request["env"])
        folder = Path(request["place"]).with_suffix(".d")
        folder.mkdir()
        for name, content in regular_files(Path(request["cwd"]), _START_BYTES):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        os.chdir(folder)
        sys.dont_write_bytecode = True  # of modules that lie in it
        before = _listing(folder)
        shell = sys.modules["smeprofile.trial.shell"].Shell
        said = shell.share(request["sources"])
        _settle_memory()
        if _listing(folder) != before or shell.mentions(str(folder)):
            raise RuntimeError("it keeps to its folder: each must run it anew")
        with _door(request["place"]) as door:
            line.sendall(json.dumps({"said": said}).encode() + b"\n")
            line.close()
            _attend(door, owner, nest, is_start=True)
    except BaseException:
        with suppress(OSError):
            line.sendall(json.dumps({"error": traceback.format_exc()}).encode() + b"\n")
    finally:
        os._exit(0)


def _settle_memory() -> None:
    """Have no later collection of garbage look at what is there: in a fork a look is a copy."""
    gc.collect()
    gc.freeze()


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    about = [(str(path), path.lstat()) for path in sorted(folder.rglob("*"))]
    return [(name, found.st_size, found.st_mtime_ns) for name, found in about]


def _exit_code(pid: int) -> int | None:
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return -1  # told before
    return os.waitstatus_to_exitcode(status) if ended else None


def _become_boxed(
    request: dict, handed: int, line: socket.socket, nest: Path, *, is_settled: bool
) -> None:
    """Play the role asked for in a sandbox, and stay outside of it as its keeper; never returns."""
    box, code = request["box"], 1
    try:
        _end_with_parent()
        code = confine(
            Path(request["cwd"]), box["readable"], Limits(**box["limits"]),
            place=nest, line=line, handed=handed,
        )  # fmt: skip
        if code is None:
            nowhere = os.open("/dev/null", os.O_RDWR)
            for descriptor in (1, 2):  # the instructor's terminal, or the log of the class
                os.dup2(nowhere, descriptor)
            os.close(nowhere)
            if not is_settled:
                _settle(_INSIDE | request["env"])
            os.environ[LEARNER] = request["env"][LEARNER]
            role = sys.modules[f"smeprofile.trial.{request['role']}"]
            role.main(socket.socket(fileno=handed))
            code = 0
    except BaseException:
        with suppress(OSError):
            told = {"error": traceback.format_exc()}
            line.sendall(json.dumps(told).encode() + b"\n")
    finally:
        os._exit(code if code >= 0 else 128 - code)


def _end_with_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def _become_kernel(request: dict) -> None:
    """Run the kernel in the fork; never returns."""
    code, stderr = 1, os.dup(2)
    try:
        os.setsid()
        os.chdir(request["cwd"])
        _settle(request["env"])
        if shell := sys.modules.get("smeprofile.trial.shell"):
            shell.Shell.forget()
        for name in [n for n in sys.modules if n.split(".")[0] == "smeprofile"]:
            del sys.modules[name]  # as it is now
        import ipykernel_launcher
        from ipykernel import kernelapp

        sys.argv = [ipykernel_launcher.__file__, *request["argv"]]
        parent = [f"--IPKernelApp.parent_handle={os.getppid()}"]
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


def _settle(env: dict[str, str]) -> None:
    """Give a fork an environment and random numbers of its own."""
    import random

    import numpy as np

    os.environ.clear()
    os.environ.update(_ENVIRONMENT | env)
    random.seed()
    np.random.seed()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
