"""Module 04's values from the truth: names the numbers bear out, shares that are shares."""

import pytest

from smeprofile.notebooks.truth import segments
from smeprofile.segments import amiss


@pytest.fixture(scope="module")
def small(cohort):
    return cohort.model_copy(update={"n_customers": 600, "txn_customers": 300, "seed": 4})


def wrong(rows, place, held):
    given = {"name": rows[f"{place}名"], "first": rows[f"{place}一"], "second": rows[f"{place}二"]}
    return amiss(given, held)


def test_model_answer_holds_of_every_segment(small):
    rows = segments.VALUES["segment_names"](small)
    found = segments._segments(small)
    assert [wrong(rows, place, held) for place, held in found.items()] == [""] * 4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("segment_upside_down", "和数对不上"),
        ("segment_false_trait", "不是这一群的特征"),
        ("segment_risky", "没有依据"),
    ],
)
def test_each_typical_mistake_is_its_own(small, name, expected):
    rows = segments.VALUES[name](small)
    assert expected in wrong(rows, "甲", segments._segments(small)["甲"])


def test_agreement_is_told_in_shares_and_age_finds_no_decline(small):
    shares = segments.VALUES["stage_agreement"](small)
    assert all(0 <= share <= 1 for share in shares.values())
    assert shares["declines_found_by_age"] == 0 < shares["declines_found"]


def test_what_is_found_and_what_is_hit_are_the_same_customers(small):
    """So that picking as many at random can stand beside the rules: it finds what share it picks."""
    shares = segments.VALUES["stage_agreement"](small)
    found = shares["declines_found"] * shares["declines"]
    assert found == pytest.approx(shares["told_decline_is_true"] * shares["told_decline"], abs=2e-3)
