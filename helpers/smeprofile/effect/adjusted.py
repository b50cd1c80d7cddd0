"""ANCOVA: what a post-test says once the pre-test is taken into account."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from smeprofile.effect.pairs import paired
from smeprofile.errors import UserError

AT_MEAN, SLOPE = "at_mean_pre", "pre"


@dataclass(frozen=True)
class Adjusted:
    """A least-squares fit of post on pre (and group).

    ``table``: one row per term, columns ``estimate``, ``se``, ``low``, ``high`` (95 %), ``p``:
    ``at_mean_pre`` is the post-test expected at the class's mean pre-test (of the first group),
    ``pre`` the slope, and one row per further group is its difference at the same pre-test.
    """

    table: pd.DataFrame
    n: int
    df: int
    r2: float

    def row(self, term: str) -> pd.Series:
        """Return one term's row."""
        return self.table.loc[term]


def ancova(pre: pd.Series, post: pd.Series, groups: pd.Series | None = None) -> Adjusted:
    """Return the analysis of covariance of ``post`` by ``pre``, and by ``groups`` where given.

    Series by learner; only who has all of them is used. ``groups``: two labels or more; the first
    in sorted order is what others are compared with (a control branch: call it "0"). Without
    groups there is nothing to compare with: the table then describes the class, and proves no
    effect. Model: post = β₀ + β₁(pre − mean) + Σ γ·group + u, u alike everywhere; Student's t.
    Source: Wooldridge, Introductory Econometrics, ch. 3–4 and 7 (the pre-test as lagged outcome).

    Raises ``UserError`` where there are too few learners, or pre-tests that are all alike.

    >>> pre = pd.Series([1.0, 2, 3, 4, 5, 6]); post = pd.Series([2.0, 3, 5, 5, 8, 8])
    >>> ancova(pre, post).table.round(3)["estimate"].to_dict()
    {'at_mean_pre': 5.167, 'pre': 1.286}
    """
    pairs = paired(pre, post)
    frame = pd.DataFrame({"pre": pairs.pre, "post": pairs.post}, index=pairs.learners)
    if groups is not None:
        frame["group"] = groups.reindex(frame.index)
        frame = frame.dropna()
    terms = {AT_MEAN: np.ones(len(frame)), SLOPE: (frame["pre"] - frame["pre"].mean()).to_numpy()}
    if groups is not None:
        for label in sorted(frame["group"].unique())[1:]:
            terms[str(label)] = (frame["group"] == label).to_numpy(float)
    if len(frame) < len(terms) + 2 or (len(frame) and np.ptp(frame["pre"]) == 0):
        raise UserError("人太少，或前测都一样，做不了协方差分析。请等更多人交齐前测和后测。")
    return least_squares(frame["post"].to_numpy(), pd.DataFrame(terms, index=frame.index))


def least_squares(outcome: np.ndarray, terms: pd.DataFrame) -> Adjusted:
    """Return ordinary least squares of ``outcome`` on ``terms`` (a column each, constant and all).

    Standard errors are the usual ones, of alike errors. Raises ``UserError`` when a term follows
    from the others.

    >>> x = pd.DataFrame({"one": 1.0, "x": [0.0, 1, 2, 3]})
    >>> least_squares(np.array([1.0, 3, 5, 8]), x).table["estimate"].round(2).to_dict()
    {'one': 0.8, 'x': 2.3}
    """
    x, n = terms.to_numpy(float), len(terms)
    beta, _, rank, _ = np.linalg.lstsq(x, outcome, rcond=None)
    if rank < x.shape[1]:
        raise UserError("有一项可以由其他项算出来（例如只有一个组），分不开它们的作用。")
    df = n - rank
    residual = outcome - x @ beta
    se = np.sqrt(residual @ residual / df * np.diag(np.linalg.inv(x.T @ x)))
    half = stats.t.ppf(0.975, df) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(beta / se), df)
        r2 = 1 - residual @ residual / np.sum((outcome - outcome.mean()) ** 2)
    table = pd.DataFrame(
        {"estimate": beta, "se": se, "low": beta - half, "high": beta + half, "p": p},
        index=list(terms.columns),
    )
    return Adjusted(table, n, int(df), float(r2))
