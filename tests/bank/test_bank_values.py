"""A strategy of plain values is graded as one of code: the same object, the same errors, no kernel."""

import pytest

from bank.markets import free_ids, market, offer, played
from smeprofile import bank
from smeprofile.answers import Answers, read_answers
from smeprofile.errors import UserError

RULE = {"product": "F1", "channel": "H4", "months": [1, 4]}


def test_nothing_set_is_what_the_bank_does_today_without_contacts():
    assert played(bank.from_answers({})).value_cny == played(bank.Strategy()).value_cny


def test_values_survive_answers_json_and_play_as_the_same_strategy_in_code(tmp_path):
    values = {"cutoffs": {"信用": 610.0}, "rate_addon": {"服务": 0.005}, "line_share": 1.0}
    Answers(tmp_path).put("strategy", values)
    stored = read_answers((tmp_path / "answers.json").read_bytes())["strategy"].value
    code = bank.Strategy(policy=bank.Policy(
        cutoffs=bank.Policy().cutoffs | {"信用": 610.0}, rate_addon={"服务": 0.005}, line_share=1.0
    ))  # fmt: skip
    assert played(bank.from_answers(stored)).value_cny == played(code).value_cny


def test_a_rule_contacts_who_fits_in_its_months_and_nobody_on_the_list():
    run = played(bank.from_answers({"rules": [RULE | {"most": 50}]}))
    assert run.counts["offers"] == 100
    result = bank.evaluate(bank.from_answers({"rules": [RULE]}), market(), 1)
    assert result.breaches == () and result.kpis.loc["n_contacts", "value"] > 1000


def test_two_rules_for_one_customer_and_month_make_one_contact():
    once = played(bank.from_answers({"rules": [RULE]})).counts["offers"]
    twice = played(bank.from_answers({"rules": [RULE, RULE | {"channel": "H3"}]})).counts["offers"]
    assert once == twice


def test_a_breach_in_values_scores_zero():
    values = {"rules": [RULE], "sources_marketing": ["征信报告"]}
    assert bank.evaluate(bank.from_answers(values), market(), 1).score == 0.0


@pytest.mark.parametrize(("values", "names"), [
    ({"cutoff": {}}, "cutoff"), ({"cutoffs": {"白条": 600}}, "cutoffs"),
    ({"line_share": "全部"}, "line_share"), ({"line_share": 3}, "line_share"),
    ({"rate_addon": -0.05}, "rate_addon"), ({"rules": [{"product": "F1"}]}, "rules"),
    ({"rules": [RULE | {"channel": "H6"}]}, "channel"), ({"rules": [RULE] * 21}, "rules"),
    ({"rules": [RULE | {"months": [0]}]}, "months"), ({"appeal": "也许"}, "appeal"),
    ({"manual_below": float("nan")}, "manual_below"), ({"sources_credit": ["星座"]}, "sources"),
    ([1, 2], "方案"), ("F1", "方案"),
])  # fmt: skip
def test_a_value_that_cannot_be_is_named(values, names):
    with pytest.raises(UserError, match=names):
        bank.from_answers(values)


def test_one_field_at_most_stands_in_an_error_and_no_english():
    with pytest.raises(UserError) as caught:
        bank.from_answers({"line_months": [1]})
    assert "Input" not in str(caught.value)


def test_who_targets_nobody_offers_nothing():
    ids = free_ids(3)
    assert played(bank.Strategy(lambda p: None)).counts["offers"] == 0
    assert offer(ids[0])["annual_rate"] == bank.list_rate("F1", market().setting.end)
