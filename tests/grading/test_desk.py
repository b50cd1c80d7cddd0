"""Answers in words: a person marks them by the rubric, with comments given before at hand."""

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.server_extensions.formgrader import handlers

from conftest import ROOT
from smeprofile.errors import UserError
from smeprofile.grading import feedback, grade, release
from smeprofile.grading.classbook import read_book
from smeprofile.grading.course import open_course
from smeprofile.grading.desk import COMMENT_BANK, aids, marking_aids, read_bank
from smeprofile.grading.feedback import MarkingExporter
from smeprofile.notebooks import as_trainee, read_source, solved_with
from smeprofile.notebooks.build import build
from smeprofile.notebooks.rubric import read_rubric
from smeprofile.notebooks.teaching import teach
from smeprofile.paths import HOME_VARIABLE
from smeprofile.rehearse import rehearse
from smeprofile.start.work import read_practice
from tiny_course import WRITTEN_PRACTICE, master_edition, write_written_course

WHERE = "opinion", "practice", "02_tiny"
ANSWERS = {"ann": "事实：月均流入 30 万元。", "ben": "这家不错。", "eva": None}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("written")
    write_written_course(root)
    (root / "grading").mkdir()
    shutil.copy(ROOT / "grading" / "nbgrader_config.py", root / "grading")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(root))
        course = open_course()
        build()
        release("02")
        for who, answer in ANSWERS.items():
            folder = course.folder("submitted", who, "02_tiny")
            folder.mkdir(parents=True)
            given = solved_with(as_trainee(master_edition()), {"opinion": answer} if answer else {})
            nbformat.write(given, folder / "practice.ipynb")
        yield course


@pytest.fixture(scope="module")
def graded(course):
    return {row.learner_id: row for row in grade(course=course, feedback=True).rows}


def page(course, who):
    (found,) = course.folder("feedback", who, "02_tiny").glob("*.html")
    return found.read_text(encoding="utf-8")


def test_what_is_written_waits_for_a_person_and_what_is_not_gets_nothing(graded):
    assert {who: (row.score, row.max_score) for who, row in graded.items()} == dict.fromkeys(
        ANSWERS, (0.0, 6.0)
    )
    assert {who for who, row in graded.items() if "等老师评分：opinion" in row.note} == {
        "ann",
        "ben",
    }


def test_the_page_says_so_until_it_is_marked(course, graded):
    assert "等老师评分" in page(course, "ann")
    assert "未作答" in page(course, "eva")
    with course.gradebook() as gradebook:
        marked = gradebook.find_grade(*WHERE, "ann")
        marked.manual_score, marked.needs_manual_grade = 5.0, False
        gradebook.find_comment(*WHERE, "ann").manual_comment = "依据：每个判断都有数字"
        gradebook.db.commit()
    feedback(course=course)
    assert "等老师评分" not in page(course, "ann")
    assert "依据：每个判断都有数字" in page(course, "ann")
    assert {r.learner_id: r.score for r in grade(course=course).rows} == {
        "ann": 5.0, "ben": 0.0, "eva": 0.0,
    }  # fmt: skip


def test_a_mark_stands_when_the_same_answer_is_graded_again(course, graded):
    source = course.folder("source", ".", "02_tiny") / "practice.ipynb"
    answer = course.folder("submitted", "ann", "02_tiny") / "practice.ipynb"
    before = source.read_bytes(), answer.read_bytes()
    (row,) = grade(["02_tiny"], learner="ann", again="请再看一遍", course=course).rows
    assert row.score == 5.0 and "等老师评分" not in row.note
    source.write_bytes(before[0].replace(b"\n", b"\n ", 1))  # other words in a task, say
    rows = {row.learner_id: row for row in grade(course=course).rows}
    assert {row.status for row in rows.values()} == {"graded"}
    assert "等老师评分" not in rows["ann"].note and "等老师评分" in rows["ben"].note
    feedback(course=course)
    assert "等老师评分" not in page(course, "ann")
    answer.write_bytes(before[1].replace("30 万元".encode(), "31 万元".encode()))
    (row,) = grade(learner="ann", course=course).rows
    assert row.score == 5.0 and "等老师评分" in row.note  # of another answer than was marked
    source.write_bytes(before[0])
    answer.write_bytes(before[1])
    grade(course=course)
    with course.gradebook() as gradebook:
        gradebook.find_grade(*WHERE, "ann").needs_manual_grade = False
        gradebook.db.commit()


