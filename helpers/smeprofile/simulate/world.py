"""All tables of one bank, chunk by chunk: in memory, or as one parquet file each."""

from collections.abc import Callable, Iterator

import pyarrow as pa

from smeprofile.dictionary import SCHEMAS, TRUTH_SCHEMAS
from smeprofile.simulate import (
    credit_tables,
    firm_tables,
    market_tables,
    money_tables,
    spoil,
    truth_tables,
)
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.market_tables import fixed_tables
from smeprofile.simulate.setting import Setting

CHUNK = 5000
Maker = Callable[[Chunk], dict[str, pa.Array]]
_OBSERVED: dict[str, Maker] = {
    "customers": firm_tables.customers,
    "owners": firm_tables.owners,
    "flows": money_tables.flows,
    "flows_monthly": money_tables.flows_monthly,
    "balances": money_tables.balances,
    "invoices": money_tables.invoice_lines,
    "invoices_monthly": money_tables.invoices_monthly,
    "tax": money_tables.tax,
    "financials": firm_tables.financials,
    "inquiries": credit_tables.inquiries,
    "external_loans": credit_tables.external_loans,
    "guarantees": firm_tables.guarantees_,
    "legal_events": firm_tables.legal,
    "applications": credit_tables.applications,
    "decisions": credit_tables.decisions,
    "facilities": credit_tables.facilities,
    "drawdowns": credit_tables.drawdowns,
    "schedules": credit_tables.schedules,
    "repayments": credit_tables.repayments,
    "contacts": market_tables.contacts,
    "contact_responses": market_tables.contact_responses,
    "customer_survey": market_tables.customer_survey,
    "consents": credit_tables.consents,
}
_TRUTH: dict[str, Maker] = {
    name: getattr(truth_tables, name)
    for name in ("truth_customers", "truth_months", "truth_outcomes", "truth_applications")
}
_ONLY = {
    "txn": {"flows_monthly", "invoices_monthly"},
    "month": {"flows", "invoices"},
    "both": set(),
}
_ARROW = {"文本": pa.string(), "数字": pa.float64(), "整数": pa.int64(),
          "日期": pa.timestamp("us"), "时间": pa.timestamp("us"), "是否": pa.bool_()}  # fmt: skip


def table_names(setting: Setting, *, truth: bool = False) -> list[str]:
    """Return the names of the tables this setting makes, in the dictionary's order."""
    names = [name for name in _OBSERVED if name not in _ONLY[setting.grain]]
    return names + ["products", "channels", "branches", "lpr"] + (list(_TRUTH) if truth else [])


def arrow_schema(name: str) -> pa.Schema:
    """Return the table's columns and types as stored."""
    table = SCHEMAS.get(name) or TRUTH_SCHEMAS[name]
    return pa.schema([(column.name, _ARROW[column.kind]) for column in table.columns])


def chunks(setting: Setting, size: int = CHUNK) -> list[tuple[int, int]]:
    """Return the chunks of customers: (first - 1, last) numbers."""
    return [(k, min(k + size, setting.customers)) for k in range(0, setting.customers, size)]


def chunk_tables(
    setting: Setting, low: int, high: int, *, truth: bool = False, only: set[str] | None = None
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables of one chunk of customers, by name; text is dictionary-encoded."""
    x = Chunk(setting, low, high)
    makers = _OBSERVED | (_TRUTH if truth else {})
    for name in table_names(setting, truth=truth):
        if name in makers and (only is None or name in only):
            columns = makers[name](x)
            if columns:
                table = pa.table(columns)
                yield name, table if name in _TRUTH else _spoiled(name, table, x)


def _spoiled(name: str, table: pa.Table, x: Chunk) -> pa.Table:
    if not x.setting.defects:
        return table
    schema = arrow_schema(name)
    rows = spoil.spoiled(name, table.cast(schema).to_pandas(), x)
    return pa.Table.from_pandas(rows, schema=schema, preserve_index=False)


def whole_tables(
    setting: Setting, *, truth: bool = False, size: int = CHUNK, only: set[str] | None = None
) -> dict[str, pa.Table]:
    """Return all tables of a small bank, in memory; ``only`` limits them."""
    names = [n for n in table_names(setting, truth=truth) if only is None or n in only]
    parts: dict[str, list[pa.Table]] = {name: [] for name in names}
    for low, high in chunks(setting, size):
        for name, table in chunk_tables(setting, low, high, truth=truth, only=only):
            parts[name].append(table.cast(arrow_schema(name)))
    for name, table in fixed_tables(setting).items():
        if name in parts:
            parts[name].append(table.cast(arrow_schema(name)))
    return {
        name: pa.concat_tables(tables) if tables else arrow_schema(name).empty_table()
        for name, tables in parts.items()
    }
