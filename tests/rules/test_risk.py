"""Five-category class: days past due on both sides of each limit, and the 10 % rule."""

from decimal import Decimal
from math import inf, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smeprofile.rules import RISK_CLASSES, class_grounds, classify_risk, risk_classes

NON_PERFORMING = RISK_CLASSES[2:]
days = st.one_of(st.sampled_from([0, 1, 7, 8, 90, 91, 270, 271, 360, 361]), st.integers(0, 10_000))
loans = st.tuples(days, st.integers(0, 10**10), st.sampled_from("甲乙丙"), st.booleans())


def classes(rows, **options):
    """Classes of a list of (dpd, balance in fen, debtor)."""
    dpd, fen, debtors = zip(*rows, strict=True) if rows else ([], [], [])
    return risk_classes(list(dpd), [x / 100 for x in fen], list(debtors), **options).tolist()


@pytest.mark.parametrize(
    ("dpd", "expected"),
    [(0, "正常"), (1, "关注"), (7, "关注"), (8, "关注"), (90, "关注"), (91, "次级"), (270, "次级"),
     (271, "可疑"), (360, "可疑"), (361, "损失"), (10_000, "损失")],
)  # fmt: skip
def test_each_limit_of_days_is_kept(dpd, expected):
    assert expected == classify_risk(dpd)
    assert [expected] == risk_classes([dpd], [1], ["C1"], is_retail=True).tolist()


@pytest.mark.parametrize(("dpd", "expected"), [(0, "正常"), (7, "正常"), (8, "关注"), (91, "次级")])
def test_a_technical_delay_excuses_seven_days_and_no_more(dpd, expected):
    assert expected == classify_risk(dpd, is_technical=True)


@pytest.mark.parametrize(
    ("dpd", "expected"), [(0, "关注"), (7, "关注"), (91, "次级"), (361, "损失")]
)
def test_new_debt_that_repays_old_is_at_least_watched(dpd, expected):
    assert expected == classify_risk(dpd, uses_new_to_repay_old=True, is_technical=True)


@given(days, days)
def test_more_days_are_never_a_better_class(one, other):
    better, worse = classify_risk(min(one, other)), classify_risk(max(one, other))
    assert RISK_CLASSES.index(better) <= RISK_CLASSES.index(worse)


@given(st.lists(st.tuples(loans, st.booleans(), st.booleans()), max_size=12))
def test_columns_give_what_single_retail_loans_give(rows):
    technical = np.array([t for _, t, _ in rows], dtype=bool)
    repays_old = pd.Series([n for *_, n in rows], dtype=bool)
    given_classes = classes(
        [loan[:3] for loan, *_ in rows],
        is_retail=True,
        is_technical=technical,
        uses_new_to_repay_old=repays_old,
    )
    assert given_classes == [
        classify_risk(loan[0], is_technical=t, uses_new_to_repay_old=n) for loan, t, n in rows
    ]


@given(st.lists(loans, max_size=12))
def test_columns_give_what_the_words_of_article_7_say(rows):
    """Exact shares, counted apart from the code under test."""
    retail = np.array([r for *_, r in rows], dtype=bool)
    expected = []
    for dpd, _, debtor, is_retail in rows:
        own = [(d, fen) for d, fen, other, r in rows if other == debtor and not r]
        bad = sum(Decimal(fen) for d, fen in own if d > 90)
        spreads = bad > sum(Decimal(fen) for _, fen in own) / 10
        expected.append("次级" if spreads and not is_retail and dpd <= 90 else classify_risk(dpd))
    assert expected == classes([loan[:3] for loan in rows], is_retail=retail)


