"""An instructor marks an answer in words in formgrader: the rubric, the comment bank, undo."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from classroom import browser_page, shot
from conftest import ROOT
from english import SEEN, english
from smeprofile.grading import grade
from smeprofile.grading.course import open_course
from smeprofile.grading.desk import COMMENT_BANK
from smeprofile.notebooks import as_trainee, solved_with
from smeprofile.paths import HOME_VARIABLE
from tiny_course import master_edition, put_master, write_written_course

pytestmark = [pytest.mark.browser, pytest.mark.full]
WHERE = "opinion", "practice", "02_tiny", "ann"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A course with two written answers, one of them commented on, and formgrader; its address."""
    root = tmp_path_factory.mktemp("desk")
    write_written_course(root)
    (root / "grading").mkdir()
    shutil.copy(ROOT / "grading" / "nbgrader_config.py", root / "grading")
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
        command = [sys.executable, "-m", "smeprofile", "mark", "--no-browser"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            found = re.search(
                r"批改台已就绪：(http\S+/)formgrader\?(token=\S+)", server.stdout.readline()
            )
            yield course, found[1], found[2]
        finally:
            server.terminate()
            server.communicate(timeout=30)


@pytest.fixture
def page(desk, chromium):
    with browser_page(chromium) as page:
        page.goto(f"{desk[1]}formgrader?{desk[2]}")  # logs in
        yield page


def test_levels_of_the_rubric_become_the_score_and_the_comment(desk, page):
    course, address, _ = desk
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
    told = page.locator(".rendered_html td", has_text="有的判断没有数字")
    padding = told.evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)")
    assert padding > 0  # else the rubric's columns run together
    assert set(english(*page.evaluate(SEEN))) - NAMES == set()
    assert page.outside == [] and page.errors == []
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


PAGES = {
    "": "管理作业",
    "gradebook": "人工评分",
    "gradebook/02_tiny": "人工评分",
    "gradebook/02_tiny/practice": "人工评分",
    "manage_students": "管理学员",
    "manage_students/ann": "管理学员",
    "manage_students/ann/02_tiny": "管理学员",
    "manage_submissions/02_tiny": "管理提交",
}
NAMES = {
    "事实：月均流入 30 万元。ann",
    "02_tiny",
    "practice",
    "ann",
    "ben",
    "smeprofile",
    "release",
    "collect",
    "grade",
    "feedback",
}


def test_pages_of_formgrader_are_in_chinese(desk, page):
    _, address, _ = desk
    for path, title in PAGES.items():
        page.goto(f"{address}formgrader/{path}")
        expect(page.get_by_role("heading", level=1).nth(1)).to_have_text(title)
        expect(page.get_by_text("正在读取，请稍候……")).to_have_count(0)
        page.wait_for_load_state("networkidle")
        for panel in page.locator("#accordion .panel-title a").all():
            panel.click()
        shot(page, f"8-formgrader-{path.replace('/', '-') or 'home'}")
        assert set(english(*page.evaluate(SEEN))) - NAMES == set(), path
    assert page.outside == [] and page.errors == []


def test_what_happens_at_a_click_is_told_in_chinese(desk, page):
    _, address, _ = desk
    page.goto(f"{address}formgrader/manage_submissions/02_tiny")
    page.locator("td.autograde a").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("已自动批改：02_tiny（ann）。")
    shot(page, "8-formgrader-told")
    page.get_by_role("button", name="好").click()
    page.goto(f"{address}formgrader/manage_students")
    page.locator("td.edit a").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("姓（可不填）")
    expect(page.get_by_role("button", name="取消")).to_be_visible()
