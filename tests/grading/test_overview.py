"""The class overview: who is stuck where, by the real grading of a tiny class."""

import csv
import io
import re
from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook
from openpyxl import load_workbook
from sqlalchemy import event

from shop_course import REFERENCE, course, hand_in, write
from smeprofile.errors import UserError
from smeprofile.grading import erase, export, grade, overview, release
from smeprofile.grading.checks import keep as keep_checks
from smeprofile.grading.checks import messages, notes
from smeprofile.grading.course import example_course, open_course
from smeprofile.grading.roster import Learner, keep
from smeprofile.grading.rows import Check, Row
from smeprofile.notebooks import solved_with
from tiny_course import edition

RIGHT = {"double": "def double(x):\n    return 2 * x", "stage": 'stage = "成长期"'}
SLIP = RIGHT | {"double": "def double(x):\n    return x + x if isinstance(x, int) else x"}
EVIL = RIGHT | {"stage": 'stage = "<script>alert(1)</script>"'}
HAND_INS = {
    "r1": {"double": RIGHT["double"]},
    "r2": {"double": SLIP["double"]},
    "a1": SLIP,
    "a2": EVIL,
    "a3": {},
    "zz": RIGHT,
}
ROSTER = [
    Learner("r1", "=1+1", "城东支行", "", "rm"),
    Learner("r2", "钱二", "城东支行", "", "rm"),
    Learner("a1", "孙三", "城西支行", "", "analyst"),
    Learner("a2", "李四", "城西支行", "", "analyst"),
    Learner("a3", "周五", "城西支行", "", "analyst"),
    Learner("a4", "吴六", "城西支行", "", "analyst"),
    Learner("a5", "郑七", "城西支行", "", "analyst"),
]


def put(course, learner, answers, at="2026-01-05 09:00:00"):
    folder = course.folder("submitted", learner, "02_tiny")
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(solved_with(edition(), answers), folder / "practice.ipynb")
    (folder / "timestamp.txt").write_text(at, encoding="utf-8")
    return folder / "practice.ipynb"


@pytest.fixture(scope="module")
def graded(tiny):
    """The tiny class after grading: one hand-in late, one broken, one missing, one unlisted."""
    release("02")
    course = open_course()
    keep(course, ROSTER)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment("02_tiny", duedate=datetime(2026, 1, 5, 12))
    for learner, answers in HAND_INS.items():
        put(course, learner, answers)
    put(course, "a2", EVIL, at="2026-01-05 14:30:00")
    put(course, "a4", RIGHT).write_text('{"cells": [', encoding="utf-8")
    grade()
    return course


@pytest.fixture(scope="module")
def page(graded, tmp_path_factory):
    made = overview(["02"], out=tmp_path_factory.mktemp("page"))
    return made.page.read_text(encoding="utf-8")


