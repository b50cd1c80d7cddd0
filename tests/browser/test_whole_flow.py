"""A trainee and an instructor do the whole job once, in Debian's Chromium and the terminal."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from classroom import (
    MODULE,
    OUT,
    Classroom,
    browser_page,
    cell_of,
    open_file,
    run_cell,
    scroll_to,
    shot,
    wait_until_done,
)
from conftest import ROOT
from smeprofile.notebooks import read_source

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    room = Classroom(tmp_path_factory.mktemp("class"))
    room.run("release", "02")
    room.open_lab()
    yield room
    room.close()


@pytest.fixture(scope="module")
def page(classroom, chromium):
    with browser_page(chromium) as page:
        yield page


def assignment_list(page: Page, classroom: Classroom) -> None:
    open_file(page, classroom, "start.md")
    page.get_by_role("menuitem", name="作业").click()
    page.get_by_text("Assignment List", exact=False).last.click()
    page.wait_for_selector("#released_assignments_list")


def test_start_page_is_chinese_and_rendered(classroom, page):
    page.goto(classroom.address)
    expect(page.get_by_role("heading", name="小微企业客户画像实训")).to_be_visible()
    expect(page.get_by_role("menuitem", name="文件")).to_be_visible()
    shot(page, "1-start")


def test_released_module_is_fetched_with_the_button(classroom, page):
    assert not (classroom.workspace / MODULE).exists()
    assignment_list(page, classroom)
    page.get_by_role("button", name="Fetch").first.click()
    page.get_by_text(MODULE).first.wait_for()
    page.wait_for_function("() => document.body.innerText.includes('Submit')")
    shot(page, "2-fetched")
    assert (classroom.workspace / MODULE / "practice.ipynb").is_file()


def test_failing_check_then_answer_then_passing_check(classroom, page):
    open_file(page, classroom, f"{MODULE}/practice.ipynb")
    wait_until_done(page)
    run_cell(page, "redline = {")
    run_cell(page, "CHOICES = {")
    failing = cell_of(page, "CHOICES = {")
    expect(failing).to_contain_text("检查未通过：r1 现为 ''：请填 允许、需授权 或 禁止")
    expect(failing).not_to_contain_text("Traceback")
    shot(page, "3-failing-check")
    answer = cell_of(page, "redline = {")
    answer.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(
        'redline = {"r1": "禁止", "r2": "需授权", "r3": "禁止", "r4": "禁止"}'
    )
    run_cell(page, "redline = {")
    run_cell(page, "CHOICES = {")
    expect(cell_of(page, "CHOICES = {").locator(".jp-OutputArea-output")).to_have_count(0)
    shot(page, "4-passing-check")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)


def test_remaining_answers_are_written_and_kept(classroom):
    """Typing ten more answers would show nothing new: they go into the same file."""
    exercises = read_source(ROOT / "solutions" / MODULE / "practice.py").exercises
    path = classroom.workspace / MODULE / "practice.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in exercises and name != "redline":
            wrong = exercises[name].samples[0].source
            cell["source"] = wrong if name == "missing" else exercises[name].solution
        elif name == "parameters":
            cell["source"] = "AS_OF = '2031-01-31'\nFX_RATES_CNY = {}"  # locked: undone when graded
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def test_work_is_handed_in_with_the_button(classroom, page):
    assignment_list(page, classroom)
    page.get_by_role("button", name="Submit").first.click()
    expect(page.get_by_role("button", name="Fetch Feedback").first).to_be_visible()
    shot(page, "5-submitted")
    assert "收到 1 份新提交" in classroom.run("collect", "02")


def test_formgraders_button_grades_as_the_command_does(classroom, page):
    """The instructor's JupyterLab stands in grading/, as its README says."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0"]
    if os.geteuid() == 0:
        command.append("--allow-root")
    beside = str(Path(sys.executable).parent)
    with (classroom.home / "formgrader.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command,
            cwd=classroom.home / "grading",
            env=classroom.environment
            | {"JUPYTER_TOKEN": "t", "PATH": beside + os.pathsep + os.environ["PATH"]},
            stdout=log,
            stderr=log,
        )
    try:
        address = listening(classroom.home / "formgrader.log")
        page.goto(f"{address}tree?token=t")  # logs in
        page.goto(f"{address}formgrader/manage_submissions/{MODULE}")
        page.locator("td.autograde a").first.click()
        page.get_by_text("Success").first.wait_for(timeout=90_000)
        shot(page, "5-formgrader")
    finally:
        server.terminate()
        server.wait(20)
    with Gradebook(f"sqlite:///{classroom.home}/grading/gradebook.db") as gradebook:
        assert [s.score for s in gradebook.assignment_submissions(MODULE)] == [92.0]


def listening(log: Path) -> str:
    for _ in range(240):
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/", log.read_text("utf-8")):
            return found[0]
        time.sleep(0.25)
    raise AssertionError(log.read_text("utf-8"))


def test_command_grades_and_undoes_changes_to_locked_cells(classroom):
    assert "批改 1 份" in classroom.run(
        "grade", "02", "--json", str(classroom.home / "scores.json")
    )
    (row,) = json.loads((classroom.home / "scores.json").read_text(encoding="utf-8"))
    assert (row["score"], row["max_score"]) == (92.0, 100.0)
    assert "未申报" in row["checks"]["missing"]["message"]
    classroom.run("feedback", "02")
    (graded,) = (classroom.home / "grading" / "autograded").rglob("practice.ipynb")
    cells = {c["id"]: "".join(c["source"]) for c in json.loads(graded.read_text("utf-8"))["cells"]}
    assert cells["practice-parameters"].startswith("AS_OF = '2025-12-31'")


def test_feedback_is_fetched_and_read_in_chinese(classroom, page):
    assignment_list(page, classroom)
    page.get_by_role("button", name="Fetch Feedback").first.click()
    for _ in range(120):
        if list((classroom.workspace / MODULE).rglob("feedback/*/practice.html")):
            break
        page.wait_for_timeout(250)
    shot(page, "6-feedback-fetched")
    (html,) = (classroom.workspace / MODULE / "feedback").rglob("practice.html")
    text = html.read_text(encoding="utf-8")
    assert '<html lang="zh-CN"' in text and "HIDDEN" not in text
    page.goto(html.as_uri())
    expect(page.locator("body")).to_contain_text("92")
    expect(page.locator("body")).to_contain_text("当成 0 会把正常经营的客户算成断票")
    page.screenshot(path=OUT / "7-feedback.png")


def test_lesson_runs_and_its_controls_change_the_words(classroom, page):
    open_file(page, classroom, f"{MODULE}/lesson.ipynb")
    wait_until_done(page)
    page.get_by_role("menuitem", name="运行").first.click()
    page.get_by_text("运行所有单元格", exact=True).click()
    wait_until_done(page)
    scroll_to(page, "合并重复客户号")
    before = page.locator("text=现在得到").first.inner_text()
    page.get_by_label("合并重复客户号").uncheck()
    expect(page.locator("text=现在得到").first).not_to_have_text(before)
    expect(page.locator("text=同一家企业接到两次电话").first).to_be_visible()
    shot(page, "8-lineage")
    scroll_to(page, "缺失怎么办")
    page.get_by_label("填 0").check()
    expect(page.locator("text=户被当成 0").first).to_be_visible()
    shot(page, "9-missingness")


def test_nothing_was_asked_of_another_machine(page):
    assert [url for url in page.outside if not url.startswith("file:")] == []
