"""Grading of many submissions: `smeprofile grade` against `nbgrader autograde`, in one run.

    python tests/bench/grade.py [SUBMISSIONS] [MODULE]

Both grade copies of the same work (right, blank and typical-wrong answers of a module's practice).
nbgrader is timed on a part of them, one call each as instructors do for a late hand-in, and on all
of that part in one call. The scores must be equal, cell by cell.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from smeprofile.grading import grade  # noqa: E402
from smeprofile.notebooks import answered, as_trainee, master, read_module  # noqa: E402
from smeprofile.params import load_cohort  # noqa: E402

N_THEIRS = 8  # nbgrader's own is timed on so many


def main(count: int, module: str) -> None:
    cohort = load_cohort(root=ROOT)
    source = read_module(ROOT / "solutions", cohort.module(module).slug, "practice", cohort)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        for course, n in ((ours, count), (theirs, min(count, N_THEIRS))):
            write(course, source, cohort, n)
        os.environ["SMEPROFILE_HOME"] = str(ROOT)
        began = time.perf_counter()
        done = grade(root=ours)
        seconds = time.perf_counter() - began
        assert done.ok, str(done)
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "nbgrader", "autograde", source.module, "--quiet"],
            cwd=theirs, env=os.environ | {"PATH": path}, check=True, capture_output=True,
        )  # fmt: skip
        plain = time.perf_counter() - began
        n = min(count, N_THEIRS)
        assert scores(ours, source.module, n) == scores(theirs, source.module, n)
    each, plain = seconds / count, plain / min(count, N_THEIRS)
    print(f"{module}: ours {each:.2f} s a submission ({count}), nbgrader autograde {plain:.2f} s, "
          f"ratio {plain / each:.1f}; equal scores cell by cell")  # fmt: skip


def write(course: Path, source, cohort, count: int) -> None:
    (course / "source" / source.module).mkdir(parents=True)
    notebook = master(source, cohort)
    nbformat.write(notebook, course / "source" / source.module / "practice.ipynb")
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 120\n")
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", source.module, "--quiet"],
        cwd=course, env=env, check=True, capture_output=True,
    )  # fmt: skip
    right = {e.name: e.solution for e in source.exercises.values()}
    for n in range(count):
        folder = course / "submitted" / f"u{n:04}" / source.module
        folder.mkdir(parents=True)
        if n % 3 == 2:
            handed_in = as_trainee(notebook)
        else:
            wrong = {
                e.name: e.samples[n % len(e.samples)].source
                for e in source.exercises.values()
                if n % 3 == 1
            }
            handed_in = answered(as_trainee(notebook), source, right | wrong, folder)
        nbformat.write(handed_in, folder / "practice.ipynb")


def scores(course: Path, module: str, count: int) -> dict:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            (s.student.id, g.name): g.score
            for s in gradebook.assignment_submissions(module)
            if int(s.student.id[1:]) < count
            for n in s.notebooks
            for g in n.grades
        }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30, sys.argv[2] if len(sys.argv) > 2 else "02")
