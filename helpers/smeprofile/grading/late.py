"""Deadlines and extensions: kept for nbgrader, and applied by its own late-submission plugin."""

from datetime import UTC, datetime, timedelta

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Column, DateTime, String, Table, delete, select
from sqlalchemy.engine import Connection

from smeprofile.deadlines import late_share
from smeprofile.grading.course import Course, said_by
from smeprofile.grading.tables import TABLES, connection
from smeprofile.params import load_cohort

_EXTENSIONS = Table(
    "smeprofile_extensions",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("due", DateTime),  # UTC, as nbgrader's duedate
)


_OURS = "smeprofile.grading.late.AssignPenalties"


class LatePenalty(LateSubmissionPlugin):
    """nbgrader's plugin, by the cohort's rule."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """Return the points taken of ``score``."""
        return score * late_share(total_seconds_late, load_cohort().late)


class AssignPenalties(AssignLatePenalties):
    """nbgrader's step, once it knows of the learner's extension."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the notebook as it is; the penalty goes to the gradebook."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            with gradebook.engine.begin() as database:
                TABLES.create_all(database)
                given = _extensions(database, about["assignment"])
            submission = gradebook.find_submission(about["assignment"], about["student"])
            _extend(submission, given.get(about["student"]))
            gradebook.db.commit()
        return super().preprocess(nb, resources)


def due(course: Course, slug: str) -> datetime | None:
    """Return when a module's hand-in is due (UTC), None where nothing is set."""
    with course.gradebook() as gradebook:
        try:
            at = gradebook.find_assignment(slug).duedate
        except MissingEntry:
            return None
    return at and at.replace(tzinfo=UTC)


def set_due(course: Course, slug: str, at: datetime | None) -> None:
    """Set a module's deadline, or take it away."""
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(slug, duedate=at)
    _tell_nbgrader(course, slug)


def extensions(course: Course, slug: str) -> dict[str, datetime]:
    """Return learner_id → their own deadline (UTC) for a module, sorted by learner."""
    with connection(course) as database:
        found = _extensions(database, slug)
    return {who: at.replace(tzinfo=UTC) for who, at in found.items()}


def extend(course: Course, slug: str, learner: str, at: datetime | None) -> None:
    """Give a learner a deadline of their own, or take it away."""
    mine = (_EXTENSIONS.c.learner_id == learner) & (_EXTENSIONS.c.assignment == slug)
    with connection(course) as database:
        database.execute(delete(_EXTENSIONS).where(mine))
        if at is not None:
            plain = at.astimezone(UTC).replace(tzinfo=None)
            row = {"learner_id": learner, "assignment": slug, "due": plain}
            database.execute(_EXTENSIONS.insert(), [row])
    _tell_nbgrader(course, slug)


def settle(course: Course, assignment: str, learner: str) -> None:
    """Let nbgrader take the points of a late hand-in anew: marks and deadlines may have changed.

    Nothing in a course whose late rule is its own.
    """
    if _OURS not in course.config.Autograde.get("autograde_preprocessors", ()):
        return
    with course.gradebook() as gradebook:
        names = [n.name for n in gradebook.find_submission(assignment, learner).notebooks]
    for name in names:
        about = {"notebook": name, "assignment": assignment, "student": learner}
        about["db_url"] = course.directory().db_url
        with said_by(course.root) as (log, _):
            step = AssignPenalties(config=course.config, log=log)
            step.preprocess(new_notebook(), {"nbgrader": about})


def _extensions(database: Connection, slug: str) -> dict[str, datetime]:
    of = select(_EXTENSIONS).where(_EXTENSIONS.c.assignment == slug)
    rows = database.execute(of.order_by(_EXTENSIONS.c.learner_id)).mappings()
    return {row["learner_id"]: row["due"] for row in rows}


def _tell_nbgrader(course: Course, slug: str) -> None:
    """Write extensions where formgrader reads them; it can keep them only of who handed in."""
    given = extensions(course, slug)
    with course.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(slug):
            at = given.get(submission.student.id)
            _extend(submission, at and at.replace(tzinfo=None))
        gradebook.db.commit()


def _extend(submission: SubmittedAssignment, at: datetime | None) -> None:
    """Set nbgrader's extension: from the class's deadline to ``at``; never an earlier one."""
    usual = submission.assignment.duedate
    if usual is None or at is None:
        submission.extension = None  # nbgrader can't add one to no deadline
    else:
        submission.extension = max(at - usual, timedelta(0)) or None
