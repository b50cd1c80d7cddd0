"""Loan by month: balance, days past due and bucket, as the bank knew them on each month end."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from smeprofile.credit.months import month_ends, month_number, need
from smeprofile.errors import UserError

BUCKETS = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7")
EXITS = ("结清", "续贷", "核销")

_LAST_DAYS = (0, 30, 60, 90, 120, 150, 180)  # M0 … M6; beyond: M7
_CLEARS = ("正常", "逾期", "提前", "续贷")
_LOSSES = ("核销", "转让")
_NEVER = np.int64(2**40)  # a day no loan sees
_LOAN = ("loan_id", "facility_id", "customer_id", "chain_id")


def bucket_of(dpd: pd.Series | np.ndarray) -> np.ndarray:
    """Return the bucket of each number of days past due: M0 none, M1 1–30, M2 31–60 … M7 181+.

    The limits are the course's convention: banks differ, and no regulation sets them.

    >>> bucket_of(np.array([0, 1, 30, 31, 90, 91, 180, 181])).tolist()
    ['M0', 'M1', 'M1', 'M2', 'M3', 'M4', 'M6', 'M7']
    """
    return np.array(BUCKETS, dtype=object)[np.searchsorted(_LAST_DAYS, dpd, side="left")]


def loan_months(
    drawdowns: pd.DataFrame,
    schedules: pd.DataFrame,
    repayments: pd.DataFrame,
    *,
    through: date | str,
    from_: date | str | None = None,
) -> pd.DataFrame:
    """Return one row per loan note × month end, from the month of disbursement till it has gone.

    ``mob`` counts calendar months since that of disbursement; ``balance_cny`` is principal;
    ``dpd`` counts from the day after the due date of the oldest term not yet cleared. A term is
    cleared on the day its payments (正常、逾期、提前、续贷; penalty left out) reach what is due, to
    the fen: part of it leaves the whole term overdue. Nothing paid after a month end counts in its
    row, and the snapshot columns of ``drawdowns`` aren't read.

    The month a loan goes has one last row, for who counts only the loans still there sees too
    little bad: balance 0, ``dpd`` missing, ``bucket`` one of ``EXITS`` (结清 nothing is owed any
    more, 续贷 a new note took over the principal, 核销 written off or sold) instead of ``BUCKETS``.

    Rows are in order of loan and month, month ends from ``from_`` to ``through`` (the last one not
    later); ``from_`` drops rows, for roll rates, but a vintage needs them all. Raises ``UserError``
    for a missing column or value, repeated keys, and a loan without schedule. Months on book and
    buckets are the course's conventions.

    >>> loan = pd.DataFrame({"loan_id": ["L1"], "facility_id": ["K1"], "customer_id": ["C1"],
    ...     "chain_id": ["L1"], "disbursed_date": pd.to_datetime(["2025-01-10"]),
    ...     "amount_cny": [100.0]})
    >>> plan = pd.DataFrame({"loan_id": ["L1"], "term_no": [1], "principal_cny": [100.0],
    ...     "due_date": pd.to_datetime(["2025-02-21"]), "interest_cny": [1.0]})
    >>> paid = pd.DataFrame({"loan_id": ["L1"], "term_no": [1], "kind": ["逾期"],
    ...     "paid_date": pd.to_datetime(["2025-03-10"]), "principal_cny": [100.0],
    ...     "interest_cny": [1.0]})
    >>> loan_months(loan, plan, paid, through="2025-12-31")[
    ...     ["month_end", "mob", "balance_cny", "dpd", "bucket"]]
       month_end  mob  balance_cny   dpd bucket
    0 2025-01-31    0        100.0     0     M0
    1 2025-02-28    1        100.0     7     M1
    2 2025-03-31    2          0.0  <NA>     结清
    """
    last = _last_month(through)
    loans = _loans(drawdowns, last)
    terms, paid = _terms(loans, schedules), _payments(loans, repayments, last)
    cleared = _cleared(terms, paid)
    end, exit_ = _ends(loans, terms, paid, cleared)
    grid = _grid(loans, end, last)
    days = _overdue_days(grid, terms, cleared)
    gone = grid.row_end >= np.where(end < _NEVER, end, _NEVER)[grid.loan]
    bucket = np.where(gone, exit_[grid.loan], bucket_of(days))
    rows = loans[list(_LOAN)].iloc[grid.loan].reset_index(drop=True).assign(
        month_end=_dates(grid.row_end), mob=grid.mob,
        balance_cny=_balances(grid, loans, paid) / 100,
        dpd=pd.array(np.where(gone, 0, days), dtype="Int64"), bucket=bucket,
    )  # fmt: skip
    rows = rows.assign(dpd=rows["dpd"].mask(gone), bucket=rows["bucket"].astype(_TEXT))
    return rows if from_ is None else _from(rows, from_)


_TEXT = pd.Series(["x"]).dtype  # whatever this pandas keeps text as


@dataclass(frozen=True)
class _Grid:
    """One element per row of the result, except ``first`` (each loan's first row) and ``start``."""

    loan: np.ndarray
    mob: np.ndarray
    row_end: np.ndarray
    first: np.ndarray
    start: np.ndarray

    def find(self, loan: np.ndarray, month: np.ndarray) -> np.ndarray:
        """Return the row of each loan and month; one before the first is the first."""
        return self.first[loan] + np.maximum(month - self.start[loan], 0)


def _from(rows: pd.DataFrame, from_: date | str) -> pd.DataFrame:
    return rows[rows["month_end"] >= pd.Timestamp(from_)].reset_index(drop=True)


def _last_month(through: date | str) -> int:
    """Return the last month that had ended by then."""
    return int(month_number(pd.Series([pd.Timestamp(through) + pd.Timedelta(days=1)]))[0]) - 1


def _loans(drawdowns: pd.DataFrame, last: int) -> pd.DataFrame:
    loans = need(drawdowns, (*_LOAN, "disbursed_date", "amount_cny"), "借据表")
    loans = loans[month_number(loans["disbursed_date"]) <= last].sort_values("loan_id")
    if loans["loan_id"].duplicated().any():
        raise UserError("借据表的 loan_id 有重复。应为每行一笔借据。")
    return loans.reset_index(drop=True)


def _terms(loans: pd.DataFrame, schedules: pd.DataFrame) -> pd.DataFrame:
    names = ("loan_id", "term_no", "due_date", "principal_cny", "interest_cny")
    terms = need(schedules, names, "还款计划")
    loan = pd.Index(loans["loan_id"]).get_indexer(terms["loan_id"])
    terms = pd.DataFrame({
        "loan": loan, "term": terms["term_no"].to_numpy(np.int64),
        "due": _days(terms["due_date"]), "fen": _fen(terms, "principal_cny", "interest_cny"),
    })[loan >= 0]  # fmt: skip
    if terms.duplicated(["loan", "term"]).any():
        raise UserError("还款计划的 loan_id、term_no 有重复。应为每行一笔借据的一期。")
    without = np.bincount(terms["loan"], minlength=len(loans)) == 0
    if without.any():
        raise UserError(f"借据 {loans['loan_id'][without.argmax()]} 没有还款计划，算不出逾期天数。")
    return terms.reset_index(drop=True)


def _payments(loans: pd.DataFrame, repayments: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return what was known by the end of month ``last``; recoveries change no balance."""
    names = ("loan_id", "term_no", "paid_date", "kind", "principal_cny", "interest_cny")
    paid = need(repayments, names, "还款表")
    loan = pd.Index(loans["loan_id"]).get_indexer(paid["loan_id"])
    known = (loan >= 0) & (paid["kind"] != "回收") & (month_number(paid["paid_date"]) <= last)
    return pd.DataFrame({
        "loan": loan, "term": paid["term_no"].to_numpy(np.int64), "day": _days(paid["paid_date"]),
        "kind": paid["kind"].to_numpy(), "principal": _fen(paid, "principal_cny"),
        "fen": _fen(paid, "principal_cny", "interest_cny"),
    })[known.to_numpy()]  # fmt: skip


def _cleared(terms: pd.DataFrame, paid: pd.DataFrame) -> np.ndarray:
    """Return the day each term was cleared, else ``_NEVER``."""
    paid = paid[paid["kind"].isin(_CLEARS)]
    key = pd.MultiIndex.from_frame(terms[["loan", "term"]])
    at = key.get_indexer(pd.MultiIndex.from_frame(paid[["loan", "term"]]))
    hits = at >= 0
    days, fen = paid["day"].to_numpy()[hits], paid["fen"].to_numpy()[hits]
    return _reached(at[hits], days, fen, terms["fen"].to_numpy())


def _reached(key: np.ndarray, day: np.ndarray, fen: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the first day on which the sums of each key (a position in ``target``) reach it."""
    order = np.lexsort((day, key))
    key, day = key[order], day[order]
    running = np.concatenate([[0], np.cumsum(fen[order])])
    before = running[np.searchsorted(key, np.arange(len(target)))]
    hit = running[1:] - before[key] >= target[key]
    when = np.where(target > 0, _NEVER, -_NEVER)
    np.minimum.at(when, key[hit], day[hit])
    return when


def _ends(
    loans: pd.DataFrame, terms: pd.DataFrame, paid: pd.DataFrame, cleared: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the day each loan left the books (``_NEVER``: still there) and by which exit."""
    key, days = paid["loan"].to_numpy(), paid["day"].to_numpy()
    end = _reached(key, days, paid["principal"].to_numpy(), _fen(loans, "amount_cny"))
    lost, renewed = (np.zeros(len(loans), bool) for _ in range(2))
    lost[key[paid["kind"].isin(_LOSSES)]] = True
    renewed[key[paid["kind"] == "续贷"]] = True
    # Principal gone but interest still owed: the loan is there till that is paid too.
    loan = terms["loan"].to_numpy()
    owed = (terms["due"].to_numpy() <= end[loan]) & ~lost[loan]
    np.maximum.at(end, loan[owed], cleared[owed])
    exits = np.array(EXITS, dtype=object)
    return end, exits[np.select([lost, renewed], [2, 1], 0)]


def _grid(loans: pd.DataFrame, end: np.ndarray, last: int) -> _Grid:
    start = month_number(loans["disbursed_date"])
    until = np.full(len(loans), last)
    gone = end < _NEVER
    until[gone] = np.maximum(month_number(pd.Series(_dates(end[gone]))), start[gone])
    counts = until - start + 1
    first = np.cumsum(counts) - counts
    loan = np.repeat(np.arange(len(loans)), counts)
    mob = np.arange(len(loan)) - first[loan]
    return _Grid(loan, mob, month_ends(start[loan] + mob).astype(np.int64), first, start)


def _balances(grid: _Grid, loans: pd.DataFrame, paid: pd.DataFrame) -> np.ndarray:
    """Return the principal outstanding at each month end, in fen."""
    at = grid.find(paid["loan"].to_numpy(), month_number(pd.Series(_dates(paid["day"]))))
    change = np.zeros(len(grid.loan), np.int64)
    change[grid.first] = _fen(loans, "amount_cny")
    np.subtract.at(change, at, paid["principal"].to_numpy())
    running = np.cumsum(change)
    before = np.concatenate([[0], running])[grid.first]
    return running - before[grid.loan]


def _overdue_days(grid: _Grid, terms: pd.DataFrame, cleared: np.ndarray) -> np.ndarray:
    """Return the days past due of each row, 0 if none."""
    late = np.flatnonzero(cleared > terms["due"].to_numpy())
    loan, due, cleared = terms["loan"].to_numpy()[late], terms["due"].to_numpy()[late], cleared[late]
    month = month_number(pd.Series(_dates(due)))
    rows = np.append(grid.first[1:], len(grid.loan))[loan]  # the first row that isn't the loan's
    at = grid.find(loan, month)
    counts = np.maximum(rows - at, 0)
    term = np.repeat(np.arange(len(late)), counts)
    row = np.arange(len(term)) - (np.cumsum(counts) - counts)[term] + at[term]
    open_ = cleared[term] > grid.row_end[row]
    oldest = grid.row_end.copy()
    np.minimum.at(oldest, row[open_], due[term[open_]])
    return grid.row_end - oldest


def _fen(frame: pd.DataFrame, *names: str) -> np.ndarray:
    """Return the sum of the columns in whole fen."""
    return sum(np.rint(frame[name].to_numpy(float) * 100).astype(np.int64) for name in names)


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy("datetime64[D]").astype(np.int64)


def _dates(days: pd.Series | np.ndarray) -> np.ndarray:
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[us]")
