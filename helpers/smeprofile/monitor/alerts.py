"""Early-warning rules (预警规则), and how they did: lead time to the first M1, hits, false alarms.

Every threshold is the course's own. An event is a borrower's first month end with a loan 1–30 days
overdue (M1) after one without; technical delays made good by the month's end don't count.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from smeprofile.monitor.watch import SIGNALS, month_number
from smeprofile.rules.warning import FULL_LINE, INFLOW_FALL

WINDOW = 6  # months in which an alert must come true (course's convention)
TOO_LATE, NONE = "当前逾期", "没有预警"
FEWEST = 30  # rings, to speak of a rate
_SEEN = (*SIGNALS, "dpd")
Rule = Callable[[pd.DataFrame], pd.Series]
RULES: dict[str, Rule] = {
    "流入断崖": lambda t: t["inflow_change"] < -0.7,
    "流入骤降": lambda t: t["inflow_change"].between(-0.7, -INFLOW_FALL, inclusive="left"),
    "存款骤降": lambda t: t["deposit_change"] < -0.5,
    "临近还本": lambda t: t["days_to_due"].between(0, 60),
    "负债偏重": lambda t: t["debt_to_inflow"] > 0.3,
    "有过逾期": lambda t: t["n_late_12m"] >= 1,
    "额度用满": lambda t: t["utilization"] >= FULL_LINE,
    TOO_LATE: lambda t: t["dpd"] > 0,
}


def raised(rows: pd.DataFrame, rules: Mapping[str, Rule] = RULES) -> pd.DataFrame:
    """Return one column per rule, true where it rings; what is missing raises no alert.

    ``rows`` is what ``watch_rows`` returns.

    >>> rows = pd.DataFrame({"inflow_change": [-0.4, None, 0.1]})
    >>> raised(rows, {"流入骤降": RULES["流入骤降"]})["流入骤降"].tolist()
    [True, False, False]
    """
    known = rows.astype(
        {name: float for name in rows if rows[name].dtype == object and name in _SEEN}
    )
    return pd.DataFrame({n: rule(known).fillna(False).astype(bool) for n, rule in rules.items()})


def first_m1(months: pd.DataFrame) -> pd.DataFrame:
    """Return one row per time that a borrower turned overdue: ``customer_id``, ``month_end``, ``m1_date``.

    ``months`` is what ``credit.loan_months`` returns; the borrower's worst loan counts. ``m1_date``
    is the first day overdue; ``reached_90``: more than 90 days overdue, or written off, at one of the
    next four month ends, missing where those aren't all known.

    >>> rows = pd.DataFrame({"customer_id": "A", "dpd": [0, 10, 41], "status": "在账",
    ...     "month_end": pd.to_datetime(["2025-10-31", "2025-11-30", "2025-12-31"])})
    >>> told = first_m1(rows)
    >>> told["m1_date"].dt.strftime("%m-%d").tolist(), told["reached_90"].isna().tolist()
    (['11-21'], [True])
    """
    worst = months.assign(bad=(months["dpd"] > 90) | (months["status"] == "核销"))
    worst = worst.groupby(["customer_id", "month_end"])[["dpd", "bad"]].max().reset_index()
    before = worst.groupby("customer_id")["dpd"].shift(1).fillna(0)
    events = worst[(worst["dpd"] > 0) & (before == 0)].drop(columns="bad").reset_index(drop=True)
    events["m1_date"] = events["month_end"] - pd.to_timedelta(events["dpd"] - 1, unit="D")
    both = events.reset_index().merge(worst[worst["bad"]], on="customer_id", suffixes=("", "_bad"))
    after = month_number(both["month_end_bad"]) - month_number(both["month_end"])
    reached = events.index.isin(both.loc[(after >= 0) & (after <= 4), "index"])
    known = month_number(events["month_end"]) + 4 <= month_number(months["month_end"]).max()
    events["reached_90"] = pd.Series(reached, events.index, dtype="boolean").where(known)
    return events.drop(columns="dpd")


def came_true(rows: pd.DataFrame, events: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return ``rows`` (not overdue on their day) with ``hit``, ``goes_bad`` and ``m1_date``.

    ``hit``: an event in the ``WINDOW`` months after ``as_of``; ``goes_bad``: one that reached 90 days.
    Missing where ``last``, the last day known, comes before the window's end: not ripe isn't "no".
    ``m1_date`` is the first such event's day. Rows already overdue are left out: too late to warn.
    """
    here = rows[rows["dpd"] == 0].reset_index(drop=True)
    both = here[["customer_id", "as_of"]].reset_index().merge(events, on="customer_id")
    after = month_number(both["month_end"]) - month_number(both["as_of"])
    both = both[(after >= 1) & (after <= WINDOW)].sort_values("month_end", kind="stable")
    first = both.drop_duplicates("index").set_index("index")
    ripe = month_number(here["as_of"]) + WINDOW <= month_number(pd.Series([last])).iloc[0]
    bad = both.loc[both["reached_90"].fillna(False).astype(bool), "index"]
    ripe_90 = month_number(here["as_of"]) + WINDOW + 4 <= month_number(pd.Series([last])).iloc[0]
    hit = pd.Series(here.index.isin(first.index), here.index, dtype="boolean")
    worse = pd.Series(here.index.isin(bad), here.index, dtype="boolean")
    return here.assign(
        hit=hit.where(ripe), goes_bad=worse.where(ripe_90), m1_date=first["m1_date"].reindex(here.index)
    )  # fmt: skip


