"""Every loan at every month end, recomputed from plan and payments as they were known then."""

import numpy as np
import pandas as pd

BUCKETS = tuple(f"M{k}" for k in range(8))
_OFF_BOOK = ("核销", "转让")


def loan_months(
    drawdowns: pd.DataFrame,
    schedules: pd.DataFrame,
    repayments: pd.DataFrame,
    *,
    through: str | pd.Timestamp,
) -> pd.DataFrame:
    """Return one row per loan and month end, from the month it was paid out to that of its end.

    Columns: ``loan_id, customer_id, chain_id, month_end, mob`` (months on book, 0 in the first),
    ``amount_cny, balance_cny, dpd, bucket`` and ``status``: 在账, or 结清 / 核销 in the one row of
    the month it left the books (核销 includes loans sold). Only what is dated by the month end
    counts, so the snapshot columns of ``drawdowns`` aren't looked at. An instalment is paid when
    principal and interest received reach what was due; a part payment leaves it overdue, counted
    from the day after it was due. M0 is not overdue, M1 1–30 days, … M7 over 180 (convention).
    Month ends after ``through`` are not known and not there.

    >>> one = {"loan_id": ["L"], "customer_id": ["A"], "chain_id": ["L"], "amount_cny": [100.0]}
    >>> paid_out = pd.DataFrame({**one, "disbursed_date": pd.to_datetime(["2025-01-10"])})
    >>> due = pd.DataFrame({"loan_id": ["L"], "term_no": [1], "principal_cny": [100.0],
    ...     "interest_cny": [1.0], "due_date": pd.to_datetime(["2025-02-10"])})
    >>> none = pd.DataFrame({"loan_id": [], "term_no": [], "principal_cny": [], "kind": [],
    ...     "interest_cny": [], "paid_date": pd.to_datetime([])})
    >>> loan_months(paid_out, due, none, through="2025-03-31")[["mob", "balance_cny", "dpd"]]
       mob  balance_cny  dpd
    0    0        100.0    0
    1    1        100.0   18
    2    2        100.0   49
    """
    last = pd.Timestamp(through).to_period("M")
    if pd.Timestamp(through) != last.end_time.normalize():
        last -= 1
    paid = repayments[repayments["kind"] != "回收"]
    rows = _expanded(_ends(drawdowns, paid), last)
    rows["balance_cny"] = _balances(rows, paid)
    rows["dpd"] = _days_late(rows, schedules, paid, last)
    gone = rows["status"] != "在账"
    rows.loc[gone, ["balance_cny", "dpd"]] = 0
    rows["bucket"] = bucket(rows["dpd"])
    order = ["loan_id", "customer_id", "chain_id", "month_end", "mob", "amount_cny",
             "balance_cny", "dpd", "bucket", "status"]  # fmt: skip
    return rows[order].sort_values(["loan_id", "month_end"], ignore_index=True)


def bucket(dpd: pd.Series) -> pd.Series:
    """Return M0 … M7 of days past due.

    >>> bucket(pd.Series([0, 1, 30, 31, 181, 999])).tolist()
    ['M0', 'M1', 'M1', 'M2', 'M7', 'M7']
    """
    number = np.ceil(np.clip(dpd, 0, 181) / 30).astype(int)
    return pd.Series(np.array(BUCKETS)[number], index=dpd.index)


def _fen(yuan: pd.Series) -> pd.Series:
    return (yuan.astype("float64") * 100).round()


