"""Size class: each published boundary, from both sides, and columns the same as single firms."""

import json
from decimal import Decimal
from math import inf, nan, nextafter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smeprofile
from smeprofile.rules import SIZE_CLASSES, classify_size, size_classes

HERE = Path(__file__).parent
RULE = Path(smeprofile.__file__).parent / "rules" / "sme_size_2017.json"
STANDARD = json.loads(RULE.read_text(encoding="utf-8"))["industry"]
CASES = json.loads((HERE / "sme_size_cases.json").read_text(encoding="utf-8"))
NAMES = {"X": "n_staff", "Y": "revenue_cny", "Z": "total_assets_cny"}
UNITS = {"X": 1, "Y": 10_000, "Z": 10_000}
FEW = settings(max_examples=10)

# The standard's note, written out apart from the code under test.
CODES = {
    "农林牧渔业": ["A01", "A05"],
    "工业": ["B06", "B12", "C13", "C43", "D44", "D46", "C1310"],
    "建筑业": ["E47", "E50"],
    "批发业": ["F51", "F5112"],
    "零售业": ["F52", "F529"],
    "交通运输业": ["G54", "G55", "G56", "G57", "G58", "G591", "G5910"],
    "仓储业": ["G592", "G593", "G594", "G595", "G596", "G599", "G5951"],
    "邮政业": ["G60"],
    "住宿业": ["H61"],
    "餐饮业": ["H62"],
    "信息传输业": ["I63", "I64"],
    "软件和信息技术服务业": ["I65"],
    "房地产开发经营": ["K7010", "K701"],
    "物业管理": ["K7020", "K702"],
    "租赁和商务服务业": ["L71", "L72"],
    "其他未列明行业": [
        "M73",
        "M75",
        "N76",
        "N79",
        "O80",
        "O82",
        "Q85",
        "R86",
        "R90",
        "K7030",
        "K7090",
    ],
}
BOUNDARIES = [
    (industry, letter, level)
    for industry, listed in STANDARD.items()
    for letter in NAMES.keys() & listed.keys()
    for level in range(3)
]
BOUNDARIES.sort()
industries = st.sampled_from(sorted(STANDARD))


def bounds(industry):
    """Lower bounds of small, medium and large, by our names, in people and yuan."""
    listed = STANDARD[industry]
    return {NAMES[x]: [b * UNITS[x] for b in listed[x]] for x in NAMES.keys() & listed.keys()}


def by_the_words_of_the_rule(industry, values):
    """大型、中型和小型企业须同时满足所列指标的下限，否则下划一档."""
    for level, size in ((2, "大型"), (1, "中型"), (0, "小型")):
        if all(values[name] >= lower[level] for name, lower in bounds(industry).items()):
            return size
    return "微型"


def amounts(lower):
    """Anything from 0 up, most of it at or next to a boundary."""
    near = [x for b in lower for x in (nextafter(b, 0), b - 0.01, b, b + 0.01, nextafter(b, inf))]
    return st.one_of(st.sampled_from([0, *near]), st.floats(0, 3 * lower[2]))


@st.composite
def firms(draw):
    industry = draw(industries)
    values = {name: draw(amounts(lower)) for name, lower in sorted(bounds(industry).items())}
    return industry, draw(st.sampled_from(CODES[industry])), values


