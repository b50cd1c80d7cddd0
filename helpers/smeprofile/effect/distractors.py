"""What wrong answers an item draws, and from whom."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from smeprofile.effect.itemanalysis import edge_weights
from smeprofile.effect.wide import STATES, wide

OTHER = "其他错答"


def distractors(
    item_responses: pd.DataFrame, known: Mapping[str, Iterable[str]] | None = None
) -> pd.DataFrame:
    """Return one row per item and way to end it: right, each mistake, unanswered, not reached.

    ``item_responses``: the long table of one form (learner_id, item, points, state, mistake).
    ``known``: item → the mistakes its wrong answers stand for; one that nobody made has a row of 0.

    Columns ``item``, ``choice`` (Chinese), ``n``, ``share`` of all learners, ``mean_rest`` (mean
    score on the other items of who chose it, unanswered as 0; NaN for nobody), ``upper`` and
    ``lower``: share of the upper and lower 27 % who chose it; ``note``: what to look at: a mistake
    nobody makes, or one that draws more of the upper group than of the lower.

    >>> long = pd.DataFrame({"learner_id": list("ab"), "item": ["x", "x"], "points": [1, 0],
    ...                      "state": ["right", "wrong"], "mistake": ["", "漏了缺失"]})
    >>> distractors(long, {"x": ["漏了缺失", "当成 0"]})[["choice", "n"]].values.tolist()
    [['答对', 1], ['漏了缺失', 1], ['当成 0', 0]]
    """
    answers = wide(item_responses).fillna(0.0)
    total = answers.sum(axis=1)
    upper, lower = (pd.Series(w, answers.index) for w in edge_weights(total.to_numpy()))
    rows = []
    for item in answers.columns:
        mine = item_responses[item_responses["item"] == item].set_index("learner_id")
        rest, choice = total - answers[item], _choice(mine)
        for name in _choices(choice, (known or {}).get(item, ())):
            chose = (choice == name).reindex(answers.index, fill_value=False)
            part = {"upper": _share(chose, upper), "lower": _share(chose, lower)}
            rows.append({"item": item, "choice": name, "n": int(chose.sum()),
                         "share": float(chose.mean()),
                         "mean_rest": float(rest[chose].mean()) if chose.any() else np.nan,
                         **part, "note": _note(name, int(chose.sum()), **part)})  # fmt: skip
    return pd.DataFrame(rows)


def _choice(mine: pd.DataFrame) -> pd.Series:
    named = mine["mistake"].fillna("").replace("", OTHER)
    return mine["state"].map(STATES).where(mine["state"] != "wrong", named)


def _choices(choice: pd.Series, known: Iterable[str]) -> list[str]:
    """Return the ways there are, right first, unanswered last; mistakes by how often."""
    counts = choice.value_counts()
    fixed = [STATES["untried"], STATES["not_reached"]]
    made = [c for c in counts.index if c not in (*fixed, STATES["right"], OTHER)]
    made = sorted(dict.fromkeys([*made, *known]), key=lambda c: (-counts.get(c, 0), c))
    last = [c for c in (OTHER, *fixed) if counts.get(c, 0)]
    return [STATES["right"], *made, *last]


def _share(chose: pd.Series, weights: pd.Series) -> float:
    return float((chose * weights).sum() / weights.sum())


def _note(name: str, n: int, *, upper: float, lower: float) -> str:
    if name in STATES.values() or name == OTHER:
        return ""
    if n == 0:
        return "没有人犯：可能不像真的"
    return "高分组选得更多：查标准答案和题面" if upper > lower and n >= 5 else ""
