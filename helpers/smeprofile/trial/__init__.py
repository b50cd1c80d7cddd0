"""Runs a learner's notebook in one sandbox and judges it from another.

First all cells are run and what they say is taken in; a copy of the learner's process is kept at
each check. Only then are the checks run, by the judge, against those copies: nothing that a hidden
test asks can show up in an output. A dead or stuck cell is left out, and what came before it is
run again from the last copy.
"""

import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from smeprofile.sandbox import Limits
from smeprofile.trial.box import Side, Start, box, greeted, pair, start
from smeprofile.trial.plan import Check, modules, until_own
from smeprofile.trial.shell import Message
from smeprofile.trial.wire import Encoded, Gone

Say = Callable[[int, Message], None]
Told = tuple[tuple[str, ...], bool]  # the names that were plain, and whether all that was told was
_DIED = "内核中途停了（内存超限、退出或被系统终止）"
_STUCK = "一直不停，也叫不停"
LATE = "整本用时超过上限，没有运行完"
_SILENT = "答案所在的进程已经停了，没法检查"
_JUDGE_DIED = "检查本身没有跑完（答案太大，或太慢）"
_FORK_SECONDS = 30


@dataclass(frozen=True)
class Terms:
    """What a trial may use: folders that can be read, seconds per cell, bytes of outputs.

    ``limits.seconds`` are for all cells together; each check then has ``check_seconds``.
    """

    readable: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)
    cell_seconds: int = 120
    grace_seconds: int = 12  # for what an interrupted cell still has to say
    cell_bytes: int = 4_000_000
    most_bytes: int = 20_000_000
    who: str = ""  # the learner's id, which tells whose data are whose

    @property
    def check_seconds(self) -> int:
        """How long a check may take: to be told the answers, to run, and to end."""
        return 2 * self.cell_seconds + self.grace_seconds


def trial(
    cells: Mapping[int, str], checks: Mapping[int, Check], say: Say, terms: Terms, *,
    work: Path, papers: Path, imports: list[str] = (), n_shared: int = 0,
) -> dict[int, Told]:  # fmt: skip
    """Run ``cells`` (place → source, in order) and judge those in ``checks``.

    ``say`` is given what each cell says: messages as a kernel sends them. ``work`` is the folder
    handed in; ``papers`` the instructor's, where the judge starts; ``imports`` what it imports.
    The first ``n_shared`` cells are the instructor's own: where that makes no difference they are
    run once for all trials while the nursery lasts, in ``papers``, outside of a sandbox.
    Returns what the judge noted of each check that was run to its end.
    Raises ``RuntimeError`` when there can be no sandbox.
    """
    apart = {place: check for place, check in checks.items() if check.beside is None}
    numbers = {place: number for number, place in enumerate(cells, start=1)}
    needed, places = modules(imports), list(cells)
    starting = start([(cells[n], numbers[n]) for n in places[:n_shared]], papers, needed)
    if apart:  # the judge gets ready meanwhile
        _start_of_judge(apart, papers, imports)
    begun = starting.result()
    if begun and any(m["msg_type"] == "error" for said in begun.said for m in said):
        begun = None
    for place, said in zip(places, begun.said if begun else (), strict=False):
        for message in said:
            if heard := _heard(["say", message], numbers[place]):
                say(place, heard)
        places = places[1:]
    seconds = terms.limits.seconds
    longest = seconds + len(apart) * terms.check_seconds
    terms = replace(terms, limits=replace(terms.limits, seconds=longest))
    with (
        box("learner", work, terms.readable, terms.limits, needed, begun, terms.who) as side,
        ExitStack() as held,
    ):
        learner = _Learner(side, cells, numbers, say, terms, held, time.monotonic() + seconds)
        for place in places:
            learner.keep(place) if place in apart else learner.run(place)
        if not apart:
            return {}
        return _judge(apart, cells, numbers, learner.copies, say, terms, papers, imports)


def stopped(why: str) -> Message:
    """Return the error that stands for what couldn't be run to its end."""
    return {
        "msg_type": "error",
        "content": {"ename": "RunStopped", "evalue": why, "traceback": [why]},
    }


