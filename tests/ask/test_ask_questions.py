"""A question judges and explains; what a trainee typed is only ever text."""

import ipywidgets as w
import pytest

from smeprofile import ask
from smeprofile.answers import here

WHY = {"甲": "甲会让银行亏钱。", "乙": "乙有凭证。"}
HINTS = ("先看流水", "再看对手", "看是不是关联方")


def single(name="a", **options):
    return ask.single(name, "题干", ["甲", "乙", "丙"], key="乙", why=WHY, hints=HINTS, **options)


def press(item, text):
    item.buttons[text].click()


def answer(item, value):
    """Give the answer as the trainee does: set the control, press 检查."""
    item.control.show(value)
    press(item, "检查")
    return item


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


# --- what is judged, and what is said --------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "outcome", "said"),
    [("乙", "right", "✓ 对。乙有凭证。"), ("甲", "wrong", "✗ 不对。甲会让银行亏钱。")],
)
def test_a_choice_is_judged_and_explained(value, outcome, said):
    question = answer(single(), value)
    assert f'<div role="status">{said}</div>' == question.status.value
    assert outcome == here().get("a").outcome


def test_a_wrong_answer_does_not_give_away_the_right_one():
    assert "乙" not in answer(single(), "甲").status.value
    assert "乙" not in answer(single(), "丙").status.value


def test_a_verdict_goes_when_the_answer_is_changed():
    question = answer(single(), "甲")
    question.control.value = "乙"
    assert "不对" not in question.status.value
    press(question, "检查")
    assert "✓ 对" in question.status.value


def test_checking_without_an_answer_is_untried_and_writes_nothing(folder):
    question = single()
    press(question, "检查")
    assert "还没有作答" in question.status.value
    assert [] == list(folder.iterdir())


MULTIPLE = {
    "options": ["流水", "发票", "星座"],
    "key": ["流水", "发票"],
    "why": {"星座": "与经营无关。"},
}


@pytest.mark.parametrize(
    ("value", "outcome", "said"),
    [
        (["流水", "发票"], "right", "✓ 对。"),
        (["流水"], "wrong", "还有该选的没有选。"),
        (["星座"], "wrong", "有 1 项不该选。还有该选的没有选。<p>星座：与经营无关。</p>"),
        (["流水", "发票", "星座"], "wrong", "有 1 项不该选。<p>星座：与经营无关。</p>"),
    ],
)
def test_all_right_options_and_no_other_must_be_ticked(value, outcome, said):
    question = answer(ask.multiple("m", "题干", **MULTIPLE), value)
    assert said in question.status.value
    assert (value, outcome) == (here().get("m").value, here().get("m").outcome)


def numeric():
    near = {125: "除反了。"}
    return ask.numeric("n", "题干", key=80, tolerance=0.5, unit="%", why="80 ÷ 100", near=near)


