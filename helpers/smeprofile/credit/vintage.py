"""Vintage: how much of each cohort has gone bad by each month on book."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from smeprofile.credit.whole import refuse_gaps
from smeprofile.errors import UserError

_UNITS = {"loan": "loan_id", "chain": "chain_id"}
_UNIT_NAMES = {"loan": "借据口径", "chain": "续贷链口径"}
_BASES = {"amount": "首次放款金额", "count": "笔数"}


def vintage(
    months: pd.DataFrame,
    *,
    by: str = "month",
    unit: str = "chain",
    weight: str = "amount",
    bad_dpd: int = 90,
) -> pd.DataFrame:
    """Return one row per cohort, one column per month on book: cumulative bad share, 0–1.

    ``months`` is what ``loan_months`` returns. A cohort is the ``by`` (month or quarter) in which
    the unit was first paid out; ``unit`` is the loan note, or the ``chain`` that strings a loan and
    its renewals together, without which a loan of a year never has a 13th month. Bad is once more
    than ``bad_dpd`` days late, or written off; bad stays bad. The denominator is the whole cohort:
    the amount first paid out, or the number (``weight``: amount, count). A month on book that a
    part of the cohort has not reached yet is missing, not 0. Columns ``n`` and ``base`` (yuan or
    number) come first; ``attrs["denominator"]`` says in Chinese what the base is. Days past due
    are looked at on month ends. Raises ``UserError`` for an option that isn't there, and where a
    unit's first or last months were cut off (only loans still on the books, only recent months).

    >>> rows = pd.DataFrame({"chain_id": ["L", "L", "K"], "loan_id": ["L", "L", "K"],
    ...     "mob": [0, 1, 0], "dpd": [0, 95, 0], "amount_cny": 10.0, "status": "在账",
    ...     "month_end": pd.to_datetime(["2025-01-31", "2025-02-28", "2025-02-28"])})
    >>> vintage(rows)
                n  base    0    1
    cohort
    2025-01     1  10.0  0.0  1.0
    2025-02     1  10.0  0.0  NaN
    """
    if unit not in _UNITS or weight not in ("amount", "count") or by not in ("month", "quarter"):
        raise UserError(
            "vintage：by 可选 month、quarter，unit 可选 loan、chain，weight 可选 amount、count。"
        )
    refuse_gaps(months, _UNITS[unit])
    last = months["month_end"].max()
    return _cohorts(months, last, by=by, unit=unit, weight=weight, bad_dpd=bad_dpd)


def _cohorts(
    months: pd.DataFrame, last: pd.Timestamp, *, by: str, unit: str, weight: str, bad_dpd: int
) -> pd.DataFrame:
    """As ``vintage``, of part of a book that is known up to ``last``."""
    units = _units(months, _UNITS[unit], bad_dpd)
    units["cohort"] = units["start"].dt.to_period(by[0].upper())
    units["weight"] = units["amount_cny"] if weight == "amount" else 1.0
    base = units.groupby("cohort")["weight"].agg(["size", "sum"]).set_axis(["n", "base"], axis=1)
    seen = [(last.to_period("M") - cohort.asfreq("M", "end")).n for cohort in base.index]
    columns = range(max(seen, default=0) + 1)
    bad = units.dropna(subset="bad_mob").pivot_table(
        index="cohort", columns="bad_mob", values="weight", aggfunc="sum", observed=True
    )
    bad = bad.reindex(index=base.index, columns=columns).fillna(0.0).cumsum(axis=1)
    share = bad.div(base["base"], axis=0)
    known = np.array(seen)[:, None] >= np.array(columns)[None, :]
    table = pd.concat([base, share.where(known)], axis=1)
    table = table.set_axis(base.index.astype(str), axis=0).rename_axis("cohort")
    table.attrs["denominator"] = f"{_BASES[weight]}（{_UNIT_NAMES[unit]}）"
    return table


def pooled(table: pd.DataFrame, mob: int) -> float:
    """Return the cumulative bad share, 0–1, at one month on book of all cohorts that reached it.

    ``table`` is what ``vintage`` returns. Cohorts weigh as their base; those that have not reached
    ``mob`` are left out of both sides. Missing where none has.

    >>> table = pd.DataFrame({"base": [30.0, 10.0, 60.0], 12: [0.02, 0.06, None]})
    >>> round(pooled(table, 12), 4), pooled(table, 24)
    (0.03, nan)
    """
    if mob not in table.columns:
        return float("nan")
    known = table[table[mob].notna()]
    return (
        float((known[mob] * known["base"]).sum() / known["base"].sum())
        if len(known)
        else float("nan")
    )


def pooled_curves(
    months: pd.DataFrame, groups: Mapping[str, Collection[str]], *, last: int
) -> pd.DataFrame:
    """Return one row per month on book, 0 … ``last``, one column per group: cumulative bad share, 0–1.

    ``groups``: name → the ``loan_id`` in it. By number of loan notes; cohorts pooled as by ``pooled``.
    ``months`` is what ``loan_months`` returns, all of it: its last month end is how far a group is
    known, also one whose loans have all ended before. Missing for a group without loans.

    >>> rows = pd.DataFrame({"chain_id": "L", "loan_id": "L", "mob": [0, 1], "dpd": [0, 95],
    ...     "amount_cny": 10.0, "status": "在账",
    ...     "month_end": pd.to_datetime(["2025-03-31", "2025-04-30"])})
    >>> pooled_curves(rows, {"甲": ["L"]}, last=1)["甲"].tolist()
    [0.0, 1.0]
    """
    refuse_gaps(months, "loan_id")
    how = {"by": "quarter", "unit": "loan", "weight": "count", "bad_dpd": 90}
    tables = {
        name: _cohorts(months[months["loan_id"].isin(loans)], months["month_end"].max(), **how)
        for name, loans in groups.items()
    }
    found = {name: {k: pooled(t, k) for k in range(last + 1)} for name, t in tables.items()}
    return pd.DataFrame(found)


def _units(months: pd.DataFrame, key: str, bad_dpd: int) -> pd.DataFrame:
    """One row per unit: when it began, what was first paid out, the month on book it went bad."""
    ordered = months.sort_values(["month_end", "mob"], kind="stable")
    first = ordered.drop_duplicates(key).set_index(key)
    start = first["month_end"].dt.to_period("M").astype("int64") - first["mob"]
    bad = months[(months["dpd"] > bad_dpd) | (months["status"] == "核销")]
    when = bad.groupby(key)["month_end"].min().dt.to_period("M").astype("int64")
    units = pd.DataFrame({"amount_cny": first["amount_cny"]})
    units["start"] = (
        first["month_end"].dt.to_period("M") - first["mob"].to_numpy()
    ).dt.to_timestamp()
    units["bad_mob"] = when.reindex(units.index) - start
    return units
