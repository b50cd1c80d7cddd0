"""Erasing a learner takes all that is theirs, wherever it lies, and nothing of anybody else."""

import json
import zipfile
from datetime import UTC, datetime

import pytest

from smeprofile.errors import UserError
from smeprofile.grading import erase, export
from smeprofile.grading.attempts import note_hand_ins
from smeprofile.grading.course import example_course
from smeprofile.grading.late import extend
from smeprofile.grading.roster import BEFORE, ROSTER, Learner, keep, listed
from smeprofile.grading.tables import TABLES, rows_of

HAND_IN = "02_tiny+2026-01-05 09:00:00.000000 UTC+abc"


@pytest.fixture
def course():
    with example_course() as course:
        for name in ("inbound", "feedback"):
            (course.root / "exchange" / "c1" / name).mkdir(parents=True)
        yield course


@pytest.fixture
def inbound(course):
    """An exchange in which ann's and anna's hand-ins wait to be collected."""
    inbound = course.root / "exchange" / "c1" / "inbound"
    for learner in ("ann", "anna"):
        (inbound / f"{learner}+{HAND_IN}").mkdir()
    return inbound


def collected(course):
    """Put a hand-in of ann's where collecting puts it; return its folder."""
    folder = course.folder("submitted", "ann", "02_tiny")
    folder.mkdir(parents=True)
    (folder / "practice.ipynb").touch()
    return folder


def test_a_hand_in_that_was_never_collected_is_erased(course, inbound):
    assert "1 个作业、批改和反馈文件夹" in erase("ann", course=course)
    assert [path.name for path in inbound.iterdir()] == [f"anna+{HAND_IN}"]
    with pytest.raises(UserError, match="没有学员 ann 的任何记录"):
        erase("ann", course=course)


def test_an_erasure_cut_short_before_its_last_folder_is_finished(course):
    left = collected(course)
    (left / "practice.ipynb").unlink()
    erase("ann", course=course)
    assert not left.parent.exists()


def test_a_pattern_in_place_of_a_learner_erases_nobody(course, inbound):
    with pytest.raises(UserError, match=r"没有学员 \* 的任何记录"):
        erase("*", course=course)
    assert len(list(inbound.iterdir())) == 2


def test_a_link_in_the_exchange_goes_and_what_it_leads_to_stays(course, inbound, tmp_path):
    collected(course)
    (tmp_path / "theirs").write_text("别人的")
    (inbound / f"ann+{HAND_IN}2").symlink_to(tmp_path)
    erase("ann", course=course)
    assert [path.name for path in inbound.iterdir()] == [f"anna+{HAND_IN}"]
    assert (tmp_path / "theirs").read_text() == "别人的"


def test_a_page_is_whose_its_head_says_whatever_a_cell_of_it_shows(course, inbound):
    collected(course)
    pages = course.root / "exchange" / "c1" / "feedback"
    for learner, other in (("ann", "ben"), ("ben", "ann")):
        text = f"<p>模块：练习　学员：{learner}</p><table></table><p>学员：{other}</p>"
        (pages / f"{learner}.html").write_text(text, encoding="utf-8")
    erase("ann", course=course)
    assert [path.name for path in pages.iterdir()] == ["ben.html"]


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def exported(course, tmp_path):
    """What an export of ann's holds, by name."""
    with zipfile.ZipFile(export("ann", tmp_path / "ann.zip", course=course)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_an_export_holds_extensions_times_what_lies_in_the_exchange_and_the_report(
    course, inbound, tmp_path
):
    extend(course, "02_tiny", "ann", NOON)
    note_hand_ins(course, "02_tiny", {who: [NOON.replace(tzinfo=None)] for who in ("ann", "anna")})
    (inbound / f"ann+{HAND_IN}" / "practice.ipynb").write_text("我的")
    (inbound / f"anna+{HAND_IN}" / "practice.ipynb").write_text("别人的")
    page = course.root / "effect" / "personal" / "ann.html"
    page.parent.mkdir(parents=True)
    page.write_text("报告", encoding="utf-8")
    held = exported(course, tmp_path)
    assert [row["due"] for row in json.loads(held["extensions.json"])] == ["2026-01-05 12:00:00"]
    assert [row["learner_id"] for row in json.loads(held["hand_in_times.json"])] == ["ann"]
    assert held["personal.html"] == "报告"
    (name,) = (name for name in held if name.startswith("exchange/"))
    assert held[name] == "我的" and ":" not in name


def test_an_export_has_rows_of_every_table_that_an_erasure_empties(course, tmp_path):
    now = {"String": "?", "Text": "{}", "Float": 1.0, "Integer": 1, "DateTime": NOON}
    with course.gradebook() as gradebook, gradebook.engine.begin() as database:
        TABLES.create_all(database)
        for table in TABLES.sorted_tables:
            row = {c.name: now.get(type(c.type).__name__) for c in table.columns}
            database.execute(table.insert(), [row | {"learner_id": "ann"}])
    stems = {name.partition(".")[0] for name in exported(course, tmp_path)}
    assert {name.removeprefix("smeprofile_") for name in TABLES.tables} <= stems
    erase("ann", course=course)
    assert rows_of(course, "ann") == {}


def test_a_link_in_a_hand_in_exports_nothing_of_what_it_leads_to(course, tmp_path):
    folder = collected(course)
    (tmp_path / "answers").write_text("答案")
    (folder / "lesson.ipynb").symlink_to(tmp_path / "answers")
    assert "答案" not in exported(course, tmp_path).values()


def test_an_erasure_takes_the_learners_lines_out_of_the_log_and_names_the_backups(course):
    collected(course)
    lines = ["INFO submitted/ann/02_tiny", "INFO submitted/anna/02_tiny", "ann 02_tiny", "\ufffd"]
    (course.root / "grade.log").write_text("\n".join(lines), encoding="utf-8")
    (course.root / "before-restore-20260105T120000Z.zip").touch()
    said = erase("ann", course=course)
    left = (course.root / "grade.log").read_text(encoding="utf-8").splitlines()
    assert left == [lines[1], lines[3]]
    assert "before-restore-20260105T120000Z.zip" in said and "请删掉" in said


def test_an_erasure_without_such_backups_speaks_of_none(course, inbound):
    assert "before-restore" not in erase("ann", course=course)


def test_who_was_dropped_from_the_class_list_can_still_be_erased(course):
    ann, ben = (Learner(who, "安", "一支行", "", "rm") for who in ("ann", "ben"))
    keep(course, [ben])
    keep(course, [ann, ben], name=BEFORE)
    erase("ann", course=course)
    assert [[*listed(course, name=name)] for name in (ROSTER, BEFORE)] == [["ben"], ["ben"]]
