"""The data cooperation desk: each move says which, what it brought; equal things stay equal."""

import re

import numpy as np
import pytest

from smeprofile import charts
from smeprofile.ask.controls import OneOf
from smeprofile.cases import data_partner as case
from smeprofile.widgets import data_value, partner, partner_desk
from widget_parts import control, walk, words


@pytest.fixture
def desk():
    charts.theme()
    table = {}
    for n, plan in enumerate(case.all_plans()):
        table[case.key(plan)] = {
            "value_cny": 1e6 + 1_700.0 * n, "approval_rate": 0.5 + n / 200, "bad_rate_12m": 0.02 + n / 1e4,
            "n_bad": 10.0 + n, "fee_cny": 0.0 if plan["e1"] == case.OWN else 5_000.0 + n, "query_share": 0.2,
            "manual_share": 0.3, "hours_p90": 9_999.0 if n % 2 else 200.0,
        }  # fmt: skip
    return partner_desk(table)


def test_the_desk_begins_with_what_is_done_today(desk):
    assert "现在就是现行方案" in words(desk)


def test_a_move_is_told_with_what_it_brought_and_a_guess_is_checked(desk):
    control(desk, "先猜").value = "多"
    assert "你猜利润会“多”" in words(desk)
    control(desk, "新进件凭什么打分").value = case.BOTH
    said = words(desk)
    assert f"从“{case.OWN}”到“{case.BOTH}”" in said and "猜对了" in said
    assert control(desk, "先猜").value is None


def test_a_guess_leaves_the_figures_in_sight(desk):
    before = words(desk)
    control(desk, "先猜").value = "多"
    assert "你猜利润会“多”" in words(desk)
    assert words(desk).count("<tr>") == before.count("<tr>") > 0 and "<img" in words(desk)


def test_a_choice_that_bank_only_data_don_t_use_says_so(desk):
    control(desk, "查谁的").value = case.EACH
    assert "只用本行数据时，这一条用不上" in words(desk)


def test_no_figure_is_nan_and_unfinished_years_are_said(desk):
    for option in case.OPTIONS["e2"]:
        control(desk, "通过线").value = option
        said = re.sub(r"base64,[^\"']*", "", words(desk))  # the picture's bytes say nothing
        assert "nan" not in said and "9999" not in said


def test_every_control_has_chinese_words(desk):
    labels = [w.description for w in walk(desk) if isinstance(w, OneOf)]
    assert len(labels) == 5 and all("一" <= label[0] <= "鿿" for label in labels)


@pytest.fixture
def value():
    rng = np.random.default_rng(2)
    bad = (rng.uniform(size=400) < 0.15).astype(int)
    own = rng.normal(size=400) + 0.3 * bad
    return data_value(own, own + rng.normal(size=400) + bad, bad, rounds=20, n_bytes=4096)


def test_what_is_held_equal_is_said_and_the_interval_with_it(value):
    assert "坏账率按住在" in words(value) and "这就是现在" in words(value)
    control(value, "用哪些数据").value = "加对方数据，集中建模"
    assert "个百分点，区间" in words(value) and "明细要搬到本行" in words(value)
    control(value, "把什么按住").value = "通过率一样，比坏账率"
    assert "通过率按住在 70%" in words(value)


def test_federated_is_the_same_score_and_tells_its_traffic(value):
    way = control(value, "用哪些数据")
    way.value = "加对方数据，集中建模"
    pooled = next(s for s in words(value).split("。") if "个百分点" in s).split("，", 2)[2]
    way.value = "加对方数据，联邦建模"
    assert pooled in words(value) and "20 轮中间数，共 4 KB" in words(value)


def test_next_to_nothing_is_not_minus_nought(monkeypatch):
    told = {
        "bad_rate": 0.1,
        "a": 0.1,
        "b": 0.1,
        "difference": -0.02,
        "low": -0.033,
        "high": -0.0001,
    }
    monkeypatch.setattr(partner, "approvals_at_equal_bad_rate", lambda *_, **__: told)
    said = partner.value_html(
        partner.WAYS[1], partner.HELD[0], 0.7, *[None] * 3, rounds=1, n_bytes=1
    )
    assert "区间 -3.3 到 +0.0：" in said