def bad_rates(told: pd.DataFrame, rules: Mapping[str, Rule] = RULES) -> pd.Series:
    """Return, by rule, the share of its rings that went on to 90 days; 没有预警 for rows without one.

    ``told`` is what ``came_true`` returns; rows that aren't ripe are left out. A rule that hasn't rung
    at least ``FEWEST`` times gets the share of all rows.

    >>> told = pd.DataFrame({"dpd": [0] * 3, "inflow_change": [-0.8, 0.0, 0.0], "goes_bad": [True, False, False]})
    >>> bad_rates(told, {"流入断崖": RULES["流入断崖"]}).round(3).tolist()
    [0.333, 0.0]
    """
    ripe = told[told["goes_bad"].notna()]
    bad, rings = ripe["goes_bad"].astype(float), raised(ripe, rules)
    rates = {
        name: bad[rings[name]].mean() if rings[name].sum() >= FEWEST else bad.mean()
        for name in rules
        if name != TOO_LATE
    }
    return pd.Series(rates | {NONE: bad[~rings.any(axis=1)].mean()})


def chance_of(rows: pd.DataFrame, rates: pd.Series) -> pd.Series:
    """Return each row's chance to go bad: that of the worst rule that rings; see ``bad_rates``.

    >>> rows = pd.DataFrame({"inflow_change": [-0.8, 0.2]})
    >>> chance_of(rows, pd.Series({"流入断崖": 0.1, NONE: 0.01})).tolist()
    [0.1, 0.01]
    """
    names = [name for name in rates.index if name != NONE]
    rings = raised(rows, {name: RULES[name] for name in names})
    each = rings * rates[names]
    return each.max(axis=1).where(rings.any(axis=1), rates[NONE]).rename("chance")


def lead_times(rings: pd.DataFrame, events: pd.DataFrame, *, window: int = WINDOW) -> pd.DataFrame:
    """Return one row per event: ``first_alert`` before it, ``lead_days`` to it, missing without one.

    ``rings``: one row per alert, ``customer_id`` and ``as_of``. Only alerts dated before ``m1_date``
    and no more than ``window`` month ends before it count; one on or after that day warns nobody:
    ``late`` says that there was nothing else.

    >>> rings = pd.DataFrame({"customer_id": ["A", "A"], "as_of": pd.to_datetime(["2025-09-30", "2025-10-31"])})
    >>> events = pd.DataFrame({"customer_id": ["A", "B"], "m1_date": pd.to_datetime(["2025-11-21"] * 2)})
    >>> lead_times(rings, events)["lead_days"].tolist()
    [52.0, nan]
    """
    rows = events.reset_index(drop=True)
    both = rows.reset_index().merge(rings[["customer_id", "as_of"]], on="customer_id")
    ago = month_number(both["m1_date"]) - month_number(both["as_of"])
    early = both[(both["as_of"] < both["m1_date"]) & (ago <= window)]
    after = both[(both["as_of"] >= both["m1_date"]) & (ago >= -1)]
    first = early.groupby("index")["as_of"].min().reindex(rows.index)
    days = (rows["m1_date"] - first).dt.days.astype("float64")
    late = first.isna() & rows.index.isin(after["index"])
    return rows.assign(first_alert=first, lead_days=days, late=late).set_index(events.index)


def rule_report(
    rows: pd.DataFrame, events: pd.DataFrame, last: pd.Timestamp, rules: Mapping[str, Rule] = RULES
) -> pd.DataFrame:
    """Return one row per rule: how often it rings, comes true, catches, and how early.

    ``rows`` holds every month end of the time judged. ``n``: rings (borrower and month end, not yet
    overdue) that are ripe; ``precision``: of these, an event within the window; ``false_share`` its
    complement; ``lift``: precision ÷ that of all rows; ``caught``: of the events preceded by at least
    one month end in ``rows``, those with a ring before; ``lead_days``: their median.
    """
    told = came_true(rows, events, last)
    ripe = told[told["hit"].notna()]
    days = rows["as_of"]
    inside = events[(events["month_end"] > days.min()) & (events["month_end"] <= days.max())]
    known = inside[inside["customer_id"].isin(rows["customer_id"])].reset_index(drop=True)
    rings, all_rings, made = raised(ripe, rules), raised(rows, rules), {}
    for name in rules:
        yes = ripe.loc[rings[name], "hit"].astype(bool)
        leads = lead_times(rows[all_rings[name].to_numpy()], known)
        precision = yes.mean() if len(yes) else np.nan
        made[name] = {
            "n": len(yes), "precision": precision, "false_share": 1 - precision,
            "lift": precision / ripe["hit"].astype(bool).mean(),
            "caught": leads["lead_days"].notna().mean(), "lead_days": leads["lead_days"].median(),
            "late": leads["late"].mean(),
        }  # fmt: skip
    return pd.DataFrame(made).T
