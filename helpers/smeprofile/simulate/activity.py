"""App events and visits of the exported customers, a fortnight past the observation date too."""

import numpy as np
import pandas as pd

from smeprofile.dictionary import APP_EVENTS
from smeprofile.params import Cohort
from smeprofile.simulate.exported import DAY, stream
from smeprofile.simulate.notes import NOTES


def app_events(cohort: Cohort, firms: pd.DataFrame) -> pd.DataFrame:
    """Return one row per app event, in Beijing time, of the customers ``firms`` (``exported``)."""
    rng = stream(cohort, "app")
    midnight = pd.Timestamp(cohort.as_of) + DAY
    users = firms[rng.random(len(firms)) < 0.45]
    rows = users.loc[users.index.repeat(rng.poisson(9, len(users)))].reset_index(drop=True)
    n = len(rows)
    seconds = rng.integers(-365 * 86400, 14 * 86400, n)
    # A cluster before 8 o'clock on the first day after: still the day before in UTC.
    early = rng.random(n) < 0.012
    seconds = np.where(early, rng.integers(0, 8 * 3600, n), seconds)
    occurred = midnight + pd.to_timedelta(pd.Series(seconds), unit="s")
    rows["occurred_at"] = occurred.astype("M8[us]")
    rows["event"] = rng.choice(APP_EVENTS, n, p=[0.62, 0.14, 0.08, 0.16])
    rows = rows[rows["occurred_at"] >= rows["opened_date"]]
    rows = rows.sort_values("occurred_at", kind="stable", ignore_index=True)
    rows["event_id"] = [f"E{i:07d}" for i in range(1, len(rows) + 1)]
    return rows[["event_id", "customer_id", "event", "occurred_at"]]


def visits(cohort: Cohort, firms: pd.DataFrame) -> pd.DataFrame:
    """Return one row per visit to a customer of ``firms``, with its hidden ``theme``."""
    rng = stream(cohort, "visits")
    rows = firms[rng.random(len(firms)) < 0.55].reset_index(drop=True)
    n = len(rows)
    rows["theme"] = rng.choice(list(NOTES), n, p=[0.16, 0.17, 0.14, 0.11, 0.12, 0.10, 0.12, 0.08])
    rows["note"] = [str(rng.choice(NOTES[theme])) for theme in rows["theme"]]
    days = -rng.integers(0, 540, n)
    late = rng.permutation(n)[: max(3, n // 40)]
    days[late] = rng.integers(1, 15, len(late))
    day = pd.Timestamp(cohort.as_of) + pd.to_timedelta(pd.Series(days), unit="D")
    rows["visit_date"] = day.astype("M8[us]")
    rows = rows[rows["visit_date"] >= rows["opened_date"]]
    rows = rows.sort_values("visit_date", kind="stable", ignore_index=True)
    rows["visit_id"] = [f"V{i:06d}" for i in range(1, len(rows) + 1)]
    return rows[["visit_id", "customer_id", "visit_date", "note", "theme"]]
