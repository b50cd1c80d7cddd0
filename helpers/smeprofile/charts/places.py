"""Numbers and places on an axis, in words."""

import math
from numbers import Real
from typing import Any

import pandas as pd
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter, StrCategoryLocator
from matplotlib.dates import AutoDateFormatter, ConciseDateFormatter, DateFormatter, num2date
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, PercentFormatter

_NAMED_AT = (FixedLocator, StrCategoryLocator)
_NAMING = (FixedFormatter, FuncFormatter, StrCategoryFormatter)  # set_xticklabels makes a function
_DATING = (AutoDateFormatter, ConciseDateFormatter, DateFormatter)


def number(value: float) -> str:
    """Return a number as one reads it: thousands apart, at most three decimals that say something.

    >>> number(1234567.0), number(0.98765), number(0.00012345), number(-2.5)
    ('1,234,567', '0.988', '0.000123', '-2.5')
    """
    if not math.isfinite(value):
        return "缺失" if math.isnan(value) else str(float(value)).replace("inf", "∞")
    small = 0 < abs(value) < 0.1
    text = f"{value:,.{2 - math.floor(math.log10(abs(value))) if small else 3}f}"
    return text.rstrip("0").rstrip(".")


def amount(axis: Axis, value: float) -> str:
    """Return a number measured on ``axis``: a percentage where the axis shows percentages.

    >>> from matplotlib.figure import Figure
    >>> axis = Figure().add_subplot().yaxis
    >>> axis.set_major_formatter(PercentFormatter(1))
    >>> amount(axis, 0.256)
    '25.6%'
    """
    scale = axis.get_major_formatter()
    if isinstance(scale, PercentFormatter) and math.isfinite(value):
        return f"{value / scale.xmax:.1%}"
    return number(value)


def place(axis: Axis, where: Any) -> str:
    """Return the words for a place on ``axis``, given as its number or as what was plotted there.

    Of names set by hand the nearest is it; where they only write out the axis' numbers, none is.

    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> _ = axes.bar(["批发业", "住宿业"], [1, 2])
    >>> place(axes.xaxis, 1.1), place(axes.yaxis, 2025.0)
    ('住宿业', '2025')
    >>> place(axes.xaxis, pd.Timestamp("2025-12-31"))
    '2025-12-31'
    """
    if isinstance(where, str | pd.Period):
        return str(where)
    if not isinstance(where, Real):  # a date, of whatever library
        return f"{pd.Timestamp(where):%Y-%m-%d}"
    if names := _names(axis):
        return names[min(names, key=lambda tick: abs(tick - where))]
    formatter = axis.get_major_formatter()
    if isinstance(formatter, _DATING):
        return f"{num2date(where):%Y-%m-%d}"
    if hasattr(formatter, "freq"):  # pandas numbers the periods since 1970
        return str(pd.Period(ordinal=int(where), freq=formatter.freq))
    is_year_like = float(where).is_integer() and abs(where) < 10_000
    return str(int(where)) if is_year_like else amount(axis, where)


def is_named(axis: Axis) -> bool:
    """Return whether the places on ``axis`` have names instead of numbers.

    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> is_named(axes.xaxis)
    False
    >>> _ = axes.set_xticks([0.25, 0.5], ["0.25", "0.5"])
    >>> is_named(axes.xaxis)
    False
    """
    return bool(_names(axis))


def band(axis: Axis, start: float, end: float, index: int) -> str:
    """Return the words for a row or column; seaborn leaves out the names that don't fit.

    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> axes.set_xticks([0.5], ["批发业"])
    [...]
    >>> band(axes.xaxis, 0, 1, 0), band(axes.xaxis, 1, 2, 1)
    ('批发业', '第 2 个')
    """
    inside = [name for tick, name in _names(axis).items() if start <= tick <= end]
    if is_named(axis):
        return inside[0] if inside else f"第 {index + 1} 个"
    return place(axis, float(start + end) / 2)


def _names(axis: Axis) -> dict[float, str]:
    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    if not isinstance(locator, _NAMED_AT) or not isinstance(formatter, _NAMING):
        return {}
    ticks = [float(tick) for tick in axis.get_majorticklocs()]
    named = {
        tick: name for tick, name in zip(ticks, formatter.format_ticks(ticks), strict=True) if name
    }
    is_category = isinstance(locator, StrCategoryLocator)
    is_measure = axis.get_scale() != "linear" or all(_writes(name, t) for t, name in named.items())
    return named if is_category or not is_measure else {}


def _writes(name: str, tick: float) -> bool:
    """Return whether the name of a tick is but its number, or that as a percentage."""
    try:
        told = float(name.replace(",", "").replace("−", "-").removesuffix("%"))
    except ValueError:
        return False
    return any(math.isclose(told, n, rel_tol=0.01) for n in (tick, 100 * tick)[: 1 + ("%" in name)])
