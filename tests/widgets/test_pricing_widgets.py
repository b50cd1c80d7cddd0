"""Pricing waterfall and repayment calendar: a move says which step moved, and what is short."""

import pytest

from smeprofile import charts
from smeprofile.pricing import METHODS
from smeprofile.widgets import floor_of, price_waterfall, repayment_calendar, repayment_html
from smeprofile.widgets.price import _SLIDERS
from widget_parts import control, cut_off, walk, words

CASE = {"pd": 2.4, "ltv": 70, "cheap": 25, "weight": 75, "deposits": 0.0, "security": "抵押"}
SEASONS = {"校服厂": [1, 1, 1, 1, 68, 2, 2, 2, 2, 2, 2, 2], "早餐店": [6] * 12}


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


def waterfall(**case):
    return price_waterfall(CASE | case, list_rate=0.061, market_rate=0.042)


@pytest.mark.parametrize("name", _SLIDERS)
def test_every_slider_says_which_step_it_moves(name):
    view = waterfall()
    title, *_, step = _SLIDERS[name]
    before, slider = floor_of(CASE)["最低价"], control(view, title)
    slider.value += slider.step
    after = floor_of(CASE | {name: slider.value})["最低价"]
    said = words(view)
    assert f"动的是“{step}”" in said
    assert (
        f"最低价{'升' if after > before else '降'} {abs(after - before) * 100:.2f} 个百分点" in said
    )


def test_security_moves_the_loss_and_ltv_counts_for_mortgages_only():
    view = waterfall()
    control(view, "担保方式").value = "信用"
    assert "担保方式：从抵押到信用，动的是“预期损失”" in words(view)
    control(view, "抵押率").value = 90
    assert "没有抵押物，用不上" in words(view)


def test_whether_the_prices_cover_is_said():
    assert "同行报价 4.20%：比最低价还差" in words(waterfall(security="信用"))
    assert "挂牌价 6.10%：比最低价高出" in words(waterfall())


def test_short_months_are_named_and_change_with_the_method():
    view = repayment_calendar(SEASONS)
    assert "第 1、2、3、4 个月钱不够" in words(view)
    control(view, "还款方式").value = "先息后本"
    assert "每个月都还得出" in words(view)
    assert "不够的月份从 4 个到 0 个" in words(view)


def test_what_falls_due_at_once_is_told_in_months():
    view = repayment_calendar(SEASONS)
    control(view, "还款方式").value = "先息后本"
    control(view, "生意").value = "早餐店"
    assert "等于平均 10 个月留下的钱" in words(view)


def test_equal_instalments_do_not_fall_due_at_once():
    said = repayment_html({"早餐店": [1.0] * 12}, "早餐店", "等额本息", 60, 4.8)
    assert "月月都重" in said and "一次要还" not in said


def test_flat_interest_shows_its_true_rate():
    view = repayment_calendar(SEASONS)
    control(view, "还款方式").value = METHODS[-1]
    assert "APR 8.75%，EAR 9.10%" in words(view) and "1.82 倍" in words(view)


def test_every_control_has_chinese_words():
    for view in (waterfall(), repayment_calendar(SEASONS)):
        labels = [w.description for w in walk(view) if getattr(w, "description", "")]
        assert len(labels) >= 4 and all("一" <= label[0] <= "鿿" for label in labels)
        assert cut_off(view) == []
