"""Module 13: whose alerts are on the work list, what each was truly heading for, and the yardsticks."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from smeprofile.bank import grading_seeds
from smeprofile.monitor import alerts, orders, watch
from smeprofile.notebooks.truth import chances
from smeprofile.params import Cohort
from smeprofile.simulate import whole_tables
from smeprofile.simulate.exported import setting
from smeprofile.simulate.setting import Setting

HOURS, POOL = 18, 5_000  # of the work list's client manager; customers it is drawn from
_PAST = 36  # months over which the rules' rates are counted
_WANTED = {"overdue": 3, "cliff": 4, "other": 9}
_SHOWN = ["customer_id", "balance_cny", "security", "dpd", "inflow_change", "deposit_change",
          "utilization", "days_to_due", "n_late_12m", "debt_to_inflow"]  # fmt: skip


def watched(s: Setting) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all borrowers of the bank over the last ``_PAST`` month ends, and their loans by month."""
    tables = whole_tables(replace(s, grain="month"), only=set(watch.TABLES))
    frames = {name: table.to_pandas() for name, table in tables.items()}
    months = watch.months_of(frames, s.end.isoformat())
    ends = pd.date_range(end=s.end, periods=min(_PAST, s.months), freq="ME")
    return watch.watch_rows(frames, months, ends), months


def work_list(rows: pd.DataFrame, end: pd.Timestamp, within: pd.Series) -> pd.DataFrame:
    """Return the alerts to be worked on the last day: overdue ones, cliffs, others, of all sizes.

    Drawn by what the bank sees, not by the truth: evenly over the order of what is owed.
    """
    now = rows[(rows["as_of"] == end) & within]
    rings = alerts.raised(now)
    kinds = {
        "overdue": now["dpd"] > 0,
        "cliff": (now["dpd"] == 0) & rings["流入断崖"],
        "other": (now["dpd"] == 0) & rings.any(axis=1) & ~rings["流入断崖"],
    }
    parts = []
    for kind, here in kinds.items():
        some = now[here].sort_values(["balance_cny", "customer_id"])
        at = np.linspace(0, len(some) - 1, _WANTED[kind] + 2)[1:-1]
        parts.append(some.iloc[np.unique(at.round().astype(int))] if len(some) else some)
    return pd.concat(parts).sort_values("customer_id").drop_duplicates("customer_id")
