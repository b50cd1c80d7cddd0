"""Case one, 快速贷: what its desk may set, and a year of it in the bank that keeps accounts.

Targeting and sources are given: nobody is contacted, whoever comes is decided on. What is asked for
is the policy: cut-off, manual band, lines, and how refusals are told. Prices are the bank's own.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from smeprofile.bank import Market, Strategy, from_answers
from smeprofile.bank import assumptions as b
from smeprofile.bank.compliance import Breach, of_run
from smeprofile.bank.kpis import expected_bad
from smeprofile.bank.offers import no_offers
from smeprofile.bank.play import Played, luck, play
from smeprofile.bank.renewing import RENEWED
from smeprofile.bank.strategy import historical_cutoffs
from smeprofile.cases.hours import hours_at
from smeprofile.dictionary import REFUSAL_REASONS
from smeprofile.errors import UserError

PRODUCT = 0  # F1's place among the products
_SCORE = "综合评分不足"
_POINTS = {f"{n} 分": float(n) for n in (0, 5, 10, 20, 40)}
# row → (what is asked, label → plain value); the cut-off is told by how far it is from today's
FIELDS: dict[str, tuple[str, dict[str, object]]] = {
    "d1": ("信用类分数线，比现行的", {"低 40 分": -40.0, "低 20 分": -20.0, "不变": 0.0, "高 20 分": 20.0, "高 40 分": 40.0}),
    "d2": ("线下多少分以内转人工", _POINTS),
    "d3": ("线上多少分以内转人工", _POINTS),
    "d4": ("批申请金额的", {"五成": 0.5, "七成": 0.7, "八成五": 0.85, "全额": 1.0}),
    "d5": ("额度最多是几个月的销售额（不含税）", {"1 个月": 1.0, "2 个月": 2.0, "6 个月": 6.0}),
    "d6": ("拒绝时告诉客户", {"真正的原因": list(REFUSAL_REASONS), "一律“综合评分不足”": [_SCORE]}),
    "d7": ("被自动拒绝的客户要求人工复核", {"受理": True, "不受理": False}),
}  # fmt: skip
TITLES = {row: title for row, (title, _) in FIELDS.items()}
OPTIONS = {row: list(options) for row, (_, options) in FIELDS.items()}
# The case's starting point: who is near the line is looked at by hand, lines are halved.
OLD = {"d1": "不变", "d2": "40 分", "d3": "40 分", "d4": "五成", "d5": "6 个月",
       "d6": "真正的原因", "d7": "受理"}  # fmt: skip
# The course's own answer.
REFERENCE = {"d1": "不变", "d2": "10 分", "d3": "0 分", "d4": "全额", "d5": "6 个月",
             "d6": "真正的原因", "d7": "受理"}  # fmt: skip


def plain_values(choices: Mapping[str, str]) -> dict[str, object]:
    """Return the plain values of the desk's choices, as ``bank.from_answers`` takes them.

    ``UserError`` names the row that is missing or can't be.

    >>> plain_values(REFERENCE)["manual_below"], plain_values(OLD)["line_share"]
    (10.0, 0.5)
    """
    got = {}
    for row, (title, options) in FIELDS.items():
        if choices.get(row) not in options:
            raise UserError(f"{row}（{title}）应为 {'、'.join(options)} 之一。")
        got[row] = options[choices[row]]
    return {
        "cutoffs": {"信用": historical_cutoffs()["信用"] + got["d1"]},
        "manual_below": got["d2"], "manual_above": got["d3"], "line_share": got["d4"],
        "line_months": got["d5"], "reasons": got["d6"], "appeal": got["d7"],
    }  # fmt: skip


def strategy_of(choices: Mapping[str, str]) -> Strategy:
    """Return the strategy that the desk's choices make.

    >>> strategy_of(OLD).policy.manual_above
    40.0
    """
    return from_answers(plain_values(choices))


def years(choices: Mapping[str, str], market: Market, seeds: Sequence[int]) -> pd.DataFrame:
    """Return one row per seed of luck: what a year of 快速贷 brings under the desk's choices.

    ``value_cny``: V of 快速贷 alone, yuan: what customers with a new 快速贷 bring, less what the
    applications of the others cost. ``hours_p90``: natural hours, undecided ones never; the shares
    are of applications (``first_loan_share``: of new lines). ``bad_rate_12m``: true chance to be
    90+ within twelve months, of lines drawn on, and ``n_bad`` how many that makes. ``hours_p90_all``:
    of all products together.

    >>> from smeprofile.bank import market
    >>> told = years(OLD, market(customers=200, seed=5), [1])
    >>> bool(told.loc[1, "manual_share"] > 0.3), list(told.columns)[:3]
    (True, ['value_cny', 'n_applications', 'n_granted'])
    """
    rows = [figures_of(played_year(choices, market, seed), market) for seed in seeds]
    return pd.DataFrame(rows, index=pd.Index(list(seeds), name="seed"))


def played_year(choices: Mapping[str, str], market: Market, seed: int) -> Played:
    """Return what happened in one year of all products: applications, loans, ledger."""
    return _play(strategy_of(choices), market, seed)


def quick_applications(played: Played) -> pd.DataFrame:
    """Return one row per application for 快速贷: ``who, hours, by_hand, approved, is_first`` and more.

    ``hours`` from application to decision, natural; infinite where the year ends without one.
    ``shares_tax``: lets the bank see tax data; ``is_young``: in business for less than two years.
    """
    x, truth = played.applications, played.loans.truth
    names = ("who", "by_hand", "approved", "is_first")
    if not x:
        return pd.DataFrame(columns=[*names, "hours", "shares_tax", "is_young"])
    frame = pd.DataFrame({name: x[name] for name in names})
    frame["hours"] = np.where(x["in_year"], x["hours"], np.inf)
    frame["shares_tax"] = truth.t.shares_tax[x["who"]]
    frame["is_young"] = truth.life.age_years[x["who"], x["k"]] < 2
    return frame[x["product"] == PRODUCT]


def figures_of(played: Played, market: Market) -> dict[str, float]:
    """Return the figures of one year, as in a row of ``years``; ``UserError`` without an application."""
    x, quick, lines = played.applications, quick_applications(played), played.loans.fac
    if not len(quick):
        raise UserError("这一年没有一件快速贷进件：市场太小，请加大户数。")
    decided = np.isfinite(quick["hours"])
    got = x["granted"] & (x["product"] == PRODUCT)
    new = (lines["product"] == PRODUCT) & (lines["kind"] < RENEWED) if lines else None
    drawn = lines["drawn"] & new if lines else None
    bad = expected_bad(market._truth, played.loans)[drawn] if lines else np.zeros(0)
    return {
        "value_cny": quick_value(played),
        "n_applications": len(quick),
        "n_granted": int(got.sum()),
        "hours_mean": float(quick["hours"][decided].mean()),
        "hours_p90": hours_at(quick["hours"]),
        "approval_rate": float((quick["approved"] & decided).mean()),
        "manual_share": float(quick["by_hand"].mean()),
        "bad_rate_12m": _mean(bad),
        "n_bad": float(bad.sum()),
        "first_loan_share": _mean(x["is_first"][got]),
        "hours_p90_all": hours_at(np.where(x["in_year"], x["hours"], np.inf)),
    }


def breaches(choices: Mapping[str, str], market: Market, seed: int) -> list[Breach]:
    """Return the rules that a year under the desk's choices breaks, with their sources."""
    strategy = strategy_of(choices)
    return of_run(strategy, _play(strategy, market, seed))


