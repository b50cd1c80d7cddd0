"""Good or bad, and not yet known: outcomes within a performance window."""

import pandas as pd

from smeprofile.credit.whole import refuse_gaps


def bad_within(
    months: pd.DataFrame, *, window: int = 12, bad_dpd: int = 90, unit: str = "chain_id"
) -> pd.DataFrame:
    """Return one row per unit (a chain of renewals, or ``loan_id``): ``start_month``, ``is_bad``.

    ``months`` is what ``loan_months`` returns, all of it. Bad is more than ``bad_dpd`` days late
    at a month end, or written off, within ``window`` months on book (course's convention). Who
    hasn't been watched for the whole window is missing, bad already or not: unmatured is not
    good, and to keep the bad among them alone would make young cohorts all bad. Who repaid early
    and left is good. Raises ``UserError`` where a unit's first or last months were cut off.

    >>> rows = pd.DataFrame({"chain_id": ["L", "L"], "mob": [0, 1], "dpd": [0, 20],
    ...     "status": "在账", "month_end": pd.to_datetime(["2025-11-30", "2025-12-31"])})
    >>> bad_within(rows)["is_bad"].isna().tolist()
    [True]
    """
    refuse_gaps(months, unit)
    number = months["month_end"].dt.to_period("M").astype("int64")
    start = (number - months["mob"]).groupby(months[unit]).min()
    mob = number - months[unit].map(start.to_dict())
    inside = mob <= window
    bad = ((months["dpd"] > bad_dpd) | (months["status"] == "核销")) & inside
    ever = bad.groupby(months[unit]).max()
    watched = (number.max() - start) >= window
    result = pd.DataFrame({"is_bad": ever.astype("boolean")})
    result.loc[~watched, "is_bad"] = pd.NA
    first = pd.PeriodIndex.from_ordinals(start.to_numpy(), freq="M").to_timestamp()
    result.insert(0, "start_month", first)
    return result.reset_index()
