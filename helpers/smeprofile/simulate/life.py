"""How a customer lives: stage, operating state, register and true sales, month by month."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from smeprofile.simulate import assumptions as a
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import YEAR, Traits, column, exit_by_year

NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Life:
    """Customers × all months, the warm-up first; months are given as positions in it."""

    stage: np.ndarray
    operating: np.ndarray  # 0 正常经营, 1 停业, 2 空壳
    sales: np.ndarray  # true, yuan
    need: np.ndarray  # true need of outside working capital, before loans, yuan
    exit_hazard: np.ndarray
    exit_at: np.ndarray  # position of the month of leaving the register, or NEVER
    exit_day: np.ndarray  # day number of leaving, or far in the future
    age_years: np.ndarray
    is_open: np.ndarray  # account open on some day of the month
    on_books: np.ndarray  # account open the whole month


def season(month: int) -> np.ndarray:
    """Return each trade's sales in ``month`` (number) as a multiple of its mean month.

    >>> bool((season(2024 * 12 + 1) < season(2024 * 12 + 2)).all())  # festival in February
    True
    """
    year, place = divmod(month, 12)
    quarter = place // 3
    weights = np.array([t.months for t in a.TRADES.values()])[:, quarter * 3 : quarter * 3 + 3]
    weights = weights * _festival(year)[quarter * 3 : quarter * 3 + 3]
    return a.QUARTER_INDEX[quarter] * _tilt()[:, quarter] * weights[:, place % 3] / weights.mean(1)


def stocking(months: np.ndarray) -> np.ndarray:
    """Return trade × month: purchases over what sales alone would call for, stock in mind ([P]).

    A trade that keeps much stock buys for the sales two months ahead: manufacturing most, services
    hardly at all.
    """
    now = np.stack([season(int(m)) for m in months], axis=1)
    later = np.stack([season(int(m) + 2) for m in months], axis=1)
    weight = np.clip(column("stock_days") / 75, 0, 1)[:, None]
    return (later / now) ** (0.7 * weight)


def _festival(year: int) -> np.ndarray:
    """Return twelve factors: the dip falls on the three days before Spring Festival and the 13 from it on."""
    factors = np.ones(12)
    start = date(year, *map(int, a.SPRING_FESTIVAL[year].split("-")))
    days = [date.fromordinal(start.toordinal() + k).month - 1 for k in range(-3, 13)]
    for place in days:
        factors[place] -= (1 - a.FESTIVAL_DIP) / len(days)
    return factors


def _tilt() -> np.ndarray:
    """Return trade × quarter factors that average to 1 over the bank's sales."""
    months = np.array([t.months for t in a.TRADES.values()])
    tilt = months.reshape(-1, 4, 3).mean(2)
    tilt = tilt / tilt.mean(1, keepdims=True)
    weight = column("share") * column("turnover_cny")
    return tilt / np.average(tilt, axis=0, weights=weight)


def life(setting: Setting, t: Traits) -> Life:
    """Return the lives of the customers with ``t``."""
    months = setting.months_all
    starts = first_day(months)
    age = (starts[None, :] - t.established[:, None]) / YEAR
    open_position = np.searchsorted(starts, t.opened, side="right") - 1  # -1: before
    stage = _stages(setting, t, age)
    operating = _operating(setting, t, stage, age)
    hazard = _exit_hazard(t, operating, age)
    who = t.who[:, None]
    # Nobody leaves before the account is open, nor after the last full month is not told.
    at_risk = (np.arange(len(months))[None, :] > open_position[:, None]) & (age > 0)
    leaves = (setting.draws.uniform("exit", who, months) < hazard) & at_risk
    exit_at = np.where(leaves.any(1), leaves.argmax(1), NEVER)
    position = np.arange(len(months))[None, :]
    is_open = (position >= open_position[:, None]) & (position <= exit_at[:, None])
    on_books = (position > open_position[:, None]) & (position < exit_at[:, None])
    month = months[np.minimum(exit_at, len(months) - 1)]
    exit_day = first_day(month) + setting.draws.integers("exit_day", 5, 28, t.who, month)
    sales = _sales(setting, t, stage, operating, age)
    sales *= (position <= exit_at[:, None]) & (age > -1 / 12)
    return Life(
        stage=stage, operating=operating, sales=sales,
        need=_need(setting, t, sales, stage),
        exit_hazard=hazard, exit_at=exit_at,
        exit_day=np.where(exit_at == NEVER, 2**40, np.maximum(exit_day, t.opened + 1)),
        age_years=age, is_open=is_open, on_books=on_books,
    )  # fmt: skip


