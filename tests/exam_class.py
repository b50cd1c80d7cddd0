"""A class whose tables are written straight into a gradebook: no notebook is run."""

import json
import warnings
from types import SimpleNamespace

import numpy as np

import irt
from smeprofile.answers import Answer
from smeprofile.grading.checks import keep
from smeprofile.grading.course import Course, nbgrader_config
from smeprofile.grading.lessonfeedback import keep_feedback
from smeprofile.grading.responses import _RESPONSES, _SURVEYS
from smeprofile.grading.roster import Learner
from smeprofile.grading.roster import keep as keep_roster
from smeprofile.grading.tables import connection
from smeprofile.items import FORMS, load_paper
from smeprofile.params import load_cohort

SECRET_NAME = "机密甲"  # no page that hides names may hold it
LEAVES = {"u03", "u07"}
ITEM_BAD = 4  # position of an item that the able get wrong


def answered(value):
    return Answer(value, None, 1, 0, ())


def write_class(root, n, seed=1, gain=irt.GAIN):
    """Write a course directory in which ``n`` learners sat both tests, two of them only the first."""
    config = nbgrader_config(root, load_cohort())
    config.Exchange.root = str(root / "exchange")
    course = Course(root, config)
    rng = np.random.default_rng(seed)
    learners = [f"u{k:02d}" for k in range(n)]
    keep_roster(
        course,
        [Learner(who, f"{SECRET_NAME}{who}", "城东支行", "", ("rm", "analyst")[k % 2])
         for k, who in enumerate(learners)],
    )  # fmt: skip
    ability = rng.normal(size=n)
    rows = []
    for form, shift, hard in zip(FORMS, (0, gain), (irt.PRE, irt.POST), strict=True):
        right = irt.answers(n, rng, hard, ability + shift).to_numpy() > 0
        right[:, ITEM_BAD - 1] = ability < 0
        rows += [
            _row(learners[k], form, question, position, right[k, position - 1], rng)
            for k in range(n)
            for position, question in enumerate(load_paper(form).items, 1)
            if not (form == "post" and learners[k] in LEAVES)
        ]
    with connection(course) as database:
        database.execute(_RESPONSES.insert(), rows)
        said = json.dumps({"role": "rm", "tasks": ["visit"], "pains": ["unreal"]})
        database.execute(_SURVEYS.insert(), [{"learner_id": w, "answers": said} for w in learners])
    with warnings.catch_warnings():  # what nbgrader makes SQLAlchemy say
        warnings.simplefilter("ignore")
        _grade(course, learners)
    _say(course, learners)
    return course


def _row(who, form, question, position, is_right, rng):
    state = "right" if is_right else "wrong"
    if not is_right and rng.random() < 0.15:
        state = "untried"
    if position > 30 and who == "u01":
        state = "not_reached"
    return {
        "learner_id": who, "form": form, "item": question.name, "module": question.module,
        "position": position, "variant": 0, "response": None if state[0] in "un" else "1",
        "state": state, "points": float(state == "right"),
        "mistake": "漏了缺失" if state == "wrong" and position % 3 == 0 else "",
    }  # fmt: skip


def _grade(course, learners):
    """Put a practice of two exercises into the gradebook: most fail the second, by one mistake."""
    with course.gradebook() as gradebook:
        gradebook.add_assignment("03_flows_tax")
        gradebook.add_notebook("practice", "03_flows_tax")
        for name in ("first", "second"):
            gradebook.add_grade_cell(f"{name}-check", "practice", "03_flows_tax", max_score=5,
                                     cell_type="code")  # fmt: skip
        for who in learners:
            gradebook.update_or_create_student(who)
            submission = gradebook.add_submission("03_flows_tax", who)
            for grade in submission.notebooks[0].grades:
                is_second = grade.name.startswith("second")
                grade.auto_score = 0.0 if is_second and who != "u00" else 5.0
                grade.needs_manual_grade = False
        gradebook.db.commit()
    check = SimpleNamespace(message="second：缺了一列", track="all")
    keep(course, [SimpleNamespace(assignment="03_flows_tax", learner_id=who, status="graded",
                                  note="", checks={"second": check}) for who in learners])  # fmt: skip


def _say(course, learners):
    for who in learners[: len(learners) * 2 // 3]:
        said = {"feedback_useful": 4, "feedback_difficulty": 3, "feedback_use": 5,
                "feedback_minutes": 200.0}  # fmt: skip
        if who == "u00":
            said["feedback_unclear"] = "=HYPERLINK(1) <b>票流比</b>没讲"
        given = {name: answered(value) for name, value in said.items()}
        keep_feedback(course, "03_flows_tax", who, given)
