"""What is handed out holds no answer; ids stay put; parameters are the cohort's and locked."""

import nbformat
import pytest

from conftest import ROOT
from smeprofile.cells import fingerprint, is_control
from smeprofile.notebooks import as_trainee, master, read_source
from smeprofile.notebooks.editions import STUB


@pytest.fixture(scope="module")
def source():
    return read_source(ROOT / "solutions" / "02_data_cleaning" / "practice.py")


@pytest.fixture(scope="module")
def trainee(source, cohort):
    return as_trainee(master(source, cohort))


def test_trainee_edition_holds_no_answer_sample_or_hidden_test(source, trainee):
    text = nbformat.writes(trainee)
    given_away = [
        line.strip()
        for exercise in source.exercises.values()
        for code in (exercise.solution, *(s.source for s in exercise.samples))
        for line in code.splitlines()
        if len(line) > 30 and not line.startswith("def ") and line.strip() in text
    ]
    assert given_away == []
    assert "HIDDEN" not in text and "SOLUTION" not in text and "零容忍红线" not in text


def test_every_answer_cell_is_stubbed(source, trainee):
    stubbed = [c for c in trainee.cells if STUB in c.source]
    controls = [c for c in trainee.cells if is_control(c) and "nbgrader" in c.metadata]
    assert len(stubbed) + len(controls) == len(source.exercises)
    assert not any("BEGIN" in c.source or c in stubbed for c in controls)


def test_issued_fingerprints_are_those_of_the_cells(trainee):
    expected = {cell.id: fingerprint(cell) for cell in trainee.cells}
    assert trainee.metadata.smeprofile["issued"] == expected


def test_parameters_are_the_cohorts_and_locked(source, cohort):
    other = cohort.model_copy(update={"as_of": cohort.as_of.replace(year=2024)})
    cell = next(c for c in master(source, other).cells if c.id == "practice-parameters")
    assert cell.source.splitlines()[0].startswith("AS_OF = '2024-")
    assert "# 观察点" in cell.source
    assert cell.metadata.nbgrader.locked


def test_inserting_a_cell_gives_no_id_to_another(source, cohort):
    before = {c.id: c.source for c in master(source, cohort).cells}
    new = nbformat.v4.new_markdown_cell("新加的一段")
    cells = [*source.cells[:3], new, *source.cells[3:]]
    changed = type(source)(source.module, source.stem, cells, source.exercises)
    after = {c.id: c.source for c in master(changed, cohort).cells}
    assert {cell_id: after.get(cell_id) for cell_id in before} == before


def test_prose_takes_the_banks_name_from_the_cohort(source, cohort):
    bank = cohort.bank.model_copy(update={"name": "海屿银行"})
    text = nbformat.writes(master(source, cohort.model_copy(update={"bank": bank})))
    assert "海屿银行制度" in text and cohort.bank.name not in text
