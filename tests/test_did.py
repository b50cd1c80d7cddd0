"""Staggered difference in differences: right without noise, honest with it, and what fools who count rows."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st

from smeprofile import did
from smeprofile.errors import UserError

STARTS = [5, 5, 5, 5, 9, 9, 9, 9, np.nan, np.nan, np.nan, np.nan]


def panel(values, starts=STARTS):
    n, months = values.shape
    return pd.DataFrame({
        "branch_id": np.repeat([f"B{k:02d}" for k in range(1, n + 1)], months),
        "month": np.tile(np.arange(1, months + 1), n), "start": np.repeat(starts, months),
        "y": values.ravel(),
    })  # fmt: skip


def noise(rng, sigma=1.0, repeats=0.0):
    values = rng.normal(0, sigma, (12, 12))
    for month in range(1, 12):
        values[:, month] += repeats * values[:, month - 1]
    return values


def added(effect_by_age):
    """What is added to each branch-month: ``effect_by_age`` of months since its start."""
    month, start = np.arange(1, 13)[None, :], np.array(STARTS)[:, None]
    return np.where(month >= start, effect_by_age(month - np.nan_to_num(start)), 0.0)


@given(st.floats(-50, 50), st.floats(-3, 3))
def test_what_all_branches_share_and_what_each_has_of_its_own_is_taken_out(effect, trend):
    rng = np.random.default_rng(1)
    own, common = rng.normal(0, 100, (12, 1)), trend * np.arange(12) + rng.normal(0, 5, 12)
    told = did.effect(panel(own + common + added(lambda age: effect)), "y")
    assert told.value == pytest.approx(effect, abs=1e-6)
    assert told.error == pytest.approx(0, abs=1e-6)


def test_effects_that_grow_fool_the_plain_regression_but_not_the_not_yet_treated():
    grown = panel(1000 + added(lambda age: 10 + 10 * age))
    on = did.is_on(grown)
    true = (grown["y"] - 1000)[on].mean()
    assert did.effect(grown, "y").value == pytest.approx(true)
    assert did.twfe(grown, "y").value < true - 5


def test_growth_is_over_what_there_would_have_been():
    assert did.growth(panel(100 + added(lambda age: 30)), "y").value == pytest.approx(0.3)


def test_gross_growth_takes_everybodys_growth_for_its_own():
    rising = panel(np.tile(np.arange(10.0, 22.0), (12, 1)))
    assert did.gross_growth(rising, "y") > 0.3
    assert did.effect(rising, "y").value == pytest.approx(0, abs=1e-9)


def test_who_starts_after_the_last_month_seen_has_not_started_yet():
    whole = panel(np.tile(np.arange(20.0, 32.0), (12, 1)) + added(lambda age: 10))
    for months in (6, 7, 8):  # the second wave starts in month 9
        told = did.effect(whole[whole["month"] <= months], "y")
        assert told.value == pytest.approx(10)
        assert told.error == pytest.approx(0, abs=1e-9)


def test_gross_growth_is_of_those_who_started_by_the_last_month_seen():
    levels = np.repeat([100.0, 900.0, 50.0], 4)[:, None] + np.zeros(12)
    whole = panel(levels + added(lambda age: 10))
    assert did.gross_growth(whole[whole["month"] <= 7], "y") == pytest.approx(0.1)


def test_a_line_that_rose_before_is_found_out():
    lean = np.where(np.isnan(STARTS), 0.0, 2.0)[:, None] * np.arange(12)
    # Against the late starters, who lean as much, and the others, who don't.
    assert did.pre_trend(panel(lean + noise(np.random.default_rng(2), 0.1)), "y").value > 0.8
    assert did.pre_trend(panel(noise(np.random.default_rng(2), 0.1)), "y").p > 0.05


def test_the_event_study_is_flat_before_and_has_the_effect_after():
    told = did.event_study(panel(added(lambda age: 7)), "y")["value"]
    assert told[told.index < 0].abs().max() < 1e-9
    assert told[told.index >= 0].tolist() == pytest.approx([7] * (told.index >= 0).sum())


@pytest.mark.parametrize("by_branch", [True, False])
def test_the_regression_is_what_statsmodels_makes_of_it(by_branch):
    told = panel(noise(np.random.default_rng(3)) + added(lambda age: 2))
    frame = told.assign(on=did.is_on(told).astype(float))
    how = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(frame["branch_id"])[0]}}
    fit = smf.ols("y ~ on + C(branch_id) + C(month)", frame).fit(**(how if by_branch else {}))
    ours = did.twfe(told, "y", by_branch=by_branch)
    assert ours.value == pytest.approx(fit.params["on"])
    assert ours.error == pytest.approx(fit.bse["on"])


def test_counting_rows_cries_wolf_where_months_repeat_themselves():
    told = panel(noise(np.random.default_rng(4), repeats=0.9))
    alarms = did.false_alarms(told, "y", np.random.default_rng(5), times=150)
    assert alarms["逐行当独立"] > 0.2
    assert alarms["逐家去掉"] < 0.12 and alarms["重新抽签"] <= 0.05


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(6)
    told = [
        did.effect(panel(noise(rng, repeats=0.5) + added(lambda age: 1)), "y") for _ in range(150)
    ]
    covered = np.mean([not estimate.excludes(1.0) for estimate in told])
    assert 0.90 <= covered <= 1
    assert np.mean([estimate.value for estimate in told]) == pytest.approx(1, abs=0.15)


def test_intervals_are_as_much_too_narrow_as_said_where_one_side_is_two_branches():
    rng, starts = np.random.default_rng(10), [7.0] * 10 + [np.nan] * 2
    told = [did.effect(panel(noise(rng), starts), "y") for _ in range(300)]
    assert 0.83 <= np.mean([not estimate.excludes(0.0) for estimate in told]) <= 0.90


def test_a_new_lot_rarely_beats_a_real_effect_and_often_beats_none():
    real = panel(noise(np.random.default_rng(7)) + added(lambda age: 5))
    assert did.permuted_p(real, "y", np.random.default_rng(8), times=199) < 0.02
    none = panel(noise(np.random.default_rng(7)))
    assert did.permuted_p(none, "y", np.random.default_rng(8), times=199) > 0.05


@pytest.mark.parametrize(
    ("starts", "says"),
    [([5] * 12, "同时上线就没有对照"), ([5] + [np.nan] * 11, "至少要有两家"), ([1] * 4 + [np.nan] * 8, "没有推行前"), ([np.nan] * 12, "至少要有两家")],
)  # fmt: skip
def test_what_can_t_be_compared_is_refused(starts, says):
    with pytest.raises(UserError, match=says):
        did.effect(panel(noise(np.random.default_rng(9)), starts), "y")


def test_two_rows_of_one_branch_and_month_are_refused():
    told = panel(noise(np.random.default_rng(9)))
    with pytest.raises(UserError, match="一家支行一个月一行"):
        did.effect(pd.concat([told, told.head(1)]), "y")
    with pytest.raises(UserError, match="每个月都要有数"):
        did.effect(told.iloc[1:], "y")


def test_without_two_months_before_there_is_no_slope_to_tell():
    early = [2] * 6 + [np.nan] * 6
    with pytest.raises(UserError, match="不足两个月"):
        did.pre_trend(panel(noise(np.random.default_rng(1)), early), "y")
