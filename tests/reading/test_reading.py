"""The reading edition: all that a notebook shows, without Jupyter, and no answer where none may be."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from smeprofile.errors import UserError
from smeprofile.notebooks import build as builder
from smeprofile.params import load_cohort
from smeprofile.reading import write_reading
from smeprofile.reading.cells import readable
from smeprofile.reading.controls import VIEW
from tiny_course import CANARY, LESSON, write_tiny_course


def widgets(**states):
    kept = {
        name: {"model_name": state.pop("model"), "state": state} for name, state in states.items()
    }
    return {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": kept}}}


def view(name):
    return new_code_cell(
        "show()",
        outputs=[new_output("display_data", {VIEW: {"model_id": name}})],
        metadata={"jupyter": {"source_hidden": True}},
    )


def test_a_control_is_told_as_it_stood_and_what_was_hidden_is_not():
    metadata = widgets(
        box={"model": "VBoxModel", "children": [f"IPY_MODEL_{n}" for n in ("slider", "radio", "off")]},
        slider={"model": "FloatSliderModel", "description": "利率", "value": 4.5},
        radio={"model": "RadioButtonsModel", "description": "判断", "_options_labels": ["对", "错"], "index": 1},
        off={"model": "HTMLModel", "value": "答案是错", "layout": "IPY_MODEL_none"},
        none={"model": "LayoutModel", "display": "none"},
    )  # fmt: skip
    html = readable(new_notebook(cells=[view("box")], metadata=metadata)).html
    assert "利率：4.5" in html and "○ 对" in html and "● 错" in html
    assert "答案是错" not in html and "show()" not in html


def test_headings_become_the_contents_and_hold_what_is_searched():
    cells = [
        new_markdown_cell("# 课\n\n引子\n\n## 流水\n\n看[练习](practice.ipynb)"),
        new_code_cell("1 + 1", outputs=[new_output("stream", text="净流入 12 万元")]),
    ]
    read = readable(new_notebook(cells=cells))
    assert [(s.title, s.level) for s in read.sections] == [("课", 1), ("流水", 2)]
    assert read.sections[1].text.split() == ["看", "练习", "净流入", "12", "万元"]
    assert 'href="practice.html"' in read.html and '<h2 id="s2">' in read.html


def test_formulas_are_drawn_without_a_script_and_prices_are_no_formulas():
    cells = [new_markdown_cell("$g = \\dfrac{a}{b}$，花 $5 或 $6，`$x$`")]
    html = readable(new_notebook(cells=cells)).html
    assert html.count("<math") == 1 and "$5 或 $6" in html and "<code>$x$</code>" in html


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """The trainee's and the instructor's edition of the tiny course."""
    root = tmp_path_factory.mktemp("tiny")
    write_tiny_course(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEPROFILE_HOME", str(root))
        folders = {}
        for answers in (False, True):
            built = builder.build(shown=True)
            folders[answers] = tmp_path_factory.mktemp("html")
            told = write_reading(
                built.runs, load_cohort(), folders[answers], course=root, answers=answers
            )
            assert "阅读版 2 页" in told
            if answers:  # what was shown is kept, nothing is run for it again
                assert built.n_run == 0
                with pytest.raises(UserError, match="会随课程发给学员"):
                    write_reading(built.runs, load_cohort(), root / "course" / "x", course=root,
                                  answers=True)  # fmt: skip
    return folders


def test_trainees_read_no_answer_and_no_hidden_test(editions):
    text = "".join(p.read_text(encoding="utf-8") for p in editions[False].rglob("*.*"))
    assert CANARY not in text and "2 * x" not in text and "第 1 题" in text
    assert not (editions[False] / "executed").exists()


def test_answers_are_left_in_no_folder_for_trainees_and_others_pages_alone(editions, tmp_path):
    with pytest.raises(UserError, match="里有带答案的阅读版"):
        write_reading([], load_cohort(), editions[True], course=tmp_path)
    own, gone = tmp_path / "blog" / "index.html", tmp_path / "15_visits" / "lesson.html"
    for _ in range(2):
        for page in (own, gone):
            page.parent.mkdir(exist_ok=True)
            page.touch()
        write_reading([], load_cohort(), tmp_path, course=editions[True])
    assert own.exists() and not gone.exists()


def test_instructors_read_both(editions):
    page = (editions[True] / "02_tiny" / "practice.html").read_text(encoding="utf-8")
    assert "2 * x" in page and CANARY in page and "不要发给学员" in page


def test_what_is_written_is_the_same_when_written_again(editions, tmp_path_factory, monkeypatch):
    root = tmp_path_factory.mktemp("again")
    write_tiny_course(root)
    monkeypatch.setenv("SMEPROFILE_HOME", str(root))
    folder = root / "html"
    built = builder.build(shown=True)
    write_reading(built.runs, load_cohort(), folder, course=root, answers=True)
    one, two = (
        {p.relative_to(at).as_posix(): p.read_bytes() for at in (base,) for p in at.rglob("*.*")}
        for base in (folder, editions[True])
    )
    assert one == two


def test_pages_ask_for_nothing_from_elsewhere(editions):
    for page in editions[True].rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "default-src 'none'" in text and "http" not in text.replace("http-equiv", "")


def test_the_search_index_names_every_section(editions):
    text = (editions[False] / "search-index.js").read_text(encoding="utf-8")
    rows = json.loads(text.removeprefix("const SECTIONS = ").rstrip(";\n"))
    assert ["02_tiny/practice.html", "02 小练习 · 练习"] in [[row[0], row[2]] for row in rows]
    assert any("学习" in row[4] for row in rows if row[0] == "02_tiny/lesson.html")
    assert "学习" in LESSON
