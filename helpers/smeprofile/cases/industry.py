"""Case two (行业精准营销): a price and a way to repay for manufacturers, and for services, of their own.

Whom the bank grants, and how much, is as ever; nobody is contacted. What is asked for is the terms.
The measure is one set of terms for all: the bank's own risk price, repaid as the customer asks.
"""

from collections.abc import Mapping, Sequence
from itertools import product as every

import numpy as np
import pandas as pd

from smeprofile.bank import Market, Policy, Sources
from smeprofile.bank.deciding import SECTOR
from smeprofile.bank.kpis import expected_bad
from smeprofile.bank.offers import no_offers
from smeprofile.bank.play import Played
from smeprofile.bank.strategy import SECTORS
from smeprofile.cases.expected import expected_year
from smeprofile.cases.marking import Marked
from smeprofile.errors import UserError
from smeprofile.facts import cite
from smeprofile.verdicts import share_of_profit

INDUSTRIES = SECTORS[:2]  # 制造, 服务: those that the case is about
# Head office's weights for the mean add-on, and its limit: customers don't pay more on average [P].
WEIGHTS = {"制造": 0.7, "服务": 0.3}
_POINTS = {"−0.50": -0.005, "−0.25": -0.0025, "不加不减": 0.0, "+0.25": 0.0025, "+0.50": 0.005}
_INSTALMENTS = "分期还本"
_METHODS: dict[str, dict[str, str]] = {
    "客户自己选": {},
    "到期还本": {"F1": "随借随还", "F2": "随借随还", "F3": "先息后本", "F4": "先息后本"},
    _INSTALMENTS: {"F1": "等额本息", "F3": "等额本息", "F4": "等额本金"},
}
ADDONS, METHODS = tuple(_POINTS), tuple(_METHODS)
_WHY_INSTALMENTS = "：到期才还的，本金压在到期那一天，还不上的机会大；额度也用不满，息收得少"
_SAME, _MORE = "和新客户同一把尺", "不会走的老客户加一点"
_GIVEN, _DENIED = "给通用方案", "只能用行业方案"
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "m1": ("制造：利率，比行里的风险定价（百分点）", ADDONS),
    "m2": ("制造：怎么还", METHODS),
    "s1": ("服务：利率，比行里的风险定价（百分点）", ADDONS),
    "s2": ("服务：怎么还", METHODS),
    "e1": ("同一行业里，老客户的价", (_SAME, _MORE)),
    "e2": ("客户不要行业方案", (_GIVEN, _DENIED)),
}  # fmt: skip
TITLES = {row: title for row, (title, _) in FIELDS.items()}
OPTIONS = {row: list(options) for row, (_, options) in FIELDS.items()}
UNIFORM = {"m1": "不加不减", "m2": "客户自己选", "s1": "不加不减", "s2": "客户自己选",
           "e1": _SAME, "e2": _GIVEN}  # fmt: skip


def mean_addon(values: Mapping[str, str]) -> float:
    """Return the mean add-on by head office's ``WEIGHTS``, 0–1.

    >>> mean_addon(UNIFORM | {"m1": "−0.25", "s1": "+0.50"})
    -0.00025
    """
    _check(values)
    addons = {"制造": _POINTS[values["m1"]], "服务": _POINTS[values["s1"]]}
    return round(sum(WEIGHTS[name] * addons[name] for name in INDUSTRIES), 8)


def breaches(values: Mapping[str, str]) -> list[str]:
    """Return in sentences which rules the terms break, each with its source; [] for none.

    >>> breaches(UNIFORM)
    []
    """
    told = []
    if (mean := mean_addon(values)) > 1e-9:
        told.append(
            f"两个行业的加点按权重平均是 +{mean * 100:.3f} 个百分点，客户平均多付了。"
            "依据：本案例设定的行内授权（仿真参数），平均加点不得大于 0。"
        )
    if values["e1"] == _MORE:
        told.append(
            f"同一行业里，吃准了老客户不会走就多收。依据：《个人信息保护法》第二十四条，不得{cite('pipl_price')}；"
            "本课程对企业客户同样从严。"
        )
    if values["e2"] == _DENIED:
        told.append(
            "按画像推方案，却不给别的选项。依据：《个人信息保护法》第二十四条，应当同时提供"
            f"{cite('pipl_marketing')}；本课程对企业客户同样从严。"
        )
    return told