class _Learner:
    """The learner's cells, run one after another."""

    def __init__(self, side: Side, cells: Mapping[int, str], numbers: Mapping[int, int], say: Say, terms: Terms, held: ExitStack, end: float):  # fmt: skip
        self.cells, self.numbers, self.say, self.terms = cells, numbers, say, terms
        self.end, self._held, self._said = end, held, 0
        self.copies: dict[int, Side | None] = {}
        self._now: Side | None = side
        self._last = self._copy()  # to begin again from, with what was run since
        self._since: list[int] = []
        self._why = _DIED

    def keep(self, place: int) -> None:
        """Keep a copy of the learner's process for the check at ``place``."""
        copy = self.copies[place] = self._copy()
        if copy:
            self._last, self._since = copy, []

    def run(self, place: int) -> None:
        """Run the cell at ``place``."""
        if self._now is None or time.monotonic() > self.end:
            self.say(place, stopped(self._why if self._now is None else LATE))
            return
        if why := self._run(self._now, place, self.say):
            self.say(place, stopped(why))
            self._begin_again(why)
        else:
            self._since.append(place)

    def _begin_again(self, why: str) -> None:
        self._now.end()
        self._why, self._now = why, None
        again = self._last and _fork(self._last)
        for place in self._since if again else ():
            if self._run(again, place, lambda place, message: None):
                again.end()
                return
        self._now = self._hold(again)

    def _copy(self) -> Side | None:
        return self._hold(self._now and _fork(self._now))

    def _hold(self, side: Side | None) -> Side | None:
        if side:
            self._held.callback(side.close)
        return side

    def _run(self, side: Side, place: int, say: Say) -> str | None:
        """Run a cell; return why it couldn't be run to its end, None when it could."""
        now = time.monotonic()
        until, is_stopped, size = min(now + self.terms.cell_seconds, max(self.end, now + 1)), "", 0
        is_late = until < now + self.terms.cell_seconds
        try:
            side.line.send(["run", self.cells[place], self.numbers[place]])
            while True:
                try:
                    message, _ = side.line.receive(until)
                except TimeoutError:
                    if is_stopped:
                        return LATE if is_late else _STUCK
                    is_stopped = "time"
                    until = self._interrupt(side)
                    continue
                if message == ["done"]:
                    if is_stopped == "time":
                        say(place, stopped(LATE) if is_late else _TIMED_OUT)
                    return None
                heard = _heard(message, self.numbers[place])
                before, size = size, size + _size(heard)
                if size > self.terms.cell_bytes or self._said + size > self.terms.most_bytes:
                    if before <= self.terms.cell_bytes < size and not is_stopped:
                        is_stopped = "flood"
                        until = self._interrupt(side)
                elif heard:
                    say(place, heard)
        except Gone:
            return _DIED
        finally:
            self._said += min(size, self.terms.cell_bytes)

    def _interrupt(self, side: Side) -> float:
        side.signal(signal.SIGINT)
        return time.monotonic() + self.terms.grace_seconds


# As nbgrader has it after a cell that was interrupted for its time.
_TIMED_OUT = {
    "msg_type": "error",
    "content": {
        "ename": "CellTimeoutError", "evalue": "",
        "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
    },
}  # fmt: skip


def _fork(side: Side) -> Side | None:
    """Return a copy of the process; None when there is none to be had."""
    ours, theirs = pair()
    try:
        with theirs:
            answer = side.ask(["fork"], _FORK_SECONDS, handing=theirs.fileno())
        if answer == ["forked", True]:
            return greeted(ours)
    except Gone:
        pass
    ours.close()
    return None


