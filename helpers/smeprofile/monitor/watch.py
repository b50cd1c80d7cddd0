"""Borrowers watched month by month: what was known of each on a month's end, and nothing later."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from smeprofile.credit import loan_months
from smeprofile.credit.panel import Panel
from smeprofile.data import load
from smeprofile.errors import UserError

BULLET = ("随借随还", "先息后本", "到期一次还本付息")  # principal at maturity, all at once
TABLES = ("drawdowns", "schedules", "repayments", "facilities", "flows_monthly", "balances")
SIGNALS = {
    "inflow_change": "近一季货款流入同比",
    "deposit_change": "存款比前半年",
    "utilization": "额度使用率",
    "days_to_due": "离一次还本的天数",
    "n_late_12m": "近 12 月逾期月数",
    "debt_to_inflow": "余额比年货款流入",
}
_QUARTER, _YEAR = np.arange(3), 12


def class_tables() -> dict[str, pd.DataFrame]:
    """Return the class tables that ``watch_rows`` reads, by name."""
    return {name: load(name) for name in TABLES}


def months_of(tables: Mapping[str, pd.DataFrame], through: str | pd.Timestamp) -> pd.DataFrame:
    """Return every loan at every month end up to ``through``: see ``credit.loan_months``."""
    loans = (tables[name] for name in ("drawdowns", "schedules", "repayments"))
    return loan_months(*loans, through=through)


def watch_rows(
    tables: Mapping[str, pd.DataFrame], months: pd.DataFrame, days: Sequence[pd.Timestamp]
) -> pd.DataFrame:
    """Return one row per borrower and day of ``days``, month ends: what was known then.

    Borrowers have a loan on the books that day. ``balance_cny`` owed and ``dpd`` (the worst loan's
    days past due), ``security`` of the largest loan, and ``SIGNALS``: ``inflow_change`` is the last
    three months' sales received over the same months a year before, less 1 (a January or February
    that stands alone is left out of both); ``deposit_change`` the month's average daily balance over
    the mean of the six before, less 1; ``utilization`` owed ÷ lines in force; ``days_to_due`` until
    the next principal that is due at once (missing: none); ``n_late_12m`` month ends with a loan
    overdue, of the twelve before; ``debt_to_inflow`` owed ÷ sales received in twelve months. Missing
    is unknown. ``months`` is what ``months_of`` returns. The tables' snapshot columns aren't used.
    Raises ``UserError`` where nobody has a loan on any of the days.
    """
    days = [pd.Timestamp(day) for day in days]
    open_ = months[(months["status"] == "在账") & months["month_end"].isin(days)]
    if open_.empty:
        raise UserError("这几天没有在账的贷款。days 要用月末，形如 2025-11-30。")
    by = ["month_end", "customer_id"]
    rows = open_.groupby(by).agg(balance_cny=("balance_cny", "sum"), dpd=("dpd", "max"))
    rows = rows.reset_index().rename(columns={"month_end": "as_of"})
    notes = open_[["loan_id", *by, "balance_cny"]].merge(_terms(tables), on="loan_id")
    largest = notes.sort_values("balance_cny", kind="stable").drop_duplicates(by, keep="last")
    rows["security"] = _looked_up(rows, largest, "security")
    once = notes[notes["once"]].groupby(by, as_index=False)["maturity_date"].min()
    rows["days_to_due"] = (_looked_up(rows, once, "maturity_date") - rows["as_of"]).dt.days
    rows["utilization"] = np.minimum(rows["balance_cny"] / _lines(rows, tables["facilities"]), 1.5)
    rows["n_late_12m"] = _late_before(rows, months)
    return rows.assign(**_of_account(rows, tables["flows_monthly"], tables["balances"]))


def _terms(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What each note's contract says: when it ends, whether all at once, what secures it."""
    notes = tables["drawdowns"][["loan_id", "facility_id", "maturity_date", "repayment_method"]]
    notes = notes.merge(tables["facilities"][["facility_id", "security"]], on="facility_id")
    return notes.assign(once=notes["repayment_method"].isin(BULLET))


def _looked_up(rows: pd.DataFrame, table: pd.DataFrame, column: str) -> pd.Series:
    keyed = table.set_index(["month_end", "customer_id"])[column]
    keys = pd.MultiIndex.from_arrays([rows["as_of"], rows["customer_id"]])
    return keyed.reindex(keys).set_axis(rows.index)


def _lines(rows: pd.DataFrame, facilities: pd.DataFrame) -> pd.Series:
    """Credit lines in force on each row's day, yuan; missing without one."""
    lines = facilities[["customer_id", "start_date", "maturity_date", "credit_line_cny"]]
    both = rows[["customer_id", "as_of"]].reset_index().merge(lines, on="customer_id")
    on = (both["start_date"] <= both["as_of"]) & (both["as_of"] < both["maturity_date"])
    return both[on].groupby("index")["credit_line_cny"].sum().reindex(rows.index)


def _late_before(rows: pd.DataFrame, months: pd.DataFrame) -> pd.Series:
    late = months[months["dpd"] > 0][["customer_id", "month_end"]].drop_duplicates()
    both = rows[["customer_id", "as_of"]].reset_index().merge(late, on="customer_id")
    ago = month_number(both["as_of"]) - month_number(both["month_end"])
    counted = both[(ago >= 1) & (ago <= _YEAR)].groupby("index").size()
    return counted.reindex(rows.index, fill_value=0)


def _of_account(
    rows: pd.DataFrame, flows_monthly: pd.DataFrame, balances: pd.DataFrame
) -> dict[str, np.ndarray]:
    sales = Panel(flows_monthly, "sales_in_cny", rows).last(15)
    kept = Panel(balances, "avg_daily_cny", rows).last(7)
    year, debt = sales[:, 3:].sum(1), rows["balance_cny"].to_numpy()
    use = _comparable(rows["as_of"])
    recent, before = ((sales[:, at] * use).sum(1) for at in (14 - _QUARTER, 2 - _QUARTER))
    return {
        "inflow_change": ratio(recent, before) - 1,
        "deposit_change": ratio(kept[:, -1], kept[:, :-1].mean(1)) - 1,
        "debt_to_inflow": ratio(debt, year),
    }


def _comparable(days: pd.Series) -> np.ndarray:
    """Rows × the last three months, 1 where both years may be compared: see ``tags.clock``."""
    month = (days.dt.month.to_numpy()[:, None] - 1 - _QUARTER) % 12
    festival = month <= 1
    alone = festival.sum(1, keepdims=True) % 2 == 1
    return np.where(festival & alone, 0.0, 1.0)


def month_number(days: pd.Series) -> pd.Series:
    """Return year × 12 + month of each day, so that months can be subtracted.

    >>> month_number(pd.Series(pd.to_datetime(["2025-01-31"]))).tolist()
    [24301]
    """
    if not pd.api.types.is_datetime64_any_dtype(days):
        raise UserError("日期列应是日期类型：先用 pd.to_datetime 转换。")
    return days.dt.year * 12 + days.dt.month


def ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Return ``top`` ÷ ``bottom``, missing where ``bottom`` isn't above 0."""
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
