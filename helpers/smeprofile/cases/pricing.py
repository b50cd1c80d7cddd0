"""Case of module 08: a price and a repayment method for each of four groups, worth what the bank earns.

Whom the bank looks at, its cut-offs and its data are given; every customer of a group who applies
in the year is quoted the group's price and method (as an offer by the cheapest channel, put up
anew each month, the same for every answer). All numbers [P].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product as every

import numpy as np
import pandas as pd

from smeprofile.bank import Market, Strategy, offers_of
from smeprofile.bank.assumptions import MONTHS
from smeprofile.bank.course import terms
from smeprofile.bank.offers import checked
from smeprofile.cases.expected import expected_year
from smeprofile.errors import UserError
from smeprofile.pricing.vat import FREE_LINE_CNY, free_up_to, vat_share
from smeprofile.rules.lpr import lpr_1y
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.setting import month_number
from smeprofile.simulate.terms import Terms

LARGE_SALES_CNY = 6_000_000  # a year
ADDONS = ("−0.30", "−0.15", "不加不减", "+0.15", "+0.30")  # percentage points on the list price
_POINTS = dict(zip(ADDONS, (-0.003, -0.0015, 0.0, 0.0015, 0.003), strict=True))


@dataclass(frozen=True)
class Group:
    """Customers alike in what they can pledge and how much they sell; one product for all."""

    name: str
    product: str
    pledges: bool
    is_large: bool


GROUPS = {
    "甲": Group("没有房产，年销售不到六百万元", "F1", False, False),
    "乙": Group("没有房产，年销售六百万元以上", "F4", False, True),
    "丙": Group("有房产，年销售不到六百万元", "F3", True, False),
    "丁": Group("有房产，年销售六百万元以上", "F3", True, True),
}


def methods_of(group: str) -> tuple[str, ...]:
    """Return the repayment methods that a group's product is sold with, the bank's usual one first.

    >>> methods_of("乙")
    ('先息后本', '等额本金')
    """
    return a.PRODUCTS[GROUPS[group].product].methods


def price_list(as_of: str | pd.Timestamp, own: Terms | None = None) -> pd.DataFrame:
    """Return one row per group: who, product, list price, largest line, methods, and the free rate.

    Rates 0–1, money in yuan. Small firms' mortgages end at the line up to which any rate is free of
    VAT; ``free_up_to`` is 1.5 × the one-year LPR of the day for the others whose lines may be above
    it, NaN for the rest. ``own``: another bank's terms.

    >>> price_list("2025-12-31")["annual_rate"].tolist()
    [0.061, 0.0505, 0.0465, 0.0465]
    """
    own, day = own or terms(), pd.Timestamp(as_of)
    lpr = float(lpr_1y(np.array([month_number(day)]), own.lpr)[0])
    rows = {}
    for key, g in GROUPS.items():
        product = dict(own.products)[g.product]
        most = float(product.max_line_cny)
        most = min(most, FREE_LINE_CNY) if g.pledges and not g.is_large else most
        rows[key] = {
            "who": g.name, "product": product.name, "annual_rate": round(lpr + product.spread, 4),
            "line_most_cny": most, "methods": "、".join(methods_of(key)),
            "free_up_to": free_up_to(lpr) if most > FREE_LINE_CNY else np.nan,
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def usual() -> dict[str, str]:
    """Return the bank's answer of today: list prices, each product's usual method.

    >>> usual()["丁价"], usual()["丁还"]
    ('不加不减', '先息后本')
    """
    return {f"{g}价": "不加不减" for g in GROUPS} | {f"{g}还": methods_of(g)[0] for g in GROUPS}


def reference(as_of: str | pd.Timestamp, own: Terms | None = None) -> dict[str, str]:
    """Return the course's own answer, by reasoning only: it looks at no result.

    Principal is paid back in instalments by all. The dearest large lines, far above the free rate,
    bear most of the price; where a small cut makes the interest free of VAT it is made; small
    mortgages, free at any rate, pay with what is left for everybody's sake.

    >>> reference("2025-12-31")["丁价"], total_addon(reference("2025-12-31"))
    ('−0.15', 0.0)
    """
    told = price_list(as_of, own).loc["丁"]
    fits = [a for a in ADDONS if told["annual_rate"] + _POINTS[a] <= told["free_up_to"] + 1e-9]
    at_cliff = fits[-1] if fits and _POINTS[fits[-1]] <= 0 else "不加不减"
    prices = {"甲": "+0.15", "乙": "+0.30", "丁": at_cliff}
    left = round(-sum(_POINTS[p] for p in prices.values()), 6)
    if left < _POINTS[ADDONS[0]]:
        prices["甲"], left = "不加不减", round(left + _POINTS["+0.15"], 6)
    prices["丙"] = [a for a in ADDONS if _POINTS[a] <= left + 1e-9][-1]
    repaid = {g: next(m for m in methods_of(g) if m.startswith("等额")) for g in GROUPS}
    return {f"{g}价": prices[g] for g in GROUPS} | {f"{g}还": m for g, m in repaid.items()}


def total_addon(values: Mapping[str, str]) -> float:
    """Return the sum of the groups' add-ons, 0–1; ``UserError`` names a field that can't be.

    >>> total_addon(usual())
    0.0
    """
    _check(values)
    return round(sum(_POINTS[values[f"{g}价"]] for g in GROUPS), 6)


def strategy_of(values: Mapping[str, str], market: Market) -> Strategy:
    """Return the strategy that quotes the groups of ``market`` what ``values`` say (as ``usual``)."""
    _check(values)
    free = np.flatnonzero(~market._truth.quiet)
    group, as_of = groups(market)[free], pd.Timestamp(market.setting.end)
    who = pd.DataFrame({"customer_id": market.ids[free], "as_of": as_of})
    told = price_list(as_of, market.setting.terms)
    sold = np.array([GROUPS[g].product for g in told.index], dtype=object)
    rate = told["annual_rate"].to_numpy() + [_POINTS[values[f"{g}价"]] for g in told.index]
    method = np.array([values[f"{g}还"] for g in told.index], dtype=object)
    rows = offers_of(who, sold[group], "H4", 1).assign(
        annual_rate=rate[group], repayment_method=method[group],
        credit_line_cny=told["line_most_cny"].to_numpy()[group],
    )  # fmt: skip
    months = pd.concat([rows.assign(month=k) for k in range(1, MONTHS + 1)], ignore_index=True)
    return Strategy(months, name="四组报价")


def groups(market: Market) -> np.ndarray:
    """Return each customer's group, as its position in ``GROUPS``."""
    truth = market._truth
    large = truth.sales_month[:, 0] * 12 >= LARGE_SALES_CNY
    return 2 * truth.t.collateral.astype(int) + large


