"""One table of a bank as SQL: its columns by our name, read, mapped, derived."""

from dataclasses import dataclass
from functools import cached_property

from smeprofile.dictionary import SCHEMAS, Column, TableSchema
from smeprofile.intake.convert import (
    SQL_TYPES,
    as_text,
    cleaned,
    converted,
    literal,
    quoted,
)
from smeprofile.intake.mapping import TableMapping
from smeprofile.intake.rows import Rows

_INFERRED = {
    "is_red": "没有红冲列：负数金额按红字发票",
    "direction": "按金额的正负号分收付",
}


@dataclass(frozen=True)
class Source:
    """Rows, our column → header, the SQL types of the fields, and the mapping.

    ``exact``: columns found to be right as they are, which DuckDB then reads without a detour; of
    days kept as moments only the day is read. ``each_once``: found that no key occurs twice.
    """

    name: str
    rows: Rows
    columns: dict[str, str]
    types: dict[str, str]
    mapping: TableMapping
    exact: frozenset[str] = frozenset()
    each_once: bool = False

    @property
    def schema(self) -> TableSchema:
        """Return the dictionary's entry."""
        return SCHEMAS[self.name]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Return the dictionary's columns by name."""
        return {column.name: column for column in self.schema.columns}

    @property
    def given(self) -> list[str]:
        """Return our columns that there are, or that follow from others."""
        return [*self.columns, *self.derived]

    @cached_property
    def derived(self) -> dict[str, str]:
        """Return SQL of the columns that follow from the sign of the amount."""
        if "amount_cny" not in self.columns:
            return {}
        made, signed = {}, self._with_sign("amount_cny")
        if self.mapping.signed and "direction" not in self.columns:
            made["direction"] = f"case when {signed} < 0 then 'out' else 'in' end"
        if self.name == "invoices" and "is_red" not in self.columns:
            made["is_red"] = f"{signed} < 0"
        return made

    @property
    def remarks(self) -> list[str]:
        """Return what was inferred and what can't be checked, in Chinese."""
        said = [f"{self.rows.where} {_INFERRED[name]}" for name in self.derived]
        lacking = [name for name in self.schema.keys if name not in self.given]
        if lacking:
            said.append(f"{self.rows.where} 没有列 {'、'.join(lacking)}，没有检查重复的行")
        return said

    def select(self) -> str:
        """Return SQL of the table as the dictionary has it."""
        parts = [f"{self.value(column.name)} as {column.name}" for column in self.schema.columns]
        return f"select {', '.join(parts)} from ({self.layer(self.rows.plain)})"

    def layer(self, rows: str, *more: str) -> str:
        """Return SQL of ``rows`` under our names, cleaned and translated, not converted yet.

        A layer of its own, since DuckDB computes a projection's repeated parts again and again.
        """
        parts = [f"{self._raw(name)} as {quoted(name)}" for name in self.columns]
        return f"select {', '.join([*more, *parts])} from ({rows})"

    def value(self, name: str) -> str:
        """Return SQL, over ``layer``, of the column; NULL where missing or unreadable."""
        if name in self.derived:
            return self.derived[name]
        if name not in self.columns:
            return f"cast(null as {SQL_TYPES[self.by_name[name].kind]})"
        value = self._with_sign(name)
        return f"abs({value})" if self.mapping.signed and name == "amount_cny" else value

    def _with_sign(self, name: str) -> str:
        if name in self.exact:
            return f"cast({quoted(name)} as {SQL_TYPES[self.by_name[name].kind]})"
        sql_type = "VARCHAR" if name in self.mapping.values else self.sql_type(name)
        value = converted(quoted(name), sql_type, self.by_name[name])
        factor = self.mapping.units.get(name)
        return f"({value} * {factor!r})" if factor else value

    def field(self, name: str) -> str:
        """Return SQL, over the rows, of the column as the file has it."""
        return quoted(self.rows.fields[self.columns[name]])

    def _raw(self, name: str) -> str:
        if name in self.exact:
            return self.field(name)
        raw = cleaned(self.field(name), self.sql_type(name))
        values = self.mapping.values.get(name)
        return _translated(as_text(raw, self.sql_type(name)), values) if values else raw

    def sql_type(self, name: str) -> str:
        """Return the SQL type of the column in the file."""
        kind = self.types[self.rows.fields[self.columns[name]]]
        return "VARCHAR" if kind.startswith("ENUM") else kind

    def may_be_exact(self, name: str) -> bool:
        """Say whether the file has the dictionary's own type, or days, and nothing is mapped."""
        mapped = name in self.mapping.values or name in self.mapping.units
        own = self.types[self.rows.fields[self.columns[name]]]
        kind = self.by_name[name].kind
        is_day = kind == "日期" and own in ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS")
        return (own == SQL_TYPES[kind] or is_day) and not mapped

    @property
    def is_slow(self) -> bool:
        """Say whether reading means to convert text: better done once than in every query."""
        return any(self.sql_type(name) == "VARCHAR" for name in {*self.columns} - self.exact)

    def shown(self, name: str) -> str:
        """Return the column's name for people: the header, and what it is."""
        header, title = self.columns[name], self.by_name[name].title
        return f"列 {header}（{name if header == title else title}）"


def _translated(text: str, values: dict[str, str]) -> str:
    cases = " ".join(
        f"when {literal(theirs)} then {literal(ours)}" for theirs, ours in values.items()
    )
    return f"case {text} {cases} else {text} end"
