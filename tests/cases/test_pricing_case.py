"""The pricing case: reasoning earns, luck doesn't decide, and another bank's terms are followed."""

from dataclasses import replace

import pytest

from smeprofile import bank
from smeprofile.bank.course import terms
from smeprofile.cases import pricing as case
from smeprofile.cases.expected import Calm
from smeprofile.errors import UserError

AS_OF = "2025-12-31"


@pytest.fixture(scope="module")
def market():
    return bank.market(1_500, 7)


def test_prices_add_up_and_bad_fields_are_named():
    assert case.total_addon(case.usual()) == case.total_addon(case.reference(AS_OF)) == 0
    with pytest.raises(UserError, match="丁还 应为"):
        case.total_addon(case.usual() | {"丁还": "等本等息"})
    with pytest.raises(UserError, match="甲价 应为"):
        case.total_addon(case.usual() | {"甲价": "+1"})


def test_every_quote_is_lawful(market):
    strategy = case.strategy_of(case.reference(AS_OF), market)
    result = bank.evaluate(strategy, market, seed=1)
    assert result.breaches == ()


def test_the_table_holds_what_an_answer_earns(market):
    answer = case.reference(AS_OF)
    table = {g: {} for g in case.GROUPS}
    for values in (answer, case.usual()):
        for g, worth in case.by_group(values, market, [1]).items():
            table[g][f"{values[f'{g}价']}|{values[f'{g}还']}"] = float(worth)
    # Groups compete for nothing but reviewers' time: a mix earns the sum of its parts.
    mixed = answer | {"丁价": case.usual()["丁价"], "丁还": case.usual()["丁还"]}
    played = case.by_group(mixed, market, [1]).sum()
    assert case.value_in(table, mixed) == pytest.approx(played, rel=0.02, abs=2_000)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(20, 26))
def test_reasoning_beats_the_usual_in_any_market(seed):
    fresh = bank.market(4_000, seed)
    gain = [case.by_group(v, fresh, [1, 2]).sum() for v in (case.usual(), case.reference(AS_OF))]
    assert gain[1] - gain[0] > 200_000


def test_the_same_luck_gives_the_same_value(market):
    one, other = (case.by_group(case.usual(), market, [3]) for _ in range(2))
    assert one.equals(other)


def test_nobody_defaults_by_luck(market):
    from smeprofile.bank.play import luck, play

    strategy = case.strategy_of(case.usual(), market)
    offers = case.checked(strategy.targeting, market.ids)
    calm = Calm(luck(market.seed, 1).seed)
    played = play(market._truth, offers, strategy.policy, strategy.sources, calm)
    assert (played.loans.fac["distress"] == 0).all()


def test_small_mortgages_have_no_line_and_another_bank_its_own():
    told = case.price_list(AS_OF)
    assert told["free_up_to"].isna().tolist() == [True, False, True, False]
    own = terms()
    dear = tuple((k, replace(p, spread=p.spread + 0.01)) for k, p in own.products)
    other = replace(own, products=dear)
    assert case.reference(AS_OF, other)["丁价"] == "不加不减"  # too far above the line to reach it
    assert case.total_addon(case.reference(AS_OF, other)) <= 0


def test_advice_names_the_bullets_and_the_cliff():
    said = " ".join(case.advice(case.usual(), AS_OF))
    assert "乙、丙、丁组：本金压在到期那一天" in said
    assert "甲组用随借随还：仿真里除了提前还清的，都到期才还本金" in said
    assert "掉下增值税的断崖" in said


@pytest.mark.parametrize(("group", "addon"), [("丁", "不加不减"), ("乙", "−0.30")])
def test_every_group_s_price_is_held_against_the_cliff(group, addon):
    told = case.advice(case.reference(AS_OF) | {f"{group}价": addon}, AS_OF)
    assert [line[0] for line in told if "掉下增值税的断崖" in line] == [group]


def test_advice_says_how_much_may_still_be_added():
    said = " ".join(case.advice(case.reference(AS_OF) | {"丁价": "−0.30"}, AS_OF))
    assert "合计 -0.15 个百分点：还有 0.15 个百分点没用" in said
