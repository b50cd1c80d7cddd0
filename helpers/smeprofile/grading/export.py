"""The class's points as one table for a learning management system, as CSV or xlsx."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.classbook import Book, HandIn
from smeprofile.grading.roster import Learner
from smeprofile.params import TRACK_NAMES
from smeprofile.simulate.files import stable

HEAD = ("工号", "姓名", "支行", "轨道")
_PER_ASSIGNMENT = ("得分", "满分", "提交时间（北京时间）", "迟交")
_CHINA = timedelta(hours=8)
# What a spreadsheet may take for a formula; the last four are full-width.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what xlsx can't hold
Cell = str | float


def check_export(path: Path) -> Path:
    """Return ``path``; raises ``UserError`` unless it ends with .csv or .xlsx.

    >>> check_export(Path("成绩.docx"))
    Traceback (most recent call last):
    smeprofile.errors.UserError: --export 的文件应为 .csv 或 .xlsx，现为 成绩.docx。
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UserError(f"--export 的文件应为 .csv 或 .xlsx，现为 {path.name}。")
    return path


def export_scores(book: Book, shown: Mapping[str, Learner], path: Path) -> Path:
    """Write one row per learner into ``path`` (.csv or .xlsx), in the order of ``shown``.

    Points are those of the learner's track, late penalty taken off; empty where nothing was handed
    in. ``shown``: under which name each learner goes. Text that a spreadsheet would take for a
    formula gets an apostrophe in front.
    """
    table = _table(book, shown)
    is_csv = path.suffix.lower() == ".csv"
    write_file(path, _csv(table) if is_csv else _xlsx(table))
    return path


def harmless(text: str) -> str:
    """Return ``text`` such that no spreadsheet runs it.

    >>> harmless("=1+1"), harmless("张三")
    ("'=1+1", '张三')
    """
    text = _CONTROL.sub("", text)
    return f"'{text}" if text.lstrip(" \u3000").startswith(_STARTS) or text[:1] in _STARTS else text


def china(at: datetime | None) -> str:
    """Return a moment (UTC) as China's clock shows it, to the minute.

    >>> china(datetime(2026, 1, 5, 16, 30))
    '2026-01-06 00:30'
    """
    return f"{at + _CHINA:%Y-%m-%d %H:%M}" if at else ""


def _table(book: Book, shown: Mapping[str, Learner]) -> list[list[Cell]]:
    head = [*HEAD, *(f"{a} {what}" for a in book.tasks for what in _PER_ASSIGNMENT)]
    rows = []
    for who, learner in shown.items():
        about = (learner.learner_id, learner.name, learner.branch)
        row: list[Cell] = [*about, TRACK_NAMES.get(learner.track, "")]
        for assignment in book.tasks:
            row += _cells(book.hand_ins[assignment].get(who))
        rows.append(row)
    return [[harmless(c) if isinstance(c, str) else c for c in row] for row in [head, *rows]]


def _cells(hand_in: HandIn | None) -> list[Cell]:
    if hand_in is None:
        return ["", "", "", "未交"]
    late = "迟交" if hand_in.late_s else "否"
    if not hand_in.marks:
        return ["", "", china(hand_in.at), "没能批改"]
    return [round(hand_in.score, 2), hand_in.max_score, china(hand_in.at), late]


def _csv(table: list[list[Cell]]) -> bytes:
    text = io.StringIO()
    plain = [[f"{c:g}" if isinstance(c, float) else c for c in row] for row in table]
    csv.writer(text, lineterminator="\r\n").writerows(plain)
    return text.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for GBK


def _xlsx(table: list[list[Cell]]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "成绩"
    for row in table:
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
    for n, column in enumerate(zip(*table, strict=True), start=1):
        widest = max(sum(1 + (ord(c) > 255) for c in str(value)) for value in column)
        sheet.column_dimensions[get_column_letter(n)].width = min(40, widest + 2)
        sheet.cell(1, n).font = Font(bold=True)
    sheet.freeze_panes = "C2"
    raw = io.BytesIO()
    book.save(raw)
    return stable(raw.getvalue())