def by_group(values: Mapping[str, str], market: Market, seeds: Sequence[int]) -> pd.Series:
    """Return what each group can be expected to earn the bank in a year (yuan, mean over ``seeds``).

    The year is played by the bank's own functions (``bank.play``), but nobody's default is left to
    luck: each note is charged, in step with its life, the loss expected of it by the true chances
    of default when it was drawn, cliff at maturity included. Who applies, accepts and draws is luck.

    >>> from smeprofile.bank import market as fresh
    >>> by_group(usual(), fresh(60, 5), [1]).index.tolist()
    ['甲', '乙', '丙', '丁']
    """
    strategy, place = strategy_of(values, market), groups(market)
    offers = checked(strategy.targeting, market.ids)
    policy, sources = strategy.policy, strategy.sources
    runs = [expected_year(market, offers, policy, sources, seed)[0] for seed in seeds]
    sums = np.bincount(place, weights=np.mean(runs, axis=0), minlength=len(GROUPS)) / 100
    return pd.Series(sums, index=list(GROUPS), name="V")


def tried(values: Mapping[str, str], market: Market, seeds: Sequence[int]) -> pd.DataFrame:
    """Return one row per group and the sum: V of today's answer and of ``values``, 万元, and what is more."""
    both = {"照旧": usual(), "你的方案": values}
    table = pd.DataFrame({name: by_group(v, market, seeds) / 1e4 for name, v in both.items()})
    table.loc["合计"] = table.sum()
    return table.assign(多赚=table["你的方案"] - table["照旧"]).round(1)


