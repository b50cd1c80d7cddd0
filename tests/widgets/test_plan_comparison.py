"""The bench of plans: a move says what V gained by it; what differs and what is broken is told."""

import pytest

from smeprofile import charts
from smeprofile.bank import market
from smeprofile.cases import capstone
from smeprofile.widgets import comparison_html, plan_comparison, try_plan
from smeprofile.widgets.compare import Tried
from widget_parts import control, cut_off, walk, words


@pytest.fixture
def fresh():
    charts.theme()
    return market(customers=600, seed=14)


@pytest.fixture
def bench(fresh):
    return plan_comparison(fresh)


def test_the_bench_begins_with_two_plans_alike(bench):
    said = words(bench)
    assert "方案二现在和方案一一样" in said and "几套方案的 V 一样" in said and "≠" not in said


def test_every_choice_says_something_new(bench):
    for _, (title, options) in capstone.FIELDS.items():
        choice, before = control(bench, title), words(bench)
        choice.value = next(label for label in options if label != choice.value)
        assert words(bench) != before and f"{title}：从" in words(bench)


def test_a_move_says_which_part_of_v_moved(bench):
    control(bench, "报价，比挂牌价").value = "高 0.5 个百分点"
    said = words(bench)
    assert "动得最多的是" in said and "万元 ≠" not in said and "≠</b>" in said


def test_a_breach_is_told_before_it_costs_anything(bench):
    control(bench, "多久联系一次").value = "每月一次"
    assert "方案二违规，交上去是 0 分：</b>重复触达" in words(bench)


def test_a_guess_is_noted_and_told_whether_it_came_true(bench):
    guess = control(bench, "先猜")
    guess.value = "变少"
    assert "你猜方案二的 V 会“变少”" in words(bench)
    control(bench, "登记了免打扰的").value = "照样联系"
    assert "你猜“变少”" in words(bench) and guess.value is None


def test_a_plan_is_kept_and_compared_with_the_next(bench):
    control(bench, "怎么还本金").value = "分期还"
    control(bench, "把方案二存成方案三").click()
    assert "三套一起比" in words(bench)
    control(bench, "怎么还本金").value = "产品的老办法"
    assert "方案三" in words(bench) and "选得不一样的 1 条" in words(bench)


def test_plans_that_tie_for_the_most_are_both_named(fresh):
    old = try_plan(capstone.OLD, fresh)
    less = Tried(old.choices, old.year | {"value_cny": old.year["value_cny"] - 1e6}, ())
    said = comparison_html({"方案一": less, "方案二": old, "方案三": old})
    assert "方案二和方案三的 V 并列最多" in said


def test_the_parts_add_up_to_v(fresh):
    plan = try_plan(capstone.REFERENCE, fresh)
    total = sum(plan.year[part] for part in capstone.PARTS)
    assert total == pytest.approx(plan.year["value_cny"], abs=0.05)


def test_the_same_plans_are_told_in_the_same_bytes(fresh):
    plans = {"方案一": try_plan(capstone.OLD, fresh), "方案二": try_plan(capstone.REFERENCE, fresh)}
    assert comparison_html(plans) == comparison_html(plans)


def test_every_list_has_chinese_words(bench):
    lists = [w for w in walk(bench) if type(w).__name__ == "Dropdown"]
    assert len(lists) == len(capstone.FIELDS)
    assert all("一" <= w.description[0] <= "鿿" for w in lists)
    assert cut_off(bench) == []
