"""How a case's strategy is marked on a market that nobody has seen, and what is told beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from smeprofile.bank import Market
from smeprofile.cases.quick_loan import breaches, within_the_rules, years
from smeprofile.verdicts import share_of_profit

PROMISE_HOURS = 24


@dataclass(frozen=True)
class Marked:
    """Which share of the points is earned, 0–1, and sentences for the feedback."""

    share: float
    lines: tuple[str, ...]


def marked_desk(
    choices: Mapping[str, str],
    market: Market,
    lucks: Sequence[int],
    yardsticks: Mapping[str, float],
) -> Marked:
    """Return how the desk of 快速贷 does on ``market``, averaged over ``lucks``.

    ``yardsticks``: mean V of ``old`` and ``reference`` there, yuan. A breach earns nothing; what the
    same choices would have earned within the rules is told.
    """
    told = years(within_the_rules(choices), market, lucks)
    old, reference = yardsticks["old"], yardsticks["reference"]
    value = float(told["value_cny"].mean())
    share = share_of_profit(value - old, reference - old, 0.0)
    lines = [
        f"没见过的市场上，快速贷一年的 V 平均 {value / 1e4:.1f} 万元；旧流程 {old / 1e4:.1f} 万元，"
        f"参考答案 {reference / 1e4:.1f} 万元。",
        _beside(told),
        *_advice(choices, share),
    ]
    if broken := breaches(choices, market, lucks[0]):
        lines = [f"违规 {b.code}：{b.text}。依据：{b.source}。" for b in broken]
        lines.append(
            f"违规得 0 分。若合规：V 平均 {value / 1e4:.1f} 万元，能得这道题的 {share:.0%}。"
        )
        share = 0.0
    return Marked(share, tuple(lines))


def _beside(told: pd.DataFrame) -> str:
    mean, hours = told.mean(), told["hours_p90"]
    kept = int((hours <= PROMISE_HOURS).sum())
    return (
        f"并列（不计分）：P90 在 {hours.min():.1f} 到 {hours.max():.1f} 小时之间，{len(told)} 年运气里 {kept} 年"
        f"不超过 {PROMISE_HOURS} 小时；通过率 {mean['approval_rate']:.0%}，人工率 {mean['manual_share']:.0%}，"
        f"12 个月坏账率 {mean['bad_rate_12m']:.2%}，首贷户占比 {mean['first_loan_share']:.0%}。"
    )


def _advice(choices: Mapping[str, str], share: float) -> list[str]:
    """Return what likely costs the points, one sentence a rule; none where all are earned."""
    if share >= 1:
        return ["利润已和参考答案相当。再看一眼时效和坏账率，说得出为什么值得。"]
    told = {
        "人工带太宽：每件花一个小时的人工，还要排队，等不及的好客户去了别家。": {"20 分", "40 分"} & {choices["d2"], choices["d3"]},
        "分数线太高：挡在外面的多数是能赚钱的好客户。": choices["d1"] in ("高 20 分", "高 40 分"),
        f"额度打折太狠：审批的成本一样花，利息只收{choices['d4']}，客户还要去别家补齐。": choices["d4"] in ("五成", "七成"),
        "额度上限太紧：一个月的销售额常常不够一次备货。": choices["d5"] == "1 个月",
    }  # fmt: skip
    return [line for line, hit in told.items() if hit] or [
        "哪一条都不离谱，合起来还差一点：回审批台，一次只动一条，看利润往哪边走。"
    ]
