"""Floor price and RAROC: the facts' worked example, the bank's own numbers, and each step's part."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smeprofile.errors import UserError
from smeprofile.pricing import (
    Costs,
    floor_price,
    lgd_mortgage,
    raroc,
    subsidised,
    vat_share,
    waterfall,
)
from smeprofile.simulate import assumptions as a

SHARES = st.floats(0, 1)


def test_the_facts_example_comes_out():
    example = Costs(0.017, 0, 0, operating_rate=0.01)
    told = [
        round(100 * floor_price(p, 0.5, costs=example), 2) for p in (0.005, 0.01, 0.02, 0.03, 0.05)
    ]
    assert told == [4.08, 4.33, 4.83, 5.33, 6.33]


@given(st.floats(0, 0.8), SHARES, st.floats(0, 0.03), st.booleans())  # a price is below 1
def test_at_the_floor_price_shareholders_get_what_they_ask_for(p, lgd, contribution, is_taxed):
    terms = {"contribution": contribution, "is_taxed": is_taxed}
    earned = raroc(floor_price(p, lgd, **terms), p, lgd, **terms)
    assert earned == pytest.approx(Costs().target_roe, abs=1e-9)


def test_steps_add_up_to_the_floor():
    steps = waterfall(0.03, 0.5, contribution=0.004, is_taxed=True)
    assert steps.drop("最低价").sum() == pytest.approx(steps["最低价"])
    assert steps["增值税"] == pytest.approx(steps["最低价"] * vat_share())
    assert steps["预期损失"] == 0.015


@pytest.mark.parametrize(("p", "lgd"), [(2, 0.5), (0.02, 50), (-0.1, 0.5)])
def test_percentages_are_refused_in_chinese(p, lgd):
    with pytest.raises(UserError, match=r"写 0\.02"):
        waterfall(p, lgd)


@pytest.mark.parametrize(
    ("call", "name"),
    [(lambda: raroc(4.5, 0.02, 0.72), "rate"), (lambda: waterfall(0.02, 0.5, contribution=0.5e2), "contribution"),
     (lambda: raroc(0.05, 0.02, 0.72, contribution=-0.6), "contribution"), (lambda: floor_price("2%", 0.5), "pd_12m"),
     (lambda: lgd_mortgage(0.7, sale_share=50), "sale_share"), (lambda: subsidised(4.5, 1), "rate"),
     (lambda: Costs(ftp_rate=1.9), "ftp_rate"), (lambda: Costs(target_roe="12%"), "target_roe")],
)  # fmt: skip
def test_what_is_no_share_is_named(call, name):
    with pytest.raises(UserError, match=f"{name} 应在 0 到 1 之间"):
        call()


@pytest.mark.parametrize("odd", [{"income_tax_rate": 1.0}, {"risk_weight": 75}])
def test_terms_of_capital_that_cannot_be_are_refused(odd):
    with pytest.raises(UserError, match=next(iter(odd))):
        Costs(**odd)
    assert Costs(risk_weight=2.5, ftp_rate=np.float32(0.02)).capital_share == 2.5 * 0.105


def test_cheaper_funds_move_the_funds_step_only():
    plain, relent = waterfall(0.02, 0.5), waterfall(0.02, 0.5, costs=Costs(cheap_share=1.0))
    changed = (plain - relent).abs() > 1e-12
    assert list(changed[changed].index) == ["资金成本", "最低价"]


@given(st.floats(0.05, 3), st.floats(0.05, 3))
def test_a_higher_loan_to_value_never_loses_less(one, other):
    low, high = sorted((one, other))
    assert 0 <= lgd_mortgage(low) <= lgd_mortgage(high) < a.LGD["信用"]


def test_waterfall_is_a_plain_series():
    assert isinstance(waterfall(0.01, 0.1), pd.Series)
