"""The desk of two industries' terms: a move says which, what it earned, and which growth is meant."""

import re

import pytest

from smeprofile import charts
from smeprofile.bank import market
from smeprofile.cases import industry
from smeprofile.widgets import terms_desk, terms_html
from widget_parts import control, cut_off, walk, words


@pytest.fixture
def desk():
    charts.theme()
    return terms_desk(market(customers=1_500, seed=11))


def test_the_desk_begins_with_the_uniform_terms(desk):
    assert "现在就是统一方案" in words(desk)
    assert "说“增长”" not in words(desk)


def test_instalments_lend_more_and_win_no_customer(desk):
    control(desk, "制造：怎么还").value = "分期还本"
    control(desk, "服务：怎么还").value = "分期还本"
    said = words(desk)
    assert "服务：怎么还：从“客户自己选”到“分期还本”" in said
    assert "新客户数 +0%" in said and "说“增长”要说清是哪一个" in said


def test_every_move_says_something_new(desk):
    for row in ("m1", "m2", "s1", "s2"):
        slider, before = control(desk, industry.TITLES[row]), words(desk)
        slider.value = next(label for label in industry.OPTIONS[row] if label != slider.value)
        assert words(desk) != before and industry.TITLES[row] in words(desk)


def test_a_guess_is_noted_and_told_whether_it_came_true(desk):
    guess = control(desk, "先猜")
    guess.value = "变多"
    assert "你猜利润会“变多”" in words(desk)
    control(desk, "制造：利率").value = "−0.50"
    assert "你猜“变多”，其实变少" in words(desk) and guess.value is None


def test_a_price_over_the_limit_is_told_at_once(desk):
    control(desk, "制造：利率").value = "+0.50"
    assert "不合规：两个行业的加点" in words(desk)


def test_growth_from_nothing_is_no_per_cent():
    now = industry.years(industry.UNIFORM, market(customers=600, seed=11), (1,))
    first = now.assign(n_lines=0.0)
    charts.theme()
    said = terms_html(industry.UNIFORM, first, now, [])
    assert "新客户数 原来没有" in said and "nan" not in re.sub(r"base64,[^\"']*", "", said)


def test_every_slider_has_chinese_words(desk):
    sliders = [w for w in walk(desk) if "Slider" in type(w).__name__]
    assert len(sliders) == 4
    assert all("一" <= slider.description[0] <= "鿿" for slider in sliders)
    assert cut_off(desk) == []
    assert "nan" not in words(desk)
