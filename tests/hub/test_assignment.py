"""Two learners and an instructor take one assignment the whole way on a real Hub."""

import re
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbgrader.api import Gradebook
from playwright.sync_api import expect

from classroom import MODULE, browser_page, run_all, shot, watched
from smeprofile.notebooks import read_source

pytestmark = [pytest.mark.full, pytest.mark.browser]
OPINION = "事实：月均流入 30 万元。推断：够还每月 2 万元。"
_CSP = re.compile("Content Security Policy|violates the following", re.IGNORECASE)


@pytest.fixture(scope="module")
def pages(room, chromium):
    """A browser for each: ``ann``, ``ben`` and the ``teacher``."""
    with browser_page(chromium) as first:
        browser, view = first.context.browser, {"viewport": {"width": 1400, "height": 900}}
        others = [watched(browser.new_context(**view, locale="zh-CN").new_page()) for _ in range(2)]
        yield SimpleNamespace(ann=first, ben=others[0], teacher=others[1])


def start_page(room, page, who):
    page.goto(room.at(f"/user/{room.account(who)}/lab?reset"))
    page.wait_for_selector(".sme-start h1")


def press(page, button, told):
    page.locator(".sme-start").get_by_role("button", name=button).first.click()
    expect(page.locator(".sme-message")).to_contain_text(told)


def test_the_door_is_chinese_and_needs_the_right_password(room, pages):
    page = pages.ann
    reply = page.goto(room.at("/hub/login"))
    assert "script-src" not in (policy := reply.headers["content-security-policy"])
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    page.get_by_label("工号").fill("1001")
    page.get_by_label("密码").fill("不对的")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("工号或密码不对")
    assert Axe().run(page).response["violations"] == []
    shot(page, "hub-1-door")
    page.errors.clear()  # the browser notes the 403 of the wrong password


def test_instructor_hands_out_in_the_browsers_terminal(room, pages):
    page = pages.teacher
    room.log_in(page, "teacher")
    expect(page.get_by_role("link", name="批改台")).to_be_visible()
    shot(page, "hub-3-home")
    page.get_by_role("link", name="命令窗口").click()
    page.locator(".jp-LauncherCard", has_text="终端").first.click()
    page.locator(".jp-Terminal").click()
    page.wait_for_timeout(2000)
    page.keyboard.type("smeprofile release 02\n")
    released = room.place.exchange / room.place.cohort_id / "outbound" / MODULE / "practice.ipynb"
    for _ in range(240):
        if released.exists():
            break
        page.wait_for_timeout(500)
    shot(page, "hub-4-terminal")
    assert released.exists()


def test_instructor_sets_the_deadline_and_extends_it_for_one(room):
    assert "2030" in room.desk("deadline", "02", "2030-01-01 18:00")
    told = room.desk("deadline", "02", "2030-01-08 18:00", "--for", "1001")
    assert "1001" in told and "2030-01-08" in told


def test_learners_come_to_a_start_page_of_their_own(room, pages):
    for page, who in ((pages.ann, "1001"), (pages.ben, "1002")):
        room.log_in(page, who)
        page.wait_for_selector(".sme-start h1")
        assert f"/user/{room.account(who)}/" in page.url
    shot(pages.ann, "hub-2-start")


def test_learners_fetch_work_and_hand_in(room, pages):
    source = read_source(room.home / "solutions" / MODULE / "practice.py")
    right = {e.name: e.solution for e in source.exercises.values()}
    for page, who, changed in (
        (pages.ann, "1001", {}),
        (pages.ben, "1002", {"opinion": "可以给。"}),
    ):
        start_page(room, page, who)
        press(page, "领取 02", "已领取「02 数据收集、授权与清洗」")
        room.answer(who, MODULE, right | {"opinion": OPINION} | changed)
    page = pages.ann
    page.goto(room.at(f"/user/{room.account('1001')}/lab/tree/{MODULE}/practice.ipynb?reset"))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    run_all(page)
    page.keyboard.press("Control+s")
    shot(page, "hub-5-practice")
    for page, who in ((pages.ann, "1001"), (pages.ben, "1002")):
        start_page(room, page, who)
        press(page, "交作业", "已提交")
        expect(page.locator(".sme-start table")).to_contain_text("已交")


