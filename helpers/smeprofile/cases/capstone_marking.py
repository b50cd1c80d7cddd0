"""How the capstone is marked: a whole plan, a list made by code, a policy, declared data."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from smeprofile.bank import Market, Strategy, from_answers
from smeprofile.bank.compliance import Breach, mended, of_plan, of_run
from smeprofile.bank.market import RANK
from smeprofile.bank.offers import Offers, checked, no_offers
from smeprofile.cases.brought import expected_gain
from smeprofile.cases.capstone import (
    OLD,
    TOO_OFTEN,
    breaches,
    played_year,
    too_soon,
    within_the_rules,
    years,
)
from smeprofile.cases.marking import Marked
from smeprofile.errors import UserError
from smeprofile.verdicts import share_of_profit

NOT_GIVEN = (
    "你用了名单上没有给你的列。谁会来、谁会坏是真值，只有仿真器知道；真实的银行在圈名单那天也没有这一列，"
    "这样的名单上不了线"
)


def marked_plan(
    choices: Mapping[str, str],
    market: Market,
    lucks: Sequence[int],
    yardsticks: Mapping[str, float],
) -> Marked:
    """Return how a whole plan does on ``market``, averaged over ``lucks``.

    ``yardsticks``: mean V there of ``old`` and ``reference``, and the ``bound``, yuan. A breach earns
    nothing; what the same plan would have earned within the rules is told.
    """
    told = years(within_the_rules(choices), market, lucks)
    value, old = float(told["value_cny"].mean()), yardsticks["old"]
    best, bound = yardsticks["reference"], yardsticks["bound"]
    share = share_of_profit(value - old, best - old, 0.0)
    lines = [
        f"没见过的市场上，一年的 V 平均 {_wan(value)}；照旧 {_wan(old)}，参考答案 {_wan(best)}。"
        f"离谁也超不过的上界（看得见真值和运气）{_wan(bound)} 还差 {_wan(bound - value)}：这段差距多半是运气，不必去追。",
        _beside(told),
        *_advice(choices, told, share),
    ]
    if broken := breaches(choices, market, lucks[0]):
        lines = [_broken(b) for b in broken]
        lines.append(f"违规得 0 分。若合规：V 平均 {_wan(value)}，能得这道题的 {share:.0%}。")
        share = 0.0
    return Marked(share, tuple(lines))


def _wan(cny: float) -> str:
    return f"{cny / 1e4:,.1f} 万元"


def _broken(breach: Breach) -> str:
    return f"违规 {breach.code}：{breach.text}。依据：{breach.source}。"


def _beside(told: pd.DataFrame) -> str:
    mean = told.mean()
    return (
        f"并列（不计分）：满意度 {mean['satisfaction']:.2f}（0–1），通过率 {mean['approval_rate']:.0%}，"
        f"12 个月坏账率 {mean['bad_rate_12m']:.2%}，首贷户占比 {mean['first_loan_share']:.0%}，"
        f"触达 {mean['contacts']:,.0f} 次，退订率 {mean['opt_out_rate']:.1%}，投诉 {mean['complaints']:.0f} 件，"
        f"人工 {mean['work_hours']:,.0f} 小时。"
    )


def _advice(choices: Mapping[str, str], told: pd.DataFrame, share: float) -> list[str]:
    """Return what likely costs the points, one sentence a choice; none where all are earned."""
    over = told["over_capacity"].mean()
    lines = (
        [f"超容：计划里有 {over:,.0f} 次触达超出{choices['e3']}的容量，没有做成，名单成了空话。"]
        if over
        else []
    )
    if dict(choices) == OLD:
        lines.append("你交的就是照旧的方案：照旧 V 和你一样，所以没有分。")
    if share >= 1:
        return [*lines, "利润已和参考答案相当。再看一眼满意度和坏账率，说得出为什么值得。"]
    found = {
        "报价低半个百分点：这个市场的客户不太在意，让掉的全是利润。": choices["e5"] == "低 0.5 个百分点",
        "推抵押贷、担保贷，来的人差不多，一笔的办理和人工却贵，多收的利息补不上。": choices["e2"] != "快速贷",
        "走访一次就是上百元，触达多来的那一点付不起。": choices["e3"] == "客户经理走访",
        "电话有容量：挤在同一个月，打不完的白排，排在后面的一次也没有联系到。": choices["e3"] == "电话" and over > 0,
        "本金压在到期那一天，坏的机会大；额度用不满，利息也收得少。": choices["e6"] == "产品的老办法",
        "分数线太高：挡在外面的多数是能赚钱的好客户。": choices["e7"] == "高 40 分",
        "人工带太宽：每件都要人看，排着队，好客户等不及。": choices["e9"] == "40 分",
        "批得太少：审批的成本一样花，利息只收一半。": choices["e10"] == "五成",
    }  # fmt: skip
    lines += [line for line, hit in found.items() if hit]
    return lines or ["哪一条都不离谱，合起来还差一点：回方案对比台，一次只动一条。"]


def tried(
    targeting: Callable, profiles: pd.DataFrame, ids: pd.Index
) -> tuple[str, pd.DataFrame | None]:
    """Return what is wrong with a learner's ``targeting`` ("": nothing), and the table it makes.

    >>> ids = pd.Index(["C1"])
    >>> tried(lambda profiles: profiles["uplift"], pd.DataFrame({"customer_id": ids}), ids)[0][:12]
    'targeting 出错'
    """
    try:
        told = targeting(profiles.copy())
        if not isinstance(told, pd.DataFrame):
            return "targeting 应返回报价方案的表：是不是还没有作答，或忘了写 return？", None
        checked(told, ids)
    except UserError as problem:  # raised in the learner's process, it comes without its words
        return str(
            problem
        ) or "targeting 出错：报价方案里有这家银行没有的写法：请对一对产品、渠道和月份。", None
    except KeyError:
        return f"targeting 出错：{NOT_GIVEN}；也可能是列名写错了。", None
    except Exception as error:
        return f"targeting 出错（{type(error).__name__}）：{error}", None
    return "", told


def marked_list(table: pd.DataFrame, market: Market, best_cny: float) -> Marked:
    """Return how a list of offers does on ``market``, by what it brings expected (see ``brought``).

    ``best_cny``: what the reference's list brings. A breach earns nothing; what the rows that break
    no rule would have earned is told.
    """
    offers = checked(table, market.ids)
    broken = of_plan(Strategy(), offers, market._truth.quiet, market.setting)
    if soon := int(too_soon(offers).sum()):
        broken.append(Breach("F1", "重复触达：有客户三个月里被联系两次以上", TOO_OFTEN, soon))
    if broken:
        gain = expected_gain(_lawful(offers, market), market).gain_cny
        worth = share_of_profit(gain, best_cny, 0.0)
        told = f"违规得 0 分。别处不变、只去掉违规的行，能得这道题的 {worth:.0%}。"
        return Marked(0.0, (*map(_broken, broken), told))
    brought = expected_gain(offers, market)
    lines = [
        f"期望多来 {brought.extra:,.1f} 笔进件，联系 {brought.contacts:,} 次，花 {_wan(brought.cost_cny)}；"
        f"净收益 {_wan(brought.gain_cny)}，参考名单 {_wan(best_cny)}。"
    ]
    if brought.over_capacity:
        lines.append(
            f"超容：名单里有 {brought.over_capacity:,} 次超出渠道当月的容量，没有做成：后面的客户等着一个不会来的电话。"
        )
    share = share_of_profit(brought.gain_cny, best_cny, 0.0)
    if share == 0:
        lines.append("联系的费用超过了多来的收益：这份名单不如不做。")
    return Marked(share, tuple(lines))


def _lawful(offers: Offers, market: Market) -> Offers:
    """Return the rows that break no rule; of contacts too close together the earlier stays."""
    kept = mended(Strategy(), offers, market._truth.quiet, market.setting)[1]
    return kept.only(~too_soon(kept))


def policy_error(values: Mapping[str, object]) -> str:
    """Return why plain values make no policy, "" where they do.

    >>> policy_error({"rate_addon": 0.5})
    '方案的 rate_addon 填得不对：应不大于 0.005'
    """
    if not isinstance(values, Mapping):
        return "policy 应是一个字典。"
    if {"rules", "sources_marketing"} & set(values):
        return "policy 只管审批和价格：名单（rules）和数据来源不在这里写。"
    try:
        from_answers(values)
    except UserError as problem:
        return str(problem)
    return ""


def marked_policy(
    values: Mapping[str, object],
    market: Market,
    lucks: Sequence[int],
    yardsticks: Mapping[str, float],
) -> Marked:
    """Return how a policy of plain values does on ``market`` without any contact.

    ``yardsticks``: mean V there of ``today`` and of the reference's ``policy``. A breach earns nothing;
    what the same policy would have earned within the rules is told. ``UserError`` names a field that
    can't be.
    """
    if problem := policy_error(values):
        raise UserError(problem)
    strategy = from_answers(values)
    broken = of_run(strategy, played_year(strategy, no_offers(), market, lucks[0]))
    if broken:
        strategy, _ = mended(strategy, no_offers(), market._truth.quiet, market.setting)
    value = float(years(strategy, market, lucks)["value_cny"].mean())
    today, best = yardsticks["today"], yardsticks["policy"]
    share = share_of_profit(value - today, best - today, 0.0)
    lines = [
        f"不做触达，一年的 V 平均 {_wan(value)}；现行政策 {_wan(today)}，参考政策 {_wan(best)}。"
    ]
    if broken:
        lines = [_broken(b) for b in broken]
        lines.append(f"违规得 0 分。若合规：V 平均 {_wan(value)}，能得这道题的 {share:.0%}。")
        share = 0.0
    elif share == 0:
        lines.append("还不如现行政策：是不是线提得太高、价压得太低，或没有改？")
    return Marked(share, tuple(lines))


def declared(columns: Sequence[str], use: str, catalogue: pd.DataFrame) -> dict[str, list[str]]:
    """Return which data items a strategy that reads ``columns`` must declare, and what it may not read.

    ``catalogue``: one row per tag, ``name``, ``items`` and ``uses``, the latter two joined by 、.
    ``barred``: columns as given that aren't there or may not serve ``use``; ``items``: sorted, of the
    other columns. A place among peers counts as its tag.

    >>> known = pd.DataFrame({"name": ["a", "b"], "items": ["流水数据", "征信报告"], "uses": ["营销", ""]})
    >>> declared(["a_peer_rank", "b"], "营销", known)
    {'items': ['流水数据'], 'barred': ['b']}
    """
    known = catalogue.set_index("name")
    tags = {column: column.removesuffix(RANK) for column in columns}
    barred = [
        column
        for column, tag in tags.items()
        if tag not in known.index or use not in known["uses"][tag].split("、")
    ]
    used = [known["items"][tag].split("、") for column, tag in tags.items() if column not in barred]
    return {"items": sorted({item for items in used for item in items if item}), "barred": barred}