def within_the_rules(values: Mapping[str, str]) -> dict[str, str]:
    """Return the same terms with what breaks a rule put right; prices go down together, step by step.

    >>> within_the_rules(UNIFORM | {"m1": "+0.50", "e2": "只能用行业方案"})["m1"]
    '不加不减'
    """
    kept = dict(values) | {"e1": _SAME, "e2": _GIVEN}
    while mean_addon(kept) > 1e-9:
        row = max(("m1", "s1"), key=lambda name: _POINTS[kept[name]])
        kept[row] = ADDONS[ADDONS.index(kept[row]) - 1]
    return kept


def policy_of(values: Mapping[str, str]) -> Policy:
    """Return the policy that the terms make; other industries keep the uniform ones.

    >>> policy_of(UNIFORM | {"s1": "+0.25"}).addons["服务"]
    0.0025
    """
    _check(values)
    return Policy(
        rate_addon={"制造": _POINTS[values["m1"]], "服务": _POINTS[values["s1"]]},
        repayment={"制造": _METHODS[values["m2"]], "服务": _METHODS[values["s2"]]},
    )


def years(values: Mapping[str, str], market: Market, seeds: Sequence[int]) -> pd.DataFrame:
    """Return one row per industry and 合计, means over ``seeds``, expected losses charged.

    ``value_cny``: V; ``lent_cny``: newly lent; ``balance_cny``: of it at the year's end;
    ``n_lines``: customers with a new line; ``taken_share``: of the approved, who took it up;
    ``rate``: by newly lent amounts, 0–1; ``bad_rate_12m``: true chance of 90+ within twelve months,
    of lines drawn on. Renewals of old loans count for V only.

    >>> from smeprofile.bank import market
    >>> years(UNIFORM, market(customers=300, seed=5), [1]).index.tolist()
    ['制造', '服务', '合计']
    """
    told = [_year(values, market, seed) for seed in seeds]
    return sum(told[1:], told[0]) / len(told)


def _year(values: Mapping[str, str], market: Market, seed: int) -> pd.DataFrame:
    value, played = expected_year(market, no_offers(), policy_of(values), Sources(), seed)
    return figures_of(played, market, value)


def figures_of(played: Played, market: Market, value_fen: np.ndarray) -> pd.DataFrame:
    """Return one row per industry and 合计 of a year, as ``years`` has them."""
    sector = SECTOR[market._truth.t.trade]
    rows = {
        name: _part(played, market, value_fen, sector == k) for k, name in enumerate(INDUSTRIES)
    }
    rows["合计"] = _part(played, market, value_fen, sector < len(INDUSTRIES))
    return pd.DataFrame.from_dict(rows, orient="index")


def _part(played: Played, market: Market, value_fen: np.ndarray, ours: np.ndarray) -> dict:
    x, f, n = played.applications, played.loans.fac, played.loans.notes
    value = float(value_fen[ours].sum()) / 100
    if not x or not n:
        return dict.fromkeys(("value_cny", "lent_cny", "balance_cny", "n_lines"), 0.0) | {
            "value_cny": value, "taken_share": np.nan, "rate": np.nan, "bad_rate_12m": np.nan,
        }  # fmt: skip
    line = ours[f["who"]] & (f["kind"] == 0)
    note, approved = line[n["fac"]], x["approved"] & ours[x["who"]]
    fen = n["fen"][note]
    bad = expected_bad(market._truth, played.loans)[line & f["drawn"]]
    return {
        "value_cny": value, "lent_cny": fen.sum() / 100,
        "balance_cny": n["balance"][note].sum() / 100, "n_lines": float(line.sum()),
        "taken_share": float(x["accepted"][approved].mean()) if approved.any() else np.nan,
        "rate": float(np.average(n["rate"][note], weights=fen)) if len(fen) else np.nan,
        "bad_rate_12m": float(bad.mean()) if len(bad) else np.nan,
    }  # fmt: skip


# --- marking: what each industry earns by price and method, looked up --------------------------
def value_table(market: Market, seeds: Sequence[int]) -> dict[str, dict[str, float]]:
    """Return industry → "price|method" → V in yuan, for all terms that may be chosen.

    The industries compete for nothing but reviewers' time, so each is looked at by itself.
    """
    table: dict[str, dict[str, float]] = {name: {} for name in INDUSTRIES}
    for addon, method in every(ADDONS, METHODS):
        both = UNIFORM | {"m1": addon, "s1": addon, "m2": method, "s2": method}
        worth = years(both, market, seeds)["value_cny"]
        for name in INDUSTRIES:
            table[name][f"{addon}|{method}"] = round(float(worth[name]), 2)
    return table


