"""Learners who sat both tests, and intervals of what is computed from pairs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from smeprofile.effect.estimate import Estimate, withheld
from smeprofile.errors import UserError


@dataclass(frozen=True)
class Pairs:
    """Both scores of who has both, in the order of ``learners``; how many have one alone."""

    learners: list
    pre: np.ndarray
    post: np.ndarray
    n_pre_only: int
    n_post_only: int


def paired(pre: pd.Series, post: pd.Series) -> Pairs:
    """Return the pairs of two series of scores, joined by their index (the learner).

    A learner without a score, or with NaN, has none. Raises ``UserError`` where one stands twice.

    >>> found = paired(pd.Series({"a": 1.0, "b": 2.0}), pd.Series({"b": 5.0, "c": 6.0}))
    >>> found.learners, found.n_pre_only, found.n_post_only
    (['b'], 1, 1)
    """
    pre, post = _scores(pre), _scores(post)
    both = pre.index.intersection(post.index, sort=False)
    first, second = pre.loc[both].to_numpy(), post.loc[both].to_numpy()
    return Pairs(list(both), first, second, len(pre) - len(both), len(post) - len(both))


def _scores(scores: pd.Series) -> pd.Series:
    scores = pd.Series(scores, dtype=float).dropna()
    if scores.index.has_duplicates:
        twice = scores.index[scores.index.duplicated()][0]
        raise UserError(f"学员 {twice} 的分数出现两次。请每人只留一行。")
    return scores


def ratio(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return mean(above) ÷ mean(below) of pairs, with Fieller's 95 % interval (Fieller 1954).

    The interval holds every ratio g for which Student's t doesn't reject that above − g·below has
    mean 0. It has no end where the mean below isn't surely other than 0: then it is withheld.

    >>> found = ratio(np.array([1.0, 2.0, 3.0, 2.0]), np.array([4.0, 5.0, 5.0, 6.0]))
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.4, 0.1581, 0.6275)
    """
    n = len(above)
    if n == 0 or below.mean() == 0:
        return withheld("分母是 0，没有定义", n)
    value = float(above.mean() / below.mean())
    if n < 3:
        return withheld("不足 3 人，没有区间", n, value)
    c = stats.t.ppf(0.975, n - 1) ** 2 / n
    (s_aa, s_ab), (_, s_bb) = np.cov(above, below)
    a = below.mean() ** 2 - c * s_bb
    b = above.mean() * below.mean() - c * s_ab
    inside = b**2 - a * (above.mean() ** 2 - c * s_aa)
    if a <= 0 or inside < 0:
        return withheld("分母和 0 分不清，区间没有边", n, value)
    half = float(np.sqrt(inside) / a)
    return Estimate(value, float(b / a) - half, float(b / a) + half, n)


def standardised(pre: np.ndarray, post: np.ndarray) -> Estimate:
    """Return Cohen's d of pairs: mean change ÷ √((s²_pre + s²_post)/2), with Bonett's interval.

    Bonett (2008), "Confidence intervals for standardized linear contrasts of means",
    Psychological Methods 13; Student's t in place of the normal, for small classes.

    >>> round(standardised(np.array([5.5, 2.4, 6.8, 9.6, 4.2]), np.array([6.4, 3.4, 6.4, 11.0, 4.8])).value, 4)
    0.2508
    """
    n = len(pre)
    if n < 3:
        return withheld("不足 3 人，没有区间", n)
    (v1, c12), (_, v2) = np.cov(pre, post)
    s2 = (v1 + v2) / 2
    if s2 == 0:
        return withheld("大家得分都一样，算不出 d", n)
    d = float((post - pre).mean() / np.sqrt(s2))
    own = d**2 * (v1**2 + v2**2 + 2 * c12**2) / (8 * (n - 1) * s2**2)
    se = float(np.sqrt(own + (v1 + v2 - 2 * c12) / ((n - 1) * s2)))
    half = float(stats.t.ppf(0.975, n - 1)) * se
    return Estimate(d, d - half, d + half, n)
