"""Who was granted credit by the policy and who by lot, and what became of either."""

import pandas as pd

from smeprofile.credit.whole import refuse_gaps


def approval_outcomes(
    months: pd.DataFrame,
    applications: pd.DataFrame,
    decisions: pd.DataFrame,
    facilities: pd.DataFrame,
    drawdowns: pd.DataFrame,
    *,
    window: int = 12,
    bad_dpd: int = 90,
) -> pd.DataFrame:
    """Return one row per new application that was paid out: ``policy_score, by_lot, is_bad``.

    ``by_lot`` says that the policy would have refused and a draw let it through. Bad as in
    ``borrower_outcomes``, in the ``window`` months after that of the first payout; rows whose
    window isn't over are left out. ``months`` is all of what ``loan_months`` returns. Renewals
    aren't in it, nor are those refused for good: nobody knows what they would have done.

    >>> months = pd.DataFrame({"loan_id": "L", "customer_id": "A", "mob": [0, 1], "dpd": [0, 95],
    ...     "status": "在账", "month_end": pd.to_datetime(["2025-01-31", "2025-02-28"])})
    >>> one = {"application_id": ["P"], "customer_id": ["A"], "facility_id": ["K"]}
    >>> asked = pd.DataFrame({"application_id": ["P"], "kind": ["新增"]})
    >>> told = pd.DataFrame({"application_id": ["P"], "score": [590.0], "is_random_approval": [True]})
    >>> paid = pd.DataFrame({"facility_id": ["K"], "disbursed_date": pd.to_datetime(["2025-01-05"])})
    >>> rows = approval_outcomes(months, asked, told, pd.DataFrame(one), paid, window=1)
    >>> rows[["by_lot", "is_bad"]].to_numpy().tolist()
    [[True, True]]
    """
    refuse_gaps(months, "loan_id")
    first = drawdowns.groupby("facility_id")["disbursed_date"].min()
    new = applications.loc[applications["kind"] == "新增", ["application_id"]]
    told = decisions[["application_id", "score", "is_random_approval"]]
    rows = facilities[["application_id", "facility_id", "customer_id"]].merge(new).merge(told)
    rows["paid_out"] = rows["facility_id"].map(first)
    rows = rows.dropna(subset="paid_out").reset_index(drop=True)
    start = rows["paid_out"].dt.to_period("M").astype("int64")
    number = months["month_end"].dt.to_period("M").astype("int64")
    bad = (months["dpd"] > bad_dpd) | (months["status"] == "核销")
    when = pd.DataFrame({"customer_id": months["customer_id"], "no": number})[bad]
    both = rows[["application_id", "customer_id"]].assign(start=start).merge(when)
    inside = both[(both["no"] > both["start"]) & (both["no"] <= both["start"] + window)]
    rows["is_bad"] = rows["application_id"].isin(inside["application_id"])
    rows = rows.rename(columns={"score": "policy_score", "is_random_approval": "by_lot"})
    known = start + window <= number.max()
    return rows.loc[known, ["application_id", "customer_id", "policy_score", "by_lot", "is_bad"]]
