"""Arrow columns from the generator's numbers: ids, names, days, fen."""

import numpy as np
import pyarrow as pa

from smeprofile.simulate.plans import NEVER
from smeprofile.simulate.setting import first_day

_ZERO = np.datetime64(0, "us")


def words(values, codes: np.ndarray) -> pa.Array:
    """Return text by position in ``values``; a negative position is missing."""
    codes = np.asarray(codes)
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(values), pa.string()))


def texts(values: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Return text as it is; ``missing`` marks gaps."""
    return pa.array(np.asarray(values, dtype=object), pa.string(), mask=missing)


def days(number: np.ndarray) -> pa.Array:
    """Return dates from day numbers; NEVER is missing."""
    number = np.asarray(number, dtype=np.int64)
    gone = number >= NEVER
    moments = np.where(gone, 0, number) * np.timedelta64(86_400_000_000, "us") + _ZERO
    return pa.array(moments, pa.timestamp("us"), mask=gone)


def seconds(number: np.ndarray) -> pa.Array:
    """Return times from seconds counted from 1970, Beijing time."""
    return pa.array(
        np.asarray(number) * np.timedelta64(1_000_000, "us") + _ZERO, pa.timestamp("us")
    )


def month_days(month: np.ndarray) -> pa.Array:
    """Return the first day of each month number."""
    return days(first_day(month))


def yuan(fen: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Return money in yuan from whole fen."""
    return pa.array(np.asarray(fen) / 100, pa.float64(), mask=missing)


def numbers(values: np.ndarray, missing: np.ndarray | None = None, *, digits: int = 6) -> pa.Array:
    """Return numbers, rounded: the last bits of a logarithm are the machine's, not the bank's."""
    return pa.array(np.round(np.asarray(values, dtype=float), digits), pa.float64(), mask=missing)


def whole(values: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Return whole numbers."""
    return pa.array(np.asarray(values).astype(np.int64), pa.int64(), mask=missing)


def flags(values: np.ndarray) -> pa.Array:
    """Return yes or no."""
    return pa.array(np.asarray(values, dtype=bool))
