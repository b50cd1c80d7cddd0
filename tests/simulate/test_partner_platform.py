"""The platform: its figures follow the truth it can see, dimly; nobody is on it by lot."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from smeprofile.simulate import partner
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.traits import traits
from smeprofile.uscc import is_valid, make, normalize

SETTING = Setting(6_000, 12, date(2025, 12, 31), 4)
MONTHS = SETTING.months_all[-3:]


@pytest.fixture(scope="module")
def firms():
    return traits(SETTING, 0, SETTING.customers)


def figures(t, **changes):
    shape = (len(t.who), len(MONTHS))
    seen = {"sales_month": np.full(shape, 1e5), "stage": np.full(shape, 2), "operating": np.zeros(shape, int)}  # fmt: skip
    return partner.figures(SETTING.draws, replace(t, **changes), MONTHS, seen)


def test_better_firms_have_fewer_refunds_and_frail_ones_pay_suppliers_late(firms):
    told = figures(firms)
    assert np.corrcoef(firms.quality, told["refund_rate"][:, 0])[0, 1] < -0.2
    assert np.corrcoef(firms.frailty, told["late_to_suppliers"][:, 0])[0, 1] > 0.2
    assert np.corrcoef(firms.frailty, told["late_to_suppliers"][:, 0])[0, 1] < 0.8  # dimly


def test_only_what_it_sees_moves_its_figures(firms):
    """Honesty, quality and frailty do; what the bank alone knows doesn't."""
    first, other = figures(firms), figures(firms, price_sensitivity=firms.price_sensitivity * 3)
    assert all((first[name] == other[name]).all() for name in first)


def test_who_stopped_has_few_days_with_orders(firms):
    shape = (len(firms.who), len(MONTHS))
    seen = {"sales_month": np.full(shape, 1e5), "stage": np.full(shape, 2)}
    runs, stopped = (
        partner.figures(SETTING.draws, firms, MONTHS, seen | {"operating": np.full(shape, k)})
        for k in (0, 1)
    )
    assert stopped["active_days"].mean() < 6 < 20 < runs["active_days"].mean()


def test_trade_and_catering_are_on_the_platform_more_than_building(firms):
    on = partner.on_platform(SETTING, firms)
    section = np.array([code[0] for code in partner.a.CODES])[firms.trade]
    assert on[np.isin(section, ["F", "H"])].mean() > 3 * on[section == "E"].mean()


def test_what_only_lenders_know_says_nothing_of_who_pays(firms):
    bad = np.zeros((len(firms.who), len(MONTHS)), int)
    bad[:10] = 5
    told = partner.after_the_loan(SETTING.draws, firms, MONTHS, bad)
    assert (told["collection_calls_3m"][10:] == 0).all() and not told["is_blacklisted"][10:].any()
    assert (told["collection_calls_3m"][:10] > 1).all() and told["is_blacklisted"][:10].any()


def test_most_codes_can_be_written_as_they_should_be_and_the_rest_match_nobody(firms):
    codes = np.array([make(int(n)) for n in firms.who[:2_000]], dtype=object)
    written = partner.written_codes(SETTING.draws, firms.who[:2_000], codes)
    right = np.array([normalize(code) for code in written]) == codes
    assert (right == partner.is_matched(SETTING.draws, firms.who[:2_000])).all()
    assert not any(is_valid(normalize(code)) for code in written[~right])
    assert 0.9 < right.mean() < 0.98


def test_consents_have_a_purpose_a_day_and_at_times_an_end(firms):
    told = partner.consents(SETTING, firms)
    assert set(np.unique(told["purpose"])) == {-1, 0, 1}
    assert (told["granted"] <= SETTING.end_day).all() and (
        told["withdrawn"] > told["granted"]
    ).all()
    assert (told["granted"] >= firms.established).all()
    agreed = told["purpose"] >= 0
    assert firms.honesty[agreed].mean() > firms.honesty[~agreed].mean()
