"""CSV and xlsx files as parquet files of text, one field as the file has it, unconverted."""

import codecs
import csv
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import duckdb

from smeprofile.errors import UserError
from smeprofile.intake.convert import literal

_BLOCK = 1 << 22
_DELIMITERS = ",\t;|"


class TextFile:
    """A CSV or a sheet, kept as UTF-8 CSV in ``path`` and as parquet, columns c1, c2, … in order.

    ``headers`` are stripped; ``remark`` says, in Chinese, what was recognised. Raises ``UserError``
    that names the file, and the row where quotes or the number of columns are wrong.
    """

    def __init__(self, source: Path, table: str, draft: Path) -> None:
        self.shown, self.path, self.remark = source.name, source, ""
        self._skips_blank_rows = False
        self._draft, self.parquet = draft, draft.with_suffix(".parquet")
        if source.suffix.lower() == ".xlsx":
            self.path = draft
            _sheet_to_csv(source, table, draft)
        else:
            self._to_utf8(source, draft)
        self.headers, self._delimiter = self._header()

    def _to_utf8(self, source: Path, draft: Path) -> None:
        encoding = "utf-8"
        if not _decodes(source, encoding):
            encoding = "gb18030"
            if not _decodes(source, encoding):
                raise UserError(
                    f"文件 {source.name} 既不是 UTF-8，也不是 GBK。请另存为 UTF-8 的 CSV。"
                )
            self.remark = f"{source.name} 按 GBK 读取"
        mixed, self._skips_blank_rows = _line_ends(source)
        if mixed or encoding != "utf-8":
            _transcode(source, encoding, draft)
            self.path = draft

    def _header(self) -> tuple[list[str], str]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            line = file.readline()
            delimiter = max(_DELIMITERS, key=line.count)
            file.seek(0)
            headers = [h.strip() for h in next(csv.reader(file, delimiter=delimiter), [])]
        if not any(headers):
            raise UserError(f"文件 {self.shown} 的第 1 行应为列名，现在是空的。")
        return headers, delimiter

    def load(self, con: duckdb.DuckDBPyConnection) -> Path:
        """Write the parquet file and return it."""
        columns = ", ".join(f"c{k}: 'VARCHAR'" for k, _ in enumerate(self.headers, start=1))
        try:
            con.execute(
                f"copy (from read_csv({literal(str(self.path))}, delim = '{self._delimiter}', "
                "quote = '\"', escape = '\"', header = true, auto_detect = false, "
                f"columns = {{{columns}}}, strict_mode = true, null_padding = false)) "
                f"to {literal(str(self.parquet))} (format parquet)"
            )
        except duckdb.InvalidInputException as error:
            raise UserError(self._in_words(str(error))) from None
        return self.parquet

    def _in_words(self, told: str) -> str:
        line = re.search(r"on Line: (\d+)", told)
        where = f"文件 {self.shown} 第 {line[1]} 行" if line else f"文件 {self.shown} 某一行"
        found = re.search(r"Number of Columns: (\d+) Found: (\d+)", told)
        if found:
            # DuckDB counts no further than one too many.
            has = "更多列" if int(found[2]) > int(found[1]) else f" {found[2]} 列"
            title = "表头应在第 1 行，上面的标题请删掉；" if line and line[1] == "2" else ""
            return f"{where}有{has}，表头是 {found[1]} 列：{title}请检查这一行的分隔符和引号。"
        if "unterminated quote" in told:
            return f"{where}的引号没有成对，或引号后面还有字：请检查这一行。"
        return f"{where}读不了：请检查这一行的分隔符、引号和长度，或重新导出。"

    def row_as_seen(self, row: int) -> int:
        """Return the row of the file, where blank ones count, of a row that skips them."""
        if not self._skips_blank_rows or len(self.headers) == 1:
            return row
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            numbered = enumerate(csv.reader(file, delimiter=self._delimiter), start=1)
            filled = (number for number, fields in numbered if fields)
            return next(seen for k, seen in enumerate(filled, start=1) if k == row)

    def discard(self) -> None:
        """Remove what was written; the bank's own file stays."""
        for path in (self._draft, self.parquet):
            path.unlink(missing_ok=True)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _line_ends(path: Path) -> tuple[bool, bool]:
    """Say whether lines end in two ways, and whether some are blank."""
    n_lf = n_crlf = 0
    blank, tail = False, b""
    for block in _blocks(path):
        n_lf += block.count(b"\n")
        n_crlf += (tail[-1:] + block).count(b"\r\n")
        blank = blank or b"\n\n" in (tail + block) or b"\n\r\n" in (tail + block)
        tail = (tail + block)[-2:]
    return 0 < n_crlf < n_lf, blank


def _transcode(path: Path, encoding: str, draft: Path) -> None:
    with (
        path.open(encoding=encoding) as file,  # all line ends become \n
        draft.open("w", encoding="utf-8", newline="") as out,
    ):
        while block := file.read(_BLOCK):
            out.write(block)


def _sheet_to_csv(path: Path, table: str, draft: Path) -> None:
    import openpyxl  # slow to import

    with warnings.catch_warnings():  # about styles and validations, which aren't read
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except Exception:  # whatever a broken archive makes openpyxl raise
            raise UserError(f"读不了 {path.name}：不是完好的 xlsx 文件。请重新另存。") from None
        try:
            sheet = book[table] if table in book.sheetnames else book.worksheets[0]
            sheet.reset_dimensions()  # programs write ranges that leave rows and columns out
            with draft.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out, lineterminator="\n").writerows(_rows(sheet))
        except OSError:
            raise
        except Exception:  # a sheet is read only now
            raise UserError(f"读不了 {path.name} 的第一张表：文件坏了。请重新另存。") from None
        finally:
            book.close()


def _rows(sheet: object) -> Iterator[list[object]]:
    width, blank = 0, 0
    for row in sheet.iter_rows():
        cells = [_shown(cell) for cell in row]
        while len(cells) > width and cells and cells[-1] is None:
            cells.pop()
        if width and all(cell is None for cell in cells):
            blank += 1  # written only if something follows: sheets often end in empty rows
            continue
        width = width or len(cells)
        yield from [[""] * width] * blank
        blank = 0
        yield [_cell(cell) for cell in cells] + [""] * (width - len(cells))


def _shown(cell: object) -> object:
    """Return a cell's value; a number that a format of 000000 gives leading zeros, as seen."""
    value = cell.value
    if type(value) is int and (zeros := cell.number_format) and not zeros.strip("0"):
        return str(value).zfill(len(zeros))
    return value


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else "" if value is None else value
