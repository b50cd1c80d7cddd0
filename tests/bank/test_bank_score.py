"""The score: nothing for the baseline, one for the reference, none where it would be noise."""

import pytest

from bank.markets import cutoffs, market, policy
from smeprofile import bank
from smeprofile.bank.evaluate import _Yardstick
from smeprofile.bank.page import FILE, accounts_page
from smeprofile.errors import UserError
from smeprofile.paths import home


def test_baseline_scores_nothing_and_reference_one_where_there_is_a_score():
    for seed in range(20):
        low, high = (bank.evaluate(s, market(), seed) for s in (bank.baseline(), bank.reference()))
        if low.score is not None:
            assert (low.score, high.score) == (0.0, 1.0)
            return
    pytest.fail("no seed with a score")


def test_a_difference_within_noise_gives_no_score_and_says_so():
    score, why = _Yardstick(baseline=10.0, reference=20.0, noise=15.0).score(18.0)
    assert score is None and "不超过噪声" in why
    assert _Yardstick(10.0, 20.0, 5.0).score(18.0) == (0.8, "")


def test_a_reference_below_the_baseline_gives_no_score():
    assert _Yardstick(baseline=20.0, reference=10.0, noise=0.0).score(18.0)[0] is None


def test_the_average_over_seeds_is_that_of_single_years_and_runs_the_code_once():
    calls = []
    strategy = bank.Strategy(lambda profiles: calls.append(len(profiles)))
    found = bank.average(strategy, market(), range(6))
    one = bank.evaluate(strategy, market(), 5)
    assert found.by_seed.loc[5].tolist() == [one.value_cny, one.baseline_cny, one.reference_cny]
    assert found.value_cny == pytest.approx(found.by_seed["value_cny"].mean())
    assert len(calls) == 2  # once for the average, once for the single year


@pytest.mark.parametrize(
    ("strategy", "seeds", "says"),
    [({"appeal": True}, [1, 2], "要评的应为"), (bank.Strategy(), [1, -1], "seed 须为"), (bank.Strategy(), [1, "2"], "seed 须为"),
     (bank.Strategy(), [1, 1], "不能重复")],
)  # fmt: skip
def test_what_can_t_be_averaged_is_named(strategy, seeds, says):
    with pytest.raises(UserError, match=says):
        bank.average(strategy, market(), seeds)


def test_yardsticks_and_breaches_score_the_same_on_average():
    low, high = (bank.average(s, market(), range(8)) for s in (bank.baseline(), bank.reference()))
    assert (low.score, high.score) == (0.0, 1.0)
    assert bank.average(bank.from_answers({"appeal": False}), market(), range(2)).score == 0.0


def test_what_is_shown_lies_between_nothing_and_one():
    result = bank.evaluate(bank.from_answers({"cutoffs": {"抵押": -999}}), market(), 1)
    assert result.shown_score is None or 0 <= result.shown_score <= 1


def test_every_figure_has_its_denominator_and_meaning():
    kpis = bank.evaluate(bank.reference(), market(), 1).kpis
    assert kpis[["numerator", "denominator"]].notna().all().all()
    assert (kpis["meaning"].str.len() > 5).all() and kpis.index.is_unique


def test_cases_not_decided_stay_in_the_denominators():
    kpis = bank.evaluate(bank.Strategy(), market(), 1).kpis
    n = kpis.loc["undecided", "denominator"]
    assert (
        kpis.loc[["approval_rate", "automation_rate", "satisfaction"], "denominator"] == n
    ).all()


def test_an_old_loan_left_unpaid_is_no_new_lending():
    nothing = policy(cutoffs=cutoffs(9000), renewal_margin=-10_000)
    found = [bank.evaluate(nothing, market(), seed) for seed in range(4)]
    assert sum(result.played.counts["unpaid"] for result in found) > 0
    assert [result.kpis.loc["new_balance_cny", "value"] for result in found] == [0.0] * 4


def test_strategies_differ_by_what_they_do_alone():
    one = bank.evaluate(bank.Strategy(), market(), 3)
    other = bank.evaluate(bank.from_answers({"cutoffs": {"信用": 604.0}}), market(), 3)
    assert one.value_cny == other.value_cny


def test_a_breach_is_told_with_its_source_and_what_compliance_would_have_earned():
    strategy = bank.from_answers({"sources_marketing": ["征信报告"], "appeal": False})
    lines = bank.evaluate(strategy, market(), 1).told()
    assert any("违规 S1" in line and "依据" in line for line in lines)
    assert lines[-1].startswith("若合规：V ")


def test_the_accounts_page_is_what_a_run_makes():
    assert (home() / "datasets" / FILE).read_text(encoding="utf-8") == accounts_page()
