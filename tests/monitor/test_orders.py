"""Orders: what they earn, the best within the hours, and the desk of a year."""

from itertools import product

import pandas as pd
import pytest

from smeprofile.cases import early_warning as case
from smeprofile.errors import UserError
from smeprofile.monitor import best_orders, dispatched, hours_of, orders, worth
from smeprofile.monitor.alerts import NONE, RULES, TOO_LATE

LOSSES = pd.Series({"甲": 30_000.0, "乙": 9_000.0, "丙": 800.0, "丁": 50_000.0})
LATE = pd.Series({"甲": False, "乙": False, "丙": False, "丁": True})


def earned(actions):
    return sum(worth(LOSSES[who], actions[who], is_overdue=LATE[who]) for who in LOSSES.index)


@pytest.mark.parametrize("hours", [0, 3, 5, 9, 30])
def test_the_best_orders_are_those_of_every_way_tried(hours):
    told = best_orders(LOSSES, LATE, hours)
    ways = (dict(zip(LOSSES.index, way, strict=True)) for way in product(orders.HOURS, repeat=4))
    most = max(earned(way) for way in ways if hours_of(way) <= hours)
    assert told.value_cny == pytest.approx(most) == pytest.approx(earned(told.actions))
    assert hours_of(told.actions) <= hours and told.actions["丁"] == orders.COLLECT


def test_a_warning_after_the_event_saves_nothing():
    assert (
        worth(50_000, orders.VISIT, is_overdue=True)
        < 0
        < worth(50_000, orders.VISIT, is_overdue=False)
    )
    assert worth(50_000, orders.COLLECT, is_overdue=False) < 0


def test_hours_are_never_more_than_there_are():
    rows = pd.DataFrame({"dpd": [0, 0, 0, 5]}, index=LOSSES.index)
    for hours in range(12):
        sent = dispatched(rows, LOSSES, hours)
        assert hours_of(sent) <= hours and sent["丁"] == orders.COLLECT


def test_an_action_that_is_none_is_refused():
    with pytest.raises(UserError, match="没有名为 送花 的处置"):
        worth(1.0, "送花", is_overdue=False)


def rows_of(n_months=5):
    days = pd.date_range("2025-01-31", periods=n_months, freq="ME")
    one = pd.DataFrame({
        "customer_id": [f"C{k}" for k in range(40)], "balance_cny": [1e5 * (k + 1) for k in range(40)],
        "security": "信用", "dpd": [9 if k % 10 == 0 else 0 for k in range(40)],
        "inflow_change": [-0.9 if k % 7 == 0 else -0.25 for k in range(40)], "deposit_change": 0.0,
        "days_to_due": [45.0 if k % 3 == 0 else None for k in range(40)], "debt_to_inflow": 0.1,
        "n_late_12m": 0, "utilization": 0.5,
    })  # fmt: skip
    return pd.concat([one.assign(as_of=day) for day in days], ignore_index=True)


RATES = pd.Series(
    {name: 0.02 for name in RULES if name != TOO_LATE} | {"流入断崖": 0.1, NONE: 0.01}
)


@pytest.mark.parametrize("choices", [case.OLD, case.REFERENCE])
def test_a_months_hours_hold_and_nobody_is_sent_to_twice_in_a_quarter(choices):
    sent = case.played(choices, rows_of(), RATES, hours=9)
    hours = sent["action"].map(orders.HOURS).groupby(sent["as_of"]).sum()
    assert hours.le(9).all()
    number = sent["as_of"].dt.month
    gaps = number.groupby(sent["customer_id"]).diff().dropna()
    assert gaps.ge(orders.REST_MONTHS).all()


def test_the_overdue_take_hours_only_where_the_desk_says_so():
    late = {one: (case.played(one_, rows_of(1), RATES)["dpd"] > 0).sum() for one, one_ in
            {"away": case.REFERENCE, "first": case.REFERENCE | {"d4": case.FIRST}}.items()}  # fmt: skip
    assert late == {"away": 0, "first": 4}


def test_a_higher_bar_rings_for_fewer():
    wide = case.played(case.OLD, rows_of(1), RATES, hours=1_000)
    narrow = case.played(case.OLD | {"d1": "五成", "d2": "30 天"}, rows_of(1), RATES, hours=1_000)
    assert len(narrow) < len(wide)


def test_the_first_to_go_is_the_one_with_most_to_lose():
    sent = case.played(case.REFERENCE, rows_of(1), RATES, hours=4)
    assert sent["customer_id"].tolist() == ["C35"]  # a cliff, and large: not the largest, C39


def test_every_desk_has_a_code_of_its_own():
    codes = {case.code_of(one) for one in case.all_choices()}
    assert len(codes) == len(case.all_choices())
    with pytest.raises(UserError, match="d3（人手不够时，先派）应为"):
        case.code_of(case.OLD | {"d3": "随便"})


def test_advice_is_for_what_costs_points():
    assert case.advice(case.REFERENCE) == [] and len(case.advice(case.OLD)) == 3
