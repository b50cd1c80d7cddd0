"""SQL that reads one field of a bank's file: text in many hands, or typed already."""

from smeprofile.dictionary import Column

SQL_TYPES = {"文本": "VARCHAR", "数字": "DOUBLE", "整数": "BIGINT", "日期": "DATE",
             "时间": "TIMESTAMP", "是否": "BOOLEAN"}  # fmt: skip
HOW = {"数字": "看不懂的数字，应形如 1234.50 或 1,234.50",
       "整数": "应为整数", "日期": "看不懂的日期，应形如 2025-03-05、2025/3/5 或 20250305",
       "时间": "看不懂的时间，应形如 2025-03-05 14:30:00（北京时间）",
       "是否": "应为 是/否、1/0、Y/N 或 true/false", "文本": "读不了"}  # fmt: skip
# For list_contains, not IN: that DuckDB makes a join of, and runs where nobody asks for the column.
_YES, _NO = ["1", "TRUE", "T", "Y", "YES", "是"], ["0", "FALSE", "F", "N", "NO", "否"]
_BLANK = ["", "-", "--", "NULL", "NA", "N/A", "NAN", "NONE", "NAT", "#N/A"]
_SPACES = "' \t\r\n\u3000\u00a0'"
_FULL, _HALF = "０１２３４５６７８９．，－＋／：", "0123456789.,-+/:"
_INTEGER = r"[+-]?\d+"
# Commas only where they part thousands: 1,5 is no number here, whatever it may be elsewhere.
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?"
_DAY = (
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d)(?:\.0)?)"
    r"(?:[ T]+(\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?))?"
)
_MONTH = r"(\d{4})(?:[-/年](\d{1,2})月?|(\d\d))"
_SERIAL = r"\d{5}(?:\.\d+)?"
_EXACT = 2**53  # whole numbers beyond this aren't told apart by float64


def quoted(name: str) -> str:
    """Return a column name for SQL.

    >>> quoted("金额")
    '"金额"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text for SQL.

    >>> literal("贷")
    "'贷'"
    """
    return "'" + text.replace("'", "''") + "'"


def cleaned(field: str, sql_type: str) -> str:
    """Return SQL of the field with blanks as NULL and text without spaces around it.

    >>> cleaned("x", "INTEGER")
    'x'
    """
    if sql_type in ("DOUBLE", "FLOAT"):
        return f"case when isnan({field}) then null else {field} end"
    if sql_type != "VARCHAR":
        return field
    text = f"trim({field}, {_SPACES})"
    blank = f"length({text}) <= {max(map(len, _BLANK))} and list_contains({_BLANK}, upper({text}))"
    return f"case when {blank} then null else {text} end"


def is_untidy(field: str) -> str:
    """Return SQL that is true where ``cleaned`` would change the text; far cheaper than asking it.

    >>> import duckdb
    >>> texts = "(values ('贷'), (' 贷'), ('n/a'), (''), (null)) t(x)"
    >>> duckdb.sql(f"select {is_untidy('x')} from {texts}").fetchall()
    [(False,), (True,), (True,), (True,), (None,)]
    """
    space, blank = f"[{_SPACES[1:-1]}]", "|".join(_BLANK[1:])
    return f"regexp_matches({field}, '^(?:{space}|(?i:{blank})?$)|{space}$')"


def as_text(field: str, sql_type: str) -> str:
    """Return SQL of the field as text: a code that pandas keeps as 7.0 is 7.

    >>> as_text("x", "BIGINT")
    'cast(x as varchar)'
    """
    if sql_type == "VARCHAR":
        return field
    if sql_type in ("DOUBLE", "FLOAT"):
        return f"coalesce(cast({_whole(field)} as varchar), cast({field} as varchar))"
    return f"cast({field} as varchar)"


def converted(field: str, sql_type: str, column: Column) -> str:
    """Return SQL of the cleaned field as the dictionary wants it, NULL where it can't be read."""
    if column.kind == "文本":
        return as_text(field, sql_type)
    if column.kind in ("数字", "整数"):
        return _number(field, sql_type, column.kind)
    if column.kind == "是否":
        return field if sql_type == "BOOLEAN" else _flag(as_text(field, sql_type))
    moment = _moment(field, sql_type, column)
    if column.name == "month":
        moment = f"date_trunc('month', {moment})"
    return f"cast({moment} as {SQL_TYPES[column.kind]})"


def _number(field: str, sql_type: str, kind: str) -> str:
    if sql_type == "VARCHAR":
        text = _half_width(field)
        number = f"try_cast(replace({text}, ',', '') as double)"
        number = f"case when regexp_full_match({text}, '{_NUMBER}') then {number} end"
        if kind == "数字":
            return number
        # By way of float64, long numbers would lose their last digits.
        whole = f"when regexp_full_match({text}, '{_INTEGER}') then try_cast({text} as bigint)"
        return f"case {whole} else {_whole(number)} end"
    if kind == "数字":
        number = f"cast({field} as double)"
        return f"case when isfinite({number}) then {number} end"
    if sql_type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        return _whole(f"cast({field} as double)")
    return f"try_cast({field} as bigint)"


def _half_width(field: str) -> str:
    # Rare and slow: looked for first.
    half = f"translate({field}, '{_FULL}', '{_HALF}')"
    return f"case when regexp_matches({field}, '[{_FULL}]') then {half} else {field} end"


def _whole(number: str) -> str:
    return (
        f"case when {number} = floor({number}) and abs({number}) < {_EXACT} "
        f"then cast({number} as bigint) end"
    )


def _flag(text: str) -> str:
    return (
        f"case when list_contains({_YES}, upper({text})) then true "
        f"when list_contains({_NO}, upper({text})) then false end"
    )


def _moment(field: str, sql_type: str, column: Column) -> str:
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('Asia/Shanghai', {field})"
    if sql_type.startswith(("DATE", "TIMESTAMP")):
        return field
    return _moment_of_text(as_text(field, sql_type), is_month=column.name == "month")


def _moment_of_text(field: str, *, is_month: bool) -> str:
    """2025-3-5, 2025/3/5, 2025.3.5, 20250305, 2025年3月5日, Excel's day number; with a time.

    The same as ``smeprofile.data.parse.parse_date``, and months as 2025-03, 202503, 2025年3月.
    """
    text = _half_width(field)
    written = rf"rtrim(regexp_replace({text}, '^{_DAY}$', '\1-\2\4-\3\5 \6'))"
    cases = [f"when regexp_full_match({text}, '{_DAY}') then try_cast({written} as timestamp)"]
    if is_month:
        first = rf"regexp_replace({text}, '^{_MONTH}$', '\1-\2\3-01')"
        cases.append(
            f"when regexp_full_match({text}, '{_MONTH}') then try_cast({first} as timestamp)"
        )
    # 25569 to 73050 is 1970 to 2099 as Excel counts from 1899-12-30; the fraction is the time.
    number = f"cast({text} as double)"
    serial = f"timestamp '1899-12-30' + to_seconds(cast(round({number} * 86400) as bigint))"
    cases.append(
        f"when regexp_full_match({text}, '{_SERIAL}') then "
        f"case when {number} >= 25569 and {number} < 73051 then {serial} end"
    )
    return f"case {' '.join(cases)} end"
