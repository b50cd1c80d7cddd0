"""The whole class: who handed in what, and what came of each exercise."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from smeprofile.errors import UserError
from smeprofile.grading import scores
from smeprofile.grading.checks import messages, notes
from smeprofile.grading.course import Course, is_named
from smeprofile.grading.roster import Learner, listed

State = Literal["full", "part", "zero", "blank", "optional", "waiting", "absent"]
_BOTH = ("all", "analyst")


@dataclass(frozen=True)
class Task:
    """One exercise of an assignment; ``track`` "analyst": client managers may leave it out."""

    name: str
    title: str
    max_score: float
    track: str = "all"

    @property
    def short(self) -> str:
        """Its number, else its name."""
        found = re.match(r"第 \d+ 题", self.title)
        return found[0] if found else self.name

    def counts_for(self, track: str) -> bool:
        """Return whether it counts on ``track``; "" is nobody's in particular, so all counts.

        >>> Task("cut_off", "第 6 题", 8, "analyst").counts_for("rm")
        False
        """
        return self.track in (("all",) if track == "rm" else _BOTH)


@dataclass(frozen=True)
class Mark:
    """What one learner got for one exercise, and what its check ended with."""

    score: float
    state: State
    message: str = ""


@dataclass
class HandIn:
    """One learner's hand-in of one assignment; points are those of the learner's track.

    ``at`` is in UTC, ``late_s`` in seconds; ``is_failed``: the newest could not be graded.
    """

    at: datetime | None = None
    late_s: float = 0.0
    penalty: float = 0.0
    marks: dict[str, Mark] = field(default_factory=dict)
    note: str = ""
    is_failed: bool = False
    score: float = 0.0
    max_score: float = 0.0

    @property
    def share(self) -> float:
        """The share of the points that was reached; below 0 when nothing could be graded."""
        return self.score / self.max_score if self.max_score and self.marks else -1.0


@dataclass
class Book:
    """A class's assignments: their exercises in order, and learner → hand-in.

    ``ungraded`` (assignment, learner) are handed in and not graded yet.
    """

    people: dict[str, Learner]
    tasks: dict[str, list[Task]]
    hand_ins: dict[str, dict[str, HandIn]]
    ungraded: set[tuple[str, str]]
    has_roster: bool

    def missing(self, assignment: str) -> list[str]:
        """Return who has not handed in ``assignment``."""
        came = self.hand_ins[assignment]
        return [
            who for who in self.people if who not in came and (assignment, who) not in self.ungraded
        ]


def read_book(course: Course, names: Iterable[str] = ()) -> Book:
    """Return the class's book of the named assignments, all with a hand-in by default.

    The people are those of the class list, then those who handed in without being on it.
    Raises ``UserError`` when nothing was handed in and graded.

    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     read_book(course)
    Traceback (most recent call last):
    smeprofile.errors.UserError: 还没有批改过的提交。请先运行 smeprofile grade。
    """
    names, said_of = list(names), notes(course)
    with course.gradebook() as gradebook:
        session = gradebook.db
        came = {key: HandIn(*about) for key, about in scores.hand_ins(session).items()}
        there = scores.assignments(session)
        came |= {key: HandIn() for key in said_of if key not in came and key[0] in there}
        chosen = _chosen(names, sorted({assignment for assignment, _ in came}))
        tasks = {a: [Task(*t) for t in scores.exercises(course, session, a)] for a in chosen}
        marks = {
            a: scores.marks(session, a, has_many=any("/" in task.name for task in tasks[a]))
            for a in chosen
        }
        students = scores.students(session)
    people = _people(listed(course), students, {who for _, who in came})
    told = messages(course, chosen)
    book = Book(
        people, tasks, {assignment: {} for assignment in chosen}, set(), bool(listed(course))
    )
    for (assignment, who), hand_in in sorted(came.items()):
        if assignment in tasks:
            status, hand_in.note = said_of.get((assignment, who), ("", ""))
            hand_in.is_failed = status == "failed"
            found, said = marks[assignment].get(who, {}), told.get((assignment, who), {})
            _judge(hand_in, tasks[assignment], found, said, people[who].track)
            book.hand_ins[assignment][who] = hand_in
    book.ungraded = {
        (assignment, who)
        for assignment, who in course.entries("submitted")
        if assignment in tasks and who not in book.hand_ins[assignment] and who in people
    }
    return book


def _chosen(names: list[str], known: list[str]) -> list[str]:
    for name in names:
        if not any(is_named(assignment, [name]) for assignment in known):
            raise UserError(f"{name} 还没有批改过的提交。请先运行 smeprofile grade。")
    if not known:
        raise UserError("还没有批改过的提交。请先运行 smeprofile grade。")
    return [assignment for assignment in known if not names or is_named(assignment, names)]


def _judge(
    hand_in: HandIn, tasks: list[Task], found: dict, said: dict[str, str], track: str
) -> None:
    """Give the hand-in a mark for each exercise, and the points that count."""
    if not found:
        return
    for task in tasks:
        counts = task.counts_for(track)
        mark = _mark(task, *found[task.name]) if task.name in found else Mark(0.0, "absent")
        if mark.state in ("zero", "blank", "absent") and not counts:
            mark = replace(mark, state="optional")
        if mark.state != "full":
            mark = replace(mark, message=said.get(task.name, ""))
        hand_in.marks[task.name] = mark
        hand_in.score += mark.score * counts
        hand_in.max_score += task.max_score * counts
    # nbgrader takes a share of all points; of those that count, the same share is lost.
    whole = sum(mark.score for mark in hand_in.marks.values())
    part = hand_in.score / whole if whole > 0 else 1.0
    hand_in.score = max(0.0, hand_in.score - hand_in.penalty * part)


def _mark(task: Task, score: float, is_waiting: bool, is_blank: bool) -> Mark:
    if score >= task.max_score:
        return Mark(score, "full")
    if score > 0:
        return Mark(score, "part")
    if is_blank:
        return Mark(score, "blank")
    return Mark(score, "waiting" if is_waiting else "zero")


def _people(
    roster: dict[str, Learner], students: dict[str, str], came: set[str]
) -> dict[str, Learner]:
    """Return the class list and who handed in without being on it; without one, all students."""
    others = sorted((came if roster else came | set(students)) - set(roster))
    return roster | {who: Learner(who, students.get(who) or who, "", "", "") for who in others}
