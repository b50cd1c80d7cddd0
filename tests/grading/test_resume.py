"""A grading run that is killed at any moment is finished by the next; nothing is lost or changed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment

from conftest import missing
from shop_course import REFERENCE, course, hand_in, write
from smeprofile.grading import grade
from smeprofile.grading.course import open_course
from smeprofile.sandbox import Unavailable, refuse_without

LEARNERS, KILLS, SEED = 50, 20, 7
KINDS = [
    REFERENCE,
    {},
    REFERENCE | {"rate": "rate = 3.5"},
    REFERENCE | {"total": "def total(frame):\n    raise ValueError"},
    REFERENCE | {"model": "import os\nos._exit(1)"},
]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    try:
        refuse_without()
    except Unavailable as why:
        missing(f"a sandbox ({why})")
    root = tmp_path_factory.mktemp("class")
    write(root, ("source", "ps1"), course(REFERENCE))
    for n in range(LEARNERS):
        hand_in(root, f"w{n:02}", course(KINDS[n % len(KINDS)], tests=False))
    return root


def start(root):
    words = [sys.executable, "-m", "smeprofile", "grade", "--root", str(root)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def gradebook(root):
    """Return learner → each check's points, what nbgrader thinks of it, and the comments."""
    with open_course(root).gradebook() as found:
        return {
            s.student_id: sorted(
                (g.name, g.auto_score, g.manual_score, g.needs_manual_grade, g.max_score)
                for n in s.notebooks
                for g in n.grades
            )
            + sorted((c.name, c.auto_comment or "") for n in s.notebooks for c in n.comments)
            for s in found.assignment_submissions("ps1")
        }


def left_of(root):
    """Return the processes that still work on the course."""
    return [
        p.info["cmdline"]
        for p in psutil.process_iter(["cmdline", "status"])
        if str(root) in " ".join(p.info["cmdline"] or ()) and p.info["status"] != "zombie"
    ]


@pytest.mark.full
def test_a_run_killed_twenty_times_ends_as_one_that_was_not(handed_in, tmp_path):
    whole, rng, kills, done = tmp_path / "whole", random.Random(SEED), 0, 0
    shutil.copytree(handed_in, whole)
    began = time.monotonic()
    said, _ = start(whole).communicate()
    seconds = time.monotonic() - began
    assert said.startswith(f"批改 {LEARNERS} 份"), said
    expected = gradebook(whole)
    assert len(expected) == LEARNERS
    assert len({tuple(marks) for marks in expected.values()}) > 3
    while kills < KILLS:
        root = tmp_path / f"killed-{done}"
        shutil.copytree(handed_in, root)
        while kills < KILLS:
            process = start(root)
            try:
                process.communicate(timeout=rng.uniform(0.3, seconds / 3))
                break  # it was faster: all over again
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.communicate()
                kills += 1
                until = time.monotonic() + 10
                while left_of(root) and time.monotonic() < until:
                    time.sleep(0.1)
                assert left_of(root) == []
        said, errors = start(root).communicate()
        assert said.endswith("，0 份没能批改。\n"), said + errors
        assert gradebook(root) == expected
        done += 1


class PowerCut(BaseException):
    """Nothing that anybody catches."""


@pytest.mark.parametrize(
    ("step", "done"), [("add_notebook", 1), ("update_or_create_source_cell", 17)]
)
def test_an_assignment_whose_recording_was_cut_short_is_recorded_again(
    tmp_path, monkeypatch, step, done
):
    for name in ("p1", "p2"):
        write(tmp_path, ("source", "ps1"), course(REFERENCE), name)
        write(tmp_path, ("submitted", "ann", "ps1"), course(REFERENCE, tests=False), name)
    usual, calls = getattr(Gradebook, step), []

    def cut(*args, **rest):
        calls.append(args)
        if len(calls) > done:
            raise PowerCut
        return usual(*args, **rest)

    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr(Gradebook, step, cut)
        open_course(tmp_path).run(GenerateAssignment, "ps1", force=True)
    (row,) = grade(root=tmp_path).rows
    assert (row.score, row.max_score, row.note) == (8, 8, "")
