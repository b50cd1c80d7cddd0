"""The class list: read leniently, refused precisely, written whole."""

import pytest
from openpyxl import Workbook

from smeprofile.errors import UserError
from smeprofile.grading import import_roster
from smeprofile.grading.course import open_course
from smeprofile.grading.roster import (
    BEFORE,
    Learner,
    keep,
    listed,
    read_roster,
    refuse_dropped,
    unlisted,
)

HEADER = ("工号", "姓名", "支行", "邮箱", "轨道")
ZHANG = ("a001", "张三", "城南支行", "zhang@example.com", "客户经理")
LI = (20002.0, "李四", "总行", None, "分析岗")


def write(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_title_rows_and_blank_rows_are_skipped(tmp_path):
    path = write(tmp_path / "名单.xlsx", ("二期班名单",), (), HEADER, ZHANG, (), LI)
    assert [(learner.learner_id, learner.track) for learner in read_roster(path)] == [
        ("a001", "rm"),
        ("20002", "analyst"),
    ]


def test_leading_zeros_shown_by_a_number_format_are_kept(tmp_path):
    path = write(tmp_path / "名单.xlsx", HEADER, (123, *ZHANG[1:]))
    book = Workbook()
    for row in (HEADER, (123, *ZHANG[1:])):
        book.active.append(row)
    book.active["A2"].number_format = "000000"
    book.save(path)
    assert read_roster(path)[0].learner_id == "000123"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([HEADER, ZHANG, (), ZHANG], r"第 4 行 A 列：工号 a001 与第 2 行重复"),
        (
            [HEADER, ZHANG, ("A001", *ZHANG[1:])],
            r"第 3 行 A 列：工号 A001 与第 2 行的 a001 只差大小写",
        ),
        (
            [HEADER, (*ZHANG[:4], "经理")],
            r"第 2 行 E 列（轨道）为“经理”：本班只能是客户经理或分析岗",
        ),
        ([HEADER, (None, *ZHANG[1:])], r"第 2 行 A 列（工号）为“”"),
        ([HEADER, ("张三", *ZHANG[1:])], r"第 2 行 A 列（工号）为“张三”"),
        ([HEADER, ("..", *ZHANG[1:])], r"第 2 行 A 列（工号）为“\.\.”"),
        ([HEADER, (*ZHANG[:3], "没有邮箱", "分析岗")], r"第 2 行 D 列（邮箱）"),
        ([HEADER[:4], ZHANG[:4]], r"第 1 行的表头缺少“轨道”这一列"),
        ([("姓名",), ("张三",)], r"没有“工号”这一列"),
        ([HEADER], r"表头下面没有学员"),
    ],
)
def test_errors_name_file_row_and_column(tmp_path, rows, message):
    path = write(tmp_path / "名单.xlsx", *rows)
    with pytest.raises(UserError, match=message.replace("（", "（")) as error:
        read_roster(path)
    assert "名单.xlsx" in str(error.value)


def test_a_track_that_the_class_does_not_have_is_refused(tmp_path):
    path = write(tmp_path / "名单.xlsx", HEADER, ZHANG, LI)
    with pytest.raises(UserError, match=r"第 3 行 E 列（轨道）为“分析岗”：本班只能是客户经理。"):
        read_roster(path, tracks=["rm"])


def test_a_file_that_is_no_xlsx_is_refused(tmp_path):
    (tmp_path / "名单.xlsx").write_text("工号,姓名", encoding="utf-8")
    with pytest.raises(UserError, match=r"不是 xlsx 文件"):
        read_roster(tmp_path / "名单.xlsx")


def test_import_fills_gradebook_and_list(tiny, tmp_path):
    import_roster(write(tmp_path / "名单.xlsx", HEADER, ZHANG, LI))
    course = open_course()
    with course.gradebook() as gradebook:
        student = gradebook.find_student("20002")
        assert (student.first_name, student.email, student.lms_user_id) == ("李四", None, "20002")
    assert listed(course)["a001"].track == "rm"


@pytest.fixture
def both(tiny):
    """The class of 张三 and 李四, as its course."""
    course = open_course()
    learners = [
        Learner("a001", "张三", "城南支行", "", "rm"),
        Learner("20002", "李四", "总行", "", "rm"),
    ]
    keep(course, learners)
    return course


def test_a_list_of_only_some_is_refused_and_names_who_would_go(both, tmp_path):
    with pytest.raises(UserError, match=r"少了现有名单上的 1 名学员：20002。.*--drop"):
        import_roster(write(tmp_path / "新来的.xlsx", HEADER, ZHANG, ("c3", "王五", *ZHANG[2:])))
    assert list(listed(both)) == ["a001", "20002"]
    with both.gradebook() as gradebook:
        assert "c3" not in {student.id for student in gradebook.students}


def test_who_goes_is_told_and_the_list_before_is_kept(both, tmp_path):
    said = str(import_roster(write(tmp_path / "名单.xlsx", HEADER, ZHANG), drop=True))
    assert "去掉了 1 名（20002）" in said and BEFORE in said
    assert list(listed(both)) == ["a001"]
    assert list(listed(both, name=BEFORE)) == ["a001", "20002"]


def test_a_list_with_more_replaces_the_one_before_unasked(both, tmp_path):
    said = import_roster(
        write(tmp_path / "名单.xlsx", HEADER, LI, ("c3", "王五", *ZHANG[2:]), ZHANG)
    )
    assert list(listed(both)) == ["20002", "c3", "a001"]
    assert "\n" not in str(said)


def test_of_many_who_would_go_only_the_first_are_named():
    with pytest.raises(UserError, match=r"少了现有名单上的 9 名学员：p1、p2、p3、p4、p5等。"):
        refuse_dropped([f"p{n}" for n in range(1, 10)], ["new"])


def test_a_bad_list_changes_nothing(tiny, tmp_path):
    import_roster(write(tmp_path / "名单.xlsx", HEADER, ZHANG), drop=True)
    with pytest.raises(UserError):
        import_roster(write(tmp_path / "名单2.xlsx", HEADER, LI, LI))
    assert list(listed(open_course())) == ["a001"]


def test_learners_outside_the_list_are_named(tiny, tmp_path):
    import_roster(write(tmp_path / "名单.xlsx", HEADER, ZHANG), drop=True)
    assert unlisted(open_course(), {"a001", "b002"}) == ["b002"]


def test_a_folder_that_lies_elsewhere_is_read_through_a_link(tiny, tmp_path):
    there = tmp_path / "elsewhere"
    (there / "submitted" / "a001" / "01").mkdir(parents=True)
    link, own = tiny / "grading", tiny / "own"
    link.rename(own)
    link.symlink_to(there)
    try:
        assert open_course().entries("submitted") == [("01", "a001")]
    finally:
        link.unlink()
        own.rename(link)
