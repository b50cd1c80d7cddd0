"""The campaign: what breaks a rule is told, the rest is worth what it brings."""

import pytest

from smeprofile import bank
from smeprofile.cases import campaign
from smeprofile.errors import UserError

SEEDS = [1, 2]


@pytest.fixture(scope="module")
def market():
    return bank.market(customers=600, seed=4)


def codes(market, **changes):
    return [b.code for b in campaign.told(campaign.START | changes, market, SEEDS).breaches]


def test_the_start_breaks_no_rule(market):
    assert codes(market) == []


@pytest.mark.parametrize(
    ("field", "word", "code"),
    [("rhythm", "每月一次", "F1"), ("sources", "再加征信报告里的他行贷款", "S1"), ("quiet", "照样联系，多一个机会", "C1")],
)  # fmt: skip
def test_every_broken_rule_is_found_and_put_right(market, field, word, code):
    assert codes(market, **{field: word}) == [code]
    assert campaign.lawful(campaign.START | {field: word}) == campaign.START


def test_no_marketing_is_the_measure(market):
    assert campaign.told(None, market, SEEDS).gain_cny == 0


def test_visits_to_everybody_are_over_capacity_and_dear(market):
    choice = campaign.START | {"channel": "客户经理走访"}
    told = campaign.told(choice, market, SEEDS)
    assert told.over_capacity > 0
    assert told.cost_cny == pytest.approx(told.contacts * 120)


def test_the_best_found_is_lawful_and_no_worse_than_the_start(market):
    found = campaign.best(market, SEEDS)
    told = [campaign.told(choice, market, SEEDS) for choice in (found, campaign.START)]
    assert told[0].breaches == ()
    assert told[0].gain_cny >= told[1].gain_cny


def test_a_word_that_is_not_offered_is_named():
    with pytest.raises(UserError, match="channel"):
        campaign.values_of(campaign.START | {"channel": ""})


def test_the_price_quoted_is_the_mark_up_on_the_list(market):
    assert campaign.values_of(campaign.START, rate_addon=0.0)["rules"][0]["rate_addon"] == 0
    dear, plain = (
        campaign.told(campaign.START, market, SEEDS, rate_addon=addon) for addon in (0.005, 0.0)
    )
    assert dear == campaign.told(campaign.START, market, SEEDS)
    assert dear.gain_cny != plain.gain_cny


def test_offers_are_those_that_plain_values_make(market):
    values = campaign.values_of(campaign.START)
    offers = campaign._offers(campaign.START, market, values)
    made = bank.from_answers(values).targeting(market.profiles("营销"))
    assert sorted(offers["customer_id"]) == sorted(made["customer_id"])


def test_a_breach_earns_nothing_and_is_told_its_rule_and_what_obeying_earns(market):
    share, broken, _ = campaign.marked(
        campaign.START | {"quiet": "照样联系，多一个机会"}, campaign.START, market, SEEDS
    )
    assert share == 0
    assert "免打扰" in broken
    assert "第二十四条" in broken
    assert "能得这题的 100%" in broken


def test_the_right_choice_earns_all_points(market):
    assert campaign.marked(campaign.START, campaign.START, market, SEEDS)[:2] == (1.0, "")


def test_a_filled_form_is_the_choice_it_means():
    assert campaign.named(campaign.form_of(campaign.START)) == campaign.START
    assert set(campaign.FORM) == set(campaign.form_of(campaign.START))
