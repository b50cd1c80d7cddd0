"""The capstone: a whole marketing plan of plain choices, and what a year of it comes to.

Unlike the cases before, everything is asked for at once: whom, what, how often, at which price, by
which cut-offs, band, lines and renewals, from which data. What rules read of a market's customers
is taken from its first day directly (``first_day``): whole profiles take seconds to make.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from smeprofile.bank import Market, Policy, Strategy, from_answers
from smeprofile.bank import kpis as figures
from smeprofile.bank.assumptions import PRICE_BAND
from smeprofile.bank.bound import bound_cny
from smeprofile.bank.compliance import Breach, of_plan, of_run
from smeprofile.bank.offers import Offers, checked
from smeprofile.bank.play import Played, luck, play
from smeprofile.bank.strategy import sector_of
from smeprofile.errors import UserError
from smeprofile.simulate import assumptions as a

_SAFE, _BUREAU, _AHEAD = (
    "登记、流水、纳税（按授权）",
    "再加征信报告",
    "再加“后来谁真的来申请”的名单",
)
_INSTALMENTS = {"F1": "等额本息", "F3": "等额本息", "F4": "等额本金"}
# row → (what is asked, label → plain value)
FIELDS: dict[str, tuple[str, dict[str, object]]] = {
    "e1": ("联系谁（都要没有本行贷款）", {
        "成立不满 3 年的": {"max_age_years": 3.0}, "成立 12 年以上的": {"min_age_years": 12.0},
        "制造业的": {"sector": "制造"}, "服务业的": {"sector": "服务"}, "不再细分": {}}),
    "e2": ("推什么产品", {"抵押贷": "F3", "担保贷": "F4", "快速贷": "F1"}),
    "e3": ("走哪条渠道", {"客户经理走访": "H1", "电话": "H2", "APP 推送": "H4"}),
    "e4": ("多久联系一次", {"每月一次": list(range(1, 13)), "每季一次": [1, 4, 7, 10], "全年一次": [1]}),
    "e5": ("报价，比挂牌价", {"低 0.5 个百分点": -PRICE_BAND, "不加不减": 0.0, "高 0.5 个百分点": PRICE_BAND}),
    "e6": ("怎么还本金", {"产品的老办法": False, "分期还": True}),
    "e7": ("信用类分数线，比现行的", {"低 40 分": -40.0, "低 20 分": -20.0, "不变": 0.0, "高 40 分": 40.0}),
    "e8": ("抵押类分数线，比现行的", {"低 20 分": -20.0, "不变": 0.0, "高 40 分": 40.0}),
    "e9": ("线上线下各多少分以内转人工", {"0 分": 0.0, "10 分": 10.0, "40 分": 40.0}),
    "e10": ("自己来的客户，批申请金额的", {"五成": 0.5, "八成五": 0.85, "全额": 1.0}),
    "e11": ("到期老客户，线下几分内可续", {"0 分": 0.0, "20 分": 20.0, "40 分": 40.0}),
    "e12": ("圈名单用哪些数据", {_SAFE: (), _BUREAU: ("征信报告",), _AHEAD: ()}),
    "e13": ("登记了免打扰的", {"照样联系": False, "从名单里剔除": True}),
    "e14": ("自动拒绝的要求人工复核", {"受理": True, "不受理": False}),
}  # fmt: skip
TITLES = {row: title for row, (title, _) in FIELDS.items()}
OPTIONS = {row: list(options) for row, (_, options) in FIELDS.items()}
# The case's starting point: the old and large ones, in person, once a year, as prices and rules stand.
OLD = {
    "e1": "成立 12 年以上的", "e2": "抵押贷", "e3": "客户经理走访", "e4": "全年一次", "e5": "不加不减",
    "e6": "产品的老办法", "e7": "不变", "e8": "不变", "e9": "40 分", "e10": "八成五", "e11": "20 分",
    "e12": _SAFE, "e13": "从名单里剔除", "e14": "受理",
}  # fmt: skip
# The course's own answer: what bank.reference does, in these choices.
REFERENCE = {
    "e1": "不再细分", "e2": "快速贷", "e3": "APP 推送", "e4": "每季一次", "e5": "高 0.5 个百分点",
    "e6": "分期还", "e7": "不变", "e8": "高 40 分", "e9": "10 分", "e10": "全额", "e11": "40 分",
    "e12": _SAFE, "e13": "从名单里剔除", "e14": "受理",
}  # fmt: skip
_WAIT_MONTHS = 3
TOO_OFTEN = "本题设定的行内规则（仿真参数）：同一客户三个月里至多联系一次"
_NOT_YET_KNOWN = (
    "本课程的观察点纪律（02 课）：圈名单那一天还不知道的事，一律不得用；模型验收时按数据泄漏退回"
)


def values_of(choices: Mapping[str, str]) -> dict[str, object]:
    """Return the plain values of the choices, as ``bank.from_answers`` takes them.

    ``UserError`` names the row that is missing or can't be.

    >>> values_of(REFERENCE)["rules"][0]["months"], values_of(OLD)["manual_below"]
    ([1, 4, 7, 10], 40.0)
    """
    got = _read(choices)
    product, is_paid_back = got["e2"], got["e6"]
    rule = {"product": product, "channel": got["e3"], "months": got["e4"], "rate_addon": got["e5"], **got["e1"]}  # fmt: skip
    cutoffs = Policy().cutoffs
    return {
        "rules": [rule | ({"repayment_method": _INSTALMENTS[product]} if is_paid_back else {})],
        "cutoffs": {"信用": cutoffs["信用"] + got["e7"], "抵押": cutoffs["抵押"] + got["e8"]},
        "manual_below": got["e9"], "manual_above": got["e9"], "line_share": got["e10"],
        "renewal_margin": got["e11"], "rate_addon": got["e5"], "appeal": got["e14"],
        "repayment": {"F1": _INSTALMENTS["F1"]} if is_paid_back else {},
        "sources_marketing": ["流水数据", "纳税数据", *got["e12"]],
    }  # fmt: skip


def first_day(market: Market) -> pd.DataFrame:
    """Return what a marketing list may be made from, one row per customer, as of the first day.

    Registers, past applications and the bank's own systems only: nothing here needs a consent.
    ``age_years`` since founding; ``sector`` as ``bank.sector_of``; ``loan_balance_cny`` here, yuan;
    ``owns_premises``: told in a past application or visit.
    """
    truth = market._truth
    end = pd.Timestamp(market.setting.end)
    founded = pd.to_datetime(truth.t.established, unit="D")
    section = pd.Series([code[0] for code in np.array(a.CODES)[truth.t.trade]])
    return pd.DataFrame({
        "customer_id": market.ids, "as_of": end, "do_not_contact": truth.quiet,
        "registration_status": np.where(truth.life.exit_at < 0, "注销", "存续"),
        "age_years": ((end - founded).days / 365.25).round(1), "industry_section": section,
        "sector": sector_of(section), "owns_premises": truth.t.collateral,
        "loan_balance_cny": truth.old_balance[:, 0].round(2),
    })  # fmt: skip


def offers_of(choices: Mapping[str, str], market: Market) -> pd.DataFrame:
    """Return the table of offers that the choices make in ``market``."""
    # Statements and sizes, which no rule of this case reads, are left unknown.
    seen = first_day(market).assign(working_capital_need_cny=np.nan, size_class=pd.NA)
    if not _read(choices)["e13"]:
        seen = seen.assign(do_not_contact=False)
    return from_answers(values_of(choices)).targeting(seen)


def strategy_of(choices: Mapping[str, str], market: Market) -> Strategy:
    """Return the choices as a strategy whose offers are made already."""
    made = from_answers(values_of(choices))
    return made.with_(targeting=offers_of(choices, market))


def years(choices: Mapping[str, str] | Strategy, market: Market, seeds: Sequence[int]) -> pd.DataFrame:  # fmt: skip
    """Return one row per seed of luck: what a year under the choices (or a strategy) brings.

    Money in yuan: ``value_cny`` is V, and the parts it is the sum of (``PARTS``). ``bad_rate_12m``:
    true chance to be 90+ within twelve months, of lines drawn on; ``hours_p90`` natural hours,
    undecided ones never; ``satisfaction`` 0–1; ``contacts`` made, ``over_capacity`` planned but not
    made; ``work_hours`` of people.

    >>> from smeprofile.bank import market
    >>> told = years(OLD, market(customers=200, seed=5), [1])
    >>> bool(abs(told[list(PARTS)].sum(axis=1) - told["value_cny"]).max() < 0.01)
    True
    """
    strategy = choices if isinstance(choices, Strategy) else strategy_of(choices, market)
    ready = checked(strategy.targeting, market.ids)
    rows = [_figures(market, played_year(strategy, ready, market, seed)) for seed in seeds]
    return pd.DataFrame(rows, index=pd.Index(list(seeds), name="seed"))


def played_year(strategy: Strategy, ready: Offers, market: Market, seed: int) -> Played:
    """Return what happened in one year of a strategy whose offers are checked."""
    draws = luck(market.seed, seed)
    return play(market._truth, ready, strategy.policy, strategy.sources, draws)


# part of V → accounts it is made of
PARTS = {
    "利息与存款收益": ("利息收入", "存款与结算收益"),
    "资金成本": ("资金成本",),
    "风险损失": ("核销净损失", "存续期预期损失", "由以后期限承担"),
    "办理与审批": ("进件与审批费", "办理费", "账户管理费"),
    "营销与投诉": ("营销费", "投诉费"),
    "税费": ("增值税及附加",),
    "资本成本": ("资本成本",),
}  # fmt: skip


def _figures(market: Market, played: Played) -> dict[str, float]:
    statement = played.ledger.statement()
    told = figures.kpis(market._truth, played)["value"]
    x = played.applications
    return {
        "value_cny": played.value_cny,
        **{part: float(statement[list(names)].sum()) for part, names in PARTS.items()},
        "n_applications": len(x["who"]) if x else 0,
        "n_granted": int(x["granted"].sum()) if x else 0,
        "work_hours": float(x["work_hours"].sum()) if x else 0.0,
        "contacts": played.counts["contacts"],
        "over_capacity": played.counts["over_capacity"],
        "complaints": played.counts["complaints"],
        **{name: float(told[name]) for name in ("approval_rate", "bad_rate_12m", "hours_p90", "satisfaction",
                                                "first_loan_share", "renewal_rate", "opt_out_rate")},
    }  # fmt: skip


def breaches(choices: Mapping[str, str], market: Market, seed: int) -> list[Breach]:
    """Return the rules that a year under the choices breaks, with their sources."""
    strategy = strategy_of(choices, market)
    ready = checked(strategy.targeting, market.ids)
    found = of_plan(strategy, ready, market._truth.quiet, market.setting)
    if choices["e12"] == _AHEAD:
        found.append(Breach("T1", "圈名单用了观察点以后才知道的事", _NOT_YET_KNOWN, 1))
    if soon := int(too_soon(ready).sum()):
        found.append(Breach("F1", f"重复触达：{choices['e4']}", TOO_OFTEN, soon))
    return found + of_run(strategy, played_year(strategy, ready, market, seed))


def too_soon(offers: Offers) -> np.ndarray:
    """Return which offers come too soon: within three months of an earlier one that doesn't.

    >>> from smeprofile.bank.offers import no_offers
    >>> bool(too_soon(no_offers()).any())
    False
    """
    last = np.full(int(offers.who.max(initial=-1)) + 1, -_WAIT_MONTHS)
    soon = np.zeros(len(offers.who), bool)
    for month in np.unique(offers.month):  # in which a customer has one offer at most
        rows = np.flatnonzero(offers.month == month)
        soon[rows] = month - last[offers.who[rows]] < _WAIT_MONTHS
        kept = rows[~soon[rows]]
        last[offers.who[kept]] = month
    return soon


def within_the_rules(choices: Mapping[str, str]) -> dict[str, str]:
    """Return the same choices, what breaks a rule put right.

    >>> within_the_rules(REFERENCE | {"e4": "每月一次", "e14": "不受理"}) == REFERENCE
    True
    """
    months = _read(choices)["e4"]
    right = {row: REFERENCE[row] for row in ("e12", "e13", "e14")}
    if any(after - before < _WAIT_MONTHS for before, after in pairwise(months)):
        right["e4"] = "每季一次"
    return dict(choices) | right


def bound(market: Market, seeds: Sequence[int]) -> float:
    """Return the mean of what nobody can beat with the same luck, yuan (slow: a linear program each)."""
    return float(np.mean([bound_cny(market._truth, luck(market.seed, seed)) for seed in seeds]))


def _read(choices: Mapping[str, str]) -> dict[str, object]:
    got = {}
    for row, (title, options) in FIELDS.items():
        if choices.get(row) not in options:
            raise UserError(f"{row}（{title}）应为 {'、'.join(options)} 之一。")
        got[row] = options[choices[row]]
    return got
