"""The bank's experiment: contacts drawn by lot, what was known before, and what a contact added.

Only rows with ``is_randomised`` are an experiment. Whom the bank chose itself has no control.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from smeprofile.errors import UserError
from smeprofile.rows import refuse_unknown

FEATURES = ["age_years", "years_here", "owns_premises", "serves_people", "n_recent", "n_applied",
            "has_books", "log_revenue"]  # fmt: skip
_TABLES = ("contacts", "contact_responses", "customers", "applications", "financials")
_RECENT_DAYS, _APPLIED_DAYS = 90, 1000
_PEOPLE = ("H", "O")  # hotels and restaurants, services to residents
_USUAL = np.log(2e6)  # yuan of sales where there are no statements
_LEAST = 1e4


class Difference(NamedTuple):
    """Rates of both arms, 0–1, their difference (treated − control) and its 95 % interval."""

    control: float
    treated: float
    effect: float
    low: float
    high: float


def experiment(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per contact drawn by lot, in order of its day, with ``FEATURES``.

    Also ``contact_id, customer_id, contact_date, product_id, channel_id, is_treated, responded,
    opted_out``. ``tables``: contacts, contact_responses, customers, applications, financials;
    ``UserError`` names one that isn't there. Features are as known before the contact's month
    begins: a control that applied on its own in that month must not be seen to have applied.
    """
    for name in _TABLES:
        if name not in tables:
            raise UserError(f"实验样本需要表 {name}，现在没有。")
    told = tables["contact_responses"][["contact_id", "responded", "opted_out"]]
    rows = tables["contacts"].merge(told, on="contact_id")
    rows = rows[rows["is_randomised"]].drop(columns="is_randomised")
    return described(rows, tables)


