"""Whether a loan by month table is whole: a share of part of a book is not the book's."""

import pandas as pd

from smeprofile.errors import UserError


def refuse_gaps(months: pd.DataFrame, key: str) -> None:
    """Raise ``UserError`` unless every unit is there from payout to its end, or to the last month.

    ``months`` is what ``loan_months`` returns, ``key`` the column that names the unit. Units that
    are left out altogether can't be noticed: don't select by what became of them.

    >>> cut = pd.DataFrame({"loan_id": ["L"], "mob": [3], "status": ["在账"],
    ...     "month_end": pd.to_datetime(["2025-04-30"])})
    >>> refuse_gaps(cut, "loan_id")
    Traceback (most recent call last):
    smeprofile.errors.UserError: L 缺少放款当月的行：要从放款算起，loan_months 的结果不要先按月截断。
    """
    rows = months.sort_values(["month_end", "mob"], kind="stable")
    first, last = rows.drop_duplicates(key), rows.drop_duplicates(key, keep="last")
    late = first[first["mob"] > 0]
    if len(late):
        raise UserError(
            f"{late[key].iloc[0]} 缺少放款当月的行：要从放款算起，loan_months 的结果不要先按月截断。"
        )
    open_ = last[(last["status"] == "在账") & (last["month_end"] < months["month_end"].max())]
    if len(open_):
        raise UserError(
            f"{open_[key].iloc[0]} 没有离开账面的那一行：是不是只留了在账的行？那样只看得到幸存者。"
        )
