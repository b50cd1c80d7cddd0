"""Module 07's truth: customers whom neither sales nor need rank, and what applications don't show."""

import pytest

from smeprofile.notebooks.truth import demand
from smeprofile.verdicts import rank_share


def ranks(name, cohort):
    return {who: int(rank) for who, rank in demand.VALUES[name](cohort).items()}


@pytest.fixture(scope="module", params=[None, pytest.param(77, marks=pytest.mark.full)])
def bank(request, cohort):
    if request.param is None:
        return cohort
    return cohort.model_copy(update={"n_customers": 4_000, "seed": request.param})


def test_the_typical_mistakes_earn_nothing(bank):
    truth = ranks("demand_ranks", bank)
    for mistake in ("demand_by_revenue", "demand_by_need", "demand_reversed"):
        assert rank_share(ranks(mistake, bank), truth) == 0
    assert rank_share(ranks("demand_swapped", bank), truth) == pytest.approx(33 / 35)


def test_gaps_lie_far_enough_apart_to_be_told(bank):
    gaps = demand._ranked(bank)["gap"].sort_values().to_numpy()
    assert (gaps[1:] / gaps[:-1]).min() > 1.2


def test_more_need_something_than_ask_for_it(bank):
    seen = demand.VALUES["demand_seen"](bank)
    assert seen["asked_of_needy"] < 0.5 < seen["needy_of_top"]
    assert 0.5 < seen["auc_asked"] < 0.9
    assert 0 < seen["never_of_most"] < seen["never_of_all"] < 1  # most who need much have asked
