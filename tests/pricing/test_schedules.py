"""Instalments: they repay exactly what was lent, and cost what their cash flows say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smeprofile.errors import UserError
from smeprofile.pricing import METHODS, annual_rates, monthly_irr, schedule, shortfall

METHOD = st.sampled_from(METHODS)
RATE, MONTHS = st.floats(0.001, 0.24), st.integers(1, 60)


@given(METHOD, RATE, MONTHS)
def test_principal_adds_up_and_nothing_is_left(method, rate, months):
    plan = schedule(100_000, rate, months, method)
    assert plan["principal_cny"].sum() == pytest.approx(100_000)
    assert plan["balance_cny"].iloc[-1] == pytest.approx(0, abs=1e-5)
    assert (plan["payment_cny"] >= -1e-9).all()


@given(st.sampled_from(["随借随还", "先息后本", "等额本息", "等额本金"]), RATE, MONTHS)
def test_interest_on_the_balance_costs_the_contract_rate(method, rate, months):
    cost = annual_rates(schedule(1e5, rate, months, method)["payment_cny"], 1e5)
    assert cost["APR"] == pytest.approx(rate, abs=1e-8)


def test_flat_interest_costs_what_the_facts_say():
    flat = annual_rates(schedule(12e4, 0.048, 12, "等本等息")["payment_cny"], 12e4)
    assert (round(flat["APR"], 4), round(flat["EAR"], 4)) == (0.0875, 0.091)


@given(RATE, st.integers(2, 60))
def test_flat_interest_always_costs_more_than_it_says(rate, months):
    flat = annual_rates(schedule(1e5, rate, months, "等本等息")["payment_cny"], 1e5)
    assert flat["APR"] > rate


@given(METHOD, st.floats(0.001, 0.05))
def test_a_fee_costs(method, share):
    paid = schedule(1e5, 0.05, 12, method)["payment_cny"]
    assert annual_rates(paid, 1e5, fee_cny=1e5 * share)["APR"] > annual_rates(paid, 1e5)["APR"]


def test_equal_instalments_are_equal():
    paid = schedule(1e5, 0.06, 24, "等额本息")["payment_cny"]
    assert np.allclose(paid, paid.iloc[0])


@pytest.mark.parametrize("flows", [[100, -5], [-100, 0, 0], [-100, 50, -1], [-100]])
def test_flows_without_one_change_of_sign_are_refused(flows):
    with pytest.raises(UserError):
        monthly_irr(flows)


def test_no_rate_is_made_up_where_none_can_be():
    with pytest.raises(UserError, match="求不出"):
        monthly_irr([-1, 1e9])


@pytest.mark.parametrize("odd", [(0, 0.05, 12, "等额本息"), (1e5, 5, 12, "等额本息"),
                                 (1e5, 0.05, 0, "等额本息"), (1e5, 0.05, 12, "分期"),
                                 (1e5, 0.05, "一年", "等额本息"), (1e5, 0.05, None, "等额本息"),
                                 (1e5, 0.05, float("nan"), "等额本息"), (1e5, 0.05, float("inf"), "等额本息")])  # fmt: skip
def test_odd_terms_are_refused(odd):
    with pytest.raises(UserError):
        schedule(*odd)


def test_months_out_of_a_column_of_floats_are_months():
    pd.testing.assert_frame_equal(
        schedule(1e5, 0.05, np.float64(12), "等额本息"), schedule(1e5, 0.05, 12, "等额本息")
    )


def test_a_school_supplier_cannot_pay_before_it_is_paid():
    season = [1, 1, 1, 1, 68, *[2] * 7]
    monthly, end = (schedule(60, 0.048, 12, m)["payment_cny"] for m in ("等额本息", "先息后本"))
    assert (shortfall(monthly, season) < 0).any()
    assert (shortfall(end, season) >= 0).all()
