"""In the judge's sandbox: runs the checks, where no learner's code ever comes.

What a check asks of the learner comes over a line to a copy of the learner's process: plain values
as copies, functions and other objects as stand-ins that are called across.
"""

import builtins
import inspect
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from smeprofile.trial.learner import HELLO
from smeprofile.trial.shell import Message, Shell, plain
from smeprofile.trial.wire import PLAIN, Decoder, Encoded, Encoder, Gone, Line, Uncrossable

_LIBRARIES = ("numpy", "pandas", "sklearn", "scipy", "matplotlib", "datetime", "collections",
              "smeprofile")  # fmt: skip
_MOST_KINDS = 60
# Methods of plain values that are given what is right and say whether it is so.
_COMPARES = {"equals", "eq", "ne", "lt", "le", "gt", "ge", "isin", "between", "compare", "identical",
             "issubset", "issuperset", "isdisjoint", "startswith", "endswith"}  # fmt: skip


class LearnerError(Exception):
    """Raised by the learner's code, of a kind that isn't known here."""


def main(end: socket.socket) -> None:
    """Run what is asked for on the socket ``end`` until nobody asks any more."""
    line = Line(end)
    shell = Shell.ready(lambda message: _say(line, message))
    signal.signal(signal.SIGALRM, _too_long)
    end.sendall(HELLO)
    with suppress(Gone):
        while True:
            (what, *rest), _ = line.receive()
            if what == "run":
                _within(shell, *rest)
            elif what == "check":
                source, seconds, number, names, plain, is_told_plainly = rest
                with line.handed() as end:
                    end.settimeout(seconds)
                    learner = _Learner(Line(end), is_told_plainly=is_told_plainly)
                    try:
                        shell.names.update(learner.names(names, plain))
                    except (Gone, TimeoutError):  # without the answers a check would blame them
                        line.send(["done"])
                        continue
                    shell.shell.execution_count = number
                    _within(shell, source, seconds)
                for name in names:
                    shell.names.pop(name, None)
                line.send(["done", learner.plain, learner.was_told_plainly])
                continue
            line.send(["done"])


def _say(line: Line, message: Message) -> None:
    with suppress(Uncrossable):
        line.send(["say", plain(message)])


def _within(shell: Shell, source: str, seconds: int) -> None:
    signal.alarm(seconds)
    try:
        shell.run(source)
    finally:
        signal.alarm(0)


def _too_long(signal_number: int, frame: object) -> None:
    raise TimeoutError("the check took too long")


class _Learner:
    """The line to a copy of the learner's process.

    Notes which names were ``plain``, and whether all that was told since was.
    """

    def __init__(self, line: Line, *, is_told_plainly: bool):
        self._line, self._is_waiting, self._n_stand_ins = line, False, 0
        self._must_be_plain, self.is_told_plainly = False, is_told_plainly
        self.plain: list[str] = []
        self.was_told_plainly = True

    def names(self, names: list[str], plain: list[str]) -> dict[str, Any]:
        """Return of ``names`` those that are there and can cross; ``plain`` ones only as such.

        Raises ``Gone`` or ``TimeoutError`` when the learner's process doesn't answer.
        """
        if not names:
            return {}
        found = {}
        with suppress(LearnerError, TypeError, ValueError, IndexError):
            encoded, _, decode = self._asked(["names", names], [])
            for name, one in zip(names, encoded, strict=True):
                with suppress(Uncrossable, TypeError, ValueError, IndexError):
                    if one and not (isinstance(one[0], list) and one[0][0] == "cannot"):
                        n_before, self._must_be_plain = self._n_stand_ins, name in plain
                        found[name] = decode(one[0])
                        if self._n_stand_ins == n_before:
                            self.plain.append(name)
        return found

    def _asked(self, request: list, blobs: list[bytes]) -> tuple[Encoded, list, Decoder]:
        if self._is_waiting:  # for an answer that nobody took: the next would be that one
            raise Gone
        self._is_waiting = True
        self._line.send(request, blobs)
        answer, sent = self._line.receive()
        self._is_waiting = False
        match answer:
            case ["value", value, list() as changed]:
                return value, changed, Decoder(sent, self._stand_in)
            case ["error", list() as kinds]:
                raise _error(kinds)
            case ["cannot", str() as reason]:
                raise Uncrossable(reason[:200])
        raise Gone

    def value(self, what: str, place: int, *rest: object) -> Any:
        """Return what the learner answers; raises as the learner's code raised."""
        encoder = Encoder(_back)
        request = [what, place, *map(encoder, rest)]
        try:
            value, _, decode = self._asked(request, encoder.blobs)
        except Gone:
            raise LearnerError("the learner's process has ended") from None
        return self._told(decode, value)

    def call(self, place: int, arguments: tuple, keywords: dict) -> Any:
        """Call the learner's object; changes of the arguments are done here too."""
        encoder = Encoder(_back)
        request = ["call", place, encoder(arguments), encoder(keywords)]
        try:
            value, changed, decode = self._asked(request, encoder.blobs)
        except Gone:
            raise LearnerError("the learner's process has ended") from None
        given = [*arguments, *keywords.values()]
        for at, encoded in changed:
            if not (isinstance(at, int) and 0 <= at < len(given)):
                raise Uncrossable("no argument")
            _restore(given[at], self._told(decode, encoded))
        return self._told(decode, value)

    def _told(self, decode: Decoder, encoded: Encoded) -> Any:
        n_before, self._must_be_plain = self._n_stand_ins, self.is_told_plainly
        value = decode(encoded)
        self.was_told_plainly &= self._n_stand_ins == n_before
        return value

    def _stand_in(self, parts: list) -> object:
        match parts:
            case [
                int() as place,
                list() as kinds,
                bool() as can_call,
                str() as name,
                list() as known,
            ]:
                self._n_stand_ins += 1
                make = _Callable if can_call else StandIn
                if self._must_be_plain:
                    make = _Odd
                return make(self, place, kinds[:_MOST_KINDS], name[:100], known)
        raise Uncrossable("no reference")


