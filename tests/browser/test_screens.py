"""All screens in Chromium: the start page, by ear, in Chinese, without a connection."""

import json
import re
import shutil
import socket

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from classroom import (
    MODULE,
    OUT,
    Classroom,
    open_file,
    plain_lab,
    run_all,
    shot,
    wait_until_done,
)
from conftest import ROOT
from english import SEEN, english

pytestmark = [pytest.mark.browser, pytest.mark.full]
LESSON = f"{MODULE}/lesson.ipynb"


# --- start page --------------------------------------------------------------------------------


def test_the_path_is_chosen_and_kept(page, classroom):
    page.goto(classroom.url("lab?reset"))
    page.get_by_role("button", name="一日速成").click()
    expect(page.locator(".sme-message")).to_contain_text("换成了“一日速成（客户经理）”")
    expect(page.locator(".sme-start table")).to_contain_text("共 5")
    page.reload()
    pressed = page.get_by_role("button", name="一日速成")
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_an_update_is_backed_up_and_undone_by_one_command(page, classroom):
    practice = classroom.workspace / MODULE / "practice.ipynb"
    notebook = nbformat.read(practice, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "practice-core-answer").source = "core = 1"
    nbformat.write(notebook, practice)
    mine = practice.read_bytes()
    issued = classroom.home / "course" / MODULE / "practice.ipynb"
    issued.write_text(issued.read_text(encoding="utf-8").replace("本班的参数", "本班参数"), "utf-8")
    again = Classroom.__new__(Classroom)
    again.__dict__ |= classroom.__dict__
    again.open_lab()
    again.close()
    assert practice.read_bytes() != mine
    said = classroom.run("restore", "--workspace", str(classroom.workspace))
    assert "找回了" in said
    assert practice.read_bytes() == mine


# --- by ear ------------------------------------------------------------------------------------

OURS = [".sme-start", ".sme-ask", ".jp-RenderedHTMLCommon"]


def violations(page: Page, scope: object = None) -> dict[str, int]:
    found = Axe().run(page, context=scope).response["violations"]
    return {v["id"]: len(v["nodes"]) for v in found}


def test_no_violation_in_what_is_ours_and_none_added_to_jupyterlab(classroom, page, tmp_path):
    shutil.copytree(ROOT / "course" / MODULE, tmp_path / MODULE)
    with plain_lab(tmp_path) as address:
        page.goto(f"{address}lab/tree/{LESSON}?reset&token=t")
        # The last cells are drawn when the browser has time: without them there is less to find.
        cells = nbformat.read(tmp_path / LESSON, as_version=4).cells
        hidden = [c.metadata.get("jupyter", {}).get("source_hidden") for c in cells]
        wanted = sum(c.cell_type == "code" and not h for c, h in zip(cells, hidden, strict=True))
        editors = page.locator(".jp-Notebook .jp-CodeCell .cm-scroller")
        expect(editors).to_have_count(wanted, timeout=60_000)
        page.wait_for_timeout(1000)
        plain = violations(page, {"exclude": [[s] for s in OURS]})
    page.goto(classroom.url("lab?reset"))
    page.wait_for_selector(".sme-start h1")
    page.wait_for_timeout(1000)
    assert violations(page, {"include": [[".sme-start"]]}) == {}
    on_start = violations(page, {"exclude": [[s] for s in OURS]})
    open_file(page, classroom, LESSON)
    wait_until_done(page)
    run_all(page)
    page.wait_for_timeout(1000)
    page.locator(".sme-ask").first.wait_for()
    assert violations(page, {"include": [[s] for s in OURS]}) == {}
    in_lesson = violations(page, {"exclude": [[s] for s in OURS]})
    for ours in (on_start, in_lesson):
        assert {rule: n for rule, n in ours.items() if n > plain.get(rule, 0)} == {}


def test_no_violation_in_the_record_and_in_feedback(classroom, page):
    page.goto(classroom.url("smeprofile/transcript"))
    assert violations(page) == {}


# --- in Chinese --------------------------------------------------------------------------------


def test_no_english_is_left_on_any_screen(classroom, page):
    """What the language pack lacks is in zh_CN.json: the list of what is left is empty."""
    left = {}

    def look(screen: str) -> None:
        if found := english(*page.evaluate(SEEN)):
            left[screen] = found

    page.goto(classroom.url("lab?reset"))
    page.wait_for_selector(".sme-start h1")
    page.wait_for_timeout(1500)
    look("start page")
    for menu in ("文件", "编辑", "查看", "运行", "内核", "标签页", "课程", "设置", "帮助"):
        page.get_by_role("menuitem", name=menu, exact=True).first.click()
        page.wait_for_timeout(200)
        look(f"menu {menu}")
        submenus = page.locator(".lm-Menu-item[data-type=submenu]")
        for n in range(submenus.count()):
            if "语法" not in submenus.nth(n).inner_text():  # names of languages only
                submenus.nth(n).hover()
                page.wait_for_timeout(350)
                look(f"menu {menu}, submenu {n + 1}")
        for _ in range(3):
            page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+C")
    page.wait_for_selector(".jp-ModalCommandPalette input")
    page.wait_for_timeout(500)
    look("palette")
    page.keyboard.press("Escape")
    for tab in page.locator(".jp-SideBar.jp-mod-left .lm-TabBar-tab").all():
        tab.click()
        page.wait_for_timeout(400)
        look("side bar")
    page.get_by_role("button", name=re.compile("新建启动页")).click()
    page.wait_for_timeout(800)
    look("launcher")
    open_file(page, classroom, LESSON)
    wait_until_done(page)
    run_all(page)
    look("lesson")
    page.locator(".jp-Cell").nth(3).click(button="right")
    page.wait_for_timeout(300)
    look("menu of a cell")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+f")
    page.wait_for_timeout(500)
    look("search")
    page.keyboard.press("Escape")
    page.locator(".jp-KernelName").first.click()
    look("choice of kernel")
    page.keyboard.press("Escape")
    page.get_by_role("menuitem", name="内核", exact=True).first.click()
    page.get_by_text("重启内核…", exact=True).click()
    page.wait_for_selector(".jp-Dialog")
    look("restart")
    page.keyboard.press("Escape")
    page.get_by_role("menuitem", name="帮助", exact=True).first.click()
    page.locator(".lm-Menu-item").first.click()
    page.wait_for_selector(".jp-Dialog")
    look("about")
    page.keyboard.press("Escape")
    page.goto(classroom.url("smeprofile/transcript"))
    look("record")
    (OUT / "english.json").write_text(json.dumps(left, ensure_ascii=False, indent=1))
    assert left == {}


# --- alone -------------------------------------------------------------------------------------


def test_no_request_left_the_machine_and_no_script_failed(page):
    ours = [error for error in page.errors if "smeprofile" in error or "TypeError" in error]
    assert (page.outside, ours) == ([], [])


def test_a_lost_connection_is_told_in_plain_words(page, tmp_path):
    lone = Classroom(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])  # where no other test's JupyterLab will answer
    lone.open_lab("--port", port)
    page.goto(lone.address)
    page.wait_for_selector(".sme-start h1")
    lone.close()
    page.locator(".sme-start").get_by_role("button", name="完整学习").click()
    expect(page.locator("body")).to_contain_text("课程程序没有应答")
    dialog = page.locator(".jp-Dialog-content")
    expect(dialog).to_contain_text("连不上课程程序", timeout=120_000)
    assert english(dialog.inner_text()) == []
    shot(page, "face-lost")
