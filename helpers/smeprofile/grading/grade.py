"""``smeprofile grade``: nbgrader's autograder, one call per submission."""

import hashlib
import json
import os
import stat
import sys
import traceback
from collections.abc import Iterable
from contextlib import AbstractContextManager, chdir
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import BaseConverter
from rich.progress import track

from smeprofile.data.large import ensure
from smeprofile.deadlines import span
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.explain import one_line
from smeprofile.grading.appeals import note_appeal, refuse_odd, score_now
from smeprofile.grading.course import (
    LOG,
    STAMP,
    Course,
    StepFailed,
    environment,
    is_named,
    kernels_at,
    open_course,
)
from smeprofile.grading.late import settle
from smeprofile.grading.repair import REPAIRED
from smeprofile.grading.responses import store
from smeprofile.grading.roster import Learner, listed, unlisted
from smeprofile.grading.run import BESIDE, OPEN
from smeprofile.grading.turns import side_by_side, turn
from smeprofile.nursery import nursery
from smeprofile.paths import home
from smeprofile.sandbox import Unavailable, refuse_without
from smeprofile.simulate import LARGE

MOST_MB = 50  # of one submission


@dataclass(frozen=True)
class Check:
    """One graded cell: points reached, points possible, what is likely wrong, for which track.

    ``track``: "all", or "analyst" for an exercise that client managers may leave out.
    """

    score: float
    max_score: float
    message: str
    track: str = "all"


@dataclass
class Row:
    """One submission; ``status`` is "graded", "unchanged" (graded before) or "failed".

    ``counted`` and ``counted_max`` are the points of the learner's track, by the class list; for
    who isn't on it, all. ``late_hours`` after the deadline, and the points ``taken`` for it, which
    ``score`` and ``counted`` are without. ``before``: the score that was, where graded on appeal.
    """

    assignment: str
    learner_id: str
    score: float | None = None
    max_score: float | None = None
    counted: float | None = None
    counted_max: float | None = None
    late_hours: float = 0.0
    taken: float = 0.0
    before: float | None = None
    checks: dict[str, Check] = field(default_factory=dict)
    status: str = "graded"
    note: str = ""


@dataclass(frozen=True)
class Graded:
    """All submissions, in order of assignment and learner."""

    rows: list[Row]

    @property
    def ok(self) -> bool:
        """Whether every submission could be graded."""
        return all(row.status != "failed" for row in self.rows)

    def __str__(self) -> str:
        counts = [sum(r.status == s for r in self.rows) for s in ("graded", "unchanged", "failed")]
        lines = ["批改 {} 份，{} 份没有变化，{} 份没能批改。".format(*counts)]
        return "\n".join(
            lines + [f"{r.learner_id}（{r.assignment}）：{r.note}" for r in self.rows if r.note]
        )

    def to_json(self) -> str:
        """Return the rows as JSON text."""
        return json.dumps([asdict(row) for row in self.rows], ensure_ascii=False, indent=1) + "\n"


def grade(
    assignments: Iterable[str] = (),
    *,
    root: Path | None = None,
    json_path: Path | None = None,
    course: Course | None = None,
    sandbox: bool = True,
    workers: int | None = None,
    learner: str = "",
    again: str = "",
) -> Graded:
    """Grade new and changed submissions of the named assignments (all by default).

    ``root`` is any nbgrader course directory; ours by default. A submission that cannot be graded
    is a row with status "failed" and the reason; the others are graded all the same.
    ``workers`` submissions run at once, one for each processor by default. ``learner`` limits it
    to one; ``again`` says why their hand-in of the one assignment is graded again as it is, on
    appeal: marks given by hand stay, and what came of it is kept (:mod:`smeprofile.grading.appeals`).
    Raises ``UserError`` when there is nothing to grade, or no sandbox on this machine: without
    ``sandbox`` what learners wrote runs as the person who grades.
    """
    course = course or open_course(root)
    chosen = _chosen(course, list(assignments), learner)
    if again:
        refuse_odd(chosen, learner, again)
    quiet = not sys.stdout.isatty()
    place = home() if root is None else None
    if place:
        _make_large_tables(course, {assignment for assignment, _ in chosen}, place)
    # nbgrader goes there for each step and back to where it was: side by side, to anywhere.
    there = chdir(course.root)
    with kernels_at(place, log=course.root / LOG), _kernels(sandbox=sandbox), there:
        one = partial(_grade_one, course, is_ours=root is None, again=again)
        made = side_by_side(one, chosen, workers or os.cpu_count() or 1)
        rows = [*track(made, "批改", total=len(chosen), transient=True, disable=quiet)]
    outside, roster = set(unlisted(course, {row.learner_id for row in rows})), listed(course)
    for row in rows:
        count_points(row, roster.get(row.learner_id))
        if row.learner_id in outside:
            row.note = "；".join(filter(None, (row.note, "不在学员名单上")))
    graded = Graded(rows)
    if json_path is not None:
        write_file(Path(json_path), graded.to_json().encode())
    return graded


