"""What is seen follows from what is true: receipts, invoices, grades, and answers to a contact."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from banks import Bank, any_bank
from smeprofile.simulate import Setting
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.world import chunk_tables
from smeprofile.tags.consent import needed
from smeprofile.tags.tag import USES

KEYS = ["customer_id", "month"]


@pytest.fixture(scope="module")
def months() -> pd.DataFrame:
    """Whole months with an account, of customers who trade and share tax data, beside the truth."""
    bank = Bank(Setting(2_500, 14, date(2025, 12, 31), 5, "month"))
    rows = bank["invoices_monthly"].merge(bank["flows_monthly"], on=KEYS)
    rows = rows.merge(bank["truth_months"], on=KEYS).merge(
        bank["truth_customers"], on="customer_id"
    )
    firms = bank["customers"].set_index("customer_id")
    of = firms.loc[rows["customer_id"]].reset_index()
    after = rows["month"] + pd.offsets.MonthBegin(1)
    whole = (of["opened_date"] < rows["month"]) & ~(of["deregistered_date"] <= after)
    rows = rows[whole & (rows["operating"] == "正常经营") & (rows["sales_cny"] > 0)]
    rows = rows.merge(bank["customers"][["customer_id", "industry_code"]], on="customer_id")
    return rows.assign(
        vat_rate=(rows["vat_cny"] / (rows["sales_cny"] - rows["red_cny"])).round(2),
        settled=rows["revenue_cny"] * rows["settlement_share"],
        issued=rows["revenue_cny"] * rows["invoiced_share"],
    )


def test_receipts_carry_the_vat_that_invoices_and_revenue_are_told_without(months):
    seen = np.log(months["sales_in_cny"] / months["settled"]).groupby(months["vat_rate"])
    assert set(seen.groups) == {0.01, 0.06, 0.09, 0.13}
    for rate, gap in seen.median().items():
        assert abs(gap - np.log(1 + rate)) < 0.02, rate


def test_a_short_month_is_invoiced_as_fully_as_a_long_one(months):
    share = (months["sales_cny"] / months["issued"]).groupby(months["month"].dt.month).median()
    assert abs(share[2] / share.drop(2).mean() - 1) < 0.03


def test_a_year_s_sales_are_those_of_twelve_months_that_are_over():
    x = Chunk(Setting(300, 14, date(2025, 12, 15), 5), 0, 300)
    old = (x.life.exit_at > len(x.setting.months_all)) & (x.life.age_years[:, -14] > 0)
    sales = x.life.sales[old, -13:-1].sum(1)
    np.testing.assert_allclose(x.last_year["sales"][old], sales)


def test_services_buy_less_than_their_statements_call_cost(months):
    services = months[months["industry_code"].str[0].isin([*"ILMO"])]
    sums = services.groupby("customer_id")[["purchase_cny", "revenue_cny"]].sum()
    assert (sums["purchase_cny"] < 0.44 * sums["revenue_cny"]).mean() > 0.95


def test_nobody_is_approved_after_leaving_the_register():
    made = dict(
        chunk_tables(Setting(15_000, 24, date(2025, 12, 31), 5), 0, 15_000, truth=False,
                     only={"customers", "decisions"})
    )  # fmt: skip
    gone = made["customers"].to_pandas().set_index("customer_id")["deregistered_date"]
    rows = made["decisions"].to_pandas().query("is_approved")
    left = pd.to_datetime(rows["customer_id"].map(gone))
    assert not (pd.to_datetime(rows["decided_at"]) >= left).any()


@any_bank
def test_grade_m_is_for_firms_founded_in_the_year_judged_or_since(bank):
    rows = bank["tax"].merge(bank["customers"][["customer_id", "established_date"]])
    given = rows["month"] - pd.DateOffset(months=3)  # each April, for the year before
    since = pd.to_datetime((given.dt.year - 1).astype(str) + "-01-01")
    assert (rows["tax_grade"] == "M").equals(rows["established_date"] >= since)


@any_bank
def test_who_has_left_the_register_takes_no_offer_and_hands_in_no_statement(bank):
    gone = bank["customers"].set_index("customer_id")["deregistered_date"]
    for rows, day in (
        (bank["decisions"].query("is_accepted"), "decided_at"),
        (bank["financials"], "arrived_date"),
    ):
        assert not (rows[day] >= rows["customer_id"].map(gone)).any(), day


def test_what_the_last_months_customers_did_is_what_the_truth_says_they_would_have_done():
    """Treated: the outcome of that very offer; left alone: the outcome without one."""
    wanted = {"contacts", "contact_responses", "truth_outcomes"}
    made = dict(
        chunk_tables(Setting(15_000, 2, date(2025, 12, 31), 5), 0, 15_000, truth=True, only=wanted)
    )
    contacts, answers, outcomes = (
        made[name].to_pandas() for name in ("contacts", "contact_responses", "truth_outcomes")
    )
    rows = contacts.merge(answers, on=["contact_id", "customer_id"])
    rows = rows[pd.to_datetime(rows["contact_date"]) >= "2025-12-01"]
    keys = ["customer_id", "product_id", "channel_id"]
    both = rows.merge(outcomes, on=keys, validate="1:1")
    assert len(both) == len(rows)
    assert both["y1"].where(both["is_treated"], both["y0"]).equals(both["responded"])


@any_bank
def test_customers_whose_invoices_are_told_have_signed_for_it(bank):
    signed = bank["consents"].query("data_item == '纳税数据' and purpose == '授信审批'")
    assert set(bank["invoices_monthly"]["customer_id"]) <= set(signed["customer_id"])


def test_every_use_has_customers_who_consented_to_what_it_needs():
    consents = Bank(Setting(2_500, 14, date(2025, 12, 31), 5, "month"))["consents"]
    given = set(zip(consents["data_item"], consents["purpose"], strict=True))
    for use in USES:
        assert {(item, use) for item in needed(use)} <= given, use


@any_bank
def test_nobody_founds_a_firm_as_a_child(bank):
    owners = bank["owners"].query("is_controller and kind == '自然人'")
    firms = owners.merge(bank["customers"], on="customer_id")
    assert (firms["established_date"].dt.year - firms["birth_year"] >= 18).all()


@any_bank
def test_who_controls_several_firms_has_one_spouse(bank):
    owners = bank["owners"]
    holder = owners.query("is_controller").set_index("customer_id")["owner_id"]
    spouses = owners.query("relation == '配偶'")
    assert (spouses.groupby(spouses["customer_id"].map(holder))["owner_id"].nunique() <= 1).all()


@any_bank
def test_nothing_happens_after_leaving_the_register(bank):
    gone = bank["customers"].set_index("customer_id")["deregistered_date"]
    paid = bank["repayments"].query("kind in ['正常', '提前']")
    last = paid.groupby(["customer_id", "loan_id"])["paid_date"].max().reset_index()
    settled = bank["drawdowns"].merge(last, on=["customer_id", "loan_id"])
    settled = settled[
        settled["settled_date"].dt.to_period("M")
        <= settled["customer_id"].map(gone).dt.to_period("M")
    ]
    for rows, day in (
        (settled, "settled_date"),
        (bank["decisions"].query("is_approved"), "decided_at"),
        (bank["inquiries"].query("reason == '贷款审批' and seen_in_id.notna()"), "inquired_at"),
        (bank["consents"], "withdrawn_date"),
    ):
        late = rows[day].dt.floor("D") > rows["customer_id"].map(gone)
        assert not late.any(), day


def test_a_taxpayer_is_general_from_the_month_after_five_million_for_good():
    x = Chunk(Setting(400, 24, date(2025, 12, 31), 5), 0, 400)
    rates, year = x.money.vat_rate, x.rolling_year[:, -25:-1]
    assert (rates[year >= 5e6] > 0.01).all()
    assert ((rates[:, 1:] == 0.01) <= (rates[:, :-1] == 0.01)).all()
    assert (rates == 0.01).any() and ((rates[:, 0] == 0.01) & (rates[:, -1] > 0.01)).any()


@any_bank
def test_controls_respond_from_the_day_they_were_drawn_for(bank):
    rows = bank["contacts"].merge(bank["contact_responses"], on=["contact_id", "customer_id"])
    rows = rows.dropna(subset="response_date")
    assert (rows["response_date"] >= rows["contact_date"]).all()
