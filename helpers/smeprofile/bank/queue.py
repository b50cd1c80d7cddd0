"""Cases that wait for a person: first come, first served, in office hours."""

import numpy as np

from smeprofile.bank.assumptions import WORK_HOURS_PER_DAY

_OPEN, _LONG = 9 * 3600, 9 * 3600  # from nine to six; WORK_HOURS_PER_DAY of them are worked


def office_hours(second: np.ndarray) -> np.ndarray:
    """Return the hours worked from 1970-01-01 to each second; weekends count nothing.

    >>> office_hours(np.array([86400 + 9 * 3600, 86400 + 18 * 3600]))  # Friday: nine, six
    array([ 8., 16.])
    """
    day, rest = np.divmod(np.asarray(second, dtype=np.int64), 86400)
    past = day + 3  # Monday is 0 of a week
    whole = past // 7 * 5 + np.minimum(past % 7, 5) - 3
    part = np.clip((rest - _OPEN) / _LONG, 0, 1) * (past % 7 < 5)
    return (whole + part) * WORK_HOURS_PER_DAY


def second_of(hours: np.ndarray) -> np.ndarray:
    """Return the first second by which so many hours have been worked since 1970-01-01.

    >>> second_of(np.array([16.0])) // 3600 - 24  # Friday at six
    array([18])
    """
    days = np.asarray(hours) / WORK_HOURS_PER_DAY
    whole = np.ceil(days - 1e-9) - 1
    part = days - whole
    weeks, of_week = np.divmod(whole + 3, 5)
    day = weeks * 7 + of_week - 3
    return np.round(day * 86400 + _OPEN + part * _LONG).astype(np.int64)


def waits(arrival: np.ndarray, work: np.ndarray, free_from: float) -> tuple[np.ndarray, float]:
    """Return how long each case waits for its turn, and when the team is free again.

    ``arrival``: office hours in order of arrival; ``work``: hours of the whole team each takes;
    ``free_from``: when it is done with earlier cases. All in office hours. The n-th is begun at
    the later of its arrival and the end of the one before: a running maximum, no loop.

    >>> waits(np.array([0.0, 1.0, 9.0]), np.array([4.0, 2.0, 1.0]), 0.0)
    (array([0., 3., 0.]), 10.0)
    """
    if not len(arrival):
        return np.zeros(0), free_from
    before = np.cumsum(work) - work
    begun = np.maximum(np.maximum.accumulate(arrival - before), free_from) + before
    return begun - arrival, float(begun[-1] + work[-1])
