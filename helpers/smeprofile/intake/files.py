"""From a folder to DuckDB relations: parquet as it is, CSV and xlsx as text with row numbers."""

import codecs
import csv
import re
import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

import duckdb

from smeprofile.dictionary import SCHEMAS
from smeprofile.errors import UserError
from smeprofile.intake.mapping import TableMapping

FORMATS = (".parquet", ".csv", ".xlsx")
_BLOCK = 1 << 22


def find(folder: Path, mapping: dict[str, TableMapping]) -> tuple[dict[str, list[Path]], list[str]]:
    """Return each table's files, and remarks on what was passed over.

    A table is ``<table>.parquet``, ``.csv`` or ``.xlsx``, a subfolder of such, or what ``mapping``
    says. Raises ``UserError`` for no table at all, one table twice, or a file that isn't there.
    """
    if not folder.is_dir():
        raise UserError(f"找不到文件夹 {folder}。请检查路径。")
    found: dict[str, list[Path]] = {}
    passed = []
    named = {m.file: name for name, m in mapping.items() if m.file}
    for file in named:
        if not (folder / file).exists():
            raise UserError(f"文件夹 {folder} 里没有映射文件写的 {file}。请检查文件名。")
    for path in sorted(folder.iterdir()):
        name = named.get(path.name) or path.stem
        parts = parts_of(path) if name in SCHEMAS else []
        if not parts:
            if not path.name.startswith("."):
                passed.append(path.name)
        elif name in found:
            raise UserError(
                f"表 {name} 有两份：{found[name][0].name} 和 {path.name}。请只留一份，"
                "或把几个分片放进同名文件夹。"
            )
        else:
            found[name] = parts
    if not found:
        raise UserError(
            f"文件夹 {folder} 里没有认得的表。文件名应为“表名.parquet”“表名.csv”或“表名.xlsx”，"
            f"表名如 {'、'.join(list(SCHEMAS)[:6])} 等；别的名字请用映射文件写明。"
        )
    return found, [f"没有用到：{'、'.join(passed)}"] if passed else []


def parts_of(path: Path) -> list[Path]:
    """Return the data files that ``path`` is, or holds; none if it is something else."""
    if path.is_file():
        return [path] if path.suffix.lower() in FORMATS else []
    inside = sorted(p for p in path.iterdir() if p.suffix.lower() in FORMATS)
    if len({p.suffix.lower() for p in inside}) > 1:
        raise UserError(f"文件夹 {path} 里混有几种格式。一张表的分片请用同一种格式。")
    return inside


class Rows(NamedTuple):
    """SQL of a table's rows; ``numbered`` has ``__file`` and ``__row`` as well.

    ``__row`` counts as the user does: a CSV's or a sheet's header is row 1.
    """

    plain: str
    numbered: str


def relation(
    con: duckdb.DuckDBPyConnection, name: str, paths: list[Path], scratch: Path
) -> tuple[Rows, list[str], list[str]]:
    """Return the files' rows, headers, remarks."""
    for path in paths:
        if path.is_file() and path.stat().st_size == 0:
            raise UserError(f"文件 {path.name} 是空的（0 字节）。请重新导出，或删掉它。")
    if paths[0].suffix.lower() == ".parquet":
        return _parquet(con, paths)
    remarks, plain, numbered, headers = [], [], [], []
    for number, path in enumerate(paths):
        text, columns, remark = _as_text(path, name, scratch / f"{name}_{number}.csv")
        if headers and columns != headers:
            raise UserError(
                f"文件 {path.name} 的表头与 {paths[0].name} 不同。同一张表的分片应一样。"
            )
        headers, raw = columns, f"raw_{name}_{number}"
        _load_csv(con, raw, text, columns, path.name)
        remarks += [remark] if remark else []
        plain.append(f"select * from {raw}")
        numbered.append(f"select '{_quoted(path.name)}' __file, rowid + 2 __row, * from {raw}")
    return Rows(" union all ".join(plain), " union all ".join(numbered)), headers, remarks


