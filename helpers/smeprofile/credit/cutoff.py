"""Where to draw the line: who passes, how many of them go bad, and what is left for the bank."""

import numpy as np
import pandas as pd

from smeprofile.errors import UserError
from smeprofile.rows import refuse_other_rows


def cutoff_table(
    score: pd.Series, is_bad: pd.Series, *, gain_cny: float, loss_cny: float, step: int = 5
) -> pd.DataFrame:
    """Return one row per cut-off score: ``approval_rate, n_bad, bad_rate, profit_cny``.

    Who scores the cut-off or more passes. A good customer earns ``gain_cny`` within the window, a
    bad one costs ``loss_cny``: the profit is that of those who pass. The cut-offs are the multiples
    of ``step`` from below the least score to above the greatest. ``bad_rate`` is missing where
    nobody passes. Customers count, not amounts. ``is_bad`` may be chances of being bad (0–1)
    instead of outcomes: what comes out is then expected. Raises ``UserError`` for a missing
    score or outcome, or indexes that differ.

    >>> table = cutoff_table(pd.Series([500, 620]), pd.Series([1, 0]), gain_cny=1, loss_cny=9, step=60)
    >>> table["profit_cny"].to_dict()
    {480: -8.0, 540: 1.0, 600: 1.0, 660: 0.0}
    """
    _check(score, is_bad)
    low, high = int(score.min() // step), int(score.max() // step) + 1
    cuts = np.arange(low, high + 1) * step
    ordered = np.argsort(score.to_numpy(), kind="stable")
    points, bad = score.to_numpy()[ordered], np.asarray(is_bad).astype(float)[ordered]
    first = np.searchsorted(points, cuts, side="left")
    n, n_bad = len(points) - first, bad.sum() - np.append(0, bad.cumsum())[first]
    table = pd.DataFrame({"approval_rate": n / len(points), "n_bad": n_bad}, index=cuts)
    table["bad_rate"] = np.divide(n_bad, n, out=np.full(len(n), np.nan), where=n > 0)
    table["profit_cny"] = (n - n_bad) * float(gain_cny) - n_bad * float(loss_cny)
    return table.rename_axis("cutoff")


def profit_at(
    cutoff: float, score: pd.Series, is_bad: pd.Series, *, gain_cny: float, loss_cny: float
) -> float:
    """Return the profit in yuan of passing everybody who scores ``cutoff`` or more.

    Expected, where ``is_bad`` is chances of being bad. Raises ``UserError`` for a missing score or
    outcome, whether it passes or not, or indexes that differ.

    >>> profit_at(600, pd.Series([500, 620]), pd.Series([1, 0]), gain_cny=1, loss_cny=9)
    1.0
    """
    _check(score, is_bad)
    passed = is_bad[score >= cutoff].astype(float)
    return float(gain_cny * (len(passed) - passed.sum()) - loss_cny * passed.sum())


def _check(score: pd.Series, is_bad: pd.Series) -> None:
    refuse_other_rows(score=score, is_bad=is_bad)
    if pd.Series(score).isna().any():
        raise UserError("有的行没有评分。请先补上或去掉，别让它算作通过。")
    if pd.Series(is_bad).isna().any():
        raise UserError("有的行还不知道好坏（表现期没满）。请先去掉，别当作好。")
