"""Tables to search, sort, filter and export: in Chinese, and without asking the network."""

import json
import math
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML, display
from ipywidgets import DOMWidget
from pandas.api import types

from smeprofile.tables.cells import Column, column

__all__ = ["LIMIT_ROWS", "table"]

LIMIT_ROWS = 2_000  # what a browser filters at once; beyond it the caption says what is left out
_PREVIEW_ROWS = 10
_LONG = 24  # characters; longer cells are broken into lines


def table(frame: pd.DataFrame, caption: str, *, name: str = "表格") -> DOMWidget:
    """Return ``frame`` as a table with search, column filters, sorting and export to ``name``.

    Columns of the data dictionary are headed by their 中文. Amounts (``_cny``), rates and shares
    (``_rate``, ``_share``) are rounded on screen only: exports hold every digit, dates as dates,
    and an apostrophe before text that a spreadsheet would run as a formula. At most ``LIMIT_ROWS``
    rows go to the browser, and the caption says so. Where no kernel runs, the first rows remain
    readable.

    Raises ``ValueError`` without a column, or without a caption, the name a screen reader says.

    >>> table(pd.DataFrame({"dpd": [0, 31]}), "")
    Traceback (most recent call last):
    ...
    ValueError: 表格要有标题：caption 用一句话说清这是什么表。
    """
    if not caption.strip():
        raise ValueError("表格要有标题：caption 用一句话说清这是什么表。")
    flat = _flat(frame)
    if flat.columns.empty:
        raise ValueError(f"表格“{caption}”一列也没有。")
    shown = flat.head(LIMIT_ROWS)
    columns = [column(str(label), shown.iloc[:, i]) for i, label in enumerate(flat.columns)]
    head = _head(columns, caption, len(flat))
    return _widget_class()(
        _plain_html(head, columns, len(flat)), **_options(head, columns, caption, name)
    )


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with one row of headings, and its index, if it says anything, as columns."""
    frame = pd.DataFrame(frame)
    if isinstance(frame.columns, pd.MultiIndex):
        frame = frame.set_axis([" / ".join(map(str, label)) for label in frame.columns], axis=1)
    if list(frame.index.names) == [None] and types.is_integer_dtype(frame.index):
        return frame
    names = [label or f"行名 {i}" for i, label in enumerate(frame.index.names, 1)]
    return pd.concat([frame.index.to_frame().set_axis(names, axis=1), frame], axis=1)


def _head(columns: Sequence[Column], caption: str, n_rows: int) -> str:
    titles = "".join(
        f'<th scope="col">{escape(c.title)}{c.code and f" <small>{c.code}</small>"}</th>'
        for c in columns
    )
    note = f"只显示前 {LIMIT_ROWS:,} 行，共 {n_rows:,} 行；请先筛选。导出的也只有这些行。"
    note = f"<br><small>{note}</small>" if n_rows > LIMIT_ROWS else ""
    return f"<caption>{escape(caption)}{note}</caption><thead><tr>{titles}</tr></thead>"


def _plain_html(head: str, columns: Sequence[Column], n_rows: int) -> str:
    """Return the first rows as a table for readers without a kernel, hidden while there is one."""
    cells = zip(*(one.shown[:_PREVIEW_ROWS] for one in columns), strict=True)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    more = f"这里只列前 {_PREVIEW_ROWS} 行，共 {n_rows:,} 行。" if n_rows > _PREVIEW_ROWS else ""
    return (
        f'{_STYLE}<div class="smeprofile-plain"><table>{head}<tbody>{rows}</tbody></table>'
        f"<p>{more}重新运行这个单元格，可以排序、筛选和导出。</p></div>"
    )


# JupyterLab shows an English error where a widget's kernel is gone. So a table is two outputs, and
# this hides the one that is of no use: the plain table next to a living widget, or a dead widget.
_STYLE = """<style>
.jp-OutputArea-child:has(.smeprofile-plain):has(+ .jp-OutputArea-child .itables_anywidget),
.jp-OutputArea-child:has(.smeprofile-plain) + .jp-OutputArea-child:not(:has(.itables_anywidget))
{display: none}
.smeprofile-plain caption {text-align: left}
.smeprofile-plain th small {display: block; font-weight: normal}
</style>"""

_CSS = """
.itables_anywidget .dt-layout-table {overflow-x: auto}
.itables_anywidget caption {text-align: left; font-weight: bold; color: inherit}
.itables_anywidget th small {display: block; font-weight: normal}
.itables_anywidget table.dataTable td.long {white-space: normal; min-width: 20em}
"""


@cache
def _widget_class() -> type[DOMWidget]:
    """Return itables' widget, imported only once a table is shown, with a plain table beside it."""
    from itables.widget import ITable

    class Table(ITable):
        def __init__(self, plain: str, **options: Any) -> None:
            # It would warn, in English, of what DataTables knows and itables doesn't.
            quiet = ("warn_on_undocumented_option", "warn_on_unexpected_option_type")
            super().__init__(**dict.fromkeys(quiet, False), **options)
            self.plain = plain

        def _ipython_display_(self) -> None:
            view = "application/vnd.jupyter.widget-view+json"
            display(HTML(self.plain))
            display({view: self._repr_mimebundle_()[0][view], "text/plain": ""}, raw=True)

    return Table


