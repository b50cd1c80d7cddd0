"""What helps a person to mark answers in formgrader: the rubric, and comments given before."""

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
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


def marking_aids(resources: Mapping[str, Any]) -> dict[str, dict[str, list]]:
    """Return, of the notebook that formgrader shows, exercise → its rubric and its comment bank.

    A Jinja filter of its page. ``rubric``: criterion and its levels, (points, what it is like), best
    first; ``comments``: those of the course's ``comments.csv`` (columns 题目, 评语; without an exercise,
    for all), then those that were given for the exercise before, most used first.
    """
    return aids(open_course(), resources["assignment_id"], resources["notebook_id"])


def aids(course: Course, assignment: str, notebook: str) -> dict[str, dict[str, list]]:
    """Return the same as :func:`marking_aids` for a notebook of ``course``."""
    path = course.folder("source", ".", assignment) / f"{notebook}.ipynb"
    rubrics: dict[str, list] = {}
    names = []
    with suppress(OSError, ValueError):
        master = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        rubrics = master.metadata.get("smeprofile", {}).get("rubrics", {})
        marks = [cell.metadata.get("nbgrader", {}) for cell in master.cells]
        names = [mark.grade_id for mark in marks if mark.get("solution")]
    kept, given = _kept(course.root / COMMENT_BANK), _given(course, assignment, notebook)
    found = {}
    for name in names:
        comments = dict.fromkeys([*kept[name], *kept[""], *given[name]])
        levels = [
            [c, sorted(given_levels, reverse=True)] for c, given_levels in rubrics.get(name, [])
        ]
        found[name] = {"rubric": levels, "comments": list(comments)[:_MOST]}
    return found


def _kept(path: Path) -> dict[str, list[str]]:
    """Return exercise → comments of the instructor's file; ``UserError`` where it can't be read."""
    found: dict[str, list[str]] = defaultdict(list)
    if not path.is_file():
        return found
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # as Excel writes it
        with suppress(UnicodeDecodeError):
            text = raw.decode(encoding)
            break
    else:
        raise UserError(f"{path} 不是 UTF-8 也不是 GBK 文本。请用 Excel 另存为 CSV UTF-8。")
    rows = csv.DictReader(text.splitlines())
    if not {"题目", "评语"} <= set(rows.fieldnames or ()):
        raise UserError(f"{path} 第 1 行要有两列：题目、评语。")
    for row in rows:
        if comment := (row["评语"] or "").strip():
            found[(row["题目"] or "").strip()].append(comment)
    return found


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
