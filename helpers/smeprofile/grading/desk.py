"""What helps a person to mark answers in formgrader: the rubric, and comments given before."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from smeprofile.errors import UserError
from smeprofile.grading.course import Course, open_course

COMMENT_BANK = "comments.csv"  # the instructor's own, in the course's folder
_MOST = 30  # comments offered for an exercise


def marking_aids(resources: Mapping[str, Any]) -> dict[str, Any]:
    """Return, of the notebook that formgrader shows, exercise → its rubric and its comment bank.

    A Jinja filter of its page. ``rubric``: criterion and its levels, (points, what it is like), best
    first; ``comments``: those of the course's ``comments.csv`` (columns 题目, 评语; without an exercise,
    for all), then those that were given for the exercise before, most used first. Under "" stands
    what is wrong with that file: marking goes on without it.
    """
    course, where = open_course(), (resources["assignment_id"], resources["notebook_id"])
    try:
        return aids(course, *where, kept=read_bank(course.root / COMMENT_BANK)) | {"": ""}
    except UserError as problem:
        return aids(course, *where) | {"": str(problem)}


def aids(
    course: Course,
    assignment: str,
    notebook: str,
    *,
    kept: Mapping[str, list[str]] = MappingProxyType({}),
) -> dict[str, dict[str, list]]:
    """Return exercise → rubric and comments of a notebook of ``course``; ``kept``: its bank, if any."""
    path = course.folder("source", ".", assignment) / f"{notebook}.ipynb"
    rubrics: dict[str, list] = {}
    names = []
    with suppress(OSError, ValueError):
        master = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        rubrics = master.metadata.get("smeprofile", {}).get("rubrics", {})
        marks = [cell.metadata.get("nbgrader", {}) for cell in master.cells]
        names = [mark.grade_id for mark in marks if mark.get("solution")]
    given = _given(course, assignment, notebook)
    found = {}
    for name in names:
        comments = dict.fromkeys([*kept.get(name, ()), *kept.get("", ()), *given[name]])
        levels = [
            [c, sorted(given_levels, reverse=True)] for c, given_levels in rubrics.get(name, [])
        ]
        found[name] = {"rubric": levels, "comments": list(comments)[:_MOST]}
    return found


def read_bank(path: Path) -> dict[str, list[str]]:
    """Return exercise ("" for all) → comments of the instructor's file; none where there is no file.

    Raises ``UserError`` where it can't be read.

    >>> read_bank(Path("没有这个文件.csv"))
    {}
    """
    found: dict[str, list[str]] = defaultdict(list)
    if not path.is_file():
        return {}
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # as Excel writes it
        with suppress(UnicodeDecodeError):
            text = raw.decode(encoding)
            break
    else:
        raise UserError(f"{path} 不是 UTF-8 也不是 GBK 文本。请用 Excel 另存为 CSV UTF-8。")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not {"题目", "评语"} <= set(rows.fieldnames or ()):
        raise UserError(f"{path} 第 1 行要有两列：题目、评语。")
    for row in rows:
        if comment := (row["评语"] or "").strip():
            found[(row["题目"] or "").strip()].append(comment)
    return dict(found)


def _given(course: Course, assignment: str, notebook: str) -> dict[str, list[str]]:
    """Return exercise → comments that a person wrote in this course, most used first."""
    of = (
        select(BaseCell.name, Comment.manual_comment)
        .select_from(Comment)
        .join(BaseCell, Comment.cell_id == BaseCell.id)
        .join(SubmittedNotebook, Comment.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Notebook, BaseCell.notebook_id == Notebook.id)
        .where(Assignment.name == assignment, Notebook.name == notebook)
    )
    counts: dict[str, Counter] = defaultdict(Counter)
    with course.gradebook() as gradebook:
        for name, comment in gradebook.db.execute(of):
            if comment and comment.strip():
                counts[name][comment.strip()] += 1
    ranked = {name: sorted(said, key=lambda s: (-said[s], s)) for name, said in counts.items()}
    return defaultdict(list, ranked)
