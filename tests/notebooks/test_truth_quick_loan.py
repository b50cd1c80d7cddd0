"""Module 10's truth: the reference beats the old process where it marks; the claim is tested apart."""

import pytest

from smeprofile.notebooks.truth import quick_loan as truth


@pytest.fixture(scope="module", params=[None, 77])
def bank(request, cohort):
    if request.param is None:
        return cohort
    return cohort.model_copy(update={"n_customers": 4_000, "seed": request.param})


def test_the_reference_earns_more_than_the_old_process(bank):
    told = truth.VALUES["quick_yardsticks"](bank)
    assert told["reference"] > told["old"]


def test_the_claim_is_tested_on_markets_that_mark_nothing(bank):
    rows = truth.VALUES["quick_claim"](bank)
    assert len(rows) == 3 * truth._FRESH
    claim = truth._seeds(bank, "claim", truth._FRESH)
    assert truth.VALUES["quick_market_seed"](bank) not in claim and len(set(claim)) == len(claim)


def test_a_queue_near_its_limit_is_slower(bank):
    assert truth.VALUES["quick_capacity"](bank)["q6"] > 1.5
