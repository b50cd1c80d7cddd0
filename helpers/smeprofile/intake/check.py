"""Every rule on every value; the rows that break one are looked for only then."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any, NamedTuple

from smeprofile.dictionary import SCHEMAS, Column
from smeprofile.errors import UserError
from smeprofile.intake.convert import HOW, is_untidy
from smeprofile.intake.source import Source

SHOWN = 5
# A bank has its own lists of these.
_FREE = ("industry_code", "industry", "region", "size_class")
# When a row happened, without which nothing of the table counts on any day.
_TIMES = {"flows": "date", "flows_monthly": "month", "balances": "month", "invoices": "date",
          "invoices_monthly": "month", "tax": "month", "financials": "year",
          "inquiries": "inquired_at", "guarantees": "start_date", "legal_events": "date",
          "applications": "applied_at", "decisions": "decided_at", "facilities": "start_date",
          "drawdowns": "disbursed_date", "schedules": "due_date", "repayments": "paid_date",
          "contacts": "contact_date", "customer_survey": "survey_date", "consents": "granted_date",
          "lpr": "date", "app_events": "occurred_at", "visits": "visit_date"}  # fmt: skip
_JOINED_BY = ("customer_id", "loan_id", "facility_id")
_NUMBERED = ("flow_id", "invoice_id")
# Excel writes long numbers so: 15 digits are left of them, and different customers become one.
_CUT_SHORT = r"\d(\.\d+)?[eE]\+\d+"


class _Rule(NamedTuple):
    column: str
    says: str
    broken: str  # SQL, true where it is


def always(name: str) -> set[str]:
    """Return the columns of a table that are never left out: keys, and when a row happened."""
    return {*SCHEMAS[name].keys, "customer_id", *filter(None, [_TIMES.get(name)])}


def refuse_without(source: Source) -> None:
    """Raise ``UserError`` for a column without which the table says nothing."""
    keys = {*source.schema.keys, "customer_id"} & {*_JOINED_BY}
    for column in source.schema.columns:
        needed = column.name in keys or column.name == _TIMES.get(source.name)
        if needed and column.name not in source.columns:
            raise UserError(
                f"{source.rows.where} 缺少列 {column.name}（{column.title}）。"
                f"文件里有：{'、'.join(source.rows.headers)}。列名不同的，请用映射文件写明。"
            )


def check(con: Any, source: Source) -> tuple[Source, list[str], int]:
    """Return the source with its ``exact`` columns, the first five findings, and how many.

    A finding is the first row that breaks one rule.
    """
    source = replace(source, exact=_at_a_glance(con, source))
    rules, loose = list(_rules(source)), dict(_loose(source))
    ids = _by_customer(con, source)
    # Of columns of many texts: once found right as they are, they are no more taken apart.
    many = {
        n: f for n, f in loose.items() if not _repeats(source, n) or (ids and n == "customer_id")
    }
    amiss = _true_somewhere(con, source, {flag: name for name, flag in many.items()}, many, ids)
    exact = source.exact | {name for name, flag in many.items() if flag not in amiss}
    source, rest = replace(source, exact=exact), {n: loose[n] for n in loose if n not in exact}
    told = {**{rule.broken: rule.column for rule in rules}, **{rest[n]: n for n in rest}}
    true = _true_somewhere(con, source, told, rest, ids)
    broken = [rule for rule in rules if rule.broken in true]
    if broken:
        return source, [_finding(con, source, rule) for rule in broken[:SHOWN]], len(broken)
    exact |= {name for name, flag in rest.items() if flag not in true}
    once = bool(ids) and "customer_id" in exact and _has_each_month_once(con, ids)
    if ids:
        con.execute(f"drop table {ids}")
    return replace(source, exact=exact, each_once=once), [], 0


def _by_customer(con: Any, source: Source) -> str:
    """Keep each customer's number, rows and, a bit each, months; return where, or nothing.

    By far the dearest column to go through, so once for all that is asked of it.
    """
    keys = source.schema.keys
    if keys != ("customer_id", "month") or not all(
        key in source.columns and source.may_be_exact(key) for key in keys
    ):
        return ""
    customer, month = map(source.field, keys)
    first, months = con.execute(
        f"select min({month}), date_diff('month', min({month}), max({month})) "
        f"from ({source.rows.plain})"
    ).fetchall()[0]
    if months is None or months > 62:
        return ""
    bit = f"1::bigint << date_diff('month', date '{first:%Y-%m-%d}', {month})"
    con.execute(
        f"create temp table ids_{source.name} as select {customer}, count(*) __n, "
        f"bit_or({bit}) __months from ({source.rows.plain}) group by {customer}"
    )
    return f"ids_{source.name}"


def _has_each_month_once(con: Any, ids: str) -> bool:
    return con.execute(f"select bool_and(__n = bit_count(__months)) from {ids}").fetchall()[0][0]


def _true_somewhere(
    con: Any, source: Source, flags: Mapping[str, str], loose: Collection[str], ids: str
) -> set[str]:
    """Return those of ``flags``, SQL → column, that are true in some row.

    Of columns whose values come again and again each value is looked at once. ``ids``: where each
    customer's number is kept, if it is.
    """
    parts: dict[str, list[str]] = {}
    for flag, name in flags.items():
        parts.setdefault(name if _repeats(source, name) else "", []).append(flag)
    true: set[str] = set()
    for name, asked in parts.items():
        rows, part = source.rows.plain, source
        if name:
            rows = f"select distinct {source.field(name)} from ({rows})"
            if name == "customer_id" and ids:
                rows = f"select {source.field(name)} from {ids}"
            part = replace(source, columns={name: source.columns[name]})
        own = [f"{source.field(n)} as own_{n}" for n in loose if n in part.columns]
        told = ", ".join(f"coalesce(bool_or({flag}), false)" for flag in asked)
        found = con.execute(f"select {told} from ({part.layer(rows, *own)})").fetchall()[0]
        true |= {flag for flag, is_so in zip(asked, found, strict=True) if is_so}
    return true


def _repeats(source: Source, name: str) -> bool:
    """Say whether many rows share each value of the column: all dates, texts, but the key."""
    column, keys = source.by_name[name], source.schema.keys
    return (
        column.kind == "日期"
        or bool(column.allowed)
        or name in _FREE
        or (column.kind == "文本" and keys not in (("customer_id",), (name,)))
    )


def _at_a_glance(con: Any, source: Source) -> frozenset[str]:
    """Return the columns of which least, greatest and number of values say that all are right.

    Far cheaper than a rule on every value, as which text and months are looked at.
    """
    names = [
        name
        for name in source.columns
        if source.may_be_exact(name) and name != "month" and source.by_name[name].kind != "文本"
    ]
    if not names:
        return frozenset()
    rows = source.rows.plain
    fields = [source.field(name) for name in names]
    told = ", ".join(f"count({field}), min({field}), max({field})" for field in fields)
    n, *found = con.execute(f"select count(*), {told} from ({rows})").fetchall()[0]
    # Parquet's own least and greatest, which the above is read from, leave out NaN; a sum doesn't.
    numbers = [name for name in names if source.by_name[name].kind == "数字"]
    totals: dict[str, float] = {}
    if numbers:
        sums = ", ".join(f"coalesce(sum({source.field(name)}), 0)" for name in numbers)
        found_sums = con.execute(f"select {sums} from ({rows})").fetchall()[0]
        totals = dict(zip(numbers, found_sums, strict=True))
    right = set()
    for k, name in enumerate(names):
        column, total = source.by_name[name], totals.get(name, 0.0)
        known, least, most = found[3 * k : 3 * k + 3]
        low = column.minimum is not None and known and least < column.minimum
        high = column.maximum is not None and known and most > column.maximum
        if isfinite(total) and not (low or high or (known < n and not column.nullable)):
            right.add(name)
    return frozenset(right)


def _rules(source: Source) -> Iterator[_Rule]:
    for name in [name for name in source.columns if name not in source.exact]:
        yield from _column_rules(source, source.by_name[name])
    if source.name == "invoices" and {"is_red", "amount_cny"} <= set(source.columns):
        red = f"({source.value('amount_cny')} < 0) <> {source.value('is_red')}"
        yield _Rule("amount_cny", "红字发票记负数，其余记正数", red)
    if source.mapping.signed and {"direction", "amount_cny"} <= set(source.columns):
        unsigned = replace(source, mapping=source.mapping.model_copy(update={"signed": False}))
        odd = f"({unsigned.value('amount_cny')} < 0) <> ({source.value('direction')} = 'out')"
        yield _Rule("amount_cny", "正负号与收付方向不符：映射文件写了 signed，负数应为付出", odd)


def _column_rules(source: Source, column: Column) -> Iterator[_Rule]:
    name, raw, value = column.name, column.name, source.value(column.name)
    if not source.may_be_exact(name) or column.kind == "数字":  # else nothing can be misread
        yield _Rule(name, _how(column), f"{raw} is not null and {value} is null")
    if column.kind == "文本" and not column.allowed:
        says = "像是被 Excel 改成了科学计数法，号码已不全：请从系统重新导出，这一列按文本保存"
        yield _Rule(name, says, _matches(value, "+", _CUT_SHORT))
    if name == "customer_id":
        says = "这是合计行，不是一户客户：请删掉这一行"
        yield _Rule(name, says, _matches(value, "计", r"[合总小]\s*计.*"))
    if not column.nullable:
        yield _Rule(name, "不可缺失", f"{raw} is null")
    if column.allowed and name not in _FREE:
        listed = ", ".join(f"'{text}'" for text in column.allowed)
        yield _Rule(name, f"应为 {'、'.join(column.allowed)}", f"{value} not in ({listed})")
    if column.minimum is not None:
        yield _Rule(name, _at_least(source, column), f"{value} < {column.minimum!r}")
    if column.maximum is not None:
        yield _Rule(name, f"应 ≤ {column.maximum:g}", f"{value} > {column.maximum!r}")


def _matches(value: str, rare: str, pattern: str) -> str:
    """Return SQL that is true where the text is ``pattern``, asked only where ``rare`` is in it."""
    return f"contains({value}, '{rare}') and regexp_full_match({value}, '{pattern}')"


def _how(column: Column) -> str:
    rule = HOW[column.kind]
    if column.name in _NUMBERED:
        rule += f"（至多 18 位）；{column.title}不是整数的，可去掉这一列，只是不再检查重复"
    return rule


def _at_least(source: Source, column: Column) -> str:
    rule = f"应 ≥ {column.minimum:g}"
    if source.name == "flows" and column.name == "amount_cny" and not source.mapping.signed:
        rule += "，收付都记正数；用负数表示付出的，请在映射文件里给 flows 写 signed: true"
    return rule


def _loose(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the columns that may be used as they are, and SQL that is true where they can't."""
    for name in source.columns:
        if source.may_be_exact(name) and name not in source.exact:
            kind, own = source.by_name[name].kind, f"own_{name}"
            if kind == "文本":
                yield name, is_untidy(own)
            elif kind == "数字" or name == "month":
                yield name, f"{own} is distinct from {source.value(name)}"
            else:
                yield name, "false"


