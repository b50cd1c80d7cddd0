"""Consents, decisions, contacts, identities and dates of any bank hold together."""

import numpy as np
import pandas as pd

from banks import DATES, any_bank, days, looked_up, opened_and_closed
from smeprofile import uscc
from smeprofile.rules import classify_size
from smeprofile.schemas import SCHEMAS, TRUTH_SCHEMAS, conform, validate

# Dates that are plans: they may lie after the last day.
PLANS = {
    ("external_loans", "maturity_date"), ("facilities", "maturity_date"),
    ("drawdowns", "maturity_date"), ("schedules", "due_date"), ("guarantees", "end_date"),
}  # fmt: skip
PURPOSE = {"贷款审批": "授信审批", "贷后管理": "贷后管理"}
LINKS = {
    ("customers", "branch_id"): "branches",
    ("inquiries", "consent_id"): "consents",
    ("inquiries", "seen_in_id"): ("inquiries", "inquiry_id"),
    ("external_loans", "inquiry_id"): "inquiries",
    ("applications", "product_id"): "products",
    ("applications", "channel_id"): "channels",
    ("applications", "contact_id"): "contacts",
    ("decisions", "application_id"): "applications",
    ("facilities", "application_id"): "decisions",
    ("drawdowns", "facility_id"): "facilities",
    ("schedules", "loan_id"): "drawdowns",
    ("repayments", "loan_id"): "drawdowns",
    ("contacts", "product_id"): "products",
    ("contact_responses", "contact_id"): "contacts",
}


@any_bank
def test_every_table_satisfies_its_dictionary(bank):
    for name in [*bank.observed, *TRUTH_SCHEMAS]:
        validate(name, conform(name, bank[name]))


@any_bank
def test_every_reference_leads_somewhere(bank):
    for (name, column), to in LINKS.items():
        table, key = to if isinstance(to, tuple) else (to, SCHEMAS[to].keys[0])
        assert set(bank[name][column].dropna()) <= set(bank[table][key]), (name, column)
    known = set(bank["customers"]["customer_id"])
    for name in bank.observed:
        if "customer_id" in SCHEMAS[name].names:
            assert set(bank[name]["customer_id"]) <= known, name


@any_bank
def test_an_own_inquiry_is_under_a_consent_in_force(bank):
    rows = bank["inquiries"].dropna(subset="consent_id")
    signed = rows[["consent_id"]].merge(bank["consents"], on="consent_id", how="left")
    assert (signed["customer_id"].to_numpy() == rows["customer_id"].to_numpy()).all()
    assert (signed["data_item"] == "征信报告").all()
    assert (signed["purpose"].to_numpy() == rows["reason"].map(PURPOSE).to_numpy()).all()
    day = days(rows["inquired_at"]).to_numpy()
    assert (signed["granted_date"].to_numpy() <= day).all()
    assert not (signed["withdrawn_date"].to_numpy() <= day).any()


@any_bank
def test_an_inquiry_by_others_is_known_from_a_later_own_report(bank):
    rows = bank["inquiries"]
    own = rows["institution"] == bank.setting.bank
    assert own.equals(rows["consent_id"].notna()) and own.equals(rows["seen_in_id"].isna())
    others = rows[~own]
    seen = looked_up(others["seen_in_id"], rows[own], "inquiry_id", "inquired_at")
    owner = looked_up(others["seen_in_id"], rows[own], "inquiry_id", "customer_id")
    assert (owner == others["customer_id"]).all()
    assert (days(others["inquired_at"]) < days(pd.to_datetime(seen))).all()


@any_bank
def test_size_class_is_that_of_the_rule(bank):
    for firm in bank["customers"].itertuples():
        expected = classify_size(
            firm.industry_code, n_staff=firm.n_staff, revenue_cny=firm.annual_revenue_cny,
            total_assets_cny=firm.total_assets_cny,
        )  # fmt: skip
        assert expected == firm.size_class


