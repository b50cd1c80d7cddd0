"""Checks a table against the data dictionary, and prints the dictionary's pages."""

import warnings
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
from pandas.api import types

from smeprofile.dictionary import SCHEMAS, TRUTH_SCHEMAS, Column, TableSchema
from smeprofile.errors import UserError

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = [
    "SCHEMAS",
    "TRUTH_SCHEMAS",
    "conform",
    "dictionary_markdown",
    "table_schema",
    "validate",
]


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return table ``name`` with rows in key order, columns in order and of the right types.

    Text is pandas's own text type, also where ``frame`` keeps it as categories; dates are
    ``datetime64[us]``, counts nullable ``Int64``.

    >>> conform("visits", pd.DataFrame({c: [] for c in SCHEMAS["visits"].names})).shape
    (0, 4)
    """
    table = table_schema(name)
    dtypes = {column.name: _DTYPES[column.kind] for column in table.columns}
    return frame[table.names].astype(dtypes).sort_values(list(table.keys), ignore_index=True)


def validate(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` unchanged when it satisfies the dictionary's entry for table ``name``.

    Raises ``UserError`` naming the table, the first wrong row and column, and the rule.

    >>> validate("visits", pd.DataFrame({"visit_id": ["V000001"]}))
    Traceback (most recent call last):
    smeprofile.errors.UserError: 表 visits（走访）缺少列 customer_id（客户号）。请对照数据字典补上。
    """
    table = table_schema(name)
    _check_names(table, frame)
    # Where Spark is installed, pandera loads its pandas, which warns of pandas 3.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support")
        _check_values(table, frame)
    repeated = frame.duplicated(list(table.keys)).to_numpy()
    if repeated.any():
        keys = "、".join(table.keys)
        raise UserError(
            f"表 {name}（{table.title}）第 {repeated.argmax() + 1} 行：主键 {keys} 与前面的行重复。"
            f"应为每行{table.row}。"
        )
    return frame


def table_schema(name: str) -> TableSchema:
    """Return the dictionary's entry for ``name``; ``UserError`` lists the observed tables."""
    table = SCHEMAS.get(name) or TRUTH_SCHEMAS.get(name)
    if table is None:
        raise UserError(f"没有名为 {name} 的表。现有：{'、'.join(SCHEMAS)}。")
    return table


def dictionary_markdown(name: str) -> str:
    """Return the data page's section on table ``name``, as Markdown.

    >>> print(dictionary_markdown("visits").splitlines()[0])
    ## visits 走访
    """
    table = table_schema(name)
    rows = [
        f"| `{c.name}` | {c.title} | {c.kind} | {c.unit or '—'} | {c.meaning} | {_cell(c.rule)} |"
        for c in table.columns
    ]
    keys = "、".join(f"`{key}`" for key in table.keys)
    head = [
        f"## {name} {table.title}", "", f"- 用途：{table.purpose}。", f"- 一行是：{table.row}。",
        f"- 主键：{keys}。", f"- 不得用于：{table.not_for}。", f"- 生成依据：{table.source}。", "",
        "| 字段 | 中文 | 类型 | 单位 | 含义 | 允许值 |", "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    return "\n".join([*head, *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# pandas 2 keeps text as object, pandas 3 as str: take whichever this pandas uses by itself.
_DTYPES = {"文本": pd.Series(["x"]).dtype, "数字": "float64", "整数": "Int64",
           "日期": "datetime64[us]", "时间": "datetime64[us]", "是否": "bool"}  # fmt: skip
_IS_KIND = {
    "文本": lambda s: types.is_string_dtype(_values(s)) or s.isna().all(),
    "数字": lambda s: types.is_numeric_dtype(s) and not types.is_bool_dtype(s),
    "整数": lambda s: types.is_integer_dtype(s),
    "日期": lambda s: (
        types.is_datetime64_dtype(s) and (s.dropna() == s.dropna().dt.normalize()).all()
    ),
    "时间": types.is_datetime64_dtype,
    "是否": types.is_bool_dtype,
}


def _values(column: pd.Series) -> pd.Series | pd.Index:
    return column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column


@cache
def _pandera(name: str) -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    return pa.DataFrameSchema({c.name: _pandera_column(c) for c in table_schema(name).columns})


def _pandera_column(column: Column) -> "pa.Column":
    import pandera.pandas as pa

    kind = column.kind
    checks = [pa.Check(_IS_KIND[kind], name=f"类型应为{kind}", ignore_na=False)]
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed, error="应为 " + "、".join(column.allowed)))
    if column.pattern:
        checks.append(pa.Check.str_matches(column.pattern, error=f"应符合格式 {column.pattern}"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error=f"应 ≥ {column.minimum:g}"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error=f"应 ≤ {column.maximum:g}"))
    return pa.Column(checks=checks, nullable=column.nullable)


def _check_names(table: TableSchema, frame: pd.DataFrame) -> None:
    for column in table.columns:
        if column.name not in frame.columns:
            raise UserError(
                f"表 {table.name}（{table.title}）缺少列 {column.name}（{column.title}）。"
                "请对照数据字典补上。"
            )
    extra = [name for name in frame.columns if name not in table.names]
    if extra:
        raise UserError(
            f"表 {table.name}（{table.title}）多出列 {extra[0]}，数据字典里没有。请删掉或改名。"
        )


def _check_values(table: TableSchema, frame: pd.DataFrame) -> None:
    from pandera.errors import SchemaErrors  # slow to import, and not every command checks a table

    try:
        _pandera(table.name).validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as error:
        raise UserError(_in_words(table, error.failure_cases)) from None


def _in_words(table: TableSchema, cases: pd.DataFrame) -> str:
    # A wrong type explains every other failure of the column, so it is told first.
    wrong_type = cases["check"].astype(str).str.startswith("类型")
    case = cases.assign(_order=~wrong_type).sort_values("_order", kind="stable").iloc[0]
    title = {c.name: c.title for c in table.columns}[case["column"]]
    rule = "不可缺失" if case["check"] == "not_nullable" else case["check"]
    where = "" if pd.isna(case["index"]) else f"第 {int(case['index']) + 1} 行"
    value = "" if rule == "不可缺失" or not where else f"（现为 {_shown(case['failure_case'])}）"
    column = f"列 {case['column']}（{title}）{value}"
    return f"表 {table.name}（{table.title}）{where}{column}：{rule}。请先清洗再用。"


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else str(value)
