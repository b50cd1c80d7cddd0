"""Every rule on every row, in one scan; the rows that break one are looked for only then."""

from dataclasses import dataclass
from typing import Any

from smeprofile.dictionary import SCHEMAS, Column, TableSchema
from smeprofile.errors import UserError
from smeprofile.intake.convert import HOW, SQL_TYPES, cleaned, converted, quoted
from smeprofile.intake.files import Rows
from smeprofile.intake.mapping import TableMapping

_SHOWN = 5
# A bank has its own lists of these.
_FREE = ("industry_code", "industry", "region", "size_class")


@dataclass(frozen=True)
class Source:
    """One table's rows as SQL, its columns by our name, their SQL types, and the mapping."""

    name: str
    rows: Rows
    columns: dict[str, str]
    types: dict[str, str]
    mapping: TableMapping

    @property
    def given(self) -> list[str]:
        """Return our columns that there are, or that follow from others."""
        return [*self.columns, *self._derived()]

    def _derived(self) -> dict[str, str]:
        made = {}
        if self.name == "flows" and self.mapping.signed and "direction" not in self.columns:
            made["direction"] = (
                f"case when {self._plain('amount_cny')} < 0 then 'out' else 'in' end"
            )
        if self.name == "invoices" and "is_red" not in self.columns:
            made["is_red"] = f"{self._plain('amount_cny')} < 0"
        return made if "amount_cny" in self.columns else {}

    def remarks(self, where: str) -> list[str]:
        """Return what was inferred, in Chinese."""
        said = {"is_red": "没有红冲列：负数金额按红字发票", "direction": "按金额的正负号分收付"}
        return [f"{where} {said[name]}" for name in self._derived()]

    def select(self) -> str:
        """Return SQL of the table as the dictionary has it."""
        derived = self._derived()
        parts = []
        for column in SCHEMAS[self.name].columns:
            value = derived.get(column.name) or self._value(column)
            parts.append(f"{value} as {column.name}")
        return f"select {', '.join(parts)} from ({self.rows.plain})"

    def _value(self, column: Column) -> str:
        if column.name not in self.columns:
            return f"cast(null as {SQL_TYPES[column.kind]})"
        value = self._plain(column.name)
        if self.mapping.signed and column.name == "amount_cny":
            return f"abs({value})"
        return value

    def _plain(self, name: str) -> str:
        """The column read and converted, before signs are dropped."""
        column = next(c for c in SCHEMAS[self.name].columns if c.name == name)
        value = converted(self._mapped(name), self._type(name), column)
        factor = self.mapping.units.get(name)
        return f"({value} * {factor!r})" if factor else value

    def _type(self, name: str) -> str:
        kind = self.types[self.columns[name]]
        return "VARCHAR" if kind.startswith(("ENUM", "VARCHAR")) else kind

    def _mapped(self, name: str) -> str:
        raw = self.raw(name)
        values = self.mapping.values.get(name)
        if not values:
            return raw
        whens = " ".join(
            f"when {_text(theirs)} then {_text(ours)}" for theirs, ours in values.items()
        )
        return f"case {raw} {whens} else {raw} end"

    def raw(self, name: str) -> str:
        """Return SQL of the field as the file has it, blanks as NULL."""
        return cleaned(quoted(self.columns[name]), self._type(name))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def check(con: Any, source: Source, where: str) -> None:
    """Raise ``UserError`` with the first row of each broken rule, at most five."""
    rules = list(_rules(source))
    flags = ", ".join(f"coalesce(bool_or({broken}), false)" for _, _, broken in rules)
    row = con.execute(f"select {flags} from ({source.rows.plain})").fetchall()[0] if rules else ()
    findings = [
        _finding(con, source, *rule) for rule, broken in zip(rules, row, strict=True) if broken
    ]
    if not findings:
        findings = _repeated(con, source)
    if findings:
        more = f"\n（另有 {len(findings) - _SHOWN} 类问题）" if len(findings) > _SHOWN else ""
        raise UserError("\n".join(findings[:_SHOWN]) + more)


def _rules(source: Source) -> Any:
    """Yield (column, rule in Chinese, SQL that is true where it is broken)."""
    for column in SCHEMAS[source.name].columns:
        if column.name not in source.columns:
            continue
        raw, value = source.raw(column.name), source._value(column)
        if source._type(column.name) != SQL_TYPES[column.kind]:  # else nothing can be misread
            yield column, HOW[column.kind], f"{raw} is not null and {value} is null"
        if not column.nullable:
            yield column, "不可缺失", f"{raw} is null"
        if column.allowed and column.name not in _FREE:
            listed = ", ".join(map(_text, column.allowed))
            yield column, f"应为 {'、'.join(column.allowed)}", f"{value} not in ({listed})"
        low, high = column.minimum, column.maximum
        if low is not None:
            yield column, _at_least(source, column), f"{value} < {low!r}"
        if high is not None:
            yield column, f"应 ≤ {high:g}", f"{value} > {high!r}"
    if source.name == "invoices" and {"is_red", "amount_cny"} <= set(source.columns):
        of = {c.name: c for c in SCHEMAS["invoices"].columns}
        amount, red = source._value(of["amount_cny"]), source._value(of["is_red"])
        yield of["amount_cny"], "红字发票记负数，其余记正数", f"({amount} < 0) <> {red}"


def _at_least(source: Source, column: Column) -> str:
    rule = f"应 ≥ {column.minimum:g}"
    if source.name == "flows" and column.name == "amount_cny":
        rule += "，收付都记正数；用负数表示付出的，请在映射文件里给 flows 写 signed: true"
    return rule


def _finding(con: Any, source: Source, column: Column, rule: str, broken: str) -> str:
    file, row, value = con.execute(
        f"select __file, __row, cast({source.raw(column.name)} as varchar) from ({source.rows.numbered}) "
        f"where {broken} order by 1, 2 limit 1"
    ).fetchall()[0]
    shown = "" if value is None else f"（现为 {value!r}）"
    return f"{_kind(file)} {file} 第 {row} 行 列 {source.columns[column.name]}（{column.title}）{shown}：{rule}。"


def _repeated(con: Any, source: Source) -> list[str]:
    table = SCHEMAS[source.name]
    if not set(table.keys) <= set(source.columns):
        return []
    keys = ", ".join(table.keys)
    # Hashes are cheap to count; only when two are equal are the keys themselves looked at.
    n, distinct = con.execute(
        f"select count(*), count(distinct hash({keys})) from v_{source.name}"
    ).fetchall()[0]
    if n == distinct:
        return []
    of = {c.name: c for c in table.columns}
    listed = ", ".join(f"{source._value(of[key])} as {key}" for key in table.keys)
    found = con.execute(
        f"with t as (select __file, __row, {listed} from ({source.rows.numbered})), "
        f"n as (select *, row_number() over (partition by {keys} order by __file, __row) again "
        f"from t) select __file, __row, {keys} from n where again > 1 order by 1, 2 limit 1"
    ).fetchall()
    return [_told_twice(table, *row) for row in found]


def _told_twice(table: TableSchema, file: str, row: int, *values: object) -> str:
    shown = "、".join(map(str, values))
    return (
        f"{_kind(file)} {file} 第 {row} 行：主键 {'、'.join(table.keys)}（{shown}）与前面的行重复，"
        f"会重复计数。应为每行{table.row}。"
    )


def _kind(file: str) -> str:
    return "文件" if "." in file else "表"
