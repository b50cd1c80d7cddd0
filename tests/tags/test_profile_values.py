"""Tags worked out by hand, and against other ways to the same figure."""

import numpy as np
import pandas as pd
import pytest

from profiles import END, flow, of_flows, profiled, tables
from smeprofile.rules import classify_risk
from smeprofile.tags import profile


def test_only_payments_for_goods_that_stay_are_effective_inflow():
    told = of_flows(
        [
            flow("2025-10-09", 50_000.0),
            flow("2025-10-09", 20_000.0, "同名划转"),
            flow("2025-10-10", 300_000.0, "贷款发放"),
            flow("2025-10-11", 700.0, "退款"),
            flow("2025-11-03", 8_000.0),  # goes out again two days later: never the firm's
            flow("2025-11-05", 8_000.0, "同名划转", "out"),
            flow("2025-11-12", 6_000.0),  # goes out again on the day
            flow("2025-11-12", 6_000.0, "货款", "out"),
            flow("2025-11-18", 5_000.0),  # goes out at somebody else's
            flow("2025-11-18", 5_000.0, "货款", "out", customer="B"),
            flow("2025-11-20", 9_000.0),  # goes out three days later: an ordinary payment
            flow("2025-11-23", 9_000.0, "货款", "out"),
        ]
    )
    assert told["effective_inflow_cny"] == 64_000
    assert told["active_months"] == 2
    assert told["pass_through_rate"] == pytest.approx(14_000 / 78_000)
    assert told["recency_days"] == 41


def test_a_daily_average_counts_every_calendar_day():
    rows = [
        flow("2025-01-01", 3_100.0, flow_id=1, balance_cny=3_100.0),
        flow("2025-12-31", 3_100.0, "工资", "out", flow_id=2, balance_cny=0.0),
    ]
    assert of_flows(rows)["avg_daily_balance_cny"] == pytest.approx(3_100 * 364 / 365)


def test_balance_tables_and_entries_tell_one_daily_average():
    entries = {"flows": tables()["flows"]}
    own = profile(entries, END).set_index("customer_id")["avg_daily_balance_cny"]
    year = (
        tables()["balances"].query("month >= '2025-01-01'").groupby("customer_id")["n_days"].sum()
    )
    open_all_year = year.index[year == 365].intersection(own.index)
    told = profiled().set_index("customer_id")["avg_daily_balance_cny"]
    assert len(open_all_year) > 30
    gap = (own - told).loc[open_all_year].abs()
    assert gap.max() < 0.01  # the monthly table is rounded to a fen


def test_sums_and_entries_tell_the_same():
    """The same tags from the monthly tables alone and from entries alone."""
    t = tables()
    sums = profile({n: t[n] for n in ("flows_monthly", "invoices_monthly")}, END)
    entries = profile({n: t[n] for n in ("flows", "invoices")}, END)
    both = sums.merge(entries, on="customer_id", suffixes=("_s", "_e"))
    passed = both["pass_through_rate"].fillna(0) > 0
    assert (~passed).sum() > 50
    for name in ("effective_inflow_cny", "inflow_growth", "inflow_growth_q1", "night_share",
                 "invoiced_12m_cny", "red_rate", "invoice_gap_months"):  # fmt: skip
        one, other = both.loc[~passed, f"{name}_s"], both.loc[~passed, f"{name}_e"]
        seen = other.notna()
        np.testing.assert_allclose(one[seen].astype(float), other[seen].astype(float), rtol=1e-12)
    tax = (both["flow_invoice_ratio_s"] / both["flow_invoice_ratio_e"])[~passed].dropna()
    assert (tax.sub(1).abs() < 1e-6).all()  # VAT of a month is rounded to a fen


