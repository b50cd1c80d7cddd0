"""Every exercise's samples are judged as the source says: right, typical-wrong, blank."""

import re
from copy import deepcopy

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade, is_solution

from conftest import ROOT
from smeprofile.answers import FILE
from smeprofile.notebooks import answered, as_trainee, master, read_source
from smeprofile.notebooks.execute import (
    course_at,
    error_of,
    failed_checks,
    other_errors,
    run,
    stderr_of,
)
from smeprofile.notebooks.source import role_of
from smeprofile.nursery import nursery
from smeprofile.params import load_cohort


@pytest.fixture(scope="module", autouse=True)
def _forked_kernels():
    with nursery():
        yield


COHORT = load_cohort(root=ROOT)
SOURCES = {m.slug: read_source(ROOT / "solutions" / m.slug / "practice.py") for m in COHORT.modules}


@pytest.fixture(scope="module", params=SOURCES)
def practice(request, tmp_path_factory):
    """A source and its practice, run in one kernel: blank, with right answers, each wrong sample.

    Right answers come by their controls, and all is run again from the first answer on. Exercises
    don't depend on each other, so a sample is judged by running it and its check at the end.
    """
    source, folder = SOURCES[request.param], tmp_path_factory.mktemp("practice")
    with course_at(ROOT):
        whole = master(source, COHORT)
        right = {e.name: e.solution for e in source.exercises.values()}
        solved = answered(whole, source, right, folder)
        kept = folder / "kept"
        if (folder / FILE).exists():
            (folder / FILE).rename(kept)
        notebook = as_trainee(whole)
        begins = next(n for n, cell in enumerate(solved.cells) if is_solution(cell))
        give = f"import pathlib\nkept = pathlib.Path({str(kept)!r})\nif kept.exists():\n    kept.rename({FILE!r})"
        notebook.cells += [new_code_cell(give), *map(named("right"), solved.cells[begins:])]
        checks = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in whole.cells}
        for exercise in checked(source):
            for number, sample in enumerate(exercise.samples):
                again = deepcopy(checks[f"{exercise.name}-check"])
                again.id = f"again-{exercise.name}-{number}"
                notebook.cells += [new_code_cell(sample.source), again]
        return source, run(notebook, folder=folder)


def checked(source):
    """Return the exercises that a check judges: what is written in words, a person does."""
    return [e for e in source.exercises.values() if not e.rubric]


def named(part):
    def with_id(cell):
        copy = deepcopy(cell)
        copy.id = f"{part}-{cell.id}"[:64]
        return copy

    return with_id


def cells_of(ran, part):
    """Return the cells of one part of the run: blank, right or again."""
    parts = [cell.id.split("-")[0] for cell in ran.cells]
    return [c for c, p in zip(ran.cells, parts, strict=True)
            if p == part or (part == "blank" and p == "practice")]  # fmt: skip


def test_right_answers_pass_without_a_warning(practice):
    _, ran = practice
    asked = cells_of(ran, "right")
    assert asked
    assert [error for cell in asked if (error := error_of(cell))] == []
    assert stderr_of(ran) == ""


def test_blank_fails_every_check_and_nothing_else(practice):
    source, ran = practice
    blank = new_notebook(cells=cells_of(ran, "blank"))
    assert sorted(failed_checks(blank)) == sorted(e.name for e in checked(source))
    assert other_errors(blank) == []


def test_wrong_samples_lose_their_own_points_and_are_told_why(practice):
    source, ran = practice
    judged = {cell.id: cell for cell in ran.cells}
    amiss = []
    for exercise in checked(source):
        for number, sample in enumerate(exercise.samples):
            cell = judged[f"again-{exercise.name}-{number}"]
            points, _ = determine_grade(cell)
            error = error_of(cell) or ""
            said = error or re.sub(r"<[^>]+>", "", displayed(cell))
            if error and not error.startswith("AssertionError: "):
                amiss.append((exercise.name, sample.mistake, error))
            if points != sample.earns or sample.says not in said:
                amiss.append((exercise.name, sample.mistake, sample.says, points, said[:300]))
            # The class report counts mistakes by these words: each must name one mistake only.
            others = [o.mistake for o in exercise.samples if o.says in error and o != sample]
            amiss += [(exercise.name, sample.mistake, "也像", other) for other in others]
    assert amiss == []


def displayed(cell):
    return "".join(str(o.get("data", {}).get("text/html", "")) for o in cell.outputs)


@pytest.mark.parametrize("slug", SOURCES)
def test_points_add_up_to_a_hundred(slug):
    assert sum(e.points for e in SOURCES[slug].exercises.values()) == 100


@pytest.mark.parametrize("slug", SOURCES)
def test_a_lesson_shows_figures(slug):
    """That it runs, without a warning or a figure without alternative text, the build has proved."""
    cells = read_source(ROOT / "solutions" / slug / "lesson.py").cells
    assert sum(c.source.count("show(") for c in cells if c.cell_type == "code") >= 2


@pytest.mark.parametrize("stem", ["lesson", "practice"])
@pytest.mark.parametrize("slug", SOURCES)
def test_prose_holds_no_number_that_depends_on_the_data(slug, stem):
    """Counts in prose would lie after a rebuild with another seed; facts and parameters are cited."""
    cells = read_source(ROOT / "solutions" / slug / f"{stem}.py").cells
    plain = [c.source for c in cells if c.cell_type == "markdown" and role_of(c) is None]
    prose = re.sub(r"\{\{.*?\}\}|`.*?`", "", "\n".join(plain))
    assert re.findall(r"\d[\d,.]*\s*(?:户|笔|份|条|%|万元|元)", prose) == []