def value_table(market: Market, seeds: Sequence[int]) -> dict[str, dict[str, float]]:
    """Return group → "price|method" → V in yuan, for every price and method that may be chosen.

    Groups don't compete for anything but reviewers' time, so each is looked at by itself.
    """
    table: dict[str, dict[str, float]] = {g: {} for g in GROUPS}
    most = max(len(methods_of(g)) for g in GROUPS)
    for addon, k in every(ADDONS, range(most)):
        chosen = {g: methods_of(g)[min(k, len(methods_of(g)) - 1)] for g in GROUPS}
        values = {f"{g}价": addon for g in GROUPS} | {f"{g}还": m for g, m in chosen.items()}
        worth = by_group(values, market, seeds)
        for g, method in chosen.items():
            table[g][f"{addon}|{method}"] = round(float(worth[g]), 2)
    return table


def value_in(table: Mapping[str, Mapping[str, float]], values: Mapping[str, str]) -> float:
    """Return V of an answer, yuan, looked up in what ``value_table`` returns."""
    _check(values)
    return sum(table[g][f"{values[f'{g}价']}|{values[f'{g}还']}"] for g in GROUPS)


def advice(values: Mapping[str, str], as_of: str, own: Terms | None = None) -> list[str]:
    """Return in sentences what an answer leaves on the table; [] where nothing stands out.

    >>> advice(reference("2025-12-31"), "2025-12-31")
    []
    """
    lines, told = [], price_list(as_of, own)
    bullets = [g for g in GROUPS if not values[f"{g}还"].startswith("等额")]
    loose = [g for g in bullets if values[f"{g}还"] == "随借随还"]
    if loose:
        lines.append(
            f"{'、'.join(loose)}组用随借随还：仿真里除了提前还清的，都到期才还本金，还不上的机会大；"
            "额度用不满，息收得少。这里改成等额本息更好；真做时先问客户哪个月收款。"
        )
    if firm := [g for g in bullets if g not in loose]:
        lines.append(
            f"{'、'.join(firm)}组：本金压在到期那一天，要拿出好几个月的流入，还不上的机会大；"
            "额度也用不满，息收得少。改成分期。"
        )
    for g, line in told["free_up_to"].dropna().items():
        rate = told.at[g, "annual_rate"] + _POINTS[values[f"{g}价"]]
        if line + 1e-9 < rate < line / (1 - vat_share()):
            lines.append(
                f"{g}组报 {rate:.2%}，正好掉下增值税的断崖：线是 {line:.2%}，客户多付，银行少得。"
            )
    if _POINTS[values["乙价"]] < _POINTS[ADDONS[-1]]:
        lines.append("乙组余额大，同样加一点它多收得最多：加点先给它。")
    if (left := -100 * total_addon(values)) > 1e-6:
        lines.append(f"四组加点合计 {-left:+.2f} 个百分点：还有 {left:.2f} 个百分点没用，白让了。")
    return lines


def _check(values: Mapping[str, str]) -> None:
    for g in GROUPS:
        price, method = values.get(f"{g}价"), values.get(f"{g}还")
        if price not in ADDONS:
            raise UserError(f"{g}价 应为 {'、'.join(ADDONS)} 之一，现为 {price!r}。")
        if method not in methods_of(g):
            raise UserError(f"{g}还 应为 {'、'.join(methods_of(g))} 之一，现为 {method!r}。")
