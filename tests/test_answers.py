"""What a trainee answered is never lost, mixed up or half-written."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from smeprofile import answers as module
from smeprofile.answers import FILE, VALUE_LIMIT_BYTES, Answer, Answers, here, read_answers
from smeprofile.errors import UserError

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture
def answers(tmp_path):
    return Answers(tmp_path)


def content(folder):
    return json.loads((folder / FILE).read_text(encoding="utf-8"))


def entry(**fields):
    return {"value": 1, "outcome": None, "attempts": 0, "hints": 0, "earlier": []} | fields


def file_with(**entries):
    return json.dumps({"format": 1, "answers": entries}).encode()


# --- the file --------------------------------------------------------------------------------


def test_the_file_looks_as_specified(answers, tmp_path):
    answers.put("cash_flow", "乙", outcome="right")
    expected = """{
 "answers": {
  "cash_flow": {
   "attempts": 1,
   "earlier": [],
   "hints": 0,
   "outcome": "right",
   "value": "乙"
  }
 },
 "format": 1
}
"""
    assert expected == (tmp_path / FILE).read_text(encoding="utf-8")


@given(value=JSON)
def test_a_plain_value_comes_back_as_it_went(tmp_path_factory, value):
    folder = tmp_path_factory.mktemp("round")
    Answers(folder).put("a", value)
    back = Answers(folder).get("a").value
    assert json.dumps(value, sort_keys=True) == json.dumps(back, sort_keys=True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "第 1 行不是合法的 JSON"),
        (b'{"format": 1,\n "answers": {', "第 2 行不是合法的 JSON"),
        (b"\xb2\xe2", "不是 UTF-8 文本"),
        (b"[]", "应为“字段: 内容”"),
        (b"{}", "format 缺少这一项"),
        (b'{"format": 2, "answers": {}}', "format 应为 1"),
        (b'{"format": true, "answers": {}}', "format 应为 1"),
        (b'{"format": 1, "answers": {}, "x": 1}', "x 不该有这一项"),
        (b'{"format": 1, "format": 1, "answers": {}}', "format 出现了两次"),
        (b'{"format": 1, "answers": []}', "answers 应为“字段: 内容”"),
        (file_with(cash=3), "answers.cash 应为“字段: 内容”"),
        (file_with(cash={"value": 1}), "answers.cash.outcome 缺少这一项"),
        (file_with(cash=entry(x=1)), "answers.cash.x 不该有这一项"),
        (file_with(cash=entry(outcome="good")), "answers.cash.outcome 应为 right、wrong"),
        (file_with(cash=entry(attempts=-1)), "answers.cash.attempts 应为 0 或正整数"),
        (file_with(cash=entry(attempts=True)), "answers.cash.attempts 应为 0 或正整数"),
        (file_with(cash=entry(hints=1.5)), "answers.cash.hints 应为 0 或正整数"),
        (file_with(cash=entry(earlier="甲")), "answers.cash.earlier 应为列表"),
        (file_with(cash=entry(earlier=[1] * 21)), "answers.cash.earlier 应为列表，至多 20 项"),
        (file_with(Cash=entry()), "answers.Cash 不能当名称"),
        (file_with(a=entry(value=float("nan"))), "NaN 不是能用的数"),
        (file_with(a=entry(value=float("inf"))), "Infinity 不是能用的数"),
        (file_with(a=entry()).replace(b": 1,", b": 1e999,", 2), "1e999 不是能用的数"),
        (b'{"format": ' + b"1" * 5000 + b"}", "不是能用的数"),
        (b'{"format": "\\ud800"}', "不是 UTF-8 文本"),
        (b"[" * 100_000, "嵌套超过 20 层"),
        (b"[" * 900 + b"]" * 900, "嵌套超过 20 层"),
        (b"[" * 21 + b"]" * 21, "嵌套超过 20 层"),
        (b" " * (2**20 + 1), "超过 1 MB"),
    ],
)
def test_a_hostile_file_is_refused_in_words(data, said):
    with pytest.raises(ValueError, match=r"^answers\.json 读不出来：") as error:
        read_answers(data)
    assert said in str(error.value)


def test_a_well_formed_file_is_read():
    data = file_with(cash=entry(value=["甲"], outcome="wrong", attempts=2, hints=1, earlier=["乙"]))
    assert {"cash": Answer(["甲"], "wrong", 2, 1, ("乙",))} == read_answers(data)


def test_many_names_in_a_hostile_file_are_refused_quickly():
    twice = json.dumps({f"k{n}": 1 for n in range(60_000)})[:-1] + ', "k59999": 1}'
    started = time.monotonic()
    with pytest.raises(ValueError, match="k59999 出现了两次"):
        read_answers(twice.encode())
    assert time.monotonic() - started < 5


# --- one item --------------------------------------------------------------------------------


def test_reading_writes_nothing(answers, tmp_path):
    assert answers.get("cash_flow") is None
    assert {} == answers.all
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("outcome", ["right", "wrong", "error", None])
def test_every_outcome_survives_a_restart(answers, tmp_path, outcome):
    answers.put("a", "甲", outcome=outcome)
    assert Answer("甲", outcome, 1, 0, ()) == Answers(tmp_path).get("a")


def test_a_former_value_is_kept_and_an_equal_one_is_not(answers):
    for value in (1, 1, True, [1], [1]):
        answers.put("a", value)
    assert (1, True) == answers.get("a").earlier
    assert 5 == answers.get("a").attempts


def test_saving_without_an_attempt_does_not_count(answers):
    assert 0 == answers.put("a", "甲", counts=False).attempts


def test_only_the_last_twenty_values_are_kept(answers):
    for value in range(30):
        answers.put("a", value)
    assert tuple(range(9, 29)) == answers.get("a").earlier


def test_a_hint_before_the_first_attempt_leaves_the_item_untried(answers):
    answers.hint("a", 2)
    answers.hint("a", 1)
    assert Answer(None, None, 0, 2, ()) == answers.get("a")


def test_a_hint_stays_when_an_answer_follows(answers):
    answers.hint("a", 1)
    assert Answer("甲", "wrong", 1, 1, ()) == answers.put("a", "甲", outcome="wrong")


def test_undo_goes_back_step_by_step_also_after_a_restart(answers, tmp_path):
    for value in ("甲", "乙", "丙"):
        answers.put("a", value, outcome="wrong")
    assert Answer("乙", None, 3, 0, ("甲",)) == Answers(tmp_path).undo("a")
    assert "甲" == Answers(tmp_path).undo("a").value
    assert Answer(None, None, 3, 0, ()) == Answers(tmp_path).undo("a")


def test_undo_of_nothing_is_none_and_writes_no_answers(answers, tmp_path):
    assert answers.undo("a") is None
    assert not (tmp_path / FILE).exists()


def test_reset_forgets_one_item_and_leaves_the_others(answers):
    answers.put("a", 1)
    kept = answers.put("b", 2)
    answers.reset("a")
    assert {"b": kept} == answers.all


def test_a_reset_item_can_be_put_back_whole(answers):
    answers.hint("a", 3)
    answers.put("a", 1)
    was = answers.put("a", 2, outcome="right")
    answers.reset("a")
    answers.restore("a", was)
    assert was == answers.get("a")


@pytest.mark.parametrize("name", ["", "A", "1a", "a-b", "名", "a" * 41, "a\n"])
def test_a_name_that_no_file_may_hold_is_refused(answers, name):
    with pytest.raises(ValueError, match="不能当名称"):
        answers.put(name, 1)


# --- two kernels, full disks, broken files ---------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from smeprofile.answers import Answers
answers = Answers(Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    answers.put(f"{sys.argv[2]}{n % 100}", "字" * 500 + str(n))
"""


