"""The capstone: choices become a strategy; what breaks a rule earns nothing; truth can't be had."""

import numpy as np
import pandas as pd
import pytest

from smeprofile import bank
from smeprofile.bank.evaluate import _Run
from smeprofile.bank.offers import checked, no_offers
from smeprofile.bank.play import monthly_capacity
from smeprofile.cases import capstone as c
from smeprofile.cases import capstone_marking as m
from smeprofile.cases.brought import expected_gain
from smeprofile.errors import UserError
from smeprofile.tags import TAGS

SEEDS = [1, 2]
YARDS = {"old": -1e9, "reference": -1e8, "bound": 1e9, "today": -1e9, "policy": -1e8}


@pytest.fixture(scope="module")
def market():
    return bank.market(customers=1_000, seed=14)


@pytest.fixture(scope="module")
def seen(market):
    return c.first_day(market)


def free(profiles):
    on = ~profiles["do_not_contact"] & (profiles["registration_status"] == "存续")
    return profiles[on & (profiles["loan_balance_cny"] == 0)]


def quarterly(profiles, channel="H4", months=(1, 4, 7, 10)):
    rows = [bank.offers_of(free(profiles), "F1", channel, month) for month in months]
    return pd.concat(rows, ignore_index=True)


# --- the plan


def test_every_choice_makes_a_strategy(market):
    for row, (_, options) in c.FIELDS.items():
        for label in options:
            assert len(c.strategy_of(c.OLD | {row: label}, market).targeting)


def test_what_can_t_be_chosen_is_named(market):
    with pytest.raises(UserError, match=r"e5（报价，比挂牌价）应为 低 0.5 个百分点"):
        c.strategy_of(c.OLD | {"e5": ""}, market)


def test_a_plan_is_worth_what_the_bank_says(market):
    """The bank's own evaluation of the same strategy, its offers made from whole profiles."""
    strategy = c.strategy_of(c.REFERENCE, market)
    run = _Run(strategy, market, 1)
    assert c.years(c.REFERENCE, market, [1]).loc[1, "value_cny"] == run.play().value_cny
    assert run.broken == []


def test_the_list_is_what_rules_make_of_whole_profiles(market):
    made = bank.from_answers(c.values_of(c.REFERENCE)).targeting(market.profiles("营销"))
    ours = c.offers_of(c.REFERENCE, market)
    assert sorted(ours["customer_id"]) == sorted(made["customer_id"])


def test_the_parts_are_the_whole_of_v(market):
    told = c.years(c.REFERENCE, market, SEEDS)
    assert np.allclose(told[list(c.PARTS)].sum(axis=1), told["value_cny"], atol=0.01)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"e4": "每月一次"}, "F1"), ({"e13": "照样联系"}, "C1"), ({"e14": "不受理"}, "R2"),
     ({"e12": "再加征信报告"}, "S1"), ({"e12": "再加“后来谁真的来申请”的名单"}, "T1")],
)  # fmt: skip
def test_every_broken_rule_is_found_and_put_right(market, change, code):
    assert [b.code for b in c.breaches(c.REFERENCE | change, market, 1)] == [code]
    assert c.within_the_rules(c.REFERENCE | change) == c.REFERENCE


def test_plans_within_the_rules_break_none(market):
    for plan in (c.OLD, c.REFERENCE):
        assert c.breaches(plan, market, 1) == []
        assert c.within_the_rules(plan) == plan


def test_visits_to_everybody_are_over_capacity(market):
    told = c.years(c.REFERENCE | {"e3": "客户经理走访"}, market, [1]).loc[1]
    made = 4 * monthly_capacity(market.customers)[0]  # H1, four rounds in one month each
    assert told["over_capacity"] > 0 and told["contacts"] <= made


def test_points_are_counted_between_the_old_plan_and_the_reference(market):
    value = float(c.years(c.OLD, market, SEEDS)["value_cny"].mean())
    yards = {"old": value, "reference": value + 1e5, "bound": value + 1e6}
    none = m.marked_plan(c.OLD, market, SEEDS, yards)
    full = m.marked_plan(c.OLD, market, SEEDS, yards | {"old": value - 1e5, "reference": value})
    assert (none.share, full.share) == (0.0, 1.0)
    assert "还差 100.0 万元" in none.lines[0] and "满意度" in none.lines[1]
    assert "照旧 V 和你一样" in "".join(none.lines)


