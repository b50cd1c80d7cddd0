"""The instructor's round with the real exchange: release, collect, grade, feedback."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import (
    ExchangeFetchFeedback,
    ExchangeReleaseFeedback,
    ExchangeSubmit,
)

from smeprofile.errors import UserError
from smeprofile.grading import collect, feedback, grade, release
from smeprofile.grading.course import open_course
from smeprofile.grading.roster import Learner
from smeprofile.grading.rows import Check, Row
from smeprofile.notebooks import as_trainee, master, read_source, solved_with
from smeprofile.packet import pack
from smeprofile.params import load_cohort
from smeprofile.start.choices import Choices
from smeprofile.start.progress import course_progress
from smeprofile.start.transcript import shortfalls
from tiny_course import CANARY, edition

RIGHT = {"double": "def double(x):\n    return 2 * x", "stage": 'stage = "成长期"'}
STDERR = """\
import sys
import matplotlib.pyplot as plt
def double(x):
    print("写到标准错误", file=sys.stderr)
    plt.figure()
    plt.title("客户画像")
    plt.show()
    return 2 * x
"""
LEAKS = """\
import inspect
seen = []
def double(x):
    seen.append((x, inspect.stack()[1].code_context))
    print(seen, In[-1])
    if isinstance(x, str):
        raise ValueError(f"收到 {x}")
    return 2 * x