def test_class_report_tells_who_waits_from_who_wrote_nothing(course, graded):
    book = read_book(course)
    states = {who: given.marks["opinion"].state for who, given in book.hand_ins["02_tiny"].items()}
    assert states == {"ann": "part", "ben": "waiting", "eva": "blank"}


def test_who_marks_is_given_the_rubric_and_what_was_said_before(course, graded):
    with course.gradebook() as gradebook:
        gradebook.find_comment(*WHERE, "ben").manual_comment = "请写出数字"
        gradebook.db.commit()
    (course.root / COMMENT_BANK).write_text(
        "题目,评语\nopinion,先说数字再下结论\n,写得清楚\nother,别的题\n", "utf-8"
    )
    bank = read_bank(course.root / COMMENT_BANK)
    found = aids(course, "02_tiny", "practice", kept=bank)["opinion"]
    assert found["rubric"][0] == [
        "依据",
        [[4.0, "每个判断都有数字"], [2.0, "有的判断没有数字"], [0.0, "没有数字"]],
    ]
    assert found["comments"][:2] == ["先说数字再下结论", "写得清楚"]
    assert set(found["comments"][2:]) == {"依据：每个判断都有数字", "请写出数字"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_the_bank_is_read_as_excel_writes_it(course, graded, encoding):
    text = '题目,评语\nopinion,"先说数字，\n再下结论"\n'
    (course.root / COMMENT_BANK).write_bytes(text.encode(encoding))
    assert read_bank(course.root / COMMENT_BANK) == {"opinion": ["先说数字，\n再下结论"]}


def test_a_bank_without_its_columns_is_refused_by_name(course, graded):
    (course.root / COMMENT_BANK).write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(UserError, match=r"comments.csv 第 1 行要有两列：题目、评语"):
        read_bank(course.root / COMMENT_BANK)
    found = marking_aids({"assignment_id": "02_tiny", "notebook_id": "practice"})
    assert "要有两列" in found[""] and found["opinion"]["rubric"]  # marking goes on


def test_to_the_trainee_a_written_answer_is_done_once_it_is_written(course):
    for who, is_answered in (("ann", True), ("eva", False)):
        (exercise,) = read_practice(course.folder("submitted", who, "02_tiny")).exercises
        assert (exercise.answer != "", exercise.is_passed) == (is_answered, True)
        assert exercise.title == "第 1 题　写意见"


def test_the_trainees_cell_says_where_to_write_and_holds_no_answer():
    cells = as_trainee(master_edition()).cells
    assert [c.source for c in cells if c.metadata.nbgrader.grade_id == "opinion"] == [
        "（双击这里，写下你的回答；写完按 Shift+Enter。）"
    ]
    rubric = next(c for c in cells if c.metadata.nbgrader.grade_id == "opinion-rubric")
    assert rubric.source.startswith("| 看什么")


def test_the_released_rubric_keeps_its_points_and_may_be_worded_better(course):
    path = course.root.parent / "solutions" / "02_tiny" / "practice.py"
    path.write_text(WRITTEN_PRACTICE.replace("有的判断", "一些判断"), encoding="utf-8")
    build()
    path.write_text(WRITTEN_PRACTICE.replace("2 分：有的判断", "3 分：有的判断"), encoding="utf-8")
    with pytest.raises(UserError, match=r"opinion 的标准答案或测试改了"):
        build()
    path.write_text(WRITTEN_PRACTICE, encoding="utf-8")


def test_who_teaches_reads_the_answer_the_rubric_and_the_mistake_in_words(course, tmp_path):
    notebook, page = (f.read_text(encoding="utf-8") for f in teach(out=tmp_path).files)
    cells = nbformat.reads(notebook, as_version=4).cells
    assert [c.source for c in cells if c.cell_type == "code"] == []
    text = "\n".join(c.source for c in cells)
    assert (
        "够还每月 2 万元" in text
        and "> 这家不错，可以给。" in text
        and "4 分：每个判断都有数字" in text
    )
    assert "只有结论" in page


def test_a_rehearsal_leaves_what_is_written_to_a_person(course, tmp_path):
    done = rehearse(4, seed=3, out=tmp_path / "class")
    assert done.ok, str(done)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("4 分：每个", "每个", "每一格要写成“2 分：做到什么样”"),
        ("0 分：没有数字", "1 分：没有数字", "要有 0 分的一格"),
        ("marks=[0, 1]", "marks=[3, 1]", "marks 要给评分表的每一行一个分数"),
        ("marks=[0, 1]", "marks=[0]", "marks 要给评分表的每一行一个分数"),
        ('says="没有数字"', 'says="没有日期"', "says 要是"),
        ('rubric="opinion"', 'discussion="opinion"', "前面要有它的 rubric"),
    ],
)
def test_a_mistake_in_the_rubric_is_named(tmp_path, old, new, says):
    assert old in WRITTEN_PRACTICE
    folder = tmp_path / "solutions" / "02_tiny"
    folder.mkdir(parents=True)
    (folder / "practice.py").write_text(WRITTEN_PRACTICE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=says):
        read_source(folder / "practice.py")


