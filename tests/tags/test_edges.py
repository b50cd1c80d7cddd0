"""Edges that a reading of the code found: what is paid, opened, counted or shown, and when."""

import json
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from smeprofile.card import card
from smeprofile.card.outputs import run
from smeprofile.errors import UserError
from smeprofile.intake import open_tables
from smeprofile.tags import profile, update

DAY = "2025-12-31"


def told(tables, tag, day=DAY, **more):
    return profile(tables, day, **more).set_index("customer_id")[tag]


def monthly(customer, start, end, sales=5_000.0, **columns):
    months = pd.date_range(start, end, freq="MS")
    return pd.DataFrame(
        {"customer_id": customer, "month": months, "sales_in_cny": sales, **columns}
    )


def loan(terms, paid):
    """One loan of one customer: (due, owed) per term, (term, day, principal, penalty) per payment."""
    due = pd.DataFrame([{"customer_id": "A", "loan_id": "L", "term_no": k, "due_date": day, "principal_cny": owed,
                         "interest_cny": 0.0} for k, (day, owed) in enumerate(terms, start=1)])  # fmt: skip
    got = pd.DataFrame([{"customer_id": "A", "loan_id": "L", "term_no": k, "paid_date": day, "kind": "正常",
                         "principal_cny": money, "interest_cny": 0.0, "penalty_cny": more}
                        for k, day, money, more in paid],
                       columns=["customer_id", "loan_id", "term_no", "paid_date", "kind", "principal_cny",
                                "interest_cny", "penalty_cny"])  # fmt: skip
    drawn = pd.DataFrame({"customer_id": ["A"], "loan_id": ["L"], "disbursed_date": ["2025-09-10"], "amount_cny": [100.0]})  # fmt: skip
    return {"schedules": due, "repayments": got, "drawdowns": drawn}


def test_an_instalment_of_nothing_is_never_late():
    tables = loan([("2025-10-10", 0.0), ("2026-10-10", 100.0)], [])
    row = profile(tables, DAY).iloc[0]
    assert (row["dpd"], row["n_overdue_24m"], row["risk_class"]) == (0, 0, "正常")


def test_days_late_end_when_the_instalment_was_paid_not_with_a_later_penalty():
    paid = [(1, "2025-11-04", 60.0, 0.0), (1, "2025-11-06", 40.0, 0.0), (1, "2025-12-20", 0.0, 0.5)]
    tables = loan([("2025-11-01", 100.0)], paid)
    assert told(tables, "max_dpd_12m")["A"] == 5


def test_the_first_entry_is_the_earliest_whatever_its_number():
    flows = pd.DataFrame({"flow_id": [2, 1], "customer_id": "A", "date": ["2025-01-01", "2025-12-31"],
                          "direction": ["in", "out"], "amount_cny": 3_100.0, "summary": ["货款", "货款"],
                          "balance_cny": [3_100.0, 0.0]})  # fmt: skip
    assert told({"flows": flows}, "avg_daily_balance_cny")["A"] == pytest.approx(3_100 * 364 / 365)


def test_a_shortened_plan_takes_the_place_of_the_whole_one(tmp_path):
    first = loan([("2025-11-05", 40.0), ("2025-12-05", 30.0), ("2026-01-05", 30.0)], [])
    update(tmp_path / "s", first, "2025-10-31")
    paid = [(1, "2025-11-05", 40.0, 0.0), (2, "2025-11-20", 60.0, 0.0)]
    later = loan([("2025-11-05", 40.0), ("2025-11-20", 60.0)], paid)
    now = update(tmp_path / "s", {k: later[k] for k in ("schedules", "repayments")}, "2026-01-31")
    assert now["dpd"].tolist() == [0]
    with pytest.raises(UserError, match="借据 L 的计划从第 2 期起"):
        update(tmp_path / "s", {"schedules": later["schedules"].iloc[1:]}, "2026-01-31")


