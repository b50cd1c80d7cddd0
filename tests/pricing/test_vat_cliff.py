"""VAT on interest: where the cliff is, which LPR it goes by, and that the bank taxes the same lines."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smeprofile.bank.costs import is_taxed
from smeprofile.errors import UserError
from smeprofile.pricing import break_even_rate, free_up_to, net_rate, rates_of_lines, vat_case
from smeprofile.rules.lpr import lpr, lpr_on
from smeprofile.simulate.setting import Setting

NOW = Setting(1, 12, date(2025, 12, 31), 1)


@given(st.floats(1e4, 3e7), st.floats(0.02, 0.1))
def test_lessons_and_the_bank_tax_the_same_lines(line, rate):
    taxed = vat_case(line, rate, 0.03) in ("超线全额征税", "不适用")
    assert taxed == bool(is_taxed([line], [rate], True, NOW, [0])[0])


def test_break_even_is_where_the_facts_say():
    assert round(break_even_rate(0.03, surcharge=False), 4) == 0.0477
    assert round(break_even_rate(0.03), 4) == 0.048


def test_a_float_on_the_line_is_on_the_line():
    assert [vat_case(2e6, 1.5 * x, x) for x in (0.03, 0.031, 0.0335)] == ["线内免税"] * 3
    assert free_up_to(0.031) == 0.0465


@given(st.floats(0.02, 0.08))
def test_small_lines_have_no_cliff(rate):
    assert net_rate(rate, 1e6, 0.03) == rate


def test_beyond_the_cliff_less_is_left_until_break_even():
    even = break_even_rate(0.03)
    assert net_rate(even - 1e-4, 3e6, 0.03) < 0.045 < net_rate(even + 1e-4, 3e6, 0.03)
    assert net_rate(0.046, 3e6, 0.03, method=2) > 0.045


def test_the_second_method_has_no_cliff_and_the_large_no_relief():
    rates = np.arange(0.04, 0.06, 0.0005)
    left = [net_rate(r, 3e6, 0.03, method=2) for r in rates]
    assert (np.diff(left) > 0).all()
    assert net_rate(0.04, 2e7, 0.03, method=2) == net_rate(0.04, 2e7, 0.03)


@pytest.mark.parametrize(
    ("odd", "says"),
    [({"rate": 4.6}, "rate 应在 0 到 1 之间"), ({"method": 3}, "method 应为 1 或 2"), ({"method": "二"}, "method 应为")],
)  # fmt: skip
def test_percentages_and_other_methods_are_refused(odd, says):
    with pytest.raises(UserError, match=says):
        net_rate(**{"rate": 0.046, "line_cny": 3e6, "lpr": 0.03} | odd)


def test_lpr_goes_by_the_day_of_disbursement_and_the_tenor():
    told = [
        lpr_on("2025-05-19", 12),
        lpr_on("2025-05-20", 12),
        lpr_on("2025-05-20", 59),
        lpr_on("2025-05-20", 60),
    ]
    assert told == [0.031, 0.03, 0.03, 0.035]
    with pytest.raises(UserError, match="还没有公布"):
        lpr_on("2019-08-19", 12)


def test_lines_are_given_the_lpr_of_their_first_day():
    lines = pd.DataFrame(
        {"start_date": pd.to_datetime(["2025-06-01", "2025-05-19"]), "annual_rate": [0.05, 0.04]},
        index=["K2", "K1"],
    )
    told = rates_of_lines(lines, lpr().sample(frac=1, random_state=1))
    assert told["lpr_1y"].to_dict() == {"K2": 0.03, "K1": 0.031}
    assert told["free_up_to"].tolist() == [0.045, 0.0465]
    pd.testing.assert_frame_equal(told[list(lines)], lines)
