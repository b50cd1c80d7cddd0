"""Waterfall and threshold: a move changes the numbers, says which step, and what proves it."""

import pandas as pd
import pytest

from smeprofile import charts
from smeprofile.widgets import contact_threshold, credit_gap, line_of
from smeprofile.widgets.line import _CONTROLS, line_html
from widget_parts import cut_off
from widgets.test_rule_widgets import control, walk, words

FIRM = {"revenue": 2400, "cost_share": 0.75, "growth": 10, "margin": 5, "receivable": 60, "advance": 15,
        "inventory": 75, "prepaid": 10, "payable": 40, "own": 180, "loans": 150, "other": 60}  # fmt: skip
SCORED = pd.DataFrame(
    {"probability": [0.05, 0.15, 0.25, 0.35] * 25, "asked": [False, False, True, True] * 25}
)


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


def test_the_waterfall_starts_at_the_worked_case():
    assert "新增额度 237 万元" in words(credit_gap(FIRM))


@pytest.mark.parametrize("name", _CONTROLS)
def test_every_slider_names_its_step_and_the_document(name):
    view = credit_gap(FIRM)
    title, unit, *_, proof = _CONTROLS[name]
    slider = control(view, title)
    slider.value += slider.step
    said = words(view)
    assert f"{title}从 {FIRM[name]} 到 {slider.value:g} {unit}" in said
    assert proof in said
    step = "已有的钱" if name in ("own", "loans", "other") else "营运资金量"
    assert f"动的是“{step}”" in said


def test_money_at_hand_that_covers_the_need_leaves_no_gap():
    view = credit_gap(FIRM)
    control(view, "自有资金").value = 500
    assert "没有缺口" in words(view)
    assert line_of(FIRM | {"own": 500})["gap_cny"] == 0


def test_days_of_nought_or_less_are_not_put_into_the_formula():
    view = credit_gap(FIRM)
    control(view, "应付周转天数").value = 180
    assert "公式不适用" in words(view)
    assert "<img" not in words(view)


def test_a_lower_threshold_says_what_it_adds():
    view = contact_threshold(SCORED, places=100, value_cny=3000, cost_cny=300)
    control(view, "触达阈值").value = 20
    assert "比刚才多 25 户上名单，多 25 户去拜访，多 25 户命中" in words(view)
    assert "净收益已是最高" in words(view)
    control(view, "触达阈值").value = 21
    assert "比刚才没有变化" in words(view)


def test_places_that_run_out_are_said():
    view = contact_threshold(SCORED, places=10, value_cny=3000, cost_cny=300)
    control(view, "触达阈值").value = 0
    assert "名单比名额多 90 户" in words(view)
    control(view, "名额").value = 100
    assert "名单比名额多" not in words(view)


def test_a_threshold_that_loses_money_is_told_so():
    view = contact_threshold(SCORED.assign(asked=False), places=100, value_cny=3000, cost_cny=300)
    assert "阈值太低了" in words(view)


def test_a_few_visits_that_hit_nobody_are_not_put_down_to_a_low_threshold():
    lone = SCORED.assign(probability=SCORED["probability"].where(SCORED.index > 0, 0.6))
    lone["asked"] = SCORED.index > 0
    view = contact_threshold(lone, places=100, value_cny=3000, cost_cny=300)
    control(view, "触达阈值").value = 60
    assert "命中得太少" in words(view) and "阈值太低了" not in words(view)


@pytest.mark.parametrize(("surplus", "is_short"), [(-0.3, False), (0.3, False), (0.7, True)])
def test_money_at_hand_that_is_just_enough_is_told_so_in_words_and_picture(surplus, is_short):
    firm = FIRM | {"own": FIRM["own"] + line_of(FIRM)["surplus"] - surplus}
    said = line_html(firm, None, None)
    assert is_short == ("已有的钱正好够" not in said)
    assert is_short == ('新增额度 1 万元。"' in said) == ('没有缺口：已有的钱够用。"' not in said)


def test_every_control_has_chinese_words():
    for view in (credit_gap(FIRM), contact_threshold(SCORED, places=9, value_cny=9, cost_cny=1)):
        sliders = [w for w in walk(view) if "Slider" in type(w).__name__]
        assert all("一" <= slider.description[0] <= "鿿" for slider in sliders)
        assert cut_off(view) == []


def test_money_left_over_is_no_negative_line(monkeypatch):
    drawn = []
    monkeypatch.setattr(charts, "as_html", lambda figure, alt: drawn.append(figure) or alt)
    line_html(FIRM | {"own": 5000}, None, None)
    (axes,) = drawn[0].axes
    assert axes.get_xticklabels()[-1].get_text() == "多出的钱"
    assert not axes.texts[-1].get_text().startswith(("-", "−"))
