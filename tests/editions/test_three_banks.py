"""Three other banks' editions: answers get full marks, prose says nothing the figures don't."""

from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade

from conftest import ROOT
from smeprofile.drift import drift
from smeprofile.notebooks import build as builder
from smeprofile.notebooks.execute import course_at
from smeprofile.params import load_cohort
from smeprofile.reading import write_reading

BANKS = sorted(Path(__file__).parent.glob("*.yml"))


def lost(folder):
    """Return, for each check of an executed edition that gave less than all points, what it gave."""
    found = {}
    for path in sorted((folder / "executed").rglob("practice.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            mark = cell.metadata.get("nbgrader", {})
            if mark.get("grade") and cell.cell_type == "code":
                points, most = determine_grade(cell)
                if points != most:
                    found[f"{path.parent.name}/{mark.grade_id}"] = (points, most)
    return found


def written(out, cohort_file=None):
    """Build an edition, write it for instructors into ``out`` and return that folder."""
    course = out / "course"
    built = builder.build(params=cohort_file, out=course, shown=True)
    with course_at(course):
        write_reading(built.runs, load_cohort(), out / "html", course=course, answers=True)
    return out / "html"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return written(tmp_path_factory.mktemp("own"))


@pytest.mark.full
def test_the_courses_own_answers_get_all_points(own):
    assert lost(own) == {}


@pytest.mark.full
@pytest.mark.parametrize("file", BANKS, ids=lambda path: path.stem)
def test_another_banks_answers_get_all_points_and_no_sentence_is_wrong(file, own, tmp_path):
    edition = written(tmp_path / file.stem, file)
    assert lost(edition) == {}
    found = drift(own, edition, tmp_path / "drift")
    wrong = {
        n: [c.told for c in some if c.kind == "句子可能不对"] for n, some in found.changes.items()
    }
    assert {name: told for name, told in wrong.items() if told} == {}
    # Another bank's name, data and figures: each notebook on class data has changed somewhere.
    assert sum(bool(some) for some in found.changes.values()) > len(found.changes) / 2
    assert "数据表" in found.causes and "参数" in found.causes
    assert "库" not in found.causes and "课程文本" not in found.causes


def test_the_three_banks_differ_in_kind_region_and_industries():
    assert len(BANKS) == 3
    cohorts = [load_cohort(path, root=ROOT) for path in BANKS]
    assert len({c.bank.kind for c in cohorts}) == len({c.bank.region for c in cohorts}) == 3
    assert len({tuple(i.code for i in c.industries) for c in cohorts}) == 3
