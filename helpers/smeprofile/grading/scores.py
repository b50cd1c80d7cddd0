"""What the class has in nbgrader's own tables, in a handful of queries for any size of class."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from smeprofile.grading.course import Course
from smeprofile.grading.preprocessors import NO_RESPONSE


def assignments(session: Session) -> set[str]:
    """Return the names of all assignments."""
    return set(session.scalars(select(Assignment.name)))


def students(session: Session) -> dict[str, str]:
    """Return learner → name of everybody in the gradebook."""
    of = select(Student.id, Student.first_name, Student.last_name).order_by(Student.id)
    return {who: " ".join(filter(None, names)) for who, *names in session.execute(of)}


def hand_ins(session: Session) -> dict[tuple[str, str], tuple[datetime | None, float, float]]:
    """Return (assignment, learner) → when (UTC), seconds late, points lost for it."""
    penalty = func.coalesce(func.sum(SubmittedNotebook.late_submission_penalty), 0.0)
    of = (
        select(
            Assignment.name,
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            Assignment.duedate,
            penalty,
        )
        .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .group_by(
            Assignment.name,
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            Assignment.duedate,
        )
    )
    found = {}
    for assignment, who, at, extension, due, lost in session.execute(of):
        due = due + extension if due and extension else due
        late = (at - due).total_seconds() if at and due else 0.0
        found[assignment, who] = (at, max(0.0, late), lost or 0.0)
    return found


def exercises(
    course: Course, session: Session, assignment: str
) -> list[tuple[str, str, float, str]]:
    """Return name, title, points and track, in order as in the master notebooks, else by name."""
    cells = []
    for kind in (GradeCell, TaskCell):
        of = select(Notebook.name, kind.name, kind.max_score).join(
            Assignment, Notebook.assignment_id == Assignment.id
        )
        of = of.join(kind, kind.notebook_id == Notebook.id).where(Assignment.name == assignment)
        cells += session.execute(of).all()
    has_many = len({notebook for notebook, *_ in cells}) > 1
    masters = {n: _master(course, assignment, n) for n in {notebook for notebook, *_ in cells}}
    found = []
    for notebook, cell, points in cells:
        order, titles, tracks = masters[notebook]
        bare = cell.removesuffix("-check")
        name = f"{notebook}/{bare}" if has_many else bare
        task = (name, titles.get(bare, name), points, tracks.get(bare, "all"))
        found.append(((notebook, order.get(cell, len(order)), cell), task))
    return [task for _, task in sorted(found, key=lambda pair: pair[0])]


def _master(course: Course, assignment: str, notebook: str) -> tuple[dict, dict, dict]:
    """Return grade_id → place, exercise → title, exercise → track."""
    path = course.folder("source", ".", assignment) / f"{notebook}.ipynb"
    if not path.is_file():
        return {}, {}, {}
    content = json.loads(path.read_text(encoding="utf-8"))
    marks: dict[str, Any] = {
        mark["grade_id"]: "".join(cell["source"])
        for cell in content["cells"]
        if (mark := cell["metadata"].get("nbgrader")) and "grade_id" in mark
    }
    titles = {
        name.removesuffix("-task"): text.strip().splitlines()[0].lstrip("# ")
        for name, text in marks.items()
        if name.endswith("-task") and text.strip()
    }
    tracks = content["metadata"].get("smeprofile", {}).get("tracks", {})
    return {name: n for n, name in enumerate(marks)}, titles, tracks


def marks(
    session: Session, assignment: str, *, has_many: bool
) -> dict[str, dict[str, tuple[float, bool, bool]]]:
    """Return learner → exercise → score, whether a person must mark it, whether it's untouched.

    ``has_many``: the assignment has several notebooks, and an exercise's name begins with its own.
    """
    cell = SubmittedAssignment.student_id, Notebook.name, BaseCell.name
    blank = _of_cells(select(*cell).select_from(Comment), Comment, assignment)
    untouched = set(map(tuple, session.execute(blank.where(Comment.auto_comment == NO_RESPONSE))))
    marked = select(*cell, Grade.score, Grade.needs_manual_grade).select_from(Grade)
    found: dict[str, dict] = defaultdict(dict)
    for who, notebook, name, score, waits in session.execute(_of_cells(marked, Grade, assignment)):
        bare = name.removesuffix("-check")
        is_blank = (who, notebook, bare) in untouched or (who, notebook, name) in untouched
        found[who][f"{notebook}/{bare}" if has_many else bare] = (score, waits, is_blank)
    return found


def _of_cells(of: Select, table: type, assignment: str) -> Select:
    """Join what belongs to a cell of a hand-in with the hand-in and the cell."""
    return (
        of.join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(BaseCell, table.cell_id == BaseCell.id)
        .join(Notebook, BaseCell.notebook_id == Notebook.id)
        .where(Assignment.name == assignment)
    )