def _finding(con: Any, source: Source, rule: _Rule) -> str:
    file, row, value = con.execute(
        f"select __file, __row, cast({rule.column} as varchar) "
        f"from ({source.layer(source.rows.numbered, '__file', '__row')}) where {rule.broken} order by 1, 2 limit 1"
    ).fetchall()[0]
    shown = "" if value is None else f"（现为 {value!r}）"
    return f"{source.rows.place(file, row)} {source.shown(rule.column)}{shown}：{rule.says}。"


def repeated(con: Any, source: Source, view: str) -> list[str]:
    """Return the first row whose key was there before; ``view`` is the table as checked."""
    keys = source.schema.keys
    if not set(keys) <= set(source.given) or source.each_once or _is_unique(con, keys, view):
        return []
    listed = ", ".join(f"{source.value(key)} as {key}" for key in keys)
    key, rows = ", ".join(keys), source.layer(source.rows.numbered, "__file", "__row")
    # Windows over few rows only: first the hashes that occur twice.
    found = con.execute(
        f"with t as (select __file, __row, {listed} from ({rows})), "
        f"h as (select hash({key}) h from t group by 1 having count(*) > 1), "
        f"n as (select *, row_number() over (partition by {key} order by __file, __row) again "
        f"from t where hash({key}) in (from h)) "
        f"select __file, __row, {key} from n where again > 1 order by 1, 2 limit 1"
    ).fetchall()
    return [
        f"{source.rows.place(file, row)}：主键 {'、'.join(keys)}（{'、'.join(map(str, values))}）"
        f"与前面的行重复，会重复计数。应为每行{source.schema.row}。"
        for file, row, *values in found
    ]


def _is_unique(con: Any, keys: tuple[str, ...], view: str) -> bool:
    """Say whether no key occurs twice. Files are often in order of the key: tried first."""
    later = "false"
    for key in reversed(keys):
        later = f"{key} > {key}_0 or ({key} = {key}_0 and ({later}))"
    before = ", ".join(f"lag({key}) over () as {key}_0" for key in keys)
    in_order = con.execute(
        f"select coalesce(bool_and(coalesce({later}, false)), true) "
        f"from (select {', '.join(keys)}, {before}, row_number() over () as n from {view}) where n > 1"
    ).fetchall()[0][0]
    if in_order:
        return True
    counts = f"select count(*) = count(distinct hash({', '.join(keys)})) from {view}"
    return con.execute(counts).fetchall()[0][0]
