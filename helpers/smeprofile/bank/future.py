"""The year to come, as the generator has it: the customers' lives, and the old loan book's end."""

from dataclasses import dataclass, fields, replace

import numpy as np

from smeprofile.bank.assumptions import MONTHS
from smeprofile.rules import size_classes
from smeprofile.simulate.assumptions import CODES
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.elsewhere import Elsewhere, debt, tries
from smeprofile.simulate.lending import NONE, Lending, debt_pressure
from smeprofile.simulate.life import NEVER, Life, life, stocking
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import Traits

CHUNK = 5000
_DUE = {"due_month": np.int64, "due_cny": float, "due_rate": float, "due_line": float,
        "due_product": np.int64, "due_tenor": np.int64, "due_method": np.int64}  # fmt: skip


@dataclass(frozen=True)
class Ahead(Setting):
    """The same bank, its months played on beyond the last day."""

    @property
    def months_all(self) -> np.ndarray:
        past = Setting.months_all.fget(self)
        return np.append(past, past[-1] + np.arange(1, MONTHS + 1))


@dataclass(frozen=True)
class Year(Setting):
    """The same bank in the twelve months after its last day only."""

    @property
    def months_all(self) -> np.ndarray:
        return Setting.months_all.fget(self)[-1] + np.arange(1, MONTHS + 1)


@dataclass(frozen=True)
class Truth:
    """What is true of each customer in the year to come: customers, or customers × 12 months.

    Never given to a strategy. ``able``: could take new credit; ``logit``: of default, debts left
    out; ``owed``: elsewhere, yuan; ``deposits``: mean balance, yuan. ``old_balance``: the loan book
    of before as it runs off, the same for every strategy. ``due_…``: its loans that could be renewed
    in the year, which it leaves in the month they fall due (-1: none): a customer's principal
    (yuan) and its line.
    """

    setting: Year
    t: Traits
    life: Life  # of the twelve months
    others: Elsewhere
    able: np.ndarray
    logit: np.ndarray
    owed: np.ndarray
    sales_month: np.ndarray
    asked: np.ndarray
    deposits: np.ndarray
    quiet: np.ndarray  # asked for peace by the first day
    contacts_lately: np.ndarray
    had_credit: np.ndarray
    is_small: np.ndarray  # 小型 or 微型 by the 2017 rule, which the VAT exemption asks for
    old_balance: np.ndarray  # customers × 13 month-ends, yuan
    due_month: np.ndarray
    due_cny: np.ndarray
    due_rate: np.ndarray
    due_line: np.ndarray
    due_product: np.ndarray
    due_tenor: np.ndarray
    due_method: np.ndarray

    @property
    def n(self) -> int:
        return len(self.t.who)


def truth_of(setting: Setting) -> Truth:
    """Return the truth of a bank's next year, worked out in chunks of customers."""
    n = setting.customers
    return joined([_chunk(setting, k, min(k + CHUNK, n)) for k in range(0, n, CHUNK)])


def _chunk(setting: Setting, low: int, high: int) -> Truth:
    x = Chunk(setting, low, high)
    w, past = x.lending, len(setting.months_all)
    opening = _owed(w)
    ahead = Ahead(**{f.name: getattr(setting, f.name) for f in fields(setting)})
    lives = life(ahead, x.t)
    start = {"quiet": w.quiet, "contacts_lately": w.contacts_lately, "had_credit": w.had_credit}
    start = {name: column.copy() for name, column in start.items()}
    go_on(w, ahead, lives)
    due = {name: np.zeros(high - low, kind) for name, kind in _DUE.items()}
    due["due_month"] -= 1
    seen = [_look(w, k, due) for k in range(past, past + MONTHS)]
    due["due_month"] -= np.where(due["due_month"] >= 0, past, 0)
    months = {name: np.stack([row[name] for row in seen], axis=1) for name in seen[0]}
    months["old_balance"] = np.concatenate([opening[:, None], months["old_balance"]], axis=1)
    year = Year(**{f.name: getattr(setting, f.name) for f in fields(setting)})
    of_year = _part(lives, past)
    sales = months["sales_month"][:, 0] * 12
    assets = np.maximum(sales, 3.6 * np.exp(x.t.log_sales)) * x.t.assets_share
    size = size_classes(np.array(CODES)[x.t.trade], x.t.staff, sales, assets)
    return Truth(
        year, x.t, of_year, x.elsewhere, deposits=_deposits(x.t, lives, ahead)[:, past:],
        is_small=np.isin(size, ("微型", "小型")), **start, **months, **due,
    )  # fmt: skip