def described(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return ``rows`` (``customer_id, contact_date``), in order of the day, with ``FEATURES``.

    ``n_recent``: contacts in the 90 days before the month; ``n_applied``: applications in the 1,000
    days before it; ``has_books``: statements had arrived by then. No flows, tax or bureau data.

    >>> tables = {
    ...     "customers": pd.DataFrame({"customer_id": ["C1"], "industry_code": ["H62"], "owns_premises": [True],
    ...         "established_date": pd.to_datetime(["2020-01-01"]), "opened_date": pd.to_datetime(["2021-01-01"])}),
    ...     "contacts": pd.DataFrame({"customer_id": ["C1"] * 2, "is_treated": [True, True],
    ...         "contact_date": pd.to_datetime(["2025-04-20", "2025-06-02"])}),
    ...     "applications": pd.DataFrame({"customer_id": ["C1"], "applied_at": pd.to_datetime(["2025-06-03"])}),
    ...     "financials": pd.DataFrame({"customer_id": ["C1"], "arrived_date": pd.to_datetime(["2025-05-01"]),
    ...         "revenue_cny": [1e6]})}
    >>> row = pd.DataFrame({"customer_id": ["C1"], "contact_date": pd.to_datetime(["2025-06-10"])})
    >>> described(row, tables)[["n_recent", "n_applied", "has_books"]].values.tolist()
    [[1.0, 0.0, 1.0]]
    """
    rows = rows.sort_values("contact_date", kind="stable").reset_index(drop=True)
    month = rows["contact_date"].dt.to_period("M").dt.to_timestamp()
    firms = tables["customers"].set_index("customer_id")
    who = rows["customer_id"]
    made = tables["contacts"][tables["contacts"]["is_treated"]]
    applied = tables["applications"]
    revenue = _last_revenue(rows, month, tables["financials"])
    return rows.assign(
        age_years=(month - who.map(firms["established_date"])).dt.days / 365.25,
        years_here=(month - who.map(firms["opened_date"])).dt.days / 365.25,
        owns_premises=who.map(firms["owns_premises"]).astype("float64"),
        serves_people=who.map(firms["industry_code"]).str[0].isin(_PEOPLE).astype("float64"),
        n_recent=_before(made["customer_id"], made["contact_date"], who, month, _RECENT_DAYS),
        n_applied=_before(applied["customer_id"], applied["applied_at"], who, month, _APPLIED_DAYS),
        has_books=revenue.notna().astype("float64"),
        log_revenue=np.log(revenue.clip(lower=_LEAST)).fillna(_USUAL),
    )


def difference(treated: pd.Series, control: pd.Series, *, level: float = 0.95) -> Difference:
    """Return the rates of two arms and their difference with its interval (normal, unpooled).

    Each holds one truth value per contact. ``UserError`` where an arm is empty, or an
    outcome is missing.

    >>> difference(pd.Series([1, 1, 0, 0]), pd.Series([1, 0, 0, 0])).effect
    0.25
    """
    if not len(treated) or not len(control):
        raise UserError("有一组是空的：没有对照，就不知道多来了多少。")
    refuse_unknown(treated=treated, control=control)
    p1, p0 = float(treated.astype(float).mean()), float(control.astype(float).mean())
    error = np.sqrt(p1 * (1 - p1) / len(treated) + p0 * (1 - p0) / len(control))
    away = float(norm.ppf(0.5 + level / 2) * error)
    return Difference(p0, p1, p1 - p0, p1 - p0 - away, p1 - p0 + away)


def by_group(rows: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """Return one row per group: ``n`` contacts drawn by lot and what ``difference`` says of them.

    Groups without both arms are left out. ``UserError`` for an arm or outcome that is missing.

    >>> rows = pd.DataFrame({"is_treated": [True, False, True], "responded": [True, False, True]})
    >>> by_group(rows, pd.Series(["甲", "甲", "乙"])).loc["甲", ["n", "effect"]].tolist()
    [2.0, 1.0]
    """
    refuse_unknown(is_treated=rows["is_treated"], responded=rows["responded"])
    told = {}
    for name, part in rows.groupby(group, observed=True):
        treated = part["is_treated"].astype(bool)
        arms = part.loc[treated, "responded"], part.loc[~treated, "responded"]
        if all(map(len, arms)):
            told[name] = {"n": len(part), **difference(*arms)._asdict()}
    return pd.DataFrame.from_dict(told, orient="index", columns=["n", *Difference._fields])


def yuan_per_application(effect: float, cost_cny: float) -> float:
    """Return what one more application costs, yuan: the cost of a contact ÷ what it adds.

    Infinite where it adds nothing.

    >>> yuan_per_application(0.01, 12)
    1200.0
    """
    return cost_cny / effect if effect > 0 else float("inf")


def _before(
    of: pd.Series, day: pd.Series, who: pd.Series, until: pd.Series, days: int
) -> np.ndarray:
    """Return how many of the events lie within so many days before each ``until`` (left out)."""
    known = pd.Index(pd.unique(pd.concat([of, who])))
    spot = lambda ids, dates: known.get_indexer(ids) * 100_000 + _day(dates)  # noqa: E731
    events = np.sort(spot(of, day))
    at = spot(who, until)
    return (np.searchsorted(events, at) - np.searchsorted(events, at - days)).astype("float64")


def _day(dates: pd.Series) -> np.ndarray:
    return (dates.dt.normalize() - pd.Timestamp("1950-01-01")).dt.days.to_numpy()


def _last_revenue(rows: pd.DataFrame, month: pd.Series, books: pd.DataFrame) -> pd.Series:
    """Return each row's sales by the last statements that had arrived, missing where none had."""
    books = (
        books[["customer_id", "arrived_date", "revenue_cny"]].dropna().sort_values("arrived_date")
    )
    asked = pd.DataFrame(
        {"customer_id": rows["customer_id"], "arrived_date": month, "row": rows.index}
    )
    books["arrived_date"] = books["arrived_date"].astype(asked["arrived_date"].dtype)
    found = pd.merge_asof(
        asked.sort_values("arrived_date", kind="stable"), books, on="arrived_date", by="customer_id",
        allow_exact_matches=False,
    )  # fmt: skip
    return found.set_index("row")["revenue_cny"].reindex(rows.index)
