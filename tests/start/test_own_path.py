"""The trainee's own path on the start page: offered once there is a survey, in its order."""

from dataclasses import replace

import pytest

from conftest import ROOT
from smeprofile.answers import Answers
from smeprofile.params import load_cohort
from smeprofile.start.choices import (
    Choices,
    hours_of,
    modules_of,
    own_path,
    read_choices,
    save_choices,
)
from smeprofile.start.page import start_page
from smeprofile.start.progress import Progress, course_progress
from smeprofile.start.work import Check, Exercise, Work

COHORT = load_cohort(root=ROOT)
MODULE = "00_needs_survey"


@pytest.fixture
def workspace(tmp_path):
    answers = Answers(tmp_path / MODULE)
    (tmp_path / MODULE).mkdir()
    answers.put("needs_role", "rm", counts=False)
    answers.put("needs_tasks", ["visit"], counts=False)
    return tmp_path


def test_without_a_survey_no_own_path_is_offered(tmp_path):
    assert own_path(tmp_path, COHORT) is None
    assert modules_of(COHORT, "own") == []
    save_choices(tmp_path, Choices("own"))
    assert read_choices(tmp_path, COHORT).way == "full"


def test_own_path_holds_the_survey_and_then_what_is_recommended(workspace):
    own = own_path(workspace, COHORT)
    slugs = [module.slug for module in modules_of(COHORT, "own", own)]
    assert slugs == [MODULE, *(COHORT.module(s.number).slug for s in own.stops if s.is_offered)]
    assert slugs[-1] == "14_graduation"


def test_own_hours_are_those_of_the_path(workspace):
    own = own_path(workspace, COHORT)
    planned = sum(stop.minutes for stop in own.stops if stop.is_offered)
    assert float(hours_of(COHORT, "own", own)) == pytest.approx((planned + 75) / 60, abs=0.051)


def test_start_page_says_track_and_reason_on_the_own_way(workspace):
    save_choices(workspace, Choices("own"))
    choices = read_choices(workspace, COHORT)
    course = course_progress(ROOT, workspace, COHORT, choices)
    html = start_page(course, COHORT, choices, workspace, "/x")
    assert "轨道：客户经理（全员必做）" in html
    assert "还不知道会不会；人人必学" in html
    assert choices.is_for_all


def test_next_step_skips_the_lesson_only_where_the_own_path_does(workspace):
    own = own_path(workspace, COHORT)
    drilled = replace(own, stops=[replace(stop, how="practice") for stop in own.stops])
    info = COHORT.module("01")
    work = Work(
        lesson=True,
        practice=True,
        checks=(Check("q", "一节", "ask-q", None),),
        exercises=(Exercise("e", "一题", "task-e", "all", "", is_passed=False),),
    )

    def page(way, path):
        course = [Progress(info, "here", work=work)]
        return start_page(course, COHORT, Choices(way, own=path), workspace, "/x")

    assert "只做练习" in page("own", drilled) and "开始 01 练习" in page("own", drilled)
    assert "开始 01 课程" in page("own", own)
    assert "开始 01 课程" in page("full", drilled)


def test_a_client_manager_can_pass_the_full_way_without_code(workspace):
    choices = read_choices(workspace, COHORT)
    assert choices.way == "full" and choices.is_for_all
    course = course_progress(ROOT, workspace, COHORT, choices)
    html = start_page(course, COHORT, choices, workspace, "/x")
    assert "轨道：客户经理（全员必做）。「分析岗」的题选做，不算分" in html


def test_who_codes_or_said_nothing_has_every_exercise_counted_on_the_full_way(workspace):
    coder = replace(own_path(workspace, COHORT), track="analyst")
    assert not Choices("full", own=coder).is_for_all
    assert not Choices("full").is_for_all


def test_an_unreadable_answers_file_means_no_own_path(workspace):
    (workspace / MODULE / "answers.json").write_text("{", encoding="utf-8")
    assert own_path(workspace, COHORT) is None
