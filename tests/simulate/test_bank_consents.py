"""Nothing is looked up without leave: every inquiry of the bank's stands on a consent before it."""

import pandas as pd

from banks import any_bank, days, looked_up

PURPOSE_OF = {"贷款审批": "授信审批", "贷后管理": "贷后管理"}


def own(bank):
    """The bank's own inquiries with the consents they name."""
    rows = bank["inquiries"]
    rows = rows[rows["institution"] == bank.setting.bank]
    rows = rows.merge(bank["consents"], on="consent_id", how="left", suffixes=("", "_c"))
    return rows.assign(day=days(rows["inquired_at"]))


def others(bank):
    """Inquiries by others and by the customer, with the report of ours that showed them."""
    rows = bank["inquiries"]
    reports = rows[rows["institution"] == bank.setting.bank]
    rows = rows[rows["institution"] != bank.setting.bank]
    return rows.merge(
        reports, left_on="seen_in_id", right_on="inquiry_id", how="left", suffixes=("", "_r")
    )


@any_bank
def test_every_inquiry_names_a_consent_of_that_customer(bank):
    rows = own(bank)
    assert rows["customer_id"].tolist() == rows["customer_id_c"].tolist()


@any_bank
def test_the_consent_is_to_credit_reports_for_the_purpose_of_the_inquiry(bank):
    rows = own(bank)
    assert set(rows["data_item"]) <= {"征信报告"}
    assert rows["reason"].map(PURPOSE_OF).tolist() == rows["purpose"].tolist()


@any_bank
def test_consent_comes_before_the_inquiry_and_is_not_withdrawn_by_then(bank):
    rows = own(bank)
    assert (rows["granted_date"] <= rows["day"]).all()
    assert not (rows["withdrawn_date"] <= rows["day"]).any()


@any_bank
def test_an_inquiry_by_others_is_known_only_from_a_later_report_on_that_customer(bank):
    rows = others(bank)
    assert rows["consent_id"].isna().all()
    assert rows["customer_id"].tolist() == rows["customer_id_r"].tolist()
    assert (rows["inquired_at"] < rows["inquired_at_r"]).all()
    assert (rows["inquired_at_r"] - rows["inquired_at"] <= pd.Timedelta(days=732)).all()


@any_bank
def test_the_bank_looks_at_a_report_between_an_application_and_its_decision(bank):
    rows = own(bank).query("reason == '贷款审批'").sort_values("inquired_at")
    asked = bank["applications"].sort_values("applied_at")
    both = pd.merge_asof(
        rows, asked, left_on="inquired_at", right_on="applied_at", by="customer_id"
    )
    assert both["application_id"].notna().all()
    decided = looked_up(both["application_id"], bank["decisions"], "application_id", "decided_at")
    assert not (both["inquired_at"] > pd.to_datetime(decided)).any()


@any_bank
def test_the_bank_looks_again_only_while_it_has_a_loan_out(bank):
    rows = own(bank).query("reason == '贷后管理'")
    loans = bank["drawdowns"]
    ends = loans["settled_date"].fillna(loans["written_off_date"]).fillna(bank.end)
    both = rows.merge(loans.assign(ends=ends), on="customer_id")
    out = both[(both["disbursed_date"] <= both["day"]) & (both["day"] <= both["ends"])]
    assert set(rows["inquiry_id"]) == set(out["inquiry_id"])


@any_bank
def test_loans_elsewhere_are_known_only_from_the_banks_own_reports(bank):
    loans, rows = bank["external_loans"], own(bank)
    customer = looked_up(loans["inquiry_id"], rows, "inquiry_id", "customer_id")
    assert loans["customer_id"].tolist() == customer.tolist()
    assert bank.setting.bank not in set(loans["institution"])


@any_bank
def test_a_consent_is_withdrawn_only_after_it_was_granted(bank):
    rows = bank["consents"].dropna(subset="withdrawn_date")
    assert (rows["granted_date"] < rows["withdrawn_date"]).all()


@any_bank
def test_refused_for_arrears_means_that_the_report_shows_arrears(bank):
    late = bank["decisions"].query("reason == '当前有逾期'")[["application_id"]]
    asked = bank["applications"].merge(late)
    reports = own(bank).query("reason == '贷款审批'").sort_values("inquired_at")
    seen = pd.merge_asof(
        asked.sort_values("applied_at"), reports, left_on="applied_at", right_on="inquired_at",
        by="customer_id", direction="forward", suffixes=("", "_report"),
    )  # fmt: skip
    seen = seen[seen["inquired_at"].dt.month == seen["applied_at"].dt.month]
    worst = bank["external_loans"].groupby("inquiry_id")["dpd"].max()
    assert (seen["inquiry_id"].map(worst.to_dict()) > 0).all()
