"""In a learner's sandbox: runs the cells, keeps a copy of itself at each check, answers for it.

Everything here is within the learner's reach, so nothing is decided here.
"""

import inspect
import os
import resource
import signal
import socket
from contextlib import suppress
from tempfile import TemporaryFile
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from smeprofile.trial.shell import Message, Shell, plain
from smeprofile.trial.wire import Decoder, Encoded, Encoder, Gone, Line, Uncrossable

HELLO = b"!"  # a byte alone: the kernel tells with it whose it is
MOST_ITEMS = 100_000  # of what is iterated over across
_RESTORED = (list, dict, set, np.ndarray, pd.DataFrame, pd.Series)
_CPU_SECONDS = 300  # of a copy that answers


def main(line: socket.socket) -> None:
    """Serve ``line`` in a child; this process, the first of its sandbox, waits for all to end."""
    if os.fork() == 0:
        _Learner(line).serve()
        os._exit(0)
    line.close()
    with suppress(ChildProcessError):
        while True:
            os.wait()


class _Learner:
    def __init__(self, line: socket.socket):
        self.line, self.is_heard, self.kept = Line(line), False, []
        self.shell = Shell.ready(self._say)
        self.files = []

    def serve(self) -> None:
        """Answer until nobody asks any more."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for a cell that has just ended
        self.line.end.sendall(HELLO)
        with suppress(Gone):
            while True:
                self._answer(*self.line.receive())

    def _answer(self, request: Encoded, blobs: list[bytes]) -> None:
        what, *rest = request
        if what == "run":
            self._run(*rest)
        elif what == "fork":
            self._fork()
        else:
            try:
                answer, sent = self._value(what, rest, blobs)
            except Uncrossable as reason:
                answer, sent = ["cannot", str(reason)], []
            except BaseException as error:  # whatever the learner's code raises, exit() included
                answer, sent = ["error", _kinds(type(error))], []
            try:
                self.line.send(answer, sent)
            except Uncrossable as reason:
                self.line.send(["cannot", str(reason)])

    # --- cells

    def _say(self, message: Message) -> None:
        if self.is_heard:
            with suppress(Uncrossable):
                self.line.send(["say", plain(message)])

    def _run(self, source: str, number: int) -> None:
        if not self.files:  # what programs write past Python
            names = ("stdout", "stderr")
            self.files = [[TemporaryFile(buffering=0), 0, name] for name in names]  # noqa: SIM115
            for descriptor, (file, *_) in enumerate(self.files, start=1):
                os.dup2(file.fileno(), descriptor)
        self.is_heard = True
        self.shell.shell.execution_count = number
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.shell.run(source)
            for kept in self.files:
                file, before, name = kept
                with suppress(OSError, ValueError):
                    text = os.pread(file.fileno(), 1 << 24, before)
                    kept[1] += len(text)
                    if text:
                        content = {"name": name, "text": text.decode(errors="replace")}
                        self._say({"msg_type": "stream", "content": content})
        except KeyboardInterrupt:  # a second one, at the end of the cell
            pass
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self.is_heard = False
        self.line.send(["done"])

    def _fork(self) -> None:
        found = self.line.handed()
        try:
            child = os.fork()
        except OSError:
            child = -1
        if child:
            found.close()
            self.line.send(["forked", child > 0])
            return
        self.line.end.close()
        self.line, self.files = Line(found), []
        nowhere = os.open("/dev/null", os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        self.line.end.sendall(HELLO)

    # --- answers

    def _value(self, what: str, rest: list, blobs: list[bytes]) -> tuple[Encoded, list[bytes]]:
        decode = Decoder(blobs, lambda parts: self.kept[parts[0]])
        encoder = Encoder(self._refer)
        changed: list[Encoded] = []
        if what == "names":
            names = self.shell.names
            value = [[_safely(encoder, names[name])] if name in names else [] for name in rest[0]]
            return ["value", value, changed], encoder.blobs
        held = self.kept[rest[0]]
        if what == "call":
            arguments, keywords = decode(rest[1]), decode(rest[2])
            given = [*arguments, *keywords.values()]
            before = [_print(value) for value in given]
            value = encoder(held(*arguments, **keywords))
            for place, (argument, was) in enumerate(zip(given, before, strict=True)):
                if was is not None and _print(argument) != was:
                    changed.append([place, encoder(argument)])
            return ["value", value, changed], encoder.blobs
        if what == "get":
            value = getattr(held, rest[1])
        elif what == "item":
            value = held[decode(rest[1])]
        elif what == "len":
            value = len(held)
        elif what == "list":
            value = []
            for item in held:
                value.append(item)
                if len(value) > MOST_ITEMS:
                    raise Uncrossable("it never ends")
        else:
            raise Uncrossable("no request")
        return ["value", encoder(value), changed], encoder.blobs

    def _refer(self, value: object) -> Encoded:
        if isinstance(value, ModuleType):
            raise Uncrossable("a module can't cross")
        place = next((n for n, held in enumerate(self.kept) if held is value), len(self.kept))
        self.kept[place:] = self.kept[place:] or [value]
        parameters = []
        if callable(value):
            with suppress(Exception):
                for known in inspect.signature(value).parameters.values():
                    has_default = known.default is not inspect.Parameter.empty
                    parameters.append([known.name, int(known.kind), has_default])
        name = getattr(value, "__name__", "")
        name = name if isinstance(name, str) else ""
        return ["ref", place, _kinds(type(value)), callable(value), name, parameters]


def _safely(encoder: Encoder, value: object) -> Encoded:
    try:
        return encoder(value)
    except Uncrossable as reason:
        return ["cannot", str(reason)]
    except Exception:  # its own code ran
        return ["cannot", "it can't be read"]


def _print(value: object) -> Any:
    """Return what tells whether a value that can be changed in place was; None for others."""
    if not isinstance(value, _RESTORED):
        return None
    encoder = Encoder(lambda held: ["ref", id(held)])
    try:
        return encoder(value), encoder.blobs
    except Uncrossable:
        return None


def _kinds(kind: type) -> list[str]:
    return [f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__]
