"""What the class's plans earn is told beside the old plan and the reference, without a name."""

import json
from types import SimpleNamespace

import pytest

from smeprofile.answers import FILE
from smeprofile.cases import capstone
from smeprofile.evaluation import figures
from smeprofile.evaluation.classplans import class_plans

MODULE = "14_graduation"


@pytest.fixture
def course(tmp_path):
    """A course where one hands in the reference, one a breach, one half a plan, one nothing legible."""
    plans = {
        "ann": capstone.REFERENCE,
        "ben": capstone.REFERENCE | {"e4": "每月一次"},
        "eva": capstone.OLD | {"e1": ""},
        "ian": capstone.REFERENCE,
        "joe": "照旧",
    }

    def folder(step, learner, assignment):
        return tmp_path / step / learner / assignment

    for who, value in plans.items():
        path = folder("submitted", who, MODULE)
        path.mkdir(parents=True)
        answer = {"value": value, "outcome": None, "attempts": 0, "hints": 0, "earlier": []}
        text = json.dumps({"format": 1, "answers": {"strategy": answer}}, ensure_ascii=False)
        (path / FILE).write_text(text, encoding="utf-8")
    return SimpleNamespace(folder=folder, entries=lambda step: {(MODULE, who) for who in plans})


def test_whole_plans_are_played_and_breaches_told_apart(course):
    found = class_plans(course, 5, customers=400, n_seeds=2)
    assert len(found.plans) == 3
    assert len(found.kept) == 2
    assert found.kept["value_cny"].tolist() == pytest.approx([found.reference_cny] * 2)
    assert found.kept["share"].tolist() == pytest.approx([1.0, 1.0])
    assert found.plans.loc[found.plans["broken"] != "", "broken"].tolist() == ["重复触达：每月一次"]
    assert found.n_above == (2 if found.reference_cny > found.old_cny else 0)
    assert "ann" not in found.plans.to_string()


def test_without_a_whole_plan_there_is_nothing_to_tell(course):
    none = SimpleNamespace(folder=course.folder, entries=lambda step: {(MODULE, "eva")})
    assert class_plans(none, 5, customers=400) is None


def test_the_chart_says_how_many_are_above_the_old_plan(course):
    found = class_plans(course, 5, customers=400, n_seeds=2)
    image = figures.class_plans(found.plans, found.old_cny, found.reference_cny)
    assert f"3 份方案里 {found.n_above} 份合规" in image and "仿真" in image
