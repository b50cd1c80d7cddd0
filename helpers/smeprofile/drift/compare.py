"""Two executed notebooks, cell by cell: what changed, where, by how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from nbformat import NotebookNode

from smeprofile.drift.parts import Difference, Part, difference, of_words, parts_of
from smeprofile.drift.sentences import gone_wrong, newly_wrong
from smeprofile.notebooks.frozen import tested
from smeprofile.reading.controls import states_of

_RUBRIC = "-rubric"
# What a change is of, the gravest first.
KINDS = ("标准答案", "句子可能不对", "判定", "图", "表", "文字结果", "正文", "代码", "新增", "删去")


@dataclass(frozen=True)
class Change:
    """One change. ``where``: the heading it stands under; ``size``: largest relative change."""

    kind: str
    where: str
    told: str
    size: float | None = None
    pictures: tuple[str, str] | None = None


@dataclass
class _Section:
    title: str
    prose: list[tuple[str, str]]  # before, after
    shown: tuple[list[str], list[str]]


def changes(before: NotebookNode, after: NotebookNode) -> list[Change]:
    """Return what changed between two builds' runs of one notebook, in order.

    Cells are matched by id; where the text of some changed, by their place among their neighbours.
    """
    states = states_of(before), states_of(after)
    found, section = [*_of_tracks(before, after)], _Section("开头", [], ([], []))
    for old, new in _paired(before, after):
        if title := _title(new or old):
            found += _wrong_sentences(section)
            section = _Section(title, [], ([], []))
        if old is None or new is None:
            one = old or new
            kind = "删去" if new is None else "新增"
            found.append(Change(kind, section.title, f"单元“{_first_line(one)}”"))
            continue
        if old.cell_type == "markdown":
            section.prose.append((old.source, new.source))
            if _is_marked(new):
                found += _of_source(old, new, section.title)
            elif told := of_words(old.source, new.source):
                found.append(Change("正文", section.title, told.told, told.size))
            continue
        parts = [parts_of(cell, one) for cell, one in zip((old, new), states, strict=True)]
        for texts, some in zip(section.shown, parts, strict=True):
            texts += [part.text for part in some]
        found += _of_source(old, new, section.title)
        found += _of_parts(*parts, new, section.title)
    return found + list(_wrong_sentences(section))


def _paired(
    before: NotebookNode, after: NotebookNode
) -> Iterator[tuple[NotebookNode | None, NotebookNode | None]]:
    ours = [[c for c in one.cells if "injected-parameters" not in c.metadata.get("tags", [])]
            for one in (before, after)]  # fmt: skip
    ids = [[cell.id for cell in cells] for cells in ours]
    for _, a, b, c, d in SequenceMatcher(None, *ids, autojunk=False).get_opcodes():
        old, new = ours[0][a:b], ours[1][c:d]
        while old or new:
            if old and new and old[0].cell_type == new[0].cell_type:
                yield old.pop(0), new.pop(0)
            elif len(old) > len(new):
                yield old.pop(0), None
            else:
                yield None, new.pop(0)


def _is_marked(cell: NotebookNode) -> bool:
    """Return whether a Markdown cell is an answer in words, or the rubric of one."""
    mark = cell.metadata.get("nbgrader", {})
    return bool(mark.get("solution")) or mark.get("grade_id", "").endswith(_RUBRIC)


def _of_tracks(before: NotebookNode, after: NotebookNode) -> Iterator[Change]:
    old, new = (one.metadata.get("smeprofile", {}).get("tracks", {}) for one in (before, after))
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            yield Change("标准答案", "开头", f"{name} 的轨道 {old[name]} → {new[name]}")


def _of_source(old: NotebookNode, new: NotebookNode, where: str) -> Iterator[Change]:
    if old.source == new.source and _points(old) == _points(new):
        return
    mark = new.metadata.get("nbgrader", {})
    if _points(old) != _points(new):
        yield Change("标准答案", where, f"分值 {_points(old)} → {_points(new)}")
    if old.source == new.source:
        return
    told = of_words(old.source, new.source)
    name = mark.get("grade_id", "").removesuffix("-check")
    if mark.get("solution"):
        yield Change("标准答案", where, f"{name} 的参考答案变了：{told.told}", told.size)
    elif name.endswith(_RUBRIC):
        what = f"{name.removesuffix(_RUBRIC)} 的评分表变了"
        yield Change("标准答案", where, f"{what}：{told.told}", told.size)
    elif mark.get("grade") and tested(old.source) != tested(new.source):
        yield Change("标准答案", where, f"{name} 的检查变了：{told.told}", told.size)
    elif "parameters" not in new.metadata.get("tags", []):
        yield Change("代码", where, told.told)


def _of_parts(
    before: list[Part], after: list[Part], cell: NotebookNode, where: str
) -> Iterator[Change]:
    is_check = cell.metadata.get("nbgrader", {}).get("grade")
    for kind in ("图", "表", "文字"):
        old, new = ([p for p in some if p.kind == kind] for some in (before, after))
        if len(old) != len(new):
            told: Difference | None = Difference(f"{len(old)} 个{kind} → {len(new)} 个")
            yield Change(_named(kind, is_check), where, told.told)
            continue
        for one, two in zip(old, new, strict=True):
            if told := difference(one, two):
                pictures = (one.picture, two.picture) if kind == "图" else None
                yield Change(_named(kind, is_check), where, told.told, told.size, pictures)


def _named(kind: str, is_check: object) -> str:
    return "判定" if is_check else "文字结果" if kind == "文字" else kind


def _wrong_sentences(section: _Section) -> Iterator[Change]:
    before, after = section.shown
    for was, now in section.prose:
        for number, sentence in gone_wrong(now, before, after):
            told = f"“{sentence}”：{number} 是上一版算出的数，这一版没有算出它"
            yield Change("句子可能不对", section.title, told)
        for old, new, sentence in newly_wrong(was, now, before, after):
            told = f"“{sentence}”：正文由 {old} 改成 {new}，而代码算出的仍是 {old}"
            yield Change("句子可能不对", section.title, told)


def _points(cell: NotebookNode) -> float | None:
    return cell.metadata.get("nbgrader", {}).get("points")


def _title(cell: NotebookNode) -> str:
    if cell.cell_type != "markdown":
        return ""
    heads = [line for line in cell.source.splitlines() if line.startswith(("# ", "## ", "### "))]
    return heads[-1].lstrip("# ") if heads else ""


def _first_line(cell: NotebookNode) -> str:
    return (cell.source.strip().splitlines() or ["空"])[0][:60]
