"""Vintage heat map and class judge: a move changes the picture and says in words what and why."""

import itertools

import pandas as pd
import pytest

from smeprofile import charts
from smeprofile.credit import pooled, vintage
from smeprofile.rules import RISK_CLASSES, class_grounds, classify_risk
from smeprofile.widgets import class_html, class_judge, vintage_figure, vintage_map
from widget_parts import control, cut_off, walk, words


@pytest.fixture(autouse=True)
def _theme():
    charts.theme()


# --- vintage heat map --------------------------------------------------------------------------


def loan(name, first, n, *, late_from=None, chain=None, amount=100.0):
    """Rows of one loan over ``n`` month ends; 31 days late in the month ``late_from``, then more."""
    ends = pd.date_range(first, periods=n, freq="ME")
    late = [max(0, 31 * (k - late_from + 1)) if late_from is not None else 0 for k in range(n)]
    return pd.DataFrame(
        {"loan_id": name, "customer_id": name, "chain_id": chain or name, "month_end": ends,
         "mob": range(n), "amount_cny": amount, "dpd": late, "status": "在账"}
    )  # fmt: skip


@pytest.fixture
def months():
    """Two cohorts of two loans, the second too young for month 12; one is bad from month 5 on."""
    return pd.concat(
        [
            loan("L1", "2024-01-31", 18, late_from=3, amount=300.0),
            loan("L2", "2024-02-29", 17),
            loan("L3", "2025-01-31", 6),
            loan("L4", "2024-04-30", 15),
        ],
        ignore_index=True,
    )


def test_pooled_leaves_out_cohorts_that_have_not_reached_the_month(months):
    table = vintage(months, by="quarter")
    assert pooled(table, 12) == pytest.approx(300 / 500)
    assert pooled(table, 3) == 0
    assert pd.isna(pooled(table, 24))


def test_each_convention_is_told_and_what_it_was_before(months):
    view = vintage_map(months)
    assert "续贷链口径" in words(view)
    assert "累计坏账率 <b>60.00%</b>" in words(view)
    control(view, "分母").value = "count"
    assert "累计坏账率 <b>33.33%</b>（改之前 60.00%）" in words(view)


def test_a_share_from_before_the_last_step_is_not_the_one_before():
    """By month only the latest cohorts are shown: none of them has reached month 24."""
    old = loan("L0", "2022-01-31", 48, late_from=3)
    starts = pd.date_range("2024-01-31", periods=24, freq="ME")
    young = [loan(f"N{n}", first, 24 - n) for n, first in enumerate(starts)]
    view = vintage_map(pd.concat([old, *young], ignore_index=True))
    told = "账龄满 24 个月的批次合起来，累计坏账率 <b>100.00%</b>"
    assert told in words(view)
    control(view, "批次").value = "month"
    assert told not in words(view)
    control(view, "批次").value = "quarter"
    assert told + "。" in words(view)


def test_a_share_of_other_years_is_not_the_one_before(months):
    view = vintage_map(months)
    control(view, "批次").value = "month"
    assert "累计坏账率 <b>" in words(view) and "改之前" not in words(view)


def test_fewer_days_make_more_bad_loans(months):
    more = pd.concat([months, loan("L5", "2024-01-31", 18).assign(dpd=[0] * 17 + [40])])
    view = vintage_map(more)
    before = vintage(more, by="quarter", bad_dpd=90).sum(axis=None)
    control(view, "坏的定义").value = 30
    assert "逾期超过 30 天" in words(view)
    assert vintage(more, by="quarter", bad_dpd=30).sum(axis=None) > before


def test_the_loan_view_warns_that_renewals_start_again(months):
    view = vintage_map(months)
    assert "换一个编号" not in words(view)
    control(view, "口径").value = "loan"
    assert "换一个编号" in words(view)


def test_cells_not_matured_are_counted_and_hatched(months):
    view = vintage_map(months)
    assert "5 格未成熟：画斜线，不能读成零" in words(view)
    figure = vintage_figure(vintage(months, by="quarter"), "热图")
    assert figure.axes[0].patch.get_hatch() == "////"


def test_a_young_book_says_that_there_is_nothing_to_compare():
    view = vintage_map(loan("L1", "2025-01-31", 5))
    assert "还分不出好坏" in words(view)


# --- class judge -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dpd", "expected"),
    [(0, "正常"), (1, "关注"), (90, "关注"), (91, "次级"), (270, "次级"), (271, "可疑"),
     (360, "可疑"), (361, "损失")],
)  # fmt: skip
def test_days_alone_are_classed_as_the_rule_does(dpd, expected):
    found = class_grounds(dpd, is_retail=True)
    assert (found[0].risk_class if found else "正常") == expected == classify_risk(dpd)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"own_npl_share": 0.1}, "关注"),
        ({"own_npl_share": 0.11}, "次级"),
        ({"has_npl_elsewhere": True}, "关注"),
        ({"is_misused": True}, "关注"),
        ({"uses_new_to_repay_old": True}, "关注"),
        ({"is_impaired": True}, "次级"),
    ],
)
def test_each_ground_of_a_debtor_who_is_not_retail(facts, expected):
    assert class_grounds(0, is_retail=False, **facts)[0].risk_class == expected


def test_retail_is_not_drawn_down_by_other_credit():
    assert class_grounds(0, is_retail=True, own_npl_share=0.9, has_npl_elsewhere=True) == []


def test_the_worst_ground_comes_first():
    found = class_grounds(
        95, is_retail=False, is_misused=True, own_npl_share=0.3, has_npl_elsewhere=True
    )
    assert [RISK_CLASSES.index(g.risk_class) for g in found] == [2, 2, 1, 1]


def test_a_technical_delay_is_excused_for_seven_days():
    late = [class_grounds(days, is_retail=False, is_technical=True) for days in (7, 8)]
    assert [len(found) for found in late] == [0, 1]


@pytest.mark.parametrize("bad", [{"dpd": -1}, {"dpd": 1.5}, {"dpd": 0, "own_npl_share": 30}])
def test_days_and_shares_that_cannot_be_are_refused(bad):
    with pytest.raises(ValueError, match="应"):
        class_grounds(**bad, is_retail=False)


def test_the_judge_says_which_ground_decides_and_what_would_change_it():
    view = class_judge()
    assert "至少归为 <b>关注</b>，由这一条决定：逾期 90 天" in words(view)
    assert "再多逾期 1 天，归为次级" in words(view)
    control(view, "逾期天数").value = 91
    assert "至少归为 <b>次级</b>，由这一条决定：逾期 91 天，超过 90 天" in words(view)


def test_a_qualified_renewal_is_not_lowered_and_the_judge_says_why():
    said = class_html({"dpd": 0, "is_retail": False, "renewal": "renewal"})
    assert "可以归为 <b>正常</b>" in said
    assert "不单独因为续贷下调" in said


def test_every_move_of_the_judge_changes_its_words():
    view = class_judge()
    boxes = [w for w in walk(view) if type(w).__name__ == "Checkbox"]
    seen = {words(view)}
    for box in boxes:
        box.value = True
        seen.add(words(view))
    assert len(seen) == len(boxes) + 1


def test_every_control_of_both_has_a_label(months):
    views = vintage_map(months), class_judge()
    controls = [w for w in itertools.chain(*map(walk, views)) if hasattr(w, "description")]
    assert [w for w in controls if not w.description and type(w).__name__ != "HTML"] == []
    assert [label for view in views for label in cut_off(view)] == []
