"""What learners answered in tests and surveys: stored once, beside nbgrader's own tables."""

import json

import pandas as pd
from nbgrader.api import MissingEntry
from sqlalchemy import Column, Float, Integer, String, Table, Text, delete, select

from smeprofile.answers import FILE, Answer, read_answers
from smeprofile.ask import survey_of
from smeprofile.grading.course import Course
from smeprofile.grading.lessonfeedback import keep_feedback
from smeprofile.grading.tables import TABLES, connection
from smeprofile.items import FORMS, Marked, load_paper, mark, seat_of
from smeprofile.notebooks.papers import graded_keys
from smeprofile.params import load_cohort
from smeprofile.paths import solutions

_RESPONSES = Table(
    "smeprofile_item_responses",
    TABLES,
    Column("learner_id", String(40), primary_key=True),
    Column("form", String(4), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("module", String(2)),
    Column("position", Integer),
    Column("variant", Integer),
    Column("response", Text),  # JSON; null where there is none
    Column("state", String(12)),
    Column("points", Float),
    Column("mistake", Text),
)
_SURVEYS = Table(
    "smeprofile_needs_survey",
    TABLES,
    Column("learner_id", String(40), primary_key=True),
    Column("answers", Text),  # JSON: question → answer
)


def store(course: Course, assignment: str, learner: str) -> list[str]:
    """Store what the learner's hand-in of ``assignment`` answers; return what a person should see.

    Storing again replaces: each learner has each item once. Without answers nothing is stored.
    """
    try:
        given, notes = _given(course, assignment, learner), []
    except (OSError, ValueError) as reason:
        given, notes = {}, [f"{reason}；选择题和自测都按没有作答算，请学员重新提交"]
    keep_feedback(course, assignment, learner, given)
    for form in FORMS:
        if form in given:
            notes += _store_paper(course, assignment, learner, form, given[form])
    if survey := survey_of(given):
        with connection(course) as database:
            database.execute(delete(_SURVEYS).where(_SURVEYS.c.learner_id == learner))
            text = json.dumps(survey, ensure_ascii=False, sort_keys=True)
            database.execute(_SURVEYS.insert(), [{"learner_id": learner, "answers": text}])
    return notes


def item_responses(course: Course) -> pd.DataFrame:
    """Return the table ``item_responses``: one row per learner, form and item of a paper.

    ``state``: right, wrong, untried (seen, not answered) or not_reached; ``points`` 0 or 1.
    """
    with connection(course) as database:
        rows = database.execute(select(_RESPONSES)).mappings().all()
    frame = pd.DataFrame(rows, columns=[column.name for column in _RESPONSES.columns])
    return frame.sort_values(["learner_id", "form", "position"], ignore_index=True)


def needs_survey(course: Course) -> dict[str, dict[str, object]]:
    """Return learner_id → question → answer of the needs survey."""
    with connection(course) as database:
        rows = database.execute(select(_SURVEYS).order_by(_SURVEYS.c.learner_id)).all()
    return {learner: json.loads(answers) for learner, answers in rows}


def _given(course: Course, assignment: str, learner: str) -> dict[str, Answer]:
    path = course.folder("submitted", learner, assignment) / FILE
    return read_answers(path.read_bytes()) if path.is_file() else {}


def _store_paper(
    course: Course, assignment: str, learner: str, form: str, answer: Answer
) -> list[str]:
    cohort = load_cohort()
    marked = mark(answer.value, load_paper(form), graded_keys(form, solutions(), cohort))
    if not any(response.response is not None for response in marked.responses):
        return []
    rows = [
        {
            "learner_id": learner,
            "form": form,
            "item": r.name,
            "module": r.module,
            "position": r.position,
            "variant": r.variant,
            "response": None if r.response is None else json.dumps(r.response, ensure_ascii=False),
            "state": r.state,
            "points": r.points,
            "mistake": r.mistake,
        }
        for r in marked.responses
    ]
    with connection(course) as database:
        mine = (_RESPONSES.c.learner_id == learner) & (_RESPONSES.c.form == form)
        database.execute(delete(_RESPONSES).where(mine))
        database.execute(_RESPONSES.insert(), rows)
    notes = []
    if marked.seat != seat_of(cohort.cohort_id, learner):
        notes.append(
            "试卷的座号不是这位学员的：可能答题时没有设学员编号，也可能抄了别人的卷，请核对"
        )
    if _differs(course, assignment, learner, form, marked):
        notes.append("试卷得分和 answers.json 不一致：答题单元可能被改过，请核对")
    return notes


def _differs(course: Course, assignment: str, learner: str, form: str, marked: Marked) -> bool:
    """Return whether the notebook's score isn't that of the stored answers."""
    with course.gradebook() as gradebook:
        try:
            grade = gradebook.find_grade(f"{form}-check", "practice", assignment, learner)
        except MissingEntry:
            return False
        due = grade.max_score * marked.points / len(marked.responses)
        return abs((grade.auto_score or 0) - due) > 0.01