def test_instructor_collects_with_a_click_and_grades_with_a_command(room, pages):
    page = pages.teacher
    page.goto(room.at("/services/desk/formgrader/manage_assignments"))
    page.locator("td.collect a").first.click()
    page.get_by_text("完成").first.wait_for()
    shot(page, "hub-6-collected")
    assert "2 份没有变化" in room.desk("collect", "02")
    assert "批改 2 份" in room.desk("grade", "02")


def test_instructor_marks_words_and_returns(room, pages):
    with Gradebook(f"sqlite:///{room.place.staff}/grading/gradebook.db") as gradebook:
        before = gradebook.find_submission(MODULE, "1001").score
        hand_in = gradebook.find_submission_notebook("practice", MODULE, "1001").id
    page = pages.teacher
    page.goto(room.at(f"/services/desk/formgrader/submissions/{hand_in}/"))
    page.get_by_label("4 分：每个判断都有数字").check()
    page.get_by_label("2 分：事实与推断分开写").check()
    expect(page.locator("#opinion")).to_have_value("6")
    page.wait_for_timeout(1500)  # formgrader saves as it goes
    shot(page, "hub-7-marking")
    assert "已写好 2 份反馈" in room.desk("feedback", "02")
    with Gradebook(f"sqlite:///{room.place.staff}/grading/gradebook.db") as gradebook:
        assert gradebook.find_submission(MODULE, "1001").score == before + 6
    assert "批改 1 份" in room.desk("grade", "02", "--learner", "1001", "--again", "--why", "复核")
    scores = room.place.staff / "scores.xlsx"
    assert "overview" in room.desk("overview", "02", "--export", str(scores))
    assert scores.stat().st_size > 1000


def test_learners_fetch_their_own_feedback(room, pages):
    for page, who in ((pages.ann, "1001"), (pages.ben, "1002")):
        start_page(room, page, who)
        press(page, "取回", "取回了")
    expect(pages.ann.locator(".sme-start table")).to_contain_text("106 / 106")
    shot(pages.ann, "hub-8-score")
    page = pages.ann
    found = list(room.place.exchange.glob("*/feedback/*.html"))
    assert len(found) == 2
    page.goto(room.at(f"/user/{room.account('1001')}/smeprofile/transcript"))
    expect(page.get_by_role("heading", name="学习记录").first).to_be_visible()


def test_the_effect_of_a_class_that_sat_no_test_is_not_reported(room):
    """This class has module 02 alone; one that sat both tests is in ``test_tests.py``."""
    with pytest.raises(AssertionError, match="请先收取并批改 00 和 14"):
        room.desk("effect")


def test_the_gradebook_is_archived_with_a_command(room):
    file = room.place.staff / "archive.zip"
    assert str(file) in room.desk("gradebook", "--backup", str(file))
    assert file.stat().st_size > 10_000


def test_nobody_opens_anothers_server_nor_a_learner_the_desk(room, pages):
    for path in (f"/user/{room.account('1002')}/lab", "/services/desk/formgrader"):
        reply = pages.ann.goto(room.at(path))
        assert reply.status in (403, 404), path
    expect(pages.ann.get_by_role("heading", name="这一页打不开")).to_be_visible()
    shot(pages.ann, "hub-9-refused")
    assert pages.teacher.goto(room.at(f"/user/{room.account('1001')}/lab")).status in (403, 404)


def test_no_page_asked_elsewhere_or_broke_its_policy(pages):
    for page in (pages.ann, pages.ben, pages.teacher):
        assert page.outside == []
        assert [text for text in page.errors if _CSP.search(text)] == []
