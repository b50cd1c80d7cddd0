"""A round of visits in limited time: what it is worth, and the best there is among a few stops."""

from collections.abc import Iterable
from itertools import combinations

import pandas as pd

from smeprofile.errors import UserError

_MOST = 16  # stops: all subsets are tried


def round_of(stops: pd.DataFrame, chosen: Iterable[str]) -> tuple[float, float]:
    """Return minutes and expected value (yuan) of visiting the ``chosen`` stops.

    ``stops``: one row per customer, ``minutes`` of talk, ``place``, ``travel_minutes`` to that place
    (there and back, once a place however many are visited there), ``value_cny`` expected.

    >>> stops = pd.DataFrame({"minutes": [40, 40], "place": ["园区", "园区"], "travel_minutes": [60, 60],
    ...     "value_cny": [500.0, 300.0]}, index=["甲", "乙"])
    >>> round_of(stops, ["甲", "乙"])
    (140.0, 800.0)
    """
    part = stops.loc[list(chosen)]
    travel = part.groupby("place")["travel_minutes"].max().sum()
    return float(part["minutes"].sum() + travel), float(part["value_cny"].sum())


def best_round(stops: pd.DataFrame, minutes: float) -> tuple[list[str], float]:
    """Return the stops worth the most within ``minutes``, and what they are worth, yuan.

    All subsets are tried; ``UserError`` for more than 16 stops.

    >>> stops = pd.DataFrame({"minutes": [40, 40, 40], "place": ["园区", "园区", "县城"],
    ...     "travel_minutes": [60, 60, 120], "value_cny": [500.0, 300.0, 700.0]}, index=["甲", "乙", "丙"])
    >>> best_round(stops, 160)
    (['甲', '乙'], 800.0)
    """
    if len(stops) > _MOST:
        raise UserError(f"一次最多排 {_MOST} 户：先按期望收益挑一遍。")
    names, best = list(stops.index), ([], 0.0)
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            time, value = round_of(stops, chosen)
            if time <= minutes and value > best[1]:
                best = (list(chosen), value)
    return best