def go_on(w: Lending, ahead: Ahead, lives: Life) -> None:
    """Let the lending of the past have months to come."""
    w.s, w.life, w.months = ahead, lives, ahead.months_all
    w.firsts = first_day(np.append(w.months, w.months[-1] + 1))
    w.elsewhere, w.tries = debt(ahead, w.t, w.others), tries(ahead, w.t, lives)
    w.book = replace(w.book, hazard=np.zeros(lives.sales.shape))


def _look(w: Lending, k: int, due: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Play month ``k`` of the old book and return what is true in it; note in ``due`` what is."""
    w.step(k, approaches=False, renewals=False)
    if w.due:
        who, line = w.due["who"], w.due["facility"]
        due["due_month"][who] = k
        due["due_cny"][who], due["due_rate"][who] = w.due["cny"], w.due["rate"]
        for name in ("line", "product", "tenor", "method"):
            due[f"due_{name}"][who] = w.fac[name][line]
    able = (
        w.on_books & (w.facility == NONE) & (w.blocked_until <= k) & ~w.barred
        & (w.age > 0.25) & (w.distress == 0) & (w.life.exit_at > k)
    )  # fmt: skip
    pressure = debt_pressure(w.debt + w.elsewhere[:, k], w.sales_month)
    return {
        "able": able, "logit": w.logit - pressure, "owed": w.elsewhere[:, k],
        "sales_month": w.sales_month, "asked": w.asked, "old_balance": _owed(w),
    }  # fmt: skip


def _owed(w: Lending) -> np.ndarray:
    owed = np.zeros(len(w.t.who))
    if w.loans:
        np.add.at(owed, w.loans["customer"], w._outstanding())
    return owed


def _part(lives: Life, past: int) -> Life:
    """Return the lives of the months from ``past`` on, positions counted from there."""
    cut = {
        f.name: getattr(lives, f.name)[:, past:]
        for f in fields(lives)
        if getattr(lives, f.name).ndim == 2
    }
    exit_at = np.where(lives.exit_at == NEVER, NEVER, lives.exit_at - past)
    return replace(lives, exit_at=exit_at, **cut)


def _deposits(t: Traits, lives: Life, ahead: Ahead) -> np.ndarray:
    """Return the mean balance of each month: the generator's closing balance without its noise."""
    recent = lives.sales.copy()
    recent[:, 1:] += lives.sales[:, :-1]
    recent[:, 2:] += lives.sales[:, :-2]
    recent /= np.sqrt(stocking(ahead.months_all)[t.trade])
    return recent / 3 * t.settlement[:, None] * t.cash_months[:, None] * lives.is_open


def joined(parts: list[Truth]) -> Truth:
    """Return the truth of all customers of several chunks, in order."""

    def all_of(things: list):
        return replace(things[0], **{
            f.name: np.concatenate([getattr(x, f.name) for x in things]) for f in fields(things[0])
        })  # fmt: skip

    first = parts[0]
    whole = {
        f.name: np.concatenate([getattr(p, f.name) for p in parts])
        for f in fields(first)
        if isinstance(getattr(first, f.name), np.ndarray)
    }
    return replace(
        first, t=all_of([p.t for p in parts]), life=all_of([p.life for p in parts]),
        others=all_of([p.others for p in parts]), **whole,
    )  # fmt: skip
