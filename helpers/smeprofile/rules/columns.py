"""What both rules ask of their input: numbers that make sense, columns of one length."""

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types


def check_number(value: Any, what: str) -> None:
    """Raise ``ValueError``, in Chinese, unless ``value`` is a finite number from 0 up.

    >>> check_number(-1, "营业收入（revenue_cny）")
    Traceback (most recent call last):
    ValueError: 营业收入（revenue_cny）应为不小于 0 的有限数：-1
    """
    if value is None or value is pd.NA or value != value:
        raise ValueError(f"缺少{what}")
    if isinstance(value, str | bool) or not isfinite(value) or value < 0:
        raise ValueError(f"{what}应为不小于 0 的有限数：{value!s}")


def as_numbers(values: Any, name: str) -> np.ndarray:
    """Return a column as float64, missing as NaN; raise ``ValueError`` for a column of texts.

    >>> as_numbers([300, None], "n_staff")
    array([300.,  nan])
    """
    column = pd.Series(values)
    if column.notna().any() and not types.is_numeric_dtype(column):
        raise ValueError(f"{name} 应为数值列，现在是 {column.dtype}")
    return column.to_numpy(dtype=float, na_value=np.nan)


def as_flags(values: Any, name: str, *, length: int) -> np.ndarray:
    """Return one yes or no per row, from a column or from one answer for all rows.

    Missing is refused: it is neither yes nor no.

    >>> as_flags(False, "is_retail", length=2)
    array([False, False])
    """
    flags = np.asarray(values)
    if flags.dtype != bool:
        raise ValueError(f"{name} 应为 True 或 False，不能缺失")
    if flags.ndim:
        check_lengths({name: flags}, length=length)
    return np.broadcast_to(flags, length)


def check_lengths(columns: dict[str, Any], *, length: int) -> None:
    """Raise ``ValueError``, in Chinese, for a column that has not ``length`` rows.

    >>> check_lengths({"n_staff": [1, 2]}, length=3)
    Traceback (most recent call last):
    ValueError: 各列行数不一致：n_staff 有 2 行，应为 3 行
    """
    for name, column in columns.items():
        if len(column) != length:
            raise ValueError(f"各列行数不一致：{name} 有 {len(column)} 行，应为 {length} 行")


def refuse_first(bad: np.ndarray, check: Callable[[int], object]) -> None:
    """Raise what ``check`` raises for the first bad row, with the row's number (from 1) before it.

    >>> refuse_first(np.array([False, True]), lambda row: check_number(-1, "余额"))
    Traceback (most recent call last):
    ValueError: 第 2 行：余额应为不小于 0 的有限数：-1
    """
    if not bad.any():
        return
    row = int(bad.argmax())
    try:
        check(row)
    except ValueError as error:
        raise ValueError(f"第 {row + 1} 行：{error}") from None
