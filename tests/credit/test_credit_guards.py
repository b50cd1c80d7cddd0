"""Mistakes of modules 05 and 06 that are refused, and numbers that can be worked out by hand."""

import json
from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smeprofile.credit import (
    Scorecard,
    bad_within,
    fit,
    gini,
    ks,
    migration_matrix,
    pooled_curves,
    psi,
    report,
    roll_rates,
    vintage,
    woe_table,
)
from smeprofile.errors import UserError


def row(loan_id, month, mob, *, dpd=0, status="在账", balance=100.0):
    return {"loan_id": loan_id, "chain_id": loan_id, "customer_id": "A", "mob": mob,
            "month_end": pd.Timestamp(month), "amount_cny": 100.0, "balance_cny": balance,
            "dpd": dpd, "bucket": f"M{min(-(-dpd // 30), 7)}", "status": status}  # fmt: skip


# Two loans of January: G stays good; B is 95 days late in March and written off in April.
BOOK = pd.DataFrame([
    *(row("G", m, k) for k, m in enumerate(["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"])),
    row("B", "2025-01-31", 0), row("B", "2025-02-28", 1, dpd=64), row("B", "2025-03-31", 2, dpd=95),
    row("B", "2025-04-30", 3, status="核销", balance=0.0),
])  # fmt: skip
STILL_THERE = BOOK[BOOK["status"] == "在账"]


def test_a_young_cohort_is_unknown_even_where_it_is_bad_already():
    told = bad_within(BOOK, window=12).set_index("chain_id")["is_bad"]
    assert told.isna().all()
    told = bad_within(BOOK, window=3).set_index("chain_id")["is_bad"]
    assert told.to_dict() == {"B": True, "G": False}


def test_survivors_alone_make_no_vintage_and_no_label():
    for function in (vintage, bad_within):
        with pytest.raises(UserError, match="幸存者"):
            function(STILL_THERE)


def test_a_group_that_has_ended_is_known_as_far_as_the_book():
    gone = pd.DataFrame([row("S", "2025-01-31", 0), row("S", "2025-02-28", 1, status="结清")])
    told = pooled_curves(pd.concat([BOOK, gone]), {"停售": ["S"], "没有": []}, last=2)
    assert told["停售"].notna().tolist() == [True, True, False]  # April is 1 of a quarter's last
    assert told["没有"].isna().all()


def test_months_cut_off_at_the_start_make_no_vintage_and_no_label():
    late = BOOK[BOOK["month_end"] > pd.Timestamp("2025-01-31")]
    for function in (vintage, bad_within):
        with pytest.raises(UserError, match="放款当月"):
            function(late)


def test_survivors_alone_make_no_matrix_and_no_roll_rate():
    with pytest.raises(UserError, match="借据 B 后来没有行"):
        migration_matrix(STILL_THERE, "2025-03-31", "2025-04-30")
    with pytest.raises(UserError, match="借据 B 后来没有行"):
        roll_rates(STILL_THERE)


def test_a_matrix_is_between_month_ends_that_are_there():
    with pytest.raises(UserError, match="没有 2025-04-29 的行"):
        migration_matrix(BOOK, "2025-03-31", "2025-04-29")
    with pytest.raises(UserError, match="weight 可选"):
        roll_rates(BOOK, weight="amount")


@pytest.mark.parametrize(
    ("options", "denominator"),
    [
        ({}, "首次放款金额（续贷链口径）"),
        ({"unit": "loan", "weight": "count"}, "笔数（借据口径）"),
    ],
)
def test_a_vintage_says_what_it_is_divided_by(options, denominator):
    assert vintage(BOOK, **options).attrs["denominator"] == denominator


@pytest.mark.parametrize("name", ["vintage", "roll_rates", "bad_within"])
def test_the_order_of_rows_does_not_matter(name):
    function = {"vintage": vintage, "roll_rates": roll_rates, "bad_within": bad_within}[name]
    pd.testing.assert_frame_equal(function(BOOK), function(BOOK.sample(frac=1, random_state=1)))


def test_woe_is_the_formula_itself_where_no_cell_is_empty():
    # 10 of 40 bad against 10 of 60: good shares 30/80, 50/80, bad shares 1/2, 1/2.
    values = pd.Series([0.0] * 40 + [1.0] * 60)
    bad = pd.Series([1] * 10 + [0] * 30 + [1] * 10 + [0] * 50)
    table = woe_table(values, bad, edges=[0.5])
    assert table["woe"].tolist() == pytest.approx([log(0.75), log(1.25)])
    assert table["iv"].tolist() == pytest.approx([-0.125 * log(0.75), 0.125 * log(1.25)])


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=60).filter(
        lambda rows: len({bad for _, bad in rows}) == 2
    )
)
def test_woe_is_positive_exactly_where_fewer_than_average_are_bad(rows):
    values, bad = pd.Series([float(v) for v, _ in rows]), pd.Series([b for _, b in rows])
    table = woe_table(values, bad, edges=[0.5, 1.5, 2.5, 3.5, 4.5])
    safer = np.sign(bad.mean() - table["bad_rate"]).where(lambda s: table["woe"].abs() > 1e-9, 0)
    assert np.sign(table["woe"].where(table["woe"].abs() > 1e-9, 0)).tolist() == safer.tolist()
    assert (table["iv"] >= 0).all() and np.isfinite(table["woe"]).all()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (pd.array([True, False, None], dtype="boolean"), "is_bad 有 1 行缺失（表现期没满）"),
        ([0, 0, 0], "只有一种结果"),
        ([0, 1], "应当一样多"),
    ],
)
def test_outcomes_that_are_no_outcomes_are_refused(bad, words):
    with pytest.raises(ValueError, match=words):
        woe_table(pd.Series([1.0, 2.0, 3.0]), pd.Series(bad), edges=[1.5])


