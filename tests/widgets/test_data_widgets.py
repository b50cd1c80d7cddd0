"""Moving a control changes the numbers and says in words what changed."""

import dataclasses

import pandas as pd
import pytest

from smeprofile import charts, widgets
from smeprofile.data.lineage import Lineage, Step
from widget_parts import control, cut_off, walk, words


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


@pytest.fixture
def lineage():
    raw = pd.DataFrame({"x": [1, 1, 2, 9]})
    steps = (
        Step("去重", "算了两遍", lambda t: t.drop_duplicates()),
        Step("去掉未来", "偷看未来", lambda t: t[t["x"] < 5]),
    )
    return Lineage("a.csv", "a", "户", raw, steps)


@pytest.fixture
def profile():
    return pd.DataFrame(
        {"industry": ["制造", "制造", "零售", "零售"], "days": [30.0, 0.0, None, None]}
    )


def test_lineage_counts_each_step(lineage):
    assert lineage.counts()["之后"].tolist() == [3, 2]
    assert lineage.counts(skip={"去重"})["去掉"].tolist() == [1]


def test_skipping_a_step_says_what_it_costs(lineage):
    view = widgets.lineage_view({"甲": lineage})
    assert "现在得到 <b>2</b> 户" in words(view)
    control(view, "去重").value = False
    assert "比全部照做多 1 户。后果：算了两遍。" in words(view)


def test_a_step_that_others_make_up_for_costs_nothing_here(lineage):
    lineage = dataclasses.replace(lineage, raw=pd.DataFrame({"x": [1, 2, 9]}))
    said = widgets.lineage_html(lineage, {"去重"})
    assert "和全部照做一样多" in said and "多 0 户" not in said


def test_gaps_filled_with_zero_top_a_list_where_low_is_good(profile):
    view = widgets.missingness_map(profile, {"days": "逾期天数"}, low_is_good=["days"])
    assert "有 <b>0</b> 户的数是填出来的" in words(view)
    control(view, "缺失怎么办").value = "填 0"
    control(view, "入选前百分之几").value = 70
    assert "有 <b>2</b> 户的数是填出来的" in words(view)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("保留缺失", [30, 0, None, None]),
        ("填 0", [30, 0, 0, 0]),
        ("剔除该户", [30, 0]),
        ("填同业中位数", [30, 0, None, None]),
    ],
)
def test_each_way_of_handling_gaps(profile, way, expected):
    got = widgets.dispose(profile, "days", way)
    assert [None if pd.isna(x) else x for x in got] == expected


def test_who_has_no_peers_to_be_filled_from_is_counted(profile):
    view = widgets.missingness_map(profile, {"days": "逾期天数"})
    control(view, "缺失怎么办").value = "填同业中位数"
    assert "0 户变成了“同业的普通人”" in words(view)
    assert "另有 2 户的同业也全缺，填不了" in words(view)


def test_every_control_has_a_label(profile, lineage):
    views = widgets.lineage_view({"甲": lineage}), widgets.missingness_map(profile, {"days": "天"})
    unlabelled = [
        w
        for view in views
        for w in walk(view)
        if hasattr(w, "value") and hasattr(w, "description") and not w.description
        if type(w).__name__ != "HTML"
    ]
    assert unlabelled == []
    assert [label for view in views for label in cut_off(view)] == []


def test_lineages_of_the_exports_end_at_the_tidy_tables(cohort):
    from smeprofile.data import clean_tables, lineages

    tidy = clean_tables()
    for lineage in lineages(cohort.as_of).values():
        if lineage.table != "inquiries":  # that table keeps reports whose consent fails
            assert lineage.counts()["之后"].iloc[-1] == len(tidy[lineage.table])
