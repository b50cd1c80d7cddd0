"""Module 07: customers to rank by their gap, and how much of the true need applications show."""

from collections.abc import Callable
from functools import lru_cache
from string import ascii_uppercase

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from smeprofile.demand import FEATURES, TwoPart, panel, working_capital
from smeprofile.errors import UserError
from smeprofile.params import Cohort
from smeprofile.simulate.exported import setting
from smeprofile.simulate.world import arrow_schema, chunk_tables, fixed_tables

_PART = 2_500  # customers looked at, so that a value takes seconds
_TABLES = {"customers", "applications", "facilities", "financials", "drawdowns", "customer_survey",
           "truth_months"}  # fmt: skip
_RANKED, _TRIES = 6, 20_000
_NEEDY = 50_000  # yuan: a smaller need isn't worth an application
_HALF = pd.DateOffset(months=6)


@lru_cache(maxsize=2)
def _tables(cohort: Cohort) -> dict[str, pd.DataFrame]:
    """Return the tables of the first customers of the cohort's bank."""
    s = setting(cohort)
    made = dict(chunk_tables(s, 0, min(_PART, s.customers), truth=True, only=_TABLES))
    made["products"] = fixed_tables(s)["products"]
    return {name: table.cast(arrow_schema(name)).to_pandas() for name, table in made.items()}


@lru_cache(maxsize=2)
def _ranked(cohort: Cohort) -> pd.DataFrame:
    """Return six customers, in order of their number, whom neither sales nor need alone rank.

    Columns ``revenue``, ``need`` and ``gap`` in yuan: latest statements received, own funds =
    current assets − liabilities, loans = this bank's balance.
    """
    t, end = _tables(cohort), pd.Timestamp(cohort.as_of)
    got = t["financials"][t["financials"]["arrived_date"] <= end].sort_values("year")
    last = got.groupby("customer_id").tail(1).set_index("customer_id")
    firms = t["customers"]
    alive = firms.loc[firms["registration_status"] != "注销", "customer_id"]
    last = last[(last["year"] >= last["year"].max() - 1) & last.index.isin(alive)]
    own = (last["current_assets_cny"] - last["liabilities_cny"]).clip(lower=0)
    loans = t["drawdowns"].groupby("customer_id")["balance_cny"].sum()
    loans = loans.reindex(last.index, fill_value=0.0)
    told = working_capital(last, own_funds_cny=own, loans_cny=loans, other_channels_cny=0.0)
    pool = pd.DataFrame(
        {
            "revenue": last["revenue_cny"],
            "need": told["need_cny"],
            "gap": told["gap_cny"],
            "loans": loans,
        }
    )
    pool = pool[pool["gap"].between(1e5, 5e6) & (pool["revenue"] < 1e8)]
    if len(pool) < _RANKED:
        raise UserError("有缺口的客户太少，出不了模块 07 第 1 题：请加大 n_customers。")
    return pool.iloc[_telling(pool)].sort_index()


def _telling(pool: pd.DataFrame) -> np.ndarray:
    """Return six places whose gaps lie apart and whose sales and need put them in another order."""
    rng = np.random.default_rng(7)
    tried = np.argsort(rng.random((_TRIES, len(pool))), axis=1)[:, :_RANKED] if len(pool) < 60 else (
        rng.integers(0, len(pool), (_TRIES, _RANKED)))  # fmt: skip
    gaps = np.sort(pool["gap"].to_numpy()[tried], axis=1)
    apart = (gaps[:, 1:] / gaps[:, :-1]).min(axis=1)
    likeness = [
        _correlation(pool["gap"].to_numpy()[tried], pool[name].to_numpy()[tried])
        for name in ("revenue", "need")
    ]
    borrowers = (pool["loans"].to_numpy()[tried] > 0).sum(axis=1)
    # Gaps a quarter apart come first, then orders that mislead, then customers with loans.
    badness = np.where(apart >= 1.25, 0, 10 * (2 - apart)) + np.maximum(*likeness).clip(min=-0.2)
    badness -= 0.05 * np.minimum(borrowers, 3)
    return tried[int(badness.argmin())]


def _correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return Spearman's rank correlation, row by row."""
    apart = rankdata(one, axis=1) - rankdata(other, axis=1)
    return 1 - 6 * (apart**2).sum(axis=1) / (_RANKED * (_RANKED**2 - 1))


def _ranks(values: pd.Series) -> dict[str, str]:
    """Return letter → rank as text, 1 for the largest."""
    ranks = values.rank(ascending=False, method="first").astype(int)
    return dict(zip(ascii_uppercase, ranks.astype(str), strict=False))


def _swapped(cohort: Cohort) -> dict[str, str]:
    other = {"1": "2", "2": "1"}
    return {who: other.get(rank, rank) for who, rank in _ranks(_ranked(cohort)["gap"]).items()}


@lru_cache(maxsize=2)
def _seen(cohort: Cohort) -> dict[str, float]:
    """Return what a half-year's forecast and applications show of the true need.

    Of the first customers without a line: trained on the halves before, judged on the last one.
    """
    t, end = _tables(cohort), pd.Timestamp(cohort.as_of)
    days = [end - _HALF * n for n in range(5, 0, -1)]
    rows = panel(t, days, horizon_months=6)
    past, last = rows[rows["as_of"] < days[-1]], rows[rows["as_of"] == days[-1]]
    model = TwoPart().fit(past[FEATURES], past["amount_cny"])
    month = (days[-1] + pd.Timedelta(days=1)).to_period("M").to_timestamp()
    truth = t["truth_months"]
    need = truth[truth["month"] == month].set_index("customer_id")["need_cny"]
    last = last.assign(need=last["customer_id"].map(need)).dropna(subset="need")
    p, needy = model.predict_probability(last[FEATURES]), last["need"] > _NEEDY
    asked = last["amount_cny"].notna()
    top, most = p >= np.quantile(p, 0.9), last["need"] >= last["need"].quantile(0.9)
    return {
        "n": len(last),
        "needy_share": float(needy.mean()),
        "asked_of_needy": float(asked[needy].mean()),
        "asked_of_most": float(asked[most].mean()),
        "never_of_most": float((last["n_applied"] == 0)[most].mean()),
        "never_of_all": float((last["n_applied"] == 0).mean()),
        "asked_of_top": float(asked[top].mean()),
        "needy_of_top": float(needy[top].mean()),
        "auc_asked": float(roc_auc_score(asked, p)),
        "auc_needy": float(roc_auc_score(needy, p)),
    }


VALUES: dict[str, Callable[[Cohort], object]] = {
    "demand_customers": lambda cohort: list(_ranked(cohort).index),
    "demand_ranks": lambda cohort: _ranks(_ranked(cohort)["gap"]),
    "demand_by_revenue": lambda cohort: _ranks(_ranked(cohort)["revenue"]),
    "demand_by_need": lambda cohort: _ranks(_ranked(cohort)["need"]),
    "demand_reversed": lambda cohort: _ranks(-_ranked(cohort)["gap"]),
    "demand_swapped": _swapped,
    "demand_seen": lambda cohort: {k: round(v, 4) for k, v in _seen(cohort).items()},
}
