"""How far a trainee is in the modules of the chosen way."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from smeprofile.deadlines import told_before
from smeprofile.packet import PRACTICE
from smeprofile.params import Cohort, ModuleInfo
from smeprofile.start.choices import Choices, Way, modules_of
from smeprofile.start.hand_in import HandIn, is_waiting, last_hand_in
from smeprofile.start.returned import Mark, Returned, newest_page, read_returned
from smeprofile.start.work import LESSON, Check, Work, read, read_practice, read_work, touched
from smeprofile.submit import exchange_root, rules_of


@dataclass(frozen=True)
class Progress:
    """One module as the trainee has it, narrowed to the exercises of the chosen way."""

    info: ModuleInfo
    place: Literal["here", "released", "missing"]
    problem: str = ""  # the name of a file that can't be read
    work: Work = field(default_factory=Work)
    hand_in: HandIn | None = None
    is_changed: bool = False  # since the hand-in
    touched: frozenset[str] = frozenset()  # exercises answered otherwise since the hand-in
    is_waiting: bool = False  # feedback lies in the exchange
    returned: Returned | None = None  # the newest feedback in the workspace
    told: tuple[str, ...] = ()  # deadline and hand-ins left
    is_reviewed: bool = False  # the trainee has gone through it

    @property
    def number(self) -> str:
        """The module's two digits."""
        return self.info.slug[:2]

    @property
    def n_right(self) -> int:
        """Self-checks answered rightly."""
        return sum(check.outcome == "right" for check in self.work.checks)

    @property
    def n_checked(self) -> int:
        """Self-checks answered."""
        return sum(check.outcome is not None for check in self.work.checks)

    @property
    def n_answered(self) -> int:
        """Exercises answered."""
        return sum(exercise.answer != "" for exercise in self.work.exercises)

    @property
    def n_passed(self) -> int:
        """Exercises answered whose check ran without an error."""
        return sum(e.answer != "" and e.is_passed for e in self.work.exercises)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What the returned exercises earned."""
        return self.returned.marks if self.returned else ()

    @property
    def score(self) -> float:
        """Points earned, less those taken for being late."""
        left = self.returned.left if self.returned else 1.0
        return left * sum(mark.score for mark in self.marks)

    @property
    def points(self) -> float:
        """Points there were to earn; 0 without feedback."""
        return sum(mark.points for mark in self.marks)

    @property
    def wrong(self) -> list[Check]:
        """Self-checks to look at again."""
        return [check for check in self.work.checks if check.outcome == "wrong"]

    @property
    def is_judged(self) -> bool:
        """Whether the feedback in the workspace is about the last hand-in."""
        back, last = self.returned, self.hand_in
        return back is not None and (last is None or back.at >= last.at)

    @property
    def lost(self) -> list[Mark]:
        """Exercises to look at again: points lost in the last hand-in, not worked on since."""
        if self.is_reviewed or self.info.is_diagnostic or not self.is_judged:
            return []
        return [m for m in self.marks if m.score < m.points and m.exercise not in self.touched]

    @property
    def n_mistakes(self) -> int:
        """How much there is to look at again."""
        return len(self.wrong) + len(self.lost)

    def cell_of(self, exercise: str) -> str:
        """Return the id of the cell that says what an exercise is; "" if it is gone."""
        return next((e.cell for e in self.work.exercises if e.name == exercise), "")


def course_progress(
    base: Path, workspace: Path, cohort: Cohort, choices: Choices, *, way: Way | None = None
) -> list[Progress]:
    """Return the modules of the chosen way, in order, each as far as the trainee is.

    ``way``: take the modules of that way instead; what counts in them stays as chosen.
    A module with a file that can't be read names it in ``problem`` and tells nothing else.

    >>> from smeprofile.params import load_cohort
    >>> found = course_progress(Path("课程"), Path("工作区"), load_cohort(), Choices())
    >>> {progress.place for progress in found}
    {'missing'}
    """
    exchange = exchange_root(base)
    found = []
    for info in modules_of(cohort, way or choices.way, choices.own):
        progress = _progress(info, workspace, cohort.cohort_id, exchange)
        told = told_before(*rules_of(base, workspace, cohort, info.slug), datetime.now(UTC))
        done_with = (
            progress.returned and choices.reviewed.get(info.slug) == progress.returned.digest
        )
        progress = replace(progress, is_reviewed=bool(done_with), told=tuple(told))
        found.append(_for_everybody(progress) if choices.is_for_all else progress)
    return found


def _progress(info: ModuleInfo, workspace: Path, cohort_id: str, exchange: Path | None) -> Progress:
    folder = workspace / info.slug
    if not any((folder / name).is_file() for name in (LESSON, PRACTICE)):
        released = exchange and (exchange / cohort_id / "outbound" / info.slug).is_dir()
        return Progress(info, "released" if released else "missing")
    try:
        work, page = read_work(folder), newest_page(workspace, info.slug)
        returned = page and read(page, read_returned)
    except ValueError as error:
        return Progress(info, "here", problem=str(error))
    hand_in = last_hand_in(workspace, cohort_id, info.slug)
    is_changed, names = _changes(folder, work, hand_in)
    return Progress(
        info,
        "here",
        work=work,
        hand_in=hand_in,
        is_changed=is_changed,
        touched=names,
        is_waiting=is_waiting(exchange, workspace, cohort_id, info.slug),
        returned=returned,
    )


def _changes(folder: Path, work: Work, hand_in: HandIn | None) -> tuple[bool, frozenset[str]]:
    """Return whether the practice changed since the hand-in, and the exercises that did."""
    if hand_in is None or not work.practice:
        return False, frozenset()
    try:
        before = read_practice(hand_in.folder)
    except ValueError:
        return False, frozenset()
    names = touched(work, before)
    return bool(names) or work.edited != before.edited, names


def _for_everybody(progress: Progress) -> Progress:
    work, back = progress.work, progress.returned
    return replace(
        progress,
        work=replace(work, exercises=tuple(e for e in work.exercises if e.track == "all")),
        returned=back and replace(back, marks=tuple(m for m in back.marks if m.track == "all")),
    )