@given(st.integers(1, 10**11), st.integers(2, 9))
def test_exactly_ten_percent_does_not_spread_and_one_fen_more_does(tenth, parts):
    rest = [9 * tenth // parts] * parts
    rest[0] += 9 * tenth - sum(rest)
    performing = [(0, fen, "C1") for fen in rest]
    assert ["正常"] * parts == classes([*performing, (91, tenth, "C1")])[:parts]
    assert ["次级"] * parts == classes([*performing, (91, tenth + 1, "C1")])[:parts]


def test_the_rule_stays_with_the_debtor_and_leaves_worse_classes_alone():
    rows = [(0, 100, "甲"), (300, 100, "甲"), (400, 100, "甲"), (5, 100, "乙"), (0, 0, "甲")]
    assert ["次级", "可疑", "损失", "关注", "次级"] == classes(rows)


def test_a_repaid_loan_has_no_share():
    assert ["正常", "次级"] == classes([(0, 100, "甲"), (91, 0, "甲")])


def test_retail_loans_neither_spread_nor_catch_it():
    rows = [(0, 100, "甲"), (91, 900, "甲"), (0, 100, "甲")]
    assert ["正常", "次级", "正常"] == classes(rows, is_retail=np.array([False, True, False]))
    assert ["次级", "次级", "正常"] == classes(rows, is_retail=np.array([False, False, True]))


@given(st.lists(loans, max_size=12), st.randoms())
def test_the_order_of_the_loans_does_not_matter(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    sorted_classes = classes([loan[:3] for loan in rows])
    assert [sorted_classes[i] for i in order] == classes([rows[i][:3] for i in order])


@given(st.lists(loans, max_size=12))
def test_the_ten_percent_rule_only_worsens_and_only_to_non_performing(rows):
    rows = [loan[:3] for loan in rows]
    for alone, together in zip(classes(rows, is_retail=True), classes(rows), strict=True):
        assert together == alone or (alone not in NON_PERFORMING and together == "次级")


@pytest.mark.parametrize(
    ("dpd", "words"),
    [
        (-1, "^逾期天数（dpd）应为不小于 0 的有限数：-1"),
        (1.5, "^逾期天数（dpd）应为整数：1.5"),
        (nan, "^缺少逾期天数（dpd）"),
        (None, "^缺少逾期天数（dpd）"),
        (inf, "有限数：inf"),
        ("90", "有限数：90"),
    ],
)
def test_days_that_make_no_sense_are_refused(dpd, words):
    with pytest.raises(ValueError, match=words):
        classify_risk(dpd)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ((-1, 1, "C1"), "^第 2 行：逾期天数（dpd）应为不小于 0"),
        ((0.5, 1, "C1"), "^第 2 行：逾期天数（dpd）应为整数"),
        ((nan, 1, "C1"), "^第 2 行：缺少逾期天数"),
        ((0, -1, "C1"), "^第 2 行：余额（balance_cny）应为不小于 0"),
        ((0, nan, "C1"), "^第 2 行：缺少余额"),
        ((0, inf, "C1"), "^第 2 行：余额"),
        ((0, 1, None), "^第 2 行：缺少债务人编号"),
    ],
)
def test_the_first_bad_row_is_named(second, words):
    with pytest.raises(ValueError, match=words):
        classes([(0, 1, "C1"), second, (nan, nan, None)])


def test_columns_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="debtor_id 有 1 行，应为 2 行"):
        risk_classes([0, 0], [1, 1], ["C1"])
    with pytest.raises(ValueError, match="is_retail 有 1 行，应为 2 行"):
        risk_classes([0, 0], [1, 1], ["C1", "C1"], is_retail=np.array([True]))
    with pytest.raises(ValueError, match="is_retail 应为 True 或 False，不能缺失"):
        risk_classes([0], [1], ["C1"], is_retail=[None])
    with pytest.raises(ValueError, match="单位是不是元"):
        risk_classes([0], [1e15], ["C1"])


def test_other_column_types_give_the_same():
    dpd = pd.Series([0, 91], dtype="Int64", index=[5, 6])
    debtors = pd.Series(["C1", "C1"], dtype="category")
    assert ["次级", "次级"] == risk_classes(dpd, np.array([89, 11]), debtors).tolist()


FLAGS = ("is_retail", "is_technical", "is_misused", "uses_new_to_repay_old", "is_impaired",
         "has_npl_elsewhere")  # fmt: skip


@pytest.mark.parametrize("name", FLAGS)
def test_a_ground_is_there_or_not_whoever_wrote_the_answer(name):
    usual = {"is_retail": False, "own_npl_share": np.float64(0.2)}
    for answer in (True, False):
        plain, from_a_column = (
            class_grounds(95, **usual | {name: a}) for a in (answer, np.bool_(answer))
        )
        assert plain == from_a_column
    for odd in ("否", None, np.nan):
        with pytest.raises(ValueError, match=f"{name} 应为 True 或 False"):
            class_grounds(95, **usual | {name: odd})