def test_red_letters_count_against_and_void_ones_not_at_all():
    rows = pd.DataFrame(
        {
            "customer_id": "A",
            "date": pd.to_datetime(["2025-11-03", "2025-11-09", "2025-12-01", "2025-12-02"]),
            "direction": "销项",
            "amount_cny": [1_000.0, -200.0, 500.0, 300.0],
            "vat_rate": 0.06,
            "counterparty": ["甲", "甲", "乙", "丙"],
            "is_red": [False, True, False, False],
            "is_void": [False, False, False, True],
        }
    )
    told = profile({"invoices": rows}, END).iloc[0]
    assert told["invoiced_12m_cny"] == 1_300
    assert told["red_rate"] == pytest.approx(200 / 1_500)
    assert told["buyer_hhi"] == pytest.approx((800**2 + 500**2) / 1_300**2)
    assert told["invoice_gap_months"] == 0


def test_a_gap_is_a_month_without_blue_invoices_since_the_first():
    months = pd.to_datetime(["2025-08-01", "2025-09-01", "2025-12-01"])
    rows = pd.DataFrame({"customer_id": "A", "month": months, "n_sales": [1, 0, 2],
                         "sales_cny": [9.0, 0.0, 9.0], "red_cny": 0.0})  # fmt: skip
    assert profile({"invoices_monthly": rows}, END).iloc[0]["invoice_gap_months"] == 3
    bought = rows.assign(n_sales=[0, 0, 2])  # rows before the first one sold are no gap
    assert profile({"invoices_monthly": bought}, END).iloc[0]["invoice_gap_months"] == 0
    never = profile({"invoices_monthly": rows.assign(n_sales=0)}, END)
    assert never["invoice_gap_months"].isna().all()


def test_an_account_in_its_first_month_has_not_stopped():
    told = of_flows([flow("2025-12-03", 5_000.0)], as_of="2025-12-15")
    assert pd.isna(told["operating_status"]) and told["n_alerts"] == 0
    assert told["mtd_effective_inflow_cny"] == 5_000


def test_the_spring_festival_month_is_not_compared_with_an_ordinary_one():
    """2024's festival fell in February, 2025's in January: an empty one must not look like a fall."""
    months = pd.date_range("2023-11-01", "2025-04-01", freq="MS")
    festival = ["2024-02-01", "2025-01-01"]
    rows = pd.DataFrame({"customer_id": "A", "month": months, "sales_in_cny": 100.0})
    rows.loc[rows["month"].isin(pd.to_datetime(festival)), "sales_in_cny"] = 10.0
    for as_of in ("2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"):
        told = profile({"flows_monthly": rows}, as_of).iloc[0]
        assert told["inflow_growth_q1"] == 0, as_of


def test_a_quarter_is_held_against_the_same_months_of_the_year_before():
    now = {"2025-12-01": 120, "2025-11-01": 130, "2025-10-01": 140, "2025-09-01": 50,
           "2025-08-01": 60, "2025-07-01": 70, "2025-06-01": 999}  # fmt: skip
    months = pd.date_range("2024-01-01", "2025-12-01", freq="MS").strftime("%Y-%m-%d")
    rows = pd.DataFrame({"customer_id": "A", "month": months})
    rows["sales_in_cny"] = rows["month"].map(now).fillna(100.0)
    told = profile({"flows_monthly": rows}, "2025-12-31").iloc[0]
    assert told["inflow_growth_q1"] == pytest.approx(390 / 300 - 1)
    assert told["inflow_growth_q2"] == pytest.approx(180 / 300 - 1)


def test_five_category_class_is_the_rules_own():
    loans = tables()["drawdowns"].query("balance_cny > 0")
    worst = loans.groupby("customer_id")["dpd"].max()
    told = profiled().set_index("customer_id")
    assert told.loc[worst.index, "risk_class"].tolist() == [classify_risk(d) for d in worst]
    assert told.loc[worst.index, "dpd"].tolist() == worst.tolist()
    balance = loans.groupby("customer_id")["balance_cny"].sum()
    np.testing.assert_allclose(told.loc[balance.index, "loan_balance_cny"], balance, atol=0.001)


