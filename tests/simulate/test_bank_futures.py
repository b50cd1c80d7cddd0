"""Nothing observed depends on the future: other luck from a month on leaves the past as it was.

What the bank knew before that month must be equal to the last bit. Columns that tell the state on
the last day (``SNAPSHOT``) are left out; dates of what came later are blanked out first.
"""

from datetime import date

import pandas as pd
import pytest

from banks import KNOWN, Bank, any_bank, looked_up
from smeprofile.schemas import SCHEMAS
from smeprofile.simulate import Setting

# Told of the last day or the last twelve months, as the dictionary says.
SNAPSHOT = {
    "customers": ["annual_revenue_cny", "total_assets_cny", "size_class", "avg_daily_balance_cny",
                  "updated_at", "registration_status", "do_not_contact"],
    "drawdowns": ["balance_cny", "dpd", "risk_class"],
}  # fmt: skip
LATER = {
    "customers": ["deregistered_date"],
    "drawdowns": ["settled_date", "written_off_date"],
    "consents": ["withdrawn_date"],
    "truth_customers": ["shutdown_month", "exit_month", "first_credit_month"],
}
FIXED = ("owners", "products", "channels", "branches")


def known_day(bank, name, rows):
    """The day each row of table ``name`` became known."""
    if name == "inquiries":  # those by others, when a report of ours showed them
        report = rows["seen_in_id"].fillna(rows["inquiry_id"])
        return looked_up(report, bank["inquiries"], "inquiry_id", "inquired_at")
    if name == "external_loans":
        return looked_up(rows["inquiry_id"], bank["inquiries"], "inquiry_id", "inquired_at")
    if name == "contact_responses":  # told of the whole month of the contact
        return looked_up(rows["contact_id"], bank["contacts"], "contact_id", "contact_date")
    if name == "schedules":  # an instalment not due yet may still be cut by an early end
        return rows["due_date"]
    return rows[KNOWN[name]]


def before(bank, name, day):
    """Rows of table ``name`` known before ``day``, as they were known then."""
    rows = bank[name]
    if name not in FIXED and not name.startswith("truth_"):
        rows = rows[known_day(bank, name, rows) < day]
    rows = rows.drop(columns=SNAPSHOT.get(name, [])).reset_index(drop=True)
    return rows.assign(**{c: rows[c].mask(rows[c] >= day) for c in LATER.get(name, [])})


def two_futures(bank):
    """The bank, the same with other luck from a month on, and that month's first day."""
    months = sorted(bank["balances"]["month"].unique())
    day = pd.Timestamp(months[len(months) * 2 // 3])
    return bank, Bank(bank.setting.another_future(day.date())), day


@pytest.mark.parametrize("name", [n for n in SCHEMAS if n not in ("app_events", "visits")])
@any_bank
def test_what_was_known_before_does_not_depend_on_what_came_after(name, bank):
    one, other, day = two_futures(bank)
    pd.testing.assert_frame_equal(
        before(one, name, day),
        before(other, name, day),
        check_exact=True,
        check_dtype=False,  # pandas reads whole numbers with a gap anywhere as fractions
        obj=name,
    )


@any_bank
def test_the_plan_of_a_loan_open_in_both_futures_is_the_same(bank):
    one, other, day = two_futures(bank)
    plans = []
    for future in (one, other):
        loans = future["drawdowns"]
        ended = loans["settled_date"].fillna(loans["written_off_date"]) >= day
        plans.append((set(loans.loc[(loans["disbursed_date"] < day) & ~ended, "loan_id"]), future))
    both = plans[0][0] & plans[1][0]
    kept = [f["schedules"][f["schedules"]["loan_id"].isin(both)] for _, f in plans]
    pd.testing.assert_frame_equal(*(rows.reset_index(drop=True) for rows in kept), check_exact=True)


@any_bank
def test_the_truth_before_does_not_depend_on_luck_after(bank):
    one, other, day = two_futures(bank)
    months = [f["truth_months"] for f in (one, other)]
    months = [rows[rows["month"] < day].reset_index(drop=True) for rows in months]
    pd.testing.assert_frame_equal(*months, check_exact=True)
    pd.testing.assert_frame_equal(
        before(one, "truth_customers", day), before(other, "truth_customers", day), check_exact=True
    )


@any_bank
def test_other_luck_is_another_future(bank):
    one, other, day = two_futures(bank)
    later = [f["flows"][f["flows"]["date"] >= day].reset_index(drop=True) for f in (one, other)]
    assert not later[0].equals(later[1])


@pytest.mark.parametrize("name", ["applications", "repayments", "truth_months", "tax", "contacts"])
def test_other_luck_changes_every_kind_of_record_after(name):
    setting = Setting(300, 12, date(2025, 12, 31), 1, "both")
    one, other, _ = two_futures(Bank(setting))
    assert not one[name].equals(other[name])
