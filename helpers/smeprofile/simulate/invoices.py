"""Invoices and tax returns of customers who share tax data; yearly statements."""

from dataclasses import dataclass

import numpy as np

from smeprofile.simulate import assumptions as a
from smeprofile.simulate.bureau import tax_consent_day
from smeprofile.simulate.life import Life, stocking
from smeprofile.simulate.money import Money, deals, general_rates
from smeprofile.simulate.plans import NEVER
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.split import split_amounts
from smeprofile.simulate.traits import Traits, column

SOLD, RED, VOID, BOUGHT = range(4)
Rows = dict[str, np.ndarray]


@dataclass(frozen=True)
class Invoices:
    """Customers × shown months, fen: sold before red letters, red (positive), voided, bought."""

    fen: np.ndarray
    counts: np.ndarray
    told: np.ndarray  # months wholly over by the last day, of customers who share tax data


def invoices(setting: Setting, t: Traits, life: Life, m: Money) -> Invoices:
    """Return a chunk's monthly invoice totals and counts, drawn before any single line.

    Services invoice little of what they sell; the less honest leave out more; some months have
    none although business went on. Shares and noise are [P].
    """
    months, d, who = setting.months_shown, setting.draws, t.who[:, None]
    skip = len(setting.months_all) - len(months)
    share = (m.last - m.first + 1) / (first_day(months + 1) - first_day(months)) * m.is_open
    sales = life.sales[:, skip:] * share
    shares_tax = t.shares_tax[:, None] & m.is_open

    def uniform(name: str) -> np.ndarray:
        return d.uniform(name, who, months)

    noise = np.exp(0.18 * d.normal("i_sold", who, months))
    skips = uniform("i_gap") < 0.015 + 0.05 * (1 - t.honesty[:, None])
    sold = sales * t.invoiced[:, None] * noise * ~skips * shares_tax
    red = sold * (0.01 + 0.11 * uniform("i_red_size")) * (uniform("i_red") < 0.12)
    void = (
        sold * 0.04 * uniform("i_void_size") * (uniform("i_void") < 0.07) * (months < a.VOID_ENDS)
    )
    buys = 0.80 * (1 - t.margin[:, None]) * (0.35 + 0.6 * t.invoiced[:, None])
    buys *= np.where(a.SERVICES, 0.45, 1.0)[t.trade][:, None]  # most of theirs is wages
    buys = buys * stocking(months)[t.trade]
    bought = sales * buys * np.exp(0.2 * d.normal("i_bought", who, months)) * shares_tax
    fen = np.round(np.stack([sold, red, void, bought], axis=2) * 100).astype(np.int64)
    fen[fen < 10_000] = 0  # no invoice below a hundred yuan
    usual = deals(setting, t)[:, None, None] * np.array([0.8, 0.1, 0.1, 0.5])
    z = d.normal("i_count", who[:, :, None], months[:, None], np.arange(4))
    counts = np.clip(np.floor(usual * np.exp(0.3 * z) + 0.5), 1, np.maximum(fen // 10_000, 1))
    counts = np.where(fen > 0, np.minimum(counts, 60), 0).astype(np.int64)
    signed = tax_consent_day(setting, t, life) <= setting.end_day
    whole = (first_day(months + 1) - 1 <= setting.end_day) & signed[:, None]
    return Invoices(fen, counts, whole & m.is_open)


def lines(setting: Setting, t: Traits, m: Money, i: Invoices, cells: np.ndarray) -> Rows:
    """Return the invoice lines of the given cells (customer × shown month), in order of day."""
    n_months, parts = m.is_open.shape[1], []
    for kind in range(4):
        fen = i.fen[:, :, kind].ravel()[cells]
        at = cells[(fen > 0) & i.told.ravel()[cells]]
        if not len(at):
            continue
        who, month = t.who[at // n_months], setting.months_shown[at % n_months]
        totals = i.fen[:, :, kind].ravel()[at]
        segment, slot, part = split_amounts(
            setting, f"line{kind}", who, month, totals, i.counts[:, :, kind].ravel()[at]
        )
        u = setting.draws.uniform(f"line_day{kind}", who[segment], month[segment], slot)
        first, last = m.first.ravel()[at][segment], m.last.ravel()[at][segment]
        day = first + np.floor(u * (last - first + 1)).astype(np.int64)
        parts.append((at[segment], day, part, np.full(len(part), kind), slot))
    if not parts:
        return {}
    cell, day, fen, kind, slot = (np.concatenate([p[k] for p in parts]) for k in range(5))
    order = np.argsort(((cell * 32 + day) * 4 + kind) * 64 + slot, kind="stable")
    order = order[fen[order] > 0]
    names = ("cell", "day", "fen", "kind", "slot")
    rows = dict(zip(names, (x[order] for x in (cell, day, fen, kind, slot)), strict=True))
    bought_at = general_rates(t)[rows["cell"] // n_months]
    rows["vat_rate"] = np.where(rows["kind"] == BOUGHT, bought_at, m.vat_rate.ravel()[rows["cell"]])
    return rows


def returns(setting: Setting, t: Traits, life: Life, m: Money, i: Invoices) -> Rows:
    """Return one row per customer and month whose return the bank had by the last day.

    The bank has it from the 15th of the next month on, and not before the customer's consent.
    """
    months, d = setting.months_shown, setting.draws
    signed = tax_consent_day(setting, t, life)[:, None]
    arrived = np.maximum((first_day(months + 1) + a.TAX_DUE_DAY - 1)[None, :], signed)
    had = i.told & (arrived <= setting.end_day) & (arrived < NEVER)
    who, month = np.nonzero(had)
    number, when = t.who[who], months[month]
    sold, red = i.fen[who, month, SOLD], i.fen[who, month, RED]
    unfiled = d.uniform("unfiled", number, when) < 0.012 + 0.06 * (1 - t.honesty[who])
    status = np.where(unfiled, 2, np.where(sold == 0, 1, 0))
    off_invoice = 1 + 0.25 * (1 - t.invoiced[who]) * t.honesty[who]
    taxable = np.round((sold - red) * off_invoice).astype(np.int64)
    small = m.vat_rate[who, month] == 0.01
    burden = np.where(small, 0.01, 0.018 + 0.004 * d.normal("burden", number))
    return {
        "who": who, "month": when, "status": status, "invoiced": sold, "red": red,
        "taxable": taxable, "vat": np.round(taxable * np.maximum(burden, 0.002)).astype(np.int64),
        "grade": grades(setting, t, who, when), "arrived": arrived[who, month],
    }  # fmt: skip


def grades(setting: Setting, t: Traits, who: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Return the tax credit grade in force (position), given anew each April for the year before.

    Honesty shows in it, dimly ([P]); most keep theirs from year to year. M is no middling mark: it
    is for firms founded in the year judged, or since.
    """
    d, number, year = setting.draws, t.who[who], (month - 3) // 12
    luck = 0.9 * d.normal("grade", number) + 0.4 * d.normal("grade_year", number, year * 12)
    x = 1.2 * (t.honesty[who] - 0.88) / 0.15 + 0.35 * t.quality[who] + luck
    judged = np.array([4, 3, 1, 0])[np.searchsorted(np.array([-2.4, -1.3, 1.3]), x)]
    return np.where(t.established[who] >= first_day((year - 1) * 12), 2, judged)


def statements(setting: Setting, t: Traits, life: Life, grown: np.ndarray) -> Rows:
    """Return one row per customer and past year with a statement (audited ones are few).

    Balance-sheet items follow from the year's sales and the trade's days ([P]); a statement is
    in the bank's hands by the 20th of May. ``grown`` is sales of a year per customer × month.
    """
    d, months, parts = setting.draws, setting.months_all, []
    gives = d.uniform("statements", t.who) < np.where(t.log_sales > np.log(2.5e5), 0.75, 0.30)
    for year in range(int(months[0]) // 12, int(months[-1]) // 12 + 1):
        end, arrived = year * 12 + 11, first_day(np.array([year * 12 + 16]))[0] + 19
        if end < months[0] + 11 or end > months[-1] or arrived > setting.end_day:
            continue
        k = end - months[0]
        old = (t.established < first_day(np.array([year * 12]))[0]) & (t.opened < arrived)
        who = np.flatnonzero(gives & old & (life.exit_day > arrived) & (grown[:, k] > 1000))
        parts.append(_statement(setting, t, who, year, grown[who, k], arrived))
    if not parts:
        return {}
    rows = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    order = np.lexsort((rows["year"], rows["who"]))
    return {name: values[order] for name, values in rows.items()}


def _statement(setting: Setting, t: Traits, who, year: int, sales, arrived) -> Rows:
    d, number = setting.draws, t.who[who]

    def noise(name: str, sigma: float) -> np.ndarray:
        return np.exp(sigma * d.normal(name, number, year * 12))

    audited = d.uniform("audited", number) < np.where(sales > 8e6, 0.35, 0.04)
    flatter = np.where(audited, 1.0, 1 + 0.25 * (1 - t.honesty[who]))
    revenue = sales * flatter * noise("s_sales", 0.04)
    trade = t.trade[who]
    profit = revenue * (t.margin[who] + 0.012 * d.normal("s_margin", number, year * 12))
    assets = sales * t.assets_share[who] * noise("s_assets", 0.08)
    cost = revenue * (0.74 - 0.3 * a.SERVICES[trade]) * noise("s_cost", 0.05)
    stock = cost * column("stock_days")[trade] / 360 * noise("s_stock", 0.2)
    receivable = revenue * column("receivable_days")[trade] / 360 * noise("s_receivable", 0.2)
    payable = cost * column("payable_days")[trade] / 360 * noise("s_payable", 0.2)
    cash = sales / 12 * t.cash_months[who]
    prepaid, advance = (
        0.04 * cost * noise("s_prepaid", 0.5),
        0.03 * revenue * noise("s_advance", 0.5),
    )
    current = stock + receivable + cash + prepaid
    debts = payable + advance + 0.18 * assets * noise("s_debt", 0.5)
    yuan = {
        "revenue": revenue, "cost": cost, "profit": profit,
        "assets": np.maximum(assets, 1.05 * current), "current": current, "stock": stock,
        "receivable": receivable, "prepaid": prepaid, "liabilities": 1.08 * debts,
        "current_liabilities": debts, "payable": payable, "advance": advance,
        "cash_flow": profit + 0.02 * revenue * d.normal("s_cash", number, year * 12),
    }  # fmt: skip
    whole = {name: np.round(values, -2) for name, values in yuan.items()}
    n = len(who)
    return {"who": who, "year": np.full(n, year), "audited": audited,
            "arrived": np.full(n, arrived), **whole}  # fmt: skip