def test_a_rubric_needs_rows():
    with pytest.raises(ValueError, match="至少一行"):
        read_rubric("没有表")


@pytest.mark.parametrize(
    "markup",
    ["<script>hacked()</script>", '<img src="x" onerror="hacked()">', "<svg onload=hacked()>",
     '<a href="javascript:hacked()">看</a>', '<iframe srcdoc="hacked"></iframe>',
     "<scr<script></script>ipt>hacked()</script>", '<p style="background:url(//hacked)">字</p>'],
)  # fmt: skip
def test_a_learners_html_is_shown_to_the_instructor_and_never_runs(course, markup):
    table = f"<table class='answers'><tr><td>表里的字</td></tr></table>{markup}"
    picture = new_output("display_data", {"image/png": "AA==", "text/plain": ""})
    picture.metadata = {"image/png": {"width": "1 onerror=hacked()", "alt": "图的话"}}
    outputs = [new_output("display_data", {"text/html": table}), picture,
               new_output("display_data", {"text/markdown": f"**粗** {markup}"}),
               new_output("display_data", {"application/javascript": "hacked()"})]  # fmt: skip
    notebook = new_notebook(
        cells=[new_markdown_cell(f"**答** {markup}"), new_code_cell("1", outputs=outputs)]
    )
    config = course.config.copy()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    ids = dict.fromkeys(("submission_id", "student", "first_name", "last_name", "base_url"), "ann")
    about = {"assignment_id": "02_tiny", "notebook_id": "practice", "index": 0, "total": 1} | ids
    page, _ = MarkingExporter(config=config).from_notebook_node(notebook, resources=about)
    shown = page.partition("<body>")[2].partition("sme-aids")[0]
    for kept in (
        "表里的字",
        "<table class=",
        "<strong>粗</strong>",
        "<strong>答</strong>",
        'alt="图的话"',
    ):
        assert kept in shown
    for bad in (
        "onerror",
        "onload",
        "hacked()</script>",
        "javascript:",
        "srcdoc",
        "//hacked",
        "<script>h",
    ):
        assert bad not in shown
