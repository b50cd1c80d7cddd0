"""The monthly mart: sums by customer and month, in whole fen, from which the tags are made.

Every column is a sum, a minimum or a maximum, so a day's rows are added to what is there
(``merge``, ``state``) and the result is that of a full rebuild, to the last fen.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.statements import PASS_CNY, PASS_DAYS, ROUND_CNY
from smeprofile.tags.clock import (
    Clock,
    day_before,
    fen,
    first_day_of,
    month_end_of,
    month_number,
    round_half,
)
from smeprofile.tags.wide import Keep

FLOW_KEYS = ("customer_id", "month")
PARTY_KEYS = ("customer_id", "month", "counterparty", "direction")
COLUMNS = (*FLOW_KEYS, "in_fen", "out_fen", "sales_fen", "current_in_fen", "repay_out_fen",
           "pass_sales_fen", "pass_fen", "net_day_fen", "n", "n_night", "n_round",
           "last_sales_date")  # fmt: skip
_GREATEST = {"last_sales_date"}


def flow_rows(flows: ir.Table, keep: Keep) -> ir.Table:
    """Return what each entry adds to its customer's month: sums in fen, counts, last date.

    Money that goes out again in the same amount is a row of its own, in the month it came in.
    """
    t = _in_fen(flows)
    zero, sales = t.fen * 0.0, t.is_in & (t.summary == "货款")
    rows = t.mutate(
        in_fen=t.is_in.ifelse(t.fen, 0.0),
        out_fen=t.is_in.ifelse(0.0, t.fen),
        sales_fen=sales.ifelse(t.fen, 0.0),
        current_in_fen=(t.is_in & (t.summary == "往来款")).ifelse(t.fen, 0.0),
        repay_out_fen=(~t.is_in & (t.summary == "还款")).ifelse(t.fen, 0.0),
        pass_sales_fen=zero,
        pass_fen=zero,
        net_day_fen=t.is_in.ifelse(t.fen, -t.fen) * t.date.day(),
        n=_one(t.customer_id.notnull()),
        n_night=_one((t.hour >= 22) | (t.hour < 6)),
        n_round=_one(t.fen % (ROUND_CNY * 100.0) == 0),
        last_sales_date=sales.ifelse(t.date, ibis.null("date")),
    ).select(*COLUMNS)
    passed = keep("flow_passed", _passed(flows))
    return rows.union(
        passed.mutate(
            month=passed.month.cast("int64"),  # as Ibis has it; Spark's years are int32, once kept
            pass_sales_fen=(passed.summary == "货款").ifelse(passed.fen, 0.0),
            pass_fen=passed.fen,
            last_sales_date=ibis.null("date"),
            **{name: passed.fen * 0.0 for name in COLUMNS[2:-1] if not name.startswith("pass")},
        ).select(*COLUMNS)
    )


def _one(flag: ir.BooleanValue) -> ir.FloatingValue:
    # Sums of float64 stay float64 on every engine; those of int64 (HUGEINT) and 1.0 (DECIMAL) don't.
    return flag.cast("float64")


def _in_fen(flows: ir.Table) -> ir.Table:
    month = month_number(flows.date)
    return flows.mutate(month=month, fen=fen(flows.amount_cny), is_in=flows.direction == "in")


def _passed(flows: ir.Table) -> ir.Table:
    """The entries of money that came in and went out again in the same amount."""
    both_ways = ["货款", "往来款"]
    into, out = (
        flows.filter(flows.direction == way, flows.summary.isin(summaries))
        .mutate(fen=fen(flows.amount_cny))
        .filter(lambda t: t.fen >= PASS_CNY * 100)
        for way, summaries in (("in", both_ways), ("out", [*both_ways, "同名划转"]))
    )
    into = into.select("customer_id", "fen", "date", "summary")
    out = out.select("customer_id", "fen", first=day_before(out.date, PASS_DAYS), last=out.date)
    met = [into.customer_id == out.customer_id, into.fen == out.fen,
           into.date >= out.first, into.date <= out.last]  # fmt: skip
    into = into.join(out, met, how="semi")
    return into.mutate(month=month_number(into.date))


def flow_sums(monthly: ir.Table) -> ir.Table:
    """Return the same columns from ``flows_monthly``; what only entries can tell is missing."""
    t, unknown = monthly, ibis.null("float64")
    made = t.mutate(
        in_fen=fen(t.in_cny),
        out_fen=fen(t.out_cny),
        sales_fen=fen(t.sales_in_cny),
        current_in_fen=fen(t.current_in_cny),
        repay_out_fen=fen(t.repay_out_cny),
        pass_sales_fen=unknown,
        pass_fen=unknown,
        net_day_fen=unknown,
        n=(t.n_in + t.n_out).cast("float64"),
        n_night=t.n_night.cast("float64"),
        n_round=unknown,
        last_sales_date=(t.sales_in_cny > 0).ifelse(month_end_of(t.month), ibis.null("date")),
    )
    return made.select(*COLUMNS)


def payer_rows(flows: ir.Table) -> ir.Table:
    """Return the sales received, in fen, with month and payer."""
    t = flows.filter((flows.direction == "in") & (flows.summary == "货款"))
    return _party(t)


def flow_openings(flows: ir.Table) -> ir.Table:
    """Return one row per customer: the balance before the first entry, in fen, and its number.

    The first is that of the smallest number on the earliest day: numbers follow time only in a day.
    """
    start = flows.group_by("customer_id").agg(first_date=flows.date.min())
    t = flows.join(start, ["customer_id", flows.date == start.first_date])
    first = t.group_by("customer_id").agg(first_id=t.flow_id.min())
    t = t.join(first, ["customer_id", t.flow_id == first.first_id])
    moved = (t.direction == "in").ifelse(fen(t.amount_cny), -fen(t.amount_cny))
    t = t.mutate(opening_fen=fen(t.balance_cny) - moved)
    return t.group_by("customer_id").agg(
        opening_fen=t.opening_fen.min(), first_id=t.first_id.min(), first_date=t.first_date.min()
    )


def invoice_rows(invoices: ir.Table) -> ir.Table:
    """Return what each invoice adds to its customer's month; void ones are only counted."""
    t = invoices.mutate(month=month_number(invoices.date), fen=fen(invoices.amount_cny))
    void, red, sold = t.is_void.fill_null(False), t.is_red, t.direction == "销项"
    # Thousandths of a fen: a line's tax has fractions that must not be lost one by one.
    vat = round_half(t.amount_cny * t.vat_rate * 100_000.0)
    return t.select(
        *FLOW_KEYS,
        sales_fen=(sold & ~red & ~void).ifelse(t.fen, 0.0),
        red_fen=(sold & red & ~void).ifelse(-t.fen, 0.0),
        vat_milli=(sold & ~void).ifelse(vat, 0.0),
        n_sales=_one(sold & ~red & ~void),
        n_void=_one(sold & void),
    )