@pytest.mark.parametrize(("name", "column"), [("inflow_growth", "sales_in_cny"), ("invoice_growth", "sales_cny")])  # fmt: skip
@pytest.mark.parametrize("day", ["2025-01-31", "2024-01-31", "2025-12-31"])
def test_two_spring_festivals_against_none_are_not_growth(name, column, day):
    """A firm that always sells 100 a month, 10 in the month of the festival."""
    rows = monthly("A", "2021-01-01", day, 100.0)
    festivals = ("2022-02", "2023-01", "2024-02", "2025-01")
    rows.loc[rows["month"].dt.strftime("%Y-%m").isin(festivals), "sales_in_cny"] = 10.0
    table = "flows_monthly" if column == "sales_in_cny" else "invoices_monthly"
    rows = rows.rename(columns={"sales_in_cny": column})
    assert told({table: rows.assign(red_cny=0.0, n_sales=1)}, name, day)["A"] == pytest.approx(0)


def test_firms_that_open_later_close_no_circle_of_guarantees():
    firms = pd.DataFrame({"customer_id": ["A", "B"], "name": ["甲", "乙"], "established_date": "2019-01-01",
                          "opened_date": ["2020-01-01", "2026-03-01"]})  # fmt: skip
    vows = pd.DataFrame({"customer_id": ["A", "B"], "debtor": ["乙", "甲"], "amount_cny": 1e5,
                         "start_date": "2025-01-01", "end_date": "2027-01-01"})  # fmt: skip
    assert not told({"customers": firms, "guarantees": vows}, "in_guarantee_circle")["A"]


def test_sales_without_a_count_are_sales():
    sums = monthly("A", "2025-01-01", DAY).rename(columns={"sales_in_cny": "sales_cny"})
    tables = {"invoices_monthly": sums.assign(red_cny=0.0), "flows_monthly": monthly("B", "2025-01-01", DAY)}  # fmt: skip
    assert told(tables, "operating_status")["A"] == "正常"


def test_an_opt_out_counts_even_if_its_contact_is_not_listed():
    said = pd.DataFrame({"contact_id": ["T9", "T1", "T2"], "customer_id": list("ABC"), "opted_out": True})  # fmt: skip
    listed = pd.DataFrame({"contact_id": ["T1", "T2"], "customer_id": ["B", "C"], "contact_date": ["2026-01-01", DAY], "is_treated": True})  # fmt: skip
    firms = pd.DataFrame({"customer_id": list("ABC"), "established_date": "2020-01-01", "do_not_contact": False})  # fmt: skip
    flag = told({"contact_responses": said, "contacts": listed, "customers": firms}, "do_not_contact")  # fmt: skip
    assert flag.to_dict() == {"A": True, "B": False, "C": True}  # B's is said the day after


def test_a_firm_founded_after_the_day_has_no_age():
    firms = pd.DataFrame({"customer_id": ["A", "B"], "established_date": ["2052-01-01", DAY], "opened_date": DAY})  # fmt: skip
    ages = told({"customers": firms}, "age_years")
    assert pd.isna(ages["A"]) and ages["B"] == 0


def test_without_customers_there_is_a_row_for_who_did_not_consent():
    lines = pd.DataFrame({"customer_id": ["A", "B"], "date": "2025-11-03", "direction": "销项",
                          "amount_cny": 100.0, "is_red": False})  # fmt: skip
    vow = pd.DataFrame({"consent_id": ["S1"], "customer_id": ["A"], "data_item": "纳税数据", "purpose": "授信审批",
                        "granted_date": "2025-01-01", "withdrawn_date": None})  # fmt: skip
    rows = profile({"invoices": lines, "consents": vow}, DAY).set_index("customer_id")
    assert rows["consent_tax"].to_dict() == {"A": "有效", "B": "无授权"}
    assert pd.isna(rows.loc["B", "invoiced_12m_cny"])


