"""Case three: which data to decide new applications by, at which line, and what to do without them.

Nobody is contacted, prices and lines of credit are the bank's own, renewals go by the bank's own
score. The platform's figures of a fresh market come from that market's truth the way the pilot's
did. What is told of a plan is expected (``cases.expected``): nobody's default is left to luck.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product as every

import numpy as np
import pandas as pd

from smeprofile.bank import Market, Policy, Sources
from smeprofile.bank.compliance import Breach
from smeprofile.bank.kpis import expected_bad
from smeprofile.bank.offers import no_offers
from smeprofile.bank.play import Played
from smeprofile.bank.renewing import RENEWED
from smeprofile.bank.strategy import historical_cutoffs
from smeprofile.bank.view import View
from smeprofile.cases.expected import expected_year
from smeprofile.cases.hours import hours_at
from smeprofile.cases.marking import Marked
from smeprofile.errors import UserError
from smeprofile.facts import fact_number
from smeprofile.partner.model import MOST_POINTS, Models
from smeprofile.simulate import partner as platform
from smeprofile.verdicts import share_of_profit

Table = Mapping[str, Mapping[str, float]]  # key → mean figures
FEE_CNY = float(fact_number("partner_fee"))  # a query that finds figures [P]
OWN, THEIRS, BOTH = "只用本行数据", "只用对方数据", "本行数据加对方数据"
NEVER_HOURS = 9_999.0  # stands for infinity in tables: JSON has none
NEAR_POINTS = MOST_POINTS  # further from the line the platform's figures can't turn a decision
EACH, NEAR = "每一笔都查", f"本行分在线上下 {NEAR_POINTS:g} 分以内才查"
AS_USUAL, REFUSE = "照本行分，同一条线", "一律不批"
LINES = {"低 20 分": -20.0, "低 10 分": -10.0, "不变": 0.0, "高 20 分": 20.0}
# row → (what is asked, its options); the first shown is not the best
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "e1": ("新进件凭什么打分", (THEIRS, OWN, BOTH)),
    "e2": ("通过线，比现行的", tuple(LINES)),
    "e3": ("查谁的", (EACH, NEAR)),
    "e4": ("该查而查不到的客户", (REFUSE, AS_USUAL)),
    "e5": ("什么时候可以查", ("平台协议里写了“可共享”，先查再说", "客户在两边都签了授信审批的授权以后")),
    "e6": ("客户撤回授权以后", ("用以前拉到的数据接着打分", "当天停查停用，退回本行分")),
    "e7": ("谁来定批不批", ("对方系统直接出结果，本行照批", "本行的模型和审批人")),
}  # fmt: skip
TITLES = {row: title for row, (title, _) in FIELDS.items()}
OPTIONS = {row: list(options) for row, (_, options) in FIELDS.items()}
LAWFUL = {row: FIELDS[row][1][1] for row in ("e5", "e6", "e7")}
BASELINE = {"e1": OWN, "e2": "不变", "e3": NEAR, "e4": AS_USUAL} | LAWFUL
_CREDIT = "征信业务管理办法（央行令 2021 年第 4 号）：信用信息含替代数据，来源可追溯"
_PROVIDE = "个人信息保护法第二十三条：向其他处理者提供个人信息须告知并取得单独同意；本课程对企业数据同样从严"
_WITHDRAWN = "本课程设定的行内规则：授权撤回当天起，不再查询，也不再用于新的审批"
_OUTSOURCED = "银保监办发〔2021〕24 号：对贷款风险评估和风险控制有重要影响的环节独立开展，严禁外包；本课程对数据采购同样从严"
_BREACHES = {
    "e5": ("D1", "没有两边的授权就查对方的数据", f"{_PROVIDE}；{_CREDIT}"),
    "e6": ("D2", "授权撤回以后还在用", _WITHDRAWN),
    "e7": ("D3", "把批不批交给了合作方", _OUTSOURCED),
}


def checked(choices: Mapping[str, str]) -> dict[str, str]:
    """Return the choices; ``UserError`` names the row that is missing or can't be.

    >>> checked(BASELINE) == BASELINE
    True
    """
    for row, (title, options) in FIELDS.items():
        if choices.get(row) not in options:
            raise UserError(f"{row}（{title}）应为 {'、'.join(options)} 之一。")
    return {row: choices[row] for row in FIELDS}


def breaches(choices: Mapping[str, str]) -> list[Breach]:
    """Return the rules that the choices break, with their sources.

    >>> [breach.code for breach in breaches(BASELINE | {"e7": OPTIONS["e7"][0]})], breaches(BASELINE)
    (['D3'], [])
    """
    plan = checked(choices)
    return [
        Breach(code, text, source, 1)
        for row, (code, text, source) in _BREACHES.items()
        if plan[row] != LAWFUL[row]
    ]


def key(choices: Mapping[str, str]) -> str:
    """Return what decides V: the data, the line, whose are looked up, what if there are none.

    >>> key(BASELINE) == key(BASELINE | {"e4": REFUSE})
    True
    """
    plan = checked(choices)
    rows = ("e1", "e2") if plan["e1"] == OWN else ("e1", "e2", "e3", "e4")
    return "|".join(plan[row] for row in rows)


def all_plans() -> list[dict[str, str]]:
    """Return a lawful plan for every ``key``.

    >>> len(all_plans())
    36
    """
    made: dict[str, dict[str, str]] = {}
    for values in every(*(OPTIONS[row] for row in ("e1", "e2", "e3", "e4"))):
        plan = dict(zip(("e1", "e2", "e3", "e4"), values, strict=True)) | LAWFUL
        made.setdefault(key(plan), plan)
    return list(made.values())


def best(table: Table) -> dict[str, str]:
    """Return the lawful plan with the largest V in ``table``, which is the course's own answer.

    Chosen on markets to practise on only; it is marked on others. It keeps the bank's own data in
    every decision: who scores by a supplier's alone has nothing to stand on once they stop.
    """
    plans = [plan for plan in all_plans() if plan["e1"] != THEIRS]
    return max(plans, key=lambda plan: table[key(plan)]["value_cny"])


@dataclass
class Desk:
    """Points of a market's new applications by a plan; counts what is looked up on the way."""

    market: Market
    models: Models
    plan: Mapping[str, str]

    def __post_init__(self) -> None:
        truth = self.market._truth
        s = truth.setting
        kept = self.market._kept
        if "platform" not in kept:
            on = platform.on_platform(s, truth.t) & platform.is_matched(s.draws, truth.t.who)
            seen = {"sales_month": truth.sales_month, "stage": truth.life.stage, "operating": truth.life.operating}  # fmt: skip
            kept["platform"] = (on, platform.consents(s, truth.t), platform.figures(s.draws, truth.t, s.months_all, seen))  # fmt: skip
        self.on, self.agreed, self.figures = kept["platform"]
        self.line = historical_cutoffs()["信用"] + LINES[self.plan["e2"]]
        self.queries, self.applications = 0, 0

    def usable(self, v: View, who: np.ndarray) -> np.ndarray:
        """Say whose figures may be looked up this month: there, agreed to and signed for in time."""
        first, told = int(v.firsts[v.k]), self.agreed
        theirs = (told["purpose"] == 0) & (told["granted"] <= first) & (told["withdrawn"] > first)
        mine, _ = platform.signs(self.market.setting.draws, v.t.who[who], v.month)
        return (self.on & theirs)[who] & mine

    def adjust(self, v: View, who: np.ndarray, points: np.ndarray) -> np.ndarray:
        """Return the points that decide: see ``bank.deciding.Adjust``."""
        self.applications += len(who)
        if self.plan["e1"] == OWN:
            return points
        wanted = np.ones(len(who), bool)
        if self.plan["e3"] == NEAR:
            wanted = np.abs(points - self.line) <= NEAR_POINTS
        has = wanted & self.usable(v, who)
        self.queries += int(has.sum())
        told = points.copy()
        if self.plan["e4"] == REFUSE:
            told[wanted & ~has] = -9_999.0
        if has.any():
            told[has] = self._with_figures(v, who[has], points[has])
        return told

    def _with_figures(self, v: View, who: np.ndarray, points: np.ndarray) -> np.ndarray:
        last = max(v.k - 1, 0)  # the month before; the year's first month stands for its own
        inflow = v.flow_seen[who]
        frame = pd.DataFrame({name: column[who, last] for name, column in self.figures.items()})
        asked = np.maximum(v.life.need[who, v.k], 40_000) * 1.7  # about what applications ask for
        frame = frame.assign(score=points, age_years=v.age[who], inflow_month_cny=inflow,
                             asked_to_inflow=np.minimum(asked / np.maximum(inflow, 1_000), 60))  # fmt: skip
        if self.plan["e1"] == THEIRS:
            return self.models.points_of_partner(frame, historical_cutoffs()["信用"] + 30)
        return points + self.models.points_added(frame)


