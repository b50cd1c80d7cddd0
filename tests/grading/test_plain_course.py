"""Any nbgrader course directory gets nbgrader's own scores: the samples nbgrader carries."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbgrader
import pytest
from nbgrader.api import Gradebook

from smeprofile.grading import grade

pytestmark = pytest.mark.full
TESTS = Path(nbgrader.__file__).parent / "tests"
# (assignment, learner) → notebook: every submission that the wheel carries, by its folder.
SAMPLES = {
    (path.parents[1].name, path.stem): path for path in TESTS.glob("*/files/submitted-*.ipynb")
}
ASSIGNMENTS = sorted({assignment for assignment, _ in SAMPLES})


LEAST = 14  # of the samples, that nbgrader can grade


def write_course(root):
    for assignment in ASSIGNMENTS:
        source = root / "source" / assignment
        source.mkdir(parents=True)
        shutil.copy(SAMPLES[assignment, "submitted-unchanged"], source / "p1.ipynb")
    for (assignment, learner), path in SAMPLES.items():
        folder = root / "submitted" / learner / assignment
        folder.mkdir(parents=True)
        shutil.copy(path, folder / "p1.ipynb")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """Scores by `nbgrader autograde` of those samples it can grade."""
    root = tmp_path_factory.mktemp("theirs")
    write_course(root)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    scores = graded_by_nbgrader(root, path)
    if len(scores) < LEAST:  # on a busy machine a kernel may die: those left are tried again
        scores = graded_by_nbgrader(root, path)
    return scores


def graded_by_nbgrader(root, path):
    """Let nbgrader grade what it hasn't yet; return the scores of all that it could."""
    scores = {}
    for assignment in ASSIGNMENTS:
        for command in ("generate_assignment", "autograde"):
            subprocess.run(
                [sys.executable, "-m", "nbgrader", command, assignment],
                cwd=root,
                env=os.environ | {"PATH": path},
                capture_output=True,
                check=False,  # it ends with 1 after listing what it could not grade
            )
        with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
            for s in gradebook.assignment_submissions(assignment):
                if (root / "autograded" / s.student_id / assignment).is_dir():
                    scores[assignment, s.student_id] = s.score
    return scores


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """Rows of our `grade` on an equal folder, by assignment and learner."""
    root = tmp_path_factory.mktemp("ours")
    write_course(root)
    return {(row.assignment, row.learner_id): row for row in grade(root=root).rows}


def test_nbgraders_samples_get_nbgraders_scores(theirs, ours):
    assert {name: ours[name].score for name in theirs} == theirs


def test_what_nbgrader_cannot_grade_is_put_right_and_graded(theirs, ours):
    """It crashes on a cell whose type was changed."""
    rest = set(SAMPLES) - set(theirs)
    assert all(name.endswith("cell-type-changed") for _, name in rest)
    assert {(ours[name].status, ours[name].score) for name in rest} == {("graded", 1.0)}


def test_most_samples_can_be_graded(theirs):
    assert len(theirs) >= LEAST
