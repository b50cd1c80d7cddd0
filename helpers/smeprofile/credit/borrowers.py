"""Borrowers as they were seen at a quarter's end, and what became of them within a year.

A sample for a behaviour scorecard: features know nothing of what came after the day.
"""

import numpy as np
import pandas as pd

from smeprofile.credit.loans import loan_months
from smeprofile.credit.panel import Panel
from smeprofile.credit.whole import refuse_gaps
from smeprofile.data import load
from smeprofile.errors import UserError

FEATURES = {
    "n_late_12m": "近 12 月逾期月数",
    "deposit_to_debt": "日均存款比贷款余额",
    "debt_to_inflow": "贷款余额比年货款流入",
    "inflow_cv": "流入波动",
    "net_margin": "净利率",
    "age_years": "经营年限",
}
_FEWEST_MONTHS = 6  # of flows, to speak of ups and downs
_DIGITS = {
    "net_margin": 3,
    "age_years": 1,
    **dict.fromkeys(("deposit_to_debt", "debt_to_inflow", "inflow_cv"), 2),
}  # as on paper: cut points one can say
_MOST = 10  # of the ratios to a loan or an inflow that is nearly nothing


def borrower_sample(as_of: str | pd.Timestamp, *, first: int = 42) -> pd.DataFrame:
    """Return the class bank's borrowers at quarter ends, counted back from ``as_of``.

    One row per customer and ``as_of``: what ``borrower_outcomes`` and ``borrower_features`` give,
    and ``branch_id``. ``first``: how many months back the oldest observation lies.
    """
    tables = {name: load(name) for name in ("customers", "flows_monthly", "balances", "financials")}
    months = loan_months(*map(load, ("drawdowns", "schedules", "repayments")), through=as_of)
    last = months["month_end"].max()
    days = [last - pd.offsets.MonthEnd(k) for k in range(first, -1, -3)]
    rows = borrower_outcomes(months, days)
    made = borrower_features(rows, **tables)
    branch = rows["customer_id"].map(tables["customers"].set_index("customer_id")["branch_id"])
    return rows.assign(branch_id=branch.astype(str), **made)


def borrower_outcomes(
    months: pd.DataFrame, days: list[pd.Timestamp], *, window: int = 12, bad_dpd: int = 90,
    most_dpd: int = 60,
) -> pd.DataFrame:  # fmt: skip
    """Return one row per customer and observation date: ``balance_cny, n_late_12m, is_bad``.

    Who has a loan on the books and none later than ``most_dpd`` days. ``n_late_12m`` is the number
    of month ends, of the last twelve, at which some loan was late. Bad is any loan of the customer
    more than ``bad_dpd`` days late at a month end, or written off, in the ``window`` months after
    the day (course's convention). Missing where the window isn't over: unmatured is not good.
    ``months`` is what ``loan_months`` returns, all of it; raises ``UserError`` where it was cut, and
    for a day that is no month's end: its month isn't known yet.

    >>> rows = pd.DataFrame({"loan_id": "L", "customer_id": "A", "mob": range(3), "dpd": [0, 0, 95],
    ...     "balance_cny": 10.0, "status": "在账", "month_end": pd.to_datetime(
    ...     ["2025-01-31", "2025-02-28", "2025-03-31"])})
    >>> day = [pd.Timestamp("2025-01-31")]
    >>> bool(borrower_outcomes(rows, day, window=2)["is_bad"][0])
    True
    """
    refuse_gaps(months, "loan_id")
    _refuse_mid_month(pd.Series(days, dtype="datetime64[us]"))
    number = months["month_end"].dt.to_period("M").astype("int64")
    rows = months.assign(no=number, bad=(months["dpd"] > bad_dpd) | (months["status"] == "核销"))
    parts = [_observed(rows, pd.Timestamp(day), window, most_dpd) for day in days]
    return pd.concat(parts, ignore_index=True)


