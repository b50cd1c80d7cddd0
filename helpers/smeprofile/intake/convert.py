"""SQL that reads one field of a bank's file: text in many hands, or typed already."""

from smeprofile.dictionary import Column

SQL_TYPES = {"文本": "VARCHAR", "数字": "DOUBLE", "整数": "BIGINT", "日期": "DATE",
             "时间": "TIMESTAMP", "是否": "BOOLEAN"}  # fmt: skip
HOW = {"数字": "看不懂的数字，应形如 1234.50 或 1,234.50",
       "整数": "应为整数", "日期": "看不懂的日期，应形如 2025-03-05、2025/3/5 或 20250305",
       "时间": "看不懂的时间，应形如 2025-03-05 14:30:00",
       "是否": "应为 是/否、1/0、Y/N 或 true/false", "文本": "读不了"}  # fmt: skip
_BLANK = "('', '-', '--', 'NULL', 'NA', 'N/A', 'NAN', 'NONE', 'NAT', '#N/A')"


def quoted(name: str) -> str:
    """Return a column name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def cleaned(field: str, sql_type: str) -> str:
    """Return the field with blanks as NULL: trimmed text, or the value itself.

    >>> cleaned("x", "INTEGER")
    'x'
    """
    if sql_type in ("DOUBLE", "FLOAT"):
        return f"case when isnan({field}) then null else {field} end"
    if sql_type != "VARCHAR":
        return field
    return f"case when upper(trim({field})) in {_BLANK} then null else trim({field}) end"


def converted(field: str, sql_type: str, column: Column) -> str:
    """Return SQL of the field as the dictionary wants it, NULL where it can't be read."""
    target = SQL_TYPES[column.kind]
    if sql_type == target:
        return field
    text = sql_type == "VARCHAR"
    if column.kind in ("日期", "时间"):
        if sql_type in ("DATE", "TIMESTAMP") or sql_type.startswith("TIMESTAMP"):
            return f"try_cast({field} as {target})"
        return _date(field if text else f"cast({field} as varchar)", column)
    if column.kind == "是否" and sql_type != "BOOLEAN":
        return _flag(f"cast({field} as varchar)")
    if column.kind in ("数字", "整数") and text:
        number = f"try_cast(replace({_half_width(field)}, ',', '') as double)"
        return number if column.kind == "数字" else _whole(number)
    if column.kind == "整数" and sql_type in ("DOUBLE", "FLOAT"):
        return _whole(field)
    return f"try_cast({field} as {target})"


def _whole(number: str) -> str:
    return f"case when {number} = floor({number}) then try_cast({number} as bigint) end"


def _half_width(field: str) -> str:
    return f"translate({field}, '０１２３４５６７８９．－，', '0123456789.-,')"


def _flag(field: str) -> str:
    return (
        f"case when upper({field}) in ('1', '1.0', 'TRUE', 'T', 'Y', 'YES', '是') then true "
        f"when upper({field}) in ('0', '0.0', 'FALSE', 'F', 'N', 'NO', '否') then false end"
    )


def _date(field: str, column: Column) -> str:
    """2025-3-5, 2025/3/5, 2025.3.5, 20250305, 2025年3月5日, Excel's day number; with a time."""
    text = _half_width(field)
    for pattern, plain in (
        (r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", r"\1-\2-\3"),
        (r"^(\d{4})(\d{2})(\d{2})(\.0)?( |$)", r"\1-\2-\3\5"),
        *(((r"^(\d{4})[-/年]?(\d{2})月?$", r"\1-\2-01"),) if column.name == "month" else ()),
    ):
        text = f"regexp_replace({text}, '{pattern}', '{plain}')"
    day_number = f"try_cast(regexp_replace({field}, '\\.0$', '') as integer)"
    # 25569–73050 is 1970–2099 as Excel counts from 1899-12-30.
    serial = (
        f"case when {day_number} between 25569 and 73050 then date '1899-12-30' + {day_number} end"
    )
    written = f"try_cast({text} as timestamp)"
    return f"cast(coalesce({written}, cast({serial} as timestamp)) as {SQL_TYPES[column.kind]})"