def lines(page):
    """Return the text of the table of learners, one line per row."""
    table = page.split("<h3>每个人</h3>")[1].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, flags=re.S)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def exercise(page, title):
    row = next(r for r in re.findall(r"<tr>(.*?)</tr>", page, flags=re.S) if f">{title}<" in r)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def table(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_a_mistake_has_its_name_its_count_and_what_it_costs(page):
    assert "加二：2 人 翻倍：文字也要能翻倍" in exercise(page, "第 1 题　翻倍")


def test_a_message_of_no_sample_is_counted_as_other(page):
    assert "其他：1 人" in exercise(page, "第 2 题　阶段（分析岗）")


def test_who_may_leave_an_exercise_out_does_not_count_for_it(page):
    assert exercise(page, "第 2 题　阶段（分析岗）").startswith(
        "第 2 题 阶段（分析岗） 4 50% — 33%"
    )


def test_who_needs_help_most_comes_first(page):
    names = [line.split()[0] for line in lines(page)]
    assert names[0] == "吴六"
    assert names[1:3] == ["周五", "钱二"]
    assert set(names[-2:]) == {"=1+1", "zz"}


def test_states_are_told_by_shape_and_word(page):
    manager = next(line for line in lines(page) if "r1" in line)
    assert "● 满分 · 选做" in manager
    assert "– 未答 – 未答" in next(line for line in lines(page) if "周五" in line)


def test_late_broken_missing_and_unlisted_hand_ins_are_told(page):
    late = next(line for line in lines(page) if "李四" in line)
    assert "2026-01-05 22:30 迟交 3 小时" in late
    broken = next(line for line in lines(page) if "吴六" in line)
    assert "没能批改；practice.ipynb 不完整或已损坏" in broken
    assert "还没有交（1 人）：郑七。" in page
    assert "不在名单上" in next(line for line in lines(page) if line.startswith("zz"))


def test_debriefing_begins_with_the_most_common_mistake(page):
    advice = page.split("<ol>")[1].split("</ol>")[0]
    assert advice.index("加二，2 人（33%）") > 0
    assert advice.count("<li>") <= 3


def test_what_a_learner_wrote_stays_text(page):
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_page_needs_nothing_from_elsewhere(page):
    assert not re.search(r"https?://|<link|url\(|src=", page)


def test_a_table_of_pseudonyms_is_not_in_the_class_lists_order(graded, tmp_path):
    made = overview(["02"], out=tmp_path, export=tmp_path / "s.csv", hide_names=True)
    names = [row[0] for row in table(made.export)[1:]]
    assert len(names) > len(ROSTER) and names == sorted(names)


def test_pseudonyms_hide_everybody_everywhere_and_stay_the_same(graded, tmp_path):
    made = [
        overview(["02"], out=tmp_path / n, export=tmp_path / n / "s.csv", hide_names=True)
        for n in ("one", "two")
    ]
    texts = [m.page.read_text("utf-8") + m.export.read_text("utf-8-sig") for m in made]
    assert texts[0] == texts[1]
    for learner in ROSTER:
        shown = (learner.learner_id, learner.name, learner.branch)
        assert [s for s in shown if re.search(rf"(?<!\w){re.escape(s)}(?!\w)", texts[0])] == []
    assert len(set(re.findall(r"学员 [A-Z2-7]{6}", texts[0]))) == len(ROSTER) + 1


def test_csv_has_a_row_per_learner_with_the_points_of_their_track(graded, tmp_path):
    made = overview(["02"], out=tmp_path, export=tmp_path / "成绩.csv")
    assert made.export.read_bytes().startswith(b"\xef\xbb\xbf")
    head, *rows = table(made.export)
    assert head[:5] == ["工号", "姓名", "支行", "轨道", "02_tiny 得分"]
    assert [row[0] for row in rows] == [*(learner.learner_id for learner in ROSTER), "zz"]
    assert rows[0] == ["r1", "'=1+1", "城东支行", "客户经理", "3", "3", "2026-01-05 17:00", "否"]
    # three points, a tenth taken for being late
    assert rows[3][4:] == ["2.7", "5", "2026-01-05 22:30", "迟交"]
    assert rows[6][4:] == ["", "", "", "未交"]


def test_xlsx_is_frozen_wide_enough_harmless_and_the_same_every_time(graded, tmp_path):
    made = [overview(["02"], out=tmp_path, export=tmp_path / f"{n}.xlsx").export for n in (1, 2)]
    assert made[0].read_bytes() == made[1].read_bytes()
    sheet = load_workbook(made[0]).active
    assert sheet.freeze_panes == "C2"
    assert sheet.column_dimensions["G"].width >= 22
    assert [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"] == []
    assert sheet["E2"].value == 3


def test_a_score_changed_by_a_person_shows_without_grading_again(graded, tmp_path):
    def mark(points):
        with graded.gradebook() as gradebook:
            found = gradebook.find_grade("stage-check", "practice", "02_tiny", "a2")
            found.manual_score = points
            gradebook.db.commit()

    mark(1.0)
    try:
        text = overview(["02"], out=tmp_path).page.read_text(encoding="utf-8")
        assert "◐ 部分 1" in next(line for line in lines(text) if "李四" in line)
    finally:
        mark(None)


def test_a_hand_in_that_fails_keeps_what_was_found_before(graded):
    path = graded.folder("submitted", "a1", "02_tiny") / "practice.ipynb"
    before = path.read_bytes()
    found = messages(graded, ["02_tiny"])["02_tiny", "a1"]
    try:
        path.write_text("{", encoding="utf-8")
        grade(["02"])
        assert notes(graded)["02_tiny", "a1"][0] == "failed"
        assert messages(graded, ["02_tiny"])["02_tiny", "a1"] == found
    finally:
        path.write_bytes(before)
        grade(["02"])


def test_any_message_can_be_kept():
    """A learner's code may raise anything: what no database holds, or a million characters."""
    row = Row("ps1", "ann", checks={"a": Check(0, 1, "坏\0\ud800" * 1000)})
    with example_course() as course:
        keep_checks(course, [row])
        text = messages(course, ["ps1"])["ps1", "ann"]["a"]
    assert len(text) <= 1000
    assert text.startswith("坏?坏")


def test_work_not_graded_yet_is_told_apart_from_missing_work(graded, tmp_path):
    path = put(graded, "a5", RIGHT)
    try:
        text = overview(["02"], out=tmp_path).page.read_text(encoding="utf-8")
        assert "交了还没批改（1 人）：郑七。" in text
        assert "还没有交（" not in text
    finally:
        for file in path.parent.iterdir():
            file.unlink()
        path.parent.rmdir()


def test_number_of_queries_does_not_grow_with_the_class(graded, tmp_path, monkeypatch):
    asked = []
    real = Gradebook.__init__

    def watched(self, *arguments, **options):
        real(self, *arguments, **options)
        event.listen(self.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    monkeypatch.setattr(Gradebook, "__init__", watched)
    overview(["02"], out=tmp_path)
    few = len(asked)
    put(graded, "yy", RIGHT)
    grade(["02"])
    asked.clear()
    overview(["02"], out=tmp_path)
    many = len(asked)
    erase("yy", course=graded)
    assert many == few > 5


def test_a_learners_own_export_holds_what_was_found_and_deletion_takes_it(graded, tmp_path):
    put(graded, "xx", SLIP)
    grade(["02"])
    assert export("xx", tmp_path / "xx.zip", course=graded).is_file()
    erase("xx", course=graded)
    assert ("02_tiny", "xx") not in notes(graded)
    assert ("02_tiny", "xx") not in messages(graded, ["02_tiny"])


def test_other_kinds_of_table_and_ungraded_work_are_refused(graded, tmp_path):
    with pytest.raises(UserError, match=r"应为 \.csv 或 \.xlsx"):
        overview(["02"], out=tmp_path, export=tmp_path / "a.docx")
    with pytest.raises(UserError, match="88 还没有批改过"):
        overview(["88"], out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_any_nbgrader_course_has_an_overview_with_the_messages_instead_of_names(tmp_path):
    write(tmp_path, ("source", "ps1"), course(REFERENCE))
    hand_in(tmp_path, "ann", course(REFERENCE, tests=False))
    hand_in(tmp_path, "ben", course(REFERENCE | {"rate": "rate = None"}, tests=False))
    grade(root=tmp_path)
    text = overview(root=tmp_path).page.read_text(encoding="utf-8")
    assert [line.split()[0] for line in lines(text)] == ["ben", "ann"]
    assert "检查说：1 人" in exercise(text, "rate")
    assert "客户经理" not in text