def _back(value: object) -> Encoded:
    if isinstance(kept := _inside(value), StandIn):
        return ["ref", object.__getattribute__(kept, "_place")]
    raise Uncrossable(f"a {type(value).__name__} of the check can't cross")


def _inside(value: object) -> object:
    # isinstance would ask __class__, which a stand-in answers with the learner's.
    return value if issubclass(type(value), StandIn) else None


def _error(kinds: list) -> BaseException:
    """Return an error of the nearest kind that is known; its text stays with the learner."""
    for kind in kinds:
        known = getattr(builtins, str(kind).removeprefix("builtins."), None)
        if isinstance(known, type) and issubclass(known, Exception):
            with suppress(Exception):
                return known()
        if str(kind) in ("builtins.SystemExit", "builtins.KeyboardInterrupt"):
            break
        if (found := _library_class(kind)) and issubclass(found, Exception):
            with suppress(Exception):
                return found()
    return LearnerError()


def _known(kinds: list) -> type | None:
    """Return the first of the classes named that is Python's own or a library's."""
    for kind in kinds:
        if kind == "builtins.object":
            return None
        if found := _library_class(kind):
            # What crosses as a copy is never a stand-in: then the claim is no true one.
            return None if issubclass(found, PLAIN) else found
    return None


def _library_class(kind: object) -> type | None:
    module, _, name = str(kind).rpartition(".")
    if module.split(".")[0] in _LIBRARIES and module in sys.modules:
        found = sys.modules[module].__dict__.get(name)
        return found if isinstance(found, type) else None
    if module == "builtins" and isinstance(getattr(builtins, name, None), type):
        return getattr(builtins, name)
    return None


def _restore(held: object, new: object) -> None:
    """Make ``held``, an argument, equal to ``new``, what the learner's code made of it."""
    if type(held) is not type(new):
        raise Uncrossable("no such argument")
    if isinstance(held, list):
        held[:] = new
    elif isinstance(held, dict | set):
        held.clear()
        held.update(new)
    elif isinstance(held, np.ndarray) and held.shape == new.shape:
        held[...] = new
    elif isinstance(held, pd.DataFrame | pd.Series):
        held._update_inplace(new)
    else:
        raise Uncrossable("no such argument")


def _refuse(*others: object) -> Any:
    raise Uncrossable("the learner's objects aren't compared or reckoned with")


class StandIn:
    """An object of the learner's: asked across for what it is and does.

    What would let it decide a comparison itself is refused.
    """

    def __init__(self, learner: _Learner, place: int, kinds: list, name: str, parameters: list):
        set_own = object.__setattr__
        set_own(self, "_learner", learner)
        set_own(self, "_place", place)
        set_own(self, "_kinds", kinds)
        set_own(self, "_name", name)
        set_own(self, "_parameters", parameters)

    def __getattribute__(self, name: str) -> Any:
        own = object.__getattribute__
        if name == "__class__":
            return _known(own(self, "_kinds")) or type(self)
        if name in ("__name__", "__qualname__") and own(self, "_name"):
            return own(self, "_name")
        if name == "__signature__":
            return _signature(own(self, "_parameters"))
        if name in _COMPARES:
            _refuse()
        if name == "score" and (known := _known(own(self, "_kinds"))) and hasattr(known, "score"):
            return partial(known.score, self)  # it is given the right answers: reckoned here
        if name.startswith("__") and not name.startswith("__sklearn_"):
            return own(self, name)
        return own(self, "_learner").value("get", own(self, "_place"), name)

    def __setattr__(self, name: str, value: object) -> None:
        raise Uncrossable("the learner's objects aren't changed by a check")

    def __getitem__(self, key: object) -> Any:
        return _ask(self, "item", key)

    def __len__(self) -> int:
        found = _ask(self, "len")
        if type(found) is not int or found < 0:
            raise Uncrossable("no length")
        return found

    def __iter__(self) -> Iterator[Any]:
        found = _ask(self, "list")
        if type(found) is not list:
            raise Uncrossable("no list")
        return iter(found)

    def __repr__(self) -> str:
        return f"<学员的 {object.__getattribute__(self, '_name') or '对象'}>"

    def __format__(self, how: str) -> str:
        return repr(self)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _refuse
    __rtruediv__ = __float__ = __int__ = __index__ = __reduce_ex__ = __hash__ = _refuse
    __array__ = __delattr__ = __enter__ = __exit__ = __abs__ = __neg__ = __round__ = _refuse


class _Odd(StandIn):
    """What is no plain value where the right answer's is: it can be gone through, no more."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return type(self)
        return object.__getattribute__(self, name) if name.startswith("__") else _refuse()

    __getitem__ = _refuse


class _Callable(StandIn):
    """A function, class or other object of the learner's that can be called."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        own = object.__getattribute__
        return own(self, "_learner").call(own(self, "_place"), arguments, keywords)


def _ask(stand_in: StandIn, what: str, *rest: object) -> Any:
    own = object.__getattribute__
    return own(stand_in, "_learner").value(what, own(stand_in, "_place"), *rest)


def _signature(parameters: list) -> inspect.Signature:
    found = []
    for name, kind, has_default in parameters:
        default = None if has_default else inspect.Parameter.empty
        found.append(inspect.Parameter(str(name), inspect._ParameterKind(kind), default=default))
    return inspect.Signature(found)
