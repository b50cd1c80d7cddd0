"""Records hang together: keys, ids, the dictionary, size class, decisions, contacts, owners."""

from datetime import date

import pytest

from banks import Bank, any_bank, days, looked_up
from smeprofile import uscc
from smeprofile.rules import classify_size
from smeprofile.schemas import SCHEMAS, TRUTH_SCHEMAS, conform, validate
from smeprofile.simulate import Setting, table_names

NAMES = table_names(Setting(1, 1, date(2025, 12, 31), 0, "both"), truth=True)
# Column → where it is a key: in any table that has it, and under other names.
KEYS = {
    "customer_id": "customers", "application_id": "applications", "facility_id": "facilities",
    "loan_id": "drawdowns", "contact_id": "contacts", "consent_id": "consents",
    "inquiry_id": "inquiries", "product_id": "products", "channel_id": "channels",
    "branch_id": "branches", "survey_id": "customer_survey", "guarantee_id": "guarantees",
    "event_id": "legal_events", "flow_id": "flows", "invoice_id": "invoices",
}  # fmt: skip
ALIASES = {
    ("facilities", "renewal_of"): "facility_id",
    ("drawdowns", "renewal_of"): "loan_id",
    ("drawdowns", "chain_id"): "loan_id",
    ("inquiries", "seen_in_id"): "inquiry_id",
}
# These are checked by tests of their own, or point at nothing.
APART = {("customers", "controller_id"), ("owners", "owner_id"), ("truth_customers", "ring_id")}
LINKS = [
    (name, column.name, ALIASES.get((name, column.name), column.name))
    for name in NAMES
    for column in (SCHEMAS.get(name) or TRUTH_SCHEMAS[name]).columns
    if (column.name.endswith("_id") or (name, column.name) in ALIASES)
    and (name, column.name) not in APART
]


@pytest.mark.parametrize("name", NAMES)
@any_bank
def test_tables_satisfy_their_dictionary(name, bank):
    frame = bank[name]
    assert len(frame) == len(validate(name, conform(name, frame)))


@pytest.mark.parametrize(("name", "column", "key"), LINKS)
@any_bank
def test_every_id_is_that_of_a_record_of_the_same_customer(name, column, key, bank):
    rows, target = bank[name].dropna(subset=column), bank[KEYS[key]]
    assert set(rows[column]) <= set(target[key])
    if key != "customer_id" and "customer_id" in target and "customer_id" in rows:
        owner = looked_up(rows[column], target, key, "customer_id")
        assert owner.tolist() == rows["customer_id"].tolist()


