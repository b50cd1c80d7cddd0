"""WOE, scores and their measures: signs, invariants, leaks."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smeprofile.credit import Scorecard, fit, ks, psi, report, woe_table
from smeprofile.errors import UserError

RNG = np.random.default_rng(7)
N = 4_000
FEATURES = pd.DataFrame(
    {
        "age_years": RNG.uniform(0, 20, N),
        "n_inquiries_3m": RNG.poisson(1.5, N).astype(float),
        "tax_grade": RNG.choice(["A", "B", "M", "D"], N, p=[0.3, 0.4, 0.28, 0.02]),
    }
)
FEATURES.loc[RNG.uniform(size=N) < 0.1, "age_years"] = np.nan
LOGIT = -2 - 0.1 * FEATURES["age_years"].fillna(5) + 0.35 * FEATURES["n_inquiries_3m"]
BAD = pd.Series(RNG.uniform(size=N) < 1 / (1 + np.exp(-LOGIT)))


@pytest.fixture(scope="module")
def card():
    return fit(FEATURES, BAD)


def test_positive_woe_is_safer():
    for name in FEATURES:
        table = woe_table(FEATURES[name], BAD)
        assert np.corrcoef(table["woe"], table["bad_rate"])[0, 1] < -0.9
        assert table["n"].sum() == N and (table["iv"] >= 0).all()


def test_bins_rise_or_fall_all_the_way_and_missing_is_its_own():
    table = woe_table(FEATURES["age_years"], BAD)
    known = table.drop("缺失")["bad_rate"]
    assert known.is_monotonic_decreasing and len(known) > 2
    assert table.loc["缺失", "n"] == FEATURES["age_years"].isna().sum()


def test_a_score_is_the_sum_of_its_points_and_high_for_the_safe(card):
    points = card.points().set_index(["feature", "bin"])["points"]
    row = FEATURES.dropna().head(1)
    parts = [
        points[name].iloc[
            np.argmin(np.abs(card.tables[name]["woe"] - card._woe(row, name).iloc[0]))
        ]
        for name in card.weights
    ]
    assert card.score(row).iloc[0] == pytest.approx(sum(parts))
    assert card.score(FEATURES)[~BAD].mean() > card.score(FEATURES)[BAD].mean() + 5
    assert card.pd_12m(FEATURES).mean() == pytest.approx(BAD.mean(), abs=0.002)


def test_a_card_survives_a_json_file(card):
    again = Scorecard.from_dict(json.loads(json.dumps(card.to_dict())))
    pd.testing.assert_series_equal(again.score(FEATURES), card.score(FEATURES))


def test_texts_and_numbers_never_seen_get_an_answer(card):
    odd = pd.DataFrame({"age_years": [999.0], "n_inquiries_3m": [np.nan], "tax_grade": ["Z"]})
    assert card.score(odd).notna().all()


@pytest.mark.parametrize("name", ["dpd", "written_off_date", "score", "customer_id"])
def test_what_is_known_only_afterwards_is_refused(name):
    with pytest.raises(UserError, match=r"泄漏|编号"):
        fit(FEATURES.assign(**{name: 1.0}), BAD)


def test_a_feature_too_good_to_be_true_is_reported():
    leak = BAD * 1.0 + RNG.normal(0, 0.2, N)
    assert any("泄漏" in line for line in fit(FEATURES.assign(late=leak), BAD).findings)


def test_unknown_outcomes_are_not_taken_for_good():
    with pytest.raises(UserError, match="表现期没满"):
        fit(FEATURES, BAD.astype("boolean").mask(FEATURES.index < 3))


def test_a_card_is_not_fitted_on_outcomes_of_other_rows():
    with pytest.raises(UserError, match="对不上"):
        fit(FEATURES, BAD.sample(frac=1, random_state=1))


def test_the_report_sets_the_pd_beside_the_bad_rate(card):
    sample = FEATURES.assign(is_bad=BAD)
    told = report(card, sample.head(3000), sample.tail(1000), "is_bad")
    assert told.index.tolist() == ["训练", "时间外"]
    assert (told["mean_pd"] - told["bad_rate"]).abs().max() < 0.03
    assert told.loc["训练", "psi"] == 0 and told["auc"].min() > 0.6


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=20, max_size=60), st.integers(0, 2**32 - 1))
def test_distances_between_samples_keep_their_bounds(values, seed):
    x = pd.Series(values)
    bad = pd.Series(np.random.default_rng(seed).permutation(len(x)) < len(x) // 3)
    assert 0 <= ks(x, bad) <= 1
    assert psi(x, x) == 0 and psi(x, x.sample(frac=0.5, random_state=1)) >= 0
    assert ks(x.sample(frac=1, random_state=2), bad) == ks(x.sample(frac=1, random_state=2), bad)


def test_a_report_refuses_quarters_whose_outcome_is_not_known(card):
    rows = FEATURES.assign(is_bad=BAD.astype("boolean"))
    late = rows.assign(is_bad=rows["is_bad"].mask(rows.index < 3))
    with pytest.raises(UserError, match="3 行还不知道好坏"):
        report(card, rows, late, "is_bad")
    with pytest.raises(UserError, match="只有一种结果"):
        report(card, rows, rows[rows["is_bad"]], "is_bad")
