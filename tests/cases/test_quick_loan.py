"""Case one: choices become a strategy; its V is the bank's; marking tells speed beside it."""

import numpy as np
import pytest

from smeprofile.bank import assumptions as b
from smeprofile.bank import from_answers, market
from smeprofile.bank.strategy import historical_cutoffs
from smeprofile.cases import quick_loan as q
from smeprofile.cases.marking import marked_desk
from smeprofile.errors import UserError


@pytest.fixture(scope="module")
def small():
    return market(customers=1_500, seed=10)


def test_every_choice_makes_a_strategy():
    for row, (_, options) in q.FIELDS.items():
        for label in options:
            from_answers(q.plain_values(q.OLD | {row: label}))


def test_the_cut_off_is_told_by_how_far_it_is_from_today_s():
    policy = q.strategy_of(q.REFERENCE | {"d1": "低 40 分"}).policy
    assert policy.cutoffs["信用"] == historical_cutoffs()["信用"] - 40
    assert policy.cutoffs["抵押"] == historical_cutoffs()["抵押"]


def test_what_can_t_be_chosen_is_named():
    with pytest.raises(UserError, match="d4（批申请金额的）应为 五成、七成"):
        q.strategy_of(q.OLD | {"d4": ""})


def test_all_of_v_but_old_loans_is_attributed_to_one_product(small, monkeypatch):
    """Product by product, every fen that new business brings is there once."""
    played = q.played_year(q.REFERENCE, small, 1)
    whole = 0.0
    for product in range(5):
        monkeypatch.setattr(q, "PRODUCT", product)
        whole += q.quick_value(played)
    lines, x = played.loans.fac, played.applications
    old = np.unique(lines["who"][lines["kind"] > 0])
    fen = played.ledger.value_fen()[old].sum() + q._costs_fen(x)[np.isin(x["who"], old)].sum()
    assert whole + fen / 100 == pytest.approx(played.value_cny, abs=0.05)


def test_the_reference_is_faster_than_the_old_process_and_looks_at_fewer(small):
    old, new = (q.years(plan, small, [1, 2]).mean() for plan in (q.OLD, q.REFERENCE))
    assert new["hours_p90"] < 24 < old["hours_p90"]
    assert new["manual_share"] < old["manual_share"]


def test_bad_customers_are_their_rate_times_the_lines_drawn_on(small):
    told = q.years(q.REFERENCE, small, [1]).loc[1]
    drawn = told["n_bad"] / told["bad_rate_12m"]
    assert 0 < told["n_bad"] < drawn <= told["n_granted"]
    assert drawn == pytest.approx(round(drawn))


def test_reasons_and_appeal_change_no_figure_but_are_breaches(small):
    bad = q.REFERENCE | {"d6": "一律“综合评分不足”", "d7": "不受理"}
    assert q.years(bad, small, [1]).equals(q.years(q.REFERENCE, small, [1]))
    assert [breach.code for breach in q.breaches(bad, small, 1)] == ["R1", "R2"]
    assert q.breaches(q.REFERENCE, small, 1) == []


def test_points_are_counted_between_the_old_process_and_the_reference(small):
    lucks = [1, 2, 3]
    value = float(q.years(q.OLD, small, lucks)["value_cny"].mean())
    none = marked_desk(q.OLD, small, lucks, {"old": value, "reference": value + 1e5})
    full = marked_desk(q.OLD, small, lucks, {"old": value - 1e5, "reference": value})
    assert (none.share, full.share) == (0.0, 1.0)
    assert "3 年运气里" in full.lines[1] and "人工带太宽" in "".join(none.lines)


def test_a_breach_earns_nothing_and_is_told_what_compliance_would(small):
    yards = {"old": -1e9, "reference": -1e8}
    told = marked_desk(q.REFERENCE | {"d7": "不受理"}, small, [1, 2], yards)
    assert told.share == 0.0
    assert "违规 R2" in told.lines[0] and "依据" in told.lines[0]
    assert "能得这道题的 100%" in told.lines[-1]


def test_interest_lost_is_told_as_the_share_that_was_chosen(small):
    yards = {"old": 1e9, "reference": 2e9}
    for share in ("五成", "七成"):
        told = marked_desk(q.REFERENCE | {"d4": share}, small, [1], yards)
        assert f"利息只收{share}" in "".join(told.lines)


def test_a_market_without_an_application_is_refused():
    with pytest.raises(UserError, match="请加大户数"):
        q.years(q.OLD, market(customers=1, seed=4), [1])


def test_hours_of_reviews_are_the_bank_s():
    assert b.REVIEW_HOURS[q.PRODUCT] == 1.0  # the widget and the lesson say an hour a case
