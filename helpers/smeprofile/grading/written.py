"""What learners wrote themselves: answer cells and texts of an assignment, by exercise."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext

from smeprofile.answers import FILE, read_answers
from smeprofile.grading.course import Course

_MOST_BYTES = 50_000_000
_MOST_CHARACTERS = 20_000  # of one answer: comparing takes time
_LEAST_TEXT = 30  # characters: shorter ones are choices
By = dict[str, dict[str, str]]  # exercise → learner → text


@dataclass
class Written:
    """All answers to one assignment, and texts that everybody was given.

    ``numbers``: exercise → learner → numbers given to its control; ``known``: cells of the master
    and the reference's samples; ``is_own_data``: each learner answers for a branch of their own.
    """

    code: By = field(default_factory=lambda: defaultdict(dict))
    prose: By = field(default_factory=lambda: defaultdict(dict))
    numbers: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(dict))
    known: list[str] = field(default_factory=list)
    is_own_data: bool = False


def read_written(course: Course, assignment: str, source: Path | None = None) -> Written:
    """Return what was written for ``assignment``, from its graded notebooks.

    ``source``: the module's practice source, whose samples are set aside too.

    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     read_written(course, "ps1").known
    []
    """
    written, ids = Written(), set()
    masters = sorted(course.folder("source", ".", assignment).glob("*.ipynb"))
    for path in masters:
        cells = _cells(path)
        ids |= {cell.get("id") for cell in cells}
        written.known += [_text(cell) for cell in cells]
    for path in sorted(course.folder("release", ".", assignment).glob("*.ipynb")):
        written.known += [_text(cell) for cell in _cells(path)]  # the lesson, too
    written.is_own_data = any("own_branch(" in text for text in written.known)
    if source and source.is_file():
        text = source.read_text(encoding="utf-8")
        cells = jupytext.reads(text, fmt="py:percent").cells
        written.known += [cell.source for cell in cells if "sample" in cell.metadata]
    for found, learner in course.entries("autograded"):
        if found == assignment:
            _read_one(course, assignment, learner, ids, written, has_many=len(masters) > 1)
    return written


def _read_one(
    course: Course, assignment: str, learner: str, ids: set, written: Written, *, has_many: bool
) -> None:
    for path in sorted(course.folder("autograded", learner, assignment).glob("*.ipynb")):
        prefix = f"{path.stem}/" if has_many else ""
        for (name, is_code), texts in _own_cells(path, ids).items():
            of = written.code if is_code else written.prose
            of[prefix + name][learner] = "\n".join(texts)[:_MOST_CHARACTERS]
    with suppress(OSError, ValueError):
        path = course.folder("submitted", learner, assignment) / FILE
        if not path.is_symlink():
            for name, answer in read_answers(path.read_bytes()).items():
                values = [*_leaves(answer.value)]
                texts = [v for v in values if isinstance(v, str) and len(v) >= _LEAST_TEXT]
                if texts := [t for t in texts if not any(t in known for known in written.known)]:
                    written.prose[name][learner] = "\n".join(texts)
                numbers = [float(v) for v in values if type(v) in (int, float)]
                written.numbers[name][learner] = numbers


def _own_cells(path: Path, ids: set) -> dict[tuple[str, bool], list[str]]:
    """Return (exercise, whether it's code) → answer, with cells that the learner put after it."""
    found: dict[tuple[str, bool], list[str]] = {}
    last = None
    for cell in _cells(path):
        mark = cell["metadata"].get("nbgrader")
        if mark and mark.get("solution"):
            is_control = cell["metadata"].get("jupyter", {}).get("source_hidden")
            name = mark["grade_id"].removesuffix("-check")
            last = None if is_control else (name, cell["cell_type"] == "code")
            if last:
                found[last] = [_text(cell)]
        elif last and not mark and cell.get("id") not in ids and cell["cell_type"] == "code":
            found[last].append(_text(cell))
    return found


def _cells(path: Path) -> list[dict[str, Any]]:
    if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
        return []
    with suppress(ValueError, KeyError):
        return json.loads(path.read_text(encoding="utf-8"))["cells"]
    return []


def _text(cell: dict[str, Any]) -> str:
    """Return the cell's text; half a surrogate pair, which no file can hold, is replaced."""
    return "".join(cell["source"]).encode(errors="replace").decode()


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
    else:
        yield value
