"""Hand-ins graded again on appeal: why, and what it changed. Kept, and shown to the learner."""

from datetime import UTC, datetime

from nbgrader.api import MissingEntry
from sqlalchemy import Column, DateTime, Float, String, Table, Text, select, update

from smeprofile.errors import UserError
from smeprofile.grading.course import Course
from smeprofile.grading.tables import TABLES, connection

MOST = 500  # characters of a reason
_APPEALS = Table(
    "smeprofile_appeals",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("at", DateTime, primary_key=True),  # UTC
    Column("before", Float),  # points; null where it had none
    Column("after", Float),  # null until it was graded: a run may be killed
    Column("why", Text),
)


def refuse_odd(chosen: list[tuple[str, str]], learner: str, why: str) -> None:
    """Raise ``UserError`` unless it is one learner's one hand-in, for a reason.

    >>> refuse_odd([("02_a", "ann"), ("03_b", "ann")], "ann", "第 2 题")
    Traceback (most recent call last):
    smeprofile.errors.UserError: 复核一次只批一份：请写明一个模块和 --learner。
    """
    if not learner or len(chosen) != 1:
        raise UserError("复核一次只批一份：请写明一个模块和 --learner。")
    if not why.strip() or len(why) > MOST:
        raise UserError(f"--why 要写复核的理由，1–{MOST} 个字。")


def score_now(course: Course, assignment: str, learner: str) -> float | None:
    """Return the points in the gradebook, less those for being late; None before any grading."""
    with course.gradebook() as gradebook:
        try:
            submission = gradebook.find_submission(assignment, learner)
        except MissingEntry:
            return None
        taken = sum(n.late_submission_penalty or 0.0 for n in submission.notebooks)
        return max(0.0, submission.score - taken)


def note_appeal(course: Course, assignment: str, learner: str, why: str) -> dict[str, object]:
    """Keep that a hand-in is graded again, before it is; return what :func:`settle_appeal` takes."""
    row = {
        "learner_id": learner,
        "assignment": assignment,
        "at": datetime.now(UTC).replace(tzinfo=None),
        "before": score_now(course, assignment, learner),
        "why": why.strip(),
    }
    with connection(course) as database:
        database.execute(_APPEALS.insert(), [row])
    return row


def settle_appeal(course: Course, noted: dict[str, object], after: float) -> str:
    """Keep what came of an appeal, and return it in words."""
    mine = [_APPEALS.c[name] == noted[name] for name in ("learner_id", "assignment", "at")]
    with connection(course) as database:
        database.execute(update(_APPEALS).where(*mine).values(after=after))
    was = "没有成绩" if noted["before"] is None else f"{noted['before']:g}"
    return f"复核：{was} → {after:g} 分（{noted['why']}）"


def appeals(course: Course, learner: str) -> list[dict[str, object]]:
    """Return a learner's appeals, oldest first: assignment, at (UTC, ISO), before, after, why."""
    of = select(_APPEALS).where(_APPEALS.c.learner_id == learner).order_by(_APPEALS.c.at)
    with connection(course) as database:
        rows = [dict(row) for row in database.execute(of).mappings()]
    return [row | {"at": f"{row['at'].isoformat()}Z"} for row in rows]