def count_points(row: Row, learner: Learner | None) -> None:
    """Set the points of the track that the learner is on; all for who isn't on the class list."""
    if row.score is not None:
        mine = ("all",) if learner and learner.track == "rm" else ("all", "analyst")
        counted = [check for check in row.checks.values() if check.track in mine]
        left = row.score / (row.score + row.taken) if row.taken else 1.0
        row.counted = left * sum(check.score for check in counted)
        row.counted_max = sum(check.max_score for check in counted)


def _kernels(*, sandbox: bool) -> AbstractContextManager:
    """Return what learners' processes are forked from meanwhile."""
    if not sandbox:
        return environment({OPEN: "1"})
    try:
        refuse_without()
    except Unavailable as why:
        raise UserError(
            f"不能隔离地批改：{why}。请换一台 Linux 机器；确要在这台机器上批改，用 --no-sandbox："
            "学员写的代码会以你的身份运行，能读写成绩册、答案和别人的作业。"
        ) from None
    return nursery()


def _make_large_tables(course: Course, assignments: Iterable[str], place: Path) -> None:
    """Make the large class tables that a practice asks for: in the sandbox nobody can."""
    for assignment in assignments:
        for path in course.folder("source", ".", assignment).glob("*.ipynb"):
            named = [n for n in LARGE if f'load(\\"{n}\\"' in path.read_text(encoding="utf-8")]
            for name in named:
                ensure(name, place)


def _chosen(course: Course, names: list[str], learner: str) -> list[tuple[str, str]]:
    entries = course.entries("submitted")
    if learner and entries:
        entries = [entry for entry in entries if entry[1] == learner]
        if not entries:
            raise UserError(f"没有 {learner} 的提交。请核对学员编号，或先运行 smeprofile collect。")
    if not entries:
        raise UserError(f"{course.root} 里还没有提交。请先运行 smeprofile collect。")
    for name in names:
        if not any(is_named(assignment, [name]) for assignment, _ in entries):
            raise UserError(f"没有 {name} 的提交。请先运行 smeprofile collect。")
    return [entry for entry in entries if not names or is_named(entry[0], names)]


def _grade_one(course: Course, entry: tuple[str, str], *, is_ours: bool, again: str) -> Row:
    with turn():
        return _graded(course, *entry, is_ours=is_ours, again=again)


def _graded(course: Course, assignment: str, learner: str, *, is_ours: bool, again: str) -> Row:
    row = Row(assignment, learner)
    try:
        row.before = score_now(course, assignment, learner) if again else None
        missing = _examine(course, assignment, learner)
        print_now = _print(course, assignment, learner)
        stamp = course.folder("autograded", learner, assignment) / STAMP
        if not again and stamp.is_file() and stamp.read_text(encoding="utf-8") == print_now:
            row.status = "unchanged"
        else:
            course.run(Grader, assignment, learner, force=True)
        settle(course, assignment, learner)
        _read_scores(course, row)
        notes = _late_note(row)
        notes += [f"缺少 {name}，该部分记 0 分" for name in missing]
        notes += _audit(course, row)
        if row.status == "graded":
            notes += store(course, assignment, learner) if is_ours else []
            if again:
                notes.insert(
                    0, note_appeal(course, assignment, learner, row.before, row.score, again)
                )
            write_file(stamp, print_now.encode())  # last: what failed is done again next time
        row.note = "；".join(notes)
    except (_Unfit, UserError) as reason:
        row.status, row.note = "failed", str(reason)
    except Exception as error:  # one submission never stops the others
        if not isinstance(error, StepFailed):
            with (course.root / LOG).open("a", encoding="utf-8") as log:
                log.write(f"{learner} {assignment}\n{traceback.format_exc()}\n")
        row.status, row.note = "failed", f"批改中断，详见 {course.root / LOG}"
    return row


