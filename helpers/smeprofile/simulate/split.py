"""Months split into single entries, exactly, in fen, by each customer's own random numbers."""

from dataclasses import dataclass

import numpy as np

from smeprofile.simulate.money import (
    CURRENT_IN,
    CURRENT_OUT,
    INS,
    N_KINDS,
    OWN_IN,
    OWN_OUT,
    POWER,
    PURCHASE,
    REFUND,
    RENT,
    SALES,
    TAX,
    WAGE,
    Money,
    deals,
)  # fmt: skip
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import Traits, running_number

MOST_ENTRIES = 60
_ROUND = 100_000  # fen
# Kinds paid once a month, and the days of the month they are paid on.
_ONCE = {REFUND: (1, 31), OWN_IN: (1, 31), CURRENT_IN: (2, 26), WAGE: (8, 16), TAX: (8, 16),
         RENT: (1, 8), POWER: (18, 27), OWN_OUT: (3, 31)}  # fmt: skip
_LATENESS = {SALES: 1.15, PURCHASE: 0.42}
_HOURS_DAY = np.array([8, 9, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 16, 17, 18, 19, 20, 21])
_HOURS_NIGHT = np.array([22, 22, 23, 23, 0, 1, 5])


@dataclass(frozen=True)
class Entries:
    """Single account entries of a chunk: ``cell`` is customer × shown month."""

    cell: np.ndarray
    day: np.ndarray  # of the month
    fen: np.ndarray
    kind: np.ndarray
    slot: np.ndarray
    hour: np.ndarray


def shares(weights: np.ndarray, starts: np.ndarray, totals: np.ndarray, counts: np.ndarray):
    """Return ``totals`` split in proportion to whole ``weights``, each exactly, in whole fen.

    >>> shares(np.array([1, 1, 2]), np.array([0]), np.array([101]), np.array([3])).tolist()
    [25, 25, 51]
    """
    cum = np.cumsum(weights)
    base = np.repeat(cum[starts] - weights[starts], counts)
    upto = cum - base
    whole = np.repeat(upto[starts + counts - 1], counts)
    reached = np.repeat(totals, counts) * upto // whole
    before = np.concatenate([[0], reached[:-1]])
    before[starts] = 0
    return reached - before


def split_amounts(setting: Setting, name: str, who, month, totals, counts):
    """Return (segment, slot, fen): each total split into ``counts`` random parts.

    ``who``, ``month``, ``totals`` and ``counts`` (at most ``totals``) have one element per segment.
    """
    segment = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    slot = np.arange(len(segment)) - np.repeat(starts, counts)
    u = setting.draws.uniform(name, who[segment], month[segment], slot)
    # Whole weights: sums of floats would depend on what stands before them in the chunk.
    weights = (-np.log(u) * 65_536).astype(np.int64) + 1
    # Every part has at least one fen: a line of nothing would be counted and not there.
    return segment, slot, shares(weights, starts, totals - counts, counts) + 1


def entries(setting: Setting, t: Traits, m: Money) -> tuple[Entries, dict[str, np.ndarray]]:
    """Return a chunk's entries (unordered) and its monthly sums, all up to the last day.

    Should the day-end balance fall below zero, the owner tops the account up on the first day
    and takes it back on the last: two 同名划转 more.
    """
    parts = [_many(setting, t, m, SALES, 1.0), _many(setting, t, m, PURCHASE, 0.6)]
    parts += [_once(setting, t, m, kind) for kind in _ONCE]
    parts.append(_pass_out(setting, t, m, parts[2 + list(_ONCE).index(CURRENT_IN)]))
    cell, day, fen, kind = m.loan_entries
    order = np.lexsort((fen, day, kind, cell))
    slot = running_number(cell[order] * N_KINDS + kind[order]) - 1
    parts.append((cell[order], day[order], fen[order], kind[order], slot))
    cell, day, fen, kind, slot = (np.concatenate([p[k] for p in parts]) for k in range(5))
    day = _postponed(m, cell, day, fen, kind)
    kept = (fen > 0) & (day <= _last_told(setting)[cell % m.is_open.shape[1]])
    cell, day, fen, kind, slot = (x[kept] for x in (cell, day, fen, kind, slot))
    extra, daily = _topped_up(setting, m, cell, day, fen, kind)
    cell, day, fen, kind, slot = (
        np.concatenate(pair) for pair in zip((cell, day, fen, kind, slot), extra, strict=True)
    )
    hour = _hours(setting, t, cell, m.is_open.shape[1], kind, slot)
    found = Entries(cell, day, fen, kind, slot, hour)
    return found, _sums(m, found) | daily


