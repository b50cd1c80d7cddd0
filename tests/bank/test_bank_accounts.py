"""The books balance to the fen, and every loan's balance is what its owner owes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank.markets import cutoffs, market, played, policy
from smeprofile import bank
from smeprofile.bank.ledger import EXPENSES, INCOME
from smeprofile.bank.queue import office_hours, second_of, waits

ALL = {
    "baseline": bank.baseline(),
    "reference": bank.reference(),
    "everybody passes": policy(cutoffs=cutoffs(-9000), line_share=1.0, line_months=24.0),
}


@pytest.fixture(scope="module", params=list(ALL))
def run(request):
    return played(ALL[request.param])


def test_debits_equal_credits_and_are_whole_fen(run):
    table = run.ledger.trial_balance()
    assert int(table["debit_fen"].sum()) == int(table["credit_fen"].sum())
    assert all((fen >= 0).all() and fen.dtype.kind == "i" for *_, fen in run.ledger.postings)


def test_loans_and_interest_owed_in_the_ledger_are_the_notes_of_each_customer(run):
    notes, who = run.loans.notes, run.loans.fac["who"][run.loans.notes["fac"]]
    for account, name in (("贷款", "balance"), ("应收利息", "receivable")):
        of_notes = np.zeros(run.ledger.n, np.int64)
        np.add.at(of_notes, who, notes[name])
        assert (run.ledger.balance_fen(account) == of_notes).all()


def test_what_was_lent_is_repaid_lost_or_still_owed(run):
    lent = sum(
        fen.sum() for _, d, c, _, fen in run.ledger.postings if (d, c) == _no("贷款", "现金")
    )
    notes = run.loans.notes
    assert int(lent) == int(notes["fen"].sum())
    assert (notes["balance"] >= 0).all() and (notes["balance"] <= notes["fen"]).all()
    assert (notes["balance"][~notes["open"]] == 0).all()


def test_value_is_income_less_expenses_and_adds_up_over_customers(run):
    assert run.value_cny == pytest.approx(run.ledger.statement().sum(), abs=0.005)
    assert list(run.ledger.statement().index) == [*INCOME, *EXPENSES]


def test_nobody_has_more_than_one_line_or_owes_more_than_it(run):
    fac, notes = run.loans.fac, run.loans.notes
    assert len(np.unique(fac["who"])) == len(fac["who"])
    owed = np.bincount(notes["fac"], weights=notes["balance"], minlength=len(fac["who"])) / 100
    assert (owed <= fac["line"] + 1e-6).all()


def test_same_seed_same_books_and_another_seed_other_luck():
    first, again, other = (played(bank.baseline(), seed) for seed in (1, 1, 2))
    assert first.value_cny == again.value_cny
    assert first.value_cny != other.value_cny


def test_one_more_contact_changes_nobody_elses_year():
    from bank.markets import free_ids, offer, offering

    ids = free_ids(400)
    few = played(offering(*[offer(x) for x in ids[:200]])).ledger.value_fen()
    more = played(offering(*[offer(x) for x in ids])).ledger.value_fen()
    who = np.flatnonzero(few != more)
    touched = {market().ids.get_loc(x) for x in ids[200:]}
    # A contact that brings an application for a person may move others in the queue; F1 is
    # decided by machine but for the band.
    assert len(set(who) - touched) <= 2 and len(set(who) & touched) > 100


def test_a_strategy_alters_no_later_run():
    spoils = bank.Strategy(lambda profiles: profiles.drop(profiles.index, inplace=True))
    before = played(bank.baseline()).value_cny
    played(spoils)
    assert played(bank.baseline()).value_cny == before


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 40)), max_size=40), st.integers(0, 500)
)
def test_the_queue_is_that_of_one_case_after_the_other(cases, free):
    cases = sorted(cases)
    arrival, work = (np.array([c[k] for c in cases], dtype=float) for k in (0, 1))
    got, done = waits(arrival, work, float(free))
    now, expected = float(free), []
    for came, takes in cases:
        begun = max(came, now)
        expected.append(begun - came)
        now = begun + takes
    assert got == pytest.approx(expected) and done == pytest.approx(now)


@given(st.integers(1_700_000_000, 1_900_000_000))
def test_office_hours_and_seconds_are_each_others_inverse(second):
    worked = office_hours(np.array([second]))
    assert office_hours(second_of(worked)) == pytest.approx(worked)


def _no(*names):
    from smeprofile.bank.ledger import ACCOUNTS

    return tuple(ACCOUNTS.index(name) for name in names)
