"""What every function here asks of a profile."""

import pandas as pd

from smeprofile.errors import UserError


def need(profile: pd.DataFrame, names: tuple[str, ...] | list[str], what: str) -> pd.DataFrame:
    """Return the columns ``names``; ``UserError`` names the first that isn't there.

    >>> need(pd.DataFrame({"age_years": [3.0]}), ["stage"], "生命周期")
    Traceback (most recent call last):
    smeprofile.errors.UserError: 生命周期需要画像里的 stage，现在没有。用 sp.coverage 看缺哪张表。
    """
    for name in names:
        if name not in profile.columns:
            raise UserError(f"{what}需要画像里的 {name}，现在没有。用 sp.coverage 看缺哪张表。")
    return profile[list(names)]


def numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns as float64, missing as NaN."""
    return frame.apply(lambda column: pd.to_numeric(column).astype("float64"))
