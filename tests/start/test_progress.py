"""How far a trainee is: read from the saved files, whatever state these are in."""

import os
import shutil
from datetime import UTC, datetime

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.utils import notebook_hash

from smeprofile.start.choices import Choices

NINE = "2026-01-05 09:00:00.000000 UTC"
TEN = "2026-01-05 10:00:00.000000 UTC"


@pytest.fixture
def tiny(trainee):
    """A trainee who has the module and did nothing yet."""
    trainee.gets()
    return trainee


# --- the lesson ------------------------------------------------------------------------------


def test_self_checks_are_counted_by_how_they_were_last_answered(tiny):
    tiny.gets(checks=("q1", "q2", "q3", "q4"))
    tiny.answers(q1="right", q2="wrong", q3="error")
    module = tiny.module
    assert (1, 2, 4) == (module.n_right, module.n_checked, len(module.work.checks))


def test_a_wrong_self_check_is_named_by_its_heading_and_cell(tiny):
    tiny.answers(q1="right", q2="wrong")
    assert [("q2 这一节", "ask-q2")] == [(c.section, c.cell) for c in tiny.module.wrong]


def test_a_self_check_asked_in_two_cells_counts_once(tiny):
    tiny.edits("ask-q2", 'ask.judge("q1", "题干", reasons=["甲"])', name="lesson.ipynb")
    assert ["q1"] == [check.name for check in tiny.module.work.checks]


def test_a_cell_with_a_syntax_error_is_no_obstacle(tiny):
    tiny.edits("ask-q1", 'ask.single("q1", ', name="lesson.ipynb")
    assert ["q2"] == [check.name for check in tiny.module.work.checks]


def test_a_lesson_is_begun_when_a_cell_was_run(tiny):
    before = tiny.module.work.is_begun
    tiny.runs("ask-q1", name="lesson.ipynb")
    assert (False, True) == (before, tiny.module.work.is_begun)


# --- the practice ----------------------------------------------------------------------------


def test_an_issued_practice_is_not_answered(tiny):
    assert [("red", ""), ("code", "")] == [(e.name, e.answer) for e in tiny.module.work.exercises]


def test_an_edited_answer_cell_is_an_answer(tiny):
    tiny.edits("code-a", "x = 1")
    assert ["code"] == [e.name for e in tiny.module.work.exercises if e.answer]


@pytest.mark.parametrize("value", [{"r1": "允许", "r2": "禁止"}, "允许", ["允许"], 0, {"r1": [3]}])
def test_a_form_filled_in_is_an_answer(tiny, value):
    tiny.answers(red=value)
    assert 1 == tiny.module.n_answered


@pytest.mark.parametrize(
    "value", [None, "", " ", [], {}, {"r1": ""}, {"r1": None, "r2": []}, {"r1": "允许", "r2": ""}]
)
def test_a_form_empty_or_half_filled_is_no_answer(tiny, value):
    tiny.answers(red=value)
    assert 0 == tiny.module.n_answered


def test_a_check_that_ran_without_an_error_is_passed(tiny):
    for cell in ("red-a", "code-a"):
        tiny.edits(cell, "x = 1")
    tiny.runs("red-c")
    tiny.runs("code-c", fails=True)
    assert [True, False] == [e.is_passed for e in tiny.module.work.exercises]


def test_a_check_that_passes_without_an_answer_does_not_count(tiny):
    tiny.runs("red-c")
    assert 0 == tiny.module.n_passed


def test_an_exercise_knows_its_title_track_and_cell(tiny):
    red, code = tiny.module.work.exercises
    assert ("第 1 题　red（5 分，全员必做）", "all", "red-t") == (red.title, red.track, red.cell)
    assert "analyst" == code.track


def test_a_deleted_answer_cell_leaves_its_exercise_unanswered(tiny):
    notebook = nbformat.read(tiny.path("02_tiny", "practice.ipynb"), as_version=4)
    notebook.cells = [c for c in notebook.cells if c.id not in ("red-a", "red-t")]
    tiny.write(notebook, "02_tiny", "practice.ipynb")
    assert ["red-c", "code-t"] == [e.cell for e in tiny.module.work.exercises if not e.answer]


