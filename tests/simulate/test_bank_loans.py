"""Loans add up: plans, repayments, balances, days past due, lines and chains of renewals.

Recoveries (回收) come after a loan is off the books: they reduce no balance.
"""

import numpy as np
import pandas as pd

from banks import any_bank, fen, looked_up
from smeprofile.rules import risk_classes

TERM = ["loan_id", "term_no"]
ON_PLAN = ["正常", "逾期", "提前", "续贷"]
OFF_BOOKS = ["核销", "转让"]


def terms(bank):
    """Each instalment of the plans in force with what was paid of it (missing: nothing)."""
    paid = bank["repayments"].query("kind in @ON_PLAN")
    paid = paid.assign(p=fen(paid["principal_cny"]), i=fen(paid["interest_cny"]))
    sums = paid.groupby(TERM)[["p", "i"]].sum().reset_index()
    rows = bank["schedules"].merge(sums, on=TERM, how="outer", validate="1:1", indicator=True)
    lost = looked_up(rows["loan_id"], bank["drawdowns"], "loan_id", "written_off_date")
    return rows.assign(is_paid=rows["p"].notna(), lost=lost.notna())


def per_loan(bank, rows, values):
    """Sum ``values`` of ``rows`` for each loan, in the order of ``drawdowns``."""
    sums = values.groupby(rows["loan_id"]).sum()
    return sums.reindex(bank["drawdowns"]["loan_id"], fill_value=0).astype("int64")


def principal(bank, kinds):
    """Principal of repayments of ``kinds`` for each loan, in fen."""
    paid = bank["repayments"]
    paid = paid[paid["kind"].isin(kinds)]
    return per_loan(bank, paid, fen(paid["principal_cny"]))


def check(expected, actual):
    assert list(expected) == list(actual)


@any_bank
def test_every_repayment_on_plan_is_of_an_instalment(bank):
    assert "right_only" not in set(terms(bank)["_merge"])


@any_bank
def test_an_instalment_is_paid_whole_or_not_at_all(bank):
    paid = terms(bank).query("is_paid")
    check(fen(paid["principal_cny"]), paid["p"])
    check(fen(paid["interest_cny"]), paid["i"])


@any_bank
def test_instalments_are_paid_in_order(bank):
    rows = terms(bank).sort_values(TERM)
    assert (~rows["is_paid"]).groupby(rows["loan_id"]).is_monotonic_increasing.all()


@any_bank
def test_instalments_are_numbered_from_one_in_order_of_their_days(bank):
    rows = bank["schedules"].sort_values(TERM)
    check(rows.groupby("loan_id").cumcount() + 1, rows["term_no"])
    assert rows.groupby("loan_id")["due_date"].is_monotonic_increasing.all()
    start = looked_up(rows["loan_id"], bank["drawdowns"], "loan_id", "disbursed_date")
    assert (rows["due_date"] > start).all()


@any_bank
def test_a_plan_repays_the_whole_loan_unless_a_write_off_ends_it(bank):
    kept = bank["drawdowns"]["written_off_date"].isna().to_numpy()
    planned = per_loan(bank, bank["schedules"], fen(bank["schedules"]["principal_cny"]))
    check(fen(bank["drawdowns"]["amount_cny"])[kept], planned[kept])


@any_bank
def test_what_is_owed_is_what_is_overdue_and_what_is_not_yet_due(bank):
    rows = terms(bank).query("not is_paid and not lost")
    due = rows["due_date"] <= bank.end
    overdue = per_loan(bank, rows[due], fen(rows.loc[due, "principal_cny"]))
    to_come = per_loan(bank, rows[~due], fen(rows.loc[~due, "principal_cny"]))
    check(overdue + to_come, fen(bank["drawdowns"]["balance_cny"]))


@any_bank
def test_a_balance_is_the_amount_less_principal_paid_and_written_off(bank):
    loans = bank["drawdowns"]
    gone = principal(bank, ON_PLAN + OFF_BOOKS).to_numpy()
    check(fen(loans["amount_cny"]) - gone, fen(loans["balance_cny"]))


@any_bank
def test_a_lost_loan_is_what_was_paid_what_was_sold_and_what_was_written_off(bank):
    """Amount = paid on plan + 转让 + 核销; the plan, cut at the write-off, is paid + never paid."""
    lost = bank["drawdowns"]["written_off_date"].notna().to_numpy()
    gone = principal(bank, ON_PLAN) + principal(bank, OFF_BOOKS)
    check(fen(bank["drawdowns"]["amount_cny"])[lost], gone[lost])
    off = bank["drawdowns"].loc[lost, ["loan_id", "written_off_date"]]
    rows = terms(bank).merge(off, on="loan_id")
    assert (rows["due_date"] <= rows["written_off_date"]).all()


@any_bank
def test_nothing_is_written_off_but_on_the_day_of_the_write_off(bank):
    rows = bank["repayments"].query("kind in @OFF_BOOKS")
    day = looked_up(rows["loan_id"], bank["drawdowns"], "loan_id", "written_off_date")
    check(day, rows["paid_date"])
    assert set(rows["loan_id"]) == set(
        bank["drawdowns"].dropna(subset="written_off_date")["loan_id"]
    )


@any_bank
def test_nothing_is_recovered_but_after_a_write_off_and_no_more_than_it(bank):
    back = bank["repayments"].query("kind == '回收'")
    day = looked_up(back["loan_id"], bank["drawdowns"], "loan_id", "written_off_date")
    assert (back["paid_date"] > day).all()
    assert (principal(bank, ["回收"]) <= principal(bank, ["核销"])).all()


