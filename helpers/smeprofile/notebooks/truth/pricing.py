"""Module 08: what the bank earns from every price and method that its case lets one choose."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from smeprofile.bank import Market, grading_seeds
from smeprofile.cases.pricing import reference, usual, value_in, value_table
from smeprofile.params import Cohort
from smeprofile.simulate.exported import setting
from smeprofile.verdicts import share_of_profit

CUSTOMERS, YEARS, MONTHS = 4_000, 2, 24
POINTS = 12


@lru_cache(maxsize=2)
def _table(cohort: Cohort) -> dict[str, dict[str, float]]:
    """Return ``value_table`` of a market with the cohort's terms that nobody has seen."""
    seed, *lucks = grading_seeds("08:market", 1 + YEARS, cohort=cohort)
    bank = replace(
        setting(cohort), customers=CUSTOMERS, seed=seed, months=MONTHS, grain="month",
        txn_customers=None, txn_months=None,
    )  # fmt: skip
    return value_table(Market(bank), lucks)


def _answer(cohort: Cohort) -> dict[str, str]:
    return reference(cohort.as_of.isoformat(), setting(cohort).terms)


def _at_the_cliff(cohort: Cohort) -> dict[str, str]:
    """Return the model answer with large mortgages at the list price, paid for by the small loans."""
    return _answer(cohort) | {"甲价": "不加不减", "丁价": "不加不减"}


def _earned(values: Callable[[Cohort], dict[str, str]]) -> Callable[[Cohort], float]:
    """Return what gives the points of an answer."""

    def points(cohort: Cohort) -> float:
        worth = [value_in(_table(cohort), v) for v in (values(cohort), _answer(cohort), usual())]
        return round(POINTS * share_of_profit(worth[0] - worth[2], worth[1] - worth[2], 0), 2)

    return points


VALUES: dict[str, Callable[[Cohort], object]] = {
    "pricing_table": _table,
    "pricing_answer": _answer,
    "pricing_at_the_cliff": _at_the_cliff,
    "pricing_at_the_cliff_earns": _earned(_at_the_cliff),
    "pricing_usual": lambda cohort: usual(),
}
