"""Module 11's truth: the reference beats the uniform terms where it marks; the claim is tested apart."""

import pytest

from smeprofile.cases import industry
from smeprofile.notebooks.truth import industry as truth

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def bank(cohort):
    """Return another bank, its markets small: what is asked is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(truth, "MARKED", 2_000)
        patch.setattr(truth, "_OF_TRAINED", 2_000)
        patch.setattr(truth, "_OF_FRESH", 1_500)
        patch.setattr(truth, "_OF_LOTS", 3_000)
        patch.setattr(truth, "_LOTS", 3)
        yield cohort.model_copy(update={"n_customers": 4_000, "seed": 77})


def test_the_reference_is_lawful_and_earns_more_than_the_uniform_terms(bank):
    table, right = truth.VALUES["industry_table"](bank), truth.VALUES["industry_reference"](bank)
    assert industry.breaches(right) == []
    assert industry.value_in(table, right) > industry.value_in(table, industry.UNIFORM)
    assert industry.marked(right, table, right).share == 1


@pytest.mark.parametrize("name", ["cheap", "bullets", "dear", "loyal", "denied"])
def test_typical_mistakes_earn_nothing(bank, name):
    table, right = truth.VALUES["industry_table"](bank), truth.VALUES["industry_reference"](bank)
    assert industry.marked(truth.VALUES[f"industry_{name}"](bank), table, right).share == 0


def test_the_claim_is_tested_on_markets_that_mark_and_teach_nothing(bank):
    rows = truth.VALUES["industry_claim"](bank)
    assert len(rows) == 3 * truth._FRESH
    seeds = [truth._seeds(bank, what, n) for what, n in (("claim", truth._FRESH), ("training", 4), ("market", 1), ("lots", 1))]  # fmt: skip
    flat = [seed for some in seeds for seed in some]
    assert len(set(flat)) == len(flat)


def test_the_interval_of_a_lot_lies_around_what_is_seen(bank):
    for row in truth.VALUES["industry_lots"](bank):
        assert row["low"] <= row["seen"] <= row["high"]
