"""Joint lending's three limits, from the register; and what a customer pays in all."""

import pandas as pd
import pytest

from smeprofile.errors import UserError
from smeprofile.facts import fact_number
from smeprofile.partner import all_in_rate, joint_findings
from smeprofile.partner.boundary import ALL_PARTNERS_MOST, ONE_PARTNER_MOST, PARTNER_LEAST

BOOK = pd.DataFrame({"partner": ["甲", "乙"], "amount_cny": 100.0, "partner_cny": 30.0, "balance_cny": [50.0, 50.0]})  # fmt: skip


def found(book=BOOK, capital=200.0, loans=200.0):
    return joint_findings(book, tier1_net_capital_cny=capital, all_loans_cny=loans)


def test_the_limits_are_those_of_the_register():
    keys = ("joint_share", "joint_one_partner", "joint_all_partners")
    assert (PARTNER_LEAST, ONE_PARTNER_MOST, ALL_PARTNERS_MOST) == tuple(map(fact_number, keys))


def test_exactly_at_the_limits_nothing_is_found():
    assert found() == []


def test_the_thirty_percent_is_the_partner_s_not_the_bank_s():
    assert found(BOOK.assign(partner_cny=75.0)) == []  # the bank has 25 %
    assert found(BOOK.assign(partner_cny=25.0)) == ["2 笔合作方出资不到 30%"]


def test_one_partner_is_measured_by_capital_and_all_by_loans():
    assert found(capital=199.0) == [f"{name}：本行余额超过一级资本净额的 25%" for name in ("乙", "甲")]  # fmt: skip
    assert found(loans=199.0) == ["全部合作方：本行余额超过本行贷款的 50%"]


def test_a_part_above_the_whole_or_a_missing_column_is_refused():
    with pytest.raises(UserError, match="单位"):
        found(BOOK.assign(partner_cny=101.0))
    with pytest.raises(UserError, match="缺少列 balance_cny"):
        found(BOOK.drop(columns="balance_cny"))


def test_fees_are_part_of_the_cost():
    plain = all_in_rate(1e5, 0.06, 12, "等额本息")
    assert plain == pytest.approx(0.06, abs=1e-9)
    first, monthly = (
        all_in_rate(1e5, 0.06, 12, "等额本息", **fee)
        for fee in ({"fee_first_cny": 1_000}, {"fee_monthly_cny": 1_000 / 12})
    )
    assert first > monthly > plain + 0.01  # more than the fee over the amount: it is paid down


@pytest.mark.parametrize(
    ("column", "total"),
    [("partner", 1e3), ("partner_cny", 1e3), ("balance_cny", 1e3), (None, None)],
)
def test_what_is_not_known_is_not_within_the_rules(column, total):
    book = pd.DataFrame(
        {"partner": ["甲"], "amount_cny": 100.0, "partner_cny": 30.0, "balance_cny": 70.0}
    )
    book = book if column is None else book.assign(**{column: None})
    with pytest.raises(UserError, match="有缺失"):
        joint_findings(book, tier1_net_capital_cny=total, all_loans_cny=1e4)