def test_values_and_outcomes_are_matched_by_position():
    values = pd.Series([1.0, 2.0, 3.0, 4.0], index=[9, 8, 7, 6])
    assert woe_table(values, pd.Series([1, 0, 1, 0]), edges=[2.5])["n"].tolist() == [2, 2]


def test_edges_may_come_in_any_order_and_are_shown_to_the_fen():
    table = woe_table(
        pd.Series([1e6, 2e6, 3e6, 4e6]), pd.Series([0, 1, 0, 1]), edges=[3.5e6, 1234567.5]
    )
    assert table.index.tolist() == ["≤ 1,234,567.50", "1,234,567.50 – 3,500,000", "> 3,500,000"]
    assert table["n"].tolist() == [1, 2, 1]


def test_the_psi_of_texts_is_that_of_their_shares():
    a, b = pd.Series(list("甲甲乙乙")), pd.Series(list("甲乙乙乙"))
    # Half a case more in each: shares 2.5/5, 2.5/5 against 1.5/5, 3.5/5.
    assert psi(a, b) == pytest.approx(-0.2 * log(0.6) + 0.2 * log(1.4))
    assert psi(a, a) == 0 < psi(a, pd.Series(["丙"] * 4))


RNG = np.random.default_rng(3)
X = pd.DataFrame({"age_years": RNG.uniform(0, 20, 3_000), "flat": 1.0})
BAD = pd.Series(RNG.uniform(size=3_000) < 1 / (1 + np.exp(1 + 0.15 * X["age_years"])))


@settings(max_examples=20)
@given(st.floats(-5, 30), st.floats(-5, 30))
def test_more_of_a_safe_feature_never_scores_less(one, other):
    low, high = CARD.score(pd.DataFrame({"age_years": sorted([one, other])}))
    assert low <= high


CARD = fit(X, BAD)


def test_what_was_left_out_is_said_and_kept_in_the_file():
    assert "flat 只有一箱，分不出好坏，没有入模。" in CARD.findings
    assert Scorecard.from_dict(json.loads(json.dumps(CARD.to_dict()))).findings == CARD.findings


def test_a_date_is_no_feature():
    with pytest.raises(UserError, match="opened 是日期"):
        fit(X.assign(opened=pd.Timestamp("2025-01-01")), BAD)


def test_a_pd_that_is_right_lies_on_the_diagonal_and_one_doubled_does_not():
    sample = X.assign(is_bad=BAD)
    fitted = report(CARD, sample, sample, "is_bad").loc["训练"]
    assert fitted["slope"] == pytest.approx(1, abs=0.01)
    assert fitted["intercept"] == pytest.approx(0, abs=0.02)
    doubled = Scorecard.from_dict(
        {**CARD.to_dict(), "weights": {"age_years": 2 * CARD.weights["age_years"]}}
    )
    assert report(doubled, sample, sample, "is_bad").loc["训练", "slope"] == pytest.approx(
        0.5, abs=0.01
    )


def test_two_buckets_in_a_month_of_31_days_have_rolled():
    rows = [row("S", "2025-12-31", 0, dpd=30), row("S", "2026-01-31", 1, dpd=61)]
    rows += [row("T", "2025-12-31", 0, dpd=30), row("T", "2026-01-31", 1)]
    assert roll_rates(pd.DataFrame(rows))["M1→M2"].iloc[0] == 0.5


def test_measures_refuse_an_outcome_that_is_not_known():
    score, unknown = pd.Series([1.0, 2.0, 3.0]), pd.Series([1.0, 0.0, np.nan])
    for measure in (ks, gini):
        with pytest.raises(ValueError, match="1 行缺失"):
            measure(score, unknown)
        with pytest.raises(ValueError, match="只有一种结果"):
            measure(score, pd.Series([1, 1, 1]))


def test_rare_missing_values_of_a_text_are_a_bin_of_their_own_in_table_and_score():
    values = pd.Series(["A"] * 97 + [None] * 3)
    bad = pd.Series([1] * 5 + [0] * 92 + [1] * 3)
    assert woe_table(values, bad)["n"].to_dict() == {"A": 97, "缺失": 3}
    card = fit(pd.DataFrame({"grade": values}), bad)
    points = card.points().set_index("bin")["points"]
    assert points["缺失"] < points["A"]
    assert card.score(pd.DataFrame({"grade": [None, "A"]})).diff().iloc[1] > 0