def _ends(drawdowns: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """One row per loan: when it started, when and how it ended."""
    loans = drawdowns[["loan_id", "customer_id", "chain_id", "amount_cny", "disbursed_date"]].copy()
    fen = _fen(paid["principal_cny"]).groupby(paid["loan_id"]).sum()
    last = paid.groupby("loan_id")["paid_date"].max()
    off = paid[paid["kind"].isin(_OFF_BOOK)].groupby("loan_id")["paid_date"].max()
    repaid = loans["loan_id"].map(fen.to_dict()).fillna(0) >= _fen(loans["amount_cny"])
    loans["off_date"] = pd.to_datetime(loans["loan_id"].map(off.to_dict()))
    settled = pd.to_datetime(loans["loan_id"].map(last.to_dict())).where(repaid)
    loans["end_date"] = loans["off_date"].fillna(settled)
    return loans


def _expanded(loans: pd.DataFrame, last: pd.Period) -> pd.DataFrame:
    start = _months(loans["disbursed_date"])
    stop = np.minimum(_months(loans["end_date"]).fillna(np.inf), last.year * 12 + last.month - 1)
    n = np.maximum(stop - start + 1, 0).astype(int)
    rows = loans.loc[loans.index.repeat(n)].reset_index(drop=True)
    rows["mob"] = _counted(n)
    number = np.repeat(start.to_numpy(), n).astype(int) + rows["mob"]
    rows["month_end"] = _month_end(number)
    left = rows["end_date"] <= rows["month_end"]
    rows["status"] = np.where(left, np.where(rows["off_date"].notna(), "核销", "结清"), "在账")
    return rows


def _counted(n: pd.Series) -> np.ndarray:
    """0 … n − 1 for each n, one after the other."""
    return np.concatenate([np.arange(0), *(np.arange(k) for k in n)])


def _months(days: pd.Series) -> pd.Series:
    return days.dt.year * 12 + days.dt.month - 1


def _month_end(number: pd.Series) -> pd.Series:
    following = number + 1
    parts = pd.DataFrame({"year": following // 12, "month": following % 12 + 1, "day": 1})
    return (pd.to_datetime(parts) - pd.Timedelta(days=1)).astype("datetime64[us]")


def _balances(rows: pd.DataFrame, paid: pd.DataFrame) -> pd.Series:
    """Amount less principal taken off up to the month end."""
    number, fen = _months(paid["paid_date"]), _fen(paid["principal_cny"])
    by_month = fen.groupby([paid["loan_id"], number]).sum()
    keys = pd.MultiIndex.from_arrays([rows["loan_id"], _months(rows["month_end"])])
    taken = pd.Series(by_month.reindex(keys).fillna(0).to_numpy(), index=rows.index)
    return (_fen(rows["amount_cny"]) - taken.groupby(rows["loan_id"]).cumsum()) / 100


def _days_late(
    rows: pd.DataFrame, schedules: pd.DataFrame, paid: pd.DataFrame, last: pd.Period
) -> pd.Series:
    """Days since the oldest instalment that was due and not paid on the month end."""
    terms = schedules[["loan_id", "term_no", "due_date"]].assign(
        owed=_fen(schedules["principal_cny"]) + _fen(schedules["interest_cny"])
    )
    cleared = _months(cleared_dates(terms, paid)).fillna(last.year * 12 + last.month)
    first = _months(terms["due_date"] + pd.Timedelta(days=1))  # month end it can first be late on
    # Cleared by a month's last day: not late then.
    n = np.clip(cleared - first, 0, None).astype(int)
    late = terms.loc[terms.index.repeat(n)]
    number = np.repeat(first.to_numpy(), n).astype(int) + _counted(n)
    oldest = late["due_date"].groupby([late["loan_id"].to_numpy(), number]).min()
    keys = pd.MultiIndex.from_arrays([rows["loan_id"], _months(rows["month_end"])])
    due = pd.Series(pd.to_datetime(oldest.reindex(keys).to_numpy()), index=rows.index)
    return (rows["month_end"] - due).dt.days.fillna(0).astype(int)


def cleared_dates(terms: pd.DataFrame, paid: pd.DataFrame) -> pd.Series:
    """The day on which what was received for an instalment reached what was due."""
    keys = ["loan_id", "term_no"]
    p = paid[paid["term_no"] > 0].sort_values("paid_date", kind="stable")
    p = p.merge(terms[[*keys, "owed"]], on=keys)
    p["fen"] = _fen(p["principal_cny"]) + _fen(p["interest_cny"])
    day = p[p.groupby(keys)["fen"].cumsum() >= p["owed"]].groupby(keys)["paid_date"].min()
    found = day.reindex(pd.MultiIndex.from_frame(terms[keys])).to_numpy()
    found = pd.Series(pd.to_datetime(found), index=terms.index)
    return found.where(terms["owed"] > 0, terms["due_date"])
