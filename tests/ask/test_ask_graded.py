"""Graded choices: one dict that is always what was chosen, in the lesson room and at grading."""

import json

import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from smeprofile import ask
from smeprofile.answers import here
from smeprofile.ask import graded
from smeprofile.ask.controls import Number

ROWS = {"r1": "用征信圈名单", "r2": "口头同意就查"}
OPTIONS = ["允许", "需授权", "禁止"]


@pytest.fixture
def shown(monkeypatch):
    """The widgets displayed so far."""
    widgets = []
    monkeypatch.setattr(graded, "display", widgets.append)
    return widgets


@pytest.fixture
def redline(shown):
    """The dict of a fresh exercise."""
    return ask.choices("redline", ROWS, OPTIONS)


def choose(widget, row, value):
    widget.control.controls[row].value = value


def saved():
    return here().get("redline")


def handed_in(folder, value):
    """The file as it comes with a submission."""
    entry = {"value": value, "outcome": None, "attempts": 0, "hints": 0, "earlier": []}
    data = json.dumps({"format": 1, "answers": {"redline": entry}}).encode()
    (folder / "answers.json").write_bytes(data)


def test_unanswered_rows_are_empty_and_nothing_is_written(redline, folder):
    assert {"r1": "", "r2": ""} == redline
    assert type(redline) is dict
    assert [] == list(folder.iterdir())


def test_the_same_dict_follows_every_choice(redline, shown):
    choose(shown[0], "r2", "禁止")
    assert {"r1": "", "r2": "禁止"} == redline
    choose(shown[0], "r2", "允许")
    assert {"r1": "", "r2": "允许"} == redline


def test_every_choice_is_saved_without_counting_as_an_attempt(redline, shown):
    choose(shown[0], "r2", "禁止")
    choose(shown[0], "r1", "禁止")
    assert {"r1": "禁止", "r2": "禁止"} == saved().value
    assert 0 == saved().attempts


def test_progress_is_said_in_words(redline, shown):
    assert "已选 0 / 2" in shown[0].status.value
    choose(shown[0], "r2", "禁止")
    assert '<div role="status">已选 1 / 2，已保存。</div>' == shown[0].status.value


def test_undo_and_starting_over_change_the_dict_too(redline, shown):
    choose(shown[0], "r1", "允许")
    choose(shown[0], "r2", "禁止")
    shown[0].buttons["撤销"].click()
    assert {"r1": "允许", "r2": ""} == redline
    shown[0].buttons["重做"].click()
    assert {"r1": "", "r2": ""} == redline
    assert saved() is None
    shown[0].buttons["撤销"].click()
    assert {"r1": "允许", "r2": ""} == redline
    shown[0].buttons["撤销"].click()
    assert {"r1": "", "r2": ""} == redline
    assert "已撤销。已选 0 / 2" in shown[0].status.value


def test_two_open_copies_keep_each_others_choices(redline, shown):
    other = ask.choices("redline", ROWS, OPTIONS)
    choose(shown[0], "r1", "允许")
    choose(shown[1], "r2", "禁止")
    assert {"r1": "允许", "r2": "禁止"} == saved().value == other
    assert "已选 2 / 2" in shown[1].status.value
    shown[1].buttons["重做"].click()
    choose(shown[0], "r2", "允许")
    assert {"r1": "", "r2": "允许"} == saved().value == redline


def test_what_could_not_be_saved_is_saved_with_the_next_choice(redline, shown, monkeypatch):
    refuse = OSError(28, "")
    with monkeypatch.context() as full:
        full.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(refuse))
        choose(shown[0], "r1", "允许")
    choose(shown[0], "r2", "禁止")
    assert {"r1": "允许", "r2": "禁止"} == saved().value


def test_undo_works_after_a_restart(redline, shown):
    choose(shown[0], "r1", "允许")
    choose(shown[0], "r1", "禁止")
    here.cache_clear()
    again = ask.choices("redline", ROWS, OPTIONS)
    assert {"r1": "禁止", "r2": ""} == again
    shown[1].buttons["撤销"].click()
    assert {"r1": "允许", "r2": ""} == again


@pytest.mark.parametrize(
    "value",
    [
        None,
        "禁止",
        ["禁止", "禁止"],
        {"r1": "也许", "r2": 3},
        {"r1": ["禁止"], "r2": {"允许": 1}},
        {"r1": None, "r2": True, "r3": "禁止"},
    ],
)
def test_what_does_not_fit_counts_as_unanswered(folder, shown, value):
    handed_in(folder, value)
    assert {"r1": "", "r2": ""} == ask.choices("redline", ROWS, OPTIONS)


