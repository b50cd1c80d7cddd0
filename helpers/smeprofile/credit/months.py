"""Calendar months as numbers, and what every function here asks of a table."""

import numpy as np
import pandas as pd

from smeprofile.errors import UserError

_FIRST = 1970 * 12  # numpy counts months from here


def month_number(dates: pd.Series) -> np.ndarray:
    """Return months counted from year 0: their differences are months on book.

    >>> month_number(pd.Series(pd.to_datetime(["2024-12-31", "2025-01-01"]))).tolist()
    [24299, 24300]
    """
    return dates.to_numpy("datetime64[M]").astype(np.int64) + _FIRST


def month_ends(numbers: np.ndarray) -> np.ndarray:
    """Return the last day of each month as ``datetime64[D]``.

    >>> month_ends(np.array([24301])).tolist()
    [datetime.date(2025, 2, 28)]
    """
    next_month = (np.asarray(numbers) - _FIRST + 1).astype("datetime64[M]")
    return next_month.astype("datetime64[D]") - 1


def month_starts(numbers: np.ndarray) -> np.ndarray:
    """Return the first day of each month as pandas keeps dates.

    >>> pd.Series(month_starts(np.array([24301])))[0]
    Timestamp('2025-02-01 00:00:00')
    """
    return (np.asarray(numbers) - _FIRST).astype("datetime64[M]").astype("datetime64[us]")


def need(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> pd.DataFrame:
    """Return the columns ``names``; ``UserError`` for one that isn't there or has a gap.

    >>> need(pd.DataFrame({"loan_id": ["L1"]}), ("loan_id", "dpd"), "vintage")
    Traceback (most recent call last):
    smeprofile.errors.UserError: vintage 需要列 dpd，表里没有。请对照数据字典补上。
    """
    for name in names:
        if name not in frame.columns:
            raise UserError(f"{what} 需要列 {name}，表里没有。请对照数据字典补上。")
        gaps = frame[name].isna().to_numpy()
        if gaps.any():
            raise UserError(f"{what} 的第 {gaps.argmax() + 1} 行缺少 {name}。请先补齐或剔除。")
    return frame[list(names)]
