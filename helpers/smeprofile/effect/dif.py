"""Differential item functioning: is an item harder for one track at equal ability?"""

import numpy as np
import pandas as pd
from scipy import stats

from smeprofile.effect.wide import checked
from smeprofile.errors import UserError

LEAST_PER_GROUP = 100


def dif(item_responses: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return one row per item: Mantel–Haenszel statistics of two groups matched by total score.

    ``item_responses``: learners × items, 0/1, NaN where there is no answer; ``groups``: label by
    learner, two different ones; the first in sorted order is the reference. Columns: ``odds_ratio``
    (Mantel and Haenszel 1959; above 1 the item is easier for the reference group), ``delta`` =
    −2.35·ln(odds ratio) (Holland and Thayer 1988), ``delta_se`` (Robins, Breslow and Greenland 1986),
    ``chi2`` with continuity correction, ``p``, and the ETS class: A negligible, B moderate, C large (|delta| ≥ 1.5
    and surely above 1; Zwick 2012). Unanswered items leave the learner out of that item; the
    total to match by counts them 0.

    A flag is a reason to read the item, not a proof of unfairness. Raises ``UserError`` unless both
    groups have at least 100 learners: below that the test finds chance and misses harm.

    >>> dif(pd.DataFrame({"a": [1, 0], "b": [1, 1]}), pd.Series(["rm", "analyst"]))
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 题目公平性（DIF）每组至少要 100 人，现为 analyst 1 人、rm 1 人：不算，算了也只是噪声。
    """
    answers = checked(item_responses)
    label = groups.reindex(answers.index)
    sizes = label.value_counts().sort_index()
    if len(sizes) != 2 or sizes.min() < LEAST_PER_GROUP:
        there = "、".join(f"{name} {n} 人" for name, n in sizes.items()) or "没有分组"
        raise UserError(
            f"题目公平性（DIF）每组至少要 {LEAST_PER_GROUP} 人，现为 {there}：不算，算了也只是噪声。"
        )
    points = answers.to_numpy()
    if not np.isin(points[~np.isnan(points)], (0.0, 1.0)).all():
        raise UserError("题目公平性（DIF）只算 0/1 计分的题。")
    total = answers.fillna(0.0).sum(axis=1).to_numpy()
    is_reference = (label == sizes.index[0]).to_numpy()
    is_grouped = label.notna().to_numpy()
    rows = [_item(points[is_grouped, n], total[is_grouped], is_reference[is_grouped])
            for n in range(points.shape[1])]  # fmt: skip
    return pd.DataFrame(rows, index=pd.Index(answers.columns, name="item"))


def _item(points: np.ndarray, total: np.ndarray, is_reference: np.ndarray) -> dict[str, object]:
    tables = _tables(points, total, is_reference)
    a, b, c, d = tables  # reference right, wrong; other right, wrong; one number a stratum
    n = a + b + c + d
    r, s = a * d / n, b * c / n
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = r.sum() / s.sum()
        p, q = (a + d) / n, (b + c) / n
        variance = (
            (p * r).sum() / (2 * r.sum() ** 2)
            + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
            + (q * s).sum() / (2 * s.sum() ** 2)
        )
        delta, se = -2.35 * np.log(odds), 2.35 * np.sqrt(variance)
        expected = (a + b) * (a + c) / n
        spread = (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))
        chi2 = max(0.0, abs(a.sum() - expected.sum()) - 0.5) ** 2 / spread.sum()
    p_value = float(stats.chi2.sf(chi2, 1))
    return {"odds_ratio": float(odds), "delta": float(delta), "delta_se": float(se),
            "chi2": float(chi2), "p": p_value, "ets": _ets(delta, se, p_value)}  # fmt: skip


def _tables(points: np.ndarray, total: np.ndarray, is_reference: np.ndarray) -> list[np.ndarray]:
    """Return the four cells of each score's 2 × 2 table, of scores that have two learners."""
    there = ~np.isnan(points)
    cells = []
    strata, at = np.unique(total[there], return_inverse=True)
    for of_reference in (True, False):
        for right in (1.0, 0.0):
            hit = (is_reference[there] == of_reference) & (points[there] == right)
            cells.append(np.bincount(at[hit], minlength=len(strata)).astype(float))
    enough = sum(cells) > 1
    return [cell[enough] for cell in cells]


def _ets(delta: float, se: float, p: float) -> str:
    if not np.isfinite(delta) or not np.isfinite(se):
        return ""
    if abs(delta) < 1 or p >= 0.05:
        return "A"
    is_large = abs(delta) >= 1.5 and (abs(delta) - 1) / se > stats.norm.ppf(0.95)
    return "C" if is_large else "B"
