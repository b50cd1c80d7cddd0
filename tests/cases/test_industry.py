"""Case two: terms by sector, roll-out by branch, marking by what the terms earn, and mix beside price."""

import numpy as np
import pandas as pd
import pytest

from smeprofile import bank, did
from smeprofile.bank import Policy, Rollout
from smeprofile.bank.deciding import SECTOR
from smeprofile.bank.offers import no_offers
from smeprofile.bank.play import luck, play
from smeprofile.bank.strategy import Sources
from smeprofile.cases import industry as i
from smeprofile.cases import mix, rollout
from smeprofile.errors import UserError

INSTALMENTS = i.UNIFORM | {"m2": "分期还本", "s2": "分期还本"}


@pytest.fixture(scope="module")
def market():
    return bank.market(customers=1_500, seed=11)


@pytest.fixture(scope="module")
def table(market):
    return i.value_table(market, [1])


def played(market, policy):
    return play(market._truth, no_offers(), policy, Sources(), luck(market.seed, 1))


# --- the seam in the bank ----------------------------------------------------------------------
@pytest.mark.parametrize(("start", "like"), [(0, "after"), (12, "before")])
def test_a_rollout_from_the_first_day_or_never_is_the_plain_year(market, start, like):
    before, after = Policy(), i.policy_of(INSTALMENTS | {"m1": "−0.25"})
    turns = Rollout(before, after, np.full(market.customers, start))
    plain = {"before": before, "after": after}[like]
    one, other = played(market, turns), played(market, plain)
    assert one.ledger.trial_balance().equals(other.ledger.trial_balance())
    assert (one.ledger.value_fen() == other.ledger.value_fen()).all()


def test_before_a_branch_starts_nothing_is_different_there(market):
    starts = rollout.lots(market, 1)
    with_, without = (rollout.rolled_out(v, market, starts, 1) for v in (INSTALMENTS, i.UNIFORM))
    before = ~did.is_on(with_)
    assert with_[before].equals(without[before])
    assert (
        rollout.true_effect(rollout.by_branch(with_), rollout.by_branch(without), "lent_each") > 0
    )


def test_only_price_and_repayment_may_be_rolled_out(market):
    with pytest.raises(UserError, match="只能在 rate_addon 和 repayment 上不同"):
        Rollout(Policy(), Policy(line_share=0.5), np.zeros(market.customers))


def test_a_sector_s_method_is_that_sector_s_only(market):
    policy = Policy(repayment={"服务": {"F1": "等额本息"}})
    x = played(market, policy).applications
    sector, quick = SECTOR[market._truth.t.trade[x["who"]]], x["product"] == 0
    assert set(x["method"][quick & (sector == 1)]) == {2}
    assert set(x["method"][quick & (sector == 0)]) > {2} or 0 in x["method"][quick & (sector == 0)]
    assert Policy(repayment={"F1": "等额本息"}).methods["制造"] == {"F1": "等额本息"}
    with pytest.raises(UserError, match="repayment 的名称应为"):
        Policy(repayment={"服务": {"F9": "等额本息"}})
    with pytest.raises(UserError, match="repayment 的名称应为"):
        Policy(repayment={"农业": {"F1": "等额本息"}})


def test_a_method_that_a_sector_s_product_isn_t_sold_with_is_a_breach(market):
    policy = Policy(repayment={"制造": {"F5": "随借随还"}})
    result = bank.evaluate(bank.Strategy(policy=policy), market, seed=1)
    assert [b.code for b in result.breaches] == ["P3"]


# --- the panel ---------------------------------------------------------------------------------
def test_the_panel_holds_what_the_ledger_holds(market):
    starts = rollout.lots(market, 1)
    panel = rollout.rolled_out(i.UNIFORM, market, starts, 1)
    assert len(panel) == len(starts) * 12 * 2
    year = played(market, i.policy_of(i.UNIFORM))
    f, n = year.loans.fac, year.loans.notes
    ours = (SECTOR[market._truth.t.trade[f["who"]]] < 2) & (f["kind"] == 0)
    note = ours[n["fac"]]
    assert panel["lent_cny"].sum() == pytest.approx(n["fen"][note].sum() / 100)
    last = panel.loc[panel["month"] == 12, "balance_cny"].sum()
    assert last == pytest.approx(n["balance"][note].sum() / 100)
    assert panel["n_new"].sum() == ours.sum()


def test_lots_are_thirds_and_reproducible(market):
    starts = rollout.lots(market, 5)
    assert starts.value_counts(dropna=False).tolist() == [4, 4, 4]
    assert starts.equals(rollout.lots(market, 5)) and not starts.equals(rollout.lots(market, 6))


def test_wrong_starts_are_refused(market):
    with pytest.raises(UserError, match="每家支行一行"):
        rollout.rolled_out(i.UNIFORM, market, rollout.lots(market, 1).head(3), 1)


# --- marking -----------------------------------------------------------------------------------
def test_every_choice_makes_a_policy():
    for row, (_, options) in i.FIELDS.items():
        for label in options:
            i.policy_of(i.UNIFORM | {row: label})
    with pytest.raises(UserError, match="m2（制造：怎么还）应为 客户自己选"):
        i.policy_of(i.UNIFORM | {"m2": ""})


