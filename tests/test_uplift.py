"""Uplift: sizes as in the books, a learner that finds known effects, allocations that can't be bettered."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smeprofile.errors import UserError
from smeprofile.uplift import (
    TLearner,
    allocate,
    best_round,
    by_group,
    cross_fitted,
    described,
    difference,
    experiment,
    false_alarms,
    policy_value,
    qini_coefficient,
    qini_curve,
    qini_error,
    sample_size,
    yuan_per_application,
)

RNG = np.random.default_rng(5)
N = 20_000
X = pd.DataFrame(
    {"moved": RNG.integers(0, 2, N).astype(float), "comes": RNG.integers(0, 2, N).astype(float)}
)
TREATED = pd.Series(RNG.random(N) < 0.7)
Y = pd.Series(RNG.random(N) < 0.05 + 0.2 * X["comes"] + 0.1 * X["moved"] * TREATED)
DAYS = pd.to_datetime(["2025-03-10", "2025-05-20", "2025-06-12"])
TABLES = {
    "customers": pd.DataFrame({
        "customer_id": ["C1"], "industry_code": ["C33"], "owns_premises": [False],
        "established_date": pd.to_datetime(["2015-01-01"]), "opened_date": pd.to_datetime(["2016-01-01"]),
    }),
    "contacts": pd.DataFrame({
        "contact_id": ["T1", "T2", "T3"], "customer_id": "C1", "contact_date": DAYS, "product_id": "F1",
        "channel_id": "H2", "is_randomised": [True, False, True], "is_treated": [True, True, False],
    }),
    "contact_responses": pd.DataFrame({
        "contact_id": ["T1", "T2", "T3"], "customer_id": "C1", "responded": [False, False, True],
        "opted_out": False,
    }),
    "applications": pd.DataFrame({"customer_id": ["C1"], "applied_at": pd.to_datetime(["2025-06-03 10:00"])}),
    "financials": pd.DataFrame({
        "customer_id": ["C1"] * 2, "arrived_date": pd.to_datetime(["2025-04-30", "2025-06-05"]),
        "revenue_cny": [1e6, 9e6],
    }),
}  # fmt: skip


def test_halving_the_effect_asks_for_about_four_times_as_many():
    assert sample_size(0.02, 0.025) / sample_size(0.02, 0.03) == pytest.approx(3.6, abs=0.2)


@pytest.mark.parametrize("rates", [(0.02, 0.02), (0, 0.1), (2, 3)])
def test_rates_that_cannot_be_compared_are_refused(rates):
    with pytest.raises(UserError, match="样本量"):
        sample_size(*rates)


def test_five_looks_raise_false_alarms_from_a_twentieth_to_a_seventh():
    shares = false_alarms(5)
    assert shares[0] == pytest.approx(0.05, abs=0.005)
    assert shares[4] == pytest.approx(0.142, abs=0.005)
    assert (np.diff(shares) > 0).all()


def test_only_contacts_drawn_by_lot_are_the_experiment():
    assert experiment(TABLES)["contact_id"].tolist() == ["T1", "T3"]


def test_a_control_that_came_in_the_contacts_own_month_is_not_seen_to_have_come():
    last = experiment(TABLES).iloc[-1]
    assert (last["n_applied"], last["n_recent"], last["log_revenue"]) == (0, 2, np.log(1e6))


def test_what_happens_later_changes_no_feature():
    later = {**TABLES, "applications": TABLES["applications"].iloc[:0]}
    rows = TABLES["contacts"].iloc[:1]
    pd.testing.assert_frame_equal(described(rows, TABLES), described(rows, later))


def test_a_missing_table_is_named():
    with pytest.raises(UserError, match="applications"):
        experiment({name: t for name, t in TABLES.items() if name != "applications"})


def test_the_interval_holds_the_true_effect_about_as_often_as_it_says():
    rng, held = np.random.default_rng(3), 0
    for _ in range(300):
        told = difference(pd.Series(rng.random(2000) < 0.06), pd.Series(rng.random(2000) < 0.04))
        held += told.low <= 0.02 <= told.high
    assert held / 300 == pytest.approx(0.95, abs=0.03)


def test_groups_without_a_control_are_left_out():
    rows = pd.DataFrame({"is_treated": [True, False, True], "responded": [True, False, True]})
    assert by_group(rows, pd.Series(["a", "a", "b"])).index.tolist() == ["a"]


def test_no_effect_makes_an_application_dear_without_end():
    assert yuan_per_application(-0.01, 12) == np.inf


def test_the_learner_finds_who_is_moved_not_who_comes_anyway():
    told = TLearner().fit(X, TREATED, Y)
    uplift = told.predict(X).groupby([X["moved"], X["comes"]]).mean()
    assert uplift[1.0].to_numpy() == pytest.approx(0.1, abs=0.04)
    assert uplift[0.0].to_numpy() == pytest.approx(0.0, abs=0.04)
    assert told.response(X[X["comes"] == 1]).mean() > told.response(X[X["moved"] == 1]).mean()


def test_ranking_by_uplift_beats_ranking_by_response_where_they_differ():
    told = cross_fitted(X, TREATED, Y, pd.Series(range(N)))
    by_uplift, by_response = (qini_coefficient(told[c], TREATED, Y) for c in ("uplift", "response"))
    assert by_uplift > 1.5 * by_response
    assert qini_error(told["uplift"], told["response"], TREATED, Y, share=0.3, draws=20) > 0


def test_a_curve_ends_at_the_whole_experiments_effect():
    curve = qini_curve(pd.Series(RNG.random(N)), TREATED, Y)
    told = difference(Y[TREATED], Y[~TREATED])
    assert curve["extra"].iloc[-1] == pytest.approx(told.effect * TREATED.sum())


def test_a_policy_is_worth_what_it_would_have_brought():
    everybody, nobody = pd.Series(True, index=Y.index), pd.Series(False, index=Y.index)
    value = lambda policy: policy_value(Y, TREATED, policy, treated_share=0.7)  # noqa: E731
    assert value(everybody) == pytest.approx(0.05 + 0.1 + 0.05, abs=0.01)
    assert value(nobody) == pytest.approx(0.05 + 0.1, abs=0.01)
    assert value(X["moved"] == 1) == pytest.approx(0.2, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 200)), min_size=1, max_size=5),
       st.integers(0, 3), st.integers(0, 3))  # fmt: skip
def test_no_other_allocation_within_the_limits_is_worth_more(worth, visits, calls):
    value = pd.DataFrame(worth, columns=["走访", "电话"]).astype(float)
    told = allocate(value, {"走访": 120, "电话": 12}, {"走访": visits, "电话": calls})
    best = 0.0
    for chosen in product((None, "走访", "电话"), repeat=len(value)):
        if chosen.count("走访") <= visits and chosen.count("电话") <= calls:
            gain = [
                value.loc[k, c] - {"走访": 120, "电话": 12}[c] for k, c in enumerate(chosen) if c
            ]
            best = max(best, sum(gain))
    assert told.value_cny == pytest.approx(best, abs=1e-6)
    assert (told.plan.sum(axis=1) <= 1 + 1e-9).all()


def test_one_more_visit_brings_what_its_shadow_price_says():
    value = pd.DataFrame({"走访": [500.0, 400.0, 300.0], "电话": [90.0, 90.0, 90.0]})
    costs = {"走访": 120, "电话": 12}
    told, more = (allocate(value, costs, {"走访": n, "电话": 1}) for n in (1, 2))
    assert told.shadow_cny["走访"] == pytest.approx(more.value_cny - told.value_cny)


def test_blocked_customers_get_nothing_and_budgets_are_kept():
    value = pd.DataFrame({"电话": [90.0, 80.0, 70.0]})
    told = allocate(value, {"电话": 12}, {}, budget_cny=12, blocked=pd.Series([True, False, False]))
    assert told.plan["电话"].tolist() == [0.0, 1.0, 0.0]
    assert told.used["预算"] == 12


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("走访 的单次成本", {"cost_cny": {"走访": np.nan}}),
        ("走访的名额缺失", {"capacity": {"走访": np.nan}}),
        ("预算缺失", {"budget_cny": np.nan}),
        ("blocked 有 2 行", {"blocked": pd.Series([True, True])}),  # of other rows
        ("blocked 有 1 行", {"blocked": pd.Series({"甲": True})}),
    ],
)
def test_a_limit_that_is_not_known_is_not_taken_for_none(words, options):
    usual = {"cost_cny": {"走访": 10}, "capacity": {"走访": 1}}
    with pytest.raises(UserError, match=words):
        allocate(pd.DataFrame({"走访": [9.0, 9.0]}, index=["甲", "乙"]), **usual | options)


def test_a_choice_without_a_cost_is_named():
    with pytest.raises(UserError, match="电话"):
        allocate(pd.DataFrame({"电话": [1.0]}), {}, {})


def test_a_round_of_too_many_stops_is_refused():
    stops = pd.DataFrame(
        {"minutes": 10, "place": "园区", "travel_minutes": 10, "value_cny": 1.0}, index=range(17)
    )
    with pytest.raises(UserError, match="16"):
        best_round(stops, 100)


def test_arms_may_be_written_as_numbers():
    rng = np.random.default_rng(0)
    score, y = pd.Series(rng.normal(size=400)), pd.Series(rng.random(400) < 0.2)
    arms = pd.Series(rng.random(400) < 0.5)
    assert qini_error(score, -score, arms.astype(int), y, share=0.3, draws=5) == qini_error(
        score, -score, arms, y, share=0.3, draws=5
    )
    rows = pd.DataFrame({"is_treated": arms.astype(int), "responded": y})
    same = rows.assign(is_treated=arms)
    pd.testing.assert_frame_equal(by_group(rows, score > 0), by_group(same, score > 0))


MEASURES = {
    "fit": lambda t, y: TLearner().fit(X, t, y),
    "cross_fitted": lambda t, y: cross_fitted(X, t, y, pd.Series(range(N))),
    "qini_curve": lambda t, y: qini_curve(X["comes"], t, y),
    "qini_coefficient": lambda t, y: qini_coefficient(X["comes"], t, y),
    "qini_error": lambda t, y: qini_error(X["comes"], X["moved"], t, y, share=0.3, draws=1),
    "policy_value": lambda t, y: policy_value(y, t, X["moved"] == 1, treated_share=0.7),
    "by_group": lambda t, y: by_group(pd.DataFrame({"is_treated": t, "responded": y}), X["moved"]),
    "difference": lambda t, y: difference(y[t.eq(True)], y[t.eq(False)]),
}


@pytest.mark.parametrize("name", MEASURES)
def test_who_is_not_known_yet_neither_came_nor_stayed_away(name):
    with pytest.raises(UserError, match="有 50 行缺失"):
        MEASURES[name](TREATED, Y.astype("boolean").mask(TREATED & (TREATED.cumsum() <= 50)))
    if name != "difference":
        with pytest.raises(UserError, match="treated 有 9 行缺失"):
            MEASURES[name](TREATED.astype("boolean").mask(TREATED.index < 9), Y)


@pytest.mark.parametrize("name", [n for n in MEASURES if n not in ("by_group", "difference")])
def test_nobody_gets_the_outcome_of_another_row(name):
    with pytest.raises(UserError, match="对不上"):
        MEASURES[name](TREATED, Y.sample(frac=1, random_state=1))
