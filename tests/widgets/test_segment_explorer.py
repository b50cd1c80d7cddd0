"""The segment explorer: every control changes what is said, and what can't be trusted is named."""

import numpy as np
import pandas as pd
import pytest

from smeprofile import charts
from smeprofile.charts.radar import radar, told
from smeprofile.widgets import segment_explorer
from widget_parts import control, walk, words

TITLES = {"length_months": "关系月数", "frequency": "活跃月数", "monetary_cny": "月均有效流入",
          "credit": "额度使用率", "age_years": "经营年限", "number": "客户号（当成数字）"}  # fmt: skip
START = ["关系月数", "活跃月数", "月均有效流入", "额度使用率"]


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


@pytest.fixture
def values():
    """Three plain groups: new, large, and large with a loan; number and age say nothing of them."""
    rng, n = np.random.default_rng(3), 240
    group = np.repeat([0, 1, 2], n // 3)
    return pd.DataFrame(
        {
            "length_months": np.where(group == 0, 5, 90) + rng.integers(0, 5, n),
            "frequency": np.where(group == 0, 3, 11) + rng.integers(0, 2, n),
            "monetary_cny": np.where(group == 0, 1e4, 9e5) * rng.uniform(0.9, 1.1, n),
            "credit": np.where(group == 2, 0.8, 0.0) + rng.uniform(0, 0.1, n),
            "age_years": rng.uniform(1, 20, n),
            "number": rng.permutation(n).astype(float),
        }
    )


@pytest.fixture
def view(values):
    return segment_explorer(values, TITLES, seed=1, unfit={"number": "号码没有远近。"})


def keep_only(view, title):
    control(view, title).value = True
    for name in TITLES.values():
        control(view, name).value = name == title


def test_the_true_number_of_groups_is_steady_and_another_is_not(view):
    control(view, "分成几群").value = 3
    assert "分法基本不变" in words(view)
    assert "和上一步比" in words(view)
    control(view, "分成几群").value = 6
    assert "<b>不稳</b>" in words(view)


def test_traits_stand_beside_the_sizes(view):
    control(view, "分成几群").value = 3
    assert ">80</td>" in words(view)
    assert ">33%</td>" in words(view)
    assert "用额度多" in words(view)
    assert "关系短" in words(view)


def test_yuan_that_rule_the_distance_are_named(view):
    control(view, "先换成名次").value = False
    assert "月均有效流入的数最大，一项占了距离的 100%" in words(view)


def test_identifier_is_refused_however_good_its_figures(view):
    keep_only(view, "客户号（当成数字）")
    assert "不能用客户号（当成数字）分群</b>：号码没有远近。" in words(view)


def test_steady_figures_of_unfit_measures_are_not_praised(view):
    control(view, "分成几群").value = 3
    assert "可以往下看特征" in words(view)
    keep_only(view, "客户号（当成数字）")
    assert "可以往下看特征" not in words(view)


def test_age_alone_is_told_not_to_be_segments(view):
    keep_only(view, "经营年限")
    assert "年龄不等于阶段" in words(view)


def test_groups_far_apart_by_age_are_not_said_to_be_like_all(view):
    keep_only(view, "经营年限")
    control(view, "分成几群").value = 2
    assert "经营年限高" in words(view) and "经营年限低" in words(view)
    assert "和大家差不多" not in words(view)


def test_nothing_ticked_asks_for_one(view):
    for name in START:
        control(view, name).value = False
    assert "至少勾一项" in words(view)


def test_a_measure_that_is_the_same_for_all_is_named(values):
    flat = values.assign(frequency=12.0)
    assert "活跃月数人人一样" in words(segment_explorer(flat, TITLES, seed=1, unfit={}))


def test_too_few_customers_are_told_in_words(values):
    few = segment_explorer(values.head(3), TITLES, seed=1, unfit={})
    assert "分不成 4 群" in words(few)


def test_every_control_has_a_label(view):
    kinds = ("IntSlider", "Checkbox")
    assert all(w.description for w in walk(view) if type(w).__name__ in kinds)


def test_radar_tells_two_segments_apart_without_colour():
    places = pd.DataFrame([[0.2, 0.5, 0.9], [0.7, 0.4, 0.1]], columns=["a", "b", "c"])
    lines = radar(places, title="两群").axes[0].lines
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines}) == 2
    assert told(places).count("最高") == 2
