"""Module 10: the unseen market that marks the desk, its yardsticks, and the 24-hour claim tested."""

from collections.abc import Callable
from functools import lru_cache

from smeprofile.bank import Market, grading_seeds, market
from smeprofile.cases import quick_loan
from smeprofile.cases.hours import hours_at, queue_at_load
from smeprofile.params import Cohort

QUEUE = {"reviewers": 3, "mean_hours": 1.5, "cases": 12_000, "seed": 6}  # as in the practice
MARKED = 6_000  # customers of the market that marks
_LUCKS, _FRESH, _OF_FRESH = 12, 8, 4_000  # years that mark; fresh markets for the claim, their size
_PLANS = {"旧流程": quick_loan.OLD, "参考方案": quick_loan.REFERENCE,
          "线再低 20 分": quick_loan.REFERENCE | {"d1": "低 20 分"}}  # fmt: skip


def _seeds(cohort: Cohort, what: str, n: int) -> list[int]:
    return grading_seeds(f"10:{what}", n, cohort=cohort)


@lru_cache(maxsize=2)
def _yardsticks(cohort: Cohort) -> dict[str, float]:
    """Return the mean V of the old process and of the reference on the market that marks, yuan."""
    unseen = market(customers=MARKED, seed=_seeds(cohort, "market", 1)[0])
    lucks = _seeds(cohort, "luck", _LUCKS)
    named = {"old": quick_loan.OLD, "reference": quick_loan.REFERENCE}
    return {
        name: round(float(quick_loan.years(choices, unseen, lucks)["value_cny"].mean()), 2)
        for name, choices in named.items()
    }


@lru_cache(maxsize=2)
def _claim(cohort: Cohort) -> list[dict[str, float]]:
    """Return one row per fresh market and plan: what a year there came to."""
    rows = []
    for number, seed in enumerate(_seeds(cohort, "claim", _FRESH), start=1):
        fresh = market(customers=_OF_FRESH, seed=seed)
        rows += [
            {"market": number, "plan": name} | _year(plan, fresh) for name, plan in _PLANS.items()
        ]
    return rows


def _year(choices: dict[str, str], fresh: Market) -> dict[str, float | None]:
    told = quick_loan.years(choices, fresh, [1]).iloc[0]
    kept = ("hours_mean", "hours_p90", "approval_rate", "manual_share", "bad_rate_12m", "n_bad",
            "first_loan_share", "value_cny", "hours_p90_all")  # fmt: skip
    return {name: round(float(told[name]), 4) if told[name] < 1e12 else None for name in kept}


def _times() -> float:
    """Return how often P90 at 95 % load is that at 80 %, in the queue that the practice draws."""
    slow, fast = (hours_at(queue_at_load(load, **QUEUE)) for load in (0.95, 0.80))
    return round(slow / fast, 1)


VALUES: dict[str, Callable[[Cohort], object]] = {
    "quick_market_seed": lambda cohort: _seeds(cohort, "market", 1)[0],
    "quick_luck_seeds": lambda cohort: _seeds(cohort, "luck", _LUCKS),
    "quick_yardsticks": _yardsticks,
    "quick_claim": _claim,
    "quick_reference": lambda _: dict(quick_loan.REFERENCE),
    "quick_old": lambda _: dict(quick_loan.OLD),
    "quick_strict": lambda _: (
        quick_loan.REFERENCE | {"d1": "高 40 分", "d4": "五成", "d5": "1 个月"}
    ),
    "quick_untold": lambda _: quick_loan.REFERENCE | {"d6": "一律“综合评分不足”"},
    "quick_deaf": lambda _: quick_loan.REFERENCE | {"d7": "不受理"},
    "quick_capacity": lambda _: {
        "q1": 24,
        "q2": 12,
        "q3": 15,
        "q4": 100,
        "q5": 75,
        "q6": _times(),
        "q7": 12,
    },
}
