"""What came of one submission, read from the gradebook and the graded notebooks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from smeprofile.deadlines import span
from smeprofile.explain import one_line
from smeprofile.grading.course import Course
from smeprofile.grading.repair import REPAIRED
from smeprofile.grading.run import BESIDE
from smeprofile.items import TOLD
from smeprofile.trial import LATE

WAITS = "等老师评分"  # an answer in words that nobody has marked
_MOST_TOLD = 300  # characters kept of what a check tells


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


def read_scores(course: Course, row: Row) -> list[str]:
    """Fill in the row's scores and checks; return what a person should know of how they came."""
    folder = course.folder("autograded", row.learner_id, row.assignment)
    notes, messages = [], {}
    for path in sorted(folder.glob("*.ipynb")):
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        messages[path.stem] = _messages(notebook)
        notes += _audit(notebook)
        if _is_cut_short(notebook):
            notes.append(f"{LATE}；要是机器太忙，空闲时用 --again 再批一次")
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(row.assignment, row.learner_id)
        penalties = [n.late_submission_penalty or 0.0 for n in submission.notebooks]
        row.score = max(0.0, submission.score - sum(penalties))  # as nbgrader's own export
        row.taken = submission.score - row.score
        row.late_hours = round(submission.total_seconds_late / 3600, 2)
        row.max_score = submission.max_score
        has_many = len(submission.notebooks) > 1
        for notebook in sorted(submission.notebooks, key=lambda n: n.name):
            said, tracks = messages.get(notebook.name, {}), _tracks(course, row, notebook.name)
            for g in notebook.grades:
                name = g.name.removesuffix("-check")
                told = WAITS if g.needs_manual_grade else said.get(g.name, "")
                check = Check(g.score, g.max_score, told, tracks.get(name, "all"))
                row.checks[f"{notebook.name}/{name}" if has_many else name] = check
    if waiting := [name for name, check in row.checks.items() if check.message == WAITS]:
        notes.append(f"等老师评分：{'、'.join(waiting)}")
    return notes


def late_note(row: Row) -> list[str]:
    """Return how late the hand-in was and what that took, nothing for one in time."""
    if not row.late_hours:
        return []
    taken = f"扣 {row.taken:g} 分" if row.taken else "没有扣分"
    return [f"迟交 {span(row.late_hours * 3600)}，{taken}"]


def _tracks(course: Course, row: Row, notebook: str) -> dict[str, str]:
    """Return exercise → track, as the master's metadata has it."""
    path = course.folder("source", ".", row.assignment) / f"{notebook}.ipynb"
    return _tracks_in(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=64)
def _tracks_in(path: Path, changed: int) -> dict[str, str]:
    metadata = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).metadata
    return dict(metadata.get("smeprofile", {}).get("tracks", {}))


def _messages(notebook: NotebookNode) -> dict[str, str]:
    """Return grade_id → what its check ended with."""
    return {
        cell.metadata.nbgrader.grade_id: said
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
        for output in cell.get("outputs", [])
        if (said := _said(output))
    }


def _said(output: NotebookNode) -> str:
    """Return the error a check ended with, or what it told about part of the points."""
    if output.output_type == "error":
        return one_line(output.ename, output.evalue)
    is_told = output.get("metadata", {}).get(TOLD)
    told = "".join(output.get("data", {}).get("text/html", "")) if is_told else ""
    return unescape(re.sub(r"<[^>]*>", " ", told)).strip()[:_MOST_TOLD]


def _is_cut_short(notebook: NotebookNode) -> bool:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return any(output.get("evalue") == LATE for output in outputs)


def _audit(notebook: NotebookNode) -> Iterator[str]:
    yield from notebook.metadata.get("smeprofile", {}).get(REPAIRED, [])
    beside = [
        cell.metadata.nbgrader.grade_id.removesuffix("-check")
        for cell in notebook.cells
        if BESIDE in cell.metadata.get("smeprofile", {})
    ]
    if beside:
        yield f"未隔离（检查和学员的代码在同一个进程里运行）：{'、'.join(beside)}"