def test_calls_are_faulted_where_they_are_over_capacity_only(market):
    yards = {"old": 1e9, "reference": 1e10, "bound": 1e10}
    crowded = m.marked_plan(c.REFERENCE | {"e3": "电话"}, market, [1], yards)
    some = m.marked_plan(c.REFERENCE | {"e1": "制造业的", "e3": "电话"}, market, [1], yards)
    visits = m.marked_plan(c.REFERENCE | {"e3": "客户经理走访"}, market, [1], yards)
    assert "打不完的白排" in "".join(crowded.lines) and "打不完" not in "".join(some.lines)
    assert "走访一次就是上百元" in "".join(visits.lines) and "打不完" not in "".join(visits.lines)


@pytest.mark.parametrize("product", ["抵押贷", "担保贷"])
def test_a_dear_product_is_faulted_for_its_cost_not_for_who_comes(market, product):
    yards = {"old": 1e9, "reference": 1e10, "bound": 1e10}
    told = "".join(m.marked_plan(c.REFERENCE | {"e2": product}, market, [1], yards).lines)
    came = [
        c.years(c.REFERENCE | {"e2": e2}, market, SEEDS)["n_applications"].mean()
        for e2 in (product, "快速贷")
    ]
    assert came[0] == pytest.approx(came[1], rel=0.03)
    assert "来的人差不多" in told and "利息补不上" in told


def test_a_breach_earns_nothing_and_is_told_what_compliance_would(market):
    told = m.marked_plan(c.REFERENCE | {"e13": "照样联系"}, market, SEEDS, YARDS)
    assert told.share == 0.0
    assert "违规 C1" in told.lines[0] and "第二十四条" in told.lines[0]
    assert "能得这道题的 100%" in told.lines[-1]


# --- the list made by code


def test_what_is_given_to_a_list_holds_no_truth(seen):
    assert not {"uplift", "quality", "need", "need_cny", "skill"} & set(seen)
    assert seen["customer_id"].is_unique


@pytest.mark.parametrize("column", ["uplift", "true_need_cny", "is_bad", "responded"])
def test_who_reaches_for_truth_is_told_that_nobody_has_it(market, seen, column):
    why, table = m.tried(lambda profiles: profiles[profiles[column] == 0], seen, market.ids)
    assert table is None and "是真值，只有仿真器知道" in why


def test_the_truth_of_another_market_is_worth_no_more_than_chance(market, seen):
    """Who has read the package may make a market, but not the one that marks: its seed is secret."""

    def cheating(profiles):
        other = bank.market(customers=len(profiles), seed=99)
        moved = other._truth.t.uplift == 0  # the persuadable ones: of that market
        return quarterly(profiles[moved & profiles.index.isin(free(profiles).index)])

    best = expected_gain(checked(quarterly(seen), market.ids), market).gain_cny
    why, table = m.tried(cheating, seen, market.ids)
    assert why == "" and m.marked_list(table, market, best).share < 0.35


def test_the_reference_list_earns_all_points(market, seen):
    best = expected_gain(checked(c.offers_of(c.REFERENCE, market), market.ids), market).gain_cny
    assert best > 0
    assert m.marked_list(quarterly(seen), market, best).share == 1.0


def test_a_list_that_breaks_a_rule_earns_nothing(market, seen):
    best = 1e5
    monthly = m.marked_list(quarterly(seen, months=range(1, 13)), market, best)
    everybody = pd.concat([bank.offers_of(seen, "F1", "H4", 1)])
    assert monthly.share == 0 and "三个月里被联系两次以上" in monthly.lines[0]
    disturbing = m.marked_list(everybody, market, best)
    assert disturbing.share == 0 and "免打扰" in disturbing.lines[0]


def test_visits_to_all_are_over_capacity_and_earn_nothing(market, seen):
    told = m.marked_list(quarterly(seen, "H1"), market, 1e5)
    assert told.share == 0 and "超出渠道当月的容量" in "".join(told.lines)


def test_contacts_over_capacity_are_not_made_in_the_order_given(market, seen):
    brought = expected_gain(checked(quarterly(seen, "H1", (1,)), market.ids), market)
    assert brought.contacts == monthly_capacity(market.customers)[0]
    assert brought.contacts + brought.over_capacity == len(free(seen))


