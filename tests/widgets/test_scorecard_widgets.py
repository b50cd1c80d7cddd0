"""Cut points and cut-off: a move changes the numbers and says what it costs."""

import numpy as np
import pandas as pd
import pytest

from smeprofile import charts
from smeprofile.credit import cutoff_table, profit_at
from smeprofile.errors import UserError
from smeprofile.verdicts import share_of_profit
from smeprofile.widgets import bin_mover, bins_html, cutoff_html, cutoff_slider
from widget_parts import control, cut_off, walk, words


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


RNG = np.random.default_rng(4)
SAFE = pd.Series(RNG.uniform(size=2000))
BAD = pd.Series((RNG.uniform(size=2000) < 0.3 * (1 - SAFE)).astype(int))
SCORE = 500 + 150 * SAFE


# --- cut points --------------------------------------------------------------------------------


@pytest.fixture
def mover():
    sample = pd.DataFrame({"a": SAFE, "b": SAFE.where(SAFE > 0.1), "is_bad": BAD})
    return bin_mover(sample, {"甲": "a", "乙": "b"})


def test_each_cut_moves_customers_from_bin_to_bin(mover):
    for name in ("第一刀", "第二刀", "第三刀"):
        before, slider = words(mover), control(mover, name)
        slider.index += 1
        assert words(mover) != before


def test_missing_values_are_a_bin_and_spoken_of(mover):
    assert "缺失箱" not in words(mover)
    control(mover, "特征").value = "b"
    assert "缺失箱的坏账率" in words(mover)
    assert "：坏账率一路往下（缺失箱除外），IV" in words(mover)


def test_a_rate_that_rises_and_falls_is_told():
    values, bad = pd.Series(range(400)), pd.Series([0, 1] * 100 + [1] * 100 + [0] * 99 + [1])
    assert "有升有降" in bins_html(values, bad, [99.5, 199.5, 299.5], "年限")
    assert "不单调" in bins_html(values, bad, [199.5, 299.5], "年限")


def test_thin_bins_and_doubled_cuts_are_told():
    values = pd.Series(range(1000))
    bad = pd.Series(np.arange(1000) % 5 == 0).astype(int)
    assert "太薄的箱：≤ 9.5" in bins_html(values, bad, [9.5, 500.0], "年限")
    assert "2 刀只切出 2 箱" in bins_html(values, bad, [500.0, 500.0], "年限")
    assert "3 刀只切出 2 箱" in bins_html(values, bad, [500.0] * 3, "年限")


def test_a_thin_bin_with_many_bad_is_not_called_luck():
    told = bins_html(pd.Series(range(1000)), pd.Series([1] * 30 + [0, 1] * 485), [29.5], "年限")
    assert "太薄的箱：≤ 29.5" in told and "运气" not in told


# --- cut-off -----------------------------------------------------------------------------------


def test_the_table_agrees_with_counting_by_hand():
    table = cutoff_table(SCORE, BAD, gain_cny=2, loss_cny=7)
    for cut, row in table.iterrows():
        passed = BAD[cut <= SCORE]
        assert row["n_bad"] == passed.sum()
        assert row["approval_rate"] == pytest.approx(len(passed) / len(BAD))
        assert row["profit_cny"] == profit_at(cut, SCORE, BAD, gain_cny=2, loss_cny=7)
    assert table["approval_rate"].iloc[[0, -1]].tolist() == [1, 0]


def test_chances_give_what_is_to_be_expected():
    score, chance = pd.Series([590.0, 610.0]), pd.Series([0.5, 0.25])
    assert profit_at(600, score, chance, gain_cny=4, loss_cny=8) == 0.75 * 4 - 0.25 * 8


def test_outcomes_not_known_yet_are_refused():
    unknown = BAD.astype("boolean").mask(BAD.index < 3)
    with pytest.raises(UserError, match="表现期没满"):
        cutoff_table(SCORE, unknown, gain_cny=1, loss_cny=9)
    for column in (unknown, BAD.where(BAD.index >= 3)):
        with pytest.raises(UserError, match="表现期没满"):
            profit_at(600, SCORE, column, gain_cny=1, loss_cny=9)


def test_who_has_no_score_is_refused_rather_than_passed():
    unscored = SCORE.mask(SCORE.index < 3)
    with pytest.raises(UserError, match="没有评分"):
        cutoff_table(unscored, BAD, gain_cny=1, loss_cny=9)
    with pytest.raises(UserError, match="没有评分"):
        profit_at(600, unscored, BAD, gain_cny=1, loss_cny=9)


def test_the_slider_says_what_one_more_step_costs():
    view = cutoff_slider(SCORE, BAD, gain_cny=1e4, loss_cny=1e5)
    before = words(view)
    assert "再抬一格（5 分）：少放" in before
    control(view, "分数线").value += 5
    assert words(view) != before


def test_a_step_that_hardly_moves_the_profit_is_not_worth_it():
    table = cutoff_table(pd.Series([590, 610] * 5), pd.Series([1, 0] * 5), gain_cny=1, loss_cny=900)
    said = cutoff_html(table, 590, n=10)
    assert "两可" in said and "多 0 万元" not in said and "-0" not in said


def test_a_greater_loss_moves_the_best_line_up():
    lines = [
        int(cutoff_table(SCORE, BAD, gain_cny=1e4, loss_cny=loss)["profit_cny"].idxmax())
        for loss in (2e4, 2e5)
    ]
    assert lines[0] < lines[1]


def test_where_nothing_earns_the_widget_says_so():
    table = cutoff_table(SCORE, BAD * 0 + 1, gain_cny=1, loss_cny=9)
    assert "没有一条线能赚钱" in cutoff_html(table, int(table.index[0]), n=len(SCORE))


def test_points_rise_with_the_profit_and_stop_at_enough():
    shares = [share_of_profit(profit, 100, 10) for profit in (-5, 10, 50, 95, 100)]
    assert shares == sorted(shares)
    assert (shares[0], shares[1], shares[-1]) == (0, 0, 1)


@pytest.mark.parametrize("best", [10, 10.5, -3])
def test_a_best_that_is_no_better_than_idle_marks_nobody(best):
    with pytest.raises(UserError, match="请换一个种子"):
        share_of_profit(50, best, 10)


def test_every_control_has_a_label(mover):
    views = mover, cutoff_slider(SCORE, BAD, gain_cny=1e4, loss_cny=1e5)
    unlabelled = [
        w
        for view in views
        for w in walk(view)
        if hasattr(w, "value") and hasattr(w, "description") and not w.description
        if type(w).__name__ != "HTML"
    ]
    assert unlabelled == []
    assert [label for view in views for label in cut_off(view)] == []


def test_nobody_is_counted_with_the_outcome_of_another_row():
    shuffled = BAD.sample(frac=1, random_state=1)
    for of in (cutoff_table, lambda *given, **worth: profit_at(600, *given, **worth)):
        with pytest.raises(UserError, match="对不上"):
            of(SCORE, shuffled, gain_cny=1, loss_cny=9)
