"""The editions of one source: master (for grading), trainee, and any mix of answers."""

import hashlib
import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from traitlets.config import Config

from smeprofile.answers import Answers
from smeprofile.cells import fingerprint, is_control
from smeprofile.errors import UserError
from smeprofile.explain import STUB
from smeprofile.facts import cite, fact
from smeprofile.notebooks.source import Source, chosen, role_of
from smeprofile.params import Cohort, variant_key

# The same words for `nbgrader generate_assignment`, run by the button or by us.
_WRITE_HERE = "（双击这里，写下你的回答；写完按 Shift+Enter。）"
NBGRADER_CONFIG = Config(
    {"ClearSolutions": {"code_stub": {"python": STUB}, "text_stub": _WRITE_HERE}}
)
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_PROSE = Environment(undefined=StrictUndefined, autoescape=False)  # Markdown, not HTML


class ClearAnswers(ClearSolutions):
    """nbgrader's step, less the stub where the trainee answers by a control and sees no code."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, cell_index: int
    ) -> tuple[NotebookNode, dict]:
        """Return the cell without its solution."""
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if is_control(cell):
            cell.source = cell.source.replace(STUB, "").rstrip()
        return cell, resources


def parameters(cohort: Cohort) -> dict[str, object]:
    """Return what a notebook's ``parameters`` cell may hold, by name.

    >>> from smeprofile.params import load_cohort
    >>> sorted(parameters(load_cohort()))
    ['AS_OF', 'FX_RATES_CNY', 'SEED', 'VARIANT_KEY']
    """
    return {
        "AS_OF": cohort.as_of.isoformat(),
        "SEED": cohort.seed,
        "FX_RATES_CNY": dict(cohort.fx_rates_cny),
        "VARIANT_KEY": variant_key(cohort),
    }


def prose(text: str, cohort: Cohort) -> str:
    """Return a source's Markdown with the cohort's names and the register's facts filled in.

    Raises ``UserError`` for what can't be.

    >>> from smeprofile.params import load_cohort
    >>> prose("{{ cohort.bank.region }}支行", load_cohort())
    '青屿市支行'
    """
    try:
        return _PROSE.from_string(text).render(cohort=cohort, fact=fact, cite=cite)
    except UserError:
        raise
    except Exception as error:  # whatever an expression raises
        line = f"第 {error.lineno} 行" if isinstance(error, TemplateSyntaxError) else ""
        raise UserError(f"{line}{{{{ }}}} 里的式子写错了（{error}）。") from None


def master(source: Source, cohort: Cohort) -> NotebookNode:
    """Return the notebook that grading trusts: answers and hidden tests in, samples out.

    Cell ids are ``<stem>-<exercise>-<role>``, or ``<stem>-`` and a hash of the text for plain
    cells, so that inserting a cell never gives its id to another one.
    """
    cells, seen = [], set()
    for number, original in enumerate(source.cells, start=1):
        if role_of(original) in ("sample", "discussion"):
            continue
        try:
            cell = _cell(original, source, cohort)
        except UserError as error:
            where = f"{source.module}/{source.stem}.py 第 {number} 个单元"
            raise UserError(f"{where}：{error}") from None
        cell.id = _unused(_cell_id(source.stem, original), seen)
        cells.append(cell)
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": _KERNEL,
            "language_info": {"name": "python"},
            "smeprofile": {
                "module": source.module,
                "notebook": source.stem,
                "tracks": {e.name: e.track for e in source.exercises.values()},
                **_rubrics(source),
            },
        },
    )


def _rubrics(source: Source) -> dict[str, object]:
    found = {
        exercise.name: [[c.name, list(c.levels.items())] for c in exercise.rubric]
        for exercise in source.exercises.values()
        if exercise.rubric
    }
    return {"rubrics": found} if found else {}  # who marks sees it beside the answer


def as_trainee(notebook: NotebookNode) -> NotebookNode:
    """Return the edition handed out, by nbgrader's own preprocessors; notes what was issued."""
    out = deepcopy(notebook)
    steps = (LockCells, ClearAnswers, ClearOutput, CheckCellMetadata, ClearHiddenTests)
    for step in (*steps, ComputeChecksums, CheckCellMetadata):
        out, _ = step(config=NBGRADER_CONFIG).preprocess(out, {})
    out.metadata.smeprofile["issued"] = {cell.id: fingerprint(cell) for cell in out.cells}
    return out