def test_rows_may_have_options_of_their_own(shown):
    own = {"r1": ["是", "否"], "r2": OPTIONS}
    answers = ask.choices("redline", ROWS, own)
    choose(shown[0], "r1", "否")
    assert {"r1": "否", "r2": ""} == answers


def test_an_unreadable_file_is_said_in_one_line_and_counts_as_unanswered(folder, shown, capsys):
    (folder / "answers.json").write_bytes(b'{"format')
    assert {"r1": "", "r2": ""} == ask.choices("redline", ROWS, OPTIONS)
    said = capsys.readouterr()
    assert 1 == said.out.count("\n")
    assert "answers.json 读不出来" in said.out
    assert "" == said.err


def test_a_choice_that_could_not_be_saved_does_not_say_it_was(redline, shown, monkeypatch):
    refuse = OSError(28, "")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(refuse))
    choose(shown[0], "r1", "允许")
    assert "磁盘满了" in shown[0].status.value
    assert "已保存" not in shown[0].status.value


def test_the_static_page_is_a_table_of_escaped_text(folder, shown):
    ask.choices("redline", {"r1": "<script>", "r2": "乙"}, ["<b>允许</b>", "禁止"])
    choose(shown[0], "r1", "<b>允许</b>")
    page = shown[0]._repr_mimebundle_()["text/html"]
    assert "<td>&lt;script&gt;</td><td>&lt;b&gt;允许&lt;/b&gt;</td>" in page
    assert "<td>乙</td><td>（未答）</td>" in page
    assert "已选 1 / 2" in page


def test_numbers_are_read_and_what_cannot_be_read_is_none(shown):
    answers = ask.number("ratio", {"a": "票流比", "b": "户数"}, units={"a": "%", "b": "户"})
    assert {"a": None, "b": None} == answers
    choose(shown[0], "a", "８０％")
    choose(shown[0], "b", "三万")
    assert {"a": 80.0, "b": None} == answers
    assert {"a": 80.0, "b": None} == here().get("ratio").value
    assert "b：读不懂这个数：「三万」" in shown[0].status.value
    assert "已填 1 / 2" in shown[0].status.value


# --- at grading ------------------------------------------------------------------------------


@pytest.fixture
def executed(folder):
    """A hand-in executed on another machine, without a browser."""
    handed_in(folder, {"r1": "禁止", "r2": "需授权", "r9": "允许"})
    asks = f"from smeprofile import ask\nredline = ask.choices('redline', {ROWS}, {OPTIONS})"
    check = "assert redline == {'r1': '禁止', 'r2': '需授权'}, redline\nprint(redline)"
    notebook = new_notebook(cells=[new_code_cell(asks), new_code_cell(check)])
    where = {"metadata": {"path": str(folder)}}
    quiet = ["--IPKernelApp.log_level=ERROR"]
    NotebookClient(
        notebook, resources=where, extra_arguments=quiet, store_widget_state=False
    ).execute()
    return notebook


def test_grading_reads_the_choices_from_the_file_handed_in(executed):
    (output,) = executed.cells[1].outputs
    assert "{'r1': '禁止', 'r2': '需授权'}\n" == output.text


def test_grading_leaves_the_folder_as_it_was(executed, folder):
    now = (folder / "answers.json").read_bytes()
    assert ["answers.json"] == [path.name for path in folder.iterdir()]
    handed_in(folder, {"r1": "禁止", "r2": "需授权", "r9": "允许"})
    assert now == (folder / "answers.json").read_bytes()


def test_grading_writes_nothing_to_stderr(executed):
    names = [o.get("name", o.output_type) for cell in executed.cells for o in cell.outputs]
    assert ["display_data", "stdout"] == names


def test_the_feedback_page_shows_the_table_in_place_of_the_widget(executed):
    page, _ = HTMLExporter().from_notebook_node(executed)
    assert '<th scope="row">r2</th><td>口头同意就查</td><td>需授权</td>' in page


def test_beside_a_long_label_there_is_room_for_the_number():
    label = "看满的每条都上门一次，平均花几小时碰上一起首次逾期" * 2
    assert float(Number(label, unit="小时").layout.max_width.removesuffix("em")) >= len(label) + 8
