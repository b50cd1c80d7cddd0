"""What isn't known stays unknown: a column that one source lacks, a table that isn't there."""

import pandas as pd
import pytest

from smeprofile.errors import UserError
from smeprofile.tags import coverage, profile, update

DAY = "2025-12-31"


def monthly(customer="M", **columns):
    months = pd.date_range("2025-01-01", DAY, freq="MS")
    return pd.DataFrame(
        {"customer_id": customer, "month": months, "sales_in_cny": 5_000.0, **columns}
    )


def entries(customer="E", **columns):
    return pd.DataFrame({"customer_id": customer, "date": pd.date_range("2025-03-02", periods=8, freq="30D"),
                         "direction": "in", "amount_cny": 100.0, "summary": "货款", **columns})  # fmt: skip


def told(tables, tag):
    return profile(tables, DAY).set_index("customer_id")[tag]


def test_sums_without_night_counts_have_no_night_share_whatever_entries_tell():
    before = monthly().assign(month=lambda t: t["month"] - pd.DateOffset(years=1))
    rows = pd.concat([before, monthly()]).assign(n_in=10, n_out=5)
    share = told({"flows_monthly": rows, "flows": entries(hour=23)}, "night_share")
    assert pd.isna(share["M"]) and share["E"] == 1


def test_invoices_without_vat_are_not_compared_with_receipts():
    sums = pd.concat(
        [monthly(), monthly().assign(month=lambda t: t["month"] - pd.DateOffset(years=1))]
    )
    sums = sums.rename(columns={"sales_in_cny": "sales_cny"}).assign(red_cny=0.0)
    lines = entries().drop(columns="summary").assign(direction="销项", is_red=False, vat_rate=0.13)
    flows = pd.concat([monthly(), monthly("E")])
    ratio = told(
        {"invoices_monthly": sums, "invoices": lines, "flows_monthly": flows}, "flow_invoice_ratio"
    )
    assert pd.isna(ratio["M"]) and ratio["E"] > 0


def test_months_known_by_sums_alone_do_not_move_the_balance_of_entries():
    flows = entries("A", balance_cny=[1_100.0 + 100 * k for k in range(8)], flow_id=range(8))
    earlier = monthly("A").assign(
        month=lambda t: t["month"] - pd.DateOffset(years=1), in_cny=5_000.0, out_cny=0.0
    )
    alone = told({"flows": flows}, "avg_daily_balance_cny")["A"]
    assert told({"flows": flows, "flows_monthly": earlier}, "avg_daily_balance_cny")["A"] == alone


def test_without_loans_the_gap_is_not_told_and_the_owners_consent_not_taken_as_given():
    money = ("revenue_cny", "cost_cny", "net_profit_cny", "inventory_cny", "receivable_cny", "prepaid_cny",
             "payable_cny", "advance_cny", "current_assets_cny", "liabilities_cny")  # fmt: skip
    accounts = pd.DataFrame({"customer_id": ["A"], "year": [2024], "arrived_date": ["2025-05-20"],
                             **{name: [1e6] for name in money}})  # fmt: skip
    firms = pd.DataFrame(
        {"customer_id": ["A"], "controller_id": ["O"], "established_date": ["2020-01-01"]}
    )
    seen = coverage({"financials": accounts, "customers": firms}).set_index("tag")
    assert seen.loc["working_capital_gap_cny", "status"] == "缺来源"
    assert "企业主本人" in seen.loc["controller_years", "reason"]


def test_who_has_left_the_register_has_no_gap_in_its_invoices():
    firms = pd.DataFrame({"customer_id": ["A", "B"], "established_date": "2020-01-01",
                          "registration_status": ["存续", "注销"], "deregistered_date": [None, "2025-10-01"]})  # fmt: skip
    sums = pd.concat([monthly("A"), monthly("B")]).query("month < '2025-09-01'")
    sums = sums.rename(columns={"sales_in_cny": "sales_cny"}).assign(red_cny=0.0, n_sales=3)
    gap = told({"customers": firms, "invoices_monthly": sums}, "invoice_gap_months")
    assert gap["A"] == 4 and pd.isna(gap["B"])


def test_a_renewal_is_not_the_first_use_of_a_line():
    lines = pd.DataFrame({"customer_id": "A", "facility_id": ["K1", "K2"], "credit_line_cny": 1e5,
                          "start_date": ["2024-03-01", "2025-03-21"], "maturity_date": ["2025-03-21", "2026-03-21"],
                          "renewal_of": [None, "K1"]})  # fmt: skip
    loans = pd.DataFrame({"customer_id": "A", "loan_id": ["L1", "L2"], "facility_id": ["K1", "K2"],
                          "disbursed_date": ["2024-03-15", "2025-03-21"], "amount_cny": 1e5})  # fmt: skip
    assert told({"facilities": lines, "drawdowns": loans}, "days_to_first_drawdown")["A"] == 14


def test_a_state_refuses_what_it_cannot_add_up(tmp_path):
    first, later = entries().iloc[:4], entries(hour=23).iloc[4:]
    update(tmp_path / "s", {"flows": first}, "2025-07-31")
    with pytest.raises(UserError, match=r"表 flows 这次多了列 hour"):
        update(tmp_path / "s", {"flows": later}, DAY)
    events = pd.DataFrame({"customer_id": ["E"], "date": ["2025-06-01"], "kind": ["诉讼被告"]})
    update(tmp_path / "t", {"legal_events": events}, "2025-07-31")
    with pytest.raises(UserError, match=r"表 legal_events 没有列 event_id"):
        update(tmp_path / "t", {"legal_events": events}, DAY)