def _last_told(setting: Setting) -> np.ndarray:
    """Return the last day of each shown month that is told: the whole month, but for the last."""
    starts = first_day(np.append(setting.months_shown, setting.months_shown[-1] + 1))
    return np.minimum(np.diff(starts), setting.end_day - starts[:-1] + 1)


def _many(setting: Setting, t: Traits, m: Money, kind: int, times: float):
    n_months = m.is_open.shape[1]
    flat = m.fen[:, :, kind].ravel()
    cell = np.flatnonzero(flat > 0)
    who, month = t.who[cell // n_months], setting.months_shown[cell % n_months]
    name = f"n{kind}"
    usual = (deals(setting, t) * times)[cell // n_months]
    count = np.floor(usual * np.exp(0.3 * setting.draws.normal(name, who, month)) + 0.5)
    count = np.clip(count, 1, np.minimum(MOST_ENTRIES, np.maximum(flat[cell] // 10_000, 1)))
    segment, slot, fen = split_amounts(
        setting, f"part{kind}", who, month, flat[cell], count.astype(np.int64)
    )
    u = setting.draws.uniform(f"day{kind}", who[segment], month[segment], slot)
    # Suppliers are mostly paid once customers have paid.
    day = _day_between(m, cell[segment], u ** _LATENESS[kind], 1, 31)
    return cell[segment], day, fen, np.full(len(fen), kind), slot


def _day_between(m: Money, cell: np.ndarray, u: np.ndarray, low: int, high: int) -> np.ndarray:
    first, last = m.first.ravel()[cell], m.last.ravel()[cell]
    start = np.clip(np.maximum(first, low), first, last)
    stop = np.maximum(np.minimum(last, high), start)
    return start + np.floor(u * (stop - start + 1)).astype(np.int64)


def _once(setting: Setting, t: Traits, m: Money, kind: int):
    n_months = m.is_open.shape[1]
    flat = m.fen[:, :, kind].ravel()
    cell = np.flatnonzero(flat > 0)
    who, month = t.who[cell // n_months], setting.months_shown[cell % n_months]
    day = _day_between(m, cell, setting.draws.uniform(f"day{kind}", who, month), *_ONCE[kind])
    return cell, day, flat[cell], np.full(len(cell), kind), np.zeros(len(cell), np.int64)


def _pass_out(setting: Setting, t: Traits, m: Money, came_in):
    """Money passed on: out within a day for a ring, else later in the month."""
    cell, day, fen, _, slot = came_in
    n_months = m.is_open.shape[1]
    at = cell // n_months
    u = setting.draws.uniform("pass_on", t.who[at], setting.months_shown[cell % n_months])
    last = m.last.ravel()[cell]
    wait = np.where(t.ring[at] >= 0, np.floor(2 * u), 1 + np.floor(u * (last - day)))
    return (
        cell,
        np.minimum(day + wait.astype(np.int64), last),
        fen,
        np.full(len(cell), CURRENT_OUT),
        slot,
    )


def _day_ends(m: Money, cell, day, fen, kind) -> np.ndarray:
    """Return customers × months × 32: balance at each day's end (day 0: the opening one)."""
    n, n_months = m.is_open.shape
    signed = np.where(kind < len(INS), fen, -fen).astype(np.float64)
    net = np.bincount(cell * 32 + day, weights=signed, minlength=n * n_months * 32)
    balance = net.reshape(n, n_months, 32)
    balance[:, :, 0] = m.opening
    return np.cumsum(balance, axis=2, out=balance)  # exact: whole numbers below 2**53


def _postponed(m: Money, cell, day, fen, kind) -> np.ndarray:
    """Return days with suppliers kept waiting in months in which the account would run dry."""
    dry = _day_ends(m, cell, day, fen, kind).min(2).ravel() < 0
    waits = (kind == PURCHASE) & dry[cell]
    last = m.last.ravel()[cell]
    return np.where(waits, last - (last - day) // 5, day)


def _topped_up(setting: Setting, m: Money, cell, day, fen, kind):
    """Return the top-up entries, and day-end balances summed up by month."""
    n, n_months = m.is_open.shape
    told = np.broadcast_to(_last_told(setting), (n, n_months))
    last = np.minimum(m.last, told)
    balance = _day_ends(m, cell, day, fen, kind).astype(float, copy=False)  # no entry: whole
    days = np.arange(32)[None, None, :]
    inside = (days >= m.first[:, :, None]) & (days <= last[:, :, None])
    lowest = np.where(inside, balance, np.inf).min(2)
    lack = np.maximum(-lowest, 0) * m.is_open
    short = np.flatnonzero((lack > 0) & (lowest < np.inf))
    closing = np.take_along_axis(balance, last[:, :, None], axis=2)[:, :, 0]
    # Owners move round sums; what the account still needs on the last day stays.
    lack = np.ceil(lack / _ROUND) * _ROUND
    back = np.floor((lack + np.minimum(closing, 0)) / _ROUND) * _ROUND
    fen = np.concatenate([lack.ravel()[short], back.ravel()[short]]).astype(np.int64)
    extra = (
        np.concatenate([short, short]),
        np.concatenate([m.first.ravel()[short], last.ravel()[short]]), fen,
        np.repeat([OWN_IN, OWN_OUT], len(short)), np.full(2 * len(short), 9),
    )  # fmt: skip
    balance += lack[:, :, None]
    closing = closing + lack - back
    np.put_along_axis(balance, last[:, :, None], closing[:, :, None], axis=2)
    n_days = np.maximum(last - m.first + 1, 0) * m.is_open
    lowest = np.where(inside & (n_days > 0)[:, :, None], balance, np.inf).min(2)
    return tuple(column[fen > 0] for column in extra), {
        "n_days": n_days,
        "day_sum": (np.where(inside, balance, 0).sum(2) * m.is_open).astype(np.int64),
        "closing": np.where(m.is_open, closing, 0).astype(np.int64),
        "lowest": np.where(np.isinf(lowest), 0, lowest).astype(np.int64),
    }


def _hours(setting: Setting, t: Traits, cell, n_months: int, kind, slot) -> np.ndarray:
    at = cell // n_months
    u = setting.draws.uniform(
        "hour", t.who[at], setting.months_shown[cell % n_months], slot * 16 + kind
    )
    late = np.where(np.isin(t.trade, (6, 8, 9)), 0.09, 0.02)[at] * (kind <= SALES)
    late = np.where((t.ring[at] >= 0) & np.isin(kind, (CURRENT_IN, CURRENT_OUT)), 0.35, late)
    within = np.where(u < late, u / np.maximum(late, 1e-9), (u - late) / (1 - late))
    night = _HOURS_NIGHT[np.minimum((within * 7).astype(np.int64), 6)]
    by_day = _HOURS_DAY[np.minimum((within * 20).astype(np.int64), 19)]
    return np.where(u < late, night, by_day)


def _sums(m: Money, e: Entries) -> dict[str, np.ndarray]:
    n, n_months = m.is_open.shape
    shape = (n, n_months)
    cells = n * n_months
    by_kind = np.bincount(
        e.cell * N_KINDS + e.kind, weights=e.fen.astype(np.float64), minlength=cells * N_KINDS
    ).astype(np.int64).reshape(*shape, N_KINDS)  # fmt: skip
    is_in = e.kind < len(INS)
    night = (e.hour >= 22) | (e.hour < 6)
    return {
        "by_kind": by_kind,
        "n_in": np.bincount(e.cell[is_in], minlength=cells).reshape(shape),
        "n_out": np.bincount(e.cell[~is_in], minlength=cells).reshape(shape),
        "n_night": np.bincount(e.cell[night], minlength=cells).reshape(shape),
    }


def order_key(e: Entries) -> np.ndarray:
    """Return numbers to sort entries by: customer, month, day, what comes in before what goes out."""
    return ((e.cell * 32 + e.day) * 16 + e.kind) * 64 + e.slot
