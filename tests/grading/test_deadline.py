"""Deadlines, extensions, late and attempt rules: with nbgrader's own gradebook and exchange."""

import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
import yaml
from nbgrader.exchange.default import ExchangeSubmit

from smeprofile.deadlines import read_rules
from smeprofile.errors import UserError
from smeprofile.grading import collect, deadline, export, grade, one, release
from smeprofile.grading.appeals import appeals
from smeprofile.grading.attempts import CollectCounted, backdated
from smeprofile.grading.classbook import read_book
from smeprofile.grading.course import LOG, open_course
from smeprofile.grading.feedback import feedback
from smeprofile.grading.roster import ROSTER, Learner, keep
from smeprofile.learner import LEARNER_VARIABLE
from smeprofile.notebooks import solved_with
from smeprofile.start.returned import read_returned
from smeprofile.submit import submit
from tiny_course import RIGHT, edition, zip_of

DUE = datetime(2026, 1, 5, 10, tzinfo=UTC)  # 18:00 in Shanghai
LATE = {"punctual": 0, "graced": 10, "late": 60 * 26, "very": 60 * 24 * 30, "extended": 60 * 26}


def set_rule(root, **values):
    path = root / "datasets" / "cohort.yml"
    was = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(was | values, allow_unicode=True), encoding="utf-8")


def penalty(course, learner):
    with course.gradebook() as gradebook:
        (notebook,) = gradebook.find_submission("02_tiny", learner).notebooks
        return notebook.late_submission_penalty or 0.0


@pytest.fixture(scope="module")
def graded(tiny):
    """A class of which some are late; course and rows by learner."""
    course = open_course()
    release("02")
    deadline("02", "2026-01-05 18:00")
    for learner, minutes in LATE.items():
        zip_of(tiny / "zips", learner, DUE + timedelta(minutes=minutes))
    collect(tiny / "zips")
    deadline("02", "2026-01-07 09:00", learner="extended")
    return course, {row.learner_id: row for row in grade().rows}


def test_the_deadline_is_nbgraders_own_and_in_utc(graded):
    with graded[0].gradebook() as gradebook:
        assert gradebook.find_assignment("02_tiny").duedate == DUE.replace(tzinfo=None)


def test_late_hand_ins_lose_a_share_for_each_day_begun_after_the_grace(graded):
    found = {who: (row.score, row.taken) for who, row in graded[1].items()}
    assert found == {
        "punctual": (5.0, 0.0),
        "graced": (5.0, 0.0),
        "late": (4.0, 1.0),
        "very": (2.5, 2.5),
        "extended": (5.0, 0.0),
    }
    assert {who: row.counted for who, row in graded[1].items()} == {
        who: score for who, (score, _) in found.items()
    }


def test_who_may_leave_exercises_out_loses_the_same_share_of_what_counts(graded):
    course = graded[0]
    keep(course, [Learner("late", "安", "一支行", "", "rm")])
    try:
        hand_in = read_book(course, ["02"]).hand_ins["02_tiny"]["late"]
        (row,) = grade(learner="late").rows
    finally:
        (course.root / ROSTER).unlink()
    # a fifth of the three points that count, not of all five
    assert (hand_in.score, hand_in.max_score) == pytest.approx((2.4, 3))
    assert (row.counted, row.counted_max) == pytest.approx((2.4, 3))


def test_a_row_says_how_late_it_was_and_what_that_cost(graded):
    rows = graded[1]
    assert (rows["late"].late_hours, rows["late"].note) == (26.0, "迟交 1 天 2 小时，扣 1 分")
    assert rows["graced"].note == "迟交 10 分钟，没有扣分"
    assert (rows["extended"].late_hours, rows["extended"].note) == (0.0, "")


@pytest.mark.full
@pytest.mark.parametrize("learner", ["late", "extended"])
def test_nbgraders_own_command_takes_the_same(graded, learner):
    course, before = graded[0], penalty(graded[0], learner)
    command = [sys.executable, "-m", "nbgrader", "autograde", "02_tiny", "--force"]
    subprocess.run(
        [*command, f"--student={learner}"], cwd=course.root, check=True, capture_output=True
    )
    assert penalty(course, learner) == before == graded[1][learner].taken


def test_an_extension_given_after_grading_gives_the_points_back_without_running_again(graded):
    course = graded[0]
    grade(learner="late")
    deadline("02", "2026-01-06 21:00", learner="late")
    (row,) = grade(learner="late").rows
    assert (row.status, row.score, row.taken) == ("unchanged", 5.0, 0.0)
    deadline("02", learner="late", remove=True)
    (row,) = grade(learner="late").rows
    assert (row.score, penalty(course, "late")) == (4.0, 1.0)


