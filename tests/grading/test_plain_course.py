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

FILES = Path(nbgrader.__file__).parent / "tests"

def samples():
    """Return name → one of nbgrader's sample submissions, each content once."""
    found = {}
    for path in sorted(FILES.glob("*s/files/submitted-*.ipynb")):
        found.setdefault(path.read_bytes(), (f"{path.stem}-{path.parts[-3]}", path))
    return dict(found.values())


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """Scores of the samples: by `nbgrader autograde` and by our `grade`, on equal folders."""
    theirs, ours = tmp_path_factory.mktemp("theirs"), tmp_path_factory.mktemp("ours")
    for root in (theirs, ours):
        (root / "source" / "ps1").mkdir(parents=True)
        shutil.copy(
            FILES / "apps/files/submitted-unchanged.ipynb", root / "source" / "ps1" / "p1.ipynb"
        )
        for name, path in samples().items():
            folder = root / "submitted" / name / "ps1"
            folder.mkdir(parents=True)
            shutil.copy(path, folder / "p1.ipynb")
    for command in ("generate_assignment", "autograde"):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", command, "ps1"],
            cwd=theirs,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            check=False,  # it ends with 1 after listing what it could not grade
        )
    with Gradebook(f"sqlite:///{theirs}/gradebook.db") as gradebook:
        expected = {s.student_id: s.score for s in gradebook.assignment_submissions("ps1")}
    actual = {row.learner_id: row.score for row in grade(root=ours).rows}
    return expected, actual


def test_nbgraders_samples_get_nbgraders_scores(scores):
    expected, actual = scores
    assert actual == expected


def test_all_samples_were_graded(scores):
    assert set(scores[1]) == set(samples())
