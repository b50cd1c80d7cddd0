"""Tables as one xlsx file: text is never a formula, and the same tables give the same bytes."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from smeprofile.grading.export import harmless
from smeprofile.simulate.files import stable

Cell = str | float | int | None
_WIDEST = 60  # a full-width character counts two


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """Return an xlsx of name → rows, the first row of each its head.

    >>> workbook({"表": [["甲"], [1]]})[:2]
    b'PK'
    """
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([harmless(c) if isinstance(c, str) else c for c in row])
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
        _lay_out(sheet, rows)
    raw = io.BytesIO()
    book.save(raw)
    return stable(raw.getvalue())


def _lay_out(sheet: object, rows: Sequence[Sequence[Cell]]) -> None:
    width = max((len(row) for row in rows), default=0)
    for n in range(1, width + 1):
        texts = [str(row[n - 1]) for row in rows if len(row) >= n and row[n - 1] is not None]
        widest = max((sum(1 + (ord(c) > 255) for c in text) for text in texts), default=8)
        sheet.column_dimensions[get_column_letter(n)].width = min(_WIDEST, widest + 2)
        sheet.cell(1, n).font = Font(bold=True)
    sheet.freeze_panes = "B2"
