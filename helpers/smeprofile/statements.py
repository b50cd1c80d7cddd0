"""Account statements (流水) read entry by entry: what came in that isn't sales, and what was left.

The rules are those of the tags (``smeprofile.tags``): sales received are the entries 货款; money
that leaves again in the same amount within two days was only passing through.
"""

from collections.abc import Collection

import pandas as pd

# Money that goes out again in the same amount within so many days never served the business;
# smaller sums meet by chance. Both are the course's convention.
PASS_DAYS = 2
PASS_CNY = 1_000
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
    t = flows.assign(fen=(flows["amount_cny"] * 100).round().astype("int64"))
    large, comes = t["fen"] >= PASS_CNY * 100, t["direction"] == "in"
    into = t[large & comes & t["summary"].isin(_BOTH_WAYS)]
    out = t[large & ~comes & t["summary"].isin([*_BOTH_WAYS, "同名划转"])]
    went = {
        (who, fen, day - pd.Timedelta(days=k))
        for who, fen, day in zip(out["customer_id"], out["fen"], out["date"], strict=True)
        for k in range(PASS_DAYS + 1)
    }
    keys = zip(into["customer_id"], into["fen"], into["date"], strict=True)
    return t.index.to_series().isin(into.index[[key in went for key in keys]])


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
