"""Nothing is dated after the last day, before the account was opened, or after the firm is gone."""

import numpy as np
import pytest

from banks import DATES, any_bank, days, opened_and_closed

# Agreed in advance, so known before the day comes.
PLANS = {
    ("facilities", "maturity_date"),
    ("drawdowns", "maturity_date"),
    ("schedules", "due_date"),
    ("guarantees", "end_date"),
    ("external_loans", "maturity_date"),
}
# Not about one customer, or not made by ``whole_tables``.
ELSEWHERE = {("lpr", "date"), ("app_events", "occurred_at"), ("visits", "visit_date")}
# A firm lives before it banks here: founded, sued, guarantor, asked about by others.
OLDER_THAN_THE_ACCOUNT = {
    ("customers", "established_date"),
    ("inquiries", "inquired_at"),
    ("legal_events", "date"),
    ("guarantees", "start_date"),
}
MONTHS = {(name, column) for name, column in DATES if column == "month"}
SINCE_OPENED = sorted(DATES - PLANS - ELSEWHERE - OLDER_THAN_THE_ACCOUNT - MONTHS)
# A firm that has left the register does nothing more. Others still do things about it: its debts
# fall overdue, are written off and recovered, its file is updated, its case goes to court.
DONE_BY_THE_FIRM = [
    ("applications", "applied_at"),
    ("facilities", "start_date"),
    ("drawdowns", "disbursed_date"),
    ("contacts", "contact_date"),
    ("contact_responses", "response_date"),
    ("customer_survey", "survey_date"),
    ("consents", "granted_date"),
    ("flows", "date"),
    ("invoices", "date"),
    ("guarantees", "start_date"),
]


@pytest.mark.parametrize(("table", "column"), sorted(DATES - PLANS - ELSEWHERE | {("lpr", "date")}))
@any_bank
def test_nothing_is_dated_after_the_last_day(table, column, bank):
    assert not (days(bank[table][column]) > bank.end).any()


@pytest.mark.parametrize(("table", "column"), SINCE_OPENED)
@any_bank
def test_nothing_of_the_banks_is_dated_before_the_account_was_opened(table, column, bank):
    rows = bank[table]
    opened, _ = opened_and_closed(bank, rows)
    early = rows[days(rows[column]) < opened]
    assert early.empty, early


@pytest.mark.parametrize("table", sorted({name for name, _ in MONTHS}))
@any_bank
def test_no_month_is_told_before_the_one_in_which_the_account_was_opened(table, bank):
    rows = bank[table]
    opened, closed = opened_and_closed(bank, rows)
    first = opened.dt.to_period("M").dt.to_timestamp()
    assert (rows["month"] >= np.maximum(first, bank["balances"]["month"].min())).all()
    assert (rows["month"] <= closed).all()


@any_bank
def test_the_banks_own_inquiries_come_after_the_account_was_opened(bank):
    rows = bank["inquiries"]
    rows = rows[rows["institution"] == bank.setting.bank]
    opened, _ = opened_and_closed(bank, rows)
    assert (days(rows["inquired_at"]) >= opened).all()


@pytest.mark.parametrize(("table", "column"), DONE_BY_THE_FIRM)
@any_bank
def test_a_firm_off_the_register_does_nothing_more(table, column, bank):
    rows = bank[table]
    _, gone = opened_and_closed(bank, rows)
    late = rows[days(rows[column]) > gone]
    assert late.empty, late


@any_bank
def test_nobody_off_the_register_accepts_an_offer(bank):
    rows = bank["decisions"].query("is_accepted")
    _, gone = opened_and_closed(bank, rows)
    late = rows[days(rows["decided_at"]) > gone]
    assert late.empty, late


@any_bank
def test_a_firm_is_founded_before_it_banks_here_and_leaves_after(bank):
    rows = bank["customers"]
    assert (rows["established_date"] <= rows["opened_date"]).all()
    assert not (rows["deregistered_date"] <= rows["opened_date"]).any()


@any_bank
def test_a_firm_is_off_the_register_once_a_day_says_so(bank):
    rows = bank["customers"]
    assert (rows["registration_status"] == "注销").equals(rows["deregistered_date"].notna())