@pytest.mark.parametrize(
    ("typed", "value", "outcome", "said"),
    [
        ("80", 80.0, "right", "✓ 对。80 ÷ 100"),
        ("８０．５％", 80.5, "right", "✓ 对"),
        ("80.6", 80.6, "wrong", "✗ 不对"),
        ("125", 125.0, "wrong", "除反了。"),
        ("八十", "八十", "error", "读不懂这个数：「八十」。只填数字；这里的单位是%。"),
        ("80 万元", "80 万元", "error", "不要写单位，只填数字；这里的单位是%。"),
    ],
)
def test_a_number_is_right_wrong_or_cannot_be_read(typed, value, outcome, said):
    question = numeric()
    question.control.value = typed
    press(question, "检查")
    assert said in question.status.value
    assert (value, outcome) == (here().get("n").value, here().get("n").outcome)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,234,567.5", 1234567.5),
        ("１，２３４", 1234),
        ("-3", -3),
        ("−３", -3),
        ("+.5", 0.5),
        ("30%", 0.3),
        (" 12 ", 12),
        ("1,23", None),
        ("12,34", None),
        ("1 234", None),
        ("3²", None),
        ("½", None),
        ("1e5", None),
        ("٣", None),
        ("nan", None),
        (".", None),
        ("%", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_which_texts_are_numbers(typed, number):
    assert number == ask.controls.parse_number(typed)


@pytest.mark.parametrize(
    ("unit", "number"), [("", 0.019), ("倍", 0.019), ("%", 1.9), ("个百分点", 1.9)]
)
def test_a_per_cent_sign_is_no_hundredth_where_hundredths_are_asked_for(unit, number):
    assert ask.controls.parse_number("1.9%", unit=unit) == pytest.approx(number)


@pytest.mark.parametrize("unit", ["户", "万元"])
def test_a_per_cent_sign_is_refused_in_words_where_no_share_is_asked_for(unit):
    question = ask.numeric("n", "题干", key=0.3, unit=unit)
    question.control.value = "30%"
    press(question, "检查")
    assert f"不要写单位，只填数字；这里的单位是{unit}" in question.status.value


def test_going_back_to_an_answer_that_no_longer_fits_says_so():
    key = {"options": ["甲", "乙", "丙"], "key": ["甲"]}
    answer(ask.multiple("m9", "题干", **key), ["乙"])
    again = ask.multiple("m9", "题干", options=["甲", "丙"], key=["甲"])
    again.control.show(["甲"])
    press(again, "撤销")
    assert "对不上" in again.status.value and here().get("m9").outcome == "wrong"


@pytest.mark.parametrize(
    ("before", "value", "now"),
    [
        (
            lambda: ask.multiple("m", "", options=["甲", "乙", "丙"], key=["甲"]),
            ["甲", "乙"],
            lambda: ask.multiple("m", "", options=["甲", "丙"], key=["甲"]),
        ),
        (
            lambda: ask.judge("m", "", reasons=["甲", "乙"], key=("错", "甲")),
            ["错", "乙"],
            lambda: ask.judge("m", "", reasons=["甲", "丙"], key=("错", "甲")),
        ),
    ],
)
def test_an_answer_that_fits_in_part_is_none_and_undo_goes_on_past_it(before, value, now):
    answer(before(), value)
    question = now()
    parts = [getattr(part, "value", None) for part in walk(question.control)]
    assert {None, False} >= set(parts) and "✓" not in question.status.value
    press(question, "撤销")
    assert here().get("m").value is None


def test_an_empty_number_is_untried():
    question = numeric()
    question.control.value = "　 "
    press(question, "检查")
    assert "还没有作答" in question.status.value


def test_enter_checks_a_number():
    question = numeric()
    question.control.value = "80"
    question.control._handle_custom_msg({"event": "submit"}, [])
    assert "✓ 对" in question.status.value


def test_a_hair_of_rounding_is_no_mistake():
    question = ask.numeric("n", "题干", key=0.3)
    assert "right" == question.judge(0.1 + 0.2).outcome


def ordering():
    items = ["放款", "审批", "进件"]
    return ask.ordering("o", "题干", items, key=["进件", "审批", "放款"], why="先看后批。")


def test_items_are_moved_with_buttons_until_the_order_is_right():
    question = ordering()
    order = question.control
    order.chooser.value = "进件"
    order.up.click()
    order.up.click()
    press(question, "检查")
    assert "从第 2 项起，先后不对" in question.status.value
    order.chooser.value = "放款"
    order.down.click()
    order.down.click()
    press(question, "检查")
    assert "✓ 对。先看后批。" in question.status.value
    assert "1. 进件；2. 审批；3. 放款" in order.words.value


def test_moving_needs_a_chosen_item_and_says_so():
    order = ordering().control
    order.up.click()
    assert "先在上面选一项" in order.words.value


def test_items_left_as_shown_are_untried():
    question = ordering()
    press(question, "检查")
    assert "还没有作答" in question.status.value


@pytest.mark.parametrize(
    ("value", "outcome", "said"),
    [
        (["错", "可能过账"], "right", "✓ 对。过账的钱不是收入。"),
        (["错", "没有抵押"], "wrong", "✗ 判断对，理由不对。与抵押无关。"),
        (["对", "可能过账"], "wrong", "✗ 判断不对，理由对。"),
        (["对", "没有抵押"], "wrong", "✗ 判断和理由都不对。与抵押无关。"),
    ],
)
def test_a_judgement_needs_the_right_reason(value, outcome, said):
    why = {"可能过账": "过账的钱不是收入。", "没有抵押": "与抵押无关。"}
    reasons, key = ["可能过账", "没有抵押"], ("错", "可能过账")
    question = answer(ask.judge("j", "题干", reasons=reasons, key=key, why=why), value)
    assert said in question.status.value
    assert outcome == here().get("j").outcome


def test_where_a_reason_stands_does_not_tell_that_it_is_right():
    shown = [
        ask.judge(f"q{n}", "题干", reasons=list("甲乙丙丁"), key=("错", "甲")).control.reason
        for n in range(40)
    ]
    places = {[label for label, _ in one.options].index("甲") for one in shown}
    assert places == {0, 1, 2, 3}


def test_half_a_judgement_is_untried():
    question = ask.judge("j", "题干", reasons=["甲", "乙"], key=("错", "甲"))
    question.control.verdict.value = "错"
    press(question, "检查")
    assert "还没有作答。判断和理由都要选" in question.status.value


@pytest.mark.parametrize(
    "make",
    [
        lambda: ask.single("a", "", ["甲", "乙"], key="丙"),
        lambda: ask.single("a", "", ["甲", "甲"], key="甲"),
        lambda: ask.single("a", "", ["甲", "乙"], key="甲", why={"已": "写错了"}),
        lambda: ask.multiple("a", "", ["甲", "乙"], key=[]),
        lambda: ask.ordering("a", "", ["甲", "乙"], key=["甲", "乙"]),
        lambda: ask.ordering("a", "", ["甲", "乙"], key=["甲", "丙"]),
        lambda: ask.judge("a", "", reasons=["甲"], key=("错", "乙")),
        lambda: ask.single("流水", "", ["甲"], key="甲"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(make):
    with pytest.raises(ValueError, match=r"选项|key|名称"):
        make()


# --- text stays text -------------------------------------------------------------------------

EVIL = '<img src=x onerror="alert(1)">'


def test_a_trainees_text_is_escaped_in_the_feedback():
    question = numeric()
    question.control.value = EVIL
    press(question, "检查")
    assert "<img" not in question.status.value


def test_a_trainees_text_is_escaped_in_the_static_page():
    here().put("n", EVIL, outcome="error")
    page = numeric()._repr_mimebundle_()["text/html"]
    assert "<img" not in page
    assert "&lt;img" in page


def test_the_static_page_has_prompt_answer_and_outcome():
    answer(single(), "甲")
    bundle = single()._repr_mimebundle_()
    assert "题干" in bundle["text/html"]
    assert "运行这一格，题目就会出现。" in bundle["text/html"]
    assert "已保存的回答：甲（不对）" in bundle["text/html"]
    assert "题目：运行这一格，题目就会出现。" == bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


# --- for everyone ----------------------------------------------------------------------------

ALL = [
    single,
    numeric,
    ordering,
    lambda: ask.multiple("m", "题干", **MULTIPLE),
    lambda: ask.judge("j", "题干", reasons=["甲"], key=("错", "甲")),
    lambda: ask.pick("p", "题干", ["甲"]),
    lambda: ask.rating("r", "题干"),
    lambda: ask.text("t", "题干"),
    ask.lesson_feedback,
]


@pytest.mark.parametrize("make", ALL)
def test_every_field_and_button_has_a_name(make):
    named = w.Text | w.Textarea | w.Checkbox | w.Button
    assert [] == [part for part in walk(make()) if isinstance(part, named) and not part.description]


@pytest.mark.parametrize("make", ALL)
def test_asking_writes_nothing(folder, make):
    make()._repr_mimebundle_()
    assert [] == list(folder.iterdir())


@pytest.mark.parametrize("make", [single, numeric, ordering])
def test_every_question_is_found_by_its_styles(make):
    question = make()
    assert {"sme-ask", f"sme-ask-{question.kind}"} <= set(question._dom_classes)


# --- names -----------------------------------------------------------------------------------


def test_names_are_those_of_questions_with_a_key_in_order():
    source = """
from smeprofile import ask
ask.numeric("second", "题干", key=1)
display(ask.single("third", "题干", [], key=""), ask.judge("fourth", "", reasons=[], key=()))
ask.choices("graded", {}, []); ask.pick("survey", "", []); other.single("other", "", [])
ask.ordering("fifth", "", [], key=[]); ask.multiple("third", "", [], key=[]); ask.single(name)
"""
    assert ["second", "third", "fourth", "fifth"] == ask.names(source)


@pytest.mark.parametrize("source", ["", "%matplotlib inline", "ask.single(", "\0", "(" * 5000])
def test_a_cell_that_asks_nothing_or_does_not_parse_has_no_names(source):
    assert [] == ask.names(source)
