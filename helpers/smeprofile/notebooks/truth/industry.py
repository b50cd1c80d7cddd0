"""Module 11: what terms are worth where they are marked, the reference, and the 30 % claim tested."""

from collections.abc import Callable
from functools import lru_cache

from smeprofile import did
from smeprofile.bank import Market, grading_seeds, market
from smeprofile.cases import industry, rollout
from smeprofile.params import Cohort

MARKED = 6_000  # customers of the market that marks
_LUCKS, _TRAINED, _OF_TRAINED = (
    4,
    4,
    6_000,
)  # years that mark; markets that the reference is sought on
_FRESH, _OF_FRESH = 8, 6_000  # fresh markets for the claim
_LOTS, _OF_LOTS = 20, 20_000  # how often the pilot is drawn by lot, and in how large a bank
CHEAP = industry.UNIFORM | {"m1": "−0.50", "s1": "−0.50"}
_KEPT = ("value_cny", "lent_cny", "balance_cny", "n_lines", "rate", "bad_rate_12m")


def _seeds(cohort: Cohort, what: str, n: int) -> list[int]:
    return grading_seeds(f"11:{what}", n, cohort=cohort)


@lru_cache(maxsize=2)
def _table(cohort: Cohort) -> dict[str, dict[str, float]]:
    unseen = market(customers=MARKED, seed=_seeds(cohort, "market", 1)[0])
    return industry.value_table(unseen, _seeds(cohort, "luck", _LUCKS))


@lru_cache(maxsize=2)
def _reference(cohort: Cohort) -> dict[str, str]:
    """Return the terms found best on markets that mark nothing."""
    tables = [
        industry.value_table(market(customers=_OF_TRAINED, seed=seed), [1, 2])
        for seed in _seeds(cohort, "training", _TRAINED)
    ]
    both = {
        name: {key: sum(t[name][key] for t in tables) for key in tables[0][name]}
        for name in tables[0]
    }
    return industry.best_in(both)


@lru_cache(maxsize=2)
def _claim(cohort: Cohort) -> list[dict[str, object]]:
    """Return one row per fresh market and plan: a whole year of both industries under it."""
    plans = {"统一方案": industry.UNIFORM, "参考方案": _reference(cohort), "只让利": CHEAP}
    rows = []
    for number, seed in enumerate(_seeds(cohort, "claim", _FRESH), start=1):
        fresh = market(customers=_OF_FRESH, seed=seed)
        for name, plan in plans.items():
            told = industry.years(plan, fresh, [1, 2]).loc["合计"]
            rows.append(
                {"market": number, "plan": name} | {k: round(float(told[k]), 6) for k in _KEPT}
            )
    return rows


@lru_cache(maxsize=2)
def _lots(cohort: Cohort) -> list[dict[str, float]]:
    """Return one row per lot and luck in one market: what is seen, its interval, and the truth."""
    fresh = market(customers=_OF_LOTS, seed=_seeds(cohort, "lots", 1)[0])
    return [_pilot(fresh, _reference(cohort), lot) for lot in range(1, _LOTS + 1)]


def _pilot(fresh: Market, terms: dict[str, str], seed: int) -> dict[str, float]:
    starts = rollout.lots(fresh, seed)
    told, without = (
        rollout.by_branch(rollout.rolled_out(plan, fresh, starts, seed))
        for plan in (terms, industry.UNIFORM)
    )
    seen = did.growth(told, "lent_each")
    on = did.is_on(told)
    true = float(told.loc[on, "lent_each"].mean() / without.loc[on, "lent_each"].mean() - 1)
    row = {"gross": did.gross_growth(told, "lent_each"), "seen": seen.value, "low": seen.low,
           "high": seen.high, "true": true}  # fmt: skip
    return {name: round(float(value), 4) for name, value in row.items()}


VALUES: dict[str, Callable[[Cohort], object]] = {
    "industry_table": _table,
    "industry_reference": _reference,
    "industry_claim": _claim,
    "industry_lots": _lots,
    "industry_cheap": lambda _: dict(CHEAP),
    "industry_bullets": lambda _: industry.UNIFORM | {"m2": "到期还本", "s2": "到期还本"},
    "industry_dear": lambda cohort: _reference(cohort) | {"m1": "+0.50", "s1": "+0.50"},
    "industry_loyal": lambda cohort: _reference(cohort) | {"e1": "不会走的老客户加一点"},
    "industry_denied": lambda cohort: _reference(cohort) | {"e2": "只能用行业方案"},
}
