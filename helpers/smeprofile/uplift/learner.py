"""The T-learner: one model of those contacted, one of those left alone, and their difference."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from smeprofile.errors import UserError
from smeprofile.rows import refuse_other_rows, refuse_unknown


class TLearner:
    """Two copies of a classifier: ``predict`` is P(applies | contacted) − P(applies | not).

    Fit on an experiment only: where the bank has chosen whom to contact, the two differ in more
    than the contact. ``classifier``: any of scikit-learn's with ``predict_proba``.

    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame({"x": rng.integers(0, 2, 4000).astype(float)})
    >>> treated = pd.Series(rng.random(4000) < 0.5)
    >>> y = pd.Series(rng.random(4000) < 0.1 + 0.2 * treated * x["x"])  # moves only who has x = 1
    >>> model = TLearner().fit(x, treated, y)
    >>> model.predict(pd.DataFrame({"x": [0.0, 1.0]})).round(1).abs().tolist()
    [0.0, 0.2]
    """

    def __init__(self, classifier: Any = None) -> None:
        self.classifier = classifier

    def fit(self, x: pd.DataFrame, treated: pd.Series, y: pd.Series) -> "TLearner":
        """Fit one copy on the treated rows, one on the control.

        ``UserError`` where an arm lacks, an arm or outcome is unknown, or the indexes differ.
        """
        refuse_other_rows(x=x, treated=treated, y=y)
        refuse_unknown(treated=treated, y=y)
        treated = np.asarray(treated, dtype=bool)
        y = np.asarray(y, dtype=int)
        for arm, name in ((treated, "干预"), (~treated, "对照")):
            if len(set(y[arm])) < 2:
                raise UserError(f"{name}组里没有来的和没来的两种客户，学不出模型：请加大样本。")
        base = self.classifier
        if base is None:
            base = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
        self.asked_ = clone(base).fit(x[treated], y[treated])
        self.alone_ = clone(base).fit(x[~treated], y[~treated])
        return self

    def response(self, x: pd.DataFrame) -> pd.Series:
        """Return P(applies | contacted): what a model of responses would rank by."""
        return pd.Series(self.asked_.predict_proba(x)[:, 1], index=x.index)

    def predict(self, x: pd.DataFrame) -> pd.Series:
        """Return the uplift of each row: a difference of probabilities, −1 to 1."""
        return self.response(x) - self.alone_.predict_proba(x)[:, 1]


def cross_fitted(
    x: pd.DataFrame, treated: pd.Series, y: pd.Series, of: pd.Series, *, seed: int = 1
) -> pd.DataFrame:
    """Return ``uplift`` and ``response`` of each row, by a model that hasn't seen its customer.

    ``of``: whose row it is. Customers are halved by lot; each half is predicted from the other.
    Errors as ``TLearner.fit``.
    """
    refuse_other_rows(x=x, treated=treated, y=y, of=of)
    refuse_unknown(treated=treated, y=y, of=of)
    names = np.sort(pd.unique(of))
    first = names[np.random.default_rng(seed).random(len(names)) < 0.5]
    half, parts = of.isin(first), []
    for train, unseen in ((half, ~half), (~half, half)):
        model = TLearner().fit(x[train], treated[train], y[train])
        told = {"uplift": model.predict(x[unseen]), "response": model.response(x[unseen])}
        parts.append(pd.DataFrame(told))
    return pd.concat(parts).reindex(x.index)


def policy_value(
    y: pd.Series, treated: pd.Series, policy: pd.Series, *, treated_share: float
) -> float:
    """Return the mean outcome a policy would have had, from an experiment: mean(Y·1[T = π] ÷ e).

    ``policy``: whether it would contact each row; e is the chance of the arm that the row was in:
    ``treated_share`` of those contacted, the rest of the others. (Facts §4; the inverse-propensity
    estimate of a policy's value.) ``UserError`` for missing values, or indexes that differ.

    >>> y, treated = pd.Series([1, 0, 1, 0]), pd.Series([True, True, False, False])
    >>> policy_value(y, treated, pd.Series([True] * 4), treated_share=0.5)
    0.5
    """
    refuse_other_rows(y=y, treated=treated, policy=policy)
    refuse_unknown(y=y, treated=treated, policy=policy)
    treated, policy = np.asarray(treated, bool), np.asarray(policy, bool)
    chance = np.where(treated, treated_share, 1 - treated_share)
    return float(np.mean(np.asarray(y, float) * (treated == policy) / chance))