def _observed(rows: pd.DataFrame, day: pd.Timestamp, window: int, most_dpd: int) -> pd.DataFrame:
    now = day.to_period("M").ordinal
    here = rows[(rows["no"] == now) & (rows["status"] == "在账")].groupby("customer_id")
    seen = here.agg(balance_cny=("balance_cny", "sum"), dpd=("dpd", "max"))
    seen = seen[seen.pop("dpd") <= most_dpd]
    past = rows[(rows["no"] <= now) & (rows["no"] > now - 12) & (rows["dpd"] > 0)]
    late = past.groupby("customer_id")["no"].nunique()
    after = rows[(rows["no"] > now) & (rows["no"] <= now + window) & rows["bad"]]
    seen["n_late_12m"] = late.reindex(seen.index).fillna(0).astype(int)
    bad = pd.Series(seen.index.isin(after["customer_id"]), seen.index, dtype="boolean")
    seen["is_bad"] = bad if now + window <= rows["no"].max() else pd.NA
    seen["is_bad"] = seen["is_bad"].astype("boolean")
    seen.insert(0, "as_of", day)
    return seen.reset_index()


def borrower_features(
    rows: pd.DataFrame,
    *,
    customers: pd.DataFrame,
    flows_monthly: pd.DataFrame,
    balances: pd.DataFrame,
    financials: pd.DataFrame,
) -> pd.DataFrame:
    """Return what was known of each row's customer on its ``as_of``, a month's end; same index.

    ``deposit_to_debt``: mean of the last three months' average daily balances ÷ loans owed.
    ``inflow_cv``: standard deviation ÷ mean of the last twelve months' sales received (at least
    six). ``debt_to_inflow``: loans owed ÷ a year's sales received, at those months' mean.
    ``net_margin``: net profit ÷ revenue of the latest report that had arrived. ``age_years``.
    Rounded as one would say them. Missing is unknown, not 0. No credit register: monitoring needs a consent of its own.
    Raises ``UserError`` for an ``as_of`` that is no month's end.
    """
    _refuse_mid_month(rows["as_of"])
    sales = Panel(flows_monthly, "sales_in_cny", rows)
    kept = Panel(balances, "avg_daily_cny", rows)
    year, owed = sales.last(12), rows["balance_cny"].to_numpy()
    known = (~np.isnan(year)).sum(1)
    mean = np.nansum(year, axis=1) / np.maximum(known, 1)
    spread = np.sqrt(np.nansum((year - mean[:, None]) ** 2, axis=1) / np.maximum(known, 1))
    born = rows["customer_id"].map(customers.set_index("customer_id")["established_date"])
    made = {
        "deposit_to_debt": np.minimum(_ratio(kept.last(3).mean(1), owed), _MOST),
        "debt_to_inflow": np.minimum(_ratio(owed, 12 * mean), _MOST),
        "inflow_cv": np.where(known >= _FEWEST_MONTHS, _ratio(spread, mean), np.nan),
        "net_margin": _margin(rows, financials),
        "age_years": ((rows["as_of"] - born).dt.days / 365.25).to_numpy(dtype=float),
    }
    return pd.DataFrame(made, rows.index).round(_DIGITS)


def _refuse_mid_month(days: pd.Series) -> None:
    early = days[~days.dt.is_month_end]
    if len(early):
        raise UserError(f"观察点 {early.iloc[0]:%Y-%m-%d} 不是月末：当月还没有过完，请用月末那天。")


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _margin(rows: pd.DataFrame, financials: pd.DataFrame) -> np.ndarray:
    told = financials[["customer_id", "year", "arrived_date", "net_profit_cny", "revenue_cny"]]
    asked = rows[["customer_id", "as_of"]].reset_index(drop=True)
    both = asked.reset_index().merge(told, on="customer_id")
    both = both[both["arrived_date"] <= both["as_of"]].sort_values("year")
    last = both.drop_duplicates("index", keep="last").set_index("index").reindex(asked.index)
    profit, revenue = (last[c].to_numpy(dtype=float) for c in ("net_profit_cny", "revenue_cny"))
    return _ratio(profit, revenue)
