"""Nothing observed depends on the future: other luck later leaves what was known before."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from smeprofile.schemas import SCHEMAS
from smeprofile.simulate import Setting, whole_tables

BANK = Setting(1500, 15, date(2025, 12, 31), 77, grain="both")
TURN = date(2025, 7, 1)
DAY = pd.Timestamp(TURN)
# Told as they stand on the last day (the dictionary says so), or known only when the plan is over.
SNAPSHOTS = {
    "customers": {"registration_status", "deregistered_date", "annual_revenue_cny", "size_class",
                  "total_assets_cny", "avg_daily_balance_cny", "updated_at", "do_not_contact"},
    "drawdowns": {"settled_date", "written_off_date", "balance_cny", "dpd", "risk_class"},
    "consents": {"withdrawn_date"},
    "inquiries": {"inquiry_id", "seen_in_id"},
    "external_loans": {"inquiry_id"},
}  # fmt: skip
WHEN = {
    "flows": "date", "invoices": "date", "flows_monthly": "month", "balances": "month",
    "invoices_monthly": "month", "tax": "arrived_date", "financials": "arrived_date",
    "inquiries": "inquired_at", "legal_events": "date", "applications": "applied_at",
    "decisions": "decided_at", "facilities": "start_date", "drawdowns": "disbursed_date",
    "repayments": "paid_date", "contacts": "contact_date", "customer_survey": "survey_date",
    "consents": "granted_date", "guarantees": "start_date", "truth_months": "month",
}  # fmt: skip


@pytest.fixture(scope="module")
def two():
    worlds = (BANK, BANK.another_future(TURN))
    return [
        {n: t.to_pandas() for n, t in whole_tables(world, truth=True).items()} for world in worlds
    ]


def before(table, name):
    """What was known before the turn; an inquiry seen in a later report was not known yet."""
    rows = table[table[WHEN[name]] < DAY]
    if name == "inquiries":
        rows = rows[rows["seen_in_id"].isna()]
    dropped = [c for c in rows.columns if c in SNAPSHOTS.get(name, set())]
    return rows.drop(columns=dropped).reset_index(drop=True)


@pytest.mark.parametrize("name", WHEN)
def test_the_past_is_the_same_in_both_futures(two, name):
    one, other = (before(world[name], name) for world in two)
    assert len(one) > 0
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("name", [n for n in WHEN if n not in ("guarantees", "financials")])
def test_the_future_differs(two, name):
    late = [world[name][world[name][WHEN[name]] >= DAY].reset_index(drop=True) for world in two]
    assert not late[0].equals(late[1])


def test_who_a_customer_is_never_changes(two):
    for name in ("customers", "owners"):
        one, other = (w[name].drop(columns=list(SNAPSHOTS.get(name, ()))) for w in two)
        pd.testing.assert_frame_equal(one, other)


def test_what_had_ended_before_had_ended_the_same(two):
    loans = [world["drawdowns"].set_index("loan_id") for world in two]
    for column in ("settled_date", "written_off_date"):
        ended = [frame.loc[frame[column] < DAY, column] for frame in loans]
        pd.testing.assert_series_equal(*ended)


def test_a_plan_is_the_same_until_it_is_changed(two):
    """Instalments due before the turn, of loans disbursed before."""
    plans = []
    for world in two:
        old = world["drawdowns"].query("disbursed_date < @DAY")["loan_id"]
        rows = world["schedules"]
        rows = rows[rows["loan_id"].isin(old) & (rows["due_date"] < DAY)]
        plans.append(rows.reset_index(drop=True))
    pd.testing.assert_frame_equal(*plans)


def test_every_dated_table_is_looked_at():
    undated = {"customers", "owners", "external_loans", "schedules", "contact_responses",
               "products", "channels", "branches", "lpr", "app_events", "visits"}  # fmt: skip
    assert set(SCHEMAS) - undated <= set(WHEN)


def test_responses_before_the_turn_are_the_same(two):
    known = [w["contact_responses"].query("response_date < @DAY")["contact_id"] for w in two]
    assert np.array_equal(*known)