def _options(head: str, columns: Sequence[Column], caption: str, name: str) -> dict[str, Any]:
    """Return the widget's options: see datatables.net/reference/option and itables' own."""
    from itables import JavascriptFunction

    rows = zip(*(_json_cells(column) for column in columns), strict=True)
    return {
        "table_html": f"<table>{head}</table>",
        "data_json": json.dumps(list(rows), ensure_ascii=False),
        "columnDefs": [_definition(i, column) for i, column in enumerate(columns)],
        "layout": {
            "topStart": "buttons",
            "topEnd": "search",
            "bottomStart": ["info", "pageLength"],
        },
        "buttons": [
            _button("csv", "导出 CSV", name, JavascriptFunction(_ONE_HEADER)),
            _button("excel", "导出 Excel", name, JavascriptFunction(_ONE_HEADER)),
        ],
        "lengthMenu": [10, 25, 50, 100, -1],
        "language": _WORDS,
        "classes": "display compact nowrap",
        "style": "width:auto;margin:0;caption-side:top",
        "css": _CSS,
        "text_in_header_can_be_selected": False,  # so that a click on it sorts
        "drawCallback": JavascriptFunction(
            _NAMES % json.dumps(f"{caption}：翻页", ensure_ascii=False)
        ),
    }


def _button(kind: str, text: str, name: str, one_header: str) -> dict[str, Any]:
    return {
        "extend": f"{kind}Html5",
        "text": text,
        "filename": name,
        "bom": True,  # or Excel takes the CSV for GBK
        "title": "",
        "messageTop": "",  # else the caption, above the headings
        "sheetName": name[:31],
        "exportOptions": {
            "orthogonal": kind,
            "trim": False,
            "stripNewlines": False,
            "customizeData": one_header,
        },
    }


def _json_cells(column: Column) -> list:
    cells = [_JSON.get(value, value) for value in column.cells]
    return [list(cell) for cell in zip(cells, *column.instead.values(), strict=True)]


_JSON = {math.inf: "___Infinity___", -math.inf: "___-Infinity___"}  # itables' own notation


def _definition(index: int, column: Column) -> dict[str, Any]:
    title = f"筛选“{column.title}”"
    search = {"extend": "searchText", "titleAttr": title, "excludeLogic": ["empty", "notEmpty"]}
    if column.is_number:
        search |= {"extend": "searchNumber", "titleAttr": f"{title}（只填数字）"}
    return {
        "targets": index,
        "render": {"_": "0", **{purpose: str(i) for i, purpose in enumerate(column.instead, 1)}},
        "columnControl": [{"target": 1, "content": [search]}],
        "className": "long" if any(len(str(cell)) > _LONG for cell in column.cells) else "",
        "type": "num" if column.is_number else "string-utf8",  # digits may be no number
    }


# What DataTables leaves without a name, or with the same id in every table, is put right at the
# first draw; the row of filters is no heading to export.
_ONE_HEADER = "function (data) { data.headerStructure.splice(1) }"
_NAMES = """function (settings) {
  const box = settings.nTableWrapper, own = '-' + Math.random().toString(36).slice(2)
  if (box.dataset.named) return
  box.dataset.named = box.id += own
  for (const name of ['id', 'for', 'aria-controls', 'aria-describedby'])
    for (const one of box.querySelectorAll(`[${name}]`))
      one.setAttribute(name, one.getAttribute(name) + own)
  settings.sTableId += own
  box.querySelector('nav')?.setAttribute('aria-label', %s)
  for (const filter of box.querySelectorAll('.dtcc-search')) {
    const value = filter.querySelector('input'), how = filter.querySelector('select')
    value.ariaLabel = value.title
    how.ariaLabel = how.title = value.title + '的方式'
  }
}"""
# fmt: off
_WORDS = {
    "search": "搜索全表：", "lengthMenu": "每页 _MENU_ 行", "lengthLabels": {"-1": "全部"},
    "info": "第 _START_ 到 _END_ 行，共 _TOTAL_ 行", "infoEmpty": "0 行",
    "infoFiltered": "（从 _MAX_ 行中筛选）",
    "emptyTable": "没有数据", "zeroRecords": "没有符合条件的行",
    "loadingRecords": "正在读取……", "processing": "正在处理……",
    "aria": {
        "orderable": "：按此列排序", "orderableReverse": "：改为倒序",
        "orderableRemove": "：不再排序",
        "paginate": {
            "first": "第一页", "previous": "上一页", "next": "下一页", "last": "最后一页",
            "number": "第几页：",
        },
    },
    "columnControl": {"search": {
        "text": {
            "contains": "包含", "notContains": "不包含", "equal": "等于", "notEqual": "不等于",
            "starts": "开头是", "ends": "结尾是",
        },
        "number": {
            "equal": "等于", "notEqual": "不等于", "greater": "大于", "less": "小于",
            "greaterOrEqual": "大于或等于", "lessOrEqual": "小于或等于",
        },
    }},
}
# fmt: on
