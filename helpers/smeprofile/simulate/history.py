"""What happened over time: balances, overdue buckets and non-performing loans at month-ends."""

from itertools import pairwise

import numpy as np
import pandas as pd

from smeprofile.simulate.calibration import Bank

BUCKETS = tuple(f"M{k}" for k in range(8))


def month_ends(bank: Bank, n: int) -> pd.DatetimeIndex:
    """Return the last ``n`` ends of whole months, up to the last day."""
    return pd.date_range(end=bank.end, periods=n, freq="ME")


def standing(bank: Bank, day: pd.Timestamp) -> pd.DataFrame:
    """Return one row per loan note open at the end of ``day``: ``balance_cny`` and ``dpd``."""
    loans = bank["drawdowns"].set_index("loan_id")
    ended = loans["settled_date"].fillna(loans["written_off_date"])
    open_ = loans[(loans["disbursed_date"] <= day) & ~(ended <= day)]
    paid = bank["repayments"]
    paid = paid[paid["paid_date"] <= day]
    returned = paid.groupby("loan_id")["principal_cny"].sum().reindex(open_.index).fillna(0)
    done = pd.MultiIndex.from_frame(paid[["loan_id", "term_no"]])
    due = bank["schedules"][bank["schedules"]["due_date"] <= day]
    unpaid = due[~pd.MultiIndex.from_frame(due[["loan_id", "term_no"]]).isin(done)]
    oldest = unpaid.groupby("loan_id")["due_date"].min().reindex(open_.index)
    return pd.DataFrame(
        {
            "balance_cny": open_["amount_cny"] - returned,
            "dpd": (day - oldest).dt.days.fillna(0).astype(int),
        }
    )


def npl_history(bank: Bank, n: int = 16) -> pd.Series:
    """Return quarter-end → share of the balance more than 90 days past due."""
    shares = {}
    for day in month_ends(bank, 3 * n)[2::3]:
        book = standing(bank, day)
        total = book["balance_cny"].sum()
        shares[day] = book.loc[book["dpd"] > 90, "balance_cny"].sum() / max(total, 1e-9)
    return pd.Series(shares)


def migration_matrix(bank: Bank, n: int = 12) -> pd.DataFrame:
    """Return bucket × bucket of the next month: shares of loan notes, the last ``n`` months pooled.

    Those settled or written off in between are left out: rows add up to one.
    """
    total = np.zeros((8, 8))
    books = [standing(bank, day) for day in month_ends(bank, n + 1)]
    for now, then in pairwise(books):
        both = now.add_suffix("_now").join(then.add_suffix("_then"), how="inner")
        moves = [_bucket(both[f"dpd_{side}"]) for side in ("now", "then")]
        np.add.at(total, tuple(moves), 1)
    share = total / np.maximum(total.sum(axis=1, keepdims=True), 1)
    return pd.DataFrame(share, index=list(BUCKETS), columns=list(BUCKETS))


def _bucket(dpd: pd.Series) -> np.ndarray:
    return np.minimum(np.ceil(dpd.to_numpy() / 30).astype(int), 7)


def demand_by_stage(bank: Bank) -> pd.DataFrame:
    """Return stage → share with a need above 50,000 yuan, its median, and applications a year.

    Over the months of the last year; new applications per hundred customers.
    """
    months = bank["truth_months"]
    recent = months[months["month"] > bank.end - pd.DateOffset(years=1)]
    apps = bank["applications"].query("kind == '新增'")
    apps = apps.assign(month=apps["applied_at"].dt.to_period("M").dt.start_time)
    n_apps = recent.merge(apps[["customer_id", "month"]], on=["customer_id", "month"])
    needy = recent[recent["need_cny"] > 50_000].groupby("stage")
    size = recent.groupby("stage").size()
    return pd.DataFrame(
        {
            "share_with_need": needy.size() / size,
            "median_need_cny": needy["need_cny"].median(),
            "applications_per_100": n_apps.groupby("stage").size() / size * 1200,
        }
    )


def bad_by_score(bank: Bank, n_bands: int = 8) -> pd.DataFrame:
    """Return score band → granted lines, share 90+ within 12 months, random approvals too."""
    fac, last = bank["facilities"], int(bank.setting.months_all[-1])
    new = fac[fac["renewal_of"].isna()].set_index("facility_id")["application_id"]
    chain = bank.chains.join(new)
    chain = chain[chain["start"] + 12 <= last]
    decided = bank["decisions"].set_index("application_id")["score"]
    chain = chain.join(decided, on="application_id")
    is_bad = (chain["bad"] - chain["start"] <= 12).to_numpy()
    band = pd.qcut(chain["score"], n_bands, duplicates="drop")
    grouped = pd.Series(is_bad, index=chain.index).groupby(band, observed=True)
    return pd.DataFrame({"n": grouped.size(), "bad_share": grouped.mean()})
