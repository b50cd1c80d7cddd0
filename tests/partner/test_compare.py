"""Two scores compared: the figures by another way, invariants, and what can't be compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from smeprofile.errors import UserError
from smeprofile.partner import approvals_at_equal_bad_rate, bads_at_equal_approval, ks_difference

RNG = np.random.default_rng(5)
BAD = (RNG.uniform(size=600) < 0.15).astype(int)
OWN = np.round(RNG.normal(size=600) + 0.3 * BAD, 1)
BOTH = np.round(OWN + RNG.normal(size=600) + 0.9 * BAD, 1)


def test_ks_is_scipy_s_ties_together():
    told = ks_difference(OWN, BOTH, BAD, rounds=20)
    for name, risk in (("a", OWN), ("b", BOTH)):
        assert told[name] == pytest.approx(ks_2samp(risk[BAD == 1], risk[BAD == 0]).statistic)


def test_a_row_of_weight_two_is_two_rows():
    twice = np.repeat(np.arange(600), 1 + (np.arange(600) % 2))
    weighted = ks_difference(OWN, BOTH, BAD, weight=1 + (np.arange(600) % 2), rounds=5)
    repeated = ks_difference(OWN[twice], BOTH[twice], BAD[twice], rounds=5)
    assert weighted["difference"] == pytest.approx(repeated["difference"])


def test_a_better_score_approves_more_at_the_same_bad_rate_and_has_fewer_bad_at_the_same_share():
    more = approvals_at_equal_bad_rate(OWN, BOTH, BAD, share=0.6, rounds=50)
    fewer = bads_at_equal_approval(OWN, BOTH, BAD, share=0.6, rounds=50)
    assert more["b"] > more["a"] and fewer["b"] < fewer["a"]
    order = np.argsort(BOTH, kind="stable")[: round(more["b"] * 600)]
    assert BAD[order].mean() <= more["bad_rate"] + 1e-9


def test_a_score_against_itself_differs_by_nothing_in_every_draw():
    for compare in (ks_difference, approvals_at_equal_bad_rate, bads_at_equal_approval):
        kept = {} if compare is ks_difference else {"share": 0.5}
        told = compare(OWN, OWN, BAD, rounds=30, **kept)
        assert (told["difference"], told["low"], told["high"]) == (0, 0, 0)


def test_the_interval_narrows_with_the_sample():
    few = ks_difference(OWN[:150], BOTH[:150], BAD[:150], rounds=200)
    many = ks_difference(OWN, BOTH, BAD, rounds=200)
    assert many["high"] - many["low"] < few["high"] - few["low"]


@given(st.floats(0.1, 5), st.floats(-3, 3))
def test_only_the_order_of_a_score_counts(by, plus):
    told = ks_difference(OWN, BOTH, BAD, rounds=3)
    assert ks_difference(OWN * by + plus, BOTH, BAD, rounds=3)["a"] == pytest.approx(told["a"])


def test_what_can_t_be_compared_is_refused():
    with pytest.raises(UserError, match="一样长"):
        ks_difference(OWN[:3], BOTH, BAD)
    with pytest.raises(UserError, match="缺失"):
        ks_difference(np.full(600, np.nan), BOTH, BAD)
    with pytest.raises(UserError, match="只有一种结果"):
        ks_difference(OWN, BOTH, np.zeros(600))
    with pytest.raises(UserError, match="share 是通过率"):
        bads_at_equal_approval(OWN, BOTH, BAD, share=70)
