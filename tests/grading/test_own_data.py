"""Each learner answers for a branch of their own, derived again at grading."""

import nbformat
import pytest

from smeprofile.data import load
from smeprofile.grading import grade
from smeprofile.grading.course import open_course
from smeprofile.learner import own_branch
from smeprofile.params import load_cohort, variant_key
from smeprofile.paths import HOME_VARIABLE
from tiny_course import master_edition, put_master, write_own_course

RIGHT = 'count = int((customers["branch_id"] == BRANCH).sum())'
LEARNERS = ("ann", "ben", "eva")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("own")
    write_own_course(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(root))
        course = open_course()
        put_master(course)
        yield course


def hand_in(course, learner, answer, *, change=("", "")):
    notebook = master_edition()
    for cell in notebook.cells:
        cell.source = cell.source.replace(*change) if change[0] else cell.source
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "count":
            cell.source = answer
    folder = course.folder("submitted", learner, "02_tiny")
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "practice.ipynb")


def scores(course, **options):
    return {row.learner_id: row.score for row in grade(["02_tiny"], course=course, **options).rows}


def number_of(learner):
    branch = own_branch(variant_key(load_cohort()), learner)
    return int((load("customers")["branch_id"] == branch).sum())


def test_equal_code_and_ones_own_number_are_right_and_a_neighbours_number_is_wrong(course):
    numbers = {who: number_of(who) for who in LEARNERS}
    assert len(set(numbers.values())) == len(LEARNERS)
    for who in LEARNERS:
        hand_in(course, who, RIGHT)
    assert scores(course) == dict.fromkeys(LEARNERS, 4.0)
    for who in LEARNERS:
        hand_in(course, who, f"count = {numbers[who]}")
    assert scores(course) == dict.fromkeys(LEARNERS, 4.0)
    hand_in(course, "ben", f"count = {numbers['ann']}")
    expected = dict.fromkeys(LEARNERS, 4.0) | {"ben": 0.0}
    assert scores(course) == expected
    hand_in(course, "ann", f"count = {numbers['ann']}\n")
    hand_in(course, "ben", f"count = {numbers['ann']}\n")
    assert scores(course, sandbox=False) == expected


@pytest.mark.parametrize(
    ("answer", "change"),
    [
        (RIGHT, ("VARIANT_KEY = ", "VARIANT_KEY = 'mine'  # ")),
        (f"BRANCH = 'B01'\n{RIGHT}", ("", "")),
        (f"import os\nos.environ['SMEPROFILE_LEARNER'] = 'ann'\nBRANCH = sp.own_branch(VARIANT_KEY)\n{RIGHT}", ("", "")),
        (f"import smeprofile.learner\nsmeprofile.learner.own_branch = lambda key: 'B01'\n{RIGHT}", ("", "")),
    ],
)  # fmt: skip
def test_who_changes_what_decides_gets_nothing_more(course, answer, change):
    key = variant_key(load_cohort())
    others = ("B01", own_branch(key, "ann"))
    who = next(w for w in map("w{}".format, range(99)) if own_branch(key, w) not in others)
    hand_in(course, who, answer, change=change)
    found = scores(course)[who]
    is_put_back = change[0] or "learner.own_branch" in answer
    assert found == (4.0 if is_put_back else 0.0)
