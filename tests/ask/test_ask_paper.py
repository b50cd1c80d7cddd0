"""A test paper in a kernel: kept, taken up again, cleared; what can't be read isn't kept."""

import pytest

from smeprofile.answers import here
from smeprofile.ask.controls import Number, OneOf, Pair, SomeOf
from smeprofile.ask.paper import PaperForm


@pytest.fixture
def form():
    return PaperForm("pre")


def control(form):
    return form.children[2]


def goto(form, kind):
    """Go to the first item answered by such a control, and return its name and control."""
    while not isinstance(control(form), kind):
        form.next()
    return form.paper.items[form.at].name, control(form)


def test_each_kind_of_answer_is_kept_in_the_papers_terms(form):
    name, single = goto(form, OneOf)
    single.value = single.options[1][1]
    assert form.result["answers"][name] == single.options[1][1]
    name, number = goto(form, Number)
    number.value = "１２，０００"
    assert form.result["answers"][name] == 12000
    name, several = goto(form, SomeOf)
    for box in several.children[:2]:
        box.value = True
    assert len(form.result["answers"][name]) == 2
    name, pair = goto(form, Pair)
    pair.verdict.value = "不成立"
    assert name not in form.result["answers"]  # a judgement without its reason is none yet
    pair.reason.value = pair.reason.options[0][1]
    verdict, reason = form.result["answers"][name]
    assert verdict == 1
    assert form.paper.items[form.at].options[reason] == pair.reason.value
    assert here().get("pre").value == form.result


def test_what_cannot_be_read_is_told_and_not_kept(form):
    name, number = goto(form, Number)
    number.value = "三百"
    assert name not in form.result["answers"]
    assert "读不懂这个数" in form.words.value


def test_a_number_written_over_is_no_answer_any_more(form):
    name, number = goto(form, Number)
    number.value = "300"
    assert form.result["answers"][name] == 300
    number.value = "约 280"
    assert name not in form.result["answers"] and name not in here().get("pre").value["answers"]
    assert "这题现在算没有答" in form.words.value


def test_a_late_change_goes_to_its_own_item(form):
    name, number = goto(form, Number)
    form.next()
    number.value = "77"
    assert form.result["answers"] == {name: 77}


def test_reopened_it_goes_on_at_the_first_item_without_an_answer(form):
    first = control(form)
    first.value = first.options[0][1]
    form.next()
    form.next()
    again = PaperForm("pre")
    assert again.at == 1
    assert again.result["reached"] == 3
    assert again.result["answers"] == form.result["answers"]


def test_clearing_takes_an_answer_back(form):
    first = control(form)
    first.value = first.options[0][1]
    form.clear()
    assert form.result["answers"] == {}
    assert control(form).value is None


def test_handing_in_says_what_is_left(form):
    form.finish()
    assert "还有 32 题没有答" in form.words.value
    assert here().get("pre").value["finished"] == "是"


def test_junk_in_the_file_counts_as_not_answered():
    here().put("pre", {"seat": 3, "reached": "x", "answers": [1], "finished": 1}, counts=False)
    form = PaperForm("pre")
    assert form.result["answers"] == {}
    assert form.result["reached"] == 1
    assert form.result["finished"] is None


@pytest.mark.parametrize("value", [["x"], {"a": 1}, "甲", 10**9, [9, 9], True])
def test_a_saved_answer_that_does_not_fit_its_control_shows_as_none(value):
    names = [item.name for item in PaperForm("pre").paper.items]
    here().put(
        "pre", {"seat": "s", "reached": 32, "answers": dict.fromkeys(names, value)}, counts=False
    )
    form = PaperForm("pre")
    assert form.result["answers"].keys() <= {
        item.name for item in form.paper.items if item.kind == "numeric" and type(value) is int
    }
    for _ in names:
        form.next()


def test_two_open_copies_keep_each_others_answers(form):
    other = PaperForm("pre")
    (first, mine), (second, number) = goto(form, OneOf), goto(other, Number)
    number.value = "300"
    mine.value = choice = mine.options[0][1]
    assert here().get("pre").value["answers"] == {first: choice, second: 300}
    assert form.result["answers"] == {first: choice, second: 300}
    assert goto(form, Number)[1].value == "300"
    form.clear()
    other.next()
    assert here().get("pre").value["answers"] == other.result["answers"] == {first: choice}
