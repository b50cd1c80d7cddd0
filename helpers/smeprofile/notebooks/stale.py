"""Why a file of the course is not what its sources make, in Chinese."""

from collections.abc import Iterable
from pathlib import Path

import nbformat

_KINDS = (("/solutions/", "课程文本"), ("cohort.yml", "参数"), ("facts.yml", "事实登记"),
          ("/helpers/", "程序"), ("requirements.lock", "版本"))  # fmt: skip


def reasons(
    names: Iterable[str], staging: Path, root: Path, last: dict | None, now: dict
) -> dict[str, str]:
    """Return the reason for each of the files ``names``.

    ``staging`` holds what the sources make; ``last`` is the record of the last build, if any, and
    ``now`` the state of its inputs.
    """
    return {name: _reason(name, staging, root, last, now) for name in names}


def _reason(name: str, staging: Path, root: Path, last: dict | None, now: dict) -> str:
    if not (root / name).is_file():
        return "没有这个文件"
    made = (staging / name).is_file()
    if not made and name.startswith("course/"):
        return "cohort.yml 的模块里没有它"
    if last is not None:
        if changed := _changed(name, last["state"], now):
            return f"上次生成之后改过：{'、'.join(changed)}"
        return "源文件没有变，是它自己被改过"
    where = _first_cell(staging / name, root / name) if made and name.endswith(".ipynb") else ""
    return f"内容与源文件生成的不同{where}（本机没有上次生成的记录，看不出改了哪个源文件）"


def _changed(name: str, before: dict, now: dict) -> list[str]:
    """The inputs that are not as they were, a notebook's own text first; at most three."""
    old, new = before["inputs"], now["inputs"]
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    if name.startswith("course/"):
        own = f"/{name.removeprefix('course/').replace('.ipynb', '.py')}"
        paths = [p for p in paths if p.endswith(own) or "/solutions/" not in p]
        paths.sort(key=lambda path: not path.endswith(own))
    else:
        paths = [p for p in paths if "/solutions/" not in p]
    shown = [f"{_kind(path)} {Path(path).parent.name}/{Path(path).name}" for path in paths[:3]]
    if before["versions"] != now["versions"]:
        shown.append("装着的库的版本")
    return shown


def _kind(path: str) -> str:
    return next((kind for part, kind in _KINDS if part in path), "文件")


def _first_cell(made: Path, there: Path) -> str:
    try:
        cells = [nbformat.read(path, as_version=4).cells for path in (made, there)]
    except (OSError, ValueError):
        return "，读不成笔记本"
    for number, (own, other) in enumerate(zip(*cells, strict=False), start=1):
        if own != other:
            return f"，第 {number} 个单元（{own.id}）起"
    return f"：应有 {len(cells[0])} 个单元，现有 {len(cells[1])} 个"
