"""Module 10's truth: the reference beats the old process where it marks; the claim is tested apart."""

import ast

import pytest

from smeprofile.notebooks import truth as all_truth
from smeprofile.notebooks.execute import course_at
from smeprofile.notebooks.truth import quick_loan as truth
from smeprofile.paths import MARKER

pytestmark = pytest.mark.full


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


def test_an_editions_yardsticks_are_those_of_its_own_cut_offs(cohort, tmp_path, monkeypatch):
    monkeypatch.setattr(truth, "MARKED", 400)
    monkeypatch.setattr(truth, "_LUCKS", 1)
    scores = cohort.policy.min_scores.model_copy(update={"信用": 640})
    policy = cohort.policy.model_copy(update={"min_scores": scores})
    other = cohort.model_copy(update={"policy": policy, "seed": 4321})
    told = ast.literal_eval(all_truth.filled("{{ truth.quick_yardsticks }}", other))
    (tmp_path / MARKER).parent.mkdir()
    (tmp_path / MARKER).write_text(other.to_yaml(), encoding="utf-8")
    truth._yardsticks.cache_clear()
    with course_at(tmp_path):
        assert truth.VALUES["quick_yardsticks"](other) == told
    truth._yardsticks.cache_clear()
    assert truth.VALUES["quick_yardsticks"](other) != told  # by our own cut-offs
    truth._yardsticks.cache_clear()
