"""Submissions that break their own run, in one batch with honest ones: each loses what it broke."""

import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.converters import Autograde, GenerateAssignment

from smeprofile.errors import UserError
from smeprofile.grading import grade
from smeprofile.grading.course import open_course
from smeprofile.sandbox import Unavailable

CHECKS = ("first", "second", "third")
HONEST = {name: f"{name} = 1" for name in CHECKS}
# learner → (what is written instead of the second answer, the points left)
BROKEN = {
    "exit": ("second = 1\nexit()", [*CHECKS]),
    "os-exit": ("import os; second = 1; os._exit(0)", ["first", "third"]),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ["first", "third"]),
    "kill-all": ("import os, signal; os.kill(-1, signal.SIGKILL)", ["third"]),
    "segfault": ("import ctypes; ctypes.string_at(0)", ["first", "third"]),
    "loop": ("while True: pass", ["first", "third"]),
    "stubborn": (
        "while True:\n    try:\n        import time; time.sleep(99)\n    except BaseException: pass",
        ["first", "third"],
    ),
    "flood": ("while True: print('x' * 100_000)", ["first", "third"]),
    "system-exit": ("second = 1\nraise SystemExit", ["first", "second", "third"]),
    "asks": ("second = input()", ["first", "third"]),
    "stderr": ("import sys; second = 1; print('warning', file=sys.stderr)", [*CHECKS]),
    "no-stdout": ("import sys; second = 1; sys.stdout.close()", ["first", "second", "third"]),
    "threads": (
        "import threading, time; second = 1\n"
        "[threading.Thread(target=time.sleep, args=(99,)).start() for _ in range(9)]",
        [*CHECKS],
    ),
    "memory": ("x = [bytearray(10**9) for _ in range(9)]", ["first", "third"]),
    "recursion": ("def f(): return f()\nf()", ["first", "third"]),
    "surrogate": ("second = 1; print('\\ud800')", ["first", "second", "third"]),
    "binary": ("second = 1; print(chr(0) * 9, '\\x1b[31m')", [*CHECKS]),
    "chdir": ("import os; second = 1; os.chdir('/')", [*CHECKS]),
}


def notebook(answers):
    cells = []
    for name in CHECKS:
        answer = new_code_cell(answers[name], metadata={"nbgrader": cell(name, solution=True)})
        check = new_code_cell(
            f"assert {name} == 1",
            metadata={"nbgrader": cell(f"{name}-check", grade=True, locked=True, points=1)},
        )
        cells += [answer, check]
    return new_notebook(cells=cells)


def cell(grade_id, *, solution=False, grade=False, locked=False, points=None):
    found = {"grade_id": grade_id, "solution": solution, "grade": grade, "locked": locked,
             "schema_version": 3, "task": False}  # fmt: skip
    return found | ({"points": points} if grade else {})


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The rows of one `grade` over all of them, by learner; the honest one comes in the middle."""
    root = tmp_path_factory.mktemp("course")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Execute.timeout = 4\nc.Execute.iopub_timeout = 3\n"
    )
    write(root / "source" / "ps1", notebook(HONEST))
    for learner, (code, _) in BROKEN.items():
        write(root / "submitted" / learner / "ps1", notebook(HONEST | {"second": code}))
    for learner in ("honest", "linked", "piped", "large", "zz-honest"):
        write(root / "submitted" / learner / "ps1", notebook(HONEST))
    (root / "submitted" / "linked" / "ps1" / "data.txt").symlink_to(root / "gradebook.db")
    os.mkfifo(root / "submitted" / "piped" / "ps1" / "pipe")
    with (root / "submitted" / "large" / "ps1" / "large").open("wb") as file:
        file.truncate(10**9)
    (root / "submitted" / "stolen" / "ps1").mkdir(parents=True)
    (root / "submitted" / "stolen" / "ps1" / "p1.ipynb").symlink_to(
        root / "submitted" / "honest" / "ps1" / "p1.ipynb"
    )
    here = Path.cwd()
    found = {row.learner_id: row for row in grade(root=root).rows}
    assert here == Path.cwd()  # nbgrader's steps change it, and here they run side by side
    return found


def write(folder: Path, made) -> None:
    folder.mkdir(parents=True)
    nbformat.write(made, folder / "p1.ipynb")


@pytest.mark.parametrize("learner", BROKEN)
def test_only_what_was_broken_is_lost(rows, learner):
    row = rows[learner]
    assert row.status == "graded"
    left = [name for name, check in row.checks.items() if check.score]
    assert left == BROKEN[learner][1]


@pytest.mark.parametrize("learner", ["honest", "zz-honest"])
def test_honest_work_in_the_same_batch_keeps_all(rows, learner):
    assert (rows[learner].status, rows[learner].score) == ("graded", 3)


@pytest.mark.parametrize(
    ("learner", "says"),
    [
        ("linked", "data.txt 是链接或特殊文件"),
        ("piped", "pipe 是链接或特殊文件"),
        ("large", "超过 50 MB"),
        ("stolen", "p1.ipynb 是链接或特殊文件"),
    ],
)
def test_odd_files_are_refused_politely(rows, learner, says):
    assert rows[learner].status == "failed"
    assert says in rows[learner].note


def test_without_a_sandbox_grading_is_refused(tmp_path, monkeypatch):
    def none():
        raise Unavailable("试试看")

    monkeypatch.setattr(sys.modules["smeprofile.grading.one"], "refuse_without", none)
    write(tmp_path / "source" / "ps1", notebook(HONEST))
    write(tmp_path / "submitted" / "u1" / "ps1", notebook(HONEST))
    with pytest.raises(UserError, match=r"不能隔离地批改：试试看。.*--no-sandbox"):
        grade(root=tmp_path)
    assert [3] == [row.score for row in grade(root=tmp_path, sandbox=False).rows]


def test_nbgraders_own_step_runs_in_a_sandbox_too(tmp_path):
    """As formgrader's button does: with our configuration, but not through our command."""
    course = open_course(tmp_path)
    where = {"second": "import os; second = os.getppid()"}
    write(tmp_path / "source" / "ps1", notebook(HONEST))
    write(tmp_path / "submitted" / "u1" / "ps1", notebook(HONEST | where))
    course.run(GenerateAssignment, "ps1")
    course.run(Autograde, "ps1", "u1")
    with course.gradebook() as gradebook:
        assert 3 == gradebook.find_submission("ps1", "u1").score  # process 1 of its sandbox