def test_what_is_expected_is_what_happens_on_average(market):
    """Extra applications over sixty years of luck, played by the bank itself."""
    offers = checked(c.offers_of(c.REFERENCE | {"e4": "全年一次"}, market), market.ids)
    strategy = bank.Strategy()

    def came(given, seed):
        return len(c.played_year(strategy, given, market, seed).applications["who"])

    extra = [came(offers, seed) - came(no_offers(), seed) for seed in range(60)]
    mean, error = np.mean(extra), np.std(extra) / np.sqrt(len(extra))
    assert abs(mean - expected_gain(offers, market).extra) < 3 * error


def test_what_a_list_would_earn_is_of_its_lawful_rows(market, seen):
    best = expected_gain(checked(quarterly(seen), market.ids), market).gain_cny
    monthly = quarterly(seen, months=range(1, 13))
    disturbed = bank.offers_of(seen[seen["do_not_contact"]], "F1", "H4", 1)
    for table in (monthly, pd.concat([quarterly(seen), disturbed])):
        told = m.marked_list(table, market, best)
        assert told.share == 0 and told.lines[-1].endswith("只去掉违规的行，能得这道题的 100%。")


def test_months_written_as_text_are_judged_like_numbers(market, seen):
    best = expected_gain(checked(quarterly(seen), market.ids), market).gain_cny
    for months in ((1, 4, 7, 10), (1, 2, 10)):
        table = quarterly(seen, months=months)
        text = table.assign(month=table["month"].astype(str))
        assert m.marked_list(text, market, best) == m.marked_list(table, market, best)


def test_of_contacts_too_close_together_the_earlier_stay(market, seen):
    rows = [bank.offers_of(free(seen).head(1), "F1", "H4", k) for k in (12, 1, 3, 5, 4, 7)]
    soon = c.too_soon(checked(pd.concat(rows), market.ids))
    assert soon.tolist() == [False, False, True, True, False, False]


def test_a_method_that_isn_t_there_is_not_called_the_truth(market, seen):
    why, _ = m.tried(lambda profiles: profiles.filtered(), seen, market.ids)
    assert "AttributeError" in why and "真值" not in why


# --- policy and sources


def test_a_policy_is_marked_between_today_s_and_the_reference(market):
    good = m.marked_policy({"rate_addon": 0.005}, market, SEEDS, YARDS)
    deaf = m.marked_policy({"rate_addon": 0.005, "appeal": False}, market, SEEDS, YARDS)
    assert good.share == 1.0 and deaf.share == 0.0
    assert "违规 R2" in deaf.lines[0] and "能得这道题的 100%" in deaf.lines[-1]


def test_what_a_policy_would_earn_is_of_the_lawful_one(market):
    wrong = {"repayment": {"F1": "等额本金", "F3": "随借随还"}}
    mine, lawful = (
        float(c.years(bank.from_answers(v), market, SEEDS)["value_cny"].mean()) for v in (wrong, {})
    )
    told = m.marked_policy(wrong, market, SEEDS, {"today": lawful - 2e5, "policy": lawful + 2e5})
    assert told.share == 0 and "违规 P3" in told.lines[0]
    assert abs(mine - lawful) > 1e4
    assert f"若合规：V 平均 {lawful / 1e4:,.1f} 万元，能得这道题的 53%" in told.lines[-1]


@pytest.mark.parametrize(
    ("values", "says"),
    [({"rate_addon": 0.5}, "rate_addon 填得不对"), ({"rules": []}, "只管审批和价格"), ([1], "一个字典")],
)  # fmt: skip
def test_a_policy_that_can_t_be_is_named(values, says):
    assert says in m.policy_error(values)


@pytest.mark.parametrize("use", ["营销", "授信审批"])
def test_what_is_declared_is_just_enough_for_the_columns(market, use):
    """With the items declared, and only them, the market hands out exactly these columns."""
    catalogue = pd.DataFrame(
        [{"name": t.name, "items": "、".join(t.items), "uses": "、".join(t.uses)} for t in TAGS.values()]
    )  # fmt: skip
    columns = [
        "age_years",
        "settlement_ratio",
        "external_balance_cny",
        "invoiced_12m_cny_peer_rank",
    ]
    told = m.declared(columns, use, catalogue)
    had = market.profiles(use, tuple(told["items"])).columns
    may = [c for c in columns if c not in told["barred"]]
    assert [c for c in may if c in set(market.profiles(use).columns) - set(had)] == []
    assert not set(told["barred"]) & set(had)
