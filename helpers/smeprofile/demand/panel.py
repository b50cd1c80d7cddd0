"""Who asked for a new loan within some months of a day, beside what was known on that day.

Features are those a bank may use for marketing without further consent: registration, statements
received, earlier applications, answers to its own survey. No flows, tax or bureau data.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from smeprofile.demand.model import working_capital
from smeprofile.errors import UserError

FEATURES = ["age_years", "years_here", "owns_premises", "trades_goods", "n_applied",
            "days_since_applied", "log_last_cny", "log_need_cny", "says_wants"]  # fmt: skip
_TABLES = ("customers", "applications", "facilities", "financials", "customer_survey", "products")
_GOODS = ("C", "F")  # manufacturing, wholesale and retail
_SURVEY_DAYS = 365
_DAY = pd.Timedelta(days=1)


def panel(
    tables: Mapping[str, pd.DataFrame], days: Sequence[str | date], *, horizon_months: int
) -> pd.DataFrame:
    """Return one row per customer and day of ``days``, of those without a line in force that day.

    ``FEATURES`` are as known on ``as_of`` (that day included); missing where the bank has no
    statements, no earlier application or no answer. Trade and ``owns_premises`` are the register's
    newest, which keeps no history. ``amount_cny`` (yuan) is the first new application in the
    ``horizon_months`` after, from a month's end to a month's end, missing where there was none;
    ``at_cap`` says that it is the most the product allows, so that the need may be larger. Both mean
    nothing for a day whose horizon ends after the data. ``tables``: customers, applications, facilities, financials,
    customer_survey, products. ``UserError`` names a table that isn't there.

    >>> from smeprofile.demand.example import TABLES
    >>> rows = panel(TABLES, ["2025-06-30"], horizon_months=6)
    >>> rows[["customer_id", "n_applied", "amount_cny", "at_cap"]].values.tolist()
    [['C1', 1, 500000.0, True], ['C2', 0, nan, False]]
    """
    for name in _TABLES:
        if name not in tables:
            raise UserError(f"需求样本需要表 {name}，现在没有。")
    made = [_on(tables, pd.Timestamp(day), horizon_months) for day in days]
    return pd.concat(made, ignore_index=True)


def _on(tables: Mapping[str, pd.DataFrame], day: pd.Timestamp, months: int) -> pd.DataFrame:
    firms = _without_line(tables, day)
    known = pd.DataFrame(
        {
            "as_of": day,
            "branch_id": firms["branch_id"],
            "age_years": (day - firms["established_date"]).dt.days / 365.25,
            "years_here": (day - firms["opened_date"]).dt.days / 365.25,
            "owns_premises": firms["owns_premises"].astype("float64"),
            "trades_goods": firms["industry_code"].str[0].isin(_GOODS).astype("float64"),
        },
        index=firms.index,
    )
    parts = (
        _applied(tables["applications"], day), _needed(tables["financials"], day),
        _said(tables["customer_survey"], day), _next(tables, day, months),
    )  # fmt: skip
    made = known.join([part.reindex(firms.index) for part in parts])
    made["n_applied"] = made["n_applied"].fillna(0).astype("int64")
    made["at_cap"] = made["at_cap"].eq(True)
    return made.rename_axis("customer_id").reset_index()


def _without_line(tables: Mapping[str, pd.DataFrame], day: pd.Timestamp) -> pd.DataFrame:
    firms, lines = tables["customers"], tables["facilities"]
    here = (firms["opened_date"] <= day) & ~(firms["deregistered_date"] <= day)
    in_force = (lines["start_date"] <= day) & (lines["maturity_date"] > day)
    served = set(lines.loc[in_force, "customer_id"])
    return firms[here & ~firms["customer_id"].isin(served)].set_index("customer_id").sort_index()


def _applied(applications: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return what earlier applications tell."""
    past = applications[applications["applied_at"] < day + _DAY].sort_values("applied_at")
    last = past.groupby("customer_id").last()
    return pd.DataFrame(
        {
            "n_applied": past.groupby("customer_id").size(),
            "days_since_applied": (day + _DAY - last["applied_at"]).dt.days.astype("float64"),
            "log_last_cny": np.log(last["amount_cny"]),
        }
    )


def _needed(financials: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the working capital of the latest statements received."""
    got = financials[financials["arrived_date"] <= day].sort_values("year")
    last = got.groupby("customer_id").tail(1).set_index("customer_id")
    need = working_capital(last)["need_cny"]
    return pd.DataFrame({"log_need_cny": np.log(need.where(need > 0))})


def _said(survey: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    recent = survey[survey["survey_date"].between(day - _SURVEY_DAYS * _DAY, day)]
    last = recent.sort_values("survey_date").groupby("customer_id")["wants_loan"].last()
    return pd.DataFrame({"says_wants": last.astype("float64")})


def _next(tables: Mapping[str, pd.DataFrame], day: pd.Timestamp, months: int) -> pd.DataFrame:
    """Return the first new application after the day."""
    whole = pd.offsets.MonthEnd(months) if day.is_month_end else pd.DateOffset(months=months)
    rows, end = tables["applications"], day + whole
    soon = (rows["applied_at"] >= day + _DAY) & (rows["applied_at"] < end + _DAY)
    first = rows[soon & (rows["kind"] == "新增")].sort_values("applied_at")
    first = first.groupby("customer_id").head(1).set_index("customer_id")
    caps = tables["products"].set_index("product_id")["max_line_cny"]
    at_cap = first["amount_cny"] >= first["product_id"].map(caps).astype("float64")
    return pd.DataFrame({"amount_cny": first["amount_cny"], "at_cap": at_cap})