@pytest.mark.parametrize(
    ("key", "name"),
    [(k, n) for k, n in KEYS.items() if "customer_id" in SCHEMAS[n].names[1:]],
)
@any_bank
def test_a_record_is_numbered_within_its_customer_from_one(name, key, bank):
    rows = bank[name]
    ids = rows[key].astype(str).str.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").astype("int64")
    size = 10**6 if rows[key].dtype == "int64" else 10**3
    assert (rows["customer_id"].str[1:].astype("int64")).tolist() == (ids // size).tolist()
    number = (ids % size).sort_values()
    place = number.groupby(rows["customer_id"]).cumcount() + 1
    assert place.sort_index().tolist() == number.sort_index().tolist()


@any_bank
def test_a_size_class_is_that_of_the_rule(bank):
    known = [
        classify_size(
            row.industry_code, n_staff=row.n_staff, revenue_cny=row.annual_revenue_cny,
            total_assets_cny=row.total_assets_cny,
        )
        for row in bank["customers"].itertuples()
    ]  # fmt: skip
    assert known == bank["customers"]["size_class"].tolist()


@any_bank
def test_credit_codes_are_well_formed_unique_and_nobodys(bank):
    codes = bank["customers"]["uscc"].dropna()
    assert codes.map(uscc.is_valid).all()
    assert set(codes.str[2:8]) == {uscc.FAKE_REGION}
    assert codes.is_unique


@any_bank
def test_shares_add_up_and_one_owner_controls(bank):
    owners, customers = bank["owners"], bank["customers"].set_index("customer_id")
    parts = (owners["share"] * 10_000).round().astype(int).groupby(owners["customer_id"]).sum()
    assert parts.reindex(customers.index).eq(10_000).all()
    control = owners[owners["is_controller"]].set_index("customer_id")["owner_id"]
    assert control.reindex(customers.index).tolist() == customers["controller_id"].tolist()
    assert owners["is_controller"].equals(owners["relation"] == "本人")


@any_bank
def test_an_owner_of_several_firms_is_one_person(bank):
    facts = bank["owners"].groupby("owner_id")[["name", "kind", "gender", "birth_year"]]
    assert (facts.nunique(dropna=False) == 1).all(axis=None)


@any_bank
def test_a_refusal_has_a_reason_and_no_terms(bank):
    rows, terms = bank["decisions"], ["credit_line_cny", "annual_rate", "tenor_months"]
    refused = ~rows["is_approved"]
    assert refused.equals(rows["reason"].notna())
    assert rows[terms].isna().eq(refused, axis=0).all(axis=None)
    assert not (refused & rows["is_accepted"]).any()
    assert not (refused & rows["is_random_approval"]).any()


@any_bank
def test_a_decision_comes_after_its_application(bank):
    rows = bank["decisions"]
    applied = looked_up(
        rows["application_id"], bank["applications"], "application_id", "applied_at"
    )
    assert (rows["decided_at"] >= applied).all()


@any_bank
def test_only_an_accepted_offer_becomes_a_facility_on_the_terms_offered(bank):
    both = bank["facilities"].merge(
        bank["decisions"], on="application_id", how="left", suffixes=("", "_d"), validate="1:1"
    )
    assert both["is_accepted"].eq(True).all()
    for column in ("credit_line_cny", "annual_rate"):
        assert both[f"{column}_d"].tolist() == both[column].tolist(), column
    late = both[days(both["decided_at"]) > both["start_date"]]
    assert late.empty, late


@any_bank
def test_a_facility_is_of_the_product_and_kind_applied_for(bank):
    both = bank["facilities"].merge(bank["applications"], on="application_id", suffixes=("", "_a"))
    for column in ("product_id", "repayment_method"):
        assert both[f"{column}_a"].tolist() == both[column].tolist(), column
    assert both["renewal_of"].notna().equals(both["kind"] == "续贷")


@any_bank
def test_a_facility_keeps_to_its_product(bank):
    both = bank["facilities"].merge(bank["products"], on="product_id", suffixes=("", "_p"))
    assert both["security_p"].tolist() == both["security"].tolist()
    assert both["credit_line_cny"].between(both["min_line_cny"], both["max_line_cny"]).all()
    methods = zip(both["repayment_method"], both["repayment_methods"], strict=True)
    assert all(one in listed.split("、") for one, listed in methods)


@any_bank
def test_nobody_is_contacted_who_asked_not_to_be(bank):
    """Save those who asked for it only then: the list is that of the last day."""
    answers = bank["contact_responses"]
    since = set(answers.loc[answers["opted_out"], "customer_id"])
    off = set(bank["customers"].query("do_not_contact")["customer_id"])
    assert not set(bank["contacts"]["customer_id"]) & (off - since)
    assert since <= off


@any_bank
def test_nobody_is_contacted_again_who_opted_out(bank):
    contacts = bank["contacts"].merge(bank["contact_responses"][["contact_id", "opted_out"]])
    contacts = contacts.sort_values(["customer_id", "contact_date"])
    done = contacts["opted_out"].groupby(contacts["customer_id"]).cumsum()
    again = contacts[(done - contacts["opted_out"]) > 0]
    assert again.empty, again


@any_bank
def test_only_an_experiment_has_controls_and_a_control_cannot_opt_out(bank):
    rows = bank["contacts"].merge(bank["contact_responses"], on="contact_id", validate="1:1")
    assert len(rows) == len(bank["contacts"]) == len(bank["contact_responses"])
    assert rows.loc[~rows["is_treated"], "is_randomised"].all()
    assert not (rows["opted_out"] & ~rows["is_treated"]).any()


@any_bank
def test_a_response_is_an_application_in_the_month_of_the_contact(bank):
    rows = bank["contacts"].merge(bank["contact_responses"], on=["contact_id", "customer_id"])
    assert rows["responded"].equals(rows["response_date"].notna())
    month = bank["applications"]["applied_at"].dt.to_period("M")
    applied = set(zip(bank["applications"]["customer_id"], month, strict=True))
    asked = zip(rows["customer_id"], rows["contact_date"].dt.to_period("M"), strict=True)
    assert [pair in applied for pair in asked] == rows["responded"].tolist()


@any_bank
def test_an_application_credited_to_a_contact_came_after_one_that_was_made(bank):
    rows = bank["applications"].dropna(subset="contact_id")
    rows = rows.merge(bank["contacts"], on="contact_id", validate="1:1", suffixes=("", "_t"))
    assert rows["is_treated"].all()
    assert (days(rows["applied_at"]) >= rows["contact_date"]).all()
    assert rows["channel_id_t"].tolist() == rows["channel_id"].tolist()


@pytest.mark.parametrize("customers", [1, 2, 7])
@pytest.mark.parametrize("end", [date(2015, 1, 1), date(2025, 6, 10), date(2036, 12, 31)])
def test_the_smallest_bank_on_any_allowed_day_satisfies_its_dictionary(customers, end):
    bank = Bank(Setting(customers, 1, end, 1, "both"))
    assert customers == len(bank["customers"])
    for name in NAMES:
        validate(name, conform(name, bank[name]))
