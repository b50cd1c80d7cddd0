"""A breach scores zero, names its source, and says what the same strategy would have earned."""

import numpy as np
import pytest

from bank.markets import free_ids, market, offer, offering, played, policy
from smeprofile import bank
from smeprofile.bank.market import why_withheld
from smeprofile.tags import TAGS


def codes(result):
    return [breach.code for breach in result.breaches]


def quiet_id():
    return market().ids[int(np.flatnonzero(market()._truth.quiet)[0])]


def test_what_keeps_to_the_rules_has_no_breach():
    for strategy in (bank.baseline(), bank.reference(), bank.Strategy()):
        result = bank.evaluate(strategy, market(), 1)
        assert codes(result) == [] and result.if_compliant_cny is None


def test_contacting_who_asked_for_peace_scores_zero_and_says_what_the_rest_earns():
    rows = [offer(x) for x in free_ids(300)]
    good = bank.evaluate(offering(*rows), market(), 1)
    bad = bank.evaluate(offering(*rows, offer(quiet_id())), market(), 1)
    assert codes(bad) == ["C1"] and bad.score == 0.0
    assert bad.if_compliant_cny == good.value_cny
    assert "第二十四条" in bad.breaches[0].source


def test_bureau_data_for_marketing_is_not_tolerated():
    strategy = bank.reference().with_(sources=bank.Sources(marketing=("征信报告",)))
    result = bank.evaluate(strategy, market(), 1)
    assert codes(result) == ["S1"] and result.score == 0.0
    assert "零容忍" in result.breaches[0].text


@pytest.mark.parametrize(("change", "code"), [
    ({"credit_line_cny": 600_000.0}, "P1"),
    ({"credit_line_cny": 1_000.0}, "P1"),
    ({"repayment_method": "等额本金"}, "P2"),
    ({"annual_rate": 0.0}, "P4"),
    ({"annual_rate": 0.12}, "P4"),
])  # fmt: skip
def test_an_offer_outside_the_products_rules_is_a_breach(change, code):
    result = bank.evaluate(offering(offer(free_ids(1)[0], **change)), market(), 1)
    assert codes(result) == [code] and result.score == 0.0
    assert result.if_compliant_cny == played(bank.Strategy(), 1).value_cny


def test_refusals_without_reason_or_appeal_are_breaches():
    result = bank.evaluate(policy(reasons=(), appeal=False), market(), 1)
    assert codes(result) == ["R1", "R2"]
    assert result.if_compliant_cny == played(bank.Strategy(), 1).value_cny


def test_a_strategy_sees_only_what_it_declared_and_may_use():
    seen = {}

    def targeting(profiles):
        seen["names"] = set(profiles.columns)

    bank.evaluate(bank.Strategy(targeting, sources=bank.Sources(marketing=())), market(), 1)
    secret = {name for name, tag in TAGS.items() if tag.items or "营销" not in tag.uses}
    assert seen["names"] & secret == set()
    assert "customer_id" in seen["names"] and "age_years" in seen["names"]


def test_it_is_said_why_a_tag_is_withheld():
    assert "征信报告" in why_withheld("n_inquiries_3m", "营销", ("流水数据",))
    assert "没有申报纳税数据" in why_withheld("tax_grade", "营销", ("流水数据",))
    assert why_withheld("age_years", "营销", ()) == ""
