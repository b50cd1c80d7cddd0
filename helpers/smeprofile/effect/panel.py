"""Fixed effects: what a measure did to the same units over the years, errors clustered by unit."""

import numpy as np
import pandas as pd
from scipy import stats

from smeprofile.effect.adjusted import Adjusted
from smeprofile.errors import UserError


def within(frame: pd.DataFrame, outcome: str, terms: list[str], *, unit: str) -> Adjusted:
    """Return the within (fixed effects) estimate of ``outcome`` by ``terms``, one row a unit and year.

    Each unit is compared with itself: its own means are taken off first, so what doesn't change in
    it (its trade, its people, how badly off it began) can't be taken for an effect; give a dummy for
    every year but the first. Rows with a gap are left out, and units with one row left. ``se`` are
    clustered by unit, with Stata's correction G/(G−1)·(n−1)/(n−k−1); Student's t with G − 1 degrees
    of freedom. Source: Wooldridge, Introductory Econometrics, ch. 14.

    Raises ``UserError`` for fewer than three units, or a term that the others give.

    >>> rows = pd.DataFrame({"firm": list("aabbcc"), "year": [0, 1] * 3, "helped": [0, 1, 0, 0, 0, 0],
    ...     "scrap": [9.0, 6.0, 4.0, 4.0, 7.0, 7.0]})
    >>> within(rows, "scrap", ["year", "helped"], unit="firm").table["estimate"].round(6).to_dict()
    {'year': 0.0, 'helped': -3.0}
    """
    rows = frame[[unit, outcome, *terms]].dropna()
    rows = rows[rows.groupby(unit)[outcome].transform("size") > 1]
    groups = rows[unit].nunique()
    if groups < 3:
        raise UserError("单位太少：至少要三个单位，每个至少两年。")
    values = rows[[outcome, *terms]].astype(float)
    values -= values.groupby(rows[unit]).transform("mean")
    y, x = values[outcome].to_numpy(), values[terms].to_numpy()
    beta, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    if rank < len(terms):
        raise UserError("有一项可以由其他项算出来，或在每个单位里都不变，分不开它的作用。")
    n, k, left = len(rows), len(terms), y - x @ beta
    scores = pd.DataFrame(x * left[:, None]).groupby(rows[unit].to_numpy()).sum().to_numpy()
    bread = np.linalg.inv(x.T @ x)
    meat = scores.T @ scores * groups / (groups - 1) * (n - 1) / (n - k - 1)
    se = np.sqrt(np.diag(bread @ meat @ bread))
    half = stats.t.ppf(0.975, groups - 1) * se
    p = 2 * stats.t.sf(np.abs(beta / se), groups - 1)
    table = pd.DataFrame(
        {"estimate": beta, "se": se, "low": beta - half, "high": beta + half, "p": p}, index=terms
    )
    return Adjusted(table, n, groups - 1, float(1 - left @ left / (y @ y)))
