"""Case three: what decides V, breaches, marking; data never reach who didn't agree."""

import numpy as np
import pytest

from smeprofile.bank import market
from smeprofile.bank.play import luck
from smeprofile.bank.view import View
from smeprofile.cases import data_partner as d
from smeprofile.cases.expected import expected_year
from smeprofile.errors import UserError
from smeprofile.partner.model import BANK, PARTNER, Logit, Models
from smeprofile.simulate import partner as platform


def logit(names, **weights):
    n = len(names)
    return Logit(names, (0.0,) * n, (1.0,) * n, tuple(weights.get(name, 0.0) for name in names), -3.0)  # fmt: skip


MODELS = Models(
    bank=logit(BANK, score=-0.01), partner=logit(PARTNER, late_to_suppliers=0.5),
    both=logit((*BANK, *PARTNER), score=-0.01, late_to_suppliers=0.5), slope=-0.01,
)  # fmt: skip
BUYS = d.BASELINE | {"e1": d.BOTH}


@pytest.fixture(scope="module")
def small():
    return market(customers=1_500, seed=12)


def test_bank_only_plans_differ_by_their_line_alone():
    plans = [d.BASELINE | {"e3": e3, "e4": e4} for e3 in d.OPTIONS["e3"] for e4 in d.OPTIONS["e4"]]
    assert len({d.key(plan) for plan in plans}) == 1
    assert len({d.key(plan) for plan in d.all_plans()}) == len(d.all_plans()) == 36


def test_what_can_t_be_chosen_is_named():
    with pytest.raises(UserError, match="e2（通过线，比现行的）应为 低 20 分"):
        d.checked(d.BASELINE | {"e2": ""})


def test_every_breach_has_its_code_and_source():
    bad = BUYS | {row: d.OPTIONS[row][0] for row in ("e5", "e6", "e7")}
    assert [b.code for b in d.breaches(bad)] == ["D1", "D2", "D3"]
    assert all(b.source for b in d.breaches(bad)) and d.breaches(BUYS) == []


def test_nobody_is_looked_up_without_both_consents(small):
    desk = d.Desk(small, MODELS, BUYS | {"e3": d.EACH})
    v = View(small._truth, luck(small.seed, 1), 3)
    who = np.arange(small.customers)
    usable = desk.usable(v, who)
    assert 0 < usable.sum() < small.customers / 2
    agreed = desk.agreed
    first = int(v.firsts[3])
    assert (agreed["purpose"][usable] == 0).all()
    assert (agreed["granted"][usable] <= first).all() and (
        agreed["withdrawn"][usable] > first
    ).all()
    assert desk.on[usable].all()
    assert platform.signs(small.setting.draws, v.t.who[who], v.month)[0][usable].all()


def test_points_of_who_has_no_figures_stay_or_fall_by_the_plan(small):
    v = View(small._truth, luck(small.seed, 1), 3)
    who, points = np.arange(small.customers), np.full(small.customers, 600.0)
    for without, want in ((d.AS_USUAL, 600.0), (d.REFUSE, -9_999.0)):
        desk = d.Desk(small, MODELS, BUYS | {"e4": without})
        told = desk.adjust(v, who, points)
        has = desk.usable(v, who)
        assert (told[~has] == want).all()
        assert (np.abs(told[has] - 600) <= 40 + 1e-9).all() and told[has].std() > 1
        assert desk.queries == has.sum()


def test_who_is_far_from_the_line_is_not_looked_up(small):
    v = View(small._truth, luck(small.seed, 1), 3)
    desk = d.Desk(small, MODELS, BUYS)
    who, far = np.arange(small.customers), np.full(small.customers, 700.0)
    assert (desk.adjust(v, who, far) == far).all() and desk.queries == 0


def test_a_year_pays_its_fees_and_bank_only_pays_none(small):
    own, bought = (d.years(plan, small, [1], MODELS).iloc[0] for plan in (d.BASELINE, BUYS | {"e3": d.EACH}))  # fmt: skip
    assert own["fee_cny"] == own["query_share"] == 0
    assert bought["fee_cny"] > 0 and bought["fee_cny"] % d.FEE_CNY == 0


