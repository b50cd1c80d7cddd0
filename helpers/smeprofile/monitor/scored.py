"""A scored early warning: the chance to go bad from all signals at once, beside single rules."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from smeprofile.errors import UserError
from smeprofile.monitor.orders import in_turn
from smeprofile.simulate.assumptions import LGD


def features(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the signals of ``watch_rows`` as a model takes them: logs and flags, none missing.

    A change that isn't known counts as none, and has a flag.

    >>> rows = pd.DataFrame({"inflow_change": [-1.0, None], "deposit_change": [0.0, 0.0], "utilization": 0.5,
    ...     "days_to_due": [30.0, None], "n_late_12m": [0, 2], "debt_to_inflow": [0.1, None]})
    >>> features(rows)["is_unknown"].tolist(), features(rows)["falls_due"].tolist()
    ([0.0, 1.0], [1.0, 0.0])
    """
    inflow, deposit = (
        np.log((1 + rows[name].astype(float)).clip(0.02, 5))
        for name in ("inflow_change", "deposit_change")
    )
    return pd.DataFrame({
        "inflow": inflow.fillna(0.0), "cliff": (rows["inflow_change"] < -0.7).astype(float),
        "deposit": deposit.fillna(0.0), "is_unknown": inflow.isna().astype(float),
        "falls_due": rows["days_to_due"].between(0, 60).astype(float),
        "late": (rows["n_late_12m"] > 0).astype(float),
        "debt": np.log(rows["debt_to_inflow"].astype(float).clip(0.005, 3)).fillna(np.log(0.1)),
        "utilization": rows["utilization"].astype(float).fillna(1.0),
    })  # fmt: skip


def chance_model(told: pd.DataFrame) -> Pipeline:
    """Return a logistic regression of ``goes_bad`` on ``features``, fitted on the ripe rows of ``told``.

    ``told`` is what ``came_true`` returns, of months before those it is judged on. Raises
    ``UserError`` where the ripe rows have one outcome only.
    """
    ripe = told[told["goes_bad"].notna()]
    bad = ripe["goes_bad"].astype(bool)
    if bad.nunique() < 2:
        raise UserError("看满了的行里只有一种结果，学不出好坏。请给更长的历史。")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    return model.fit(features(ripe), bad)


def caught_at(told: pd.DataFrame, order_by: pd.Series, n: int) -> float:
    """Return which share of the loss of those who went bad ``n`` orders a month would have met, 0–1.

    Each month end's first ``n`` of ``order_by``, in turn (``orders.in_turn``). The loss is what was
    owed on the last of a borrower's rows that came true, times LGD. ``told`` is what ``came_true``
    returns, ripe.

    >>> told = pd.DataFrame({"customer_id": ["A", "B"], "as_of": pd.Timestamp("2025-01-31"),
    ...     "goes_bad": [True, True], "balance_cny": [30.0, 10.0], "security": "信用"})
    >>> caught_at(told, pd.Series([1, 2]), 1)
    0.25
    """
    ordered = told.assign(order=order_by).sort_values("order", ascending=False, kind="stable")
    sent = pd.concat(in_turn(ordered, lambda here: here.head(n)))
    met = set(sent.loc[sent["goes_bad"].fillna(False).astype(bool), "customer_id"])
    bad = told[told["goes_bad"].fillna(False).astype(bool)].sort_values("as_of", kind="stable")
    loss = (
        (bad["balance_cny"] * bad["security"].map(LGD).astype(float))
        .groupby(bad["customer_id"])
        .last()
    )
    return float(loss.reindex(sorted(met)).sum() / loss.sum()) if len(loss) else float("nan")
