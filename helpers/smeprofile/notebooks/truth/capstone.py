"""Module 14: the unseen market that marks the capstone, its yardsticks; the customer of the report."""

from collections.abc import Callable
from functools import lru_cache

from smeprofile.bank import Strategy, grading_seeds, market
from smeprofile.bank.offers import checked
from smeprofile.cases import capstone
from smeprofile.cases.brought import expected_gain
from smeprofile.params import Cohort

MARKED = 3_000  # customers of the market that marks
LUCKS = 4  # years that mark


def _seeds(cohort: Cohort, what: str, n: int) -> list[int]:
    return grading_seeds(f"14:{what}", n, cohort=cohort)


@lru_cache(maxsize=2)
def _yardsticks(cohort: Cohort) -> dict[str, float]:
    """Return the mean V of what is compared with on the market that marks, and the list's gain, yuan."""
    unseen = market(customers=MARKED, seed=_seeds(cohort, "market", 1)[0])
    lucks = _seeds(cohort, "luck", LUCKS)
    best = capstone.strategy_of(capstone.REFERENCE, unseen)
    plans = {
        "old": capstone.strategy_of(capstone.OLD, unseen),
        "reference": best,
        "today": Strategy(),
        "policy": best.with_(targeting=None),
    }
    means = {
        name: capstone.years(s, unseen, lucks)["value_cny"].mean() for name, s in plans.items()
    }
    means["bound"] = capstone.bound(unseen, lucks)
    means["list"] = expected_gain(checked(best.targeting, unseen.ids), unseen).gain_cny
    return {name: round(float(value), 2) for name, value in means.items()}


VALUES: dict[str, Callable[[Cohort], object]] = {
    "capstone_market_seed": lambda cohort: _seeds(cohort, "market", 1)[0],
    "capstone_luck_seeds": lambda cohort: _seeds(cohort, "luck", LUCKS),
    "capstone_yardsticks": _yardsticks,
    "capstone_reference": lambda _: dict(capstone.REFERENCE),
    "capstone_old": lambda _: dict(capstone.OLD),
    "capstone_over": lambda _: (
        capstone.REFERENCE
        | {
            "e2": "抵押贷",
            "e3": "客户经理走访",
            "e5": "低 0.5 个百分点",
            "e7": "高 40 分",
            "e9": "40 分",
        }
    ),
    "capstone_too_often": lambda _: capstone.REFERENCE | {"e4": "每月一次"},
    "capstone_disturbing": lambda _: capstone.REFERENCE | {"e13": "照样联系"},
    "capstone_bureau": lambda _: capstone.REFERENCE | {"e12": "再加征信报告"},
    "capstone_ahead": lambda _: capstone.REFERENCE | {"e12": "再加“后来谁真的来申请”的名单"},
    "capstone_deaf": lambda _: capstone.REFERENCE | {"e14": "不受理"},
}
