"""The observation date and the calendar windows that hang on it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir


@dataclass(frozen=True)
class Clock:
    """The observation date. Monthly windows end with the last month complete by then.

    >>> Clock(date(2025, 12, 30)).last_month, Clock(date(2025, 12, 31)).last_month
    (datetime.date(2025, 11, 1), datetime.date(2025, 12, 1))
    """

    as_of: date

    @property
    def last(self) -> int:
        """Return the number (year × 12 + month − 1) of the last complete month."""
        number = self.as_of.year * 12 + self.as_of.month - 1
        return number if (self.as_of + timedelta(days=1)).day == 1 else number - 1

    @property
    def last_month(self) -> date:
        """Return the first day of the last complete month."""
        return self.first_day(0)

    def first_day(self, back: int) -> date:
        """Return the first day of the month ``back`` months before the last complete one."""
        number = self.last - back
        return date(number // 12, number % 12 + 1, 1)

    def month_end(self, back: int) -> date:
        """Return the last day of that month.

        >>> Clock(date(2024, 3, 31)).month_end(1)
        datetime.date(2024, 2, 29)
        """
        return self.first_day(back - 1) - timedelta(days=1)

    def months_before(self, months: int) -> date:
        """Return the same day ``months`` months earlier, or that month's last day.

        >>> Clock(date(2025, 12, 31)).months_before(3)
        datetime.date(2025, 9, 30)
        """
        number = self.as_of.year * 12 + self.as_of.month - 1 - months
        year, month = number // 12, number % 12 + 1
        return date(year, month, min(self.as_of.day, monthrange(year, month)[1]))

    def back(self, month: ir.DateValue | ir.IntegerValue) -> ir.IntegerValue:
        """Return how many months ``month``, a day or a number, lies before the last complete one."""
        return self.last - (month_number(month) if month.type().is_date() else month)

    def comparable(self, first: int, last: int) -> list[int]:
        """Return the months of a window that a year-on-year comparison may use.

        The Spring Festival falls in January of one year and in February of another: when the
        window holds only one of a year's two, that month is left out on both sides.

        >>> Clock(date(2025, 4, 30)).comparable(0, 2)  # February alone is dropped
        [0, 1]
        >>> Clock(date(2025, 3, 31)).comparable(0, 2)
        [0, 1, 2]
        >>> Clock(date(2025, 1, 31)).comparable(0, 11)  # a January and another year's February
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        """
        other = {0: -1, 1: 1}  # how many months back from a January, a February, the other lies
        backs = range(first, last + 1)
        return [k for k in backs if k + other.get((self.last - k) % 12, 0) in backs]

    def year_before(self, back: ir.IntegerValue) -> ir.BooleanValue:
        """Return whether a month is of the year before, and comparable with the last twelve."""
        inside = back.between(12, 23)
        odd = sorted({*range(12)} - {*self.comparable(0, 11)})
        return inside & ~back.isin([k + 12 for k in odd]) if odd else inside


def days_between(later: date | ir.DateValue, earlier: ir.DateValue | date) -> ir.IntegerValue:
    """Return whole days from ``earlier`` to ``later``."""
    later = ibis.literal(later) if isinstance(later, date) else later
    return later.delta(earlier, unit="day")


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Return year × 12 + month − 1: a quarter of what it costs to find the month's first day."""
    return day.year() * 12 + day.month() - 1


def first_day_of(number: ir.IntegerValue) -> ir.DateValue:
    """Return the first day of the month of that number."""
    return ibis.date((number // 12).cast("int32"), (number % 12 + 1).cast("int32"), 1)


def month_end_of(month: ir.DateValue) -> ir.DateValue:
    """Return the last day of the month."""
    return _last_day(month)


@ibis.udf.scalar.builtin(name="last_day")
def _last_day(day: date) -> date:
    """Return the last day of the month: both engines have it."""


def day_before(day: ir.DateValue, days: int = 1) -> ir.DateValue:
    """Return the day so many days earlier."""
    return _date(day - ibis.interval(days=days))


def _date(value: ir.DateValue) -> ir.DateValue:
    # Date arithmetic gives a timestamp on DuckDB, which Ibis takes for a date already.
    return value.cast("timestamp").date()


def ratio(part: ir.NumericValue, whole: ir.NumericValue) -> ir.FloatingValue:
    """Return ``part / whole``, missing unless ``whole`` is above 0."""
    return part.cast("float64") / (whole > 0).ifelse(whole.cast("float64"), ibis.null("float64"))


@ibis.udf.scalar.builtin(name="round")
def round_half(value: float) -> float:
    """Return ``value`` rounded, still a float: Ibis's own ``round`` goes by way of an integer."""


def fen(yuan: ir.NumericValue) -> ir.FloatingValue:
    """Return whole fen as float64: below 2⁵³ (90 万亿元) sums are exact, in whatever order."""
    return round_half(yuan * 100.0)


def sum_of_shares(share: ir.FloatingValue) -> ir.FloatingValue:
    """Return the sum of values of 0–1, the same in whatever order: whole 10⁻¹⁵ add exactly."""
    return round_half(share * 1e15).sum() / 1e15


def yuan(sum_fen: ir.FloatingValue) -> ir.FloatingValue:
    """Return fen as yuan."""
    return sum_fen / 100.0
