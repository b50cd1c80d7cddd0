"""Readers of the five raw exports: columns get glossary names, values stay as exported."""

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.paths import home

_CORE = {
    "客户号": "customer_id", "客户名称": "name", "统一社会信用代码": "uscc",
    "行业代码": "industry_code", "所属区": "region", "所属支行": "branch_id",
    "实际控制人": "controller_id", "成立日期": "established_date", "开户日期": "opened_date",
    "登记状态": "registration_status", "注销日期": "deregistered_date",
    "注册资本": "subscribed_capital", "实缴资本": "paid_in_capital", "参保人数": "n_insured",
    "从业人员": "n_staff", "营业收入": "annual_revenue", "资产总额": "total_assets",
    "划型": "size_class", "科技型": "is_tech", "场地自有": "owns_premises",
    "年日均存款": "avg_daily_balance", "更新时间": "updated_at",
}  # fmt: skip
_TAX = {
    "纳税人识别号": "uscc", "所属月份": "month", "开票金额": "invoiced", "红冲金额": "red",
    "应税销售额": "taxable_sales", "应纳增值税": "vat_due", "单位": "unit", "申报状态": "status",
    "纳税信用等级": "tax_grade", "到行日期": "arrived_date",
}  # fmt: skip
TAX_AMOUNTS = ("invoiced", "red", "taxable_sales", "vat_due")  # in the line's own unit
_REPORT = {"报告编号": "inquiry_id", "统一社会信用代码": "uscc", "查询时间": "inquired_at",
           "查询原因": "reason", "授权编号": "consent_id"}  # fmt: skip
_LOAN = {"机构": "institution", "授信额度": "credit_line_cny", "余额": "balance_cny",
         "到期日": "maturity_date", "逾期天数": "dpd"}  # fmt: skip
_CRM = {
    "customers": ("客户", {"客户号": "customer_id", "免打扰": "do_not_contact",
                         "联系人": "contact"}),
    "consents": ("授权", {"授权编号": "consent_id", "客户号": "customer_id",
                        "数据项": "data_item", "用途": "purpose",
                        "授权日期": "granted_date", "撤回日期": "withdrawn_date"}),
    "visits": ("走访", {"走访编号": "visit_id", "客户号": "customer_id", "走访日期": "visit_date",
                      "纪要": "note"}),
}  # fmt: skip
_APP = {"event_id": "event_id", "客户号": "customer_id", "event": "event", "ts_utc": "ts_utc"}
FILES = ("core_customers.csv", "tax_filings.xlsx", "bureau_reports.json", "crm.sqlite",
         "app_log.parquet")  # fmt: skip
_HEADER_ROW = 3


def source_path(name: str, *, root: Path | None = None) -> Path:
    """Return the path of the raw export ``name``, such as ``crm.sqlite``.

    Raises ``UserError`` when there is no such export or it has not been built.

    >>> source_path("crm.sqlite").name
    'crm.sqlite'
    """
    if name not in FILES:
        raise UserError(f"没有名为 {name} 的数据源。现有：{'、'.join(FILES)}。")
    path = (root or home()) / "datasets" / "sources" / name
    if not path.is_file():
        raise UserError(f"找不到数据源 {path}。请先运行 smeprofile build。")
    return path


def read_core(path: Path) -> pd.DataFrame:
    """Return one row per record of the core system, all text; what is blank stays ``""``.

    Raises ``UserError`` when the file is missing, not GBK, or lacks a column.

    >>> read_core(source_path("core_customers.csv")).columns[:3].tolist()
    ['customer_id', 'name', 'uscc']
    """
    _must_exist(path)
    try:
        frame = pd.read_csv(path, encoding="gbk", dtype=str, keep_default_na=False)
    except UnicodeDecodeError:
        raise UserError(
            f"文件 {path} 不是 GBK 编码。核心系统导出的应为 GBK，请重新导出。"
        ) from None
    except ValueError as error:
        raise UserError(f"文件 {path} 不是合法的 CSV：{error}。请重新导出。") from None
    return _renamed(frame, _CORE, f"文件 {path}")


