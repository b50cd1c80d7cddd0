"""What a trainee did in one module: read from its saved notebooks and answers, without a kernel."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from smeprofile import answers, ask
from smeprofile.cells import fingerprint, issued, read_notebook
from smeprofile.packet import PRACTICE
from smeprofile.start.returned import track_of

LESSON = "lesson.ipynb"
T = TypeVar("T")


@dataclass(frozen=True)
class Check:
    """One self-check of a lesson, and how it was last answered."""

    name: str
    section: str  # the heading it stands under
    cell: str  # the id of its cell
    outcome: Literal["right", "wrong"] | None = None


@dataclass(frozen=True)
class Exercise:
    """One exercise of a practice notebook, as saved."""

    name: str
    title: str
    cell: str  # the id of the cell that says what to do
    track: Literal["all", "analyst"]
    answer: str  # stands for what the trainee answered; "" for nothing
    is_passed: bool  # its check ran without an error; of an answer in words there is none


@dataclass(frozen=True)
class Work:
    """One module's folder."""

    lesson: bool = False  # whether there is one
    practice: bool = False
    is_begun: bool = False  # a cell of the lesson was run
    checks: tuple[Check, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    edited: frozenset[str] = frozenset()  # stands for the cells of the practice that were changed


def read_work(folder: Path) -> Work:
    """Return what was done in a module's folder; ``ValueError`` names the file that is unusable.

    >>> read_work(Path("没有这个模块"))
    Work(lesson=False, practice=False, is_begun=False, checks=(), exercises=(), edited=frozenset())
    """
    given, work = read(folder / answers.FILE, _answers) or {}, read_practice(folder)
    is_begun, checks = read(folder / LESSON, _lesson) or (False, ())
    return replace(
        work,
        lesson=(folder / LESSON).is_file(),
        is_begun=is_begun,
        checks=tuple(replace(c, outcome=_outcome(given, c.name)) for c in checks),
    )


def read_practice(folder: Path) -> Work:
    """Return the same without the lesson.

    >>> read_practice(Path("没有这个模块")).practice
    False
    """
    given = read(folder / answers.FILE, _answers) or {}
    work = read(folder / PRACTICE, _practice) or Work()
    return replace(work, exercises=tuple(_with_form(e, given) for e in work.exercises))


def touched(work: Work, handed_in: Work) -> frozenset[str]:
    """Return the exercises answered otherwise than in the hand-in.

    >>> touched(Work(), Work())
    frozenset()
    """
    before = {exercise.name: exercise.answer for exercise in handed_in.exercises}
    return frozenset(e.name for e in work.exercises if e.answer != before.get(e.name, ""))


def read(path: Path, reader: Callable[[Path], T]) -> T | None:
    """Return what ``reader`` finds in a file, from memory while the file stays as it is.

    None if there is no such file; ``ValueError`` with its name if it is unusable.
    """
    try:
        stat = path.stat()
        return _remembered(reader, path, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        return None
    except Exception:  # whatever a file that isn't ours makes a reader raise
        raise ValueError(path.name) from None


@lru_cache(maxsize=1024)
def _remembered(reader: Callable, path: Path, changed_at: int, size: int) -> object:
    return reader(path)


def _answers(path: Path) -> dict[str, answers.Answer]:
    return answers.read_answers(path.read_bytes())


def _lesson(path: Path) -> tuple[bool, tuple[Check, ...]]:
    notebook, section, checks = read_notebook(path), "", {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = ([section, *re.findall(r"^##\s+(.+)", cell.source, re.MULTILINE)])[-1]
        elif cell.cell_type == "code":
            for name in ask.names(cell.source) if "ask." in cell.source else ():
                checks.setdefault(name, Check(name, section, cell.id))
    return any(cell.get("execution_count") for cell in notebook.cells), tuple(checks.values())


def _outcome(given: dict[str, answers.Answer], name: str) -> Literal["right", "wrong"] | None:
    """Return how a self-check was judged; an answer that can't be judged is none yet."""
    outcome = given[name].outcome if name in given else None
    return outcome if outcome in ("right", "wrong") else None


def _practice(path: Path) -> Work:
    notebook = read_notebook(path)
    was, marks = issued(notebook), {}
    edited = {c.id: fingerprint(c) for c in notebook.cells if fingerprint(c) != was.get(c.id)}
    for cell in notebook.cells:
        marks[cell.metadata.get("nbgrader", {}).get("grade_id")] = cell
    written = {n for n, c in marks.items() if n and is_grade(c) and is_solution(c)}
    names = [
        n.removesuffix("-check") for n in marks if n and (n.endswith("-check") or n in written)
    ]
    return Work(
        practice=True,
        exercises=tuple(_exercise(name, marks, edited) for name in names),
        edited=frozenset(edited[c.id] for c in notebook.cells if c.id in edited and c.source),
    )


def _exercise(name: str, marks: dict[str, NotebookNode], edited: dict[str, str]) -> Exercise:
    check, answer = marks.get(f"{name}-check"), marks.get(name)
    task = marks.get(f"{name}-task", check or answer)
    failed = check and any(o.output_type == "error" for o in check.get("outputs", []))
    return Exercise(
        name,
        title=(task.source.splitlines() or [name])[0].lstrip("# "),
        cell=task.id,
        track=track_of(task.source),
        answer=edited.get(answer.id, "") if answer else "",
        is_passed=not check or (bool(check.get("execution_count")) and not failed),
    )


def _with_form(exercise: Exercise, given: dict[str, answers.Answer]) -> Exercise:
    """Return the exercise with what was filled into its form, if it has one, as an answer too."""
    value = given[exercise.name].value if exercise.name in given else None
    if not _says_something(value):
        return exercise
    written = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return replace(exercise, answer=exercise.answer + written)


def _says_something(value: object) -> bool:
    if isinstance(value, dict):  # a form: it counts once every row of it is given
        return bool(value) and all(map(_says_something, value.values()))
    if isinstance(value, list):
        return any(map(_says_something, value))
    return value.strip() != "" if isinstance(value, str) else value is not None
