"""Observed tables about money: account entries, monthly sums, balances, invoices, tax."""

import numpy as np
import pyarrow as pa

from smeprofile.dictionary import FLOW_DIRECTIONS, INVOICE_DIRECTIONS, TAX_GRADES, TAX_STATUSES
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import columns as c
from smeprofile.simulate import invoices, split, traits
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.invoices import BOUGHT, RED, SOLD, VOID
from smeprofile.simulate.money import (
    CURRENT_IN,
    CURRENT_OUT,
    INS,
    LOAN_IN,
    OUTS,
    OWN_IN,
    OWN_OUT,
    POWER,
    PURCHASE,
    REFUND,
    RENT,
    REPAY,
    SALES,
    TAX,
    WAGE,
)  # fmt: skip
from smeprofile.simulate.setting import first_day
from smeprofile.simulate.traits import running_number

_KIND_COLUMNS = {
    "sales_in_cny": SALES, "refund_in_cny": REFUND, "own_in_cny": OWN_IN,
    "loan_in_cny": LOAN_IN, "current_in_cny": CURRENT_IN, "purchase_out_cny": PURCHASE,
    "wage_out_cny": WAGE, "tax_out_cny": TAX, "rent_out_cny": RENT, "utility_out_cny": POWER,
    "repay_out_cny": REPAY, "own_out_cny": OWN_OUT, "current_out_cny": CURRENT_OUT,
}  # fmt: skip
PER_CUSTOMER = 1_000_000  # entries are numbered within the customer, below this


def _shown(x: Chunk) -> tuple[np.ndarray, np.ndarray]:
    """Return (customer, month) positions of the months with an open account and a day told."""
    return np.nonzero(x.money.is_open & (x.sums["n_days"] > 0))


