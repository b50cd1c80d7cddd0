"""How the pilot's figures hold against the truth: bias, coverage, power, and false alarms, by many lots.

Run: python tests/bench/did.py --lots 40 [--customers 30000] [--markets 2]
"""

import argparse
import secrets

import numpy as np
import pandas as pd

import smeprofile as sp
from smeprofile import did
from smeprofile.cases import industry, rollout

TERMS = industry.UNIFORM | {"m2": "分期还本", "s2": "分期还本"}
OUTCOMES = {"新放款": "lent_each", "余额": "balance_each"}


def pilot(market: sp.bank.Market, seed: int) -> list[dict]:
    """Return one row per outcome: what one lot shows, its interval, the truth, and false alarms."""
    starts = rollout.lots(market, seed)
    told, without = (
        rollout.by_branch(rollout.rolled_out(plan, market, starts, seed))
        for plan in (TERMS, industry.UNIFORM)
    )
    rows = []
    for name, outcome in OUTCOMES.items():
        seen, plain = did.effect(told, outcome), did.twfe(told, outcome)
        naive = did.twfe(told, outcome, by_branch=False)
        true = rollout.true_effect(told, without, outcome)
        before = did.pre_trend(told, outcome)
        alarms = did.false_alarms(without, outcome, np.random.default_rng(seed), times=40)
        rows.append({
            "outcome": name, "true": true, "seen": seen.value, "twfe": plain.value,
            "covers": not seen.excludes(true), "naive_covers": not naive.excludes(true),
            "finds": seen.low > 0, "leans": before.p < 0.05, **alarms,
        })  # fmt: skip
    return rows


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lots", type=int, default=40)
    asked.add_argument("--customers", type=int, default=30_000)
    asked.add_argument("--markets", type=int, default=2)
    given = asked.parse_args()
    rows = []
    for _ in range(given.markets):
        market = sp.bank.market(given.customers, secrets.randbits(128))
        for lot in range(given.lots // given.markets):
            rows += pilot(market, lot + 1)
    table = pd.DataFrame(rows).groupby("outcome").mean()
    table["bias"] = table["seen"] / table["true"] - 1
    table["twfe_bias"] = table["twfe"] / table["true"] - 1
    print(f"{given.lots} 次抽签，{given.markets} 个市场，各 {given.customers:,} 户")
    print(table.T.round(3).to_string())
