"""Whether columns that are counted together belong together: of the same rows, nothing unknown."""

from typing import Any

import numpy as np
import pandas as pd

from smeprofile.errors import UserError


def refuse_other_rows(**columns: Any) -> None:
    """Raise ``UserError`` unless all that have an index have the same one, in the same order.

    Taken by place, a customer would get another's outcome. Arrays go by place.

    >>> refuse_other_rows(score=pd.Series([1, 2]), is_bad=pd.Series([0, 1], index=[1, 0]))
    Traceback (most recent call last):
    smeprofile.errors.UserError: is_bad 与 score 的行对不上（索引不同）：先按同一个索引对齐，再算。
    """
    told = {n: c.index for n, c in columns.items() if isinstance(c, pd.Series | pd.DataFrame)}
    for name in told:
        first = next(iter(told))
        if not told[name].equals(told[first]):
            raise UserError(f"{name} 与 {first} 的行对不上（索引不同）：先按同一个索引对齐，再算。")


def refuse_unknown(**columns: Any) -> None:
    """Raise ``UserError`` for the first column with a missing value: unknown is neither yes nor no.

    >>> refuse_unknown(y=pd.Series([1.0, None]))
    Traceback (most recent call last):
    smeprofile.errors.UserError: y 有 1 行缺失：还不知道的不能当有，也不能当没有，先去掉或补上。
    """
    for name, values in columns.items():
        if gaps := np.count_nonzero(pd.isna(values)):
            raise UserError(
                f"{name} 有 {gaps} 行缺失：还不知道的不能当有，也不能当没有，先去掉或补上。"
            )