def flows_monthly(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``flows_monthly``."""
    at = _shown(x)
    kinds = x.sums["by_kind"][at]
    n_ins = len(INS)
    return {
        "customer_id": c.words(x.ids, at[0]),
        "month": c.month_days(x.setting.months_shown[at[1]]),
        "n_in": c.whole(x.sums["n_in"][at]),
        "n_out": c.whole(x.sums["n_out"][at]),
        "n_night": c.whole(x.sums["n_night"][at]),
        "in_cny": c.yuan(kinds[:, :n_ins].sum(1)),
        "out_cny": c.yuan(kinds[:, n_ins:].sum(1)),
        **{name: c.yuan(kinds[:, kind]) for name, kind in _KIND_COLUMNS.items()},
    }


def balances(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``balances``."""
    at = _shown(x)
    n_days = x.sums["n_days"][at]
    mean = np.round(x.sums["day_sum"][at] / n_days).astype(np.int64)
    return {
        "customer_id": c.words(x.ids, at[0]),
        "month": c.month_days(x.setting.months_shown[at[1]]),
        "opening_cny": c.yuan(x.money.opening[at]),
        "closing_cny": c.yuan(x.sums["closing"][at]),
        "avg_daily_cny": c.yuan(mean),
        "min_daily_cny": c.yuan(x.sums["lowest"][at]),
        "n_days": c.whole(n_days),
    }


def flows(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``flows``: the entries of the customers and months asked for."""
    s, e, n_months = x.setting, x.entries, len(x.setting.months_shown)
    kept = np.flatnonzero(txn_cells(x)[e.cell])
    order = kept[np.argsort(split.order_key(e)[kept], kind="stable")]
    cell, kind, fen = e.cell[order], e.kind[order], e.fen[order]
    at, month = cell // n_months, s.months_shown[cell % n_months]
    is_in = kind < len(INS)
    balance = np.cumsum(np.where(is_in, fen, -fen))
    number = running_number(at)
    starts = np.flatnonzero(number == 1)
    before = x.money.opening.ravel()[cell[starts]]
    offset = before - np.concatenate([[0], balance[starts[1:] - 1]]) if len(starts) else before
    lengths = np.diff(np.append(starts, len(cell)))
    names, party = _parties(x, at, month, kind, e.slot[order])
    return {
        "flow_id": c.whole(x.t.who[at] * PER_CUSTOMER + number),
        "customer_id": c.words(x.ids, at),
        "date": c.days(first_day(s.months_shown)[cell % n_months] + e.day[order] - 1),
        "hour": c.whole(e.hour[order]),
        "direction": c.words(FLOW_DIRECTIONS, np.where(is_in, 0, 1)),
        "amount_cny": c.yuan(fen),
        "balance_cny": c.yuan(balance + np.repeat(offset, lengths)),
        "counterparty": c.words(names, party),
        "summary": c.words(INS + OUTS, kind),
    }


def txn_cells(x: Chunk) -> np.ndarray:
    """Return, per customer × shown month, whether its single entries are told."""
    s, n_months = x.setting, len(x.setting.months_shown)
    chosen = np.ones(len(x.t.who), bool)
    if s.txn_customers is not None:
        chosen = np.isin(x.t.who, s.txn_who)
    late = np.arange(n_months) >= n_months - (s.txn_months or n_months)
    return (chosen[:, None] & late[None, :]).ravel()


def _parties(x: Chunk, at, month, kind, slot) -> tuple[np.ndarray, np.ndarray]:
    """Return names and, per entry, the position of the other party's.

    Each customer has partners of its own, a few of which bring most of the money ([P]).
    """
    s, who = x.setting, x.t.who
    d, pool = s.draws, traits.pool_size(s)
    names = np.concatenate(
        [traits.pool_names(s), a.SPECIAL_PARTIES, [s.bank], x.names.astype(object)]
    )
    few = 2 + np.floor(14 * d.uniform("partners", who) ** 1.5 + 4 * (x.t.settlement > 0.5))
    u = d.uniform("partner", who[at], month, slot * 16 + kind)
    side = np.where(np.isin(kind, (PURCHASE, REFUND)), 1, 0)
    rank = np.floor(few[at] * u ** (1.6 + side)).astype(np.int64)
    party = d.integers("party", 0, pool, who[at], side, rank)
    mates = d.integers("mates", 0, pool, np.maximum(x.t.ring[at], 0) + 1, 0, slot % 3)
    current = np.isin(kind, (CURRENT_IN, CURRENT_OUT))
    party = np.where(current & (x.t.ring[at] >= 0), mates, party)
    for k, name in enumerate((WAGE, TAX, RENT, POWER)):
        party = np.where(kind == name, pool + k, party)
    party = np.where(np.isin(kind, (LOAN_IN, REPAY)), pool + 4, party)
    return names, np.where(np.isin(kind, (OWN_IN, OWN_OUT)), pool + 5 + at, party)


def invoices_monthly(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``invoices_monthly``."""
    i = x.invoices
    at = np.nonzero(i.told)
    fen, counts = i.fen[at], i.counts[at]
    vat = (fen[:, SOLD] - fen[:, RED]) * x.money.vat_rate[at]
    return {
        "customer_id": c.words(x.ids, at[0]),
        "month": c.month_days(x.setting.months_shown[at[1]]),
        "n_sales": c.whole(counts[:, SOLD]),
        "sales_cny": c.yuan(fen[:, SOLD]),
        "n_red": c.whole(counts[:, RED]),
        "red_cny": c.yuan(fen[:, RED]),
        "n_void": c.whole(counts[:, VOID]),
        "n_purchases": c.whole(counts[:, BOUGHT]),
        "purchase_cny": c.yuan(fen[:, BOUGHT]),
        "vat_cny": c.yuan(np.round(vat).astype(np.int64)),
    }


def invoice_lines(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``invoices``."""
    s, n_months = x.setting, len(x.setting.months_shown)
    cells = np.flatnonzero(txn_cells(x) & x.invoices.told.ravel())
    rows = invoices.lines(s, x.t, x.money, x.invoices, cells)
    if not rows:
        return {}
    at, month = rows["cell"] // n_months, s.months_shown[rows["cell"] % n_months]
    kind = rows["kind"]
    pseudo = np.where(kind == BOUGHT, PURCHASE, SALES)
    names, party = _parties(x, at, month, pseudo, rows["slot"] + 64)
    return {
        "invoice_id": c.whole(x.t.who[at] * PER_CUSTOMER + running_number(at)),
        "customer_id": c.words(x.ids, at),
        "date": c.days(first_day(s.months_shown)[rows["cell"] % n_months] + rows["day"] - 1),
        "direction": c.words(INVOICE_DIRECTIONS, np.where(kind == BOUGHT, 1, 0)),
        "amount_cny": c.yuan(np.where(kind == RED, -rows["fen"], rows["fen"])),
        "vat_rate": c.numbers(rows["vat_rate"], digits=4),
        "counterparty": c.words(names, party),
        "is_red": c.flags(kind == RED),
        "is_void": c.flags(kind == VOID),
    }


def tax(x: Chunk) -> dict[str, pa.Array]:
    """Return the columns of ``tax``."""
    rows = invoices.returns(x.setting, x.t, x.life, x.money, x.invoices)
    unknown = rows["status"] == 2
    return {
        "customer_id": c.words(x.ids, rows["who"]),
        "month": c.month_days(rows["month"]),
        "status": c.words(TAX_STATUSES, rows["status"]),
        "invoiced_cny": c.yuan(rows["invoiced"], unknown),
        "red_cny": c.yuan(rows["red"], unknown),
        "taxable_sales_cny": c.yuan(rows["taxable"], unknown),
        "vat_due_cny": c.yuan(rows["vat"], unknown),
        "tax_grade": c.words(TAX_GRADES, rows["grade"]),
        "arrived_date": c.days(rows["arrived"]),
    }