def value_in(table: Mapping[str, Mapping[str, float]], values: Mapping[str, str]) -> float:
    """Return V of the terms, yuan, looked up in what ``value_table`` returns."""
    _check(values)
    keys = {"制造": f"{values['m1']}|{values['m2']}", "服务": f"{values['s1']}|{values['s2']}"}
    return sum(table[name][keys[name]] for name in INDUSTRIES)


def best_in(table: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Return the terms within the rules that are worth most by the table.

    Among those within a twentieth of the best gain the least away from the uniform price is taken:
    what luck can't tell apart needs no price of its own.
    """
    plans = [
        UNIFORM | {"m1": m1, "m2": m2, "s1": s1, "s2": s2}
        for m1, s1, m2, s2 in every(ADDONS, ADDONS, METHODS, METHODS)
    ]
    lawful = [plan for plan in plans if not breaches(plan)]
    idle = value_in(table, UNIFORM)
    gains = [value_in(table, plan) - idle for plan in lawful]
    near = [k for k, gain in enumerate(gains) if gain >= 0.95 * max(gains)]
    return lawful[min(near, key=lambda k: (_moved(lawful[k]), -gains[k]))]


def _moved(values: Mapping[str, str]) -> float:
    return abs(_POINTS[values["m1"]]) + abs(_POINTS[values["s1"]])


def marked(
    values: Mapping[str, str],
    table: Mapping[str, Mapping[str, float]],
    reference: Mapping[str, str],
) -> Marked:
    """Return which share of the points the terms earn by ``table``, and what is told beside it.

    0 at the uniform terms, all from 95 % of the reference's gain; a breach earns nothing.
    """
    idle, best = value_in(table, UNIFORM), value_in(table, reference)
    lawful = within_the_rules(values)
    value = value_in(table, lawful)
    share = share_of_profit(value - idle, best - idle, 0.0)
    lines = [
        f"没见过的市场上，两个行业一年的 V 是 {value / 1e4:.1f} 万元；统一方案 {idle / 1e4:.1f} 万元，"
        f"参考答案 {best / 1e4:.1f} 万元。",
        *_advice(lawful, table, share),
    ]
    if broken := breaches(values):
        lines = [f"违规：{text}" for text in broken]
        lines.append(f"违规得 0 分。若合规：V {value / 1e4:.1f} 万元，能得这道题的 {share:.0%}。")
        share = 0.0
    return Marked(share, tuple(lines))


def _advice(values: Mapping[str, str], table: Mapping, share: float) -> list[str]:
    """Return what the terms leave on the table: for each choice what another one would bring."""
    if share >= 1:
        return ["利润和参考答案相当。再看放款额、余额、户数：说得出增的是哪一个。"]
    told = []
    for row, name in (("m2", "制造"), ("s2", "服务")):
        worth = {m: value_in(table, dict(values) | {row: m}) for m in METHODS}
        best = max(worth, key=worth.__getitem__)
        if (lost := worth[best] - worth[values[row]]) > 0:
            why = _WHY_INSTALMENTS if best == _INSTALMENTS else ""
            told.append(
                f"{name}的还款选了“{values[row]}”，比“{best}”少 {lost / 1e4:.1f} 万元{why}。"
            )
    for row, name in (("m1", "制造"), ("s1", "服务")):
        raised = dict(values) | {row: "不加不减"}
        gain = value_in(table, raised) - value_in(table, values)
        if _POINTS[values[row]] < 0 < gain and mean_addon(raised) <= 1e-9:
            told.append(
                f"{name}让了利，利息少收，多来的客户补不上：不让能多 {gain / 1e4:.1f} 万元。"
            )
    return told or ["哪一条都不离谱，合起来还差一点：回方案台，一次只动一条。"]


def _check(values: Mapping[str, str]) -> None:
    for row, (title, options) in FIELDS.items():
        if values.get(row) not in options:
            raise UserError(f"{row}（{title}）应为 {'、'.join(options)} 之一。")
