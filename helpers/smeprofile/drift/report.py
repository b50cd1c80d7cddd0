"""``smeprofile drift``: two instructor's reading editions, compared; the report and its numbers."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode
from rich.progress import track

from smeprofile.disk import write_file
from smeprofile.drift.compare import KINDS, Change, changes
from smeprofile.errors import UserError
from smeprofile.reading.about import ABOUT
from smeprofile.reading.edition import EXECUTED

REPORT, NUMBERS = "drift.html", "drift.json"
_TEMPLATES = Path(__file__).with_name("templates")
_CAUSES = {"parameters": "参数", "data": "数据表", "texts": "课程文本", "code": "包的代码",
           "libraries": "库"}  # fmt: skip


@dataclass(frozen=True)
class Drift:
    """``causes``: what the builds were made of that differs; ``changes``: by notebook, in order."""

    causes: dict[str, list[str]]
    changes: dict[str, list[Change]]
    report: Path

    def __str__(self) -> str:
        made = "；".join(f"{name} {len(rows)} 处" for name, rows in self.causes.items())
        lines = [f"两版的来源不同：{made}。" if made else "两版的来源一样。"]
        changed = {name: found for name, found in self.changes.items() if found}
        lines.append(f"{len(self.changes)} 本笔记本里 {len(changed)} 本有变化。")
        lines += [f"  {name}：{in_short(found)}" for name, found in changed.items()]
        return "\n".join([*lines, f"报告：{self.report}"])


def drift(before: Path, after: Path, out: Path) -> Drift:
    """Compare two builds and write ``drift.html`` and ``drift.json`` into ``out``.

    ``before`` and ``after``: folders that ``smeprofile build --html DIR --answers`` wrote. Raises
    ``UserError`` where one isn't such a folder.
    """
    told = [_about(folder) for folder in (before, after)]
    books = [_notebooks(folder) for folder in (before, after)]
    found = {}
    for name in track(sorted(books[0] | books[1]), "比较笔记本", transient=True):
        there = [name in some for some in books]
        if all(there):
            found[name] = changes(*(_read(some[name]) for some in books))
        else:
            found[name] = [Change("新增" if there[1] else "删去", "", "整本笔记本")]
    result = Drift(causes(*told), found, out / REPORT)
    page = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    html = page.get_template("drift.html.j2").render(
        result=result, kinds=KINDS, counts={n: Counter(c.kind for c in some) for n, some in found.items()},
        anchors={name: f"n{k}" for k, name in enumerate(found)}, before=before, after=after,
    )  # fmt: skip
    write_file(out / NUMBERS, _json(result))
    write_file(out / REPORT, html.encode())
    return result


def causes(before: Mapping, after: Mapping) -> dict[str, list[str]]:
    """Return what differs between what two builds were made of, in words, by kind of cause.

    >>> causes({"libraries": {"pandas": "2.2"}}, {"libraries": {"pandas": "3.0", "x": "1"}})
    {'库': ['pandas 2.2 → 3.0', '新增 x 1']}
    """
    found = {}
    for key, name in _CAUSES.items():
        old, new = (_flat(told.get(key, {})) for told in (before, after))
        sums = key in ("data", "texts", "code")  # nobody wants to read a sum
        rows = []
        for one in sorted(old | new):
            was, now = old.get(one), new.get(one)
            if one not in old or one not in new:
                verb, value = ("新增", now) if one in new else ("删去", was)
                rows.append(f"{verb} {one}" if sums else f"{verb} {one} {value}")
            elif was != now:
                rows.append(one if sums else f"{one} {was} → {now}")
        if rows:
            found[name] = rows
    return found


def in_short(found: list[Change]) -> str:
    """Return how many changes of each kind, the gravest first.

    >>> in_short([Change("图", "", ""), Change("标准答案", "", ""), Change("图", "", "")])
    '标准答案 1，图 2'
    """
    counts = Counter(change.kind for change in found)
    return "，".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind])


def _flat(told: Mapping, head: str = "") -> dict[str, object]:
    flat = {}
    for name, value in told.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{head}{name}.")
        else:
            flat[f"{head}{name}"] = value
    return flat


def _about(folder: Path) -> dict:
    try:
        return json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError(
            f"{folder} 不是可以比较的版本。请先用 smeprofile build --html {folder} --answers 写出来。"
        ) from None


def _notebooks(folder: Path) -> dict[str, Path]:
    root = folder / EXECUTED
    return {p.relative_to(root).with_suffix("").as_posix(): p for p in root.rglob("*.ipynb")}


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError):
        raise UserError(f"读不了 {path}。请重新生成那一版。") from None


def _json(result: Drift) -> bytes:
    told = {
        "causes": result.causes,
        "changes": {
            name: [{k: v for k, v in asdict(one).items() if k != "pictures"} for one in found]
            for name, found in result.changes.items()
        },
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode()
