"""A replay: some customers' days, one after the other, as the bank saw them; nothing from later on."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.monitor.live import Live, days_overdue
from smeprofile.rules.warning import INFLOW_FALL, PASS_THROUGH

OVERDUE = "当前逾期"
_PACE_FROM_DAY = 15  # of the month; before, a month to date says little


@dataclass(frozen=True)
class Moment:
    """One customer on one day: what the profile says, what rings and since when, the day's entries.

    What rings since ``begun``, the first day played, may have rung before.
    """

    day: pd.Timestamp
    figures: dict[str, float]
    alerts: dict[str, pd.Timestamp]
    entries: pd.DataFrame
    begun: pd.Timestamp


class Replay:
    """Plays ``days`` of ``customers`` from their flows, schedules and repayments.

    The state is brought up to the day before the first, then a day's rows are added at a time: days
    already played are kept, later ones aren't looked at. Raises ``UserError`` without a customer or a day.
    """

    def __init__(
        self,
        flows: pd.DataFrame,
        schedules: pd.DataFrame,
        repayments: pd.DataFrame,
        *,
        customers: Sequence[str],
        days: pd.DatetimeIndex,
    ) -> None:
        self.customers, self.days = list(customers), days
        rows = flows[flows["customer_id"].isin(self.customers)]
        rows = rows[rows["date"] <= days[-1]] if len(days) else rows.head(0)
        if rows.empty:
            raise UserError("回放要有客户、有日子，而且这些客户要有逐笔流水。")
        self._flows = rows.sort_values(["date", "flow_id"])
        of = [t[t["customer_id"].isin(self.customers)] for t in (schedules, repayments)]
        self._late = days_overdue(*of, days).reindex(self.customers, fill_value=0)
        self._live, self._kept, self._since = Live(), [], {}
        self._live.add(self._flows[self._flows["date"] < days[0]])

    def moment(self, customer: str, place: int) -> Moment:
        """Return the customer on day ``place`` of ``days`` (0: the first)."""
        while len(self._kept) <= place:
            self._kept.append(self._next(self.days[len(self._kept)]))
        figures, alerts = self._kept[place]
        day, own = self.days[place], self._flows["customer_id"] == customer
        return Moment(
            day,
            figures[customer],
            alerts[customer],
            self._flows[own & (self._flows["date"] == day)],
            self.days[0],
        )

    def past(self, customer: str, place: int, n_days: int = 60) -> pd.DataFrame:
        """Return, by day up to day ``place``: ``sales_cny`` received and ``balance_cny`` at the day's end."""
        day = self.days[place]
        span = pd.date_range(end=day, periods=n_days)
        own = self._flows[(self._flows["customer_id"] == customer) & (self._flows["date"] <= day)]
        sales = own[(own["direction"] == "in") & (own["summary"] == "货款")]
        ended = own.groupby("date")["balance_cny"].last()
        return pd.DataFrame({
            "sales_cny": sales.groupby("date")["amount_cny"].sum().reindex(span, fill_value=0.0),
            "balance_cny": ended.reindex(ended.index.union(span)).ffill().reindex(span),
        })  # fmt: skip

    def _next(self, day: pd.Timestamp) -> tuple[dict, dict]:
        self._live.add(self._flows[self._flows["date"] == day])
        tags = self._live.tags(day).reindex(self.customers)
        tags["pace"] = self._pace(day).where(tags["mtd_effective_inflow_cny"].notna())
        tags["balance_cny"] = self._live.balance.reindex(self.customers)
        tags["dpd"] = self._late[day]
        figures = tags.to_dict("index")
        return figures, {who: self._ringing(who, row, day) for who, row in figures.items()}

    def _ringing(self, who: str, row: dict, day: pd.Timestamp) -> dict[str, pd.Timestamp]:
        """Return name → since when, of what rings today; what stops ringing starts anew."""
        hits = {
            "流入骤降": row["inflow_growth_q1"] < -INFLOW_FALL,
            "本月落后": day.day >= _PACE_FROM_DAY and row["pace"] < 0.5,
            "久无货款": row["recency_days"] > 30,
            "快进快出": row["pass_through_rate"] > PASS_THROUGH,
            OVERDUE: row["dpd"] > 0,
        }
        before = self._since.get(who, {})
        self._since[who] = {name: before.get(name, day) for name, hit in hits.items() if hit}
        return self._since[who]

    def _pace(self, day: pd.Timestamp) -> pd.Series:
        """This month's sales received so far ÷ those of last month up to the same day.

        The board shows none where it has no month to date: no entries yet, or the month is complete.
        """
        t = self._flows[(self._flows["direction"] == "in") & (self._flows["summary"] == "货款")]
        ago = (day.year - t["date"].dt.year) * 12 + day.month - t["date"].dt.month
        same = t["date"].dt.day <= day.day
        now, before = (
            t[(ago == k) & same].groupby("customer_id")["amount_cny"].sum().reindex(self.customers)
            for k in (0, 1)
        )
        return (now.fillna(0) / before.where(before > 0)).astype(float)


def first_warning(moments_alerts: dict[str, pd.Timestamp]) -> pd.Timestamp | None:
    """Return since when the oldest alert other than 当前逾期 has rung; none if none does.

    >>> first_warning({"当前逾期": pd.Timestamp("2025-12-22")}) is None
    True
    """
    early = [since for name, since in moments_alerts.items() if name != OVERDUE]
    return min(early) if early else None


def some_customers(
    events: pd.DataFrame, borrowers: pd.DataFrame, flows: pd.DataFrame, days: pd.DatetimeIndex
) -> list[str]:
    """Return up to six borrowers told entry by entry, in order of number: late, falling, and others.

    ``events`` is what ``first_m1`` returns, of which two within ``days``; ``borrowers`` what
    ``watch_rows`` returns of the last day, of whom the two whose inflow fell most, and the largest.
    """
    told = set(flows["customer_id"])
    inside = events[events["m1_date"].between(days[0] + pd.Timedelta(days=10), days[-1])]
    owed = borrowers[borrowers["customer_id"].isin(told)]
    owed = owed.sort_values(["balance_cny", "customer_id"], ascending=False)
    late = owed[owed["customer_id"].isin(inside["customer_id"])].head(2)
    fine = owed[(owed["dpd"] == 0) & ~owed["customer_id"].isin(inside["customer_id"])]
    fallen = fine.sort_values("inflow_change", kind="stable").head(2)
    others = fine.drop(fallen.index).head(2)
    return sorted(pd.concat([late, fallen, others])["customer_id"])