@any_bank
def test_a_loan_is_settled_on_the_day_of_its_last_repayment(bank):
    loans = bank["drawdowns"]
    settled = loans[(loans["balance_cny"] == 0) & loans["written_off_date"].isna()]
    last = bank["repayments"].groupby("loan_id")["paid_date"].max()
    check(settled["loan_id"].map(last), settled["settled_date"])
    assert loans["settled_date"].notna().sum() == len(settled)


@any_bank
def test_late_means_after_the_due_day_and_only_the_late_pay_a_penalty(bank):
    rows = bank["repayments"].query("kind in ['正常', '逾期', '提前']")
    due = bank["schedules"].set_index(TERM)["due_date"]
    late = rows["paid_date"] > due.reindex(pd.MultiIndex.from_frame(rows[TERM])).to_numpy()
    assert late.equals(rows["kind"] == "逾期")
    assert not (rows.loc[~late, "penalty_cny"] > 0).any()


@any_bank
def test_only_cash_pays_interest_and_a_renewal_or_write_off_moves_none(bank):
    rows = bank["repayments"].query("kind in ['续贷', '核销', '转让', '回收']")
    assert not rows[["interest_cny", "penalty_cny"]].any(axis=None)


@any_bank
def test_days_past_due_count_from_the_oldest_unpaid_instalment(bank):
    loans = bank["drawdowns"]
    rows = terms(bank).query("not is_paid and not lost")
    oldest = rows[rows["due_date"] <= bank.end].groupby("loan_id")["due_date"].min()
    since = pd.to_datetime(loans["loan_id"].map(oldest.to_dict()))
    dpd = (bank.end - since).dt.days.fillna(0).astype(int)
    check(dpd, loans["dpd"])


@any_bank
def test_the_class_of_an_open_loan_is_that_of_the_rule(bank):
    loans = bank["drawdowns"]
    open_ = loans["settled_date"].isna() & loans["written_off_date"].isna()
    assert loans["risk_class"].notna().equals(open_)
    rows = loans[open_]
    technical = (rows["dpd"] <= 7).to_numpy()
    known = risk_classes(
        rows["dpd"], rows["balance_cny"], rows["customer_id"], is_technical=technical
    )
    check(known, rows["risk_class"])


@any_bank
def test_the_line_is_never_overdrawn(bank):
    """Principal outstanding of a facility's loans, day by day; on one day, repayments first."""
    loans, paid = bank["drawdowns"], bank["repayments"].query("kind != '回收'")
    facility = looked_up(paid["loan_id"], loans, "loan_id", "facility_id")
    moves = pd.concat([
        pd.DataFrame({"facility": loans["facility_id"], "date": loans["disbursed_date"],
                      "fen": fen(loans["amount_cny"])}),
        pd.DataFrame({"facility": facility, "date": paid["paid_date"],
                      "fen": -fen(paid["principal_cny"])}),
    ]).sort_values(["facility", "date", "fen"])  # fmt: skip
    used = moves.groupby("facility")["fen"].cumsum()
    line = fen(looked_up(moves["facility"], bank["facilities"], "facility_id", "credit_line_cny"))
    over = moves[used > line]
    assert over.empty, over


@any_bank
def test_a_loan_keeps_to_the_terms_of_its_facility(bank):
    both = bank["drawdowns"].merge(
        bank["facilities"], on="facility_id", suffixes=("", "_f"), validate="m:1"
    )
    assert len(both) == len(bank["drawdowns"])
    for column in ("customer_id", "annual_rate", "repayment_method"):
        check(both[f"{column}_f"], both[column])
    assert (both["disbursed_date"] >= both["start_date"]).all()
    assert (both["maturity_date"] <= both["maturity_date_f"]).all()
    assert (both["disbursed_date"] < both["maturity_date"]).all()


@any_bank
def test_a_renewed_loan_takes_over_the_whole_principal_on_the_day_the_old_one_ends(bank):
    loans = bank["drawdowns"]
    both = loans.dropna(subset="renewal_of").merge(
        loans, left_on="renewal_of", right_on="loan_id", suffixes=("", "_old"), validate="1:1"
    )
    assert len(both) == loans["renewal_of"].notna().sum()
    for column in ("customer_id", "amount_cny", "chain_id"):
        check(both[f"{column}_old"], both[column])
    check(both["settled_date_old"], both["disbursed_date"])
    rolled = bank["repayments"].query("kind == '续贷'").set_index("loan_id")["principal_cny"]
    check(both["amount_cny"], both["renewal_of"].map(rolled))
    assert set(rolled.index) == set(both["renewal_of"])


@any_bank
def test_a_chain_is_named_after_its_first_loan(bank):
    loans = bank["drawdowns"]
    first = loans[loans["renewal_of"].isna()]
    check(first["loan_id"], first["chain_id"])
    assert set(loans["chain_id"]) == set(first["loan_id"])


@any_bank
def test_a_renewed_facility_starts_when_its_loans_take_over(bank):
    lines, loans = bank["facilities"], bank["drawdowns"].dropna(subset="renewal_of")
    renewed = lines.dropna(subset="renewal_of")
    old = looked_up(loans["renewal_of"], bank["drawdowns"], "loan_id", "facility_id")
    both = loans.assign(old=old).merge(renewed, on="facility_id", suffixes=("", "_f"))
    assert set(renewed["facility_id"]) == set(loans["facility_id"])
    check(both["renewal_of_f"], both["old"])
    check(both["start_date"], both["disbursed_date"])


@any_bank
def test_a_first_loan_is_a_customers_first_facility(bank):
    lines = bank["facilities"].sort_values(["customer_id", "start_date", "facility_id"])
    later = lines.groupby("customer_id").cumcount() > 0
    assert not np.any(lines["is_first_loan"] & later)
