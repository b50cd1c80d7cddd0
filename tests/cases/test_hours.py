"""Percentiles keep the undecided, office hours skip nights and weekends, queues serve in order."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smeprofile.bank.queue import office_hours
from smeprofile.cases.hours import hours_at, queue_at_load, queue_hours, work_hours
from smeprofile.errors import UserError

TIMES = st.datetimes(pd.Timestamp("2024-01-01"), pd.Timestamp("2026-12-31"))


def test_the_undecided_stay_in_the_denominator():
    assert hours_at([1.0] * 9 + [None]) == 1.0
    assert hours_at([1.0] * 8 + [None, math.nan]) == math.inf


def test_no_value_is_made_up_between_two_cases():
    assert hours_at(range(1, 21)) == 18
    assert hours_at([7]) == 7


def test_no_case_at_all_is_refused():
    with pytest.raises(UserError, match="一件进件也没有"):
        hours_at([])


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2025-06-04 10:00", "2025-06-05 11:00", 9),
        ("2025-06-06 16:00", "2025-06-10 10:00", 10),
        ("2025-06-07 20:00", "2025-06-09 09:30", 0.5),
        ("2025-06-04 20:00", "2025-06-05 08:00", 0),
        ("2025-06-02 09:00", "2025-06-23 09:00", 120),
    ],
)
def test_nights_and_weekends_count_nothing(start, end, hours):
    one = [pd.Series([pd.Timestamp(t)]) for t in (start, end)]
    assert work_hours(*one).iloc[0] == pytest.approx(hours)


@given(TIMES, TIMES)
def test_work_hours_agree_with_the_bank_s_own_where_the_hours_are_the_same(a, b):
    start, end = sorted((a, b))
    mine = work_hours(pd.Series([start]), pd.Series([end]), opens=9, closes=18).iloc[0]
    seconds = np.array([int(pd.Timestamp(t).timestamp()) for t in (start, end)])
    assert mine == pytest.approx(np.diff(office_hours(seconds))[0] * 9 / 8, abs=0.01)


def test_an_end_before_its_start_is_refused():
    day = pd.Series(pd.to_datetime(["2025-06-04", "2025-06-03"]))
    with pytest.raises(UserError, match="早于进件"):
        work_hours(day, day[::-1].reset_index(drop=True))


def test_undecided_has_no_hours_worked():
    assert work_hours(pd.Series([pd.Timestamp("2025-06-04")]), pd.Series([pd.NaT])).isna().all()


def test_who_is_free_first_takes_the_next_case():
    assert queue_hours([0, 1, 2], [5, 1, 9], 2) == (5, 1, 9)
    assert queue_hours([10, 30], [1, 1], 1) == (1, 1)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 5)), min_size=1, max_size=30))
def test_one_more_reviewer_never_slows_a_case_down(steps):
    gaps, works = zip(*steps, strict=True)
    arrivals = np.cumsum(gaps)
    one, two = (queue_hours(arrivals, works, n) for n in (1, 2))
    assert all(b <= a + 1e-9 for a, b in zip(one, two, strict=True))
    assert all(t >= w - 1e-9 for t, w in zip(two, works, strict=True))


def test_a_queue_without_reviewers_is_refused():
    with pytest.raises(UserError, match="至少要一名审批人"):
        queue_hours([0], [1], 0)


def test_one_reviewer_s_mean_is_what_queueing_theory_says():
    # M/M/1: mean time in the system = service ÷ (1 − load).
    assert queue_at_load(
        0.5, reviewers=1, mean_hours=1, cases=40_000, seed=1
    ).mean() == pytest.approx(2, rel=0.05)
