"""Read ``solutions/NN_slug/*.py``: percent text whose cell headers say what each cell is for.

A header is plain jupytext, ``# %% [markdown] key="value"``. The keys we know:

``task="NAME" track="all|analyst"``  what to do; locked
``answer="NAME"``                    the trainee writes here; ``# BEGIN SOLUTION`` … ``# END SOLUTION``
``check="NAME" points=N``            asserts; ``# BEGIN HIDDEN TESTS`` … ``# END HIDDEN TESTS``
``discussion="NAME"``                for instructors only
``sample="NAME" mistake="…" says="…"``  a typical wrong answer, and words its feedback must contain;
                                     ``earns=N`` where it loses only part of the points
``rubric="NAME"``                    how a written answer is marked: a table, one row a criterion, one
                                     column a level, each level's text beginning with its points (``2 分：…``)
``written="NAME"``                   a model answer in words, instead of ``answer`` and ``check``; a
                                     ``sample`` of it says in ``marks=[2, 0]`` which points each criterion gets
``tags=["parameters"]``              values taken from the cohort's parameters; locked

Code may hold ``{{ items.keys("pre") }}`` and the like, plain values made from the item bank (see
:func:`smeprofile.notebooks.papers.filled`), and ``{{ truth.NAME }}``, values made from the generator's
truth (:mod:`smeprofile.notebooks.truth`).
"""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
from nbformat import NotebookNode
from pydantic import JsonValue

from smeprofile.errors import UserError
from smeprofile.notebooks.papers import filled
from smeprofile.notebooks.rubric import Criterion, read_rubric
from smeprofile.params import Cohort, load_cohort

ROLES = ("task", "answer", "check", "rubric", "written", "discussion", "sample")
TRACKS = ("all", "analyst")
TAGS = ("parameters", "hide-input")


@dataclass(frozen=True)
class Sample:
    """One typical wrong answer to an exercise."""

    mistake: str
    says: str
    source: str
    earns: float = 0


@dataclass
class Exercise:
    """One exercise: its track, points, model answer and typical mistakes.

    Where the trainee answers by a control, ``control`` is the code that shows it, and the answers
    assign plain values. Where in words, a person marks it by the ``rubric``.
    """

    name: str
    track: str = "all"
    points: float = 0
    title: str = ""
    solution: str = ""
    control: str = ""
    samples: list[Sample] = field(default_factory=list)
    rubric: list[Criterion] = field(default_factory=list)  # of an answer in words

    @property
    def paper(self) -> str | None:
        """The form of the test paper that is answered here, None if it isn't one."""
        found = re.search(r'ask\.paper\("(pre|post)"\)', self.control)
        return found and found[1]


@dataclass(frozen=True)
class Source:
    """One parsed source file; ``cells`` keep their header keys as metadata."""

    module: str
    stem: str
    cells: list[NotebookNode]
    exercises: dict[str, Exercise]


def read_source(path: Path, cohort: Cohort | None = None) -> Source:
    """Return the source file at ``path``, parsed and checked; items as of ``cohort``, or the course's.

    Raises ``UserError`` naming file and cell when an exercise lacks a part, a key is unknown,
    or a sample says nothing about its mistake.
    """
    text = filled(text_in(path), path.parents[1], cohort)
    if "{{ truth." in text:
        from smeprofile.notebooks import truth  # the generator: slow to import

        text = truth.filled(text, cohort or load_cohort())
    cells = jupytext.reads(text, fmt="py:percent").cells
    exercises: dict[str, Exercise] = {}
    for number, cell in enumerate(cells, start=1):
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own note on blank lines
        where = f"{path.parent.name}/{path.name} 第 {number} 个单元"
        _check_header(cell, where)
        if cell.cell_type == "code":
            _check_syntax(cell.source, where)
        role = role_of(cell)
        if role:
            exercise = exercises.setdefault(cell.metadata[role], Exercise(cell.metadata[role]))
            _READERS[role](exercise, cell, where)
    for exercise in exercises.values():
        _check_whole(exercise, f"{path.parent.name}/{path.name}")
    return Source(path.parent.name, path.stem, cells, exercises)


def read_module(folder: Path, slug: str, stem: str, cohort: Cohort | None = None) -> Source:
    """Return the source ``stem`` ("lesson", "practice") of a module in the solutions ``folder``.

    Raises ``UserError`` when there is none, and as ``read_source`` does.

    >>> read_module(Path("solutions"), "99_none", "lesson")
    Traceback (most recent call last):
    smeprofile.errors.UserError: 参数文件列出了 99_none，但缺少 solutions/99_none/lesson.py。
    """
    return read_source(_found(folder, slug, stem), cohort)


def text_of(folder: Path, slug: str, stem: str, cohort: Cohort) -> str:
    """Return a module's source as text, items filled in, values of truth still named.

    Raises ``UserError`` when there is none.
    """
    return filled(text_in(_found(folder, slug, stem)), folder, cohort)


