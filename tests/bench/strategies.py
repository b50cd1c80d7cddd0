"""How the strategies of modules 08, 09, 11, 12 and 14 are scored on fresh markets: reference, typical-wrong, blank.

Run: python tests/bench/strategies.py --seeds 20 [--customers 4000] [--lucks 4] [--only 14] [--bound]
"""

import argparse
import secrets
from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pandas as pd

import smeprofile as sp
from smeprofile.cases import campaign, capstone, data_partner, industry, pricing
from smeprofile.notebooks.truth.industry import VALUES
from smeprofile.params import load_cohort
from smeprofile.partner import USABLE, Models, fit_all, join_consented, pilot
from smeprofile.verdicts import share_of_profit

Market, Gains = sp.bank.Market, dict[str, float]  # plan → yuan above the blank


def prices(market: Market, lucks: list[int]) -> Gains:
    """Return what four groups' prices and methods bring above today's, expected losses charged."""
    usual, right = pricing.usual(), pricing.reference(market.setting.end)
    plans = {
        "参考": right,
        "空白（照旧）": usual,
        "典型错误：到期一次还本": right | {g: m for g, m in usual.items() if g.endswith("还")},
        "典型错误：大额不让到线内": right | {"甲价": "不加不减", "丁价": "不加不减"},
    }
    worth = {name: pricing.by_group(plan, market, lucks).sum() for name, plan in plans.items()}
    return {name: float(value - worth["空白（照旧）"]) for name, value in worth.items()}


def campaigns(market: Market, lucks: list[int]) -> Gains:
    """Return what a year's contacts bring above none."""
    right = campaign.START
    plans = {
        "参考": right,
        "典型错误：走访，超容": right | {"channel": "客户经理走访"},
        "典型错误：抵押贷": right | {"product": "抵押贷"},
        "典型错误：每月一次（违规）": right | {"rhythm": "每月一次"},
    }
    told = {name: campaign.told(plan, market, lucks) for name, plan in plans.items()}
    gains = {name: 0.0 if t.breaches else t.gain_cny for name, t in told.items()}
    return gains | {"空白（不营销）": 0.0}


BOUND = "上界（看得见真值和运气）"


def capstones(market: Market, lucks: list[int], *, bound: bool = False) -> Gains:
    """Return what whole plans bring above the old one; with ``bound``, what nobody can beat as well."""
    right = capstone.REFERENCE
    plans = {
        "参考": right,
        "空白（照旧）": capstone.OLD,
        "典型错误：走访所有人，压价推抵押贷（超容）": right
        | {"e2": "抵押贷", "e3": "客户经理走访", "e5": "低 0.5 个百分点"},
        "典型错误：线高，少批，电话": right
        | {"e3": "电话", "e5": "不加不减", "e7": "高 40 分", "e10": "五成"},
        "典型错误：每月一次（违规）": right | {"e4": "每月一次"},
        "典型错误：免打扰照样联系（违规）": right | {"e13": "照样联系"},
    }
    worth = {n: capstone.years(p, market, lucks)["value_cny"].mean() for n, p in plans.items()}
    low = worth["空白（照旧）"]
    gains = {
        n: 0.0 if capstone.breaches(p, market, lucks[0]) else float(worth[n] - low)
        for n, p in plans.items()
    }
    return gains | ({BOUND: capstone.bound(market, lucks) - float(low)} if bound else {})


@cache
def models() -> Models:
    """Return the partner's models, of one large pilot."""
    told = pilot(60_000, 1201)
    rows = join_consented(
        told.applications, told.deliveries, told.bank_consents, told.partner_consents
    )
    return fit_all(rows[rows["why"] == USABLE])


def partner_data(market: Market, lucks: list[int]) -> Gains:
    """Return what a year with a partner's data brings above today's plan, expected losses charged."""
    bought = data_partner.BASELINE | {"e1": data_partner.BOTH}
    right = bought | {"e2": "低 20 分"}
    plans = {
        "参考": right,
        "空白（照旧，只用本行）": data_partner.BASELINE,
        "买数据，线不变": bought,
        "不买，线低二十分": data_partner.BASELINE | {"e2": "低 20 分"},
        "只用对方数据，线低二十分": right | {"e1": data_partner.THEIRS},
        "每一笔都查": right | {"e3": data_partner.EACH},
        "典型错误：查不到就不批": right | {"e3": data_partner.EACH, "e4": data_partner.REFUSE},
        "典型错误：线太高": data_partner.BASELINE | {"e2": "高 20 分"},
    }
    worth = {
        name: data_partner.years(plan, market, lucks, models())["value_cny"].mean()
        for name, plan in plans.items()
    }
    return {name: float(value - worth["空白（照旧，只用本行）"]) for name, value in worth.items()}


def terms(market: Market, lucks: list[int]) -> Gains:
    """Return what two industries' terms bring above the uniform ones, expected losses charged."""
    right = VALUES["industry_reference"](load_cohort())  # sought on other markets
    uniform = industry.UNIFORM
    plans = {
        "参考": right,
        "空白（统一方案）": uniform,
        "典型错误：让利换增长": uniform | {"m1": "−0.50", "s1": "−0.50"},
        "典型错误：都到期还本": uniform | {"m2": "到期还本", "s2": "到期还本"},
        "只有制造分期": uniform | {"m2": "分期还本"},
        "都分期，制造让、服务加": uniform
        | {"m1": "−0.25", "m2": "分期还本", "s1": "+0.50", "s2": "分期还本"},
    }
    worth = {n: industry.years(p, market, lucks).loc["合计", "value_cny"] for n, p in plans.items()}
    return {name: float(value - worth["空白（统一方案）"]) for name, value in worth.items()}


def table(
    title: str, play: Callable[[Market, list[int]], Gains], n: int, customers: int, lucks: int
):
    """Print each plan's gain and share of the points, mean ± 1.96 s.e. over ``n`` markets."""
    rows = []
    for _ in range(n):
        market = sp.bank.market(customers, secrets.randbits(128))
        rows.append(play(market, [secrets.randbits(128) for _ in range(lucks)]))
    gains, half = pd.DataFrame(rows), 1.96 / np.sqrt(n)
    shares = gains.apply(_shares, axis=1)
    print(f"{title}：{n} 个新市场，各 {customers:,} 户、{lucks} 年运气")
    for name in gains:
        ahead = int((gains["参考"] > gains[name]).sum())
        print(
            f"{name}｜比空白多 {gains[name].mean() / 1e4:.1f} ± {gains[name].std() * half / 1e4:.1f} 万元｜"
            f"分数占比 {shares[name].mean():.2f} ± {shares[name].std() * half:.2f}｜参考高于它 {ahead}/{n}"
        )


def _shares(row: pd.Series) -> pd.Series:
    """Return each plan's share of the points; missing where the reference is no better than the blank."""
    best = row["参考"]
    return row.map(lambda gain: share_of_profit(gain, best, 0.0) if best > 0 else np.nan)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--customers", type=int, default=4_000)
    asked.add_argument("--lucks", type=int, default=4)
    asked.add_argument("--only", default="", help="a module's number")
    asked.add_argument("--bound", action="store_true", help="of 14, the bound: some seconds a year")
    given = asked.parse_args()
    cases = {
        "08": ("四组报价", prices),
        "09": ("一年的营销方案", campaigns),
        "11": ("两个行业的方案", terms),
        "12": ("数据合作", partner_data),
        "14": ("结业演练", partial(capstones, bound=given.bound)),
    }
    for number, (title, play) in cases.items():
        if given.only in ("", number):
            table(f"{number} {title}", play, given.seeds, given.customers, given.lucks)
