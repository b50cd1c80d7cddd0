"""A trainee and an instructor do the whole job once, in Debian's Chromium and the terminal."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from classroom import (
    MODULE,
    OUT,
    Classroom,
    cell_of,
    listening,
    open_file,
    run_all,
    run_cell,
    scroll_to,
    shot,
)
from conftest import ROOT
from smeprofile.answers import read_answers
from smeprofile.notebooks import answered, read_source

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def classroom(released):
    return released


def start_page(page: Page, classroom: Classroom) -> None:
    page.goto(classroom.url("lab?reset"))
    page.wait_for_selector(".sme-start h1")


def press(page: Page, button: str, told: str) -> None:
    """Press a button of the start page and wait for what it says."""
    page.locator(".sme-start").get_by_role("button", name=button).first.click()
    expect(page.locator(".sme-message")).to_contain_text(told)


def assignment_list(page: Page, classroom: Classroom) -> None:
    start_page(page, classroom)
    page.get_by_role("menuitem", name="课程", exact=True).click()
    page.get_by_text("作业列表", exact=False).last.click()
    page.wait_for_selector("#released_assignments_list")


def test_start_page_is_chinese_and_says_what_to_do(classroom, page):
    page.goto(classroom.address)
    expect(page.get_by_role("heading", name="小微企业客户画像实训")).to_be_visible()
    expect(page.get_by_role("menuitem", name="文件")).to_be_visible()
    expect(page.locator(".sme-start .next")).to_contain_text("领取 02")
    shot(page, "1-start")


def test_released_module_is_fetched_from_the_start_page(classroom, page):
    assert not (classroom.workspace / MODULE).exists()
    press(page, "领取 02", "已领取「02 数据收集、授权与清洗」")
    expect(page.locator(".sme-start .next")).to_contain_text("开始 02 课程")
    shot(page, "2-fetched")
    assert (classroom.workspace / MODULE / "practice.ipynb").is_file()


def test_failing_check_then_answer_then_passing_check(classroom, page):
    open_file(page, classroom, f"{MODULE}/practice.ipynb")
    run_all(page)
    scroll_to(page, "第 1 题")
    failing = cell_of(page, "in redline.items()")
    expect(failing).to_contain_text("检查未通过：还没有选：r1、r2、r3、r4。")
    expect(failing).not_to_contain_text("Traceback")
    shot(page, "3-failing-check")
    form = page.locator(".sme-ask").first
    for n, choice in enumerate(("禁止", "需授权", "禁止", "禁止")):
        form.get_by_role("radio", name=choice).nth(n).check()
        expect(form).to_contain_text(f"已选 {n + 1} / 4，已保存。")
    run_cell(page, "in redline.items()")
    expect(failing).to_contain_text("检查通过，可以交。")
    shot(page, "4-passing-check")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)


def test_remaining_answers_are_written_and_kept(classroom):
    """Giving ten more answers by hand would show nothing new: they go into the same files."""
    source = read_source(ROOT / "solutions" / MODULE / "practice.py")
    path = classroom.workspace / MODULE / "practice.ipynb"
    notebook = nbformat.read(path, as_version=4)
    answers = {e.name: e.solution for e in source.exercises.values() if e.name != "redline"}
    answers["missing"] = source.exercises["missing"].samples[0].source
    done = answered(notebook, source, answers, path.parent)
    for cell in done.cells:
        if cell.id == "practice-parameters":
            cell.source = "AS_OF = '2031-01-31'\nFX_RATES_CNY = {}"  # locked: undone when graded
    nbformat.write(done, path)
    assert read_answers((path.parent / "answers.json").read_bytes())["redline"].value == {
        "r1": "禁止", "r2": "需授权", "r3": "禁止", "r4": "禁止",
    }  # fmt: skip


def test_work_is_handed_in_from_the_start_page(classroom, page):
    start_page(page, classroom)
    press(page, "交作业", "已提交")
    expect(page.locator(".sme-start table")).to_contain_text("已交")
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


def test_nbgraders_list_is_in_chinese_and_fetches_feedback_too(classroom, page):
    assignment_list(page, classroom)
    expect(page.locator(".nbgrader-mainarea-widget")).to_contain_text("已经提交")
    expect(page.get_by_role("tab", name="作业列表")).to_be_visible()
    page.get_by_role("button", name="取回反馈").first.click()
    for _ in range(120):
        if list((classroom.workspace / MODULE).rglob("feedback/*/practice.html")):
            break
        page.wait_for_timeout(250)
    shot(page, "6-feedback-fetched")
    assert not re.search("[A-Za-z]{5}", visible_words(page).replace(MODULE, ""))
    (html,) = (classroom.workspace / MODULE / "feedback").rglob("practice.html")
    text = html.read_text(encoding="utf-8")
    assert '<html lang="zh-CN"' in text and "HIDDEN" not in text
    page.goto(html.as_uri())
    expect(page.locator("body")).to_contain_text("92")
    expect(page.locator("body")).to_contain_text("当成 0 会把正常经营的客户算成断票")
    expect(page.locator("body")).to_contain_text("客户没有授权，所以没查")
    page.screenshot(path=OUT / "7-feedback.png")
    assert Axe().run(page).response["violations"] == []


def visible_words(page: Page) -> str:
    words = page.locator(".nbgrader-mainarea-widget").inner_text()
    return words.replace("self_study", "").replace("lesson", "").replace("practice", "")


def test_start_page_shows_the_score_and_what_to_review(classroom, page):
    start_page(page, classroom)
    expect(page.locator(".sme-start table")).to_contain_text("92 / 100")
    expect(page.locator(".sme-start .next")).to_contain_text(
        "复盘 02：数据收集、授权与清洗（1 处）"
    )
    shot(page, "8-review")
    page.locator(".sme-start .next button").click()
    expect(page.locator(".jp-Cell.jp-mod-active", has_text="第 3 题")).to_be_in_viewport()


def test_the_record_holds_the_certificate_and_prints(classroom, page):
    page.goto(classroom.url("smeprofile/transcript"))
    expect(page.get_by_role("heading", name="结业证明")).to_be_visible()
    page.pdf(path=OUT / "9-record.pdf")
    page.screenshot(path=OUT / "9-record.png", full_page=True)
    assert (OUT / "9-record.pdf").read_bytes().startswith(b"%PDF")


def test_nothing_was_asked_of_another_machine(page):
    assert page.outside == []
