"""How long decisions take: percentiles with the undecided, office hours, and a queue of cases."""

import heapq
from collections.abc import Sequence

import numpy as np
import pandas as pd

from smeprofile.errors import UserError

_DAY = pd.Timedelta(days=1)


def hours_at(hours: Sequence[float], share: float = 0.9) -> float:
    """Return the least hour by which at least ``share`` of ALL cases are decided.

    ``hours``: one number per case, NaN or infinity where it is still undecided. Infinity where
    more than 1 − ``share`` are; nothing is interpolated. ``UserError`` where there is no case.

    >>> hours_at([1, 2, 3, 4, 5, 6, 7, 8, 9, 50]), hours_at([1] * 8 + [None] * 2)
    (9.0, inf)
    """
    told = np.sort(pd.Series(hours, dtype="float64").fillna(np.inf).to_numpy())
    if not len(told):
        raise UserError("一件进件也没有，算不出时效。")
    return float(told[int(np.ceil(share * len(told) - 1e-9)) - 1])


def work_hours(start: pd.Series, end: pd.Series, *, opens: int = 9, closes: int = 17) -> pd.Series:
    """Return the working hours between two columns of times, missing where one of them is.

    Mondays to Fridays from ``opens`` to ``closes`` o'clock; public holidays are not looked at (the
    simulation has none). ``UserError`` where an end comes before its start.

    >>> friday, monday = pd.Series(pd.to_datetime(["2025-06-06 16:00"])), pd.Series(pd.to_datetime(["2025-06-09 10:00"]))
    >>> work_hours(friday, monday).tolist()
    [2.0]
    """
    if (end < start).any():
        raise UserError("有的审批时间早于进件时间：先查时间是不是填反了。")
    return _worked(end, opens, closes) - _worked(start, opens, closes)


def _worked(at: pd.Series, opens: int, closes: int) -> pd.Series:
    """Return the hours worked from Monday, 1970-01-05, to each time."""
    days = (at - pd.Timestamp("1970-01-05")) / _DAY
    whole = np.floor(days)
    weeks, of_week = np.floor(whole / 7), whole % 7
    today = ((days - whole) * 24 - opens).clip(0, closes - opens) * (of_week < 5)
    return (weeks * 5 + np.minimum(of_week, 5)) * (closes - opens) + today


def queue_hours(
    arrivals: Sequence[float], services: Sequence[float], reviewers: int
) -> tuple[float, ...]:
    """Return the hours each case takes, waiting and service, first come, first served.

    ``arrivals`` in order, ``services`` of one reviewer each, hours; the next case goes to whoever is
    free first. ``UserError`` unless there is a reviewer and both are as long.

    >>> queue_hours([0, 0, 1], [2, 2, 2], 1)
    (2.0, 4.0, 5.0)
    """
    if reviewers < 1 or len(arrivals) != len(services):
        raise UserError("至少要一名审批人；到达和处理时间要一样多。")
    free, told = [0.0] * reviewers, []
    for arrived, work in zip(arrivals, services, strict=True):
        done = max(heapq.heappop(free), arrived) + work
        heapq.heappush(free, done)
        told.append(float(done - arrived))
    return tuple(told)


def queue_at_load(
    load: float, *, reviewers: int, mean_hours: float, cases: int, seed: int
) -> np.ndarray:
    """Return the hours of ``cases`` in a random queue whose reviewers are ``load`` busy (0–1 and over).

    Arrivals and services are exponential (M/M/c), from an empty desk on. All [P].

    >>> bool(queue_at_load(0.5, reviewers=2, mean_hours=1, cases=500, seed=1).mean() < 2)
    True
    """
    rng = np.random.default_rng(seed)
    gaps = rng.exponential(mean_hours / (load * reviewers), cases)
    works = rng.exponential(mean_hours, cases)
    return np.array(queue_hours(np.cumsum(gaps), works, reviewers))
