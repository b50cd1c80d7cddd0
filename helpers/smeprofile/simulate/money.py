"""What passes through the account each month, in fen, before it is split into entries."""

from dataclasses import dataclass

import numpy as np

from smeprofile.dictionary import FLOW_SUMMARIES
from smeprofile.simulate.life import Life, stocking
from smeprofile.simulate.plans import Plans
from smeprofile.simulate.setting import Setting, first_day, month_of
from smeprofile.simulate.traits import Traits, column

INS, OUTS = FLOW_SUMMARIES["in"], FLOW_SUMMARIES["out"]
SALES, REFUND, OWN_IN, LOAN_IN, CURRENT_IN = range(5)
PURCHASE, WAGE, TAX, RENT, POWER, REPAY, OWN_OUT, CURRENT_OUT = range(5, 13)
N_KINDS = len(INS) + len(OUTS)
CASH_KINDS = (0, 1, 2)  # repayments that pass through the account: 正常 逾期 提前
SMALL_SCALE_CNY = 5_000_000
_VAT_RATES = np.array([0.13, 0.13, 0.13, 0.09, 0.09, 0.13, 0.13, 0.09, 0.06, 0.06, 0.06, 0.13,
                       0.06, 0.06, 0.06, 0.06, 0.13])  # fmt: skip


@dataclass(frozen=True)
class Money:
    """Customers × shown months. ``fen`` has a third axis: the kinds of ``INS`` and ``OUTS``.

    ``first`` and ``last`` are the days of the month between which the account was open;
    ``opening`` and ``closing`` are balances in fen. ``loan_entries`` are single entries that
    happened on known days: cell (customer × month), day of month, fen, kind.
    """

    fen: np.ndarray
    opening: np.ndarray
    first: np.ndarray
    last: np.ndarray
    is_open: np.ndarray
    loan_entries: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    vat_rate: np.ndarray  # on sales


