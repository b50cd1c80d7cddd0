"""A segment's name must be borne out by its numbers; risk is never a name for value."""

import pandas as pd
import pytest

from smeprofile.segments import NAMES, TRAITS, amiss, fitting, offsets, traits

RANKS = pd.DataFrame(
    {"length_months": [0.0, 0.1, 0.9, 1.0], "monetary_cny": [0.9, 1.0, 0.1, 0.0],
     "credit": [0.5, 0.5, 0.5, 0.5]}
)  # fmt: skip
LABELS = pd.Series([1, 1, 2, 2], dtype="Int64")


def test_traits_are_the_side_the_mean_rank_lies_on():
    assert traits(RANKS, LABELS) == {1: ["关系短", "流入大"], 2: ["关系长", "流入小"]}


def test_columns_without_a_word_are_named_by_their_titles():
    ranks = RANKS.assign(age_years=[0.8, 1.0, 0.2, 0.0])
    titles = {"length_months": "关系月数", "age_years": "经营年限"}
    assert traits(ranks, LABELS, titles)[2] == ["关系长", "流入小", "经营年限低"]
    assert traits(ranks, LABELS) == traits(RANKS, LABELS)


def test_customers_without_a_label_are_left_out():
    labels = pd.Series([1, 1, 2, None], dtype="Int64")
    assert offsets(RANKS, labels).index.tolist() == [1, 2]
    assert offsets(RANKS, labels)["length_months"].round(3).tolist() == [-0.283, 0.567]


def test_every_trait_can_be_told_apart_from_its_opposite():
    assert {(column, -sign) for column, sign in TRAITS.values()} == set(TRAITS.values())


@pytest.mark.parametrize("name", [n for n, claims in NAMES.items() if claims])
def test_each_name_fits_a_segment_with_just_its_claims(name):
    assert name in fitting(list(NAMES[name]))


@pytest.mark.parametrize(
    ("name", "first", "second", "expected"),
    [
        ("大额客户", "流入大", "关系长", ""),
        ("高风险客户", "流入大", "关系长", "没有依据"),
        ("小额客户", "流入大", "关系长", "和数对不上"),
        ("大额客户", "流入大", "关系短", "不是这一群的特征"),
        ("大额客户", "流入大", "流入大", "选成了同一个"),
        ("大额客户", "活跃月多", "关系长", "没有支持"),
    ],
)
def test_what_is_amiss_is_said(name, first, second, expected):
    said = amiss({"name": name, "first": first, "second": second}, ["流入大", "关系长", "活跃月多"])
    assert (expected in said) if expected else said == ""
