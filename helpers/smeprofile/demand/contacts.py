"""Whom to call on: what a threshold on the predicted probability brings and what it misses."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from smeprofile.errors import UserError


def by_threshold(
    scored: pd.DataFrame,
    thresholds: Iterable[float],
    *,
    places: int,
    value_cny: float,
    cost_cny: float,
) -> pd.DataFrame:
    """Return one row per threshold: ``n_listed``, ``n_visited``, ``n_hits``, ``n_missed``, and so on.

    ``scored``: one row per customer, ``probability`` and whether it ``asked``. Listed is who is at or
    above the threshold; visited are the first ``places`` of them, the likeliest first. ``precision``
    = hits ÷ visited (missing when nobody is), ``recall`` = hits ÷ all who asked; ``value_cny`` =
    hits × ``value_cny`` − visited × ``cost_cny``, yuan. ``UserError`` where a probability is missing.

    >>> scored = pd.DataFrame({"probability": [0.9, 0.6, 0.4, 0.1], "asked": [True, False, True, False]})
    >>> told = by_threshold(scored, [0.3], places=2, value_cny=3000, cost_cny=300)
    >>> told.loc[0, ["n_listed", "n_visited", "n_hits", "n_missed", "value_cny"]].astype(int).tolist()
    [3, 2, 1, 1, 2400]
    """
    if scored["probability"].isna().any():
        raise UserError("有客户没有预测概率（probability）：先补上，或从名单里去掉。")
    order = scored.sort_values("probability", ascending=False, kind="stable")
    hits_among_first = np.concatenate([[0], order["asked"].astype("int64").cumsum()])
    rows = pd.DataFrame({"threshold": list(thresholds)})
    ascending = order["probability"].to_numpy()[::-1]
    below = np.searchsorted(ascending, rows["threshold"] - 1e-12)
    rows["n_listed"] = len(order) - below
    rows["n_visited"] = rows["n_listed"].clip(upper=places)
    rows["n_hits"] = hits_among_first[rows["n_visited"]]
    rows["n_missed"] = hits_among_first[-1] - rows["n_hits"]
    rows["precision"] = rows["n_hits"] / rows["n_visited"].where(rows["n_visited"] > 0)
    rows["recall"] = rows["n_hits"] / max(hits_among_first[-1], 1)
    rows["value_cny"] = rows["n_hits"] * value_cny - rows["n_visited"] * cost_cny
    return rows
