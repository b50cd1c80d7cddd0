"""Who left before the post-test, and what that does to the gain."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from smeprofile.effect.estimate import Estimate, share_interval, withheld
from smeprofile.effect.pairs import paired

LEAST_EACH = 5  # who left and who stayed: with fewer, Welch's interval spans all scores there are


@dataclass(frozen=True)
class Dropout:
    """Drop-out between two tests, and whether those who left were others than those who stayed.

    ``share`` of who sat the pre-test and not the post-test. ``pre_difference``: mean pre-test of
    who stayed less that of who left, in points, Welch's interval. ``by_group``: one row per group
    with ``n``, ``n_left``, ``share``, ``low``, ``high``; ``p_groups`` tests that all leave alike.
    ``cautious_change``: the mean change if all who left had learnt nothing, in points.
    """

    n_pre: int
    n_left: int
    share: Estimate
    pre_difference: Estimate
    by_group: pd.DataFrame
    p_groups: float | None
    cautious_change: float | None


def dropout(pre: pd.Series, post: pd.Series, groups: pd.Series | None = None) -> Dropout:
    """Return the drop-out of a class, from scores by learner; ``groups`` (say, tracks) by learner.

    Share: Wilson (1927). Difference: Welch's t, by SciPy. Groups: Fisher's exact test for two,
    else Pearson's χ² (SciPy). ``cautious_change`` = mean change · n stayed ÷ n pre.

    >>> pre = pd.Series({"a": 5.0, "b": 6.0, "c": 2.0, "d": 3.0})
    >>> found = dropout(pre, pd.Series({"a": 8.0, "b": 8.0}))
    >>> found.share.value, found.pre_difference.value, found.cautious_change
    (0.5, 3.0, 1.25)
    """
    pre = pd.Series(pre, dtype=float).dropna()
    pairs = paired(pre, post)
    left = pre[~pre.index.isin(pairs.learners)]
    by_group, p = _by_group(pre.index, left.index, groups)
    change = float((pairs.post - pairs.pre).sum() / len(pre)) if pairs.learners else None
    return Dropout(
        n_pre=len(pre),
        n_left=len(left),
        share=share_interval(len(left), len(pre)),
        pre_difference=_difference(pairs.pre, left.to_numpy()),
        by_group=by_group,
        p_groups=p,
        cautious_change=change,
    )


def _difference(stayed: np.ndarray, left: np.ndarray) -> Estimate:
    n = len(stayed) + len(left)
    if not len(left) or not len(stayed):
        return withheld("没有人离开" if len(stayed) else "没有人留下", n)
    value = float(stayed.mean() - left.mean())
    if min(len(stayed), len(left)) < LEAST_EACH:
        return withheld(f"离开或留下的不足 {LEAST_EACH} 人", n, value)
    if np.ptp(stayed) == 0 == np.ptp(left):
        return withheld("离开的、留下的前测分各自都一样，估不出误差", n, value)
    bounds = stats.ttest_ind(stayed, left, equal_var=False).confidence_interval(0.95)
    return Estimate(value, float(bounds.low), float(bounds.high), n)


def _by_group(
    all_: pd.Index, left: pd.Index, groups: pd.Series | None
) -> tuple[pd.DataFrame, float | None]:
    columns = ["group", "n", "n_left", "share", "low", "high"]
    if groups is None:
        return pd.DataFrame(columns=columns), None
    label = groups.reindex(all_).dropna()
    rows, counts = [], []
    for name, of in label.groupby(label):
        gone = int(of.index.isin(left).sum())
        found = share_interval(gone, len(of))
        rows.append([name, len(of), gone, found.value, found.low, found.high])
        counts.append([gone, len(of) - gone])
    return pd.DataFrame(rows, columns=columns), _p_alike(np.array(counts))


def _p_alike(counts: np.ndarray) -> float | None:
    if len(counts) < 2 or not counts.sum(axis=0).all():
        return None
    if len(counts) == 2:
        return float(stats.fisher_exact(counts).pvalue)
    return float(stats.chi2_contingency(counts).pvalue)
