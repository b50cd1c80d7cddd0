"""Federated equals pooled; only lengths of n cross; and residuals give the outcomes away."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from smeprofile.errors import UserError
from smeprofile.partner import federated_logit, labels_from_residuals, pooled_logit
from smeprofile.partner.federated import RIDGE


def sample(n=800, seed=3):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 4)), columns=list("abcd"))
    x["c"] += 0.6 * x["a"]  # the two sides' columns are correlated
    y = rng.uniform(size=n) < expit(-1.5 + x["a"] - 0.5 * x["b"] + 0.8 * x["c"])
    return x, pd.Series(y.astype(int))


def test_federated_weights_are_the_pooled_ones():
    x, y = sample()
    made = federated_logit(x[["a", "b"]], x[["c", "d"]], y)
    assert np.abs(made.weights - pooled_logit(x, y)).max() < 1e-6
    fresh, _ = sample(seed=4)
    weights = pooled_logit(x, y)
    want = weights.iloc[0] + ((fresh - x.mean()) / x.std(ddof=0)) @ weights.iloc[1:]
    assert made.log_odds(fresh, fresh) == pytest.approx(want.to_numpy(), abs=1e-5)


def test_pooled_is_scikit_learn_s():
    x, y = sample()
    z = (x - x.mean()) / x.std(ddof=0)
    other = LogisticRegression(C=1 / RIDGE, tol=1e-10, max_iter=1000).fit(z.to_numpy(), y)
    assert pooled_logit(x, y).iloc[1:].to_numpy() == pytest.approx(other.coef_[0], abs=1e-4)


def test_only_one_number_a_row_crosses_at_a_time_and_no_column_does():
    x, y = sample()
    made = federated_logit(x[["a", "b"]], x[["c", "d"]], y)
    script = made.channel.transcript()
    assert set(script["n_numbers"]) == {len(y)} and script["n_bytes"].sum() == 8 * len(y) * len(script)  # fmt: skip
    for message in made.channel.messages:
        for column in x.columns:
            z = (x[column] - x[column].mean()) / x[column].std(ddof=0)
            assert not np.allclose(message.values, z) and not np.allclose(message.values, y)


def test_the_first_residuals_tell_every_outcome():
    x, y = sample()
    made = federated_logit(x[["a", "b"]], x[["c", "d"]], y)
    first = next(m.values for m in made.channel.messages if m.what.startswith("残差"))
    assert (labels_from_residuals(first) == y.to_numpy()).all()


def test_rows_that_don_t_match_miss_something_or_have_one_outcome_are_refused():
    x, y = sample(50)
    with pytest.raises(UserError, match="行要对齐"):
        federated_logit(x[["a"]].head(9), x[["c"]], y)
    with pytest.raises(UserError, match="不能有缺失"):
        federated_logit(x[["a"]].mask(x[["a"]] > 0), x[["c"]], y)
    with pytest.raises(UserError, match="同名的列"):
        federated_logit(x[["a"]], x[["a"]], y)
    with pytest.raises(UserError, match="只有一种结果"):
        federated_logit(x[["a"]], x[["c"]], y * 0)


def test_the_same_column_on_both_sides_does_not_settle():
    x, y = sample()
    with pytest.raises(UserError, match="没有收敛"):
        federated_logit(x[["a"]], x[["a"]].rename(columns={"a": "z"}) + 1e-6 * x[["b"]].to_numpy(), y, steps=3)  # fmt: skip