def writer(folder, name, times):
    command = [sys.executable, "-W", "error", "-c", WRITER, str(folder), name, str(times)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def test_two_kernels_lose_nothing_of_each_other(tmp_path):
    both = [writer(tmp_path, name, 100) for name in "ab"]
    assert [b"", b""] == [process.communicate()[1] for process in both]
    expected = {f"{name}{n}" for name in "ab" for n in range(100)}
    assert expected == set(Answers(tmp_path).all)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 on Windows")
def test_a_kernel_killed_while_writing_leaves_a_whole_file(tmp_path):
    for n in range(5):
        process = writer(tmp_path, f"k{n}_", 10_000)
        while not any(name.startswith(f"k{n}_") for name in Answers(tmp_path).all):
            assert process.poll() is None
        time.sleep(0.03 * n)
        process.kill()
        process.communicate()
        assert read_answers((tmp_path / FILE).read_bytes())
    assert 1 == Answers(tmp_path).put("after", "还能写").attempts


def test_a_file_held_by_another_program_is_a_clear_error(answers, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.2)
    with FileLock(tmp_path / ".answers.lock"), pytest.raises(UserError, match="正被别的程序占用"):
        answers.put("a", 1)


@pytest.mark.parametrize("broken", [b'{"answers": {"a": ', b"", b"\xb2\xe2\xca\xd4", b"[]"])
def test_a_broken_file_is_set_aside_at_the_next_write_and_said(answers, tmp_path, broken):
    (tmp_path / FILE).write_bytes(broken)
    assert {} == answers.all
    assert broken == (tmp_path / FILE).read_bytes()
    answers.put("a", 1)
    assert broken == (tmp_path / "answers.broken-1.json").read_bytes()
    assert ["a"] == list(read_answers((tmp_path / FILE).read_bytes()))
    assert "已改名为 answers.broken-1.json" in answers.notice


def test_a_second_broken_file_does_not_replace_the_first(answers, tmp_path):
    for text in ("一", "二"):
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        answers.put("a", 1)
    kept = [tmp_path / f"answers.broken-{n}.json" for n in (1, 2)]
    assert ["一", "二"] == [path.read_text(encoding="utf-8") for path in kept]


def test_a_notice_ends_with_the_trouble(answers, tmp_path):
    answers.put("one", 1)
    (path,) = [p for p in tmp_path.rglob("answers.json")]
    whole = path.read_bytes()
    path.write_bytes(b"{")
    assert answers.all == {} and "都算没有作答" in answers.notice
    path.write_bytes(whole)  # another kernel mended it
    assert set(answers.all) == {"one"} and answers.notice is None


def test_without_trouble_there_is_no_notice(answers):
    answers.put("a", 1)
    assert answers.notice is None


def test_a_file_that_cannot_be_read_is_said_and_left_alone(answers, tmp_path):
    (tmp_path / FILE).mkdir()
    assert {} == answers.all
    assert "这是文件夹，不是文件" in answers.notice
    with pytest.raises(UserError, match=r"没有保存 answers\.json：.*这是文件夹"):
        answers.put("a", 1)


@pytest.mark.parametrize(("number", "said"), [(28, "磁盘满了"), (30, "磁盘是只读的")])
def test_a_failed_write_leaves_the_old_file_whole(answers, tmp_path, monkeypatch, number, said):
    answers.put("a", 1)
    before = (tmp_path / FILE).read_bytes()
    refuse = OSError(number, "")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(refuse))
    with pytest.raises(UserError, match=said):
        answers.put("a", 2)
    assert before == (tmp_path / FILE).read_bytes()
    assert [".answers.lock", FILE] == sorted(path.name for path in tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_a_user_error(tmp_path):
    (tmp_path / "文件").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"没有保存 answers\.json：.*文件 同名文件已存在"):
        Answers(tmp_path / "文件").put("a", 1)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("字" * VALUE_LIMIT_BYTES, "超过 64 KB"),
        (json.loads("[" * 30 + "]" * 30), "嵌套超过 20 层"),
        ("\ud800", "不是 UTF-8 文本"),
        (10**200, "不是能用的数"),
    ],
)
def test_a_value_the_file_cannot_hold_is_refused_and_the_old_file_stays(
    answers, tmp_path, value, said
):
    answers.put("a", 1)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(UserError, match=said):
        answers.put("a", value)
    assert before == (tmp_path / FILE).read_bytes()


def test_a_full_file_takes_no_more_and_stays_readable(answers, tmp_path):
    with pytest.raises(UserError, match="超过 1 MB"):
        for n in range(20):
            answers.put(f"a{n}", "x" * 60_000)
    assert 17 == len(read_answers((tmp_path / FILE).read_bytes()))


def test_here_is_the_folder_the_notebook_started_in(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    here.cache_clear()
    try:
        here()
        os.chdir(tmp_path / "elsewhere")
        here().put("a", 1)
    finally:
        here.cache_clear()
    assert {"a"} == set(content(tmp_path)["answers"])