# --- the ways --------------------------------------------------------------------------------


def test_the_day_has_its_modules_and_what_is_for_everybody(trainee):
    trainee.takes("02_tiny", "03_more", day=["03_more"])
    trainee.gets("03_more")
    trainee.receives(slug="03_more", red=(5, "all"), code=(0, "analyst"))
    (module,) = trainee.course(Choices("day"))
    assert ("03", ["red"], 5) == (
        module.number,
        [e.name for e in module.work.exercises],
        module.points,
    )


def test_the_full_way_has_every_module_and_exercise(trainee):
    trainee.takes("02_tiny", "03_more", day=["03_more"])
    trainee.gets("03_more")
    assert [0, 2] == [len(module.work.exercises) for module in trainee.course()]


# --- where a module is -----------------------------------------------------------------------


def test_a_module_that_is_nowhere_is_missing(trainee):
    assert "missing" == trainee.module.place


def test_a_module_in_the_exchange_is_released(trainee):
    (trainee.home / "grading" / "exchange" / "tiny" / "outbound" / "02_tiny").mkdir(parents=True)
    assert "released" == trainee.module.place


@pytest.mark.parametrize("name", ["lesson.ipynb", "practice.ipynb", "answers.json"])
@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"\xb2\xe2", b'{"format": 1, "cells": 1}'])
def test_a_broken_file_is_named(tiny, name, broken):
    tiny.path("02_tiny", name).write_bytes(broken)
    assert name == tiny.module.problem


@pytest.mark.parametrize("name", ["lesson.ipynb", "practice.ipynb"])
def test_one_missing_notebook_is_no_problem(tiny, name):
    tiny.path("02_tiny", name).unlink()
    assert ("here", "") == (tiny.module.place, tiny.module.problem)


def test_a_notebook_of_somebody_else_has_no_exercises(tiny):
    foreign = nbformat.v4.new_notebook(cells=[new_code_cell("x")], metadata={"smeprofile": "?"})
    tiny.write(foreign, "02_tiny", "practice.ipynb")
    assert ("practice.ipynb", ()) == (tiny.module.problem, tiny.module.work.exercises)


def test_a_file_saved_again_is_read_again(tiny):
    before = tiny.module.n_answered
    tiny.edits("code-a", "x = 1")
    assert (0, 1) == (before, tiny.module.n_answered)


# --- handing in ------------------------------------------------------------------------------


def test_the_last_hand_in_counts(tiny):
    tiny.hands_in(TEN)
    tiny.hands_in(NINE)
    assert datetime(2026, 1, 5, 10, tzinfo=UTC) == tiny.module.hand_in.at


def test_nothing_is_changed_right_after_a_hand_in(tiny):
    tiny.edits("code-a", "x = 1")
    tiny.answers(q1="wrong", red={"r1": "允许"})
    tiny.hands_in()
    assert (False, frozenset()) == (tiny.module.is_changed, tiny.module.touched)


@pytest.mark.parametrize("way", ["cell", "form"])
def test_an_exercise_answered_otherwise_is_a_change(tiny, way):
    tiny.answers(red={"r1": "允许"})
    tiny.hands_in()
    if way == "cell":
        tiny.edits("red-a", "x = 2")
    else:
        tiny.answers(red={"r1": "禁止"})
    assert (True, {"red"}) == (tiny.module.is_changed, tiny.module.touched)


def test_running_cells_and_self_checks_are_no_change(tiny):
    tiny.answers(red={"r1": "允许"})
    tiny.hands_in()
    tiny.runs("red-c", fails=True)
    tiny.answers(red={"r1": "允许"}, q1="right")
    assert not tiny.module.is_changed


