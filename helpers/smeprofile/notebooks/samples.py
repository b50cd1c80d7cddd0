"""Every exercise's samples, judged: right answers given by their controls, then each typical mistake."""

import re
from collections.abc import Collection
from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade

from smeprofile.notebooks.editions import answered
from smeprofile.notebooks.execute import error_of, stderr_of
from smeprofile.notebooks.source import Exercise, Source

_SAMPLE = "sample-"


def with_samples(whole: NotebookNode, source: Source, folder: Path) -> NotebookNode:
    """Return the master with right answers as a trainee gives them, then each sample and its check.

    Exercises don't depend on each other, so a sample is judged at the end by its own check. What
    controls take is kept in ``folder``, where the notebook must run.
    """
    right = {e.name: e.solution for e in source.exercises.values()}
    notebook = answered(whole, source, right, folder)
    checks = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in whole.cells}
    for exercise in judged(source):
        for number, sample in enumerate(exercise.samples):
            check = deepcopy(checks[f"{exercise.name}-check"])
            check.id = _cell_id(exercise, number)
            notebook.cells += [new_code_cell(sample.source, id=f"{check.id}-given"), check]
    return notebook


def of_own_branch(source: Source) -> set[str]:
    """Return the exercises whose answer depends on the learner's branch."""
    about = {c.metadata.get("check") for c in source.cells if "BRANCH" in c.source}
    return {n for n, e in source.exercises.items() if n in about or "BRANCH" in e.solution}


def misjudged(source: Source, ran: NotebookNode, may_be_right: Collection[str] = ()) -> list[str]:
    """Return what is wrong with the judging in an executed ``with_samples``, in words; none is well.

    A right answer must pass without a warning. A sample earns what it says, no more and no less; its
    feedback holds its words, and they name no other mistake of the exercise: classes count by them.
    Of exercises that ``may_be_right`` a sample may earn all points: in a branch of few customers a
    mistake may make no difference.
    """
    found = [
        f"正确答案没有通过：{error}"
        for cell in ran.cells
        if not cell.id.startswith(_SAMPLE) and (error := error_of(cell))
    ]
    if warned := stderr_of(ran).strip():
        found.append(f"有警告：{warned.splitlines()[0]}")
    cells = {cell.id: cell for cell in ran.cells}
    for exercise in judged(source):
        for number, sample in enumerate(exercise.samples):
            what = f"{exercise.name} 的样例“{sample.mistake}”"
            cell = cells[_cell_id(exercise, number)]
            error, (points, _) = error_of(cell) or "", determine_grade(cell)
            if error and not error.startswith("AssertionError: "):
                found.append(f"{what}让检查自己出错：{error}")
            if exercise.name in may_be_right and points == exercise.points:
                continue
            if points != sample.earns:
                found.append(f"{what}得了 {points:g} 分，写的是 {sample.earns:g} 分")
            if sample.says not in (error or _shown(cell)):
                found.append(f"{what}的反馈里没有“{sample.says}”：{(error or _shown(cell))[:200]}")
            found += [
                f"{what}的反馈里也有另一种错误“{other.mistake}”的话“{other.says}”"
                for other in exercise.samples
                if other != sample and other.says in error
            ]
    return found


def judged(source: Source) -> list[Exercise]:
    """Return the exercises that a check judges: what is written in words, a person does."""
    return [e for e in source.exercises.values() if not e.rubric]


def _cell_id(exercise: Exercise, number: int) -> str:
    return f"{_SAMPLE}{exercise.name}-{number}"[:64]


def _shown(cell: NotebookNode) -> str:
    html = "".join(str(o.get("data", {}).get("text/html", "")) for o in cell.get("outputs", []))
    return re.sub(r"<[^>]+>", "", html)
