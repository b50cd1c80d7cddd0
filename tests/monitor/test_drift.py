"""Drift: bins of the reference alone, finite with empty bins, noise as simulated."""

import numpy as np
import pandas as pd
import pytest

from smeprofile.credit import psi
from smeprofile.errors import UserError
from smeprofile.monitor import csi, drift_table, expected_noise


def test_the_parts_add_up_to_psi():
    rng = np.random.default_rng(1)
    a, b = pd.Series(rng.normal(size=900)), pd.Series(rng.normal(0.4, 1.2, size=300))
    b[:40] = np.nan
    assert drift_table(a, b)["part"].sum() == pytest.approx(psi(a, b))
    texts = pd.Series(["甲", "乙"] * 50), pd.Series(["甲"] * 80 + ["乙"] * 20)
    assert drift_table(*texts)["part"].sum() == pytest.approx(psi(*texts))


def test_an_empty_bin_is_finite_and_shares_add_up():
    table = drift_table(pd.Series(range(100)), pd.Series([1.0] * 30))
    assert np.isfinite(table["part"]).all()
    assert table["reference"].sum() == pytest.approx(1) == pytest.approx(table["now"].sum())


def test_the_bins_are_those_of_the_reference():
    a, b = pd.Series(range(100)), pd.Series(range(50, 150))
    assert drift_table(a, b).index.tolist() == drift_table(a, b + 7).index.tolist()


@pytest.mark.parametrize("n", [100, 400])
def test_noise_without_drift_is_as_simulated(n):
    rng = np.random.default_rng(n)
    base = pd.Series(rng.normal(size=4_000))
    made = [psi(base, pd.Series(rng.normal(size=n))) for _ in range(120)]
    assert np.mean(made) == pytest.approx(expected_noise(4_000, n), rel=0.2)


def test_what_drifted_comes_first():
    a = pd.DataFrame({"x": range(300), "y": [0, 1, 2] * 100})
    told = csi(a, a.assign(x=a["x"] + 200), ["y", "x"])
    assert told.index[0] == "x" and told.loc["y", "csi"] < told.loc["x", "noise"]


def test_an_empty_side_is_refused():
    with pytest.raises(UserError, match="有一边是空的"):
        drift_table(pd.Series([1.0]), pd.Series(dtype=float))
    for sides in ([1.0], []), ([], [1.0]):
        with pytest.raises(ValueError, match="有一边是空的"):
            psi(*(pd.Series(side, dtype=float) for side in sides))


def test_a_column_that_is_always_the_same_has_not_drifted():
    a = pd.DataFrame({"x": range(200), "same": 1.0})
    told = csi(a, a.assign(x=a["x"] + 90), ["same", "x"])
    assert told.loc["same"].tolist() == [0, 0] and told.index[0] == "x"