def within_the_rules(choices: Mapping[str, str]) -> dict[str, str]:
    """Return the same choices, refusals told and looked at again as the law asks.

    >>> within_the_rules(OLD | {"d7": "不受理"}) == OLD
    True
    """
    return dict(choices) | {"d6": "真正的原因", "d7": "受理"}


def quick_value(played: Played) -> float:
    """Return V of 快速贷, yuan.

    A customer takes one new line a year at most, and none where an old loan is renewed: to whom that
    is 快速贷, all that the customer brings counts, less what applications for other products cost; of
    the others, their applications' cost. Renewals of old loans don't count.
    """
    x, value = played.applications, played.ledger.value_fen()
    if not x:
        return 0.0
    cost, quick = _costs_fen(x), x["product"] == PRODUCT
    has = np.zeros(len(value), bool)
    has[x["who"][x["granted"] & quick]] = True
    with_line = has[x["who"]]
    other, lost = cost[with_line & ~quick].sum(), cost[~with_line & quick].sum()
    return float(value[has].sum() + other - lost) / 100


def _costs_fen(x: dict[str, np.ndarray]) -> np.ndarray:
    """Return what each application cost, as the bank posts it: itself, a person's time, a complaint."""
    cost = np.round((b.CASE_COST_CNY + b.REVIEW_HOUR_COST_CNY * x["work_hours"]) * 100)
    return cost + round(b.COMPLAINT_COST_CNY * 100) * x["complains"]


def _play(strategy: Strategy, market: Market, seed: int) -> Played:
    draws = luck(market.seed, seed)
    return play(market._truth, no_offers(), strategy.policy, strategy.sources, draws)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan
