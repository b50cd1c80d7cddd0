"""A profile kept up day by day (实时画像): sums by customer and month, to which a day's rows are added.

The same sums as the monthly marts (``tags.marts``), for a few customers and tags, in memory: what
``sp.update`` does for a whole bank on disk. Equal to ``sp.profile`` on all rows up to the day.
"""

import numpy as np
import pandas as pd

from smeprofile.credit.loans import cleared_dates
from smeprofile.errors import UserError
from smeprofile.monitor.watch import ratio
from smeprofile.statements import PASS_DAYS, ROUND_CNY, passed_through
from smeprofile.tags.clock import Clock

TAGS = ("effective_inflow_cny", "mtd_effective_inflow_cny", "inflow_growth_q1", "active_months",
        "recency_days", "night_share", "round_share", "pass_through_rate")  # fmt: skip
_KEYS = ["customer_id", "month"]
_SUMS = ["x_fen", "passed_fen", "could_fen", "n", "n_night", "n_round"]


class Live:
    """The state: month sums in whole fen, the last sales date, the account's balance, recent rows.

    >>> live = Live()
    >>> day = pd.DataFrame({"flow_id": [1], "customer_id": ["A"], "date": pd.to_datetime(["2025-12-30"]),
    ...     "hour": [9], "direction": ["in"], "amount_cny": [800.0], "summary": ["货款"],
    ...     "balance_cny": [800.0]})
    >>> live.add(day); live.add(day.assign(flow_id=2, date=pd.Timestamp("2025-12-31")))
    >>> live.tags("2025-12-31").loc["A", ["effective_inflow_cny", "recency_days"]].tolist()
    [1600.0, 0.0]
    """

    def __init__(self) -> None:
        self.sums = pd.DataFrame(columns=_SUMS, dtype=float)
        self.last_sales = pd.Series(dtype="datetime64[us]")
        self.balance = pd.Series(dtype=float)
        self.through: pd.Timestamp | None = None
        self._recent: pd.DataFrame | None = None

    def add(self, rows: pd.DataFrame) -> None:
        """Add the rows of ``flows`` dated after the last day added; ``UserError`` for late ones.

        Money that goes out again within two days is taken off the month in which it came in.
        """
        if rows.empty:
            return
        if self.through is not None and rows["date"].min() <= self.through:
            raise UserError(
                f"有 {rows['date'].min():%Y-%m-%d} 的行，而状态已并入到 {self.through:%Y-%m-%d}：再并会重复计数。"
            )
        before = self._recent
        both = rows if before is None else pd.concat([before, rows], ignore_index=True)
        change = _summed(both)
        if before is not None and len(before):
            change = change.sub(_summed(before), fill_value=0.0)
        self.sums = self.sums.add(change, fill_value=0.0) if len(self.sums) else change
        sales = rows[(rows["direction"] == "in") & (rows["summary"] == "货款")]
        self.last_sales = _newest(self.last_sales, sales.groupby("customer_id")["date"].max())
        ended = rows.sort_values("flow_id").groupby("customer_id")["balance_cny"].last()
        self.balance = _newest(self.balance, ended)
        self.through = rows["date"].max()
        self._recent = both[both["date"] >= self.through - pd.Timedelta(days=PASS_DAYS)]

    def tags(self, as_of: str | pd.Timestamp) -> pd.DataFrame:
        """Return one row per customer: ``TAGS``, as ``sp.profile`` has them on that day.

        Raises ``UserError`` for a day before the last row: the state can't forget.
        """
        clock, day = Clock(pd.Timestamp(as_of).date()), pd.Timestamp(as_of)
        if self.through is None or day < self.through:
            raise UserError(f"状态已并入到 {self.through}，不能看 {day:%Y-%m-%d} 的画像。")
        t = self.sums.reset_index()
        t["back"] = clock.last - (t["month"].dt.year * 12 + t["month"].dt.month - 1)
        of, oldest = t["customer_id"], t.groupby("customer_id")["back"].max()

        def total(name: str, backs) -> pd.Series:
            some = t[name].where(t["back"].isin(list(backs)))
            return some.groupby(of).sum(min_count=1)

        year, quarter = range(12), clock.comparable(0, 2)
        now, ago = (
            total("x_fen", [k + more for k in quarter]).fillna(0).to_numpy() for more in (0, 12)
        )
        grown = pd.Series(ratio(now, ago) - 1, oldest.index).where(oldest >= 14)
        active = (t["x_fen"] > 0).where(t["back"].between(0, 11), False).groupby(of).sum()
        known, seen = oldest >= 0, total("n", year).fillna(0)
        made = {
            "effective_inflow_cny": total("x_fen", year).fillna(0).where(known) / 100,
            "mtd_effective_inflow_cny": total("x_fen", [-1]) / 100,
            "inflow_growth_q1": grown,
            "active_months": active.where(known),
            "recency_days": (day - self.last_sales.reindex(oldest.index)).dt.days,
            "night_share": _share(total("n_night", year), seen),
            "round_share": _share(total("n_round", year), seen),
            "pass_through_rate": _share(total("passed_fen", year), total("could_fen", year)),
        }
        return pd.DataFrame(made, oldest.index).astype(float)


def days_overdue(
    schedules: pd.DataFrame, repayments: pd.DataFrame, days: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return customers × ``days``: days past due of the worst loan, 0 for none, as known that day.

    >>> due = pd.DataFrame({"customer_id": ["A"], "loan_id": ["L"], "term_no": [1], "principal_cny": [100.0],
    ...     "interest_cny": [0.0], "due_date": pd.to_datetime(["2025-12-21"])})
    >>> none = pd.DataFrame({"loan_id": [], "term_no": [], "principal_cny": [], "interest_cny": [],
    ...     "kind": [], "paid_date": pd.to_datetime([])})
    >>> days_overdue(due, none, pd.date_range("2025-12-21", "2025-12-23")).loc["A"].tolist()
    [0, 1, 2]
    """
    terms = schedules.reset_index(drop=True)
    terms = terms.assign(owed=_fen(terms["principal_cny"]) + _fen(terms["interest_cny"]))
    cleared = cleared_dates(terms, repayments[repayments["kind"] != "回收"])
    made = {}
    for day in days:
        late = (terms["due_date"] < day) & (cleared.isna() | (cleared > day))
        since = terms["due_date"].where(late).groupby(terms["customer_id"]).min()
        made[day] = (day - since).dt.days.fillna(0).astype(int)
    return pd.DataFrame(made)


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each entry adds to its customer's month, summed: as ``tags.marts.flow_rows``."""
    fen, into = _fen(rows["amount_cny"]), rows["direction"] == "in"
    sales, passed = into & (rows["summary"] == "货款"), passed_through(rows)
    made = {
        "x_fen": fen.where(sales & ~passed, 0.0),
        "passed_fen": fen.where(passed, 0.0),
        "could_fen": fen.where(into & rows["summary"].isin(["货款", "往来款"]), 0.0),
        "n": 1.0,
        "n_night": ((rows["hour"] >= 22) | (rows["hour"] < 6)).astype(float),
        "n_round": (fen % (ROUND_CNY * 100) == 0).astype(float),
    }
    frame = pd.DataFrame(made, rows.index)
    month = rows["date"].dt.to_period("M").dt.to_timestamp().rename("month")
    return frame.groupby([rows["customer_id"], month]).sum()


def _fen(yuan: pd.Series) -> pd.Series:
    return (yuan.astype(float) * 100).round()


def _newest(old: pd.Series, new: pd.Series) -> pd.Series:
    return new if old.empty else new.combine_first(old)


def _share(part: pd.Series, whole: pd.Series) -> np.ndarray:
    return ratio(part.fillna(0).to_numpy(float), whole.fillna(0).to_numpy(float))