def _stages(setting: Setting, t: Traits, age: np.ndarray) -> np.ndarray:
    months, d = setting.months_all, setting.draws
    moves = np.cumsum(a.STAGE_MOVES, axis=1)
    group = np.digitize(np.maximum(age[:, 0], 0), a.STAGE_AGES_YEARS)
    first = np.cumsum(a.STAGE_FIRST, axis=1)[group]
    now = (d.uniform("stage_first", t.who)[:, None] > first[:, :-1]).sum(1)
    now = np.where(age[:, 0] < 0, 0, now)
    draws = d.uniform("stage", t.who[:, None], months)
    late = d.uniform("late_starter", t.who[:, None], months)
    grown = d.choice("grown_to", (0.5, 0.38, 0.12), t.who) + 1
    stage = np.empty(age.shape, dtype=np.int8)
    for k in range(len(months)):
        edges = moves[now]
        moved = (draws[:, k, None] > edges[:, :-1]).sum(1)
        now = np.where(age[:, k] < 0, 0, moved)
        old = (now == 0) & (age[:, k] >= a.STAGE_AGES_YEARS[0]) & (late[:, k] < a.LATE_STARTER_MOVE)
        now = np.where(old, grown, now)
        stage[:, k] = now
    return stage


def _operating(setting: Setting, t: Traits, stage: np.ndarray, age: np.ndarray) -> np.ndarray:
    months, d = setting.months_all, setting.draws
    move = d.uniform("operating", t.who[:, None], months)
    on = d.uniform("hollow", t.who[:, None], months)
    ease = np.exp(-0.45 * t.quality)
    # Those with an account before the first month may have stopped already.
    already = d.uniform("stopped_before", t.who) < 0.05 * ease
    now = np.where(already & (age[:, 0] > 1), 1, 0)
    state = np.empty(stage.shape, dtype=np.int8)
    for k in range(len(months)):
        stops = (now == 0) & (move[:, k] < a.STOP_BY_STAGE[stage[:, k]] * ease) & (age[:, k] > 0)
        back = (now == 1) & (move[:, k] < a.RESTART)
        hollow = (now == 1) & ~back & (on[:, k] < a.HOLLOW_OUT)
        now = np.where(stops, 1, np.where(back, 0, np.where(hollow, 2, now)))
        state[:, k] = now
    return state


def _exit_hazard(t: Traits, operating: np.ndarray, age: np.ndarray) -> np.ndarray:
    yearly = np.array([exit_by_year(y) for y in range(len(a.EXIT_BY_YEAR))])
    year = np.clip(age.astype(int), 0, len(yearly) - 1)
    monthly = 1 - (1 - yearly[year]) ** (1 / 12)
    size = np.exp(-0.22 * (t.log_sales - np.log(2.2e5)))[:, None]
    ease = np.exp(-0.15 * t.quality)[:, None] * np.clip(size, 0.45, 1.9)
    # 0.815: so that all firms together leave as often as the study says.
    stopped = np.where(operating == 0, 0.815, a.EXIT_IF_STOPPED * 0.815)
    return np.minimum(monthly * ease * stopped, 0.5)


def _sales(
    setting: Setting, t: Traits, stage: np.ndarray, operating: np.ndarray, age: np.ndarray
) -> np.ndarray:
    months, d = setting.months_all, setting.draws
    growth = a.STAGE_GROWTH[stage] + 0.002 * t.quality[:, None]
    level = np.cumsum(growth, axis=1)
    noise = d.normal("sales", t.who[:, None], months)
    ar = np.empty_like(level)
    now = d.normal("sales_first", t.who)
    step = np.sqrt(1 - a.AR**2)
    for k in range(len(months)):
        now = a.AR * now + step * noise[:, k]
        ar[:, k] = now
    shock = np.cumsum(d.uniform("shock", t.who[:, None], months) < 0.003, axis=1) * -0.25
    factor = np.stack([season(int(m)) for m in months], axis=1)[t.trade]
    start_up = np.clip(0.35 + 0.65 * age / 1.5, 0.1, 1.0)
    running = np.array([1.0, 0.06, 0.004])[operating]
    level = np.clip(level, -1.6, 1.3)
    return (
        np.exp(t.log_sales[:, None] + level + a.AR_SIGMA * ar + shock) * factor * start_up * running
    )


def _need(setting: Setting, t: Traits, sales: np.ndarray, stage: np.ndarray) -> np.ndarray:
    """Return the working-capital need (流动资金贷款管理办法, formula of the 2010 annex).

    need = sales of a year × (1 - margin) × (1 + growth) ÷ turns, less own funds; turns = 360 ÷
    (stock + receivable - payable days). Sales of a year are those of the last twelve months.
    """
    total = np.cumsum(sales, axis=1)
    year = total.copy()
    year[:, 12:] -= total[:, :-12]
    n = np.minimum(np.arange(1, sales.shape[1] + 1), 12)
    year = year * (12 / n)
    days = column("stock_days") + column("receivable_days") - column("payable_days")
    cycle = np.maximum(days, 12)[t.trade] * np.exp(0.25 * setting.draws.normal("cycle", t.who))
    ahead = np.stack([season(int(m) + 1) for m in setting.months_all], axis=1)[t.trade]
    growth = 12 * a.STAGE_GROWTH[stage]
    gross = year * (1 - t.margin[:, None]) * (1 + growth) * cycle[:, None] / 360
    return np.maximum(gross * (ahead**0.5 - t.own_funds[:, None]), 0)
