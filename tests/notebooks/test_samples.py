"""Every exercise's samples are judged as the source says: right, typical-wrong, blank."""

import re
from itertools import zip_longest

import pytest
from nbgrader.utils import determine_grade

from conftest import ROOT
from smeprofile.notebooks import answered, as_trainee, master, read_source
from smeprofile.notebooks.execute import course_at, failed_checks, other_errors, run, stderr_of
from smeprofile.notebooks.source import role_of
from smeprofile.params import load_cohort

COHORT = load_cohort(root=ROOT)
SOURCES = {m.slug: read_source(ROOT / "solutions" / m.slug / "practice.py") for m in COHORT.modules}


def rounds(source):
    """Return sets of answers: the n-th holds each exercise's n-th wrong sample, if it has one.

    Exercises don't depend on each other, so one run judges a sample of each.
    """
    wrong = [[(e.name, sample) for sample in e.samples] for e in source.exercises.values()]
    return [dict(filter(None, row)) for row in zip_longest(*wrong)]


CASES = [(slug, n) for slug, s in SOURCES.items() for n in range(len(rounds(s)))]


def judged(slug, answers, folder):
    source = SOURCES[slug]
    solved = {e.name: e.solution for e in source.exercises.values()}
    with course_at(ROOT):
        done = answered(master(source, COHORT), source, solved | answers, folder)
        return run(done, folder=folder)


def earned(ran, name):
    """Return what nbgrader takes for the points of a check, and the words that it displayed."""
    cell = next(
        c for c in ran.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"{name}-check"
    )
    text = "".join(str(o.get("data", {}).get("text/html", "")) for o in cell.outputs)
    return determine_grade(cell)[0], re.sub(r"<[^>]+>", "", text)


@pytest.mark.parametrize("slug", SOURCES)
def test_right_answers_pass_without_a_warning(slug, tmp_path):
    ran = judged(slug, {}, tmp_path)
    assert (failed_checks(ran), other_errors(ran), stderr_of(ran)) == ({}, [], "")


@pytest.mark.parametrize(("slug", "number"), CASES)
def test_wrong_sample_loses_its_own_points_and_is_told_why(slug, number, tmp_path):
    wrong = rounds(SOURCES[slug])[number]
    ran = judged(slug, {name: sample.source for name, sample in wrong.items()}, tmp_path)
    failed = failed_checks(ran)
    papers = {name for name in wrong if SOURCES[slug].exercises[name].paper}
    for name in papers:  # a paper's points are counted: nothing fails, part of them is earned
        sample, (points, told) = wrong.pop(name), earned(ran, name)
        assert points == sample.earns
        assert sample.says in told
    assert sorted(failed) == sorted(wrong)
    unsaid = {n: (s.says, failed[n]) for n, s in wrong.items() if s.says not in failed[n]}
    assert unsaid == {}
    assert all(message.startswith("AssertionError: ") for message in failed.values())
    # The class report counts mistakes by these words: each must name one mistake only.
    exercises = SOURCES[slug].exercises
    confused = {
        name: [o.mistake for o in exercises[name].samples if o.says in failed[name] and o != sample]
        for name, sample in wrong.items()
    }
    assert {name: others for name, others in confused.items() if others} == {}


@pytest.mark.parametrize("slug", SOURCES)
def test_blank_fails_every_check_and_nothing_else(slug, tmp_path):
    source = SOURCES[slug]
    with course_at(ROOT):
        ran = run(as_trainee(master(source, COHORT)), folder=tmp_path)
    assert sorted(failed_checks(ran)) == sorted(source.exercises)
    assert other_errors(ran) == []


@pytest.mark.parametrize("slug", SOURCES)
def test_points_add_up_to_a_hundred(slug):
    assert sum(e.points for e in SOURCES[slug].exercises.values()) == 100


@pytest.fixture(scope="module", params=SOURCES)
def lesson(request, tmp_path_factory):
    """A lesson as the trainee gets it, run from top to bottom."""
    source = read_source(ROOT / "solutions" / request.param / "lesson.py")
    with course_at(ROOT):
        return run(as_trainee(master(source, COHORT)), folder=tmp_path_factory.mktemp("lesson"))


def test_lesson_runs_without_an_error_or_a_warning(lesson):
    assert (other_errors(lesson), stderr_of(lesson)) == ([], "")


def test_every_figure_of_a_lesson_has_alternative_text(lesson):
    shown = [o.get("data", {}) for cell in lesson.cells for o in cell.get("outputs", [])]
    assert [data for data in shown if "image/png" in data] == []  # such has no alt text
    assert sum('<img alt="' in data.get("text/html", "") for data in shown) >= 2


@pytest.mark.parametrize("stem", ["lesson", "practice"])
@pytest.mark.parametrize("slug", SOURCES)
def test_prose_holds_no_number_that_depends_on_the_data(slug, stem):
    """Counts in prose would lie after a rebuild with another seed; facts and parameters are cited."""
    cells = read_source(ROOT / "solutions" / slug / f"{stem}.py").cells
    plain = [c.source for c in cells if c.cell_type == "markdown" and role_of(c) is None]
    prose = re.sub(r"\{\{.*?\}\}|`.*?`", "", "\n".join(plain))
    assert re.findall(r"\d[\d,.]*\s*(?:户|笔|份|条|%|万元|元)", prose) == []
