"""The pricing case's truth: the model answer earns all, mistakes less, whatever the bank."""

import pytest

from conftest import ROOT
from smeprofile.cases.pricing import GROUPS, total_addon, usual, value_in
from smeprofile.notebooks.truth import pricing
from smeprofile.params import load_cohort


@pytest.fixture(
    scope="module",
    params=[{}, pytest.param({"seed": 77, "n_customers": 4000}, marks=pytest.mark.full)],
)
def cohort(request):
    return load_cohort(root=ROOT).model_copy(update=request.param)


def test_the_model_answer_keeps_the_rule_and_beats_the_usual(cohort):
    answer, table = (
        pricing.VALUES["pricing_answer"](cohort),
        pricing.VALUES["pricing_table"](cohort),
    )
    assert total_addon(answer) <= 0
    assert value_in(table, answer) - value_in(table, usual()) > 200_000
    assert set(table) == set(GROUPS) and all(len(rows) >= 10 for rows in table.values())


def test_a_quote_beyond_the_cliff_earns_less_than_all(cohort):
    earned = pricing.VALUES["pricing_at_the_cliff_earns"](cohort)
    assert pricing.POINTS / 2 < earned < pricing.POINTS


def test_what_the_cliff_takes_shows_in_the_table(cohort):
    large = pricing.VALUES["pricing_table"](cohort)["丁"]
    assert large["−0.15|等额本息"] > large["不加不减|等额本息"]
