"""Answers, hints and outcomes are remembered, taken back and brought back, also on a full disk."""

import json

import pytest

from smeprofile import ask
from smeprofile.answers import Answer, Answers, here

WHY = {"甲": "甲会让银行亏钱。", "乙": "乙有凭证。"}
HINTS = ("先看流水", "再看对手", "看是不是关联方")


MULTIPLE = {"options": ["流水", "发票", "星座"], "key": ["流水", "发票"]}


def single(name="a", **options):
    return ask.single(name, "题干", ["甲", "乙", "丙"], key="乙", why=WHY, hints=HINTS, **options)


def restarted(question=single):
    here.cache_clear()
    return question()


def press(item, text):
    item.buttons[text].click()


def answer(item, value):
    """Give the answer as the trainee does: set the control, press 检查."""
    item.control.show(value)
    press(item, "检查")
    return item


# --- hints, undo, starting over, restarts ----------------------------------------------------


def test_hints_open_one_by_one_and_stay():
    question = single()
    assert "提示（1/3）" == question.buttons["提示"].description
    press(question, "提示")
    assert "先看流水" in question.tiers.value
    assert "再看对手" not in question.tiers.value
    press(question, "提示")
    press(question, "提示")
    press(question, "提示")
    assert all(hint in question.tiers.value for hint in HINTS)
    assert "提示（3/3）" == question.buttons["提示"].description
    assert Answer(None, None, 0, 3, ()) == here().get("a")


def test_a_question_without_hints_has_no_button_for_them():
    assert ["检查", "撤销", "重做"] == list(ask.numeric("n", "题干", key=1).buttons)


def test_answer_outcome_and_hints_come_back_after_a_restart():
    press(single(), "提示")
    answer(single(), "甲")
    question = restarted()
    assert "甲" == question.control.value
    assert "✗ 不对。甲会让银行亏钱。" in question.status.value
    assert "先看流水" in question.tiers.value


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda: ask.multiple("a", "题干", **MULTIPLE), ["星座"]),
        (lambda: ask.numeric("a", "题干", key=1), 1234567.5),
        (lambda: ask.numeric("a", "题干", key=1), "三万"),
        (lambda: ask.ordering("a", "题干", ["甲", "乙"], key=["乙", "甲"]), ["乙", "甲"]),
        (lambda: ask.judge("a", "题干", reasons=["甲"], key=("错", "甲")), ["对", "甲"]),
    ],
)
def test_every_kind_shows_its_saved_answer_again(make, value):
    answer(make(), value)
    assert value == restarted(make).control.read()


@pytest.mark.parametrize("value", [3, True, ["甲"], {"甲": 1}, "丁", None])
@pytest.mark.parametrize(
    "make",
    [
        single,
        lambda: ask.multiple("a", "题干", **MULTIPLE),
        lambda: ask.ordering("a", "题干", ["甲", "乙"], key=["乙", "甲"]),
        lambda: ask.judge("a", "题干", reasons=["甲"], key=("错", "甲")),
    ],
)
def test_a_saved_value_that_does_not_fit_is_untried(make, value):
    here().put("a", value, outcome="wrong")
    assert make().control.read() is None


def test_undo_goes_back_and_judges_anew():
    question = answer(answer(single(), "乙"), "甲")
    press(question, "撤销")
    assert "乙" == question.control.value
    assert "已撤销。✓ 对" in question.status.value
    assert Answer("乙", "right", 2, 0, ()) == here().get("a")


def test_undo_of_the_first_answer_leaves_it_untried():
    question = answer(single(), "甲")
    press(question, "撤销")
    assert question.control.value is None
    press(question, "撤销")
    assert "没有可以撤销" in question.status.value


def test_undo_of_an_unchecked_change_returns_to_the_checked_answer():
    question = answer(answer(single(), "乙"), "甲")
    question.control.value = "丙"
    press(question, "撤销")
    assert "甲" == question.control.value
    assert Answer("甲", "wrong", 2, 0, ("乙",)) == here().get("a")


def test_starting_over_forgets_this_question_only():
    kept = here().put("b", 1)
    question = answer(single(), "甲")
    press(question, "提示")
    press(question, "重做")
    assert {"b": kept} == here().all
    assert (None, "") == (question.control.value, question.tiers.value)


def test_undo_after_starting_over_brings_everything_back():
    question = answer(answer(single(), "甲"), "乙")
    press(question, "提示")
    was = here().get("a")
    press(question, "重做")
    press(question, "重做")
    press(question, "撤销")
    assert was == here().get("a")
    assert ("乙", True) == (question.control.value, "先看流水" in question.tiers.value)


def test_two_widgets_of_one_name_continue_each_other():
    one, other = single(), single()
    answer(one, "甲")
    press(one, "提示")
    answer(other, "乙")
    assert Answer("乙", "right", 2, 1, ("甲",)) == here().get("a")
    assert "先看流水" in other.tiers.value


# --- when saving fails -----------------------------------------------------------------------


def test_a_full_disk_is_said_beside_the_verdict(monkeypatch):
    question = answer(single(), "甲")
    refuse = OSError(28, "")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(refuse))
    answer(question, "乙")
    assert "✓ 对" in question.status.value
    assert "磁盘满了" in question.status.value
    assert "甲" == here().get("a").value


@pytest.mark.parametrize("button", ["提示", "撤销", "重做"])
def test_every_button_survives_a_full_disk(monkeypatch, button):
    question = answer(single(), "甲")
    refuse = OSError(28, "")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(refuse))
    press(question, button)
    assert "磁盘满了" in question.status.value
    assert "已" not in question.status.value
    assert "甲" == here().get("a").value


def test_a_file_set_aside_is_said(folder):
    (folder / "answers.json").write_text("{", encoding="utf-8")
    assert "读不出来" in single().status.value
    assert "answers.broken-1.json" in answer(single(), "甲").status.value


def test_the_file_of_a_whole_lesson_is_readable_elsewhere(folder):
    answer(single(), "甲")
    answer(ask.numeric("n", "题干", key=1), "八十")
    ask.rating("useful", "有用吗？").control.value = 3
    outcomes = {name: kept.outcome for name, kept in Answers(folder).all.items()}
    assert {"a": "wrong", "n": "error", "useful": None} == outcomes
    assert 1 == json.loads((folder / "answers.json").read_text(encoding="utf-8"))["format"]
