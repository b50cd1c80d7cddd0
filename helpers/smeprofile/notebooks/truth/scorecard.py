"""Module 06: how well the true chance of default itself would rank borrowers, as a ceiling."""

from collections.abc import Callable

import pandas as pd
from sklearn.metrics import roc_auc_score

from smeprofile.credit import borrower_outcomes, loan_months
from smeprofile.params import Cohort
from smeprofile.simulate.exported import setting
from smeprofile.simulate.world import arrow_schema, chunk_tables

CUSTOMERS = 8_000  # a part of the course's bank: enough bad ones, and quick
_TABLES = {"drawdowns", "schedules", "repayments", "truth_months"}


def _ceiling(cohort: Cohort) -> float | None:
    """Return the AUC of the true monthly default hazard among borrowers in order, None without bad.

    The first ``CUSTOMERS`` customers at each quarter's end whose next twelve months are known,
    who weren't late in the twelve months before.
    """
    s = setting(cohort)
    made: dict[str, list[pd.DataFrame]] = {name: [] for name in _TABLES}
    for low in range(0, min(CUSTOMERS, s.customers), 5000):
        high = min(low + 5000, CUSTOMERS, s.customers)
        for name, table in chunk_tables(s, low, high, truth=True, only=_TABLES):
            made[name].append(table.cast(arrow_schema(name)).to_pandas())
    if not all(made.values()):
        return None
    tables = {name: pd.concat(parts, ignore_index=True) for name, parts in made.items()}
    lent = [tables[name] for name in ("drawdowns", "schedules", "repayments")]
    months = loan_months(*lent, through=s.end.isoformat())
    last = months["month_end"].max()
    days = [last - pd.offsets.MonthEnd(k) for k in range(42, 11, -3)]
    rows = borrower_outcomes(months, days)
    rows = rows[rows["n_late_12m"] == 0]
    rows["month"] = rows["as_of"].dt.to_period("M").dt.to_timestamp()
    true = tables["truth_months"][["customer_id", "month", "default_hazard"]]
    both = rows.merge(true, on=["customer_id", "month"])
    if both["is_bad"].nunique() < 2:
        return None
    return round(float(roc_auc_score(both["is_bad"].astype(int), both["default_hazard"])), 3)


VALUES: dict[str, Callable[[Cohort], object]] = {
    "scorecard_ceiling": _ceiling,
    "scorecard_last": lambda cohort: f"C{CUSTOMERS:08}",  # the last customer looked at
}