def years(choices: Mapping[str, str], market: Market, seeds: Sequence[int], models: Models) -> pd.DataFrame:  # fmt: skip
    """Return one row per seed of luck: what a year of a plan can be expected to bring.

    ``value_cny``: V of the bank, yuan, less the fees. ``approval_rate``, ``manual_share``: of new
    applications; ``bad_rate_12m``: true chance of 90+ within twelve months, of new lines drawn on;
    ``hours_p90``: natural hours; ``query_share``: applications whose figures were bought.
    """
    rows = [_year(checked(choices), market, seed, models) for seed in seeds]
    return pd.DataFrame(rows, index=pd.Index(list(seeds), name="seed"))


def _year(plan: Mapping[str, str], market: Market, seed: int, models: Models) -> dict[str, float]:
    desk = Desk(market, models, plan)
    policy = _policy(LINES[plan["e2"]])
    fen, played = expected_year(market, no_offers(), policy, Sources(), seed, desk.adjust)
    if not played.applications:
        raise UserError("这一年没有一件进件：市场太小，请加大户数。")
    return _figures(market, played) | {
        "value_cny": float(fen.sum()) / 100 - FEE_CNY * desk.queries,
        "fee_cny": FEE_CNY * desk.queries,
        "query_share": desk.queries / max(desk.applications, 1),
    }


