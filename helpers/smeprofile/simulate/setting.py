"""What is simulated: how many customers, over which months, from which seed."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from smeprofile.errors import UserError
from smeprofile.simulate.draws import Draws
from smeprofile.simulate.terms import OURS, Terms

WARM_UP_MONTHS = 24  # lending starts this much earlier, so that the first month has a loan book
GRAINS = ("txn", "month", "both")


@dataclass(frozen=True)
class Setting:
    """One simulated bank. Same setting, same bytes.

    ``txn_customers`` limits single transactions and invoice lines to that many customers and
    ``txn_months`` to the last months (class data); None means all.
    ``reseed_from``: the first month of another future, for tests of causality.
    ``defects``: names of ``spoil.SPOILERS`` that the observed tables have; the truth has none.

    >>> Setting(10, 24, date(2025, 12, 31), 1).months_shown[[0, -1]].tolist()
    [24288, 24311]
    """

    customers: int
    months: int
    end: date
    seed: int
    grain: str = "month"
    place: str = "青屿"
    bank: str = "青屿城市商业银行"
    fx_rates: tuple[tuple[str, float], ...] = (("USD", 7.0), ("EUR", 8.1), ("HKD", 0.9))
    txn_customers: int | None = None
    txn_months: int | None = None
    reseed_from: date | None = None
    defects: frozenset[str] = frozenset()
    terms: Terms = OURS

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("customers", self.customers, 1, 20_000_000),
            ("months", self.months, 1, 120),
        ):
            if not low <= value <= high:
                raise UserError(f"{name} 须在 {low:,} 与 {high:,} 之间，现为 {value:,}。")
        if self.grain not in GRAINS:
            raise UserError(f"grain 须为 {'、'.join(GRAINS)} 之一，现为 {self.grain}。")
        if not date(2015, 1, 1) <= self.end <= date(2036, 12, 31):
            raise UserError(f"end 须在 2015-01-01 与 2036-12-31 之间，现为 {self.end}。")
        if not 0 <= self.seed < 2**128:
            raise UserError(f"seed 须为 0 到 2 的 128 次方之间的整数，现为 {self.seed}。")

    @property
    def draws(self) -> Draws:
        """The random numbers of this bank."""
        day = self.reseed_from
        return Draws(self.seed, None if day is None else month_number(day))

    @property
    def months_all(self) -> np.ndarray:
        """Numbers of all months simulated, the warm-up first."""
        last = month_number(self.end)
        return np.arange(last - self.months - WARM_UP_MONTHS + 1, last + 1)

    @property
    def months_shown(self) -> np.ndarray:
        """Numbers of the months whose records are written."""
        return self.months_all[WARM_UP_MONTHS:]

    @property
    def end_day(self) -> int:
        """The last day, counted from 1970-01-01."""
        return day_number(self.end)

    @cached_property
    def txn_who(self) -> np.ndarray:
        """Numbers of the customers whose single entries are told: drawn by lot."""
        who = np.arange(1, self.customers + 1)
        lots = self.draws.uniform("txn", who)
        return np.sort(who[np.argsort(lots, kind="stable")[: self.txn_customers]])

    def another_future(self, day: date) -> "Setting":
        """Return the same bank with other luck from the month of ``day`` on."""
        return replace(self, reseed_from=day)


def month_number(day: date) -> int:
    """Return ``year * 12 + month - 1``."""
    return day.year * 12 + day.month - 1


def day_number(day: date) -> int:
    """Return the day counted from 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def first_day(month: np.ndarray) -> np.ndarray:
    """Return the day number of each month's first day.

    >>> first_day(np.array([1970 * 12, 1970 * 12 + 1])).tolist()
    [0, 31]
    """
    months = np.asarray(month, dtype=np.int64) - 1970 * 12
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def month_of(day: np.ndarray) -> np.ndarray:
    """Return the month number of each day number.

    >>> month_of(np.array([0, 30, 31])) - 1970 * 12
    array([0, 0, 1])
    """
    days = np.asarray(day, dtype=np.int64).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