def test_a_mix_of_terms_earns_the_sum_of_its_parts(market, table):
    both = INSTALMENTS | {"s1": "+0.50", "m1": "−0.25", "s2": "客户自己选"}
    worth = i.years(both, market, [1]).loc["合计", "value_cny"]
    assert i.value_in(table, both) == pytest.approx(worth, rel=0.02, abs=3_000)


def test_the_best_is_within_the_rules_and_beats_the_uniform_terms(table):
    best = i.best_in(table)
    assert i.breaches(best) == []
    assert i.value_in(table, best) > i.value_in(table, i.UNIFORM)
    assert i.marked(best, table, best).share == 1
    assert i.marked(i.UNIFORM, table, best).share == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [({"m1": "+0.50"}, "客户平均多付了"), ({"e1": "不会走的老客户加一点"}, "不合理的差别待遇"), ({"e2": "只能用行业方案"}, "不针对个人特征的选项")],
)  # fmt: skip
def test_a_breach_earns_nothing_and_is_told_its_source_and_what_obeying_earns(table, change, says):
    best = i.best_in(table)
    told = i.marked(best | change, table, best)
    assert told.share == 0
    assert says in told.lines[0] and "依据" in told.lines[0]
    assert "若合规" in told.lines[-1]
    assert i.breaches(i.within_the_rules(best | change)) == []


def test_what_is_left_on_the_table_is_told(table):
    wrong = i.UNIFORM | {"m1": "−0.50", "m2": "到期还本", "s2": "到期还本"}
    said = " ".join(i.marked(wrong, table, INSTALMENTS).lines)
    assert "制造的还款选了“到期还本”" in said and "制造让了利" in said


def made_up(worth):
    """Return a table in which a price and a method are worth what ``worth(points, method)`` says."""
    one = {f"{a}|{m}": worth(i._POINTS[a], m) for a in i.ADDONS for m in i.METHODS}
    return {name: dict(one) for name in i.INDUSTRIES}


def test_nobody_is_told_to_break_the_rule_or_to_raise_at_a_loss():
    def advice(plan, table):
        return "".join(i._advice(i.UNIFORM | plan, table, 0.5))

    dearer, cheaper = (made_up(lambda p, _, s=sign: s * p * 1e8) for sign in (1, -1))
    paid_for = {"m1": "−0.25", "s1": "+0.50"}  # without its cut the mean is above 0
    assert "让了利" not in advice(paid_for, dearer) and "让了利" not in advice(
        {"m1": "−0.25"}, cheaper
    )
    assert "不让能多 25.0 万元" in advice({"m1": "−0.25"}, dearer)


@pytest.mark.parametrize("method", i.METHODS)
def test_principal_at_maturity_is_blamed_where_instalments_mend_it_only(method):
    plan = i.UNIFORM | {"m2": method, "s2": method}
    for best in set(i.METHODS) - {method}:
        said = "".join(i._advice(plan, made_up(lambda _, m, b=best: 1e5 * (m == b)), 0.5))
        assert f"比“{best}”少" in said
        assert ("本金压在到期那一天" in said) == (best == "分期还本")


def test_a_market_that_lends_nothing_has_a_panel_of_noughts():
    tiny = bank.market(customers=1, seed=4)
    assert not played(tiny, i.policy_of(i.UNIFORM)).loans.fac
    panel = rollout.rolled_out(i.UNIFORM, tiny, rollout.lots(tiny, 1), 1)
    assert (panel[["n_new", "lent_cny", "balance_cny", "n_bad"]] == 0).all(axis=None)


def test_only_the_way_to_repay_moves_what_is_lent_by_much(market):
    plain, instalments, cheap = (
        i.years(v, market, [1, 2]).loc["合计"]
        for v in (i.UNIFORM, INSTALMENTS, i.UNIFORM | {"m1": "−0.50", "s1": "−0.50"})
    )
    assert instalments["n_lines"] == plain["n_lines"] <= cheap["n_lines"]
    assert instalments["lent_cny"] > plain["lent_cny"] * 1.15
    assert cheap["value_cny"] < plain["value_cny"]


# --- mix ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(30))
def test_the_made_up_year_always_turns_round(seed):
    told = mix.reversal(np.random.default_rng(seed))
    then, now = (told[told["year"] == y].set_index("industry") for y in ("去年", "今年"))
    parts = mix.mix_and_price(then, now)
    assert (now["rate"] < then["rate"]).all() and parts["now"] > parts["then"]
    assert parts["price"] < 0 < parts["mix"]
    assert parts["price"] + parts["mix"] == pytest.approx(parts["now"] - parts["then"])


def test_a_group_that_comes_or_goes_is_mix_only():
    then = pd.DataFrame({"weight": [100], "rate": [0.05]}, index=["制造"])
    now = pd.DataFrame({"weight": [50, 50], "rate": [0.05, 0.07]}, index=["制造", "服务"])
    assert mix.mix_and_price(then, now)["price"] == pytest.approx(0)
    with pytest.raises(UserError, match="now 应有 weight、rate"):
        mix.mix_and_price(then, now.assign(weight=0))
