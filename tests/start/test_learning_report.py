"""The trainee's own report: made of what came back, and saying so where nothing has."""

import pytest

from smeprofile.items import STATES
from smeprofile.items.mark import gap_map_html
from smeprofile.start.choices import Choices, read_choices, save_choices
from smeprofile.start.report import report_html


def gaps(right, likely=""):
    """A feedback page on a test: so many of module 02's three items right."""
    counts = dict.fromkeys(STATES, 0) | {"right": right, "wrong": 3 - right}
    said = f"<p>最像是这些误解：{likely}。</p>" if likely else ""
    return f"<html><body><p>…</p>{gap_map_html({'02': counts})}{said}</body></html>"


def report(trainee):
    return report_html(trainee.workspace, trainee.cohort)


def test_before_anything_came_back_nothing_is_judged(trainee):
    trainee.takes("00_needs", "02_tiny", "14_end")
    trainee.gets("02_tiny")
    trainee.gets("00_needs")
    trainee.answers("00_needs", pre={"answers": {"a": 1}})
    said = report(trainee)
    assert "前测：待批改；后测：还没有作答" in said
    assert "答对" not in said.split("一、")[0] and "缺口" not in said
    assert "02 模块02：练习还没有交" in said


def test_who_has_handed_in_nothing_is_not_told_that_nothing_is_left(trainee):
    trainee.takes("00_needs", "02_tiny", "14_end")
    trainee.gets("14_end")
    assert "没有要先补的" not in report(trainee) and "还没有交过练习" in report(trainee)
    trainee.gets("02_tiny")
    trainee.receives(red=(5, "all"), code=(5, "analyst"))
    assert "没有要先补的" in report(trainee)


def test_where_i_was_and_where_i_am_stand_side_by_side(trainee):
    trainee.takes("00_needs", "02_tiny", "14_end")
    for slug in ("00_needs", "02_tiny", "14_end"):
        trainee.gets(slug)
    trainee.receives(gaps(1, "把元当万元；漏了缺失"), slug="00_needs")
    trainee.receives(gaps(2, "漏了缺失"), slug="14_end")
    said = report(trainee)
    assert "前测：已批改，答对 1 / 3 题；后测：已批改，答对 2 / 3 题" in said
    assert "多半在误差之内" in said
    assert "两次测验都像是：漏了缺失" in said and "两次测验都像是：把元当万元" not in said
    assert "最近一次测验是部分掌握" in said


def test_exercises_that_lost_points_are_named_with_what_was_said(trainee):
    trainee.gets("02_tiny")
    trainee.receives(red=(2, "all"), code=(5, "analyst"))
    said = report(trainee)
    assert "7 / 10 分" in said
    assert "02 red 题：再想想" in said and "code 题：" not in said


@pytest.mark.parametrize(
    ("survey", "way", "points"),
    [
        ({"needs_role": "rm"}, "full", "5 / 5 分"),
        ({"needs_role": "rm"}, "own", "5 / 5 分"),
        ({}, "day", "5 / 5 分"),
        ({"needs_role": "analyst", "needs_coding": 4}, "full", "5 / 15 分"),
        ({}, "full", "5 / 15 分"),
    ],
)
def test_points_count_as_on_the_start_page(trainee, survey, way, points):
    trainee.takes("00_needs_survey", "02_tiny", day=["00_needs_survey"])
    trainee.gets("02_tiny")
    trainee.receives(red=(5, "all"), code=(0, "analyst"), more=(0, "analyst"))
    trainee.path("00_needs_survey", "").mkdir()
    trainee.answers("00_needs_survey", **survey)
    save_choices(trainee.workspace, Choices(way))
    is_for_all = read_choices(trainee.workspace, trainee.cohort).is_for_all
    said = report(trainee)
    assert points in said
    assert is_for_all == ("练习没有及格" not in said) == ("code 题" not in said)


def test_who_passed_exactly_is_not_told_otherwise(trainee):
    trainee.gets("02_tiny")
    page = trainee.receives(**{f"e{n}": (0.6, "all") for n in range(10)})
    text = page.read_text(encoding="utf-8")
    trainee.receives(text.replace('data-points="5"', 'data-points="1"'))
    assert "6 / 10 分" in report(trainee) and "练习没有及格" not in report(trainee)


def test_what_a_page_says_is_text_only(trainee):
    trainee.takes("00_needs", "02_tiny")
    trainee.gets("00_needs")
    trainee.receives(gaps(1, "&lt;script&gt;alert(1)&lt;/script&gt;"), slug="00_needs")
    assert "<script>" not in report(trainee)


def test_a_broken_notebook_is_named_and_the_rest_is_told(trainee):
    trainee.gets("02_tiny")
    trainee.path("02_tiny", "practice.ipynb").write_text("{", encoding="utf-8")
    assert "读不出来" in report(trainee)