def test_an_empty_cell_at_the_end_is_no_change_but_a_new_helper_is(tiny):
    tiny.hands_in()
    notebook = nbformat.read(tiny.path("02_tiny", "practice.ipynb"), as_version=4)
    notebook.cells.append(new_code_cell("", id="added"))
    tiny.write(notebook, "02_tiny", "practice.ipynb")
    before = tiny.module.is_changed
    tiny.edits("added", "def helper(): ...")
    assert (False, True) == (before, tiny.module.is_changed)


def test_a_broken_copy_of_the_hand_in_is_no_change(tiny):
    (tiny.hands_in() / "practice.ipynb").write_text("{", encoding="utf-8")
    assert ("", False) == (tiny.module.problem, tiny.module.is_changed)


def test_a_zip_is_known_by_the_copy_kept_of_it(tiny):
    copy = tiny.workspace / ".smeprofile" / "handed_in" / "tiny" / "a+02_tiny+20260105T090000Z"
    shutil.copytree(tiny.workspace / "02_tiny", copy)
    before = tiny.module
    tiny.edits("code-a", "x = 1")
    assert (datetime(2026, 1, 5, 9, tzinfo=UTC), False) == (before.hand_in.at, before.is_changed)
    assert tiny.module.is_changed


# --- feedback --------------------------------------------------------------------------------


def exchange_feedback(trainee, html="<p>反馈"):
    folder = trainee.home / "grading" / "exchange" / "tiny" / "feedback"
    folder.mkdir(parents=True, exist_ok=True)
    name = notebook_hash(secret="secret", notebook_id="practice")
    (folder / f"{name}.html").write_text(html, encoding="utf-8")


def test_feedback_in_the_exchange_waits_until_it_is_fetched(tiny):
    tiny.hands_in()
    before = tiny.module.is_waiting
    exchange_feedback(tiny)
    waiting = tiny.module.is_waiting
    tiny.receives("<p>反馈")
    assert (False, True, False) == (before, waiting, tiny.module.is_waiting)


def test_feedback_that_was_written_anew_waits_again(tiny):
    tiny.hands_in()
    tiny.receives("<p>反馈")
    exchange_feedback(tiny, "<p>改过的反馈")
    assert tiny.module.is_waiting


def test_a_hand_in_without_a_secret_waits_for_nothing(tiny):
    exchange_feedback(tiny)
    (tiny.hands_in() / "submission_secret.txt").write_text("", encoding="utf-8")
    assert not tiny.module.is_waiting


def test_feedback_on_the_latest_hand_in_counts_whenever_it_was_fetched(tiny):
    newer = tiny.receives(at=TEN, red=(5, "all"))
    os.utime(newer, (0, 0))
    tiny.receives(at=NINE, red=(1, "all"))
    assert 5 == tiny.module.score


def test_a_page_put_there_by_hand_counts(tiny):
    page = tiny.receives(at=".", red=(3, "all"), code=(0, "analyst"))
    assert (3, 10, page.resolve()) == (
        tiny.module.score,
        tiny.module.points,
        tiny.module.returned.page.resolve(),
    )


def test_points_lost_are_to_be_looked_at_until_worked_on(tiny):
    tiny.hands_in()
    tiny.receives(red=(3, "all"), code=(0, "analyst"))
    before = [mark.exercise for mark in tiny.module.lost]
    tiny.edits("code-a", "x = 2")
    assert (["red", "code"], ["red"]) == (before, [mark.exercise for mark in tiny.module.lost])


def test_feedback_on_an_earlier_hand_in_is_settled_by_the_next(tiny):
    tiny.hands_in(NINE)
    tiny.receives(at=NINE, red=(3, "all"))
    tiny.hands_in(TEN)
    assert (False, []) == (tiny.module.is_judged, tiny.module.lost)


def test_feedback_once_reviewed_is_done_with_until_it_changes(tiny):
    tiny.hands_in()
    tiny.receives(red=(3, "all"))
    done = Choices("full", {"02_tiny": tiny.module.returned.digest})
    before = len(tiny.course(done)[0].lost)
    tiny.receives(red=(2, "all"))
    assert (0, 1) == (before, len(tiny.course(done)[0].lost))
