"""Borrowers at quarter ends: nothing from after the day is in a feature, nothing unknown is good."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from banks import Bank
from smeprofile.credit import (
    FEATURES,
    approval_outcomes,
    borrower_features,
    borrower_outcomes,
    cutoff_table,
    loan_months,
    profit_at,
)
from smeprofile.errors import UserError
from smeprofile.simulate import Setting

END = "2025-12-31"
DAYS = [pd.Timestamp(day) for day in ("2024-06-30", "2024-12-31", "2025-06-30")]


@pytest.fixture(scope="module")
def bank():
    return Bank(Setting(customers=500, months=30, end=date(2025, 12, 31), seed=8, grain="month"))


@pytest.fixture(scope="module")
def months(bank):
    lent = (bank[name] for name in ("drawdowns", "schedules", "repayments"))
    return loan_months(*lent, through=END)


def features(bank, rows, until=None):
    names = {"flows_monthly": "month", "balances": "month", "financials": "arrived_date"}
    tables = {name: bank[name] for name in names}
    if until is not None:
        tables = {name: t[t[names[name]] <= until] for name, t in tables.items()}
    return borrower_features(rows, customers=bank["customers"], **tables)


def test_outcomes_agree_with_a_loop_over_customers(months):
    rows = borrower_outcomes(months, DAYS)
    for row in rows.sample(60, random_state=1).itertuples():
        own = months[months["customer_id"] == row.customer_id]
        after = own[
            own["month_end"].between(
                row.as_of + pd.Timedelta(days=1), row.as_of + pd.offsets.MonthEnd(12)
            )
        ]
        bad = bool(((after["dpd"] > 90) | (after["status"] == "核销")).any())
        assert row.is_bad is pd.NA if row.as_of == DAYS[-1] else bool(row.is_bad) == bad
        year = own[
            (own["month_end"] <= row.as_of)
            & (own["month_end"] > row.as_of - pd.offsets.MonthEnd(12))
        ]
        assert row.n_late_12m == year.loc[year["dpd"] > 0, "month_end"].nunique()


def test_unmatured_is_missing_not_good(months):
    known = (
        borrower_outcomes(months, DAYS).groupby("as_of")["is_bad"].apply(lambda s: s.notna().all())
    )
    assert known.tolist() == [True, True, False]


def test_features_do_not_change_when_the_future_is_taken_away(bank, months):
    rows = borrower_outcomes(months, DAYS[:1])
    pd.testing.assert_frame_equal(features(bank, rows), features(bank, rows, until=DAYS[0]))


def test_features_are_those_told(bank, months):
    rows = borrower_outcomes(months, DAYS)
    made = features(bank, rows)
    assert {*made.columns, "n_late_12m"} == set(FEATURES)
    assert made["age_years"].min() > 0 and (made["deposit_to_debt"].dropna() >= 0).all()


def test_a_debt_ratio_by_hand():
    month = pd.date_range("2024-07-01", periods=12, freq="MS")
    flows = pd.DataFrame(
        {"customer_id": "A", "month": month, "sales_in_cny": [10.0] * 6 + [30.0] * 6}
    )
    kept = pd.DataFrame({"customer_id": "A", "month": month, "avg_daily_cny": np.arange(12.0)})
    who = pd.DataFrame({"customer_id": ["A"], "established_date": [pd.Timestamp("2015-06-30")]})
    told = pd.DataFrame({"customer_id": ["A"], "year": [2024], "arrived_date": [pd.Timestamp("2025-07-01")],
                         "net_profit_cny": [1.0], "revenue_cny": [10.0]})  # fmt: skip
    rows = pd.DataFrame({"customer_id": ["A"], "as_of": [DAYS[-1]], "balance_cny": [20.0]})
    made = borrower_features(
        rows, customers=who, flows_monthly=flows, balances=kept, financials=told
    )
    assert made["deposit_to_debt"][0] == pytest.approx(10 / 20)
    assert made["debt_to_inflow"][0] == pytest.approx(0.08)
    assert made["inflow_cv"][0] == pytest.approx(0.5)
    assert np.isnan(made["net_margin"][0])  # the report arrived a day later


def test_rows_of_the_same_label_keep_their_own_features(bank, months):
    rows = borrower_outcomes(months, DAYS)
    by_customer = rows.set_index("customer_id", drop=False)  # each three times
    told = features(bank, by_customer)
    assert told.index.equals(by_customer.index)
    pd.testing.assert_frame_equal(told.reset_index(drop=True), features(bank, rows))


def test_a_month_that_is_not_over_yet_is_not_looked_into(bank, months):
    middle = pd.Timestamp("2024-06-15")
    with pytest.raises(UserError, match="2024-06-15 不是月末"):
        borrower_outcomes(months, [*DAYS, middle])
    with pytest.raises(UserError, match="2024-06-15 不是月末"):
        features(bank, borrower_outcomes(months, DAYS).assign(as_of=middle))


def test_approvals_hold_paid_out_new_ones_whose_window_is_over(bank, months):
    names = ("applications", "decisions", "facilities", "drawdowns")
    rows = approval_outcomes(months, *(bank[name] for name in names))
    kinds = bank["applications"].set_index("application_id")["kind"]
    assert set(rows["application_id"].map(kinds)) == {"新增"}
    first = bank["facilities"].merge(bank["drawdowns"], on="facility_id", suffixes=("", "_loan"))
    paid = first.groupby("application_id")["disbursed_date"].min().reindex(rows["application_id"])
    assert paid.max() < pd.Timestamp("2025-01-01")
    assert rows["application_id"].is_unique


def test_who_scores_the_cut_off_passes_and_who_scores_less_does_not():
    score, bad = pd.Series([500.0, 505.0]), pd.Series([1, 0])
    table = cutoff_table(score, bad, gain_cny=1, loss_cny=9, step=5)
    assert table["approval_rate"].to_dict() == {500: 1.0, 505: 0.5, 510: 0.0}
    assert [profit_at(c, score, bad, gain_cny=1, loss_cny=9) for c in table.index] == [-8, 1, 0]
