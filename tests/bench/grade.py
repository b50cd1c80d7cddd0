"""Grading of many submissions: `smeprofile grade` against `nbgrader autograde`, in one run.

    python tests/bench/grade.py [SUBMISSIONS] [MODULE]

Both grade copies of the same work (right, blank and typical-wrong answers of a module's practice).
nbgrader is timed on a part of them, in one call. The scores must be equal, cell by cell. Feedback is
timed apart on both sides. The floor: processes forked from one that has imported the libraries and run
what all begin with, which only run the cells, two at once. Memory is what all our processes
hold together at most (PSS).
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from smeprofile.grading import feedback, grade  # noqa: E402
from smeprofile.grading.course import open_course  # noqa: E402
from smeprofile.notebooks import answered, as_trainee, master, read_module  # noqa: E402
from smeprofile.params import load_cohort  # noqa: E402

N_THEIRS = 8  # nbgrader's own is timed on so many


def main(count: int, module: str) -> None:
    cohort = load_cohort(root=ROOT)
    source = read_module(ROOT / "solutions", cohort.module(module).slug, "practice", cohort)
    n = min(count, N_THEIRS)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        for course, size in ((ours, count), (theirs, n)):
            write(course, source, cohort, size)
        os.environ["SMEPROFILE_HOME"] = str(ROOT)
        with Peak() as peak:
            done, graded = timed(lambda: grade(root=ours))
        assert done.ok, str(done)
        told, pages = timed(lambda: feedback(course=open_course(ours)))
        assert told.ok, str(told)
        plain = nbgrader("autograde", source.module, theirs)
        assert scores(ours, source.module, n) == scores(theirs, source.module, n)
        theirs_told = nbgrader("generate_feedback", source.module, theirs)
        least = floor(ours, source.module, count)
    print(f"{module}, {count} submissions, {os.cpu_count()} cores; equal scores cell by cell")
    print(f"grade     ours {graded / count:.2f} s, nbgrader autograde {plain / n:.2f} s a submission, "
          f"ratio {plain / n / (graded / count):.1f}; all our processes {peak.most / 1e9:.1f} GB")  # fmt: skip
    print(f"feedback  ours {pages / count:.2f} s, nbgrader {theirs_told / n:.2f} s, "
          f"ratio {theirs_told / n / (pages / count):.1f}")  # fmt: skip
    print(f"floor     {least / count:.2f} s: ours takes {graded / least:.1f} times as long")


def timed(call) -> tuple[object, float]:
    began = time.perf_counter()
    return call(), time.perf_counter() - began


def nbgrader(command: str, assignment: str, course: Path) -> float:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    call = [sys.executable, "-m", "nbgrader", command, assignment, "--quiet"]
    return timed(lambda: subprocess.run(
        call, cwd=course, env=os.environ | {"PATH": path}, check=True, capture_output=True,
    ))[1]  # fmt: skip


class Peak:
    """Looks four times a second at the memory of this process and all below it."""

    def __enter__(self) -> "Peak":
        self.most, self._ended = 0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(0.25):
            held = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    held += process.memory_full_info().pss
                except psutil.Error:  # it has just ended
                    continue
            self.most = max(self.most, held)


FLOOR = """
import json, os, sys, time
from smeprofile.trial.shell import Shell
folder, paths = sys.argv[1], json.load(open(sys.argv[2]))
os.chdir(folder)
begin, rest = paths["shared"], paths["cells"]
import seaborn, sklearn.cluster, sklearn.linear_model, scipy.stats
Shell.warm()
shell = Shell.ready(lambda message: None)
for text in begin:
    shell.run(text)
began, running = time.perf_counter(), 0
for cells in rest:
    if running == 2:
        os.wait()
        running -= 1
    if os.fork() == 0:
        for text in cells:
            shell.run(text)
        os._exit(0)
    running += 1
while running:
    os.wait()
    running -= 1
sys.__stderr__.write(f"{time.perf_counter() - began}")
"""


def floor(course: Path, module: str, count: int) -> float:
    """Return the seconds that processes take which only run the cells."""
    found = []
    for n in range(count):
        path = course / "autograded" / f"u{n:04}" / module / "practice.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        found.append([c.source for c in cells if c.cell_type == "code"])
    shared = 0
    while all(cells[shared] == found[0][shared] for cells in found):
        shared += 1
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "cells.json")
        told.write_text(
            json.dumps({"shared": found[0][:shared], "cells": [c[shared:] for c in found]})
        )
        call = [sys.executable, "-c", FLOOR, folder, str(told)]
        env = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(call, env=env, capture_output=True, text=True, check=True)
    return float(done.stderr.split()[-1])


def write(course: Path, source, cohort, count: int) -> None:
    (course / "source" / source.module).mkdir(parents=True)
    notebook = master(source, cohort)
    nbformat.write(notebook, course / "source" / source.module / "practice.ipynb")
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 120\n")
    nbgrader("generate_assignment", source.module, course)
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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30, sys.argv[2] if len(sys.argv) > 2 else "06")
