"""The whole flow by keyboard alone: fetch, learn, answer, check, hand in, read the feedback."""

import pytest
from playwright.sync_api import Page, expect

from classroom import browser_page, shot, wait_until_done

pytestmark = [pytest.mark.browser, pytest.mark.full]
NAME_OF_FOCUS = """() => {
  const e = document.activeElement;
  if (e === document.body) return '';
  const name = e.getAttribute('aria-label') || e.closest('label')?.textContent || e.textContent;
  return `${e.getAttribute('role') || ''} ${name || ''}`;
}"""


def test_the_whole_flow_by_keyboard_alone(released, chromium):
    classroom = released
    with browser_page(chromium) as page:
        page.goto(classroom.address)
        page.wait_for_selector(".sme-start h1")
        page.wait_for_timeout(500)
        press(page, "领取 02")
        expect(page.locator(".sme-message")).to_contain_text("已领取")
        press(page, "开始 02 课程")
        run_all(page, ".sme-ask-single")
        answer_the_question(page)
        page.keyboard.press("Alt+h")
        press(page, "打开练习")
        run_all(page, ".sme-ask-choices")
        fill_and_check(page)
        page.keyboard.press("Control+s")
        page.keyboard.press("Alt+h")
        press(page, "交作业 02")
        expect(page.locator(".sme-message")).to_contain_text("已提交")
        for command in ("collect", "grade", "feedback"):
            classroom.run(command, "02")
        page.reload()
        page.wait_for_selector(".sme-start h1")
        page.wait_for_timeout(500)
        press(page, "取回 02 的反馈")
        expect(page.locator(".sme-message")).to_contain_text("取回了")
        press(page, "查看 02")
        frame = page.frame_locator(".jp-HTMLViewer iframe")
        expect(frame.locator("body")).to_contain_text("得分：8 / 100")
        expect(frame.locator("body")).to_contain_text("其中「全员必做」8 / 36")
        shot(page, "keyboard-feedback")
        assert page.outside == []


def answer_the_question(page: Page) -> None:
    tab_to(page, "合并，名称一样就是同一家", most=300)
    for key in ("Space", "ArrowDown"):
        page.keyboard.press(key)
        page.wait_for_timeout(500)
    press(page, "检查")
    expect(page.locator(".sme-ask-single")).to_contain_text("✓ 对")


def fill_and_check(page: Page) -> None:
    """Choose in the first exercise, then run its check from the cell below."""
    form = page.locator(".sme-ask-choices").first
    for n, steps in enumerate((2, 1, 2, 2), 1):  # 允许 → 需授权 → 禁止
        tab_to(page, "允许", most=300)
        page.keyboard.press("Space")
        for _ in range(steps):
            page.wait_for_timeout(500)
            page.keyboard.press("ArrowDown")
        expect(form).to_contain_text(f"已选 {n} / 4，已保存。")
    tab_to(page, "重做")
    check = page.locator(".jp-CodeCell", has_text="in redline.items()")
    while "jp-mod-active" not in check.get_attribute("class"):
        page.keyboard.press("ArrowDown")  # to the next cell, as anywhere in a notebook
        page.wait_for_timeout(100)
    page.keyboard.press("Control+Enter")
    wait_until_done(page)
    expect(check).to_contain_text("检查通过，可以交。")


def run_all(page: Page, until: str) -> None:
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")
    wait_until_done(page)
    choose(page, "运行", "运行所有单元格")
    page.locator(until).first.wait_for(state="attached")
    wait_until_done(page)


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAME_OF_FOCUS):
            return
    raise AssertionError(f"Tab does not reach {name}")


def choose(page: Page, menu: str, item: str) -> None:
    """Choose from the menu bar."""
    tab_to(page, "menuitem ", most=200)
    for _ in range(12):
        if menu == page.evaluate("() => document.activeElement.textContent.trim()"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    active = page.locator(".lm-Menu-item.lm-mod-active .lm-Menu-itemLabel")
    for _ in range(20):
        page.wait_for_timeout(100)
        page.keyboard.press("ArrowDown")
        if active.count() and active.inner_text().strip() == item:
            return page.keyboard.press("Enter")
    raise AssertionError(f"no {item} in {menu}")
