"""Loan prime rate 贷款市场报价利率: the published values, each in force until the next."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd


@cache
def lpr() -> pd.DataFrame:
    """Return one row per published change: ``date``, ``lpr_1y`` and ``lpr_5y`` (0-1)."""
    table = pd.read_csv(Path(__file__).with_name("lpr.csv"), parse_dates=["date"])
    return table.assign(**{name: (table[name] / 100).round(6) for name in ("lpr_1y", "lpr_5y")})


def lpr_1y(month: np.ndarray) -> np.ndarray:
    """Return the one-year LPR in force at the end of each month number.

    Before the first publication (August 2019) the first value is taken: a simplification.

    >>> lpr_1y(np.array([2025 * 12 + 4, 2025 * 12 + 3]))
    array([0.03 , 0.031])
    """
    table = lpr()
    starts = table["date"].dt.year.to_numpy() * 12 + table["date"].dt.month.to_numpy() - 1
    at = np.searchsorted(starts, np.asarray(month), side="right") - 1
    return table["lpr_1y"].to_numpy()[np.maximum(at, 0)]
