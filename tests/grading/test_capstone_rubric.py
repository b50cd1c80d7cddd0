"""The capstone's written answers: formgrader has the rubric, and what a person gives is the score."""

import shutil

import nbformat
import pytest

from conftest import ROOT
from smeprofile.grading import grade
from smeprofile.grading.course import Course, nbgrader_config
from smeprofile.grading.desk import aids
from smeprofile.notebooks import as_trainee, master, read_source, solved_with
from smeprofile.params import load_cohort

MODULE = "14_graduation"
WRITTEN = ("report", "defence")


@pytest.fixture(scope="module")
def source():
    return read_source(ROOT / "solutions" / MODULE / "practice.py", load_cohort(root=ROOT))


@pytest.fixture(scope="module")
def hand_ins(source):
    """Learner → exercise → (text, marks by criterion): the model, each typical wrong, a blank."""
    rubrics = {name: source.exercises[name].rubric for name in WRITTEN}
    full = {name: [c.points for c in rubrics[name]] for name in WRITTEN}
    marks = {
        cell.metadata["mistake"]: cell.metadata["marks"]
        for cell in source.cells
        if cell.metadata.get("sample") in WRITTEN
    }
    found = {
        "model": {name: (source.exercises[name].solution, full[name]) for name in WRITTEN},
        "blank": {},
    }
    for number in (0, 1):
        found[f"wrong{number}"] = {
            name: (sample.source, marks[sample.mistake])
            for name in WRITTEN
            for sample in [source.exercises[name].samples[number]]
        }
    return found


@pytest.fixture(scope="module")
def course(tmp_path_factory, source, hand_ins):
    """A real gradebook of the written part alone, graded once: people haven't marked it yet."""
    root = tmp_path_factory.mktemp("capstone")
    cohort = load_cohort(root=ROOT)
    config = nbgrader_config(root, cohort)
    config.Exchange.root = str(root / "exchange")
    course = Course(root, config)
    whole = master(source, cohort)
    kept = {*WRITTEN, *(f"{name}-{part}" for name in WRITTEN for part in ("task", "rubric"))}
    whole.cells = [c for c in whole.cells if c.metadata.get("nbgrader", {}).get("grade_id") in kept]
    folder = course.folder("source", ".", MODULE)
    folder.mkdir(parents=True)
    nbformat.write(whole, folder / "practice.ipynb")
    shutil.copytree(folder, course.folder("release", ".", MODULE))
    for who, answers in hand_ins.items():
        folder = course.folder("submitted", who, MODULE)
        folder.mkdir(parents=True)
        texts = {name: text for name, (text, _) in answers.items()}
        nbformat.write(solved_with(as_trainee(whole), texts), folder / "practice.ipynb")
    return course


def test_written_answers_wait_for_a_person_and_are_scored_by_the_rubric(course, source, hand_ins):
    first = {row.learner_id: row for row in grade(course=course).rows}
    most = sum(source.exercises[name].points for name in WRITTEN)
    assert {row.max_score for row in first.values()} == {most} == {23}
    assert {row.score for row in first.values()} == {0.0}
    waiting = {who for who, row in first.items() if "等老师评分" in row.note}
    assert waiting == set(hand_ins) - {"blank"}

    told = aids(course, MODULE, "practice")
    for name in WRITTEN:
        criteria = [criterion for criterion, _ in told[name]["rubric"]]
        assert criteria == [c.name for c in source.exercises[name].rubric]
    with course.gradebook() as gradebook:
        for who, answers in hand_ins.items():
            for name, (_, marks) in answers.items():
                levels = [dict(given) for _, given in told[name]["rubric"]]
                assert all(m in of for m, of in zip(marks, levels, strict=True))
                marked = gradebook.find_grade(name, "practice", MODULE, who)
                marked.manual_score, marked.needs_manual_grade = float(sum(marks)), False
        gradebook.db.commit()
    scores = {row.learner_id: row.score for row in grade(course=course).rows}
    assert scores == {
        who: sum(sum(marks) for _, marks in answers.values()) for who, answers in hand_ins.items()
    }
    assert scores["model"] == most and scores["blank"] == 0
    assert max(scores["wrong0"], scores["wrong1"]) < 0.6 * most
