"""``smeprofile feedback``: a page for each graded submission, returned to its learner."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.exchange.default import ExchangeReleaseFeedback

from smeprofile.errors import UserError
from smeprofile.grading.course import LOG, Course, StepFailed, is_named, open_course
from smeprofile.grading.late import settle


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML; a class of its own can have our template while formgrader keeps its own."""


@dataclass(frozen=True)
class Returned:
    """Pages written: through the exchange for some learners, to be sent by hand to others."""

    by_exchange: list[Path]
    by_hand: list[Path]
    failed: list[str]

    @property
    def ok(self) -> bool:
        """Whether every graded submission got its page."""
        return not self.failed

    def __str__(self) -> str:
        lines = [f"已写好 {len(self.by_exchange) + len(self.by_hand)} 份反馈。"]
        if self.by_exchange:
            lines.append(f"{len(self.by_exchange)} 份已放到交换区，学员在首页取回。")
        if self.by_hand:
            lines.append("以 zip 交的，请把这些网页发还学员：")
            lines += [str(path) for path in self.by_hand]
        return "\n".join(lines + self.failed)


def feedback(assignments: Iterable[str] = (), *, course: Course | None = None) -> Returned:
    """Write and return the feedback of all graded submissions of the named assignments.

    Raises ``UserError`` when nothing has been graded yet.
    """
    course, returned = course or open_course(), Returned([], [], [])
    names = list(assignments)
    entries = [e for e in course.entries("autograded") if not names or is_named(e[0], names)]
    if not entries:
        raise UserError("还没有批改过的提交。请先运行 smeprofile grade。")
    for assignment, learner in entries:
        try:
            _return_one(course, assignment, learner, returned)
        except StepFailed as failed:
            returned.failed.append(
                f"{learner}（{assignment}）：反馈没写成，详见 {course.root / LOG}：{failed}"
            )
    return returned


def _return_one(course: Course, assignment: str, learner: str, returned: Returned) -> None:
    settle(course, assignment, learner)  # a mark given by hand since changes what is taken
    course.run(GenerateFeedback, assignment, learner, force=True)
    folder = course.folder("feedback", learner, assignment)
    pages = sorted(folder.glob("*.html"))
    came_by_exchange = (folder / "submission_secret.txt").is_file()
    if came_by_exchange and sys.platform != "win32":
        course.run(ExchangeReleaseFeedback, assignment, learner)
        returned.by_exchange.extend(pages)
    else:
        returned.by_hand.extend(pages)
