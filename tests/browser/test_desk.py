"""An instructor marks an answer in words in formgrader: the rubric, the comment bank, undo."""

import os
import subprocess
import sys

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from classroom import browser_page, listening, shot
from conftest import ROOT
from smeprofile.grading import grade
from smeprofile.grading.course import open_course
from smeprofile.grading.desk import COMMENT_BANK
from smeprofile.notebooks import as_trainee, solved_with
from smeprofile.paths import HOME_VARIABLE
from tiny_course import master_edition, put_master, write_written_course

pytestmark = pytest.mark.browser
WHERE = "opinion", "practice", "02_tiny", "ann"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A course with two written answers, one of them commented on, and formgrader; its address."""
    root = tmp_path_factory.mktemp("desk")
    write_written_course(root)
    (root / "grading").mkdir()
    config = (ROOT / "grading" / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "grading" / "nbgrader_config.py").write_text(config, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(root))
        course = open_course()
        put_master(course)
        for who in ("ann", "ben"):
            folder = course.folder("submitted", who, "02_tiny")
            folder.mkdir(parents=True)
            given = {"opinion": f"事实：月均流入 30 万元。{who}"}
            nbformat.write(
                solved_with(as_trainee(master_edition()), given), folder / "practice.ipynb"
            )
        assert grade(course=course).ok
        with course.gradebook() as gradebook:
            gradebook.find_comment(*WHERE[:3], "ben").manual_comment = "请写明数字从哪张表来"
            gradebook.db.commit()
        (course.root / COMMENT_BANK).write_text("题目;评语\n", "utf-8")  # not as it should be
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0"]
        command += ["--allow-root"] if os.geteuid() == 0 else []
        with (root / "lab.log").open("w", encoding="utf-8") as log:
            server = subprocess.Popen(
                command, cwd=root / "grading", stdout=log, stderr=log,
                env=os.environ | {"JUPYTER_TOKEN": "t"},
            )  # fmt: skip
        try:
            yield course, listening(root / "lab.log")
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture
def page(chromium):
    with browser_page(chromium) as page:
        yield page


def test_levels_of_the_rubric_become_the_score_and_the_comment(desk, page):
    course, address = desk
    page.goto(f"{address}tree?token=t")  # logs in
    with course.gradebook() as gradebook:
        hand_in = gradebook.find_submission_notebook(*WHERE[1:]).id
    page.goto(f"{address}formgrader/submissions/{hand_in}/")
    area, score = page.locator("#opinion-comment"), page.locator("#opinion")
    expect(page.locator(".sme-aids")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("comments.csv 第 1 行要有两列：题目、评语")
    page.get_by_label("4 分：每个判断都有数字").check()
    expect(page.locator(".sme-aids [role=status]")).to_have_text(
        "还有 1 行没有选；选完后填入得分。"
    )
    page.get_by_label("1 分：有的混在一起").check()
    expect(page.locator(".sme-aids [role=status]")).to_have_text("合计 5 分，已填入得分。")
    expect(score).to_have_value("5")
    expect(area).to_have_value("依据：每个判断都有数字\n区分：有的混在一起")
    page.get_by_label("评语库").select_option("请写明数字从哪张表来")
    expect(area).to_have_value("依据：每个判断都有数字\n区分：有的混在一起\n请写明数字从哪张表来")
    shot(page, "8-desk")
    found = Axe().run(page, context=".sme-aids").response["violations"]
    assert found == [], found
    page.get_by_label("2 分：有的判断没有数字").check()
    expect(score).to_have_value("3")
    expect(area).to_have_value("依据：有的判断没有数字\n区分：有的混在一起\n请写明数字从哪张表来")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".sme-aids [role=status]")).to_have_text("已撤销。")
    expect(score).to_have_value("5")
    expect(area).to_have_value("依据：每个判断都有数字\n区分：有的混在一起\n请写明数字从哪张表来")
    page.get_by_label("2 分：有的判断没有数字").check()
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.get_by_label("2 分：有的判断没有数字")).to_be_checked()
    with course.gradebook() as gradebook:
        kept = gradebook.find_grade(*WHERE)
        assert (kept.manual_score, kept.needs_manual_grade) == (3.0, False)
        told = gradebook.find_comment(*WHERE).comment
    assert told.splitlines() == [
        "依据：有的判断没有数字",
        "区分：有的混在一起",
        "请写明数字从哪张表来",
    ]
