"""What is left some days after the course."""

from collections.abc import Mapping

import pandas as pd

from smeprofile.effect.estimate import Estimate, withheld
from smeprofile.effect.pairs import paired, ratio

DAYS = (7, 30)  # when the course asks again


def retention(
    post: pd.Series, delayed: Mapping[int, pd.Series], *, pre: pd.Series | None = None
) -> pd.DataFrame:
    """Return one row per delay in days: how much of the post-test's score is still there.

    Scores by learner, all out of the same maximum. Columns: ``days``, ``n`` (sat both), ``n_missing``
    (sat the post-test and not this one), ``post_mean``, ``delayed_mean``, ``kept`` (delayed mean ÷
    post mean) with Fieller's ``kept_low``, ``kept_high``; with ``pre`` also ``gain_kept``:
    (delayed − pre) ÷ (post − pre) of the means, with its interval. NaN where it can't be had. Who
    doesn't come back is rarely like who does: read ``n_missing`` first.

    >>> post = pd.Series({"a": 20.0, "b": 24.0, "c": 28.0})
    >>> found = retention(post, {7: pd.Series({"a": 18.0, "b": 23.0, "c": 25.0})})
    >>> found[["days", "n", "kept"]].round(3).values.tolist()
    [[7.0, 3.0, 0.917]]
    """
    rows = []
    for days, later in sorted(delayed.items()):
        pairs = paired(post, later)
        row = {
            "days": days,
            "n": len(pairs.learners),
            "n_missing": pairs.n_pre_only,
            "post_mean": pairs.pre.mean() if pairs.learners else float("nan"),
            "delayed_mean": pairs.post.mean() if pairs.learners else float("nan"),
            **_columns("kept", ratio(pairs.post, pairs.pre)),
        }
        if pre is not None:
            row |= _columns("gain_kept", _gain_kept(pre, post, later))
        rows.append(row)
    return pd.DataFrame(rows)


def _gain_kept(pre: pd.Series, post: pd.Series, later: pd.Series) -> Estimate:
    all_three = pd.concat({"pre": pre, "post": post, "later": later}, axis=1).dropna().astype(float)
    if all_three.empty:
        return withheld("没有三次都考的人")
    left, learnt = all_three["later"] - all_three["pre"], all_three["post"] - all_three["pre"]
    return ratio(left.to_numpy(), learnt.to_numpy())


def _columns(name: str, found: Estimate) -> dict[str, float]:
    values = {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
    return {key: float("nan") if value is None else value for key, value in values.items()}