def invoice_sums(monthly: ir.Table) -> ir.Table:
    """Return the same columns from ``invoices_monthly``."""
    t = monthly
    return t.select(
        *FLOW_KEYS,
        sales_fen=fen(t.sales_cny),
        red_fen=fen(t.red_cny),
        vat_milli=round_half(t.vat_cny * 100_000.0),
        n_sales=t.n_sales.cast("float64"),
        n_void=t.n_void.cast("float64"),
    )


def partner_rows(invoices: ir.Table) -> ir.Table:
    """Return the amounts of invoices that aren't void, in fen, with month and partner."""
    return _party(invoices.filter(~invoices.is_void.fill_null(False)))


def _party(t: ir.Table) -> ir.Table:
    return t.select("customer_id", "counterparty", "direction", month=month_number(t.date),
                    fen=fen(t.amount_cny)).select(*PARTY_KEYS, "fen")  # fmt: skip


def balance_months(balances: ir.Table) -> ir.Table:
    """Return one row per customer and month: sum of the end-of-day balances, in fen, and days."""
    t = balances
    return t.select(
        "customer_id",
        "month",
        day_sum_fen=fen(t.avg_daily_cny) * t.n_days,
        n_days=t.n_days.cast("float64"),
    )


KEYS = {"flow_months": FLOW_KEYS, "flow_parties": PARTY_KEYS, "flow_openings": ("customer_id",),
        "invoice_months": FLOW_KEYS,
        "invoice_parties": PARTY_KEYS, "balance_months": FLOW_KEYS}  # fmt: skip
