"""What the cells of a column are: as they sort, on screen, for filters, and in exported files."""

import math
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple

import pandas as pd
from pandas.api import types

from smeprofile.dictionary import SCHEMAS

_MISSING = "缺失"
_DIGITS_KEPT = 10**15  # by a spreadsheet: longer numbers are exported as text
_NUMERIC = ("integer", "floating", "mixed-integer-float", "decimal")
_KNOWN = {column.name: column for schema in SCHEMAS.values() for column in schema.columns}
_AMOUNT = re.compile(r"_cny(?![a-z])")
_SHARE = re.compile(r"_(rate|share)(?![a-z])")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_NUMBER_LIKE = re.compile(r"\s*[\d.($£€]")


class Column(NamedTuple):
    """One column: heading, cells as they sort, and what to take instead for another purpose."""

    title: str
    code: str  # the name in code, where the title isn't it
    is_number: bool
    cells: list
    instead: dict[str, list]  # purpose (display, filter, csv, excel) → cells

    @property
    def shown(self) -> list:
        """The cells as HTML."""
        return self.instead.get("display", self.cells)


def column(label: str, values: pd.Series) -> Column:
    """Return a column's heading and cells.

    >>> column("customer_id", pd.Series(["C000001"]))[:2]
    ('客户号', 'customer_id')
    >>> column("bad_rate", pd.Series([0.2512, None])).shown
    ['25.1%', '缺失']
    """
    kind = types.infer_dtype(values, skipna=True)
    if kind == "categorical":
        return column(label, values.astype(object))
    numbers = _numbers(values) if kind in _NUMERIC else None
    is_number = numbers is not None
    cells = numbers if is_number else _texts(values, kind)
    instead = _of_numbers(label, cells) if is_number else _of_texts(cells, kind)
    different = {purpose: variant for purpose, variant in instead.items() if variant != cells}
    return Column(*_titles(label), is_number, cells, different)


def _titles(label: str) -> tuple[str, str]:
    known = _KNOWN.get(label)
    if not known:
        return _harmless(label), ""
    return f"{known.title}（{known.unit}）" if known.unit else known.title, label


def _numbers(values: pd.Series) -> list[float | None] | None:
    """Return the numbers; or none at all where a spreadsheet would lose some of their digits."""
    values = pd.to_numeric(values)
    if not types.is_integer_dtype(values):
        return [None if pd.isna(value) else float(value) for value in values]
    if values.abs().max() >= _DIGITS_KEPT:
        return None
    return [None if pd.isna(value) else int(value) for value in values]


def _texts(values: pd.Series, kind: str) -> list[str | None]:
    known = values.dropna()
    if kind == "boolean":
        known = known.map({True: "是", False: "否"})
    elif kind.startswith("date"):
        known = _dates(pd.to_datetime(known))
    texts = iter(known)
    return [str(next(texts)) if is_known else None for is_known in values.notna()]


def _dates(values: pd.Series) -> pd.Series:
    whole_days = (values == values.dt.normalize()).all()
    return values.dt.strftime("%Y-%m-%d" if whole_days else "%Y-%m-%d %H:%M:%S")


def _of_numbers(label: str, cells: Sequence[float | None]) -> dict[str, list]:
    is_share = bool(_SHARE.search(label))
    filtered_by = (lambda share: round(share * 100, 10)) if is_share else _same
    exported = _each(cells, _same, missing="")
    return {
        "display": _each(cells, _format(label, cells)),
        "filter": _each(cells, filtered_by),  # a percentage is looked for as it is shown
        "csv": exported,
        "excel": exported,
    }


def _format(label: str, cells: Sequence[float | None]) -> Callable[[float], float | str]:
    if _SHARE.search(label):
        return "{:.1%}".format
    if _AMOUNT.search(label):
        whole = all(value is None or float(value).is_integer() for value in cells)
        return "{:,.0f}".format if whole else "{:,.2f}".format
    return _number


def _number(value: float) -> float | str:
    if isinstance(value, int):
        return value
    return f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.1 else f"{value:.3g}"


def _of_texts(cells: Sequence[str | None], kind: str) -> dict[str, list]:
    exported = _each(cells, lambda text: _html(_harmless(text)), missing="")
    is_date = kind.startswith("date")
    return {
        "display": _each(cells, _html),
        "filter": _each(cells, _same),
        "csv": exported,
        "excel": exported if is_date else [_as_text(text) for text in exported],
    }


def _each(cells: Sequence, say: Callable[[Any], Any], *, missing: str = _MISSING) -> list:
    odd = {None: missing, math.inf: "∞", -math.inf: "-∞"}
    return [odd[value] if value in odd else say(value) for value in cells]


def _same(value: Any) -> Any:
    return value


def _html(text: str) -> str:
    return escape(text, quote=False)


def _harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _as_text(text: str) -> str:
    """Return what the xlsx export takes for text: it drops control characters as it writes."""
    return f"\x01{text}" if _NUMBER_LIKE.match(text) else text
