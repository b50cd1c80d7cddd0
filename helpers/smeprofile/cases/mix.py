"""A mean that moves against all of its parts: what is price, and what is only another mix."""

import numpy as np
import pandas as pd

from smeprofile.errors import UserError


def mix_and_price(then: pd.DataFrame, now: pd.DataFrame) -> dict[str, float]:
    """Return how much of a weighted mean's change comes from the parts, and how much from their mix.

    ``then`` and ``now``: one row per group, ``weight`` (amounts) and ``rate``. ``price``: each
    group's change at today's mix; ``mix``: the change of mix at the rates of then; both add up to
    ``now`` − ``then``. A group without weight in one of the years keeps the other year's rate.

    >>> old = pd.DataFrame({"weight": [80, 20], "rate": [0.04, 0.06]}, index=["制造", "服务"])
    >>> told = mix_and_price(old, old.assign(weight=[20, 80], rate=[0.038, 0.058]))
    >>> {name: round(value, 4) for name, value in told.items()}
    {'then': 0.044, 'now': 0.054, 'price': -0.002, 'mix': 0.012}
    """
    for name, frame in (("then", then), ("now", now)):
        if not {"weight", "rate"} <= set(frame.columns) or not frame["weight"].sum() > 0:
            raise UserError(f"{name} 应有 weight、rate 两列，weight 合计大于 0。")
    groups = then.index.union(now.index)
    shares = [f["weight"].reindex(groups).fillna(0) / f["weight"].sum() for f in (then, now)]
    rates = [f["rate"].reindex(groups).where(f["weight"].reindex(groups) > 0) for f in (then, now)]
    old, new = rates[0].fillna(rates[1]).fillna(0), rates[1].fillna(rates[0]).fillna(0)
    return {
        "then": float((shares[0] * old).sum()), "now": float((shares[1] * new).sum()),
        "price": float((shares[1] * (new - old)).sum()),
        "mix": float(((shares[1] - shares[0]) * old).sum()),
    }  # fmt: skip


def reversal(rng: np.random.Generator) -> pd.DataFrame:
    """Return a made-up year before and after in which both industries' rates fall and the mean rises.

    One row per ``year`` (去年, 今年) and industry: ``weight`` (newly lent, 万元) and ``rate``. Cheap
    manufacturing gives way to dear services; how much is drawn.
    """
    cheap, gap = 0.042 + 0.003 * rng.random(), 0.018 + 0.004 * rng.random()
    cut = 0.001 * rng.integers(1, 4)
    share = 0.75 + 0.05 * rng.random(), 0.30 + 0.05 * rng.random()
    whole = 100 * rng.integers(80, 120), 100 * rng.integers(130, 160)
    rows = [
        (year, name, round(whole[k] * part), round(rate - k * cut, 4))
        for k, year in enumerate(("去年", "今年"))
        for name, part, rate in (
            ("制造", share[k], cheap), ("服务", 1 - share[k], cheap + gap)
        )
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["year", "industry", "weight", "rate"])