class Grader(Autograde):
    """nbgrader's Autograde for runs side by side: it leaves the environment, which they share, alone."""

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Clean a notebook by its master, then run and score what came of it."""
        try:
            for self._sanitizing in (True, False):
                self._init_preprocessors()
                BaseConverter.convert_single_notebook(self, notebook_filename)
                notebook_filename = str(
                    Path(self.writer.build_directory, Path(notebook_filename).name)
                )
        finally:
            self._sanitizing = True


class _Unfit(Exception):
    """Why a submission cannot be graded, in Chinese."""


def _examine(course: Course, assignment: str, learner: str) -> list[str]:
    """Return which notebooks are missing; raises ``_Unfit`` when nothing can be graded."""
    expected = _expected(course, assignment)
    folder = course.folder("submitted", learner, assignment)
    _refuse_odd_files(folder)
    there = [name for name in expected if (folder / name).is_file()]
    if not there:
        raise _Unfit(f"没有 {'、'.join(expected)}，无法批改")
    for name in there:
        _examine_notebook(folder / name, assignment)
    return [name for name in expected if name not in there]


def _refuse_odd_files(folder: Path) -> None:
    """Refuse what would be followed out of the folder, read for ever, or fill the disk."""
    size = 0
    for path in sorted(folder.rglob("*")):
        about, name = path.lstat(), path.relative_to(folder).as_posix()
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            raise _Unfit(f"{name} 是链接或特殊文件，没有批改；请学员换成普通文件重新提交")
        size += about.st_size
    if folder.is_symlink() or size > MOST_MB * 1_000_000:
        raise _Unfit(f"交来的文件超过 {MOST_MB} MB 或整个文件夹是链接，没有批改；请学员重新提交")


def _expected(course: Course, assignment: str) -> list[str]:
    """Return the file names of an assignment's notebooks, known or generated now."""
    names = _in_gradebook(course, assignment)
    if not names and list(course.folder("source", ".", assignment).glob("*.ipynb")):
        course.run(GenerateAssignment, assignment, force=True)
        names = _in_gradebook(course, assignment)
    if not names:
        raise _Unfit(f"没有发布过 {assignment}：模块名写错了，或还没运行 smeprofile release")
    return names


def _in_gradebook(course: Course, assignment: str) -> list[str]:
    with course.gradebook() as gradebook:
        try:
            notebooks = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            return []
        return sorted(f"{notebook.name}.ipynb" for notebook in notebooks)


def _examine_notebook(path: Path, assignment: str) -> None:
    try:
        metadata = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).metadata
    except Exception:  # nbformat raises whatever the broken text makes it stumble over
        raise _Unfit(f"{path.name} 不完整或已损坏，打不开；请学员重新提交") from None
    about = metadata.get("smeprofile")
    module = about.get("module", assignment) if isinstance(about, dict) else assignment
    if module != assignment:
        raise _Unfit(f"{path.name} 是 {module} 的作业，不是 {assignment} 的；请学员重新提交")


def _print(course: Course, assignment: str, learner: str) -> str:
    """Return the hash of what decides a score: the files handed in and the instructor's own."""
    digest = hashlib.sha256()
    folders = ("submitted", learner), ("source", ".")
    for folder in (course.folder(step, who, assignment) for step, who in folders):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _read_scores(course: Course, row: Row) -> None:
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(row.assignment, row.learner_id)
        penalties = [n.late_submission_penalty or 0.0 for n in submission.notebooks]
        row.score = max(0.0, submission.score - sum(penalties))  # as nbgrader's own export
        row.taken = submission.score - row.score
        row.late_hours = round(submission.total_seconds_late / 3600, 2)
        row.max_score = submission.max_score
        for notebook in sorted(submission.notebooks, key=lambda n: n.name):
            messages = _messages(course, row, notebook.name)
            tracks = _tracks(course, row.assignment, notebook.name)
            prefix = f"{notebook.name}/" if len(submission.notebooks) > 1 else ""
            for g in notebook.grades:
                name = prefix + g.name.removesuffix("-check")
                track = tracks.get(g.name.removesuffix("-check"), "all")
                row.checks[name] = Check(g.score, g.max_score, messages.get(g.name, ""), track)


def _late_note(row: Row) -> list[str]:
    if not row.late_hours:
        return []
    taken = f"扣 {row.taken:g} 分" if row.taken else "没有扣分"
    return [f"迟交 {span(row.late_hours * 3600)}，{taken}"]


def _tracks(course: Course, assignment: str, notebook: str) -> dict[str, str]:
    """Return exercise → track, as the master's metadata has it."""
    path = course.folder("source", ".", assignment) / f"{notebook}.ipynb"
    if not path.is_file():
        return {}
    metadata = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).metadata
    return dict(metadata.get("smeprofile", {}).get("tracks", {}))


def _messages(course: Course, row: Row, notebook: str) -> dict[str, str]:
    """Return grade_id → what its check ended with, from the graded notebook."""
    return {
        cell.metadata.nbgrader.grade_id: one_line(output.ename, output.evalue)
        for cell in _graded_cells(course, row, notebook)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    }


def _audit(course: Course, row: Row) -> list[str]:
    """Return what a person should know of how this came to its score."""
    folder = course.folder("autograded", row.learner_id, row.assignment)
    notes = []
    for path in sorted(folder.glob("*.ipynb")):
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        notes += notebook.metadata.get("smeprofile", {}).get(REPAIRED, [])
        beside = [
            cell.metadata.nbgrader.grade_id.removesuffix("-check")
            for cell in notebook.cells
            if BESIDE in cell.metadata.get("smeprofile", {})
        ]
        if beside:
            notes.append(f"未隔离（检查和学员的代码在同一个进程里运行）：{'、'.join(beside)}")
    return notes


def _graded_cells(course: Course, row: Row, notebook: str) -> list[nbformat.NotebookNode]:
    path = course.folder("autograded", row.learner_id, row.assignment) / f"{notebook}.ipynb"
    if not path.is_file():
        return []
    cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
    return [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
