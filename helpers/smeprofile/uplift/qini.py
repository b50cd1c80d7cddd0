"""Qini: how many more apply when the first so many of a ranking are contacted."""

import numpy as np
import pandas as pd

from smeprofile.errors import UserError
from smeprofile.rows import refuse_other_rows, refuse_unknown


def qini_curve(
    score: pd.Series, treated: pd.Series, y: pd.Series, *, points: int = 100
) -> pd.DataFrame:
    """Return the Qini curve at so many equal ``points``: ``share`` contacted and ``extra``.

    The experiment's rows are ranked by ``score``, high first (ties as they come). Among the first k,
    extra = applications of the contacted − those of the control × contacted ÷ control: how many
    more came than would have, as counted in the contacted. First row: nobody, 0. Where there is no
    control among the first k yet, nothing is taken off. Convention as in Radcliffe (2007).
    ``UserError`` for missing values, or indexes that differ; so below.

    >>> curve = qini_curve(pd.Series([4, 3, 2, 1]), pd.Series([True, False, True, False]),
    ...     pd.Series([1, 0, 1, 1]), points=2)
    >>> curve["extra"].tolist()
    [0.0, 1.0, 1.0]
    """
    share, extra = _curve(*_ranked(score, treated, y), points=points)
    return pd.DataFrame({"share": share, "extra": extra})


def qini_coefficient(score: pd.Series, treated: pd.Series, y: pd.Series) -> float:
    """Return the area between the Qini curve and the straight line of a random order, ÷ contacted.

    In extra applications per contacted customer; 0 for a ranking that is as good as none, negative
    for a worse one. The area runs over the share contacted, 0–1, one step a row.

    >>> round(qini_coefficient(pd.Series([4, 3, 2, 1]), pd.Series([True, False, True, False]),
    ...     pd.Series([1, 0, 0, 1])), 3)
    0.375
    """
    treated_sorted, y_sorted = _ranked(score, treated, y)
    share, extra = _curve(treated_sorted, y_sorted, points=len(y_sorted))
    return float(np.trapezoid(extra - share * extra[-1], share) / treated_sorted.sum())


def qini_error(
    one: pd.Series, other: pd.Series, treated: pd.Series, y: pd.Series, *, share: float,
    draws: int = 100, seed: int = 1,
) -> float:  # fmt: skip
    """Return the standard error of how much more ranking ``one`` brings than ``other`` at ``share``.

    By bootstrap over the rows, both rankings on the same draws.
    """
    refuse_other_rows(one=one, other=other, treated=treated, y=y)
    refuse_unknown(one=one, other=other, treated=treated, y=y)
    rng, n = np.random.default_rng(seed), len(y)
    told = []
    columns = [np.asarray(c) for c in (one, other)]
    columns += [np.asarray(treated, dtype=bool), np.asarray(y, dtype=float)]
    for _ in range(draws):
        at = rng.integers(0, n, n)
        a, b, t, v = (column[at] for column in columns)
        told.append(_extra_at(a, t, v, share) - _extra_at(b, t, v, share))
    return float(np.std(told))


def _extra_at(score: np.ndarray, treated: np.ndarray, y: np.ndarray, share: float) -> float:
    k = max(1, round(share * len(y)))
    first = np.argpartition(-score, k - 1)[:k]
    t, v = treated[first], y[first]
    return v[t].sum() - v[~t].sum() * t.sum() / max((~t).sum(), 1)


def _ranked(score, treated, y) -> tuple[np.ndarray, np.ndarray]:
    if not len(score) == len(treated) == len(y):
        raise UserError("score、treated、y 应一样长，一行一次触达。")
    refuse_other_rows(score=score, treated=treated, y=y)
    refuse_unknown(score=score, treated=treated, y=y)
    order = np.argsort(-np.asarray(score, dtype=float), kind="stable")
    return np.asarray(treated, dtype=bool)[order], np.asarray(y, dtype=float)[order]


def _curve(treated: np.ndarray, y: np.ndarray, *, points: int) -> tuple[np.ndarray, np.ndarray]:
    n = len(y)
    if not treated.any() or treated.all():
        raise UserError("Qini 要干预和对照两组都有。")
    n_treated, n_control = treated.cumsum(), (~treated).cumsum()
    came = (y * treated).cumsum()
    alone = (y * ~treated).cumsum() * n_treated / np.maximum(n_control, 1)
    at = np.round(np.linspace(0, n, points + 1)).astype(int)
    return at / n, np.append(0.0, came - alone)[at]
