"""Which files of a folder are which table."""

from pathlib import Path

from smeprofile.dictionary import SCHEMAS
from smeprofile.errors import UserError
from smeprofile.intake.mapping import TableMapping

FORMATS = (".parquet", ".csv", ".xlsx")
_SHEETS = (".xls", ".xlsm", ".xlsb", ".et")  # tables meant to be read, were they saved as xlsx


def find(folder: Path, mapping: dict[str, TableMapping]) -> tuple[dict[str, list[Path]], list[str]]:
    """Return each table's files, and the names of what was passed over.

    A table is ``<table>.parquet``, ``.csv`` or ``.xlsx``, a subfolder of such, or what ``mapping``
    says. Raises ``UserError`` for no table at all, one table twice, or a file that isn't there.
    """
    if not folder.is_dir():
        if folder.is_file():
            raise UserError(f"{folder} 是文件。请写它所在的文件夹。")
        raise UserError(f"找不到文件夹 {folder}。请检查路径。")
    named = {name: folder / m.file for name, m in mapping.items() if m.file}
    for path in named.values():
        if not path.exists():
            raise UserError(
                f"文件夹 {folder} 里没有映射文件写的 {path.relative_to(folder)}。请检查文件名。"
            )
    found = {name: parts_named(name, path) for name, path in named.items()}
    passed = []
    for path in sorted({*folder.iterdir()} - {*named.values()}):
        name = path.stem
        parts = parts_of(path) if name in SCHEMAS else []
        if not parts:
            passed.append(path)
        elif name in found:
            raise UserError(
                f"表 {name} 有两份：{found[name][0].name} 和 {path.name}。请只留一份，"
                "或把几个分片放进同名文件夹。"
            )
        else:
            found[name] = parts
    for path in passed:
        if path.stem in SCHEMAS.keys() - found.keys() and path.suffix.lower() in _SHEETS:
            raise UserError(f"读不了 {path.name}：请在 Excel 或 WPS 里另存为 .xlsx。")
    if not found:
        raise UserError(
            f"文件夹 {folder} 里没有认得的表。文件名应为“表名.parquet”“表名.csv”或“表名.xlsx”，"
            f"表名为 {'、'.join(SCHEMAS)}；别的名字请用映射文件写明。"
        )
    # A folder that holds a file named by the mapping was looked at, if not by its own name.
    ours = {parent for path in named.values() for parent in path.parents}
    return found, [p.name for p in passed if p not in ours and not p.name.startswith(".")]


def parts_of(path: Path) -> list[Path]:
    """Return the data files that ``path`` is, or holds; none if it is something else.

    Raises ``UserError`` for a folder of several formats, and for a file of 0 bytes.
    """
    if path.is_file():
        parts = [path] if path.suffix.lower() in FORMATS else []
    else:
        parts = sorted(p for p in path.iterdir() if p.suffix.lower() in FORMATS)
        # Excel's mark of an open file, macOS's of a copied one
        parts = [part for part in parts if not part.name.startswith(("~$", "."))]
    if len({p.suffix.lower() for p in parts}) > 1:
        raise UserError(f"文件夹 {path} 里混有几种格式。一张表的分片请用同一种格式。")
    for part in parts:
        if part.stat().st_size == 0:
            raise UserError(f"文件 {part.name} 是空的（0 字节）。请重新导出，或删掉它。")
    return parts


def parts_named(name: str, path: Path) -> list[Path]:
    """Return the data files of table ``name``; ``UserError`` if ``path`` isn't or holds none."""
    if not path.exists():
        raise UserError(f"找不到 {path}（表 {name}）。请检查路径。")
    parts = parts_of(path)
    if not parts:
        raise UserError(f"认不得 {path.name} 的格式（表 {name}）：应为 parquet、csv 或 xlsx。")
    return parts