def text_in(path: Path) -> str:
    """Return the text of a source file; ``UserError`` naming the line that isn't UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{path.parent.name}/{path.name} 第 {line} 行不是 UTF-8 文字（多半存成了 GBK）。"
            "请在编辑器里另存为 UTF-8。"
        ) from None


def _found(folder: Path, slug: str, stem: str) -> Path:
    path = folder / slug / f"{stem}.py"
    if not path.is_file():
        raise UserError(
            f"参数文件列出了 {slug}，但缺少 {path.relative_to(folder.parent).as_posix()}。"
        )
    return path


def chosen(answer: str) -> JsonValue:
    """Return the plain value that the last statement of ``answer`` assigns.

    Raises ``ValueError`` if it doesn't: such an answer can't be given by a control.

    >>> chosen('known = {"a1": "已拿到"}')
    {'a1': '已拿到'}
    """
    try:
        last = ast.parse(answer).body[-1]
        return ast.literal_eval(last.value)
    except (SyntaxError, IndexError, AttributeError, ValueError):
        raise ValueError(f"不是“名称 = 值”：{answer[:40]}") from None


def role_of(cell: NotebookNode) -> str | None:
    """Return which part of an exercise the cell is, or None for a plain cell.

    >>> from nbformat.v4 import new_code_cell
    >>> role_of(new_code_cell("x = 1", metadata={"answer": "q"}))
    'answer'
    """
    return next((role for role in ROLES if role in cell.metadata), None)


def _check_header(cell: NotebookNode, where: str) -> None:
    known = {*ROLES, "track", "points", "mistake", "says", "earns", "marks", "tags"}
    unknown = set(cell.metadata) - known
    unknown |= set(cell.metadata.get("tags", [])) - set(TAGS)
    if unknown:
        raise UserError(f"{where}：不认识的标记 {'、'.join(sorted(unknown))}。")


def _check_syntax(code: str, where: str) -> None:
    try:
        compile(code, where, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise UserError(f"{where}第 {error.lineno} 行有语法错误（{error.msg}）：{line}") from None


def _read_task(exercise: Exercise, cell: NotebookNode, where: str) -> None:
    exercise.track = cell.metadata.get("track", "all")
    if exercise.track not in TRACKS:
        raise UserError(f"{where}：track 只能是 {'、'.join(TRACKS)}。")
    exercise.title = cell.source.splitlines()[0].lstrip("# ").strip()


def _read_answer(exercise: Exercise, cell: NotebookNode, where: str) -> None:
    if "# BEGIN SOLUTION" not in cell.source or "# END SOLUTION" not in cell.source:
        raise UserError(f"{where}：答题区缺少 # BEGIN SOLUTION 或 # END SOLUTION。")
    if "hide-input" in cell.metadata.get("tags", []):
        exercise.control = cell.source.partition("# BEGIN SOLUTION")[0].rstrip()
    exercise.solution = re.sub(r"^ *# (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.MULTILINE)


def _read_check(exercise: Exercise, cell: NotebookNode, where: str) -> None:
    points = cell.metadata.get("points")
    if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
        raise UserError(f"{where}：check 要写 points=正数。")
    exercise.points = points


def _read_rubric(exercise: Exercise, cell: NotebookNode, where: str) -> None:
    try:
        exercise.rubric = read_rubric(cell.source)
    except ValueError as error:
        raise UserError(f"{where}：{error}。") from None
    exercise.points = sum(criterion.points for criterion in exercise.rubric)


def _read_written(exercise: Exercise, cell: NotebookNode, where: str) -> None:
    exercise.solution = cell.source
    if cell.cell_type != "markdown" or not exercise.rubric:
        raise UserError(f"{where}：written 是一段 Markdown，前面要有它的 rubric（怎么给分）。")


def _read_sample(exercise: Exercise, cell: NotebookNode, where: str) -> None:
    if not cell.metadata.get("mistake") or not cell.metadata.get("says"):
        raise UserError(f"{where}：sample 要写 mistake（错在哪）和 says（反馈里必须出现的词）。")
    earns = cell.metadata.get("earns", 0)
    if exercise.rubric:
        earns = _earned(exercise, cell, where)
    exercise.samples.append(Sample(cell.metadata.mistake, cell.metadata.says, cell.source, earns))


def _earned(exercise: Exercise, cell: NotebookNode, where: str) -> float:
    """Return what the sample gets by the rubric; its level of some criterion is what is told."""
    marks = cell.metadata.get("marks", [])
    levels = [
        criterion.levels.get(points)
        for criterion, points in zip(exercise.rubric, marks, strict=False)
    ]
    if len(levels) != len(exercise.rubric) or None in levels:
        raise UserError(f"{where}：marks 要给评分表的每一行一个分数，只能是那一行里有的分数。")
    if not any(cell.metadata.says in level for level in levels):
        raise UserError(f"{where}：says 要是这份样本在评分表里落到的某一格里的词。")
    return sum(marks)


_READERS = {
    "task": _read_task,
    "answer": _read_answer,
    "check": _read_check,
    "rubric": _read_rubric,
    "written": _read_written,
    "discussion": lambda exercise, cell, where: None,
    "sample": _read_sample,
}


def _check_whole(exercise: Exercise, where: str) -> None:
    lacks = [
        word
        for word, part in (
            ("题面", exercise.title),
            ("答题区", exercise.solution),
            ("检查或评分表", exercise.points),
            ("典型错误样本", exercise.samples),
        )
        if not part
    ]
    if lacks:
        raise UserError(f"{where}：练习 {exercise.name} 缺少{'、'.join(lacks)}。")
    if exercise.control:
        try:
            for answer in (exercise.solution, *(sample.source for sample in exercise.samples)):
                chosen(answer)
        except ValueError as error:
            raise UserError(f"{where}：控件作答的练习 {exercise.name} 的答案{error}。") from None