@any_bank
def test_nothing_but_plans_is_dated_after_the_last_day(bank):
    for name, column in DATES - PLANS:
        if name in bank.observed:
            late = bank[name][column].dropna()
            assert not (days(late) > bank.end).any(), (name, column)


@any_bank
def test_the_bank_deals_with_a_customer_while_it_is_one(bank):
    for name, column in (
        ("applications", "applied_at"), ("contacts", "contact_date"), ("flows", "date"),
        ("customer_survey", "survey_date"), ("consents", "granted_date"),
    ):  # fmt: skip
        rows = bank[name]
        opened, _ = opened_and_closed(bank, rows)
        assert (days(rows[column]) >= opened).all(), name
    for name, column in (("applications", "applied_at"), ("contacts", "contact_date"),
                         ("flows", "date")):  # fmt: skip
        rows = bank[name]
        _, closed = opened_and_closed(bank, rows)
        assert (days(rows[column]) <= closed).all(), name


@any_bank
def test_a_refusal_has_a_reason_and_no_terms(bank):
    rows = bank["decisions"]
    terms = rows[["credit_line_cny", "annual_rate", "tenor_months"]].notna()
    assert (terms.all(axis=1) == rows["is_approved"]).all()
    assert (terms.any(axis=1) == rows["is_approved"]).all()
    assert (rows["reason"].isna() == rows["is_approved"]).all()
    assert not (rows["is_accepted"] & ~rows["is_approved"]).any()


@any_bank
def test_application_decision_facility_and_money_come_in_this_order(bank):
    decided = bank["decisions"]
    applied = looked_up(
        decided["application_id"], bank["applications"], "application_id", "applied_at"
    )
    assert (decided["decided_at"] >= pd.to_datetime(applied)).all()
    fac = bank["facilities"]
    when = looked_up(fac["application_id"], decided, "application_id", "decided_at")
    taken = looked_up(fac["application_id"], decided, "application_id", "is_accepted")
    assert taken.all() and (fac["start_date"] >= days(pd.to_datetime(when))).all()
    start = looked_up(bank["drawdowns"]["facility_id"], fac, "facility_id", "start_date")
    assert (bank["drawdowns"]["disbursed_date"] >= pd.to_datetime(start)).all()


@any_bank
def test_by_hand_is_decided_on_working_days_in_working_hours(bank):
    at = bank["decisions"].query("not is_auto")["decided_at"]
    assert (at.dt.dayofweek < 5).all() and at.dt.hour.between(9, 17).all()


@any_bank
def test_nobody_who_asked_for_peace_is_contacted_and_controls_are_not_either(bank):
    rows = bank["contacts"]
    answers = bank["contact_responses"]
    asked = rows[answers["opted_out"].to_numpy()].set_index("customer_id")["contact_date"]
    quiet = looked_up(rows["customer_id"], bank["customers"], "customer_id", "do_not_contact")
    since = pd.to_datetime(rows["customer_id"].map(asked.to_dict())).fillna(
        pd.Timestamp(2000, 1, 1)
    )
    assert not (quiet.astype(bool) & (rows["contact_date"] > since)).any()
    assert asked.index.is_unique
    assert rows.loc[~rows["is_treated"], "is_randomised"].all()
    assert rows["contact_id"].tolist() == answers["contact_id"].tolist()
    assert (answers["responded"] == answers["response_date"].notna()).all()


@any_bank
def test_owners_hold_the_whole_and_one_controls(bank):
    owners = bank["owners"].groupby("customer_id")
    assert np.allclose(owners["share"].sum(), 1)
    assert (owners["is_controller"].sum() == 1).all()


@any_bank
def test_credit_codes_are_well_formed_and_nobodys(bank):
    codes = bank["customers"]["uscc"]
    assert codes.is_unique and codes.map(uscc.is_valid).all()
    assert set(codes.str[2:8]) == {uscc.FAKE_REGION}
