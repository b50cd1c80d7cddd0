"""How the desk of case one (快速贷) is scored on fresh markets: reference, typical-wrong, blank.

Run: python tests/bench/quick_loan.py --seeds 20 [--customers 6000] [--lucks 12]
"""

import argparse
import secrets

import numpy as np
import pandas as pd

import smeprofile as sp
from smeprofile.cases.quick_loan import OLD, REFERENCE, years
from smeprofile.verdicts import share_of_profit

PLANS = {
    "参考": REFERENCE,
    "空白（旧流程）": OLD,
    "典型错误：额度全额，照旧都转人工": OLD | {"d4": "全额"},
    "典型错误：线太高，额度太小": REFERENCE | {"d1": "高 40 分", "d4": "五成", "d5": "1 个月"},
    "典型错误：只改人工带": OLD | {"d2": "10 分", "d3": "0 分"},
    "放宽：线低 20 分": REFERENCE | {"d1": "低 20 分"},
    "只求快：线低 40 分，没有人工": REFERENCE | {"d1": "低 40 分", "d2": "0 分"},
    "今天全行的做法": OLD | {"d2": "5 分", "d3": "5 分", "d4": "八成五"},
}


def main(n: int, customers: int, lucks: int) -> None:
    """Print the table: V, score, share of the points, and what is told beside them, mean ± 1.96 s.e."""
    rows = []
    for k in range(n):
        fresh = sp.bank.market(customers, secrets.randbits(128))
        seeds = [secrets.randbits(128) for _ in range(lucks)]
        told = {name: years(plan, fresh, seeds).mean() for name, plan in PLANS.items()}
        low, high = (told[name]["value_cny"] for name in ("空白（旧流程）", "参考"))
        for name, year in told.items():
            gain = year["value_cny"] - low
            rows.append(year.to_dict() | {
                "k": k, "plan": name, "score": gain / (high - low),
                "points": share_of_profit(gain, high - low, 0.0) if high > low else np.nan,
                "ahead": high > low,
            })  # fmt: skip
        print(k, f"{low / 1e4:.1f} → {high / 1e4:.1f}", flush=True)
    table, half = pd.DataFrame(rows), 1.96 / np.sqrt(n)
    print(f"{n} 个新市场，各 {customers:,} 户、{lucks} 年运气")
    for name, g in table.groupby("plan", sort=False):
        print(
            f"{name}｜V {g.value_cny.mean() / 1e4:.1f} ± {g.value_cny.std() * half / 1e4:.1f} 万元｜"
            f"得分 {g.score.median():.2f}（中位数；{g.score.quantile(0.05):.2f}–{g.score.quantile(0.95):.2f}）｜"
            f"分数占比 {g.points.mean():.2f} ± {g.points.std() * half:.2f}｜P90 {g.hours_p90.mean():.1f} ± {g.hours_p90.std() * half:.1f} 小时，"
            f"{(g.hours_p90 <= 24).sum()}/{n} 个不超过 24｜通过率 {g.approval_rate.mean():.1%}｜人工率 {g.manual_share.mean():.1%}｜"
            f"坏账率 {g.bad_rate_12m.mean():.2%} ± {g.bad_rate_12m.std() * half:.2%}｜首贷 {g.first_loan_share.mean():.1%}"
        )
    print(f"参考高于旧流程：{table[table.plan == '参考'].ahead.sum()}/{n} 个市场")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--customers", type=int, default=6_000)
    asked.add_argument("--lucks", type=int, default=12)
    given = asked.parse_args()
    main(given.seeds, given.customers, given.lucks)
