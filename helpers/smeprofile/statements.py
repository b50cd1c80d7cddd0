"""Account statements (流水) read entry by entry: what came in that isn't sales, and what was left.

The rules are those of the tags (``smeprofile.tags``): sales received are the entries 货款; money
that leaves again in the same amount within two days was only passing through.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

# Money that goes out again in the same amount within so many days never served the business;
# smaller sums meet by chance. Both are the course's convention.
PASS_DAYS = 2
PASS_CNY = 1_000
ROUND_CNY = 10_000  # a "round" entry is a multiple of this
NOT_SALES = ("同名划转", "贷款发放", "退款", "往来款")
PASSING = "快进快出"
_BOTH_WAYS = ("货款", "往来款")


def passed_through(flows: pd.DataFrame) -> pd.Series:
    """Return, for each entry of ``flows``, whether it came in and left again within two days.

    The same amount, 1,000 yuan at least, as 货款 or 往来款 in, and out as one of these or 同名划转.

    >>> flows = pd.DataFrame({"customer_id": "A", "date": pd.to_datetime(["2025-03-01", "2025-03-02"]),
    ...     "direction": ["in", "out"], "amount_cny": [5000.0, 5000.0], "summary": "货款"})
    >>> passed_through(flows).tolist()
    [True, False]
    """
    cols = ["customer_id", "date", "direction", "summary"]
    t = flows[cols].assign(
        fen=(flows["amount_cny"] * 100).round().astype("int64"), at=range(len(flows))
    )
    t = t[t["fen"] >= PASS_CNY * 100]
    comes = t["direction"] == "in"
    into = t[comes & t["summary"].isin(_BOTH_WAYS)]
    out = t[~comes & t["summary"].isin([*_BOTH_WAYS, "同名划转"])]
    pairs = into.merge(out, on=["customer_id", "fen"], suffixes=("", "_out"))
    days = (pairs["date_out"] - pairs["date"]).dt.days
    passed = np.isin(np.arange(len(flows)), pairs["at"][days.between(0, PASS_DAYS)])
    return pd.Series(passed, index=flows.index)


def kinds_of(flows: pd.DataFrame) -> pd.Series:
    """Return what each incoming entry is: 货款, one of ``NOT_SALES`` or 快进快出; missing for out."""
    came = flows["direction"] == "in"
    return flows["summary"].where(~passed_through(flows), PASSING).where(came)


def monthly_inflow(
    flows: pd.DataFrame,
    *,
    months: pd.DatetimeIndex,
    leave_out: Collection[str] = (*NOT_SALES, PASSING),
) -> pd.Series:
    """Return one customer's inflow in yuan by month, the kinds ``leave_out`` not counted.

    Without any left out it is everything that came in; with all, the effective inflow (有效流入).
    A month of ``months`` without an entry is 0.
    """
    kind = kinds_of(flows)
    counted = flows[kind.notna() & ~kind.isin(list(leave_out))]
    by_month = (
        counted["amount_cny"].groupby(counted["date"].dt.to_period("M").dt.to_timestamp()).sum()
    )
    return by_month.reindex(months, fill_value=0.0)


def evidence(flows: pd.DataFrame, invoices_monthly: pd.DataFrame, *, as_of: str) -> pd.DataFrame:
    """Return what a year's statement shows, one row per customer of ``flows``, named as the tags.

    The twelve whole months up to ``as_of``; ``flow_invoice_ratio`` is missing without invoices.
    """
    until = (pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_period("M").start_time
    since = until - pd.DateOffset(months=12)
    t = flows[(flows["date"] >= since) & (flows["date"] < until)]
    months = invoices_monthly["month"]
    issued = invoices_monthly[(months >= since) & (months < until)]
    of = t["customer_id"]
    comes, passed = t["direction"] == "in", passed_through(t)
    sales, came = comes & (t["summary"] == "货款"), comes & t["summary"].isin(_BOTH_WAYS)
    total = t["amount_cny"].where
    with_vat = issued["sales_cny"] - issued["red_cny"] + issued["vat_cny"]
    net = with_vat.groupby(issued["customer_id"]).sum()
    made = pd.DataFrame(
        {
            "effective_inflow_cny": total(sales & ~passed, 0.0).groupby(of).sum(),
            "pass_through_rate": total(passed, 0.0).groupby(of).sum()
            / total(came, 0.0).groupby(of).sum(),
            "round_share": (t["amount_cny"] % ROUND_CNY == 0).groupby(of).mean(),
            "night_share": ((t["hour"] >= 22) | (t["hour"] < 6)).groupby(of).mean(),
            "n_counterparties_12m": t["counterparty"].where(sales).groupby(of).nunique(),
        }
    )
    return made.assign(
        flow_invoice_ratio=made["effective_inflow_cny"] / net[net > 0].reindex(made.index)
    )
