"""LRFMC: five dimensions of a customer's value, as ranks, so that no outlier rules."""

import pandas as pd

from smeprofile.segments.columns import need, numbers

DIMENSIONS = ("length_months", "recency_days", "frequency", "monetary_cny", "credit")
_FROM = {"length_months": "length_months", "recency_days": "recency_days",
         "frequency": "active_months", "monetary_cny": "avg_monthly_inflow_cny",
         "credit": "utilization"}  # fmt: skip


def lrfmc(profile: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer, indexed by ``customer_id``: the five dimensions (``DIMENSIONS``).

    L months since the account was opened, R days since the last payment for goods, F months with
    effective inflow (of 12), M mean monthly effective inflow in yuan, C share of the credit line
    in use, 0–1: the course's adaptation of RFM to settlement customers. Someone without a line
    uses none of it: C is 0 there. Days past due are left out: value and risk are two questions.
    Other missing values stay missing. ``UserError`` names a tag the profile lacks.

    >>> who = pd.DataFrame({"customer_id": ["A"], "length_months": [30], "recency_days": [2],
    ...     "active_months": [12], "avg_monthly_inflow_cny": [5e4], "utilization": [None]})
    >>> lrfmc(who).loc["A"].tolist()
    [30.0, 2.0, 12.0, 50000.0, 0.0]
    """
    found = need(profile, ["customer_id", *_FROM.values()], "LRFMC ")
    values = numbers(found.drop(columns="customer_id"))
    frame = pd.DataFrame({name: values[tag] for name, tag in _FROM.items()})
    frame["credit"] = frame["credit"].fillna(0.0)
    return frame.set_axis(pd.Index(found["customer_id"], name="customer_id"))


def rank_transform(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each column as its mean rank, 0–1, larger is better; missing stays missing.

    Ranks take out skew and outliers: a customer ten times as large isn't ten times as far away.
    ``recency_days`` is turned round, because fewer days are better.

    >>> rank_transform(pd.DataFrame({"monetary_cny": [1.0, 2.0, 1e9], "recency_days": [9, 5, 1]}))
       monetary_cny  recency_days
    0           0.0           0.0
    1           0.5           0.5
    2           1.0           1.0
    """
    turned = frame.assign(**{n: -frame[n] for n in frame.columns if n == "recency_days"})
    ranks = turned.rank(method="average") - 1
    return ranks / (frame.notna().sum() - 1).clip(lower=1)
