"""Balances and days past due as they were known, vintages, roll rates and outcomes by hand."""

import pandas as pd
import pytest

from profiles import END, tables
from smeprofile.credit import bad_within, loan_months, migration_matrix, roll_rates, vintage
from smeprofile.errors import UserError


def loan(loan_id="L", day="2025-01-10", amount=100.0, chain=None):
    return {"loan_id": loan_id, "customer_id": "A", "chain_id": chain or loan_id,
            "disbursed_date": pd.Timestamp(day), "amount_cny": amount}  # fmt: skip


def due(day, principal, no=1, loan_id="L"):
    return {"loan_id": loan_id, "term_no": no, "due_date": pd.Timestamp(day),
            "principal_cny": principal, "interest_cny": 0.0}  # fmt: skip


def paid(day, principal, no=1, kind="正常", loan_id="L"):
    return {"loan_id": loan_id, "term_no": no, "paid_date": pd.Timestamp(day), "kind": kind,
            "principal_cny": principal, "interest_cny": 0.0}  # fmt: skip


def months(loans, dues, payments, through="2025-06-30"):
    frames = [pd.DataFrame(rows) for rows in (loans, dues, payments)]
    return loan_months(*frames, through=through)


@pytest.fixture(scope="module")
def bank():
    t = tables()
    return loan_months(t["drawdowns"], t["schedules"], t["repayments"], through=END)


def test_the_last_month_end_is_the_banks_own_snapshot(bank):
    last = bank[bank["month_end"] == pd.Timestamp(END)].set_index("loan_id")
    snapshot = tables()["drawdowns"].set_index("loan_id")
    open_ = snapshot.index[snapshot["balance_cny"] > 0]
    assert len(open_) > 20 and (last["balance_cny"] > 0).sum() == len(open_)
    assert last.loc[open_, "dpd"].tolist() == snapshot.loc[open_, "dpd"].tolist()
    assert (last.loc[open_, "balance_cny"] - snapshot.loc[open_, "balance_cny"]).abs().max() < 0.005


def test_what_comes_later_changes_no_earlier_month(bank):
    t = tables()
    cut = pd.Timestamp("2025-03-31")
    early = loan_months(
        t["drawdowns"][t["drawdowns"]["disbursed_date"] <= cut],
        t["schedules"],
        t["repayments"][t["repayments"]["paid_date"] <= cut],
        through=cut,
    )
    same = bank[bank["month_end"] <= cut].reset_index(drop=True)
    pd.testing.assert_frame_equal(early, same)


def test_a_part_payment_leaves_the_instalment_overdue():
    rows = months(
        [loan()],
        [due("2025-02-10", 50.0), due("2025-03-10", 50.0, 2)],
        [
            paid("2025-02-10", 20.0),
            paid("2025-04-05", 30.0, kind="逾期"),
            paid("2025-04-05", 50.0, 2),
        ],
    )
    assert rows["dpd"].tolist() == [0, 18, 49, 0]
    assert rows["balance_cny"].tolist() == [100, 80, 80, 0]
    assert rows["status"].tolist() == ["在账", "在账", "在账", "结清"]


def test_an_unmatured_cohort_is_not_zero_filled():
    rows = months(
        [loan(), loan("K", "2025-04-10")], [due("2025-12-10", 100.0)], [paid("2025-06-01", 0.0)]
    )
    table = vintage(rows)
    assert table.loc["2025-04"].drop(["n", "base"]).notna().tolist() == [True] * 3 + [False] * 3


def test_a_chain_of_renewals_is_one_unit_of_its_first_amount():
    rows = months(
        [loan(day="2024-12-10"), loan("K", "2025-02-10", 80.0, chain="L")],
        [due("2025-02-10", 100.0), due("2025-03-01", 80.0, loan_id="K")],
        [paid("2025-02-10", 100.0, kind="续贷")],
    )
    chain = vintage(rows, unit="chain")
    assert chain[["n", "base"]].to_numpy().tolist() == [[1, 100]]
    assert chain.loc["2024-12"].drop(["n", "base"]).tolist() == [0] * 5 + [
        1,
        1,
    ]  # 91 days late in May
    assert vintage(rows, unit="loan")["n"].tolist() == [1, 1]


def test_cumulative_bad_never_falls(bank):
    for unit in ("loan", "chain"):
        table = vintage(bank, by="quarter", unit=unit).drop(columns=["n", "base"])
        assert (table.diff(axis=1).iloc[:, 1:].fillna(0) >= 0).all().all()
        assert table.stack().dropna().between(0, 1).all()


def test_those_who_left_stay_in_the_matrix(bank):
    ends = sorted(bank["month_end"].unique())
    table = migration_matrix(bank, ends[-7], ends[-1]).dropna()
    assert table.loc["M0", "结清"] > 0
    assert table.sum(axis=1).round(12).eq(1).all()
    rates = roll_rates(bank)
    assert rates.iloc[-1].isna().all() and rates.stack().dropna().between(0, 1).all()


def test_not_yet_watched_is_not_good():
    rows = months(
        [loan(day="2024-01-10"), loan("K", "2025-01-10")],
        [due("2024-03-10", 100.0), due("2025-12-10", 100.0, loan_id="K")],
        [paid("2024-03-10", 100.0)],
    )
    told = bad_within(rows).set_index("chain_id")["is_bad"]
    assert not told["L"]
    assert pd.isna(told["K"])


def test_an_unknown_option_is_named(bank):
    with pytest.raises(UserError, match="by 可选"):
        vintage(bank, by="week")