_FROM: dict[str, tuple] = {
    "flow_months": (("flows_monthly", flow_sums), ("flows", flow_rows)),
    "flow_parties": (("flows", payer_rows),),
    "flow_openings": (("flows", flow_openings),),
    "invoice_months": (("invoices_monthly", invoice_sums), ("invoices", invoice_rows)),
    "invoice_parties": (("invoices", partner_rows),),
    "balance_months": (("balances", balance_months),),
}
# Summed by month before anything else: there are many sums by customer, and far fewer months.
_ENTRIES = {("flow_months", "flows"), ("invoice_months", "invoices")}
_NEEDS = {
    "flows_monthly": {"month", "sales_in_cny"},
    "flows": {"date", "direction", "amount_cny", "summary"},
    "balances": {"month", "avg_daily_cny", "n_days"},
    "invoices_monthly": {"month", "sales_cny", "red_cny"},
    "invoices": {"date", "direction", "amount_cny"},
}


def build(
    tables: Mapping[str, ir.Table],
    given: Mapping[str, frozenset[str]],
    clock: Clock,
    keep: Keep,
) -> dict[str, ir.Table]:
    """Return the marts that ``tables`` allow, of what was known on the observation date."""
    known = {name: _known(table, clock) for name, table in usable(tables, given).items()}
    return combined(pieces(known, keep))


def usable(
    tables: Mapping[str, ir.Table], given: Mapping[str, frozenset[str]]
) -> dict[str, ir.Table]:
    """Return the tables marts are made of, where the columns that matter are given."""
    return {
        name: tables[name]
        for name, columns in _NEEDS.items()
        if name in tables and columns <= given.get(name, frozenset())
    }


def _known(table: ir.Table, clock: Clock) -> ir.Table:
    if "date" in table.columns:
        return table.filter(table.date <= clock.as_of)
    return table.filter(table.month <= clock.last_month)


def pieces(sources: Mapping[str, ir.Table], keep: Keep) -> dict[tuple[str, str], ir.Table]:
    """Return (mart, source) → the rows that source adds to that mart, not summed yet.

    Of single entries the month is still a number, which is cheaper to sum by than a date.
    """
    return {
        (mart, source): make(sources[source], *([keep] if make is flow_rows else []))
        for mart, pairs in _FROM.items()
        for source, make in pairs
        if source in sources
    }


def combined(made: Mapping[tuple[str, str], ir.Table]) -> dict[str, ir.Table]:
    """Return the marts. Where a month comes both as a sum and entry by entry, the sums are taken
    and the entries add what only they can tell.

    Rows of months are left as they are: whoever uses a mart sums them anyway.
    """
    marts = {}
    for mart, pairs in _FROM.items():
        parts = [
            summed(mart, made[mart, source]) if (mart, source) in _ENTRIES else made[mart, source]
            for source, _ in pairs
            if (mart, source) in made
        ]
        if parts:
            marts[mart] = _prefer(*parts) if len(parts) > 1 else parts[0]
    return marts


def _prefer(sums: ir.Table, entries: ir.Table) -> ir.Table:
    """Rows of ``sums`` filled up from ``entries``; months that only ``entries`` have are added."""
    other = entries.rename(lambda name: f"{name}_e")
    both = sums.outer_join(
        other, [sums.customer_id == other.customer_id_e, sums.month == other.month_e]
    )
    columns = {name: ibis.coalesce(both[name], both[f"{name}_e"]) for name in sums.columns}
    finer = {n: ibis.coalesce(both[f"{n}_e"], both[n]) for n in sums.columns if n in _GREATEST}
    return both.select(**columns | finer)


def merge(mart: str, old: ir.Table, new: ir.Table, *, less: ir.Table | None = None) -> ir.Table:
    """Return ``old`` with ``new`` added, key by key, and ``less`` taken off what is summed."""
    if mart == "flow_openings":  # the first entry stays the first
        return old.union(new.join(old, "customer_id", how="anti").select(old.columns))
    both = old.union(_dated(new).select(old.columns))
    if less is not None:
        sums = [name for name in old.columns if name not in {*KEYS[mart], *_GREATEST}]
        less = less.mutate(**{n: -less[n] for n in sums})
        both = both.union(_dated(less).select(old.columns))
    return summed(mart, both)


def summed(mart: str, rows: ir.Table) -> ir.Table:
    """Return one row per key of the mart: sums, and the latest of dates."""
    if mart == "flow_openings":
        return rows
    keys = list(KEYS[mart])
    rest = {
        name: rows[name].max() if name in _GREATEST else rows[name].sum()
        for name in rows.columns
        if name not in keys
    }
    return _dated(rows.group_by(keys).agg(**rest))


def _dated(t: ir.Table) -> ir.Table:
    return t.mutate(month=first_day_of(t.month)) if t.month.type().is_integer() else t