def read_tax(path: Path) -> pd.DataFrame:
    """Return one row per line of the sheet 申报, the 合计 line included.

    Amounts are numbers in the line's own ``unit``, missing when blank; the rest is text, a
    month that Excel holds as a date becomes ``"2025-01-01"``.
    Raises ``UserError`` naming the file, sheet, row or column.
    """
    import openpyxl  # slow to import

    _must_exist(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise UserError(f"文件 {path} 不是合法的 xlsx。请重新导出。") from None
    with closing(book):
        if "申报" not in book.sheetnames:
            raise UserError(
                f"文件 {path} 没有名为“申报”的工作表，只有：{'、'.join(book.sheetnames)}。"
            )
        lines = list(book["申报"].iter_rows(values_only=True))
    where = f"文件 {path} 工作表“申报”第 {_HEADER_ROW} 行"
    header = lines[_HEADER_ROW - 1] if len(lines) >= _HEADER_ROW else ()
    # Read-only sheets leave out empty cells at a line's end.
    full = [[*line, *[None] * len(header)][: len(header)] for line in lines[_HEADER_ROW:]]
    frame = pd.DataFrame(full, columns=list(header), dtype=object)
    frame = _renamed(frame, _TAX, where)
    titles = {name: title for title, name in _TAX.items() if name in TAX_AMOUNTS}
    _check_numbers(frame, titles, f"文件 {path} 工作表“申报”")
    amounts = {name: frame[name].astype(float) for name in TAX_AMOUNTS}
    texts = {name: frame[name].map(_as_text) for name in frame.columns if name not in TAX_AMOUNTS}
    return frame.assign(**texts, **amounts)


def read_bureau(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per credit report, and one per loan in it (keyed by ``inquiry_id``).

    Times and dates stay text. Raises ``UserError`` naming the file, the report and what it lacks.

    >>> reports, loans = read_bureau(source_path("bureau_reports.json"))
    >>> loans.columns.tolist()
    ['inquiry_id', 'institution', 'credit_line_cny', 'balance_cny', 'maturity_date', 'dpd']
    """
    _must_exist(path)
    try:
        reports = json.loads(path.read_text(encoding="utf-8"))["报告"]
    except (ValueError, KeyError, TypeError):
        raise UserError(f"文件 {path} 不是含“报告”的 JSON。请重新导出。") from None
    heads, loans = [], []
    for number, report in enumerate(reports, start=1):
        where = f"文件 {path} 第 {number} 份报告"
        heads.append(_picked(report, _REPORT, where))
        for loan in _picked(report, {"信贷": "loans"}, where)["loans"]:
            row = _picked(loan, _LOAN, f"{where}的信贷")
            loans.append({"inquiry_id": heads[-1]["inquiry_id"], **row})
    return (
        pd.DataFrame(heads, columns=list(_REPORT.values())),
        pd.DataFrame(loans, columns=["inquiry_id", *_LOAN.values()]),
    )


def read_crm(path: Path) -> dict[str, pd.DataFrame]:
    """Return the tables ``customers``, ``consents``, ``visits`` of the CRM, all text.

    Raises ``UserError`` naming the file, table or column.

    >>> sorted(read_crm(source_path("crm.sqlite")))
    ['consents', 'customers', 'visits']
    """
    _must_exist(path)
    uri = f"{Path(path).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        return {name: _read_table(connection, path, *entry) for name, entry in _CRM.items()}


def read_app_log(path: Path) -> pd.DataFrame:
    """Return one row per logged event; ``ts_utc`` is in UTC, repeated events included.

    Raises ``UserError`` when the file is missing, broken or lacks a column.
    """
    _must_exist(path)
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError):
        raise UserError(f"文件 {path} 不是合法的 parquet。请重新导出。") from None
    return _renamed(frame, _APP, f"文件 {path}")


def _must_exist(path: Path) -> None:
    if not Path(path).is_file():
        raise UserError(f"找不到文件 {path}。请检查路径，或先运行 smeprofile build。")


def _renamed(frame: pd.DataFrame, names: dict[str, str], where: str) -> pd.DataFrame:
    _check_columns(frame.columns, names, where)
    return frame[list(names)].rename(columns=names)


def _check_columns(present: Sequence[Any], names: dict[str, str], where: str) -> None:
    missing = [name for name in names if name not in list(present)]
    if missing:
        raise UserError(f"{where}缺少列“{missing[0]}”。请对照数据字典重新导出。")


def _picked(entry: Any, names: dict[str, str], where: str) -> dict[str, Any]:
    missing = [name for name in names if not isinstance(entry, dict) or name not in entry]
    if missing:
        raise UserError(f"{where}缺少“{missing[0]}”。请重新导出。")
    return {english: entry[chinese] for chinese, english in names.items()}


def _check_numbers(frame: pd.DataFrame, titles: dict[str, str], where: str) -> None:
    for column, title in titles.items():
        for number, value in enumerate(frame[column], start=_HEADER_ROW + 1):
            if not pd.isna(value) and not isinstance(value, int | float):
                raise UserError(f"{where}第 {number} 行列 {title}：{value!r} 不是数字。请改正。")


def _as_text(value: Any) -> str | None:
    if pd.isna(value):
        return None
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


def _read_table(
    connection: sqlite3.Connection, path: Path, title: str, names: dict[str, str]
) -> pd.DataFrame:
    try:
        frame = pd.read_sql_query(f'SELECT * FROM "{title}"', connection)
    except (pd.errors.DatabaseError, sqlite3.DatabaseError):
        raise UserError(
            f"文件 {path} 读不出表“{title}”。请确认它是 CRM 导出的 SQLite 文件。"
        ) from None
    return _renamed(frame, names, f"文件 {path} 表“{title}”")
