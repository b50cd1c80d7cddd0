"""How long a strategy takes to score, and how strategies rank on fresh seeds.

Run: python tests/bench/bank.py                      time, beside a loop over customers
     python tests/bench/bank.py --scale 1000000      cost per customer, 10,000 to so many
     python tests/bench/bank.py --seeds 20           V and scores on so many fresh markets
"""

import argparse
import secrets
import time
from dataclasses import fields, replace

import numpy as np
import pandas as pd

import smeprofile as sp
from smeprofile.bank.future import Truth, joined
from smeprofile.bank.offers import no_offers
from smeprofile.bank.play import luck, play
from smeprofile.bank.strategy import Policy, Sources

bank = sp.bank
VALUES = {
    "rules": [
        {"product": "F1", "channel": "H4", "months": [1, 4, 7, 10], "sector": "服务"},
        {"product": "F2", "channel": "H2", "months": list(range(1, 13)), "most": 600},
    ],
    "cutoffs": {"信用": 602}, "rate_addon": 0.005,
}  # fmt: skip


def typical_wrong() -> bank.Strategy:
    """Volume at any price: whoever shows a need is visited, prices and cut-offs go down."""
    return bank.from_answers({
        "rules": [{"product": "F4", "channel": "H1", "months": list(range(1, 13)), "most": 600,
                   "min_need_cny": 100_000, "rate_addon": -0.005}],
        "cutoffs": {"抵押": 572, "保证": 577, "信用": 584}, "rate_addon": -0.005,
    })  # fmt: skip


def strategies() -> dict[str, bank.Strategy]:
    """Return those that are compared."""
    return {
        "参考": bank.reference(), "控件": bank.from_answers(VALUES), "空白": bank.Strategy(),
        "基准": bank.baseline(), "典型错误": typical_wrong(),
        "全部拒绝": bank.from_answers({"cutoffs": dict.fromkeys(("抵押", "保证", "信用"), 9999)}),
    }  # fmt: skip


def best_of(n: int, run) -> float:
    """Return the shortest of n times, seconds."""
    times = []
    for _ in range(n):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def times(customers: int) -> None:
    """Print how long scoring takes, and a loop that plays one customer after the other."""
    market = bank.market(customers, 3)
    for strategy in (bank.reference(), bank.from_answers(VALUES)):
        bank.evaluate(strategy, market, 1)  # yardsticks once
        took = best_of(7, lambda s=strategy: bank.evaluate(s, market, 1))
        print(f"evaluate, {customers:,} customers, {strategy.name}: {took * 1000:.0f} ms")
    truth, few = market._truth, 100
    whole = best_of(5, lambda: plain(truth))
    parts = [only(truth, k, k + 1) for k in range(few)]
    loop = best_of(1, lambda: [plain(part) for part in parts]) / few * truth.n
    print(
        f"play alone: {whole * 1000:.0f} ms; customer by customer: {loop:.0f} s, {loop / whole:,.0f} ×"
    )


def plain(truth: Truth) -> float:
    """Play a year without contacts."""
    return play(truth, no_offers(), Policy(), Sources(), luck(3, 1)).value_cny


def only(truth: Truth, low: int, high: int) -> Truth:
    """Return the truth of some customers."""

    def cut(thing):
        return replace(thing, **{
            f.name: getattr(thing, f.name)[low:high] for f in fields(thing)
            if isinstance(getattr(thing, f.name), np.ndarray)
        })  # fmt: skip

    return replace(cut(truth), t=cut(truth.t), life=cut(truth.life), others=cut(truth.others))


def scale(most: int) -> None:
    """Print the cost per customer of ever larger markets: one market's customers, again and again."""
    truth, n = bank.market(10_000, 3)._truth, 10_000
    while n <= most:
        tiled = joined([truth] * (n // 10_000))
        tiled = replace(tiled, t=replace(tiled.t, who=np.arange(1, n + 1)))
        took = best_of(2 if n < 300_000 else 1, lambda t=tiled: plain(t))
        print(f"play, {n:>9,} customers: {took:7.2f} s, {took / n * 1e6:.1f} µs each")
        n = n * 10 if n * 10 <= most or n == most else most


def table(n: int, customers: int) -> None:
    """Print V and score of every strategy on ``n`` fresh markets with fresh luck, mean ± 1.96 s.e."""
    rows = []
    for k in range(n):
        market, seed = bank.market(customers, secrets.randbits(128)), secrets.randbits(128)
        for name, strategy in strategies().items():
            r = bank.evaluate(strategy, market, seed)
            rows.append((k, name, r.value_cny, r.score, r.full_provision_cny,
                         r.kpis.loc["raroc", "value"], r.kpis.loc["bad_rate_12m", "value"],
                         r.kpis.loc["hours_p90", "value"], r.bound_cny if name == "参考" else np.nan))  # fmt: skip
        print(
            k, "; ".join(f"{x[1]} {x[2] / 1e4:.1f}" for x in rows[-len(strategies()) :]), flush=True
        )
    frame = pd.DataFrame(rows, columns=["k", "strategy", "V", "score", "V_full", "raroc", "bad", "p90", "bound"])  # fmt: skip
    grouped = frame.groupby("strategy", sort=False)
    half = 1.96 / np.sqrt(n)
    shown = pd.DataFrame({
        "V 万元": [f"{x.V.mean() / 1e4:.1f} ± {x.V.std() * half / 1e4:.1f}" for _, x in grouped],
        "得分": [f"{x.score.mean():.2f} ± {x.score.std() * 1.96 / max(x.score.count(), 1) ** 0.5:.2f}（{x.score.count()} 个有分）" for _, x in grouped],
        "全额计提 V": [f"{x.V_full.mean() / 1e4:.1f}" for _, x in grouped],
        "RAROC": [f"{x.raroc.mean():.1%}" for _, x in grouped],
        "12 月坏账率": [f"{x.bad.mean():.2%}" for _, x in grouped],
        "P90 小时": [f"{x.p90.mean():.0f}" for _, x in grouped],
    }, index=[name for name, _ in grouped])  # fmt: skip
    print(shown.to_string())
    wide = frame.pivot(index="k", columns="strategy", values="V")
    base = wide["基准"]
    for name in wide.columns:
        d = wide[name] - base
        print(
            f"{name} − 基准: {d.mean() / 1e4:.1f} ± {d.std() * half / 1e4:.1f} 万元, {(d > 0).sum()}/{n} 个种子更高"
        )
    ranks = wide.rank(axis=1, ascending=False)
    print("平均名次", ranks.mean().round(2).to_dict())
    print(
        "上界（参考同种子）",
        f"{frame['bound'].mean() / 1e4:.1f} 万元；被超过 {(frame['bound'] < frame['V']).sum()} 次",
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=10_000)
    asked.add_argument("--scale", type=int)
    asked.add_argument("--seeds", type=int)
    given = asked.parse_args()
    if given.seeds:
        table(given.seeds, given.customers)
    elif given.scale:
        scale(given.scale)
    else:
        times(given.customers)
