"""Loan prime rate 贷款市场报价利率: the published values, each in force until the next."""

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from smeprofile.errors import UserError

Changes = tuple[tuple[date, float, float], ...]


@cache
def lpr(more: Changes = ()) -> pd.DataFrame:
    """Return one row per change: ``date``, ``lpr_1y`` and ``lpr_5y`` (0-1).

    ``more``: changes after the published ones, as a cohort sets them.
    """
    table = pd.read_csv(Path(__file__).with_name("lpr.csv"), parse_dates=["date"])
    table = table.assign(**{name: (table[name] / 100).round(6) for name in ("lpr_1y", "lpr_5y")})
    added = pd.DataFrame(list(more), columns=table.columns)
    return pd.concat([table, added.astype(table.dtypes)], ignore_index=True) if more else table


def lpr_1y(month: np.ndarray, more: Changes = ()) -> np.ndarray:
    """Return the one-year LPR in force at the end of each month number; ``more`` as in ``lpr``.

    Before the first publication (August 2019) the first value is taken: a simplification.

    >>> lpr_1y(np.array([2025 * 12 + 4, 2025 * 12 + 3]))
    array([0.03 , 0.031])
    """
    starts, values = _steps(more)
    at = np.searchsorted(starts, np.asarray(month), side="right") - 1
    return values[np.maximum(at, 0)]


def lpr_on(
    day: str | date | pd.Timestamp, tenor_months: int, table: pd.DataFrame | None = None
) -> float:
    """Return the LPR that applies to a loan disbursed on ``day``: the last one published by then.

    Tenors under five years take the one-year rate, others the five-year rate: the course's own
    convention, as two rates are published and none for what is between. ``table``: another with
    the columns of ``lpr``. Raises ``UserError`` for a day before the first publication.

    >>> [lpr_on("2025-05-19", 12), lpr_on("2025-05-20", 12), lpr_on("2025-05-20", 60)]
    [0.031, 0.03, 0.035]
    """
    told = lpr() if table is None else table.sort_values("date")
    known = told[told["date"] <= pd.Timestamp(day)]
    if known.empty:
        raise UserError(f"{pd.Timestamp(day).date()} 还没有公布 LPR。")
    rate = "lpr_5y" if tenor_months >= 60 else "lpr_1y"
    return float(known[rate].iloc[-1])


@cache
def _steps(more: Changes) -> tuple[np.ndarray, np.ndarray]:
    table = lpr(more)
    starts = table["date"].dt.year.to_numpy() * 12 + table["date"].dt.month.to_numpy() - 1
    return starts, table["lpr_1y"].to_numpy()
