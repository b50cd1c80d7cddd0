"""Roll rates and migration: where balances go from one month end to another."""

import pandas as pd

from smeprofile.credit.loans import BUCKETS
from smeprofile.errors import UserError
from smeprofile.rules import RISK_CLASSES, risk_classes

EXITS = ("结清", "核销")


def roll_rates(months: pd.DataFrame, *, weight: str = "balance") -> pd.DataFrame:
    """Return one row per month end t: the share of M_k at t that is M_{k+1} or worse at t + 1, k = 0 … 6.

    By balance at t, or by number of loans (``weight``: balance, count). Missing where M_k is empty
    and for the last month end, whose next isn't known. What is written off in between has rolled;
    so has what a month of 31 days takes two buckets on.

    >>> rows = pd.DataFrame({"loan_id": ["L", "L", "K", "K"], "bucket": ["M0", "M1", "M0", "M0"],
    ...     "month_end": pd.to_datetime(["2025-01-31", "2025-02-28"] * 2), "status": "在账",
    ...     "balance_cny": [30.0, 30.0, 70.0, 70.0]})
    >>> float(roll_rates(rows)["M0→M1"].iloc[0])
    0.3
    """
    pairs = _pairs(months, 1, weight)
    out = pd.DataFrame(index=pd.Index(sorted(months["month_end"].unique()), name="month_end"))
    for k, name in enumerate(BUCKETS[:-1]):
        here = pairs[pairs["bucket"] == name]
        rolled = here["next"].isin([*BUCKETS[k + 1 :], "核销"])
        share = here["weight"].where(rolled, 0.0).groupby(here["month_end"]).sum()
        out[f"{name}→{BUCKETS[k + 1]}"] = share / here.groupby("month_end")["weight"].sum()
    return out


def migration_matrix(
    months: pd.DataFrame,
    start: str | pd.Timestamp,
    end: str | pd.Timestamp,
    *,
    weight: str = "balance",
) -> pd.DataFrame:
    """Return bucket at month end ``start`` × bucket, 结清 or 核销 at ``end``: shares, rows sum to 1.

    Those who left are columns too: a matrix of the survivors looks better than the book was.
    A loan renewed without repaying counts as 结清: its new note is another loan. Raises
    ``UserError`` for a day that is no month end of the table, and for a loan that vanishes.

    >>> rows = pd.DataFrame({"loan_id": ["L", "L"], "bucket": ["M3", "M0"],
    ...     "month_end": pd.to_datetime(["2025-01-31", "2025-02-28"]), "status": ["在账", "核销"],
    ...     "balance_cny": [30.0, 0.0]})
    >>> float(migration_matrix(rows, "2025-01-31", "2025-02-28").loc["M3", "核销"])
    1.0
    """
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    known = months["month_end"].unique()
    for day in (start, end):
        if day not in known:
            raise UserError(f"没有 {day:%Y-%m-%d} 的行。start 和 end 要填表里有的月末。")
    apart = (end.to_period("M") - start.to_period("M")).n
    pairs = _pairs(months, apart, weight)
    here = pairs[pairs["month_end"] == start]
    table = here.pivot_table(index="bucket", columns="next", values="weight", aggfunc="sum")
    table = table.reindex(index=BUCKETS, columns=[*BUCKETS, *EXITS]).fillna(0.0)
    return table.div(table.sum(axis=1).where(lambda total: total > 0), axis=0)


def _pairs(months: pd.DataFrame, apart: int, weight: str) -> pd.DataFrame:
    """Each loan on the books at a month end, with where it is ``apart`` months later.

    Nothing is said of month ends that are not known yet.
    """
    if weight not in ("balance", "count"):
        raise UserError("weight 可选 balance（余额）、count（笔数）。")
    here = months[months["status"] == "在账"].copy()
    here["number"] = here["month_end"].dt.to_period("M").astype("int64")
    here["weight"] = here["balance_cny"] if weight == "balance" else 1.0
    last = months["month_end"].max().to_period("M").ordinal
    later = months.assign(number=months["month_end"].dt.to_period("M").astype("int64") - apart)
    later["next"] = later["bucket"].where(later["status"] == "在账", later["status"])
    pairs = here.merge(later[["loan_id", "number", "next"]], on=["loan_id", "number"], how="left")
    # No row later: it left the books in between.
    exits = (
        months[months["status"] != "在账"].drop_duplicates("loan_id").set_index("loan_id")["status"]
    )
    left = pairs["loan_id"].map(exits.to_dict()).astype(pairs["next"].dtype)
    pairs["next"] = pairs["next"].where(pairs["next"].notna(), left)
    pairs = pairs[pairs["number"] <= last - apart]
    lost = pairs[pairs["next"].isna()]
    if len(lost):
        raise UserError(
            f"借据 {lost['loan_id'].iloc[0]} 后来没有行，也没有结清或核销：是不是先筛掉了离开账面的行？"
        )
    return pairs


def customer_classes(
    months: pd.DataFrame, month_end: str | pd.Timestamp, *, is_retail: bool
) -> pd.Series:
    """Return each customer's worst five-category class at a month end, by ``rules.risk_classes``.

    Say whether the credit is managed as retail: the 10 % rule holds for the others only.

    >>> rows = pd.DataFrame({"customer_id": ["A", "A"], "dpd": [0, 95], "balance_cny": [10.0, 90.0],
    ...     "month_end": pd.to_datetime(["2025-01-31"] * 2), "status": "在账"})
    >>> customer_classes(rows, "2025-01-31", is_retail=False)["A"]
    '次级'
    """
    here = months[(months["month_end"] == pd.Timestamp(month_end)) & (months["status"] == "在账")]
    classes = risk_classes(
        here["dpd"].to_numpy(), here["balance_cny"].to_numpy(), here["customer_id"].to_numpy(),
        is_retail=is_retail,
    )  # fmt: skip
    number = pd.Series([RISK_CLASSES.index(c) for c in classes], index=here.index, dtype=int)
    worst = number.groupby(here["customer_id"]).max()
    return worst.map(dict(enumerate(RISK_CLASSES))).rename("risk_class")
