"""The monthly mart: sums by customer and month, in whole fen, from which the tags are made.

Every column is a sum, a minimum or a maximum, so a day's rows are added to what is there
(``merge``, ``state``) and the result is that of a full rebuild, to the last fen.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.tags.clock import Clock, day_before, fen, month_end_of, month_of

# Money that goes out again in the same amount within so many days never served the business;
# smaller sums meet by chance. Both are the course's convention.
PASS_DAYS = 2
PASS_CNY = 1_000
ROUND_CNY = 10_000  # a "round" entry is a multiple of this

FLOW_KEYS = ("customer_id", "month")
PARTY_KEYS = ("customer_id", "month", "counterparty", "direction")
COLUMNS = (*FLOW_KEYS, "in_fen", "out_fen", "sales_fen", "current_in_fen", "repay_out_fen",
           "pass_sales_fen", "pass_fen", "net_day_fen", "n", "n_night", "n_round",
           "last_sales_date", "last_date", "first_id")  # fmt: skip
_LEAST, _GREATEST = {"first_id"}, {"last_sales_date", "last_date"}


def flow_months(flows: ir.Table) -> ir.Table:
    """Return one row per customer and month of ``flows``: sums in fen, counts, last dates."""
    t = _in_fen(flows)
    sales = t.is_in & (t.summary == "货款")
    sums = t.group_by(list(FLOW_KEYS)).agg(
        in_fen=t.fen.sum(where=t.is_in),
        out_fen=t.fen.sum(where=~t.is_in),
        sales_fen=t.fen.sum(where=sales),
        current_in_fen=t.fen.sum(where=t.is_in & (t.summary == "往来款")),
        repay_out_fen=t.fen.sum(where=~t.is_in & (t.summary == "还款")),
        net_day_fen=(t.is_in.ifelse(t.fen, -t.fen) * t.date.day()).sum(),
        n=_count(t),
        n_night=_count(t, (t.hour >= 22) | (t.hour < 6)),
        n_round=_count(t, t.fen % (ROUND_CNY * 100.0) == 0),
        last_sales_date=t.date.max(where=sales),
        last_date=t.date.max(),
        first_id=t.flow_id.min(),
    )
    passed = _passed(t)
    joined = sums.left_join(passed, list(FLOW_KEYS))
    zeros = {name: joined[name].fill_null(0) for name in ("pass_sales_fen", "pass_fen")}
    whole = [name for name in sums.columns if name.endswith("_fen")]
    return joined.mutate(**zeros, **{name: joined[name].fill_null(0) for name in whole}).select(
        *COLUMNS
    )


def _count(t: ir.Table, where: ir.BooleanValue | None = None) -> ir.FloatingValue:
    # Sums of float64 stay what they are on every engine; sums of int64 don't (HUGEINT).
    return t.count(where=where).cast("float64")


def _in_fen(flows: ir.Table) -> ir.Table:
    month = month_of(flows.date)
    return flows.mutate(month=month, fen=fen(flows.amount_cny), is_in=flows.direction == "in")


def _passed(t: ir.Table) -> ir.Table:
    """Sums of what came in and went out again in the same amount, by the month it came in."""
    worth = t.fen >= PASS_CNY * 100
    into = t.filter(t.is_in & t.summary.isin(["货款", "往来款"]) & worth)
    out = t.filter(~t.is_in & t.summary.isin(["货款", "往来款", "同名划转"]) & worth)
    # One row for each day the money may have come in: equal keys join fast on every engine.
    days = [
        out.select("customer_id", "fen", date=day_before(out.date, k)) for k in range(PASS_DAYS + 1)
    ]
    met = into.join(days[0].union(*days[1:]), ["customer_id", "fen", "date"], how="semi")
    return met.group_by(list(FLOW_KEYS)).agg(
        pass_sales_fen=met.fen.sum(where=met.summary == "货款"), pass_fen=met.fen.sum()
    )


def flow_months_of_sums(monthly: ir.Table) -> ir.Table:
    """Return the same columns from ``flows_monthly``; what only entries can tell is missing."""
    t, unknown = monthly, ibis.null("float64")
    end = month_end_of(t.month)
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
        last_sales_date=(t.sales_in_cny > 0).ifelse(end, ibis.null("date")),
        last_date=end,
        first_id=ibis.null("int64"),
    )
    return made.select(*COLUMNS)


def flow_parties(flows: ir.Table) -> ir.Table:
    """Return one row per customer, month and payer: sales received, in fen."""
    t = flows.filter((flows.direction == "in") & (flows.summary == "货款"))
    return _by_party(t.mutate(fen=fen(t.amount_cny)))


def flow_openings(flows: ir.Table) -> ir.Table:
    """Return one row per customer: the balance before the first entry, in fen, and its number."""
    first = flows.group_by("customer_id").agg(first_id=flows.flow_id.min())
    t = flows.join(first, [flows.flow_id == first.first_id, "customer_id"])
    moved = (t.direction == "in").ifelse(fen(t.amount_cny), -fen(t.amount_cny))
    t = t.mutate(opening_fen=fen(t.balance_cny) - moved)
    return t.group_by("customer_id").agg(
        opening_fen=t.opening_fen.min(), first_id=t.first_id.min(), first_date=t.date.min()
    )


def invoice_months(invoices: ir.Table) -> ir.Table:
    """Return one row per customer and month of ``invoices``; void ones are only counted."""
    t = invoices.mutate(month=month_of(invoices.date), fen=fen(invoices.amount_cny))
    void, red, sold = t.is_void.fill_null(False), t.is_red, t.direction == "销项"
    # Thousandths of a fen: a line's tax has fractions that must not be lost one by one.
    vat = (t.amount_cny * t.vat_rate * 100_000.0).round(0).cast("float64")
    return t.group_by(["customer_id", "month"]).agg(
        sales_fen=t.fen.sum(where=sold & ~red & ~void).fill_null(0),
        red_fen=(-t.fen).sum(where=sold & red & ~void).fill_null(0),
        vat_milli=vat.sum(where=sold & ~void),
        n_sales=_count(t, sold & ~red & ~void),
        n_red=_count(t, sold & red),
        n_void=_count(t, sold & void),
        purchase_fen=t.fen.sum(where=~sold & ~void).fill_null(0),
    )


def invoice_months_of_sums(monthly: ir.Table) -> ir.Table:
    """Return the same columns from ``invoices_monthly``."""
    t = monthly
    return t.select(
        "customer_id",
        "month",
        sales_fen=fen(t.sales_cny),
        red_fen=fen(t.red_cny),
        vat_milli=(t.vat_cny * 100_000.0).round(0).cast("float64"),
        n_sales=t.n_sales.cast("float64"),
        n_red=t.n_red.cast("float64"),
        n_void=t.n_void.cast("float64"),
        purchase_fen=fen(t.purchase_cny),
    )


def invoice_parties(invoices: ir.Table) -> ir.Table:
    """Return one row per customer, month, partner and direction: net of red letters, in fen."""
    t = invoices.filter(~invoices.is_void.fill_null(False))
    return _by_party(t.mutate(fen=fen(t.amount_cny)))


def _by_party(rows: ir.Table) -> ir.Table:
    month = month_of(rows.date)
    t = rows.mutate(month=month)
    return t.group_by(list(PARTY_KEYS)).agg(fen=t.fen.sum())


def balance_months(balances: ir.Table) -> ir.Table:
    """Return one row per customer and month: sum of the end-of-day balances, in fen, and days."""
    t = balances
    return t.select(
        "customer_id", "month", day_sum_fen=fen(t.avg_daily_cny) * t.n_days, n_days=t.n_days.cast("float64")
    )


KEYS = {"flow_months": FLOW_KEYS, "flow_parties": PARTY_KEYS, "flow_openings": ("customer_id",),
        "invoice_months": FLOW_KEYS,
        "invoice_parties": PARTY_KEYS, "balance_months": FLOW_KEYS}  # fmt: skip
_FROM: dict[str, tuple] = {
    "flow_months": (("flows_monthly", flow_months_of_sums), ("flows", flow_months)),
    "flow_parties": (("flows", flow_parties),),
    "flow_openings": (("flows", flow_openings),),
    "invoice_months": (("invoices_monthly", invoice_months_of_sums), ("invoices", invoice_months)),
    "invoice_parties": (("invoices", invoice_parties),),
    "balance_months": (("balances", balance_months),),
}
_NEEDS = {
    "flows_monthly": {"month", "sales_in_cny"},
    "flows": {"date", "direction", "amount_cny", "summary"},
    "balances": {"month", "avg_daily_cny", "n_days"},
    "invoices_monthly": {"month", "sales_cny", "red_cny"},
    "invoices": {"date", "direction", "amount_cny"},
}
SOURCES = tuple(_NEEDS)


def build(
    tables: Mapping[str, ir.Table], given: Mapping[str, frozenset[str]], clock: Clock
) -> dict[str, ir.Table]:
    """Return the marts that ``tables`` allow, of what was known on the observation date."""
    known = {name: _known(table, clock) for name, table in usable(tables, given).items()}
    return combined(pieces(known))


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


def pieces(sources: Mapping[str, ir.Table]) -> dict[tuple[str, str], ir.Table]:
    """Return (mart, source) → what that source adds to that mart."""
    return {
        (mart, source): make(sources[source])
        for mart, pairs in _FROM.items()
        for source, make in pairs
        if source in sources
    }


def combined(made: Mapping[tuple[str, str], ir.Table]) -> dict[str, ir.Table]:
    """Return the marts. Where a month comes both as a sum and entry by entry, the sums are taken
    and the entries add what only they can tell."""
    marts = {}
    for mart, pairs in _FROM.items():
        parts = [made[mart, source] for source, _ in pairs if (mart, source) in made]
        if parts:
            marts[mart] = parts[0] if len(parts) == 1 else _prefer(*parts)
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
    keys = list(KEYS[mart])
    rest = [name for name in old.columns if name not in keys]
    both = old.union(new.select(old.columns))
    if less is not None:
        sums = [name for name in rest if name not in _LEAST | _GREATEST]
        both = both.union(less.mutate(**{n: -less[n] for n in sums}).select(old.columns))
    return both.group_by(keys).agg(**{name: _merged(both, name) for name in rest})


def _merged(table: ir.Table, name: str) -> ir.Value:
    if name in _LEAST:
        return table[name].min()
    return table[name].max() if name in _GREATEST else table[name].sum()