def _parquet(
    con: duckdb.DuckDBPyConnection, paths: list[Path]
) -> tuple[Rows, list[str], list[str]]:
    listed = ", ".join(f"'{_quoted(str(path))}'" for path in paths)
    read = f"read_parquet([{listed}], file_row_number = true, filename = '__path')"
    try:
        headers = [row[0] for row in con.execute(f"describe select * from {read}").fetchall()]
    except duckdb.Error:
        raise UserError(f"读不了 {paths[0].name}：不是完好的 parquet 文件。请重新导出。") from None
    headers = [name for name in headers if name not in ("file_row_number", "__path")]
    file = f"'{_quoted(paths[0].name)}'" if len(paths) == 1 else "parse_filename(__path)"
    numbered = f"select {file} __file, file_row_number + 1 __row, * from {read}"
    return Rows(f"select * from read_parquet([{listed}])", numbered), headers, []


def _as_text(path: Path, name: str, draft: Path) -> tuple[Path, list[str], str]:
    """Return a UTF-8 CSV of the same rows, its header, and a remark."""
    if path.suffix.lower() == ".xlsx":
        _sheet_to_csv(path, name, draft)
        return draft, _header(draft, path.name), ""
    remark = ""
    if not _decodes(path, "utf-8"):
        if not _decodes(path, "gb18030"):
            raise UserError(f"文件 {path.name} 既不是 UTF-8，也不是 GBK。请另存为 UTF-8 的 CSV。")
        _transcode(path, draft)
        path, remark = draft, f"{path.name} 按 GBK 读取"
    return path, _header(path, path.name), remark


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _transcode(path: Path, draft: Path) -> None:
    with (
        path.open(encoding="gb18030", newline="") as file,
        draft.open("w", encoding="utf-8", newline="") as out,
    ):
        while block := file.read(_BLOCK):
            out.write(block)


def _header(path: Path, shown: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline()
    headers = [h.strip() for h in next(csv.reader([line], delimiter=_delimiter(line)), [])]
    if not any(headers):
        raise UserError(f"文件 {shown} 的第 1 行应为列名，现在是空的。")
    return headers


def _delimiter(line: str) -> str:
    return max(",\t;", key=line.count)


def _load_csv(
    con: duckdb.DuckDBPyConnection, raw: str, path: Path, headers: list[str], shown: str
) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = _delimiter(file.readline())
    names = [header or f"未命名{k}" for k, header in enumerate(headers, start=1)]
    unique = [n if names.index(n) == k else f"{n}__{k}" for k, n in enumerate(names)]
    columns = ", ".join(f"'{_quoted(name)}': 'VARCHAR'" for name in unique)
    try:
        con.execute(
            f"create temp table {raw} as select * from read_csv('{_quoted(str(path))}', "
            f"delim = '{delimiter}', quote = '\"', header = true, auto_detect = false, "
            f"columns = {{{columns}}}, strict_mode = true, null_padding = false)"
        )
    except duckdb.Error as error:
        line = re.search(r"[Ll]ine:? (\d+)", str(error))
        where = f"第 {line[1]} 行" if line else "某一行"
        raise UserError(
            f"文件 {shown} {where}：列数与表头的 {len(headers)} 列不符，或引号没有成对。"
            "请检查这一行的逗号和引号。"
        ) from None


def _sheet_to_csv(path: Path, name: str, draft: Path) -> None:
    import openpyxl  # slow to import

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:
        raise UserError(f"读不了 {path.name}：不是完好的 xlsx 文件。请重新另存。") from None
    sheet = book[name] if name in book.sheetnames else book.worksheets[0]
    with draft.open("w", encoding="utf-8", newline="") as out:
        writer, blank = csv.writer(out), 0
        for row in sheet.iter_rows(values_only=True):
            if all(cell is None for cell in row):
                blank += 1  # written only if something follows: sheets often end in empty rows
                continue
            writer.writerows([[""] * len(row)] * blank)
            blank = 0
            writer.writerow([_cell(cell) for cell in row])
    book.close()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def scratch_folder() -> tempfile.TemporaryDirectory:
    """Return a folder that is removed with the object."""
    return tempfile.TemporaryDirectory(prefix="smeprofile-", ignore_cleanup_errors=True)
