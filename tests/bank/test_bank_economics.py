"""Strategies behave as a banker expects: price, cut-off, capacity, bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank.markets import cutoffs, free_ids, market, offer, offering, played, policy
from smeprofile import bank
from smeprofile.bank.bound import best_by_choice, bound_cny
from smeprofile.bank.play import luck, monthly_capacity

SEEDS = range(4)


def counts(strategy, seeds=SEEDS):
    """Return approved, accepted, bad lines and lines in all, over the seeds."""
    runs = [played(strategy, seed) for seed in seeds]
    return {
        "asked": sum(len(r.applications["who"]) for r in runs),
        "approved": sum(int(r.applications["approved"].sum()) for r in runs),
        "accepted": sum(int(r.applications["accepted"].sum()) for r in runs),
        "bad": sum(int((r.loans.fac["distress"] == 2).sum()) for r in runs),
        "wait": np.concatenate([r.applications["hours"] for r in runs]),
    }


def test_a_higher_price_lowers_take_up():
    cheap, usual, dear = (counts(policy(rate_addon=by)) for by in (-0.005, 0.0, 0.005))
    rates = [x["accepted"] / x["approved"] for x in (cheap, usual, dear)]
    assert rates[0] > rates[1] > rates[2]


@settings(max_examples=15)
@given(low=st.floats(-0.005, 0.005), more=st.floats(0, 0.01), seed=st.integers(0, 2**100))
def test_who_accepts_at_a_higher_price_accepts_at_a_lower(low, more, seed):
    high = min(low + more, 0.005)
    took = [first_month(policy(rate_addon=by), seed)["accepted"] for by in (low, high)]
    assert took[1] <= took[0]


@settings(max_examples=15)
@given(
    by=st.floats(-200, 50),
    less=st.floats(0, 100),
    band=st.floats(0, 30),
    seed=st.integers(0, 2**100),
)
def test_who_passes_a_stricter_cut_off_passes_a_looser(by, less, band, seed):
    passed = [
        first_month(policy(cutoffs=cutoffs(cut), manual_below=band, manual_above=band), seed)[
            "approved"
        ]
        for cut in (by, by - less)
    ]
    assert passed[0] <= passed[1]


def first_month(strategy, seed):
    """Return who was approved, and who accepted, in the first month: later ones differ in who asks."""
    x = played(strategy, seed).applications
    return {name: set(x["who"][(x["k"] == 0) & x[name]]) for name in ("approved", "accepted")}


def test_a_looser_cut_off_approves_more_and_more_go_bad():
    strict, usual, loose = (counts(policy(cutoffs=cutoffs(by))) for by in (25, 0, -60))
    assert strict["approved"] < usual["approved"] < loose["approved"]
    assert strict["bad"] < loose["bad"]


def test_capacity_of_channels_binds():
    ids = free_ids(600)
    run = played(offering(*[offer(x, channel_id="H1") for x in ids]))
    assert run.counts["contacts"] == monthly_capacity(market().customers)[0] == 90
    assert run.counts["over_capacity"] == len(ids) - 90


def test_more_cases_for_a_person_make_everybody_wait_longer():
    few, many = (counts(policy(manual_below=b, manual_above=b)) for b in (0, 400))
    assert np.percentile(many["wait"], 90) > np.percentile(few["wait"], 90)
    assert few["accepted"] / few["approved"] > many["accepted"] / many["approved"]


def test_refusing_all_lends_nothing_and_costs_what_cases_cost():
    run = played(policy(cutoffs=cutoffs(9000)))
    statement = run.ledger.statement()
    # Old loans that their owners can't pay back when they aren't renewed are all that is on the books.
    assert set(run.loans.fac.get("kind", [])) <= {2}
    assert run.value_cny < 0 and statement["利息收入"] == 0
    assert statement["办理费"] == statement["存款与结算收益"] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_every_loan_due_is_renewed_repaid_lost_to_another_bank_or_unpaid_once(seed):
    counts = played(bank.baseline(), seed).counts
    parts = ("renewed", "not_offered", "went_elsewhere", "unpaid")
    assert counts["due"] == (market()._truth.due_month >= 0).sum()
    assert counts["due"] == sum(counts[name] for name in parts)


def test_refused_renewals_are_paid_less_often():
    keeps, calls_in = (
        [played(policy(renewal_margin=by), seed).counts for seed in range(12)]
        for by in (9000, -9000)
    )
    assert all(a["unpaid"] <= b["unpaid"] for a, b in zip(keeps, calls_in, strict=True))
    assert sum(x["unpaid"] for x in keeps) < sum(x["unpaid"] for x in calls_in)
    assert not any(x["renewed"] for x in calls_in) and not any(x["not_offered"] for x in keeps)


@pytest.mark.parametrize("seed", SEEDS)
def test_dearer_renewals_are_fewer(seed):
    counts = [played(policy(rate_addon=by), seed).counts for by in (-0.005, 0.0, 0.005)]
    kept = [x["renewed"] for x in counts]
    assert kept[0] >= kept[1] >= kept[2] and kept[0] > kept[2]


def test_without_the_bureau_more_of_those_late_elsewhere_pass():
    blind = bank.Strategy(sources=bank.Sources(credit=("流水数据",)))
    assert counts(blind)["approved"] > counts(bank.Strategy())["approved"]


@pytest.mark.full
def test_reference_earns_more_than_the_baseline_and_than_refusing_all():
    base, best, none = (
        np.array([played(strategy, seed, market(11, 6000)).value_cny for seed in range(20)])
        for strategy in (bank.baseline(), bank.reference(), policy(cutoffs=cutoffs(9000)))
    )
    more = best - base
    assert more.mean() > 2 * more.std() / np.sqrt(len(more))
    # One large loan that fails decides a year: against lending nothing the luck doesn't cancel
    # out, and one market doesn't prove it. Twenty do: ``tests/bench/bank.py --seeds 20``.
    assert best.mean() > none.mean()
    assert (none < 0).all()


@pytest.mark.full
@settings(max_examples=6, deadline=None)
@given(
    by=st.floats(-9000, 60), share=st.floats(0.3, 1), months=st.floats(1, 24),
    addon=st.floats(-0.005, 0.005), seed=st.integers(0, 2**100),
    method=st.sampled_from([{}, {"F1": "等额本息"}, {"F3": "等额本息", "F4": "等额本金"}]),
)  # fmt: skip
def test_no_policy_beats_the_bound_with_any_customer(by, share, months, addon, seed, method):
    run = played(policy(cutoffs=cutoffs(by), line_share=share, line_months=months, rate_addon=addon,
                        repayment=method), seed)  # fmt: skip
    most = best_by_choice(market()._truth, luck(market().seed, seed)).max(1)
    assert (run.ledger.value_fen() / 100 <= most + 0.05).all()


@pytest.mark.full
@settings(max_examples=4)
@given(seed=st.integers(0, 2**32), addon=st.sampled_from([-0.005, 0.0, 0.005]))
def test_no_offer_beats_the_bound_with_any_customer(seed, addon):
    rng, ids = np.random.default_rng(seed), free_ids(market().customers)
    n = 3 * len(ids)
    chosen = market().profiles().set_index("customer_id").loc[ids * 3].reset_index()
    product = rng.choice(["F1", "F2", "F3", "F4", "F5"], n)
    month = np.repeat([1, 5, 9], len(ids)) + rng.integers(0, 4, n)
    rows = bank.offers_of(chosen, product, rng.choice(["H1", "H2", "H3", "H4", "H5"], n), month,
                          addon=addon)  # fmt: skip
    run = played(bank.Strategy(rows, bank.Policy(cutoffs=cutoffs(-9000), rate_addon=addon)), seed)
    most = best_by_choice(market()._truth, luck(market().seed, seed)).max(1)
    assert (run.ledger.value_fen() / 100 <= most + 0.05).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_neither_yardstick_beats_the_bound(seed):
    most = bound_cny(market()._truth, luck(market().seed, seed))
    assert max(played(s, seed).value_cny for s in (bank.baseline(), bank.reference())) < most


def test_the_bound_keeps_to_capacities(monkeypatch):
    truth, draws = market()._truth, luck(7, 1)
    free, kept = best_by_choice(truth, draws).max(1).sum(), bound_cny(truth, draws)
    assert 0 < kept <= free + 1.01
    nobody = np.zeros_like(monthly_capacity(truth.n))
    monkeypatch.setattr("smeprofile.bank.bound.monthly_capacity", lambda _: nobody)
    assert bound_cny(truth, draws) < kept


def test_a_bullet_cannot_hide_behind_the_horizon():
    run = played(policy(repayment={"F1": "随借随还", "F2": "先息后本", "F4": "先息后本"}))
    notes, age = run.loans.notes, 11 - run.loans.notes["start"]
    old = notes["open"] & (age >= 8) & np.isin(notes["method"], (0, 1, 4))
    # What falls due at once next year is charged for the part of its life that is over.
    assert notes["expected_fen"][old].sum() > notes["later_fen"][old].sum()
