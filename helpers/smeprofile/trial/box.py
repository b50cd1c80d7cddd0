"""A sandbox with a line into it, as seen from outside."""

import json
import os
import secrets
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import Literal

from smeprofile.nursery import PLACE, asking, told_inside
from smeprofile.sandbox import Limits
from smeprofile.trial.wire import Encoded, Gone, Line

_START_SECONDS = 60
_LONG_SECONDS = 300  # for what all begin with


@dataclass
class Side:
    """A process in a sandbox: the line to it, and its pidfd, as its number may be another's later."""

    line: Line
    process: FileIO

    def signal(self, number: int) -> None:
        """Send it a signal; nothing when it has ended."""
        with suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(self.process.fileno(), number)

    def end(self) -> None:
        """End it at once."""
        self.signal(signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Leave it: it ends when it sees that nobody asks any more."""
        self.line.end.close()
        self.process.close()

    def ask(self, message: Encoded, seconds: float, *, handing: int | None = None) -> Encoded:
        """Return its answer to ``message``; raises ``Gone`` when none comes in time."""
        self.line.send(message, handing=handing)
        try:
            return self.line.receive(time.monotonic() + seconds)[0]
        except TimeoutError:
            raise Gone from None


@dataclass(frozen=True)
class Start:
    """What many begin with, done once: ``said`` holds what each cell said; forks listen at ``place``."""

    place: str
    said: list


_STARTS: dict[str, Future[Start | None]] = {}
_STARTING = threading.Lock()


def start(
    sources: list[tuple[str, int]], work: Path, modules: Iterable[str]
) -> Future[Start | None]:
    """Have a process made that has run ``sources``, the instructor's own, with their numbers.

    It is made once while the nursery lasts, anew when it has ended, and begins in a copy of the
    folder ``work``. None when there is nothing to run, or what was run can't be shared.
    """
    key = repr((os.environ[PLACE], sources, str(work)))
    with _STARTING:
        found = _STARTS.get(key)
        if found is None or _has_ended(found):
            found = _STARTS[key] = Future()
            request = {
                "role": "start", "sources": sources, "modules": list(modules),
                "place": str(Path(os.environ[PLACE]).with_name(secrets.token_hex(8))),
                "env": told_inside(), "cwd": str(work),
            }  # fmt: skip
            threading.Thread(target=_start, args=(key, request, found), daemon=True).start()
    return found


def _has_ended(made: Future[Start | None]) -> bool:
    """Return whether a start was there and answers no more."""
    if not (begun := made.done() and made.result()):
        return False
    try:
        with asking({"poll": os.getpid()}, place=begun.place) as line:
            return not line.recv(1)
    except OSError:
        return True


def _start(key: str, request: dict, made: Future[Start | None]) -> None:
    said = None
    try:
        if request["sources"]:
            with asking(request) as line:
                line.settimeout(_LONG_SECONDS)
                said = json.loads(line.makefile().readline()).get("said")
    except TimeoutError:
        pass  # as if there were nothing to share: the next would wait as long
    except (OSError, ValueError):
        _STARTS.pop(key)  # it ended before it could tell: the next may have more luck
    finally:
        made.set_result(said and Start(request["place"], said))


@contextmanager
def box(
    role: Literal["learner", "judge"], work: Path, readable: Iterable[Path], limits: Limits,
    modules: Iterable[str] = (), begun: Start | None = None, who: str = "",
) -> Iterator[Side]:  # fmt: skip
    """Give a new process in a sandbox, forked from the nursery; nothing of it is left afterwards.

    It starts in a copy of the folder ``work``, with ``modules`` imported, or where ``begun`` is;
    ``who`` is the learner whose work is run.
    Raises ``RuntimeError`` when there can be none.
    """
    ours, theirs = pair()
    request = {
        "role": role, "env": told_inside(who), "cwd": str(work), "modules": list(modules),
        "box": {"readable": [str(path) for path in readable], "limits": asdict(limits)},
    }  # fmt: skip
    with theirs:
        line = asking(request, theirs.fileno(), place=begun.place if begun else "")
    try:
        with ours, line:
            try:
                with closing(greeted(ours)) as side:
                    yield side
            except Gone:
                line.settimeout(5)
                said = line.makefile().readline()
                why = json.loads(said)["error"] if said else "it ended at once"
                raise RuntimeError(f"the sandbox can't be entered: {why}") from None
            finally:
                line.shutdown(socket.SHUT_WR)
                line.settimeout(10)
                with suppress(OSError):
                    line.recv(1)  # its keeper has ended
    finally:
        ours.close()


def pair() -> tuple[socket.socket, socket.socket]:
    """Return the two ends of a line; the kernel tells the first who speaks at the second."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return ours, theirs


def greeted(ours: socket.socket) -> Side:
    """Return who speaks at the other end of ``ours``; raises ``Gone`` when nobody does."""
    ours.settimeout(_START_SECONDS)
    try:
        said, found, *_ = ours.recvmsg(1, socket.CMSG_SPACE(struct.calcsize("3i")))
    except OSError:
        raise Gone from None
    if not said or not found:
        raise Gone
    pid, *_ = struct.unpack("3i", found[0][2])
    if pid <= 1:
        raise Gone
    try:
        return Side(Line(ours), FileIO(os.pidfd_open(pid)))
    except ProcessLookupError:
        raise Gone from None