def test_industry_codes_without_a_letter_get_their_sections():
    firms = pd.DataFrame({"customer_id": list("ABC"), "industry_code": ["5131", "C33", "97"], "n_staff": 4,
                          "annual_revenue_cny": 1e8, "total_assets_cny": 1e6, "updated_at": "2025-06-01",
                          "established_date": "2020-01-01"})  # fmt: skip
    rows = profile({"customers": firms}, DAY).set_index("customer_id")
    assert rows["industry_section"].to_dict() == {"A": "F", "B": "C", "C": "T"}
    assert rows.loc["A", "size_class"] == "微型"


def test_the_card_shows_no_flows_without_consent():
    flows = monthly("A", "2025-01-01", DAY)
    rows = profile({"flows_monthly": flows, "consents": _vow("2025-06-01")}, DAY, use="营销")
    assert "2025-11" not in card(rows, "A", flows_monthly=flows).html
    rows = profile({"flows_monthly": flows, "consents": _vow(None)}, DAY, use="营销")
    assert "2025-11" in card(rows, "A", flows_monthly=flows).html


def _vow(withdrawn):
    return pd.DataFrame({"consent_id": ["S1"], "customer_id": ["A"], "data_item": "流水数据", "purpose": "营销",
                         "granted_date": "2025-01-01", "withdrawn_date": [withdrawn]})  # fmt: skip


def test_two_tables_may_be_sheets_of_one_file(tmp_path):
    flows = pd.DataFrame({"customer_id": ["A"], "date": ["2025-11-03"], "direction": ["in"],
                          "amount_cny": [8.0], "summary": ["货款"]})  # fmt: skip
    with pd.ExcelWriter(tmp_path / "数据.xlsx") as book:
        flows.to_excel(book, sheet_name="flows", index=False)
        flows.assign(direction="销项", amount_cny=5.0).to_excel(book, sheet_name="invoices", index=False)  # fmt: skip
    rules = tmp_path / "map.yml"
    rules.write_text("flows:\n  file: 数据.xlsx\ninvoices:\n  file: 数据.xlsx\n", encoding="utf-8")
    with open_tables(tmp_path, mapping=rules) as intake:
        assert intake.tables["flows"].amount_cny.sum().execute() == 8
        assert intake.tables["invoices"].amount_cny.sum().execute() == 5
    (tmp_path / "流水.txt").write_text("x")
    rules.write_text("flows:\n  file: 流水.txt\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"认不得 流水.txt 的格式"):
        open_tables(tmp_path, mapping=rules)


def test_a_sheet_that_breaks_off_is_named(tmp_path):
    pd.DataFrame({"customer_id": ["A"] * 50}).to_excel(tmp_path / "flows.xlsx", index=False)
    with ZipFile(tmp_path / "flows.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet[: len(sheet) // 2]
    with ZipFile(tmp_path / "flows.xlsx", "w") as book:
        for name, body in parts.items():
            book.writestr(name, body)
    with pytest.raises(UserError, match=r"读不了 flows.xlsx"):
        open_tables(tmp_path)


def test_outputs_are_strict_json_and_may_go_where_one_stands(tmp_path, monkeypatch):
    rows = "customer_id,date,direction,amount_cny,summary\nA,2025-11-03,in,800,货款\n"
    (tmp_path / "flows.csv").write_text(rows, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run(Path(), date(2025, 12, 31), Path())

    def refuse(word):
        raise AssertionError(word)

    text = (tmp_path / "coverage.json").read_text(encoding="utf-8")
    shares = [tag["filled_share"] for tag in json.loads(text, parse_constant=refuse)["tags"]]
    assert None in shares and 1.0 in shares


@pytest.mark.parametrize("text", ["2025-12", "03/05/2025", "昨天", pd.NaT])
def test_an_observation_date_is_a_day(text):
    with pytest.raises(UserError, match="应形如 2025-12-31"):
        profile({"flows": pd.DataFrame()}, text)
