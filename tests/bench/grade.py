"""Grading of many submissions: `smeprofile grade`, `nbgrader autograde` and otter, in one run.

    python tests/bench/grade.py [SUBMISSIONS] [MODULE] [--otter] [--page FILE]

All grade copies of the same work (right, blank and typical-wrong answers of a module's practice).
nbgrader is timed on a part of them, in one call; its scores and outputs must equal ours, cell by cell.
Feedback is timed apart on both sides. `--otter` installs otter-grader into an environment of its own
and times its `grade_submission`, each hidden test as one of its tests. The floor: processes forked from
one that has imported the libraries and run what all begin with, which only run the cells, two at once.
Memory is what all processes hold together at most (PSS). `--page` writes what follows from it for
1,000 and 100,000 submissions.
"""

import argparse
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from smeprofile import trial  # noqa: E402
from smeprofile.grading import feedback, grade, one, run  # noqa: E402
from smeprofile.grading.course import STAMP, open_course  # noqa: E402
from smeprofile.notebooks import answered, as_trainee, master, read_module  # noqa: E402
from smeprofile.params import load_cohort  # noqa: E402

N_THEIRS = 8  # nbgrader's and otter's own are timed on so many
HERE = os.cpu_count() or 1


def main(count: int, module: str, page: Path | None, *, otter: bool) -> None:
    cohort = load_cohort(root=ROOT)
    source = read_module(ROOT / "solutions", cohort.module(module).slug, "practice", cohort)
    n = min(count, N_THEIRS)
    os.environ["SMEPROFILE_HOME"] = str(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        places = {
            name: Path(folder, name) for name in ("ours", "theirs", "alone", "one", "all", "few")
        }
        sizes = {"ours": count, "theirs": n, "alone": n, "one": n, "all": n, "few": 2}
        for name, size in sizes.items():
            write(places[name], source, cohort, size)
        ours, theirs = places["ours"], places["theirs"]
        began = time.time()
        done, graded = timed(lambda: grade(root=ours))
        assert done.ok, str(done)
        ends = sorted(p.stat().st_mtime - began for p in ours.rglob(STAMP))
        told, pages = timed(lambda: feedback(course=open_course(ours)))
        assert told.ok, str(told)
        plain = nbgrader("autograde", source.module, theirs)
        assert scores(ours, source.module, n) == scores(theirs, source.module, n)
        assert outputs(ours, source.module, n) == outputs(theirs, source.module, n)
        theirs_told = nbgrader("generate_feedback", source.module, theirs)
        least = floor(ours, source.module, count)
        by_otter = otter_seconds(ours, source, n) if otter else 0.0
        with Phases() as phases:  # nobody waits for anybody
            assert grade(root=places["alone"], workers=1).ok
        # To look at memory takes time itself: not while anything is timed.
        with Peak() as one_peak:
            assert grade(root=places["one"], workers=1).ok
        with Peak() as peak:
            assert grade(root=places["all"]).ok
        with Peak() as their_peak:
            nbgrader("autograde", source.module, places["few"])
        with Peak() as otter_peak:
            otter_seconds(ours, source, 2) if otter else None
    unit = graded / count
    print(f"{module}, {count} submissions, {HERE} cores; equal scores and outputs, cell by cell")
    table = [
        ("smeprofile grade", unit, peak.most),
        ("nbgrader autograde", plain / n, their_peak.most),
    ]
    table += [("otter grade_submission", by_otter / n, otter_peak.most)] if otter else []
    table += [("the cells alone, forked", least / count, None)]
    for name, seconds, most in table:
        memory = f"{most / 1e9:.2f} GB" if most else ""
        print(f"{name:26}{seconds:7.2f} s a submission  {seconds / unit:6.2f} ×  {memory}")
    print(f"feedback: ours {pages / count:.2f} s, nbgrader {theirs_told / n:.2f} s, "
          f"{theirs_told / n / (pages / count):.1f} ×")  # fmt: skip
    start, steady = ends[0], (ends[-1] - ends[0]) / max(1, count - 1)
    print(f"until the first one {start:.1f} s, then {steady:.2f} s each; by quarters "
          f"{', '.join(f'{s:.2f}' for s in quarters(ends))}")  # fmt: skip
    worker = max(one_peak.private, peak.private / HERE)
    print(f"memory of a worker's own, at most {worker / 1e9:.2f} GB; the rest is shared")
    print(phases.told())
    if page:
        told = {"start": start, "unit": phases.unit, "turn": phases.turn, "plain": plain / n,
                "worker": worker, "most": one_peak.most}  # fmt: skip
        page.write_text(sizing(told, module, count), encoding="utf-8")


def quarters(ends: list[float]) -> list[float]:
    """Return seconds a submission in each quarter of the run, the first one's start left out."""
    cuts = [round(q * (len(ends) - 1) / 4) for q in range(5)]
    return [(ends[b] - ends[a]) / (b - a) for a, b in itertools.pairwise(cuts) if b > a]


class Phases:
    """Where a submission's seconds go, by the clock, with one worker; the first one is left out."""

    def __enter__(self) -> "Phases":
        self.rows: list[Counter[str]] = [Counter()]
        self._usual = []
        self._time(one.Way, "one", "all")
        self._time(trial._Learner, "_run", "learner's cells")
        self._time(trial, "_fork", "copies for the checks")
        self._time(trial, "_judge", "judge")
        self._time(run, "trial", "trial")
        self._usual.append((trial, "box", usual := trial.box))

        @contextmanager
        def box(role: str, *rest: object):
            began = time.perf_counter()
            with usual(role, *rest) as side:
                self.rows[-1]["sandboxes begun and ended"] += time.perf_counter() - began
                yield side
                began = time.perf_counter()
            self.rows[-1]["sandboxes begun and ended"] += time.perf_counter() - began

        trial.box = box
        return self

    def _time(self, owner: object, name: str, what: str) -> None:
        usual = getattr(owner, name)
        self._usual.append((owner, name, usual))

        def measured(*args: object, **kwargs: object) -> object:
            began = time.perf_counter()
            try:
                return usual(*args, **kwargs)
            finally:
                self.rows[-1][what] += time.perf_counter() - began
                if what == "all":
                    self.rows.append(Counter())

        setattr(owner, name, measured)

    def __exit__(self, *_: object) -> None:
        for owner, name, usual in self._usual:
            setattr(owner, name, usual)

    def mean(self, what: str) -> float:
        steady = [row[what] for row in self.rows[1:] if row["all"]]
        return sum(steady) / len(steady)

    @property
    def unit(self) -> float:
        """Seconds of a worker that a submission takes."""
        return self.mean("all")

    @property
    def turn(self) -> float:
        """Seconds in which one submission's work keeps the others' from the gradebook."""
        return self.mean("all") - self.mean("trial")

    def told(self) -> str:
        names = ("learner's cells", "copies for the checks", "judge", "sandboxes begun and ended")
        rows = [f"{name} {self.mean(name):.2f}" for name in names]
        rest = f"converters and gradebook {self.turn:.2f}"
        return f"phases, s a submission with one worker: {'; '.join([*rows, rest])}; in all {self.unit:.2f}"


def timed(call) -> tuple[object, float]:
    began = time.perf_counter()
    return call(), time.perf_counter() - began


def outputs(course: Path, module: str, count: int) -> list:
    """Return what each cell of the first submissions said; identifiers that are drawn anew masked."""
    found = []
    for n in range(count):
        path = course / "autograded" / f"u{n:04}" / module / "practice.ipynb"
        for cell in nbformat.read(path, as_version=4).cells:
            text = json.dumps(cell.get("outputs", []), sort_keys=True, ensure_ascii=False)
            found.append(re.sub(r"\b[0-9a-f]{32}\b", "ID", text))
    return found


OTTER = """
import os, sys
from otter.api import grade_submission
for folder in sys.argv[2:]:
    os.chdir(folder)
    rest = [name for name in os.listdir() if not name.endswith(".ipynb")]
    results = grade_submission("practice.ipynb", sys.argv[1], quiet=True, extra_submission_files=rest)
    print(folder, results.total, results.possible)
"""
OTTER_TEST = """OK_FORMAT = False
from otter.test_files import test_case
name = {name!r}
points = {points}
@test_case(points={points}, hidden=True)
def test_it(env):
    exec({source!r}, env)
"""


def otter_seconds(course: Path, source, n: int) -> float:
    """Return the seconds otter takes for the same notebooks and tests."""
    home = ROOT / ".build" / "otter"
    python = home / "bin" / "python"
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        site = next(home.glob("lib/python*/site-packages"))
        own = [p for p in sys.path if p.endswith("site-packages")] + [str(ROOT / "helpers")]
        (site / "ours.pth").write_text("\n".join(own) + "\n")
        subprocess.run([python, "-m", "pip", "install", "-q", "otter-grader>=7,<8"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        tests, packed = Path(folder, "tests"), Path(folder, "autograder.zip")
        tests.mkdir()
        whole = nbformat.read(course / "source" / source.module / "practice.ipynb", as_version=4)
        for cell in whole.cells:
            told = cell.metadata.get("nbgrader", {})
            if told.get("grade") and cell.cell_type == "code":
                name = f"q{len(list(tests.iterdir()))}"
                text = OTTER_TEST.format(name=name, points=told.points, source=cell.source)
                (tests / f"{name}.py").write_text(text, encoding="utf-8")
        env = os.environ | {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
        pack = [python.with_name("otter"), "generate", "-t", tests, "-o", packed]
        subprocess.run([*pack, "--no-environment"], env=env, check=True, capture_output=True)
        given = [course / "submitted" / f"u{k:04}" / source.module for k in range(n)]
        call = [python, "-c", OTTER, packed, *given]
        done, seconds = timed(
            lambda: subprocess.run(call, env=env, check=True, stdout=subprocess.PIPE, text=True)
        )
        assert done.stdout.count("\n") >= n, done.stdout
    return seconds


def nbgrader(command: str, assignment: str, course: Path) -> float:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    call = [sys.executable, "-m", "nbgrader", command, assignment, "--quiet"]
    return timed(lambda: subprocess.run(
        call, cwd=course, env=os.environ | {"PATH": path}, check=True, capture_output=True,
    ))[1]  # fmt: skip


class Peak:
    """Looks four times a second at the memory of this process and all below it.

    ``most`` of all together (PSS); ``private``: the most that sandboxes had for themselves (USS).
    """

    def __enter__(self) -> "Peak":
        self.most, self.private, self._ended = 0, 0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(0.25):
            held, private, depth = 0, 0, {me.pid: 0}
            for process in (me, *me.children(recursive=True)):
                try:
                    depth.setdefault(process.pid, depth.get(process.ppid(), 0) + 1)
                    found = process.memory_full_info()
                except psutil.Error:  # it has just ended
                    continue
                held += found.pss
                # The nursery, then what all begin with, then each sandbox.
                private += found.uss if depth[process.pid] > 2 else 0
            self.most, self.private = max(self.most, held), max(self.private, private)


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


def sizing(told: dict[str, float], module: str, count: int) -> str:
    """Return the page that sizes many submissions, in Chinese, from what was measured."""
    unit, turn, plain = told["unit"], told["turn"], told["plain"]

    def span(seconds: float) -> str:
        return f"{seconds / 60:.0f} 分钟" if seconds < 7200 else f"{seconds / 3600:.1f} 小时"

    def row(n: int, machines: int, cores: int) -> str:
        # Each machine's workers take turns at its converters, all at the gradebook.
        ours = told["start"] + n * max(unit / (machines * cores), turn / machines)
        held = (told["most"] + (cores - 1) * told["worker"]) / 1e9
        return f"| {n:,} | {machines} 台 × {cores} 核 | {span(ours)} | {held:.1f} GB | {span(n * plain)} |"

    sizes = ((30, 1, 2), (1_000, 1, 2), (1_000, 1, 8), (100_000, 1, 8), (100_000, 16, 4))
    rows = "\n".join(itertools.starmap(row, sizes))
    return f"""# 批改要多大的机器

由 `python tests/bench/grade.py {count} {module} --page grading/SIZING.md` 生成：{HERE} 核的机器，{count} 份 {module} 的练习，三分之一全对、三分之一典型错误、三分之一空白。数字随机器变，换机器请重新运行。

- 每份占一个进程 {unit:.2f} 秒。每次批改开始时另要 {told["start"]:.0f} 秒：导入库、跑完大家共用的开头，第一次还要核对标准答案。
- 其中 {turn:.2f} 秒（转换、写成绩册）同一台机器上一次只能一份，所以一台机器最多让约 {unit / turn:.0f} 个进程有事做；再快要加机器。
- 内存：一个进程时最多用到 {told["most"] / 1e9:.1f} GB，多一个进程再加至多 {told["worker"] / 1e9:.2f} GB（库和数据大家共用）。一份作业自己的上限是 2 GB，怕有几份同时吃满，就按几份再留。

| 份数 | 机器 | 用时 | 每台内存 | 同样的作业用 `nbgrader autograde` |
|---|---|---|---|---|
{rows}

这张表是按上面的单价推算的：真跑过的最多 {count} 份，也没有量过几台机器同时写一个成绩册要等多久。一台机器：`smeprofile grade --workers 核数`。多台：成绩册放到 PostgreSQL，`smeprofile grade --cluster tcp://调度机:8786`。中断后重跑，只批没批完的。
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("submissions", type=int, nargs="?", default=30)
    parser.add_argument("module", nargs="?", default="06")
    parser.add_argument("--otter", action="store_true")
    parser.add_argument("--page", type=Path)
    asked = parser.parse_args()
    main(asked.submissions, asked.module, asked.page, otter=asked.otter)
