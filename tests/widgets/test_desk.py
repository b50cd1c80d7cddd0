"""The approval desk: a move says which rule, what moved, and what speed cost."""

import pytest

from smeprofile import charts
from smeprofile.bank import market
from smeprofile.cases import quick_loan
from smeprofile.widgets import approval_desk
from widget_parts import control, cut_off, walk, words


@pytest.fixture
def desk():
    charts.theme()
    return approval_desk(market(customers=1_000, seed=10))


def test_the_desk_begins_with_the_old_process(desk):
    assert "现在就是旧流程" in words(desk)
    assert "24 小时守不住" in words(desk)


def test_a_narrow_band_is_fast_and_says_what_it_costs(desk):
    control(desk, "线上多少分").value = "0 分"
    control(desk, "线下多少分").value = "0 分"
    said = words(desk)
    assert "线下多少分以内转人工：从“40 分”到“0 分”" in said
    assert "24 小时守得住" in said and "和旧流程比：每百件少看" in said


def test_every_move_says_something_new(desk):
    for row, (title, options) in quick_loan.FIELDS.items():
        if row in ("d6", "d7"):
            continue
        slider, before = control(desk, title), words(desk)
        slider.value = next(label for label in options if label != slider.value)
        assert words(desk) != before and title in words(desk)


def test_a_guess_is_noted_and_told_whether_it_came_true(desk):
    guess = control(desk, "先猜")
    guess.value = "变慢"
    assert "你猜 P90 会“变慢”" in words(desk)
    control(desk, "线上多少分").value = "0 分"
    assert "你猜“变慢”，其实变快" in words(desk) and guess.value is None
    guess.value = "差不多"
    control(desk, "批申请金额的").value = "全额"
    assert "你猜“差不多”：猜对了" in words(desk)


def test_figures_that_nobody_has_are_said_not_to_be_there(desk):
    control(desk, "信用类分数线").value = "高 40 分"
    assert "nan" not in words(desk)


def test_every_slider_has_chinese_words(desk):
    sliders = [w for w in walk(desk) if "Slider" in type(w).__name__]
    assert len(sliders) == 5
    assert all("一" <= slider.description[0] <= "鿿" for slider in sliders)
    assert cut_off(desk) == []