def money(setting: Setting, t: Traits, life: Life, plans: Plans) -> Money:
    """Return a chunk's monthly amounts. A month's balance at its end is drawn; purchases, or the
    owner's own transfers, take up the rest, so that every month balances exactly."""
    months, d, who = setting.months_shown, setting.draws, t.who[:, None]
    skip = len(setting.months_all) - len(months)
    starts, ends = first_day(months), first_day(months + 1)
    n_days = ends - starts
    is_open = life.is_open[:, skip:]
    first = np.clip(t.opened[:, None] - starts + 1, 1, n_days)
    last = np.clip(life.exit_day[:, None] - starts + 1, 1, n_days)
    share = (last - first + 1) / n_days * is_open
    sales = life.sales[:, skip:] * t.settlement[:, None] * share
    # Sales are told without VAT, as books and invoices do; who pays, pays it too.
    vat_rate = vat_rates(t, life)[:, skip:]
    gross = sales * (1 + vat_rate)

    def uniform(name: str) -> np.ndarray:
        return d.uniform(name, who, months)

    def noise(name: str, sigma: float) -> np.ndarray:
        return np.exp(sigma * d.normal(name, who, months))

    fen = np.zeros((*is_open.shape, N_KINDS), np.int64)

    def put(kind: int, yuan: np.ndarray) -> None:
        fen[:, :, kind] = np.round(np.maximum(yuan, 0) * 100).astype(np.int64)

    put(SALES, gross * noise("m_sales", 0.12))
    put(REFUND, gross * 0.03 * uniform("m_refund_size") * (uniform("m_refund") < 0.10))
    ring = (t.ring >= 0)[:, None]
    passes = np.where(
        ring, uniform("m_pass") < 0.55, uniform("m_pass") < 0.035 + 0.05 * (1 - t.honesty[:, None])
    )
    size = np.where(ring, 0.3 + 1.2 * uniform("m_pass_size"), 0.05 + 0.35 * uniform("m_pass_size"))
    put(CURRENT_IN, sales * size * passes)
    came = fen[:, :, CURRENT_IN]
    fen[:, :, CURRENT_IN] = np.where(ring, came // 100_000 * 100_000, came)  # round sums
    fen[:, :, CURRENT_OUT] = fen[:, :, CURRENT_IN]
    put(OWN_IN, sales * (0.1 + 0.5 * uniform("m_own_in_size")) * (uniform("m_own_in") < 0.10))
    wage = (
        t.staff[:, None] * 5200 * noise("m_wage", 0.05) * np.minimum(t.settlement[:, None] * 1.1, 1)
    )
    put(WAGE, np.minimum(wage, 0.45 * sales))
    put(TAX, sales * 0.018 * noise("m_tax", 0.2))
    rents = (d.uniform("rents", t.who) < 0.7)[:, None] & (months % 3 == 0)
    put(RENT, np.minimum(t.staff[:, None] * 900.0, 0.12 * sales) * 3 * rents * share)
    put(POWER, sales * t.power_share[:, None] * noise("m_power", 0.1))
    put(OWN_OUT, sales * (0.05 + 0.3 * uniform("m_own_out_size")) * (uniform("m_own_out") < 0.14))
    entries = _loan_entries(setting, plans)
    # What comes after the account is closed is paid in cash, not through it.
    through = is_open.ravel()[entries[0]] & (entries[1] <= last.ravel()[entries[0]])
    entries = tuple(column[through] for column in entries)
    if len(entries[0]):
        cell, _, amount, kind = entries
        np.add.at(fen.reshape(-1, N_KINDS), (cell, kind), amount)
    closing = _closing(setting, t, life, is_open)
    _balance(fen, closing[:, :-1], closing[:, 1:], gross * (1 - t.margin[:, None]) * 1.05)
    return Money(fen, closing[:, :-1], first, last, is_open, entries, vat_rate)


def _closing(setting: Setting, t: Traits, life: Life, is_open: np.ndarray) -> np.ndarray:
    """Return end-of-month balances in fen, the month before the first included."""
    months = np.append(setting.months_shown[0] - 1, setting.months_shown)
    skip = len(setting.months_all) - len(months)
    recent = life.sales[:, skip:].copy()
    for back in (1, 2):
        recent += life.sales[:, skip - back : -back]
    z = setting.draws.normal("m_closing", t.who[:, None], months)
    recent /= np.sqrt(stocking(months)[t.trade])  # money has turned into stock
    held = recent / 3 * t.settlement[:, None] * t.cash_months[:, None] * np.exp(0.28 * z) + 300 * (
        1 + z**2
    )
    before = life.is_open[:, skip] & (t.opened < first_day(setting.months_shown[:1]))
    leaves = life.exit_at[:, None] <= np.arange(len(life.sales[0]))[None, skip:]
    open_ = np.concatenate([before[:, None], is_open], axis=1) & ~leaves
    return np.round(held * 100).astype(np.int64) * open_


def _balance(fen: np.ndarray, opening: np.ndarray, closing: np.ndarray, cap: np.ndarray) -> None:
    """Fill in purchases and own transfers so that opening + ins - outs = closing, in place."""
    rest = opening + fen[:, :, : len(INS)].sum(2) - fen[:, :, len(INS) :].sum(2) - closing
    cap_fen = np.round(cap * 100).astype(np.int64)
    fen[:, :, PURCHASE] = np.clip(rest, 0, cap_fen)
    fen[:, :, OWN_OUT] += np.maximum(rest - cap_fen, 0)
    fen[:, :, OWN_IN] += np.maximum(-rest, 0)


def _loan_entries(setting: Setting, plans: Plans) -> tuple:
    """Return disbursements and cash repayments that fall into the shown months."""
    months, none = setting.months_shown, np.zeros(0, np.int64)
    if not plans.loans or not len(plans.loans["id"]):
        return none, none, none, none
    loans, paid = plans.loans, plans.paid
    out = loans["renewal_of"] < 0
    cash = np.isin(paid["kind"], CASH_KINDS)
    who = np.concatenate([loans["customer"][out], loans["customer"][paid["loan"][cash]]])
    day = np.concatenate([loans["day"][out], paid["day"][cash]])
    total = (paid["principal"] + paid["interest"] + paid["penalty"])[cash]
    fen = np.concatenate([loans["fen"][out], total])
    kind = np.concatenate([np.full(out.sum(), LOAN_IN), np.full(cash.sum(), REPAY)])
    month = month_of(day)
    shown = (month >= months[0]) & (month <= months[-1]) & (fen > 0)
    cell = who * len(months) + month - months[0]
    of_month = day - first_day(month) + 1
    return cell[shown], of_month[shown], fen[shown], kind[shown]


def vat_rates(t: Traits, life: Life) -> np.ndarray:
    """Return customers × all months: the VAT rate on sales, 1 % for small-scale taxpayers.

    Who sells 5 m yuan within twelve months is a general one from the next month on, for good.
    """
    total = np.cumsum(life.sales, axis=1)
    year = total.copy()
    year[:, 12:] -= total[:, :-12]
    large = np.maximum.accumulate(year >= SMALL_SCALE_CNY, axis=1)
    large = np.concatenate([np.zeros((len(large), 1), bool), large[:, :-1]], axis=1)
    large |= (np.exp(t.log_sales) * 12 >= SMALL_SCALE_CNY)[:, None]
    return np.where(large, general_rates(t)[:, None], 0.01)


def general_rates(t: Traits) -> np.ndarray:
    """Return what general taxpayers of each customer's trade charge; most buy at it as well ([P])."""
    return _VAT_RATES[t.trade]


def deals(setting: Setting, t: Traits) -> np.ndarray:
    """Return each customer's usual number of sales entries a month ([P])."""
    size = np.exp(0.28 * (t.log_sales - np.log(column("turnover_cny")[t.trade] / 12)))
    return column("deals")[t.trade] * size * np.exp(0.3 * setting.draws.normal("deals", t.who))