def _judge(
    checks: Mapping[int, Check], cells: Mapping[int, str], numbers: Mapping[int, int],
    copies: Mapping[int, Side | None], say: Say, terms: Terms, papers: Path, imports: list[str],
) -> dict[int, Told]:  # fmt: skip
    """Run the checks in a judge; in another, from where it was, when one ends early."""
    before, left, noted = list(imports), list(checks), {}
    n_first, starting = _start_of_judge(checks, papers, imports)
    begun = starting.result()
    while left:
        with box("judge", papers, terms.readable, terms.limits, (), begun, terms.who) as judge:
            done = n_first if begun else 0
            if not all(_has_run(judge, text, terms) for text in before[done:]):
                for place in left:
                    say(place, stopped(_JUDGE_DIED))
                return noted
            while left:
                place = left.pop(0)
                check, copy = checks[place], copies[place]
                n_before, before = len(before), before + check.before
                todo = before[max(n_before, done) :]
                is_ready = all(_has_run(judge, text, terms) for text in todo)
                if copy is None:
                    say(place, stopped(_SILENT))
                    continue
                rest = [numbers[place], check.names, check.plain, check.is_told_plainly]
                request = ["check", cells[place], terms.cell_seconds, *rest]
                told = is_ready and _answered(judge, request, place, say, terms, copy)
                copy.close()
                if not told:
                    say(place, stopped(_JUDGE_DIED))
                    break
                if told == ["done"]:
                    say(place, stopped(_SILENT))
                    continue
                noted[place] = tuple(told[1]), told[2]
    return noted


def _start_of_judge(
    checks: Mapping[int, Check], papers: Path, imports: list[str]
) -> tuple[int, Future[Start | None]]:
    """Return how much all judges run first, and what has run it."""
    first = [*imports, *until_own(next(iter(checks.values())).before)]
    return len(first), start([(text, 0) for text in first], papers, modules(imports))


def _has_run(judge: Side, text: str, terms: Terms) -> bool:
    request = ["run", text, terms.cell_seconds]
    return bool(_answered(judge, request, -1, lambda place, message: None, terms))


def _answered(
    judge: Side, request: list, place: int, say: Say, terms: Terms, copy: Side | None = None
) -> list | None:
    """Have a request done and hand on what it says; return its last word, None if it ended early."""
    number = request[3] if copy else 0
    until = time.monotonic() + terms.check_seconds
    try:
        judge.line.send(request, handing=copy.line.end.fileno() if copy else None)
        while (message := judge.line.receive(until)[0])[0] != "done":
            if heard := _heard(message, number):
                say(place, heard)
    except (Gone, TimeoutError):
        return None
    return message


# --- what is heard -----------------------------------------------------------------------------


def _heard(message: Encoded, number: int) -> Message | None:
    """Return a message as a notebook takes it; None for what is none: it comes from a learner."""
    match message:
        case ["say", {"msg_type": str() as kind, "content": dict() as content}]:
            pass
        case _:
            return None
    content = _clean(content)
    match kind, content:
        case "stream", {"name": "stdout" | "stderr", "text": str()}:
            kept = {key: content[key] for key in ("name", "text")}
        case "error", {"ename": str(), "evalue": str(), "traceback": list() as lines}:
            kept = {"ename": content["ename"], "evalue": content["evalue"],
                    "traceback": [str(line) for line in lines]}  # fmt: skip
        case "display_data" | "update_display_data" | "execute_result", {"data": dict() as data}:
            metadata, transient = content.get("metadata"), content.get("transient")
            name = transient.get("display_id") if isinstance(transient, dict) else None
            kept = {"data": {kind: _fit(kind, value) for kind, value in data.items()},
                    "metadata": metadata if isinstance(metadata, dict) else {},
                    "transient": {"display_id": name} if isinstance(name, str) else {}}  # fmt: skip
            if kind == "execute_result":
                kept["execution_count"] = number
        case "clear_output", _:
            kept = {"wait": bool(content.get("wait"))}
        case "comm_open" | "comm_msg" | "comm_close", {"comm_id": str(), "data": dict()}:
            kept = content
        case _:
            return None
    return {"msg_type": kind, "content": kept}


def _fit(kind: str, value: Any) -> Any:
    is_json = kind == "application/json" or kind.endswith("+json")
    return value if is_json or isinstance(value, str) else str(value)


def _clean(value: Any) -> Any:
    """Return the value with no text in it that can't be written as UTF-8."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _size(message: Message | None) -> int:
    return len(str(message["content"])) if message else 0