def _policy(by: float) -> Policy:
    """Return today's policy with the lines of new applications moved; renewals keep theirs."""
    cutoffs = {name: cut + by for name, cut in historical_cutoffs().items()}
    # The margin hangs from the cut-offs.
    return Policy(cutoffs=cutoffs, renewal_margin=Policy().renewal_margin + by)


def _figures(market: Market, played: Played) -> dict[str, float]:
    x, f = played.applications, played.loans.fac
    bad = np.zeros(0)
    if f:
        bad = expected_bad(market._truth, played.loans)[f["drawn"] & (f["kind"] < RENEWED)]
    return {
        "n_applications": len(x["who"]),
        "approval_rate": float(x["approved"].mean()),
        "n_bad": float(bad.sum()),
        "bad_rate_12m": float(bad.mean()) if len(bad) else np.nan,
        "manual_share": float(x["by_hand"].mean()),
        "hours_p90": hours_at(np.where(x["in_year"], x["hours"], np.inf)),
    }


def marked(choices: Mapping[str, str], table: Table, reference: Mapping[str, str]) -> Marked:
    """Return how a plan does by ``table``, worked out on markets that nobody has seen.

    Nothing is earned up to V of today's bank-only plan, all from 95 % of the way to that of the
    ``reference`` on. A breach earns nothing; what the same plan would have earned within the rules
    is told.
    """
    plan = checked(choices)
    mine, old, right = (table[key(p)] for p in (plan, BASELINE, reference))
    gain, most = mine["value_cny"] - old["value_cny"], right["value_cny"] - old["value_cny"]
    share = share_of_profit(gain, most, 0.0)
    told = f"{'多' if gain >= 0 else '少'} {abs(gain) / 1e4:.1f} 万元"
    lines = [
        f"没见过的市场上，一年的 V 比只用本行数据、线不变{told}，参考答案多 {most / 1e4:.1f} 万元。",
        f"并列（不计分）：通过率 {mine['approval_rate']:.1%}，12 个月坏账率 {mine['bad_rate_12m']:.2%}，"
        f"人工率 {mine['manual_share']:.0%}，P90 {_hours(mine['hours_p90'])}，数据费 {mine['fee_cny'] / 1e4:.2f} 万元。",
        *(_advice(plan, table) if share < 1 else [_praise(gain, most)]),
    ]
    if broken := breaches(plan):
        lines = [f"违规 {b.code}：{b.text}。依据：{b.source}。" for b in broken]
        lines.append(
            f"违规得 0 分。若合规：比只用本行数据、线不变{told}，能得这道题的 {share:.0%}。"
        )
        share = 0.0
    return Marked(share, tuple(lines))


def _hours(hours: float) -> str:
    return f"{hours:.0f} 小时" if hours < NEVER_HOURS else "年末还不到"


def _praise(gain: float, most: float) -> str:
    beside = "达到或超过参考答案" if gain >= most else "和参考答案差不到半成"
    return f"利润{beside}。再看一眼坏账率和数据费，说得出为什么值得。"


def _advice(plan: Mapping[str, str], table: Table) -> list[str]:
    """Return what costs points by ``table``, one sentence a rule: what another choice would mend."""
    buys, now = plan["e1"] != OWN, table[key(plan)]["value_cny"]

    def mends(**changes: str) -> bool:
        return table[key(dict(plan) | changes)]["value_cny"] > now

    told = {
        "查不到就不批：不在平台、没签授权的不等于坏，好客户一起挡在门外。": buys and plan["e4"] == REFUSE and mends(e4=AS_USUAL),
        "每一笔都查：离线很远的，数据翻不了案，数据费白花。": buys and plan["e3"] == EACH and mends(e3=NEAR),
        "只用对方数据：查得到的客户，本行自己的分就丢了。": plan["e1"] == THEIRS and mends(e1=BOTH),
        "只用本行数据：省了数据费，可对方看得见的那一块，本行看不见。": not buys and mends(e1=BOTH, e3=NEAR, e4=AS_USUAL),
        "通过线太高：挡住的多数是能赚钱的好客户。": plan["e2"].startswith("高") and mends(e2="不变"),
    }  # fmt: skip
    told = [line for line, hit in told.items() if hit]
    return told or ["哪一条都不离谱，合起来还差一点：回数据合作台，一次只动一条，看利润往哪边走。"]
