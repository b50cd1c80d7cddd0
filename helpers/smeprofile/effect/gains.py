"""How much was learnt between two tests of the same blueprint."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from smeprofile.effect.adjusted import Adjusted, ancova
from smeprofile.effect.estimate import Estimate, caution, mean_interval, withheld
from smeprofile.effect.pairs import Pairs, paired, ratio, standardised
from smeprofile.errors import UserError


@dataclass(frozen=True)
class Gain:
    """What changed from pre- to post-test; scores in the points they were given in.

    ``class_gain`` is Hake's ⟨g⟩ of the class's means, ``individual_gain`` the mean of each
    learner's own g, without the ``n_full_before`` who had all points already: theirs has no
    definition, and is neither 0 nor left out silently. ``change`` is the mean change in points,
    with ``t``, ``df`` and ``p`` of the paired test, ``d`` its size in standard deviations.
    ``adjusted`` is the ANCOVA of post on pre, None where it can't be had. ``caution`` is what to
    say of so few learners, "" for enough.
    """

    n: int
    n_pre_only: int
    n_post_only: int
    n_improved: int
    n_unchanged: int
    n_declined: int
    n_full_before: int
    n_full_after: int
    pre_mean: float
    post_mean: float
    max_points: float
    class_gain: Estimate
    individual_gain: Estimate
    change: Estimate
    t: float | None
    df: int
    p: float | None
    d: Estimate
    adjusted: Adjusted | None
    caution: str


def gain(pre: pd.Series, post: pd.Series, *, max_points: float) -> Gain:
    """Return what was learnt, from scores by learner (Series whose index is the learner).

    Class ⟨g⟩ = (mean post − mean pre) ÷ (max − mean pre) (Hake 1998), interval by Fieller (1954);
    individual g = (post − pre) ÷ (max − pre), mean with Student's interval; paired t by SciPy; d and its
    interval by Bonett (2008); ANCOVA by :func:`ancova`. Who sat one test only is counted
    and not used: see :func:`dropout` for what that may hide. Without a control group none of this
    shows what caused the change: practice with the first test and learning elsewhere are in it.

    Raises ``UserError`` when nobody sat both tests, or a score is not in 0–``max_points``.

    >>> pre, post = pd.Series([40.0, 50, 60, 100]), pd.Series([70.0, 65, 80, 100])
    >>> found = gain(pre, post, max_points=100)
    >>> round(found.class_gain.value, 3), round(found.individual_gain.value, 3), found.n_full_before
    (0.433, 0.433, 1)
    """
    pairs = paired(pre, post)
    if not pairs.learners:
        raise UserError("没有人同时有前测和后测成绩，算不出学到多少。请先收齐并批改两次测验。")
    scores = np.concatenate([pairs.pre, pairs.post])
    if scores.min() < 0 or scores.max() > max_points:
        raise UserError(f"有分数不在 0–{max_points:g} 之间。请核对满分（max_points）。")
    change = pairs.post - pairs.pre
    room = max_points - pairs.pre
    tested = _test(pairs)
    return Gain(
        n=len(change),
        n_pre_only=pairs.n_pre_only,
        n_post_only=pairs.n_post_only,
        n_improved=int((change > 0).sum()),
        n_unchanged=int((change == 0).sum()),
        n_declined=int((change < 0).sum()),
        n_full_before=int((room == 0).sum()),
        n_full_after=int((pairs.post == max_points).sum()),
        pre_mean=float(pairs.pre.mean()),
        post_mean=float(pairs.post.mean()),
        max_points=float(max_points),
        class_gain=ratio(change, room),
        individual_gain=_individual(change, room),
        change=mean_interval(change),
        t=tested and float(tested.statistic),
        df=len(change) - 1,
        p=tested and float(tested.pvalue),
        d=standardised(pairs.pre, pairs.post),
        adjusted=_adjusted(pairs),
        caution=caution(len(change)),
    )


def individual_gains(pre: pd.Series, post: pd.Series, *, max_points: float) -> pd.Series:
    """Return each learner's own g by learner; NaN for who had all points already.

    >>> individual_gains(pd.Series({"a": 50.0, "b": 100.0}), pd.Series({"a": 75.0, "b": 90.0}),
    ...                  max_points=100).to_dict()
    {'a': 0.5, 'b': nan}
    """
    pairs = paired(pre, post)
    room = np.where(pairs.pre < max_points, max_points - pairs.pre, np.nan)
    return pd.Series((pairs.post - pairs.pre) / room, index=pairs.learners)


def _individual(change: np.ndarray, room: np.ndarray) -> Estimate:
    usable = room > 0
    if not usable.any():
        return withheld("前测都是满分，没有定义")
    return mean_interval(change[usable] / room[usable])


def _test(pairs: Pairs) -> object:
    """Return SciPy's paired t-test, None where it has no meaning."""
    if len(pairs.pre) < 2 or np.ptp(pairs.post - pairs.pre) == 0:
        return None
    return stats.ttest_rel(pairs.post, pairs.pre)


def _adjusted(pairs: Pairs) -> Adjusted | None:
    try:
        return ancova(pd.Series(pairs.pre), pd.Series(pairs.post))
    except UserError:
        return None
