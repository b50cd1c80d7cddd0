"""Item analysis: how hard an item is, and whether it tells the able from the others."""

import numpy as np
import pandas as pd
from scipy import stats

from smeprofile.effect.estimate import share_interval
from smeprofile.effect.wide import STATES, checked

GROUP_SHARE = 0.27  # Kelley 1939: at this share the two groups' difference is surest
EBEL = ((0.40, "很好"), (0.30, "良"), (0.20, "尚可"), (-np.inf, "须改"))  # Ebel 1972


def item_analysis(item_responses: pd.DataFrame) -> pd.DataFrame:
    """Return one row per item, in the items' order; rates are 0–1.

    ``item_responses``: learners × items with points (0/1 or more), NaN where there is no answer;
    or the course's long table of one form, whose states are then counted apart.

    Columns: ``n_answered``, ``n_untried``, ``n_not_reached`` (with a wide table, ``n_unanswered``);
    ``difficulty``: share of the item's points reached by who answered it (0/1 items: share right),
    with Wilson's ``difficulty_low``, ``difficulty_high``; ``discrimination``: difficulty in the
    upper 27 % by total score less that in the lower 27 % (Kelley 1939), its ``verdict`` by Ebel
    (1972); ``item_rest``: correlation with the rest of the score (point-biserial for 0/1 items,
    corrected by leaving the item out), with Fisher's interval ``item_rest_low``, ``_high``;
    ``alpha_if_deleted``: Cronbach's α of the other items.

    Unanswered items count 0 in a total score, as graded, and never as wrong in an item's own row:
    its figures are of those who answered. Who ties at a group's edge counts in part, so that the
    order of rows decides nothing. What can't be computed is NaN.

    Raises ``UserError`` with fewer than two items or learners.

    >>> answers = pd.DataFrame({"a": [1, 1, 1, 0], "b": [1, 1, 0, 0], "c": [1, 0, 0, None]})
    >>> item_analysis(answers)[["difficulty", "discrimination", "n_answered"]].round(2).values.tolist()
    [[0.75, 1.0, 4.0], [0.5, 1.0, 4.0], [0.33, nan, 3.0]]
    """
    answers = checked(item_responses)
    points, scored = answers.to_numpy(), answers.fillna(0.0).to_numpy()
    most = _most_points(points)
    total = scored.sum(axis=1)
    table = pd.DataFrame(index=pd.Index(answers.columns, name="item"))
    table = table.assign(**_counts(item_responses, answers))
    shares = points / most
    table["difficulty"] = _mean(shares, np.ones(len(total)))
    table = table.assign(**_difficulty_bounds(points, most))
    upper, lower = edge_weights(total)
    table["discrimination"] = _mean(shares, upper) - _mean(shares, lower)
    table["verdict"] = [ebel(value) for value in table["discrimination"]]
    return table.assign(**_rest(points, total), alpha_if_deleted=_alpha_without(scored))


def ebel(discrimination: float) -> str:
    """Return Ebel's word for a discrimination, "" for none.

    >>> ebel(0.35), ebel(float("nan"))
    ('良', '')
    """
    if np.isnan(discrimination):
        return ""
    return next(word for least, word in EBEL if discrimination >= least - 1e-12)


def edge_weights(total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how much each learner counts in the upper and the lower 27 % by total score.

    Each group weighs 27 % of the learners, rounded, at least 1; ties at its edge share what is left.

    >>> [w.tolist() for w in edge_weights(np.array([3.0, 2.0, 2.0, 1.0]))]
    [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    """
    size = max(1, round(GROUP_SHARE * len(total)))
    return _top(total, size), _top(-total, size)


def _top(total: np.ndarray, size: int) -> np.ndarray:
    edge = np.sort(total)[-size]
    above, tied = total > edge, total == edge
    return above + tied * (size - above.sum()) / tied.sum()


def _most_points(points: np.ndarray) -> np.ndarray:
    """Return each item's points to reach: the most that anybody has, at least 1."""
    most = np.max(np.where(np.isnan(points), -np.inf, points), axis=0)
    return np.maximum(most, 1.0)


def _counts(given: pd.DataFrame, answers: pd.DataFrame) -> dict[str, object]:
    counts: dict[str, object] = {"n_answered": answers.notna().sum().to_numpy()}
    if "state" in given:
        by = given.groupby(["item", "state"]).size().unstack(fill_value=0)
        by = by.reindex(index=answers.columns, columns=list(STATES), fill_value=0)
        return counts | {f"n_{s}": by[s].to_numpy() for s in ("untried", "not_reached")}
    return counts | {"n_unanswered": answers.isna().sum().to_numpy()}


def _mean(shares: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted mean of each column over those who answered, NaN where none did."""
    there = ~np.isnan(shares) * weights[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(np.where(np.isnan(shares), 0, shares) * there, axis=0) / there.sum(axis=0)


def _difficulty_bounds(points: np.ndarray, most: np.ndarray) -> dict[str, list[float]]:
    """Return Wilson's bounds; for items with parts of points those are somewhat too wide."""
    found = []
    for column, top in zip(points.T, most, strict=True):
        given = column[~np.isnan(column)]
        found.append(share_interval(round(float(given.sum() / top)), len(given)))
    nan = float("nan")
    return {
        "difficulty_low": [nan if e.low is None else e.low for e in found],
        "difficulty_high": [nan if e.high is None else e.high for e in found],
    }


def _rest(points: np.ndarray, total: np.ndarray) -> dict[str, list[float]]:
    rows = [_rest_of(column, total) for column in points.T]
    names = ("item_rest", "item_rest_low", "item_rest_high")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _rest_of(column: np.ndarray, total: np.ndarray) -> tuple[float, float, float]:
    there = ~np.isnan(column)
    own, rest, nan = column[there], (total[there] - column[there]), float("nan")
    if len(own) < 3 or np.ptp(own) == 0 or np.ptp(rest) == 0:
        return nan, nan, nan
    found = stats.pearsonr(own, rest)
    if len(own) < 4:
        return float(found.statistic), nan, nan
    bounds = found.confidence_interval(0.95)  # Fisher's z
    return float(found.statistic), float(bounds.low), float(bounds.high)


def _alpha_without(scored: np.ndarray) -> np.ndarray:
    """Return α of the other items, for each item; NaN where fewer than two are left."""
    k = scored.shape[1] - 1
    if k < 2:
        return np.full(k + 1, np.nan)
    total, items = scored.sum(axis=1), scored.var(axis=0, ddof=1)
    rest = np.array([np.var(total - column, ddof=1) for column in scored.T])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rest > 0, k / (k - 1) * (1 - (items.sum() - items) / rest), np.nan)
