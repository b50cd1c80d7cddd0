"""Module 12: large pilots summed up, the models they give, and every plan's year on fresh markets."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from smeprofile.bank import grading_seeds, market
from smeprofile.cases import data_partner as case
from smeprofile.params import Cohort
from smeprofile.partner.compare import (
    approvals_at_equal_bad_rate,
    bads_at_equal_approval,
    ks_difference,
)
from smeprofile.partner.join import USABLE, join_consented
from smeprofile.partner.model import BANK, Models, fit, fit_all
from smeprofile.partner.pilot import pilot

_PILOTS, _CUSTOMERS = 3, 40_000  # pooled, for an interval that says something
_SHARE, _TRAINED = 0.7, 0.6  # approved in the comparison; the earlier part that models are made of
_SIZE = 6_000  # customers of a market
_DESK = (2, 2)  # markets to practise on, years of luck in each
_MARKED = (3, 2)  # markets nobody has seen
_FRESH = (8, 2)  # for the claim: one row each
_ROUNDS = 300


@lru_cache(maxsize=2)
def _joined(terms: Cohort) -> pd.DataFrame:
    """Return the joined applications of several pilots, each of another bank by the same terms."""
    parts = []
    for seed in range(1, _PILOTS + 1):
        p = pilot(_CUSTOMERS, 1200 + seed)
        tables = (p.applications, p.deliveries, p.bank_consents, p.partner_consents)
        parts.append(join_consented(*tables))
    pilot.cache_clear()
    return pd.concat(parts, ignore_index=True).sort_values("applied_date", kind="stable")


def _split(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    day = frame["applied_date"].quantile(_TRAINED)
    return frame[frame["applied_date"] <= day], frame[frame["applied_date"] > day]


@lru_cache(maxsize=2)
def _models(cohort: Cohort) -> Models:
    joined = _joined(cohort)
    return fit_all(_split(joined[joined["why"] == USABLE])[0])


@lru_cache(maxsize=2)
def _evidence(cohort: Cohort) -> dict[str, object]:
    """Return the comparison out of time, on those with figures, and on everybody with a fallback."""
    joined, m = _joined(cohort), _models(cohort)
    has = joined[joined["why"] == USABLE]
    train, test = _split(has)
    own, both = m.bank.log_odds(test), m.both.log_odds(test)
    bad, weight = test["is_bad"], test["weight"]
    told: dict[str, object] = {
        "n_train": len(train), "bad_train": int(train["is_bad"].sum()),
        "n_test": len(test), "bad_test": int(bad.sum()), "share": _SHARE,
    }  # fmt: skip
    told |= _three("has", own, both, bad, None) | _three("lot", own, both, bad, weight)
    everyone = _split(joined)
    alone = fit(everyone[0], BANK)
    rest = everyone[1]
    base = alone.log_odds(rest)
    known = (rest["why"] == USABLE).to_numpy()
    merged = base.copy()
    merged[known] += m.both.log_odds(rest[known]) - m.bank.log_odds(rest[known])
    told |= _three("all", base, merged, rest["is_bad"], None)
    told["n_all"], told["bad_all"] = len(rest), int(rest["is_bad"].sum())
    groups = joined.groupby("why")["is_bad"].agg(["size", "mean"])
    told["coverage"] = {why: [int(n), round(float(b), 5)] for why, n, b in groups.itertuples()}
    return told


def _three(name: str, own, both, bad, weight) -> dict[str, dict[str, float]]:
    kept = {"weight": weight, "rounds": _ROUNDS}
    made = {
        "ks": ks_difference(own, both, bad, **kept),
        "approvals": approvals_at_equal_bad_rate(own, both, bad, share=_SHARE, **kept),
        "bads": bads_at_equal_approval(own, both, bad, share=_SHARE, **kept),
    }
    return {f"{name}_{key}": {n: round(v, 4) for n, v in got.items()} for key, got in made.items()}


def _table(cohort: Cohort, what: str, markets: int, lucks: int) -> dict[str, dict[str, float]]:
    """Return each plan's mean figures over fresh markets and years of luck, by ``case.key``."""
    sums: dict[str, list[pd.Series]] = {}
    for k, seed in enumerate(grading_seeds(f"12:{what}", markets, cohort=cohort)):
        fresh = market(customers=_SIZE, seed=seed)
        for plan in case.all_plans():
            years = case.years(plan, fresh, range(lucks * k, lucks * (k + 1)), _models(cohort))
            sums.setdefault(case.key(plan), []).append(years.mean())
    means = {name: pd.concat(rows, axis=1).mean(axis=1) for name, rows in sums.items()}
    return {name: {n: _plain(v) for n, v in row.items()} for name, row in means.items()}


def _plain(value: float) -> float:
    return round(float(value), 4) if np.isfinite(value) else case.NEVER_HOURS


@lru_cache(maxsize=2)
def _desk(cohort: Cohort) -> dict[str, dict[str, float]]:
    return _table(cohort, "desk", *_DESK)


@lru_cache(maxsize=2)
def _reference(cohort: Cohort) -> dict[str, str]:
    return case.best(_desk(cohort))


@lru_cache(maxsize=2)
def _claim(cohort: Cohort) -> list[dict[str, object]]:
    """Return one row per fresh market and plan: what a year there can be expected to come to."""
    bought = case.BASELINE | {"e1": case.BOTH}
    plans = {
        "只用本行": case.BASELINE,
        "加对方数据": bought,
        "只降线": case.BASELINE | {"e2": "低 20 分"},
    }
    rows = []
    for number, seed in enumerate(grading_seeds("12:claim", _FRESH[0], cohort=cohort), start=1):
        fresh = market(customers=_SIZE, seed=seed)
        for name, plan in plans.items():
            year = case.years(plan, fresh, range(_FRESH[1]), _models(cohort)).mean()
            rows.append({"market": number, "plan": name} | {n: _plain(v) for n, v in year.items()})
    return rows


def _wrong(cohort: Cohort, **changes: str) -> dict[str, str]:
    return _reference(cohort) | changes


VALUES: dict[str, Callable[[Cohort], object]] = {
    "partner_evidence": _evidence,
    "partner_desk": _desk,
    "partner_marked": lambda cohort: _table(cohort, "marked", *_MARKED),
    "partner_claim": _claim,
    "partner_reference": _reference,
    "partner_as_usual": lambda _: dict(case.BASELINE),
    "partner_refuses": lambda c: _wrong(c, e1=case.BOTH, e3=case.EACH, e4=case.REFUSE),
    "partner_strict": lambda _: case.BASELINE | {"e2": "高 20 分"},
    "partner_unsigned": lambda c: _wrong(c, e5=case.OPTIONS["e5"][0]),
    "partner_withdrawn": lambda c: _wrong(c, e6=case.OPTIONS["e6"][0]),
    "partner_outsourced": lambda c: _wrong(c, e7=case.OPTIONS["e7"][0]),
}