def test_refusing_who_has_no_figures_approves_fewer(small):
    usual, refused = (d.years(BUYS | {"e3": d.EACH, "e4": w}, small, [1], MODELS).iloc[0] for w in (d.AS_USUAL, d.REFUSE))  # fmt: skip
    assert refused["approval_rate"] < 0.6 * usual["approval_rate"]


def table(**gains):
    kept = {"approval_rate": 0.6, "bad_rate_12m": 0.02, "manual_share": 0.3, "hours_p90": 200.0, "fee_cny": 0.0}  # fmt: skip
    made = {d.key(p): kept | {"value_cny": 1e6} for p in d.all_plans()}
    for plan, gain in ((BUYS, 1e5), (BUYS | {"e4": d.REFUSE}, -2e5), (d.BASELINE | {"e2": "低 20 分"}, 4.75e4)):  # fmt: skip
        made[d.key(plan)] = kept | {"value_cny": 1e6 + gain}
    return made


def test_points_rise_from_today_s_plan_to_the_reference():
    assert d.best(table()) == BUYS
    marks = [
        d.marked(p, table(), BUYS).share
        for p in (d.BASELINE, d.BASELINE | {"e2": "低 20 分"}, BUYS)
    ]
    assert marks == pytest.approx([0, 0.5, 1])
    worse = d.marked(BUYS | {"e4": d.REFUSE}, table(), BUYS)
    assert worse.share == 0 and "好客户一起挡在门外" in "".join(worse.lines)


def test_what_would_not_mend_a_plan_is_not_told():
    own_line = d.BASELINE | {"e2": "低 20 分"}
    seen = "对方看得见的那一块"
    assert seen in "".join(d.marked(d.BASELINE, table(), BUYS).lines)
    assert seen not in "".join(d.marked(own_line, table(), BUYS).lines)  # buying brings less there
    theirs = BUYS | {"e1": d.THEIRS}
    assert "自己的分就丢了" in "".join(d.marked(theirs, table(), BUYS).lines)
    rich = table() | {d.key(theirs): table()[d.key(BUYS)] | {"value_cny": 1.08e6}}
    rich[d.key(BUYS)] = rich[d.key(theirs)] | {"value_cny": 1.07e6}
    lower = own_line | {"e1": d.BOTH}
    rich[d.key(lower)] = rich[d.key(theirs)] | {"value_cny": 1.2e6}
    told = d.marked(theirs, rich, lower)
    assert 0 < told.share < 1 and "自己的分就丢了" not in "".join(told.lines)


def test_who_beats_the_reference_is_told_so():
    told = d.marked(BUYS, table(), d.BASELINE | {"e2": "低 20 分"}).lines[-1]
    assert told.startswith("利润达到或超过参考答案")


def test_a_breach_earns_nothing_and_is_told_what_compliance_would():
    told = d.marked(BUYS | {"e7": d.OPTIONS["e7"][0]}, table(), BUYS)
    assert told.share == 0 and "违规 D3" in told.lines[0] and "依据" in told.lines[0]
    assert "能得这道题的 100%" in told.lines[-1]


def test_the_reference_never_scores_by_the_supplier_alone():
    rich = table() | {d.key(BUYS | {"e1": d.THEIRS}): table()[d.key(BUYS)] | {"value_cny": 9e6}}
    assert d.best(rich)["e1"] == d.BOTH


def test_the_line_moves_new_applications_only(small, monkeypatch):
    runs = []
    monkeypatch.setattr(d, "expected_year", lambda *year: runs.append(expected_year(*year)) or runs[-1])  # fmt: skip
    told = [d.years(d.BASELINE | {"e2": line}, small, [1], MODELS).iloc[0] for line in d.LINES]
    renewals = [
        [run.counts[name] for name in ("due", "not_offered", "renewed", "unpaid")]
        for _, run in runs
    ]
    assert renewals == renewals[:1] * len(d.LINES) and renewals[0][1] > 0
    assert len({year["approval_rate"] for year in told}) == len(d.LINES)


def test_a_ninth_decile_that_the_year_never_reaches_is_told_so():
    never = {key: row | {"hours_p90": d.NEVER_HOURS} for key, row in table().items()}
    assert "P90 年末还不到" in d.marked(BUYS, never, BUYS).lines[1]
