"""The step that puts a notebook handed in back in order: what nbgrader knows is as it was released.

Which cells are graded, for how much, and in which order is the master's to say. A cell split,
copied, moved or deleted by accident costs nobody a mark; each repair leaves a line.
"""

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

REPAIRED = "repaired"  # in the notebook's metadata: the lines
_DELETED = "# 这个作答单元交来时已被删除"


@dataclass(frozen=True)
class Known:
    """A cell that nbgrader knows, as released."""

    grade_id: str
    kind: str
    source: str
    mark: dict
    cell_id: str | None = None  # as in the released notebook, if that is there
    metadata: dict = field(default_factory=dict)

    @property
    def is_written(self) -> bool:
        """Whether a person reads and grades it."""
        return self.mark["solution"] and self.mark["grade"]


class Repair(NbGraderPreprocessor):
    """Give back every cell that nbgrader knows: once, in order, with its own metadata."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple:
        """Return the notebook in order; what was done is in its metadata."""
        named = resources["nbgrader"]
        with Gradebook(named["db_url"]) as gradebook:
            known = _known(gradebook.find_notebook(named["notebook"], named["assignment"]))
        directory = CourseDirectory(config=self.config)
        folder = directory.format_path(directory.release_directory, ".", named["assignment"])
        known = _with_ids(known, Path(folder, f"{named['notebook']}.ipynb"))
        nb.cells, lines = repaired(nb.cells, known)
        if nb.nbformat_minor < 5:  # there cells have no ids
            for cell in nb.cells:
                cell.pop("id", None)
        for line in lines:
            self.log.warning("%s: %s", named["notebook"], line)
        about = nb.metadata.pop("smeprofile", None)
        about = dict(about) if isinstance(about, dict) else {}
        about.pop(REPAIRED, None)
        if about or lines:
            nb.metadata["smeprofile"] = about | ({REPAIRED: lines} if lines else {})
        return nb, resources


def _known(notebook: object) -> list[Known]:
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    graded, answers, tasks = (
        {cell.name for cell in cells}
        for cells in (notebook.grade_cells, notebook.solution_cells, notebook.task_cells)
    )
    found = []
    for cell in notebook.source_cells:
        mark = {
            "grade_id": cell.name, "grade": cell.name in graded, "solution": cell.name in answers,
            "task": cell.name in tasks, "locked": bool(cell.locked), "schema_version": 3,
            "cell_type": cell.cell_type, "checksum": cell.checksum,
        }  # fmt: skip
        if cell.name in points:
            mark["points"] = points[cell.name]
        found.append(Known(cell.name, cell.cell_type, cell.source or "", mark))
    return found


def _with_ids(known: list[Known], path: Path) -> list[Known]:
    """Add what the released notebook tells: the order, and ids for cells whose metadata are lost.

    The gradebook keeps cells in no order of its own.
    """
    try:
        cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
    except (OSError, ValueError):
        return known
    released = {_named(cell): cell for cell in cells}
    place = {name: n for n, name in enumerate(released)}
    known = sorted(known, key=lambda k: place.get(k.grade_id, len(place)))
    return [
        replace(k, cell_id=released[k.grade_id].get("id"), metadata=released[k.grade_id].metadata)
        if k.grade_id in released else k
        for k in known
    ]  # fmt: skip


def repaired(cells: list[NotebookNode], known: list[Known]) -> tuple[list[NotebookNode], list[str]]:
    """Return the cells in order, and a line in Chinese for each thing that was done.

    >>> from nbformat.v4 import new_code_cell
    >>> mark = {"grade_id": "a", "grade": True, "solution": False, "points": 1}
    >>> repaired([new_code_cell("x = 1")], [Known("a", "code", "assert x", mark)])[1]
    ['a：交来时缺少，按发布的补上']
    """
    claims = _claims(cells, known)
    lines: list[str] = []
    chosen = {k.grade_id: _choose(k, n, known, cells, claims) for n, k in enumerate(known)}
    kept: list[NotebookNode] = []
    place_of: dict[int, str] = {at: name for name, at in chosen.items() if at is not None}
    by_name = {k.grade_id: k for k in known}
    name_at = {at: name for name, places in claims.items() for at in places}
    for at, cell in enumerate(cells):
        name = name_at.get(at)
        if name is None or at in place_of:
            kept.append(cell)
            if at not in place_of:
                cell.metadata.pop("nbgrader", None)
            continue
        extra = by_name[name]
        lines.append(f"{name}：有重复的单元，只认其中一个")
        cell.metadata.pop("nbgrader", None)
        if not extra.is_written and not (extra.mark["locked"] and cell.source == extra.source):
            kept.append(cell)  # a part of the answer, or a draft: it is run where it is
    for k in known:
        at = chosen[k.grade_id]
        if at is not None:
            _settle(cells[at], k, [cells[n].source for n in claims[k.grade_id]])
    ordered = _in_order(kept, cells, known, chosen, lines)
    return ordered, list(dict.fromkeys(lines))


def _claims(cells: list[NotebookNode], known: list[Known]) -> dict[str, list[int]]:
    """Return grade_id → the places of the cells that say they are it."""
    by_id = {k.cell_id: k.grade_id for k in known if k.cell_id}
    found: dict[str, list[int]] = {k.grade_id: [] for k in known}
    named = [_named(cell) for cell in cells]
    for at, (cell, name) in enumerate(zip(cells, named, strict=True)):
        if name not in found:
            name = by_id.get(cell.get("id"))
            if name in named:
                continue  # its id is another's by chance, or a copy's
        if name in found:
            found[name].append(at)
    return found


def _named(cell: NotebookNode) -> str | None:
    mark = cell.metadata.get("nbgrader")
    name = mark.get("grade_id") if isinstance(mark, dict) else None
    return name if isinstance(name, str) else None


def _choose(
    k: Known, n: int, known: list[Known], cells: list[NotebookNode], claims: dict[str, list[int]]
) -> int | None:
    """Return which cell is the one: of several the last that was written in, before what follows."""
    places = claims[k.grade_id]
    if len(places) < 2:
        return places[0] if places else None
    follows = next(
        (claims[f.grade_id][-1] for f in known[n + 1 :] if claims[f.grade_id]), len(cells)
    )
    fitting = [at for at in places if at < follows] or places
    written = [at for at in fitting if cells[at].source.strip() != k.source.strip()]
    return (written or fitting)[-1]


def _settle(cell: NotebookNode, k: Known, sources: list[str]) -> None:
    if cell.cell_type != k.kind:
        fresh = _new(k, cell.source)
        cell.clear()
        cell.update(fresh)
    if k.is_written and len(sources) > 1:
        cell.source = "\n\n".join(dict.fromkeys(sources))
    elif k.mark["locked"]:
        cell.source = k.source
    cell.metadata = nbformat.from_dict(k.metadata | {"nbgrader": k.mark})


def _new(k: Known, source: str) -> NotebookNode:
    make = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}
    make = make.get(k.kind, nbformat.v4.new_markdown_cell)
    metadata = nbformat.from_dict(k.metadata | {"nbgrader": k.mark})
    return make(source, id=k.cell_id or k.grade_id[:64], metadata=metadata)


def _in_order(
    kept: list[NotebookNode],
    cells: list[NotebookNode],
    known: list[Known],
    chosen: dict[str, int | None],
    lines: list[str],
) -> list[NotebookNode]:
    """Put the known cells into the master's order: as few as possible are moved."""
    staying = _longest_rising([at for k in known if (at := chosen[k.grade_id]) is not None])
    waiting: list[NotebookNode] = []
    before: dict[int, list[NotebookNode]] = {}
    moved = []
    for k in known:
        at = chosen[k.grade_id]
        if at in staying:
            before[at], waiting = waiting, []
        elif at is None:
            lines.append(f"{k.grade_id}：交来时缺少，按发布的补上")
            is_answer = k.mark["solution"] and not k.mark["grade"] and k.kind == "code"
            waiting.append(_new(k, _DELETED if is_answer else k.source))
        else:
            lines.append(f"{k.grade_id}：被移动过，放回原处")
            moved.append(id(cells[at]))
            waiting.append(cells[at])
    places = {id(cells[at]): at for at in staying}
    ordered: list[NotebookNode] = []
    for cell in kept:
        if id(cell) in moved:
            continue
        ordered += before.get(places.get(id(cell), -1), [])
        ordered.append(cell)
    return ordered + waiting


def _longest_rising(places: list[int]) -> set[int]:
    """Return the members of a longest rising subsequence.

    >>> sorted(_longest_rising([3, 1, 2, 5]))
    [1, 2, 5]
    """
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        n = bisect_left(tails, place)
        before[place] = tails[n - 1] if n else None
        tails[n:] = [place] if n == len(tails) else [place, *tails[n + 1 :]]
    found, at = set(), tails[-1] if tails else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found
