"""Money is never made or lost: entries, months, balances, invoices and returns agree to the fen."""

import numpy as np
import pandas as pd
import pytest

from banks import any_bank, daily, days, fen, looked_up, opened_and_closed
from smeprofile.dictionary import FLOW_SUMMARIES

KEYS = ["customer_id", "month"]
SUMS = {
    ("in", "货款"): "sales_in_cny", ("in", "退款"): "refund_in_cny",
    ("in", "同名划转"): "own_in_cny", ("in", "贷款发放"): "loan_in_cny",
    ("in", "往来款"): "current_in_cny", ("out", "货款"): "purchase_out_cny",
    ("out", "工资"): "wage_out_cny", ("out", "税费"): "tax_out_cny",
    ("out", "房租"): "rent_out_cny", ("out", "水电费"): "utility_out_cny",
    ("out", "还款"): "repay_out_cny", ("out", "同名划转"): "own_out_cny",
    ("out", "往来款"): "current_out_cny",
}  # fmt: skip


def by_month(rows: pd.DataFrame, months: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Sum ``values`` of dated ``rows`` for each of ``months``, in their order."""
    start = rows["date"].dt.to_period("M").dt.to_timestamp()
    sums = values.groupby([rows["customer_id"], start]).sum()
    return sums.reindex(pd.MultiIndex.from_frame(months[KEYS]), fill_value=0)


def test_every_kind_of_entry_has_its_column():
    assert set(SUMS) == {(way, word) for way, words in FLOW_SUMMARIES.items() for word in words}


@any_bank
def test_a_month_closes_with_what_it_opened_plus_what_came_less_what_went(bank):
    months = bank["balances"].merge(bank["flows_monthly"], on=KEYS, how="outer", validate="1:1")
    moved = fen(months["in_cny"]) - fen(months["out_cny"])
    assert (fen(months["opening_cny"]) + moved).equals(fen(months["closing_cny"]))


@any_bank
def test_a_month_opens_with_what_the_last_one_closed(bank):
    months = bank["balances"].sort_values(KEYS)
    before = months.groupby("customer_id")[["month", "closing_cny"]].shift()
    later = before["month"].notna()
    gap = months["month"] - pd.DateOffset(months=1) - before["month"]
    assert (gap[later] == pd.Timedelta(0)).all()
    assert before.loc[later, "closing_cny"].tolist() == months.loc[later, "opening_cny"].tolist()


@any_bank
def test_an_account_opened_in_a_shown_month_starts_empty(bank):
    months = bank["balances"]
    opened, _ = opened_and_closed(bank, months)
    assert set(months.loc[opened >= months["month"], "opening_cny"]) <= {0.0}


@any_bank
def test_an_entry_shows_the_balance_after_it(bank):
    flows = bank["flows"].sort_values("flow_id")
    signed = fen(flows["amount_cny"]) * np.where(flows["direction"] == "in", 1, -1)
    first = bank["balances"].sort_values(KEYS).groupby("customer_id")["opening_cny"].first()
    start = fen(flows["customer_id"].map(first))
    running = start + signed.groupby(flows["customer_id"]).cumsum()
    assert running.tolist() == fen(flows["balance_cny"]).tolist()


@any_bank
def test_entries_are_numbered_in_order_of_their_day(bank):
    flows = bank["flows"].sort_values("flow_id")
    assert flows.groupby("customer_id")["date"].is_monotonic_increasing.all()


@any_bank
def test_no_balance_is_ever_below_zero(bank):
    months = bank["balances"]
    columns = ["opening_cny", "closing_cny", "avg_daily_cny", "min_daily_cny"]
    assert not (bank["flows"]["balance_cny"] < 0).any()
    assert not (months[columns] < 0).any(axis=None)


@any_bank
def test_a_month_counts_the_calendar_days_its_account_was_open(bank):
    months = bank["balances"].set_index(KEYS)["n_days"]
    assert daily(bank).groupby(KEYS).size().tolist() == months.sort_index().tolist()


@any_bank
def test_the_daily_average_counts_days_without_an_entry(bank):
    ends = daily(bank).groupby(KEYS)["balance"].agg(["sum", "size"])
    average = fen(bank["balances"].set_index(KEYS)["avg_daily_cny"].sort_index())
    # Rounded to the fen: out by half a fen a day at most.
    off = average * ends["size"] - ends["sum"]
    assert (2 * off.abs() <= ends["size"]).all()


@any_bank
def test_the_lowest_balance_is_that_of_a_days_end(bank):
    lowest = bank["balances"].set_index(KEYS)["min_daily_cny"].sort_index()
    assert daily(bank).groupby(KEYS)["balance"].min().tolist() == fen(lowest).tolist()


@any_bank
def test_a_customers_average_weighs_its_last_twelve_months_by_their_days(bank):
    ends, customers = daily(bank), bank["customers"].set_index("customer_id")
    recent = ends[ends["month"] > bank.end - pd.DateOffset(months=12)]
    sums = recent.groupby("customer_id")["balance"].agg(["sum", "size"])
    sums = sums.reindex(customers.index, fill_value=0)
    off = fen(customers["avg_daily_balance_cny"]) * sums["size"] - sums["sum"]
    assert (off.abs() <= sums["size"]).all()


@any_bank
def test_monthly_flows_are_the_exact_sums_of_the_entries(bank):
    flows, months = bank["flows"], bank["flows_monthly"]
    for (way, word), column in SUMS.items():
        chosen = flows[(flows["direction"] == way) & (flows["summary"] == word)]
        sums = by_month(chosen, months, fen(chosen["amount_cny"]))
        assert sums.tolist() == fen(months[column]).tolist(), column
    assert set(zip(flows["direction"], flows["summary"], strict=True)) <= set(SUMS)


@any_bank
def test_monthly_totals_are_the_sums_of_their_parts(bank):
    months = bank["flows_monthly"]
    for way in ("in", "out"):
        parts = sum(fen(months[column]) for (w, _), column in SUMS.items() if w == way)
        assert parts.tolist() == fen(months[f"{way}_cny"]).tolist(), way


@any_bank
def test_monthly_counts_are_the_numbers_of_entries(bank):
    flows, months = bank["flows"], bank["flows_monthly"]
    kinds = {
        "n_in": flows["direction"] == "in", "n_out": flows["direction"] == "out",
        "n_night": (flows["hour"] >= 22) | (flows["hour"] < 6),
    }  # fmt: skip
    for column, chosen in kinds.items():
        assert by_month(flows, months, chosen.astype(int)).tolist() == months[column].tolist(), (
            column
        )


@any_bank
def test_no_entry_is_outside_the_months_told(bank):
    months = bank["flows_monthly"]
    entries = by_month(bank["flows"], months, fen(bank["flows"]["amount_cny"]))
    assert entries.sum() == fen(bank["flows"]["amount_cny"]).sum()


@any_bank
def test_loans_and_repayments_pass_through_the_account_while_it_is_open(bank):
    loans, paid, flows = bank["drawdowns"], bank["repayments"], bank["flows"]
    loans = loans[loans["renewal_of"].isna()]
    paid = paid[paid["kind"].isin(["正常", "逾期", "提前"])]
    cash = paid[["principal_cny", "interest_cny", "penalty_cny"]].apply(fen).sum(axis=1)
    known = pd.concat([
        pd.DataFrame({"customer_id": loans["customer_id"], "date": loans["disbursed_date"],
                      "summary": "贷款发放", "fen": fen(loans["amount_cny"])}),
        pd.DataFrame({"customer_id": paid["customer_id"], "date": paid["paid_date"],
                      "summary": "还款", "fen": cash}),
    ])  # fmt: skip
    _, closed = opened_and_closed(bank, known)
    shown = (known["date"] >= bank["balances"]["month"].min()) & (known["date"] <= closed)
    entries = flows[flows["summary"].isin(["贷款发放", "还款"])]
    entries = entries.assign(fen=fen(entries["amount_cny"]))
    by = ["customer_id", "date", "summary"]
    expected = known[shown & (known["fen"] > 0)].groupby(by)["fen"].sum()
    assert expected.to_dict() == entries.groupby(by)["fen"].sum().to_dict()


@any_bank
def test_monthly_invoices_are_the_exact_sums_of_the_lines(bank):
    lines, months = bank["invoices"], bank["invoices_monthly"]
    sold, void, red = lines["direction"] == "销项", lines["is_void"], lines["is_red"]
    kinds = {"sales": sold & ~void & ~red, "red": sold & ~void & red, "purchase": ~sold & ~void}
    for name, chosen in kinds.items():
        sums = by_month(lines[chosen], months, fen(lines.loc[chosen, "amount_cny"]).abs())
        assert sums.tolist() == fen(months[f"{name}_cny"]).tolist(), name


@any_bank
def test_monthly_invoice_counts_are_the_numbers_of_lines(bank):
    lines, months = bank["invoices"], bank["invoices_monthly"]
    sold, void, red = lines["direction"] == "销项", lines["is_void"], lines["is_red"]
    kinds = {"n_sales": sold & ~void & ~red, "n_red": red, "n_void": void, "n_purchases": ~sold}
    for column, chosen in kinds.items():
        assert by_month(lines, months, chosen.astype(int)).tolist() == months[column].tolist(), (
            column
        )


@any_bank
def test_monthly_vat_is_the_lines_amounts_times_their_rate(bank):
    lines, months = bank["invoices"], bank["invoices_monthly"]
    chosen = lines[(lines["direction"] == "销项") & ~lines["is_void"]]
    vat = by_month(chosen, months, chosen["amount_cny"] * chosen["vat_rate"]).to_numpy()
    assert vat == pytest.approx(months["vat_cny"].to_numpy(), abs=0.0051)


@any_bank
def test_only_red_letters_are_negative_and_none_is_zero(bank):
    lines = bank["invoices"]
    assert (lines["amount_cny"] < 0).equals(lines["is_red"])
    assert (lines["amount_cny"] != 0).all()


@any_bank
def test_no_invoice_is_void_once_all_are_electronic(bank):
    lines = bank["invoices"]
    assert not lines.loc[lines["date"] >= "2024-12-01", "is_void"].any()


@any_bank
def test_a_filed_return_states_what_was_invoiced(bank):
    both = bank["tax"].merge(bank["invoices_monthly"], on=KEYS, how="left", validate="1:1")
    filed = both[both["status"] != "未申报"]
    assert fen(filed["sales_cny"]).tolist() == fen(filed["invoiced_cny"]).tolist()
    assert fen(filed["red_cny_y"]).tolist() == fen(filed["red_cny_x"]).tolist()


@any_bank
def test_unfiled_is_unknown_and_zero_filed_is_zero(bank):
    tax = bank["tax"]
    figures = ["invoiced_cny", "red_cny", "taxable_sales_cny", "vat_due_cny"]
    unfiled = tax[figures].isna()
    assert unfiled.eq(tax["status"] == "未申报", axis=0).all(axis=None)
    assert (tax["invoiced_cny"] == 0).equals(tax["status"] == "零申报")


@any_bank
def test_a_return_is_in_hand_once_due_and_consented_to(bank):
    tax, consents = bank["tax"], bank["consents"]
    for_credit = consents["purpose"] == "授信审批"
    signed = consents[(consents["data_item"] == "纳税数据") & for_credit]
    granted = looked_up(tax["customer_id"], signed, "customer_id", "granted_date")
    due = tax["month"] + pd.DateOffset(months=1, days=14)
    assert np.maximum(due, granted).tolist() == days(tax["arrived_date"]).tolist()
