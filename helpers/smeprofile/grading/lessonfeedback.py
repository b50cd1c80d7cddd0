"""What learners thought of a lesson and of the course: kept from their hand-ins, fields cleaned."""

import json
from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Column, String, Table, Text, delete, select

from smeprofile.answers import Answer
from smeprofile.grading.course import Course
from smeprofile.grading.tables import TABLES, connection

LESSON = ("useful", "difficulty", "use", "minutes", "unclear")  # of each lesson
COURSE = ("satisfied", "used", "recommend", "change")  # once, at the end
_PREFIX = {**{q: f"feedback_{q}" for q in LESSON}, **{q: f"course_{q}" for q in COURSE}}
_TEXTS = {"unclear", "change"}
_MOST_CHARS, _MOST_MINUTES = 500, 6000
_FEEDBACK = Table(
    "smeprofile_lesson_feedback",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("answers", Text),  # JSON: question → answer
)


def keep_feedback(
    course: Course, assignment: str, learner: str, given: Mapping[str, Answer]
) -> None:
    """Store what a hand-in says of its lesson, in place of what it said before.

    An answer that isn't one of the form's (a mark that is no whole number from 1 to 5, say) is left out.

    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     keep_feedback(course, "02_x", "ann", {"feedback_useful": Answer(4, None, 0, 0, ())})
    ...     lesson_feedback(course)["useful"].tolist()
    [4]
    """
    found = {q: given[name].value for q, name in _PREFIX.items() if name in given}
    found = {q: clean for q, value in found.items() if (clean := _clean(q, value)) is not None}
    if not found:
        return
    mine = (_FEEDBACK.c.learner_id == learner) & (_FEEDBACK.c.assignment == assignment)
    text = json.dumps(found, ensure_ascii=False, sort_keys=True)
    row = {"learner_id": learner, "assignment": assignment, "answers": text}
    with connection(course) as database:
        database.execute(delete(_FEEDBACK).where(mine))
        database.execute(_FEEDBACK.insert(), [row])


def lesson_feedback(course: Course) -> pd.DataFrame:
    """Return the table ``lesson_feedback``: one row per learner and module that said something.

    ``useful``, ``difficulty``, ``use`` (on the job) are 1–5, ``minutes`` a number, ``unclear`` text; of
    the course as a whole ``satisfied``, ``used``, ``recommend`` 1–5 and ``change`` text. Missing
    where nothing was said.
    """
    with connection(course) as database:
        rows = database.execute(
            select(_FEEDBACK).order_by(_FEEDBACK.c.assignment, _FEEDBACK.c.learner_id)
        ).all()
    found = [
        {"learner_id": r.learner_id, "assignment": r.assignment} | json.loads(r.answers)
        for r in rows
    ]
    frame = pd.DataFrame(found, columns=["learner_id", "assignment", *LESSON, *COURSE])
    texts = {q: "object" for q in _TEXTS}
    numbers = {q: "Float64" if q == "minutes" else "Int64" for q in _PREFIX if q not in _TEXTS}
    return frame.astype(texts | numbers)


def _clean(question: str, value: object) -> object:
    """Return an answer that the form can have given, else None."""
    if question in _TEXTS:
        text = value.strip()[:_MOST_CHARS] if isinstance(value, str) else ""
        return text.encode(errors="replace").decode().replace("\0", "") or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if question == "minutes":
        return float(value) if 0 < value <= _MOST_MINUTES else None
    return int(value) if value in (1, 2, 3, 4, 5) else None