def test_size_class_is_the_rules_own():
    customers = tables()["customers"].set_index("customer_id")
    told = profiled().set_index("customer_id")["size_class"]
    assert told.tolist() == customers.loc[told.index, "size_class"].tolist()


def test_a_part_payment_leaves_the_instalment_overdue():
    loan = {"customer_id": "A", "loan_id": "L", "term_no": 1}
    due = pd.DataFrame([{**loan, "due_date": "2025-11-01", "principal_cny": 100.0,
                         "interest_cny": 5.0}])  # fmt: skip
    paid = {**loan, "paid_date": "2025-11-01", "kind": "正常", "interest_cny": 5.0,
            "penalty_cny": 0.0}  # fmt: skip
    part = pd.DataFrame([{**paid, "principal_cny": 60.0}])
    rest = pd.DataFrame([{**paid, "principal_cny": 60.0},
                         {**paid, "principal_cny": 40.0, "interest_cny": 0.0, "kind": "逾期",
                          "paid_date": "2025-11-21"}])  # fmt: skip
    told = [profile({"schedules": due, "repayments": p}, END).iloc[0] for p in (part, rest)]
    assert [t["dpd"] for t in told] == [60, 0]
    assert [t["max_dpd_12m"] for t in told] == [60, 20]


@pytest.mark.parametrize(("method", "yearly"), [("等额本金", 120_000), ("先息后本", 40_000)])
def test_a_years_principal_is_what_instalments_pay_off_and_a_bullet_loans_share(method, yearly):
    loan = pd.DataFrame([{"customer_id": "A", "loan_id": "L", "disbursed_date": "2023-12-31",
                          "amount_cny": 360_000.0, "annual_rate": 0.048, "tenor_months": 36,
                          "repayment_method": method}])  # fmt: skip
    paid = pd.DataFrame([{"customer_id": "A", "loan_id": "L", "term_no": 1, "kind": "正常",
                          "paid_date": "2025-12-01", "principal_cny": 240_000.0}])  # fmt: skip
    books = pd.DataFrame([{"customer_id": "A", "year": 2024, "arrived_date": "2025-05-01",
                           "operating_cash_flow_cny": 80_000.0}])  # fmt: skip
    told = profile({"drawdowns": loan, "repayments": paid, "financials": books}, END).iloc[0]
    assert told["dscr"] == pytest.approx(80_000 / (yearly + 120_000 * 0.048))


def test_an_event_of_two_years_ago_to_the_day_is_out_of_the_window():
    rows = pd.DataFrame({"customer_id": "A", "kind": "被执行",
                         "date": pd.to_datetime(["2023-12-31", "2024-01-01"])})  # fmt: skip
    assert profile({"legal_events": rows}, END).iloc[0]["n_enforcements_24m"] == 1


def test_a_register_without_a_date_still_says_that_a_firm_is_gone():
    rows = pd.DataFrame({"customer_id": ["A", "B"], "registration_status": ["注销", "存续"],
                         "deregistered_date": pd.NaT, "opened_date": pd.Timestamp("2020-05-01"),
                         "updated_at": pd.Timestamp("2025-06-01")})  # fmt: skip
    assert profile({"customers": rows}, END)["registration_status"].tolist() == ["注销", "存续"]


def test_peers_are_compared_only_when_there_are_enough():
    told = profiled()
    size = told.groupby(["industry_section", "size_class"])["effective_inflow_cny"].transform(
        "count"
    )
    rank = told["effective_inflow_cny_peer_rank"]
    assert rank[size < 30].isna().all() and rank.notna().any()
    ranks = [name for name in told if name.endswith("_peer_rank")]
    assert len(ranks) > 3
    for name in ranks:
        value = told[name.removesuffix("_peer_rank")].astype("float64")
        group = value.groupby([told["industry_section"], told["size_class"]])
        n = group.transform("count")
        plain = ((group.rank(method="min") - 1) / (n - 1)).where(n >= 30)
        pd.testing.assert_series_equal(told[name].astype("float64"), plain, check_names=False)
