"""What grading found of each hand-in: kept in the gradebook's database, read by the overview.

Scores are not kept here: nbgrader has them, and a person may change them afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import Column, String, Table, Text, bindparam, delete, select
from sqlalchemy.engine import Connection

from smeprofile.grading.course import Course
from smeprofile.grading.tables import TABLES, connection

_MOST_MESSAGE = 1_000  # characters
Key = tuple[str, str]  # assignment, learner
_CHECKS = Table(
    "smeprofile_checks",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("exercise", String(255), primary_key=True),
    Column("track", String(12)),
    Column("message", Text),  # what the check ended with
)
_HAND_INS = Table(
    "smeprofile_hand_ins",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("status", String(12)),  # graded or failed
    Column("note", Text),
)


class _Check(Protocol):
    message: str
    track: str


class _Row(Protocol):
    """As :class:`smeprofile.grading.rows.Row`."""

    assignment: str
    learner_id: str
    checks: dict[str, _Check]
    status: str
    note: str


def keep(course: Course, rows: Iterable[_Row], *, replace: bool = True) -> None:
    """Store what grading found of ``rows``, in place of what was known of the same hand-ins.

    Without ``replace`` only hand-ins not known yet are stored.

    >>> from types import SimpleNamespace as Some
    >>> check = Some(message="是不是漏了缺失值？", track="all")
    >>> row = Some(assignment="ps1", learner_id="ann", checks={"a": check}, status="graded", note="")
    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     keep(course, [row])
    ...     messages(course, ["ps1"])
    {('ps1', 'ann'): {'a': '是不是漏了缺失值？'}}
    """
    with connection(course) as database:
        known = set() if replace else _known(database)
        new = [row for row in rows if (row.assignment, row.learner_id) not in known]
        if not new:
            return
        keys = [{"a": row.assignment, "l": row.learner_id} for row in new]
        # A hand-in that fails keeps its earlier score, so what was said of it is kept too.
        graded = [key for key, row in zip(keys, new, strict=True) if row.status != "failed"]
        for table, of in ((_CHECKS, graded), (_HAND_INS, keys)):
            if of:
                database.execute(_forgetting(table), of)
        database.execute(_HAND_INS.insert(), [_hand_in(row) for row in new])
        if found := [one for row in new if row.status != "failed" for one in _found(row)]:
            database.execute(_CHECKS.insert(), found)


def messages(course: Course, assignments: Iterable[str]) -> dict[Key, dict[str, str]]:
    """Return (assignment, learner) → exercise → what its check ended with; only where it said so.

    A hand-in that this package has not graded is missing. Example: :func:`keep`.
    """
    names, found = list(assignments), defaultdict(dict)
    of = _CHECKS.c.assignment.in_(names)
    with connection(course) as database:
        rows = database.execute(select(_CHECKS).where(of, _CHECKS.c.message != "")).all()
    for row in rows:
        found[row.assignment, row.learner_id][row.exercise] = row.message
    return dict(found)


def notes(course: Course) -> dict[Key, tuple[str, str]]:
    """Return (assignment, learner) → status ("graded", "failed") and note of the last grading.

    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     notes(course)
    {}
    """
    with connection(course) as database:
        rows = database.execute(select(_HAND_INS)).all()
    return {(row.assignment, row.learner_id): (row.status, row.note) for row in rows}


def checks_of(course: Course, learner: str) -> list[dict[str, str]]:
    """Return one row per checked exercise of a learner, for their own export.

    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     checks_of(course, "nobody")
    []
    """
    mine = select(_CHECKS).where(_CHECKS.c.learner_id == learner)
    order = _CHECKS.c.assignment, _CHECKS.c.exercise
    with connection(course) as database:
        return [dict(row) for row in database.execute(mine.order_by(*order)).mappings()]


def _known(database: Connection) -> set[Key]:
    of = select(_HAND_INS.c.assignment, _HAND_INS.c.learner_id)
    return {tuple(row) for row in database.execute(of)}


def _forgetting(table: Table) -> object:
    same = (table.c.assignment == bindparam("a")) & (table.c.learner_id == bindparam("l"))
    return delete(table).where(same)


def _hand_in(row: _Row) -> dict[str, str]:
    status = "failed" if row.status == "failed" else "graded"
    return {
        "learner_id": row.learner_id,
        "assignment": row.assignment,
        "status": status,
        "note": row.note,
    }


def _fit(message: str) -> str:
    """Return a message, which a learner may have made, as any database can hold it."""
    return message[:_MOST_MESSAGE].encode(errors="replace").decode().replace("\0", "")


def _found(row: _Row) -> list[dict[str, str]]:
    return [
        {
            "learner_id": row.learner_id,
            "assignment": row.assignment,
            "exercise": name,
            "track": check.track,
            "message": _fit(check.message),
        }
        for name, check in row.checks.items()
    ]
