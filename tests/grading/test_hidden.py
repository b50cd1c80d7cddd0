"""What a learner may read of a check and its outputs."""

import pytest
from nbformat import NotebookNode

from smeprofile.grading.hidden import Secrets, verdict, visible

CHECK = """\
assert f(1) == 2, "应返回两倍"
### BEGIN HIDDEN TESTS
assert f("行业代码") == "x", f"空值：{f(None)} 不对"
assert f("secret-argument") == 1, "行业代码 也要算"
assert chosen != "前四分之一", f"写成“{chosen}”，样本不够"
### END HIDDEN TESTS
"""
FORM = 'ask.choices("chosen", rows, ["前四分之一", "样本不足"])'
SECRETS = Secrets([CHECK], visible(CHECK) + FORM)


def told(kind, message):
    return verdict(CHECK, NotebookNode(ename=kind, evalue=message), SECRETS)


def test_lines_around_hidden_tests_stay():
    assert visible("a\n" + CHECK + "b") == 'a\nassert f(1) == 2, "应返回两倍"\nb'


def test_region_without_an_end_is_hidden_to_the_last_line():
    assert visible("a\n# BEGIN HIDDEN TESTS\nassert x") == "a"


@pytest.mark.parametrize("message", ["应返回两倍", "空值：0 不对", "行业代码 也要算"])
def test_messages_of_the_checks_own_asserts_are_told(message):
    assert told("AssertionError", message) == message


@pytest.mark.parametrize("kind", ["ValueError", "KeyError"])
def test_other_errors_that_repeat_hidden_text_are_told_by_type_only(kind):
    assert told(kind, "收到 '行业代码'").endswith(f"（{kind}）")


def test_learners_assertion_cannot_carry_hidden_text_out():
    assert told("AssertionError", "收到 secret-argument") == "结果与预期不符"


def test_learners_value_cannot_carry_hidden_text_out_within_an_own_message():
    assert told("AssertionError", "空值：secret-argument 不对") == "结果与预期不符"


def test_an_own_message_may_say_which_of_the_options_offered_was_chosen():
    message = "写成“前四分之一”，样本不够"
    assert told("AssertionError", message) == message


def test_errors_without_hidden_text_are_told_whole():
    assert told("ValueError", "长度不等") == "取值不合适（ValueError: 长度不等）"


@pytest.mark.parametrize(
    "text",
    [
        'assert f("secret-argument") == 1',
        "['secret-argument']",
        "secret-\nargument",
        "assert f(&quot;secret-argument&quot;) == 1",
    ],
)
def test_outputs_that_repeat_hidden_text_are_recognised(text):
    assert SECRETS.in_output(text)


@pytest.mark.parametrize("text", ["行业代码 A01", "应返回两倍", "2", ""])
def test_ordinary_outputs_are_left_alone(text):
    assert not SECRETS.in_output(text)


def test_a_raised_message_of_ones_own_is_told():
    check = CHECK + 'raise AssertionError("行业代码 不对：应 raise ValueError")\n'
    error = NotebookNode(ename="AssertionError", evalue="行业代码 不对：应 raise ValueError")
    assert verdict(check, error, SECRETS) == error.evalue
