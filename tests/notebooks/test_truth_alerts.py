"""Module 13's truth: chances are the generator's own, the reference beats what needs no thought."""

from dataclasses import replace

import numpy as np
import pytest

from smeprofile.cases import early_warning
from smeprofile.monitor import orders
from smeprofile.notebooks.truth import alerts as truth
from smeprofile.notebooks.truth import chances
from smeprofile.simulate import Setting
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.exported import setting

SMALL = Setting(customers=2_000, months=24, end=truth.pd.Timestamp("2025-12-31").date(), seed=8)


@pytest.fixture(scope="module")
def played():
    return chances.past_and_ahead(SMALL, 0, 2_000)


def test_looking_on_changes_nothing_of_the_past():
    seen = chances._seen(SMALL, Chunk(SMALL, 0, 300))
    plain = Chunk(SMALL, 0, 300).lending
    assert np.array_equal(seen.book.hazard, plain.book.hazard)
    assert np.array_equal(seen.distress, plain.distress)


def test_as_many_default_as_their_chances_say(played):
    past, _ = played
    x = Chunk(SMALL, 0, 2_000)
    w = chances._Seen(SMALL, x.t, x.life, x.elsewhere)
    started = []

    def step(k, go_on=w.step):
        before = w.distress.copy()
        go_on(k)
        started.append(((w.distress == 2) & (before == 0)).sum())

    w.step = step
    w.run()
    expected = w.chance.sum()
    assert sum(started) == pytest.approx(expected, abs=4 * np.sqrt(expected) + 0.15 * expected)
    assert np.array_equal(past, w.chance[:, -24:])


def test_the_future_is_several_and_the_past_is_one(played):
    past, ahead = played
    again, other = chances.past_and_ahead(SMALL, 0, 2_000)
    assert np.array_equal(past, again) and np.array_equal(ahead, other)
    assert 0 <= ahead.min() and ahead.max() < 1 and (ahead > 0).any()


@pytest.fixture(scope="module", params=[None, pytest.param(77, marks=pytest.mark.full)])
def bank(request, cohort):
    if request.param is None:
        return cohort
    return cohort.model_copy(update={"n_customers": 4_000, "seed": request.param})


def test_the_reference_is_worth_more_than_orders_by_lot(bank):
    told = truth.VALUES["alert_yardsticks"](bank)
    assert told["idle"] < told["reference"] <= told["bound"]
    right = truth.VALUES["alert_orders"](bank)
    assert orders.hours_of(right) <= truth.HOURS


def test_the_list_shows_nothing_of_what_comes(bank):
    rows = truth.VALUES["alert_list"](bank)
    assert {row["row"] for row in rows} == set(truth.VALUES["alert_losses"](bank))
    assert set(rows[0]) == {"row", *truth._SHOWN}
    late = [row for row in rows if row["dpd"] > 0]
    assert 0 < len(late) < len(rows) / 2


@pytest.mark.full
def test_the_desk_is_marked_on_a_bank_of_its_own(cohort):
    worth = truth.VALUES["alert_desk_values"](cohort)
    assert len(worth) == len(early_warning.all_choices())
    best, old = (
        worth[early_warning.code_of(one)] for one in (early_warning.REFERENCE, early_warning.OLD)
    )
    assert best > 2 * max(old, 1)


def test_members_of_a_ring_are_not_on_the_list(cohort):
    s = setting(cohort)
    s = replace(s, customers=truth.POOL, txn_customers=None, txn_months=None)
    listed, _, _ = truth._listed(cohort)
    ring = Chunk(s, 0, truth.POOL).t.ring >= 0
    assert not ring[truth._number(listed["customer_id"]) - 1].any()