def test_what_is_taken_follows_marks_given_by_hand(graded):
    course = graded[0]
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("stage-check", "practice", "02_tiny", "very")
        mark.manual_score = 0
        gradebook.db.commit()
    feedback()
    page = course.folder("feedback", "very", "02_tiny") / "practice.html"
    text = re.sub(r"<[^>]+>|\s", "", page.read_text(encoding="utf-8"))
    assert "得分：1.5/5（已扣迟交1.5分）" in text
    assert read_returned(page).left == 0.5


def test_without_arguments_all_modules_and_extensions_are_told(graded):
    said = deadline()
    assert "02_tiny：截止 2026-01-05 18:00（周一），已过 " in said
    assert "  extended 延到 2026-01-07 09:00（周三），已过 " in said
    assert "迟交：宽限 10 分钟；之后每迟一天（不满一天算一天）扣所得分的 10%，最多扣 50%。" in said


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (("09",), {}, "没有名为 09 的模块"),
        (("02", "明天"), {}, "看不懂时间“明天”"),
        (("02", "2026-02-30 18:00"), {}, "看不懂时间"),
        (("02", "2026-01-05 17:00"), {"learner": "late"}, "延期不晚于全班的截止时间"),
        (("02",), {"learner": "late", "remove": True}, "没有延期，不用去掉"),
        (("02", "2026-02-05 17:00"), {"remove": True}, "就不要写 --remove"),
        (("02", "2026-02-05 17:00"), {"learner": "张三"}, "学员编号“张三”不能用"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(graded, arguments, options, says):
    before = deadline().split("已过")[0]
    with pytest.raises(UserError, match=says):
        deadline(*arguments, **options)
    assert deadline().split("已过")[0] == before


def test_only_those_on_the_class_list_get_an_extension(graded):
    keep(graded[0], [Learner("late", "迟", "", "", "rm")])
    try:
        with pytest.raises(UserError, match="名单上没有 nobody"):
            deadline("02", "2026-02-05 17:00", learner="nobody")
    finally:
        (graded[0].root / "roster.csv").unlink()


def test_a_time_that_the_clock_skipped_is_refused(graded, tiny):
    set_rule(tiny, time_zone="Europe/Berlin")
    try:
        with pytest.raises(UserError, match="夏令时"):
            deadline("02", "2026-03-29 02:30")
    finally:
        set_rule(tiny, time_zone="Asia/Shanghai")


def test_trainees_get_the_deadline_with_the_release_and_when_it_changes(graded, tiny):
    outbound = tiny / "grading" / "exchange" / "tiny" / "outbound" / "02_tiny"
    assert read_rules(outbound).due == DUE
    assert read_rules(graded[0].folder("release", ".", "02_tiny")) == read_rules(outbound)
    release("02")
    assert read_rules(outbound).due == DUE


def hand_in(course, learner, answers):
    desk = course.root.parent / "desks" / learner
    (desk / "02_tiny").mkdir(parents=True, exist_ok=True)
    nbformat.write(solved_with(edition(), answers), desk / "02_tiny" / "practice.ipynb")
    course.run(ExchangeSubmit, "02_tiny", learner, assignment_dir=str(desk))


def test_only_the_first_so_many_hand_ins_count_whichever_way_they_came(graded, tiny):
    course = open_course()
    course.config.Exchange.cache = str(tiny / "cache")
    set_rule(tiny, attempts=2)
    try:
        for answers in ({}, RIGHT, {}):
            hand_in(course, "eager", answers)
        told = collect("02", course=course)
        assert told.flags[-1] == "eager（02_tiny）交了 3 次，只算前 2 次；后面的没有收。"
        stamp = course.folder("submitted", "eager", "02_tiny") / "timestamp.txt"
        taken = stamp.read_text("utf-8")
        course.run(CollectCounted, "02_tiny", update=True)  # as formgrader's button does
        assert stamp.read_text("utf-8") == taken
        (row,) = grade(learner="eager", course=course).rows
        assert row.score + row.taken == 5.0
        zip_of(tiny / "more", "eager", datetime.now(UTC).replace(microsecond=0), {})
        zip_of(tiny / "more", "calm", DUE - timedelta(hours=2), {}, name="1")
        zip_of(tiny / "more", "calm", DUE - timedelta(hours=1), RIGHT, name="2")
        told = collect(tiny / "more")
        assert told.new == [("02_tiny", "calm")]
        first, second = told.flags
        assert first.startswith("eager（02_tiny）交了 ")
        assert second.startswith(
            "请核对：calm（02_tiny）有 2 个 zip，只看最新的 2.zip，没有收 1.zip"
        )
        zip_of(tiny / "third", "calm", DUE, {})
        for what in (tiny / "third", tiny / "third" / "calm.zip"):
            told = collect(what)
            assert told.flags == ["calm（02_tiny）交了 3 次，只算前 2 次；后面的没有收。"]
            assert (told.new, told.unchanged) == ([], [("02_tiny", "calm")])
        assert grade(learner="calm").rows[0].score == 5.0
    finally:
        set_rule(tiny, attempts=0)


def test_one_learners_odd_names_and_times_stop_nobody_elses_collection(graded, tiny):
    course = open_course()
    course.config.Exchange.cache = str(tiny / "cache")
    inbound = course.root / "exchange" / "tiny" / "inbound"
    names = ("junk", "99999999999999999999", "junk+more+parts")
    at = "2026-01-05 09:00:00.000000 UTC"
    odd = [inbound / f"odd+02_tiny+{name}" for name in names]
    odd += [inbound / f"{name}+02_tiny+{at}+a1" for name in ("\udcff\udc9c", "张三", "..")]
    for folder in odd:
        folder.mkdir()
    hand_in(course, "untimed", RIGHT)
    (theirs,) = inbound.glob("untimed+*")
    at = (theirs / "timestamp.txt").read_text(encoding="utf-8")
    (theirs / "timestamp.txt").write_text("昨天", encoding="utf-8")
    try:
        first, second = collect("02", course=course), collect("02", course=course)
    finally:
        for folder in odd:
            folder.rmdir()
    assert ("02_tiny", "untimed") in first.new
    assert second.new == []
    assert {"odd", "张三", ".."}.isdisjoint(who for _, who in first.new + second.unchanged)
    passed_over = [flag for flag in first.flags if flag.encode() and "不是学员编号" in flag]
    assert len(passed_over) == 3
    copied = course.folder("submitted", "untimed", "02_tiny") / "timestamp.txt"
    assert copied.read_text(encoding="utf-8") == at


def test_a_hand_in_that_cannot_be_copied_stops_nobody_elses_collection(graded, tiny):
    course = open_course()
    course.config.Exchange.cache = str(tiny / "cache")
    for learner in ("blocked", "willing"):
        hand_in(course, learner, RIGHT)
        zip_of(tiny / "both", learner, datetime.now(UTC) + timedelta(hours=1))
    there = course.root / "submitted" / "blocked"
    there.write_text("not a folder", encoding="utf-8")
    try:
        told = [collect("02", course=course), collect(tiny / "both", course=course)]
    finally:
        there.unlink()
    for collected in told:
        assert ("02_tiny", "willing") in collected.new
        assert [who for who, _ in collected.bad] == ["blocked"] and not collected.ok
        assert "blocked（02_tiny）没能收" in str(collected)
        assert "blocked" not in {who for _, who in collected.new + collected.unchanged}
    assert "NotADirectoryError" in (course.root / LOG).read_text(encoding="utf-8")
    assert ("02_tiny", "blocked") in collect("02", course=course).new


def test_what_is_still_being_graded_gets_no_page(graded):
    course = graded[0]
    path = course.folder("autograded", "punctual", "02_tiny") / "practice.ipynb"
    whole = path.read_bytes()
    cut = nbformat.reads(whole.decode(), as_version=4)
    for cell in cut.cells:  # as it is written before it is run
        if cell.cell_type == "code":
            cell.execution_count = None
    nbformat.write(cut, path)
    try:
        returned = feedback(course=course)
    finally:
        path.write_bytes(whole)
    (failed,) = returned.failed
    assert failed.startswith("punctual（02_tiny）：还没有批改完，没有发反馈")
    told = {page.parts[-3] for page in returned.by_hand}
    assert told >= LATE.keys() - {"punctual"} and "punctual" not in told


def test_a_hand_in_that_claims_an_earlier_time_than_it_came_is_told(tmp_path):
    def lies(who, name, said):
        folder = tmp_path / f"{who}+02_tiny+{name:%Y-%m-%d %H:%M:%S.%f} UTC+secret"
        folder.mkdir()
        (folder / "timestamp.txt").write_text(f"{said:%Y-%m-%d %H:%M:%S.%f} UTC")

    now = datetime.now(UTC)
    lies("honest", now, now)
    lies("named", now - timedelta(hours=2), now)
    lies("timed", now, now - timedelta(hours=3))
    lies("piped", now, now)
    piped = next(tmp_path.glob("piped+*")) / "timestamp.txt"
    piped.unlink()
    os.mkfifo(piped)  # to be waited for for ever
    found = backdated(tmp_path, "02_tiny")
    assert {who: round(seconds / 3600) for who, seconds in found.items()} == {
        "named": 2,
        "timed": 3,
    }


def test_what_is_copied_has_no_earlier_time_than_its_name_and_no_secret_that_stops_nbgrader(
    graded, tmp_path
):
    course = open_course()
    name = "who+02_tiny+2026-01-05 09:00:00.000000 UTC+x"
    came, taken = tmp_path / "in" / name, tmp_path / "taken"
    came.mkdir(parents=True)
    (came / "timestamp.txt").write_text("2026-01-05 08:51:00.000000 UTC")
    (came / "submission_secret.txt").write_bytes(b"\xff")
    collector = CollectCounted(coursedir=course.directory("02_tiny", "who"), config=course.config)
    collector.do_copy(str(came), str(taken))
    assert [path.name for path in taken.iterdir()] == ["timestamp.txt"]
    assert (taken / "timestamp.txt").read_text() == "2026-01-05 09:00:00.000000 UTC"


def test_the_trainee_is_told_of_being_late_and_of_hand_ins_left(graded, tiny, monkeypatch):
    monkeypatch.setenv(LEARNER_VARIABLE, "trainee")
    set_rule(tiny, attempts=2)
    release("02")
    folder = tiny / "desk" / "02_tiny"
    folder.mkdir(parents=True)
    nbformat.write(solved_with(edition(), RIGHT), folder / "practice.ipynb")
    try:
        said = [str(submit("02", workspace=tiny / "desk")) for _ in range(3)]
    finally:
        set_rule(tiny, attempts=0)
        release("02")
    assert "按规定扣所得分的 50%（老师给你延期的，以延期为准）。还能交 1 次。" in said[0]
    assert "还能交 0 次。" in said[1]
    assert "只算前 2 次，这是第 3 次，不算分。" in said[2]
    inbound = tiny / "grading" / "exchange" / "tiny" / "inbound"
    sent = next(inbound.glob("trainee+*"))
    assert "rules.json" not in {path.name for path in sent.iterdir()}


def test_grading_again_on_appeal_keeps_marks_by_hand_and_says_why(graded, tmp_path):
    course = graded[0]
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("stage-check", "practice", "02_tiny", "punctual")
        mark.manual_score = 1.5
        gradebook.db.commit()
    source = course.folder("submitted", "punctual", "02_tiny") / "practice.ipynb"
    assert grade(learner="punctual").rows[0].status == "unchanged"
    (row,) = grade(["02_tiny"], learner="punctual", again="第 2 题写法不同，意思对").rows
    assert (row.status, row.before, row.score) == ("graded", 4.5, 4.5)
    assert row.note.startswith("复核：4.5 → 4.5 分（第 2 题写法不同，意思对）")
    assert source.is_file()
    path = export("punctual", tmp_path / "all.zip", course=course)
    kept = json.loads(zipfile.ZipFile(path).read("appeals.json"))
    assert [(a["assignment"], a["before"], a["after"], a["why"]) for a in kept] == [
        ("02_tiny", 4.5, 4.5, "第 2 题写法不同，意思对")
    ]


def test_an_appeal_that_is_cut_short_is_on_record(graded, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(one, "let_stand", lambda *_: 1 / 0)  # the score is new by then
        grade(["02_tiny"], learner="graced", again="断电")
    assert [(a["why"], a["before"], a["after"]) for a in appeals(graded[0], "graced")] == [
        ("断电", 5.0, None)
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"again": "理由"}, "一次只批一份"),
        ({"again": "  ", "learner": "late"}, "--why 要写复核的理由"),
        ({"learner": "nobody"}, "没有 nobody 的提交"),
    ],
)
def test_an_appeal_is_of_one_hand_in_and_for_a_reason(graded, options, says):
    with pytest.raises(UserError, match=says):
        grade(["02_tiny"], **options)


def test_removing_the_deadline_gives_everything_back(graded):
    deadline("02", remove=True)
    with graded[0].gradebook() as gradebook:
        assert gradebook.find_assignment("02_tiny").duedate is None
    rows = {row.learner_id: row for row in grade().rows}
    assert {rows[who].taken for who in LATE} == {0.0}
    assert "没有截止时间" in deadline("02")
