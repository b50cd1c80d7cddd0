"""What a trainee thinks is kept as it is given, and never judged."""

import pytest

from smeprofile import ask
from smeprofile.answers import Answer, here


def restarted(question):
    here.cache_clear()
    return question()


def press(item, text):
    item.buttons[text].click()


def test_a_survey_is_saved_as_it_is_given_and_never_judged():
    item = ask.pick("role", "岗位？", ["客户经理", "分析岗"])
    item.control.value = "分析岗"
    assert "已保存。" in item.status.value
    assert Answer("分析岗", None, 0, 0, ()) == here().get("role")


def test_a_rating_is_a_number():
    item = ask.rating("useful", "有用吗？", "没用", "有用")
    item.control.value = 4
    assert 4 == here().get("useful").value
    assert 4 == restarted(lambda: ask.rating("useful", "有用吗？")).control.value


def test_a_text_is_saved_by_its_button_and_not_when_too_long():
    item = ask.text("wish", "还想学什么？", max_chars=5)
    press(item, "保存")
    assert "还没有填写" in item.status.value
    item.control.value = "看流水"
    press(item, "保存")
    item.control.value = "看流水和发票"
    assert "没有保存。至多 5 字，现在 6 字。" in item.status.value
    assert "看流水" == here().get("wish").value


def test_showing_a_survey_again_writes_nothing(folder):
    ask.text("wish", "？").control.value = "看流水"
    before = (folder / "answers.json").read_bytes()
    assert "看流水" == restarted(lambda: ask.text("wish", "？")).control.value
    assert before == (folder / "answers.json").read_bytes()


def test_a_survey_that_could_not_be_saved_does_not_say_it_was(monkeypatch):
    item = ask.pick("role", "岗位？", ["客户经理", "分析岗"])
    refuse = OSError(28, "")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(refuse))
    item.control.value = "分析岗"
    assert "磁盘满了" in item.status.value
    assert "已保存" not in item.status.value


def test_lesson_feedback_saves_its_five_answers():
    feedback = ask.lesson_feedback()
    useful, difficulty, use, minutes, unclear = feedback.children
    useful.control.value, difficulty.control.value, use.control.value = 5, 2, 4
    minutes.control.value, unclear.control.value = "４５", "分箱"
    values = {name: kept.value for name, kept in here().all.items()}
    expected = {"useful": 5, "difficulty": 2, "use": 4, "minutes": 45.0, "unclear": "分箱"}
    assert {f"feedback_{name}": value for name, value in expected.items()} == values


@pytest.mark.parametrize(("typed", "said"), [("一小时", "读不懂这个数"), ("-5", "0 到 6000")])
def test_minutes_that_cannot_be_are_not_saved(typed, said):
    minutes = ask.lesson_feedback().children[3]
    minutes.control.value = typed
    assert said in minutes.status.value
    assert here().get("feedback_minutes") is None


def test_the_static_page_of_the_feedback_shows_all_five():
    page = ask.lesson_feedback()._repr_mimebundle_()["text/html"]
    assert 5 == page.count("运行这一格")