def columns(rows):
    """Columns of a list of (code, values); missing where a firm's industry needs nothing."""
    frame = pd.DataFrame([values for _, values in rows], columns=list(NAMES.values()), dtype=float)
    return [pd.Series([code for code, _ in rows], dtype=object), *(frame[n] for n in frame)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_worked_case_holds(case):
    values = {NAMES[x]: float(Decimal(str(case[x])) * UNITS[x]) for x in NAMES if x in case}
    for code in CODES[case["industry"]]:
        assert case["expect"] == classify_size(code, **values)


def test_every_industry_of_the_standard_has_codes():
    assert sorted(STANDARD) == sorted(CODES)


@pytest.mark.parametrize("code", [code for codes in CODES.values() for code in codes])
def test_a_code_leads_to_the_indicators_of_its_industry(code):
    industry = next(name for name, codes in CODES.items() if code in codes)
    needed = bounds(industry)
    least = {name: lower[2] for name, lower in needed.items()}
    assert "大型" == classify_size(code, **least)
    for name, lower in needed.items():
        assert "中型" == classify_size(code, **least | {name: lower[2] - 1})
        with pytest.raises(ValueError, match=name):
            classify_size(code, **{k: v for k, v in least.items() if k != name})


@pytest.mark.parametrize(("industry", "letter", "level"), BOUNDARIES)
@FEW
@given(data=st.data())
def test_each_boundary_belongs_to_the_larger_class(industry, letter, level, data):
    code = data.draw(st.sampled_from(CODES[industry]))
    boundary = STANDARD[industry][letter][level] * UNITS[letter]
    others = {
        name: data.draw(st.integers(lower[level], 3 * lower[2]))
        for name, lower in sorted(bounds(industry).items())
        if name != NAMES[letter]
    }
    below = [0, boundary - 1, boundary - 0.01, nextafter(boundary, 0)]
    above = [boundary, float(boundary), nextafter(boundary, inf), boundary + 0.01]
    rows = [(code, others | {NAMES[letter]: value}) for value in below + above]
    sizes = [classify_size(code, **values) for code, values in rows]
    assert {SIZE_CLASSES[level + 1]} == set(sizes[len(below) :])
    assert [SIZE_CLASSES[level]] * 3 == sizes[1 : len(below)]
    assert "微型" == sizes[0]
    assert sizes == size_classes(*columns(rows)).tolist()


@given(firms())
def test_the_class_is_what_the_words_of_the_rule_say(firm):
    industry, code, values = firm
    assert by_the_words_of_the_rule(industry, values) == classify_size(code, **values)


@given(firms(), st.data())
def test_raising_one_indicator_never_lowers_the_class(firm, data):
    _, code, values = firm
    name = data.draw(st.sampled_from(sorted(values)))
    more = values | {name: values[name] + data.draw(st.floats(0, 3e9))}
    before, after = classify_size(code, **values), classify_size(code, **more)
    assert SIZE_CLASSES.index(before) <= SIZE_CLASSES.index(after)


@given(st.lists(firms(), max_size=12))
def test_columns_give_what_single_firms_give(rows):
    rows = [(code, values) for _, code, values in rows]
    sizes = size_classes(*columns(rows))
    assert [classify_size(code, **values) for code, values in rows] == sizes.tolist()
    assert sizes.dtype == object


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
def test_codes_may_be_of_any_text_type(dtype):
    codes = pd.Series(["F51", "A01", "F51"], dtype=dtype, index=[7, 8, 9])
    staff = pd.Series([4, pd.NA, 5], dtype="Int64")
    sizes = size_classes(codes, staff, np.array([10**7, 10**7, 10**7]), [None, None, None])
    assert ["微型", "中型", "小型"] == sizes.tolist()


def test_indicators_that_the_industry_does_not_use_are_not_looked_at():
    assert "小型" == classify_size("A01", revenue_cny=500_000, n_staff=-1, total_assets_cny=nan)


@pytest.mark.parametrize("value", [Decimal("2999999.9999999999999"), np.float32(2_999_999), 0])
def test_other_number_types_are_compared_as_they_stand(value):
    assert "微型" == classify_size("C13", n_staff=300, revenue_cny=value)


@pytest.mark.parametrize("code", ["G53", "J66", "J69", "K7040", "P83", "Q84", "S91", "T97", "G597"])
def test_an_industry_outside_the_rule_is_refused(code):
    with pytest.raises(ValueError, match=f"{code} 不在 2017 年划型办法的范围内"):
        classify_size(code, n_staff=1, revenue_cny=1, total_assets_cny=1)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("G59", "请写到中类：G591 交通运输业、G592 仓储业"),
        ("K70", "请写到中类：K701 房地产开发经营、K702 物业管理"),
        ("C51", "没有行业代码 C51：GB/T 4754—2017 中 C 门类的大类是 13 至 43"),
        ("A00", "A 门类的大类是 01 至 05"),
        *[(bad, "门类字母加二至四位数字") for bad in ("C", "13", "c13", "C13 ", "C13101", "U98", "", None, nan, 13, "Ｃ13", "C１３")],
    ],
)  # fmt: skip
def test_a_code_that_decides_nothing_is_refused(code, words):
    with pytest.raises(ValueError, match=words):
        classify_size(code, n_staff=1, revenue_cny=1, total_assets_cny=1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "缺少营业收入（revenue_cny）"),
        (nan, "缺少营业收入（revenue_cny）"),
        (pd.NA, "缺少营业收入（revenue_cny）"),
        (-0.01, "营业收入（revenue_cny）应为不小于 0 的有限数：-0.01"),
        (inf, "不小于 0 的有限数：inf"),
        (np.float64("-inf"), "不小于 0 的有限数：-inf"),
        ("300万", "不小于 0 的有限数：300万"),
        (True, "不小于 0 的有限数：True"),
    ],
)
def test_an_indicator_that_makes_no_sense_is_named(value, words):
    with pytest.raises(ValueError, match=words):
        classify_size("C13", n_staff=300, revenue_cny=value)


@pytest.mark.parametrize(
    ("third", "words"),
    [
        (("C13", 300, nan), "^第 3 行：缺少营业收入"),
        (("C13", -1, 1), "^第 3 行：从业人员（n_staff）应为不小于 0"),
        (("C13", inf, 1), "^第 3 行：从业人员"),
        (("J66", 1, 1), "^第 3 行：行业代码 J66 不在"),
        ((None, 1, 1), "^第 3 行：行业代码应为门类字母"),
    ],
)
def test_the_first_bad_row_is_named(third, words):
    rows = [("C13", 300, 1), ("M74", 300, nan), third, ("G59", nan, nan)]
    codes, staff, revenue = zip(*rows, strict=True)
    with pytest.raises(ValueError, match=words):
        size_classes(list(codes), list(staff), list(revenue), [nan] * 4)


def test_columns_of_texts_or_of_another_length_are_refused():
    with pytest.raises(ValueError, match="n_staff 应为数值列"):
        size_classes(["C13"], ["300"], [1], [1])
    with pytest.raises(ValueError, match="revenue_cny 有 2 行，应为 1 行"):
        size_classes(["C13"], [300], [1, 2], [1])


def test_a_million_firms_take_seconds_at_most():
    rng = np.random.default_rng(1)
    codes = rng.choice(np.array(["C13", "F51", "H62", "L72"], dtype=object), 10**6)
    amount = rng.uniform(0, 1e9, 10**6)
    assert len(size_classes(codes, amount, amount, amount)) == 10**6