def solved_with(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """Return ``notebook`` with the answer cell of each named exercise holding the given code.

    >>> cell = new_code_cell("pass", metadata={"nbgrader": {"grade_id": "q"}})
    >>> solved_with(new_notebook(cells=[cell]), {"q": "x = 1"}).cells[0].source
    'x = 1'
    """
    out = deepcopy(notebook)
    for cell in out.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
    return out


def answered(
    notebook: NotebookNode, source: Source, answers: Mapping[str, str], folder: Path
) -> NotebookNode:
    """Return ``notebook`` with the named exercises answered the way a trainee does.

    Code goes into the answer cells; what a control takes goes to ``answers.json`` in ``folder``.
    """
    cells, kept = {}, Answers(folder)
    for name, answer in answers.items():
        control = source.exercises[name].control
        cells[name] = control or answer
        if control:
            kept.put(name, chosen(answer), counts=False)
    return solved_with(notebook, cells)


def _cell(original: NotebookNode, source: Source, cohort: Cohort) -> NotebookNode:
    role, tags = role_of(original), original.metadata.get("tags", [])
    if original.cell_type == "markdown":
        cell = new_markdown_cell(prose(original.source, cohort))
    else:
        cell = new_code_cell(original.source)
    if tags:
        cell.metadata.tags = list(tags)
    if "hide-input" in tags:
        cell.metadata.jupyter = {"source_hidden": True}
    if "parameters" in tags:
        cell.source = _filled(original.source, parameters(cohort))
        cell.metadata.nbgrader = _nbgrader("parameters", locked=True)
    elif role:
        cell.metadata.nbgrader = _ROLE_METADATA[role](original)
    if role == "written":
        cell.metadata.nbgrader.points = source.exercises[original.metadata.written].points
    if role == "check":  # a check that fails doesn't keep "run all" from the exercises below
        cell.metadata.tags = ["raises-exception"]
    return cell


def _nbgrader(grade_id: str, **flags: object) -> NotebookNode:
    base = {"grade": False, "grade_id": grade_id, "locked": False, "schema_version": 3}
    return NotebookNode({**base, "solution": False, "task": False, **flags})


_ROLE_METADATA = {
    "task": lambda c: _nbgrader(f"{c.metadata.task}-task", locked=True),
    "answer": lambda c: _nbgrader(c.metadata.answer, solution=True),
    "rubric": lambda c: _nbgrader(f"{c.metadata.rubric}-rubric", locked=True),
    "written": lambda c: _nbgrader(c.metadata.written, solution=True, grade=True),
    "check": lambda c: _nbgrader(
        f"{c.metadata.check}-check", grade=True, locked=True, points=c.metadata.points
    ),
}


def _filled(source: str, values: Mapping[str, object]) -> str:
    """Return the parameters cell with each ``NAME = value`` set from ``values``; comments stay."""

    def line(match: re.Match) -> str:
        name, comment = match["name"], match["comment"] or ""
        return f"{name} = {values[name]!r}{comment}" if name in values else match[0]

    pattern = r"^(?P<name>[A-Z_]+) = .*?(?P<comment>\s+#.*)?$"
    return re.sub(pattern, line, source, flags=re.MULTILINE)


def _cell_id(stem: str, cell: NotebookNode) -> str:
    role = role_of(cell)
    if role:
        return f"{stem}-{cell.metadata[role]}-{role}"
    if "parameters" in cell.metadata.get("tags", []):
        return f"{stem}-parameters"
    return f"{stem}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"


def _unused(cell_id: str, seen: set[str]) -> str:
    tries = [cell_id] + [f"{cell_id}-{n}" for n in range(2, 99)]
    chosen = next(name for name in tries if name not in seen)
    seen.add(chosen)
    return chosen
