"""IPython's kernel without its sockets: runs cells in this process and hands on what they say.

The same kernel as a notebook's, so the outputs are those that JupyterLab would show; but nothing
is listened to and no thread is started, so the process can be forked at any moment.
"""

import inspect
import io
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from traitlets.config import Config

Message = dict[str, Any]  # {"msg_type": …, "content": …}, as nbclient takes it
_SAID = ("stream", "display_data", "update_display_data", "execute_result", "error",
         "clear_output", "comm_open", "comm_msg", "comm_close")  # fmt: skip
_FIRST = (
    "{}['missing']",
    "import pandas as pd\npd.DataFrame({'a': [1.5], 'b': ['x']})",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('标题')\nplt.show()",
)
_BUFFERED = 8192  # characters of a stream that are kept back for the next


class _Told(Session):
    """Gives what the kernel sends to ``say``, a function, instead of a socket."""

    say: Callable[[Message], None]

    def send(self, stream: object, msg_or_type: object, content: object = None, *args: object, **kwargs: object) -> None:  # fmt: skip
        sent = msg_or_type
        if isinstance(sent, str):
            sent = {"msg_type": sent, "content": content or {}}
        if sent["msg_type"] in _SAID:
            self.say({"msg_type": sent["msg_type"], "content": sent["content"]})


class _Stream(io.TextIOBase):
    """A standard stream whose text goes to ``say``."""

    encoding, errors = "UTF-8", "strict"

    def __init__(self, name: str, descriptor: int, say: Callable[[Message], None]):
        super().__init__()
        self._name, self._descriptor, self._say, self._kept = name, descriptor, say, ""

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.closed:
            raise ValueError("I/O operation on closed file")
        self._kept += text
        if len(self._kept) > _BUFFERED:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._kept:
            text, self._kept = self._kept, ""
            self._say({"msg_type": "stream", "content": {"name": self._name, "text": text}})


class Shell:
    """Runs cells one after another in one namespace; there can be one in a process."""

    _warm: "Shell | None" = None

    @classmethod
    def warm(cls) -> None:
        """Make one for forks to come, which has done before what takes long the first time."""
        if cls._warm is None:
            cls._warm = made = cls(lambda message: None)
            for source in _FIRST:
                made.run(source)
            made.shell.reset(new_session=True, aggressive=False)
            made.shell.execution_count = 1
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__

    @classmethod
    def ready(cls, say: Callable[[Message], None]) -> "Shell":
        """Return a new one, or in a fork the one that was made warm before.

        As in a notebook, modules are also looked for in the folder it runs in.
        """
        found, cls._warm = cls._warm or cls(say), None
        found.say = say
        sys.stdout, sys.stderr = found._streams
        IPKernelApp.instance().init_path()
        return found

    @classmethod
    def share(cls, sources: list[tuple[str, int]]) -> list[list[Message]]:
        """Run cells with their numbers, for forks to go on from; return what each cell said."""
        said: list[list[Message]] = []
        shell = cls.ready(lambda message: said[-1].append(plain(message)))
        for source, number in sources:
            said.append([])
            shell.shell.execution_count = number
            shell.run(source)
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        cls._warm = shell
        return said

    @classmethod
    def mentions(cls, text: str) -> bool:
        """Return whether a value of the cells so far holds ``text``, as far as is easily seen."""
        values = list(cls._warm.names.values())
        for _ in range(2):
            values += [
                inner for value in values if type(value) in (list, tuple, dict)
                for inner in (value.values() if type(value) is dict else value)
            ]  # fmt: skip
        return any(text in str(value) for value in values if isinstance(value, str | Path))

    @classmethod
    def forget(cls) -> None:
        """In a fork that becomes an ordinary kernel: leave nothing of a warm one."""
        if cls._warm is not None:
            cls._warm = None
            for kind in (IPKernelApp, IPythonKernel, ZMQInteractiveShell):
                kind.clear_instance()

    def __init__(self, say: Callable[[Message], None]):
        self.say = say
        session = _Told()
        session.say = self._speak = lambda message: self.say(message)
        self._streams = [_Stream("stdout", 1, self._speak), _Stream("stderr", 2, self._speak)]
        sys.stdout, sys.stderr = self._streams
        # Libraries tell a notebook by its application; it is never started.
        settings = {"IPKernelApp": {"connection_file": ""}, "HistoryManager": {"enabled": False}}
        app = IPKernelApp.instance(config=Config(settings))
        kernel = app.kernel = IPythonKernel.instance(
            parent=app,
            session=session,
            iopub_socket=object(),
            log=logging.Logger("kernel", logging.ERROR),
        )
        self.kernel, self.shell = kernel, kernel.shell
        _hasten_tracebacks(self.shell)

    @property
    def names(self) -> dict[str, Any]:
        """The namespace of the cells."""
        return self.shell.user_ns

    def run(self, source: str) -> int:
        """Run a cell; return its number."""
        asked = {"header": {"msg_type": "execute_request", "msg_id": "", "session": ""}}
        self.kernel.set_parent([], asked)
        number = self.shell.execution_count
        self.kernel._forward_input(False)  # input() says that there is nobody to ask
        try:
            self.shell.run_cell(source, store_history=True)
        finally:
            self.kernel._restore_input()
        self.shell.payload_manager.clear_payload()
        for stream in self._streams:
            if not stream.closed:
                stream.flush()
        return number


def _hasten_tracebacks(shell: ZMQInteractiveShell) -> None:
    """Leave out what a traceback doesn't show: twenty milliseconds each."""
    shell._format_exception_for_storage = lambda *args, **kwargs: None  # for a history nobody keeps
    cache = shell.compile.cache

    def cached(*args: Any, **kwargs: Any) -> str:
        name = cache(*args, **kwargs)
        # ``inspect`` goes through all modules, each time, to find that a cell is in none.
        inspect.modulesbyfile[os.path.normcase(Path(name).absolute())] = ""
        return name

    shell.compile.cache = cached


def plain(value: Any) -> Any:
    """Return what a cell says as JSON can hold it; what it can't hold, as text.

    >>> plain({"text": ("a", 1), 2: b"x"})
    {'text': ['a', 1], '2': "b'x'"}
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value)