"""
TELLS_LATER = 'stage = "衰退期"\nprint(seen)\nprint(In)\nseen'
ANSWERS = {
    "right": RIGHT,
    "stderr": RIGHT | {"double": STDERR},
    "leaks": {"double": LEAKS, "stage": TELLS_LATER},
    "wrong": {"double": "def double(x):\n    return x + 2", "stage": "stage = 没有定义"},
    "blank": {},
}


def exchange_hand_in(course, learner, answers):
    desk = course.root.parent / "desks" / learner
    (desk / "02_tiny").mkdir(parents=True, exist_ok=True)
    nbformat.write(solved_with(edition(), answers), desk / "02_tiny" / "practice.ipynb")
    course.run(ExchangeSubmit, "02_tiny", learner, assignment_dir=str(desk))


def zip_hand_in(folder, name, learner, answers, *, hour=8, cohort=None):
    folder.mkdir(exist_ok=True)
    text = nbformat.writes(solved_with(edition(), answers))
    files = {"practice.ipynb": text.encode(), "answers.json": b"{}"}
    at = datetime(2026, 1, 5, hour, tzinfo=UTC)
    data = pack(files, cohort or load_cohort(), "02_tiny", learner, at)
    (folder / name).write_bytes(data)


def hand_in_zips(folder):
    zip_hand_in(folder, "a.zip", "zipper", {}, hour=8)
    zip_hand_in(folder, "b.zip", "zipper", RIGHT, hour=9)
    other = load_cohort().model_copy(update={"cohort_id": "other"})
    zip_hand_in(folder, "other.zip", "stranger", RIGHT, cohort=other)
    (folder / "cut.zip").write_bytes((folder / "a.zip").read_bytes()[:200])


def put_broken(course):
    cut = course.folder("submitted", "cut", "02_tiny")
    cut.mkdir(parents=True)
    (cut / "practice.ipynb").write_text('{"cells": [{"cell_', encoding="utf-8")
    course.folder("submitted", "empty", "02_tiny").mkdir(parents=True)
    elsewhere = course.folder("submitted", "elsewhere", "09_other")
    elsewhere.mkdir(parents=True)
    nbformat.write(edition(), elsewhere / "practice.ipynb")
    swapped = course.folder("submitted", "swapped", "02_tiny")
    swapped.mkdir(parents=True)
    foreign = edition()
    foreign.metadata.smeprofile["module"] = "05_other"
    nbformat.write(foreign, swapped / "practice.ipynb")


@pytest.fixture(scope="module")
def class_round(tiny):
    """One round of the tiny class, and the results of its four commands."""
    released = release("02")
    course = open_course()
    course.config.Exchange.cache = str(tiny / "cache")
    for learner, answers in ANSWERS.items():
        exchange_hand_in(course, learner, answers)
    from_exchange = collect("02_tiny")
    hand_in_zips(tiny / "zips")
    from_zips = collect(tiny / "zips")
    put_broken(course)
    graded = grade(json_path=tiny / "scores.json")
    returned = feedback()
    return SimpleNamespace(
        root=tiny,
        course=course,
        released=released,
        from_exchange=from_exchange,
        from_zips=from_zips,
        graded=graded,
        returned=returned,
        rows={row.learner_id: row for row in graded.rows},
    )


def page(class_round, learner):
    return (class_round.course.folder("feedback", learner, "02_tiny") / "practice.html").read_text(
        encoding="utf-8"
    )


def essence(notebook):
    return [(c.id, c.cell_type, c.source, c.metadata.get("nbgrader")) for c in notebook.cells]


@pytest.mark.parametrize("stem", ["practice", "lesson"])
def test_released_notebooks_are_the_course_built_from_the_same_source(class_round, stem):
    source = read_source(class_round.root / "solutions" / "02_tiny" / f"{stem}.py")
    outbound = class_round.released.exchange / "tiny" / "outbound" / "02_tiny" / f"{stem}.ipynb"
    assert essence(nbformat.read(outbound, as_version=4)) == essence(
        as_trainee(master(source, load_cohort()))
    )


def test_released_practice_notes_what_was_issued(class_round):
    released = nbformat.read(class_round.released.folder / "practice.ipynb", as_version=4)
    assert released.metadata.smeprofile == edition().metadata.smeprofile


def test_all_exchange_hand_ins_are_collected(class_round):
    assert class_round.from_exchange.new == [("02_tiny", who) for who in sorted(ANSWERS)]


def test_newest_zip_wins_with_its_answers_and_time(class_round):
    folder = class_round.course.folder("submitted", "zipper", "02_tiny")
    assert sorted(path.name for path in folder.iterdir()) == [
        "answers.json",
        "practice.ipynb",
        "timestamp.txt",
    ]
    assert (folder / "timestamp.txt").read_text(encoding="utf-8") == "2026-01-05 09:00:00"


def test_collecting_the_same_zips_again_changes_nothing(class_round):
    again = collect(class_round.root / "zips")
    assert (again.new, again.unchanged) == ([], [("02_tiny", "zipper")])


def test_bad_zips_are_listed_and_the_result_is_not_ok(class_round):
    assert [name for name, _ in class_round.from_zips.bad] == ["cut.zip", "other.zip"]
    assert not class_round.from_zips.ok


def test_scores_follow_the_answers(class_round):
    scores = {who: row.score for who, row in class_round.rows.items() if row.status == "graded"}
    assert scores == {
        "right": 5.0,
        "stderr": 5.0,
        "leaks": 0.0,
        "wrong": 0.0,
        "blank": 0.0,
        "zipper": 5.0,
    }


def test_what_an_answer_says_while_it_is_checked_counts_for_nothing_and_is_not_shown(class_round):
    """It could tell what the hidden tests gave to it."""
    folder = class_round.course.folder("autograded", "stderr", "02_tiny")
    cells = nbformat.read(folder / "practice.ipynb", as_version=4).cells
    check = next(cell for cell in cells if cell.id == "practice-double-check")
    assert check.outputs == []
    assert class_round.rows["stderr"].score == 5


def test_unfit_submissions_are_listed_with_the_reason(class_round):
    notes = {who: row.note for who, row in class_round.rows.items() if row.status == "failed"}
    assert notes == {
        "cut": "practice.ipynb 不完整或已损坏，打不开；请学员重新提交",
        "empty": "没有 practice.ipynb，无法批改",
        "elsewhere": "没有发布过 09_other：模块名写错了，或还没运行 smeprofile release",
        "swapped": "practice.ipynb 是 05_other 的作业，不是 02_tiny 的；请学员重新提交",
    }


def test_json_holds_scores_and_messages_by_exercise(class_round):
    rows = json.loads((class_round.root / "scores.json").read_text(encoding="utf-8"))
    wrong = next(row for row in rows if row["learner_id"] == "wrong")
    assert wrong["checks"]["stage"] == {
        "score": 0.0,
        "max_score": 2.0,
        "message": "变量 stage 还没有定义：可能还没作答，或前面的单元没有运行成功",
        "track": "analyst",
    }
    assert (wrong["counted"], wrong["counted_max"]) == (wrong["score"], wrong["max_score"])


def test_points_count_by_the_track_on_the_class_list():
    checks = {"a": Check(3, 3, ""), "b": Check(0, 2, "", "analyst")}
    manager, analyst = (Learner("u", "甲", "", "", track) for track in ("rm", "analyst"))
    for learner, counted in ((manager, (3, 3)), (analyst, (3, 5)), (None, (3, 5))):
        row = Row("m", "u", 3, 5, checks=checks)
        sys.modules[grade.__module__].count_points(row, learner)
        assert (row.counted, row.counted_max) == counted


def test_ungraded_changes_only_are_graded_again(class_round):
    statuses = {row.status for row in grade().rows if row.status != "failed"}
    assert statuses == {"unchanged"}


def test_nothing_of_nbgrader_reaches_the_terminal(class_round, capfd):
    shutil.rmtree(class_round.course.folder("autograded", "right", "02_tiny"))
    grade()
    assert tuple(capfd.readouterr()) == ("", "")


@pytest.mark.parametrize("learner", sorted(ANSWERS))
def test_feedback_never_shows_a_hidden_test(class_round, learner):
    assert CANARY not in page(class_round, learner)


def test_feedback_says_what_a_hidden_assert_says_without_its_test(class_round):
    folder = class_round.root / "grading" / "feedback" / "zipper" / "02_tiny"
    assert "BEGIN HIDDEN" not in (folder / "practice.html").read_text(encoding="utf-8")
    assert "检查未通过：取值不合适（ValueError）" in page(class_round, "leaks")


def test_feedback_shows_no_traceback_frames(class_round):
    body = page(class_round, "wrong").partition("<body>")[2]
    assert not re.search(r"Traceback|ipykernel|ipython-input|---&gt;", body)


@pytest.mark.parametrize("word", ['<html lang="zh-CN">', "得分", "检查", "你的答案", "返回顶部"])
def test_feedback_is_in_chinese(class_round, word):
    assert word in page(class_round, "right")


def test_feedback_calls_an_untouched_answer_unanswered(class_round):
    assert page(class_round, "blank").count("未作答") == 4
    assert "No response" not in page(class_round, "blank")
    # Instead of what Python says of nothing.
    assert page(class_round, "blank").count("没有作答。") == 2
    assert "Error" not in page(class_round, "blank").partition("<body>")[2]


def test_feedback_is_headed_by_the_practices_own_title(class_round):
    assert "<p>模块：练习　" in page(class_round, "right")


def test_feedback_has_a_row_per_exercise_with_title_and_points(class_round):
    text = re.sub(r"<[^>]+>", " ", page(class_round, "wrong")).split("练习 ")[0]
    assert re.findall(r"第 \d 题\S* \S+\s+[\d.]+ / [\d.]+", re.sub(r"[\s　]+", " ", text)) == [
        "第 1 题 翻倍 0 / 3",
        "第 2 题 阶段 0 / 2",
    ]


@pytest.mark.parametrize("learner", ["stderr", "leaks"])
def test_feedback_asks_for_nothing_from_the_network(class_round, learner):
    assert not re.search(r"https?://|src=\"//|url\(|<script|<link", page(class_round, learner))


def test_zip_learners_pages_are_to_be_sent_by_hand(class_round):
    assert [p.parts[-3] for p in class_round.returned.by_hand] == ["zipper"]


def test_a_zip_learners_page_unpacks_to_where_the_start_page_looks(class_round, tmp_path):
    """Unpacked into the workspace it was handed in from, it counts as on that very hand-in."""
    (packed,) = class_round.returned.packed
    assert f"workspace 文件夹，首页就有成绩：\n{packed}" in str(class_round.returned)
    assert packed.name == "zipper+02_tiny+feedback.zip"
    handed_in = tmp_path / ".smeprofile/handed_in/tiny/zipper+02_tiny+20260105T090000Z"
    for folder in (tmp_path / "02_tiny", handed_in):
        folder.mkdir(parents=True)
        nbformat.write(solved_with(edition(), RIGHT), folder / "practice.ipynb")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    (module,) = course_progress(class_round.root, tmp_path, load_cohort(), Choices())
    assert module.returned.page.read_text("utf-8") == page(class_round, "zipper")
    assert module.is_judged and (module.score, module.points) == (5, 5)
    assert module.returned.at == module.hand_in.at  # not when it was unpacked
    assert shortfalls([module], 0.6) == []


def test_the_same_page_is_packed_to_the_same_bytes(class_round):
    (packed,) = class_round.returned.packed
    before = packed.read_bytes()
    assert feedback().packed == [packed]
    assert packed.read_bytes() == before


def test_exchange_learners_can_fetch_their_page(class_round):
    desk = class_round.root / "desks" / "wrong"
    class_round.course.run(ExchangeFetchFeedback, "02_tiny", "wrong", assignment_dir=str(desk))
    fetched = [path.read_text(encoding="utf-8") for path in desk.rglob("practice.html")]
    assert page(class_round, "wrong") in fetched


class FullExchange(ExchangeReleaseFeedback):
    def start(self):
        raise ExchangeError("no space left")


def test_pages_that_did_not_get_into_the_exchange_get_there_next_time(class_round, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules[feedback.__module__], "ExchangeReleaseFeedback", FullExchange)
        assert len(feedback().failed) == len(ANSWERS)
    again = [grade(feedback=True).returned for _ in range(2)]
    assert [p.parts[-3] for p in again[0].by_exchange] == sorted(ANSWERS)
    assert again[1].by_exchange == []


@pytest.mark.full
def test_nbgraders_own_commands_release_score_and_write_feedback_alike(class_round):
    course = class_round.course
    before = page(class_round, "stderr")
    (class_round.released.folder / "lesson.ipynb").unlink()
    for command, *options in (
        ["generate_assignment"],
        ["autograde", "--student=stderr"],
        ["generate_feedback", "--student=stderr"],
    ):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", command, "02_tiny", "--force", *options],
            cwd=course.root,
            check=True,
            capture_output=True,
        )
    assert (class_round.released.folder / "lesson.ipynb").is_file()
    with course.gradebook() as gradebook:
        assert gradebook.find_submission("02_tiny", "stderr").score == 5.0
    assert without_figures(page(class_round, "stderr")) == without_figures(before)


def without_figures(text):
    return re.sub(r"base64,[^\"]+", "", text)


def test_release_refuses_other_exercises_once_work_came_in(class_round):
    path = class_round.root / "solutions" / "02_tiny" / "practice.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace('"stage"', '"phase"'), encoding="utf-8")
    record = class_round.root / "grading" / "released.json"
    kept = record.read_bytes()
    try:
        with pytest.raises(UserError, match="现在删去了 stage，加了 phase"):
            release("02")
        record.unlink()
        with pytest.raises(UserError, match="题目有增减，不能重新发布"):
            release("02")
    finally:
        path.write_text(before, encoding="utf-8")
        record.write_bytes(kept)
    assert (class_round.released.folder / "lesson.ipynb").is_file()


def test_collect_refuses_what_is_neither_module_nor_folder(class_round):
    with pytest.raises(UserError, match="既不是模块，也不是文件夹"):
        collect("09")


def test_grading_an_unknown_assignment_says_so(class_round):
    with pytest.raises(UserError, match="没有 77 的提交"):
        grade(["77"])


def test_course_folder_that_is_not_there_is_named():
    with pytest.raises(UserError, match="找不到课程目录"):
        grade(root=Path("没有这个目录"))
