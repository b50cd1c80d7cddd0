"""Qini and capacities: every move says what more comes, what it costs and what one more is worth."""

import dataclasses

import pandas as pd
import pytest

from smeprofile import charts
from smeprofile.uplift import allocate
from smeprofile.widgets import capacity_html, channel_capacity, qini_explorer
from widget_parts import control, cut_off, words

CURVES = {
    "按增益": pd.DataFrame({"share": [0.0, 0.5, 1.0], "extra": [0.0, 16.0, 20.0]}),
    "按响应": pd.DataFrame({"share": [0.0, 0.5, 1.0], "extra": [0.0, 8.0, 20.0]}),
}
UPLIFT = pd.DataFrame({"走访": [0.03, 0.03, 0.01], "电话": [0.01, 0.01, -0.01]})
COST = {"走访": 120, "电话": 12}


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


def explorer():
    lists = {"电话": (CURVES, 2000, 12), "走访": (CURVES, 2000, 120)}
    return qini_explorer(lists, n_listed=1000, value_cny=3000)


def allocator(**more):
    return channel_capacity(
        UPLIFT, COST, {"走访": 1, "电话": 2}, value_cny=10_000, budget_cny=500, **more
    )


def test_what_an_experiment_counted_is_told_for_the_list():
    view = explorer()
    control(view, "联系名单前").value = 50
    said = words(view)
    assert "联系前 50%，500 户：按增益多来 8.0 笔；按响应 4.0 笔；随便挑 5.0 笔" in said
    assert "花 6,000 元，净收益 18,000 元" in said


def test_the_next_tenth_is_dear_when_an_application_is_worth_less():
    view = explorer()
    control(view, "联系名单前").value = 50
    assert "每多来一笔要 3,000 元，划算" in words(view)
    control(view, "一笔进件值").value = 2500
    assert "每多来一笔要 3,000 元，不划算" in words(view)


def test_each_channel_is_charged_its_own_price():
    view = explorer()
    control(view, "联系名单前").value = 50
    assert "花 6,000 元，净收益 18,000 元" in words(view)
    control(view, "渠道").value = "走访"
    said = words(view)
    assert cut_off(view) == cut_off(allocator()) == []
    assert "走访：联系一次 120 元" in said and "花 60,000 元，净收益 -36,000 元" in said
    assert "一户也不联系最省" in said


def test_one_more_visit_is_told_in_yuan():
    assert "走访：名额用完了，再多 1 个值" in words(allocator())


def test_limits_that_are_left_over_are_worth_nothing():
    view = allocator()
    control(view, "走访名额").value = 3
    control(view, "预算").value = 1500
    assert "走访：没有用完，再多也不值钱" in words(view)
    assert "比刚才" in words(view)


def test_who_must_not_be_contacted_is_not():
    said = words(allocator(blocked=pd.Series([True] * 3)))
    assert "联系 0 户" in said


def test_next_to_nothing_is_not_minus_nought():
    told = allocate(UPLIFT * 0, COST, {"走访": 1, "电话": 2})
    said = capacity_html(dataclasses.replace(told, value_cny=-0.2), UPLIFT)
    assert "净收益 <b>0</b> 元" in said and "净收益 0 元" in said


def test_a_capacity_off_the_grid_stands_as_it_is():
    view = channel_capacity(
        UPLIFT, COST, {"走访": 45, "电话": 3}, value_cny=10_000, budget_cny=4567
    )
    for title in ("走访名额", "预算"):
        slider = control(view, title)
        assert (slider.value - slider.min) % slider.step == 0


def test_the_last_of_a_list_is_priced_as_what_is_left_of_it():
    view = explorer()
    control(view, "联系名单前").value = 95
    assert "再多联系剩下的：多花 600 元" in words(view)


def test_products_share_the_places_of_their_channel():
    gain = pd.DataFrame(
        {f"{p}·{c}": UPLIFT[c] * k for p, k in (("快贷", 1), ("税贷", 2)) for c in UPLIFT}
    )
    channel_of = {name: name.split("·")[1] for name in gain}
    cost = {name: COST[c] for name, c in channel_of.items()}
    view = channel_capacity(gain, cost, {"走访": 1, "电话": 2}, value_cny=10_000, budget_cny=500,
                            channel_of=channel_of)  # fmt: skip
    said = words(view)
    # 2 customers with .06 and .02 each, 1 place for a visit: 600 − 120 and 200 − 12
    assert "联系 2 户" in said and "净收益 <b>668</b> 元" in said
    assert "快贷·走访 0 户，快贷·电话 0 户，税贷·走访 1 户，税贷·电话 1 户" in said
