"""A notebook in Chromium: questions, controls, tables, errors in words, kernels."""

import json
import subprocess

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from classroom import (
    MODULE,
    Classroom,
    cell_of,
    end_sessions,
    open_file,
    run_all,
    run_cell,
    scroll_to,
    shot,
    wait_until_done,
)
from english import english
from smeprofile.answers import read_answers

pytestmark = pytest.mark.browser
LESSON = f"{MODULE}/lesson.ipynb"


def answers(classroom):
    return read_answers((classroom.workspace / MODULE / "answers.json").read_bytes())


def question(page: Page, kind: str):
    found = page.locator(f".sme-ask-{kind}")
    found.scroll_into_view_if_needed()
    return found


def press(form, button: str) -> None:
    form.get_by_role("button", name=button).click()


# --- questions ---------------------------------------------------------------------------------


def test_lesson_opens_with_its_controls_code_hidden(classroom, page):
    open_file(page, classroom, LESSON)
    wait_until_done(page)
    run_all(page)
    scroll_to(page, "自测 1")
    cell = page.locator(".jp-CodeCell", has=page.locator(".sme-ask-judge"))
    expect(cell.locator(".cm-content")).to_have_count(0)
    assert page.locator(".jp-CodeCell .cm-content").count() > 5


def test_a_judgement_right_for_the_wrong_reason_is_told_so_and_hints_open_one_by_one(page):
    form = question(page, "judge")
    press(form, "检查")
    expect(form).to_contain_text("还没有作答")
    form.get_by_role("radio", name="不能做").check()
    form.get_by_role("radio", name="征信报告太贵").check()
    press(form, "检查")
    expect(form).to_contain_text("判断对，理由不对")
    press(form, "提示（1/3）")
    press(form, "提示（2/3）")
    expect(form).to_contain_text("提示 2：《征信业管理条例》（2013）第二十条")
    shot(page, "face-judge")
    form.get_by_role("radio", name="授权书约定的用途").check()
    press(form, "检查")
    expect(form).to_contain_text("✓ 对")


def test_a_number_may_be_unreadable_wrong_or_right(page, classroom):
    form = question(page, "numeric")
    field = form.get_by_role("textbox")
    for typed, told in (
        ("五百万", "读不懂这个数"),
        ("500", "这是把它当成了元"),
        ("５，０００，０００", "✓ 对"),
    ):
        field.fill(typed)
        press(form, "检查")
        expect(form).to_contain_text(told)
    kept = answers(classroom)["bare_capital"]
    assert (kept.value, kept.outcome, kept.attempts) == (5_000_000, "right", 3)


def test_an_ordering_is_done_with_two_buttons_and_undone(page):
    form = question(page, "ordering")
    form.get_by_role("radio", name="开出发票").check()
    for _ in range(2):
        press(form, "上移")
    form.get_by_role("radio", name="企业向税务局申报").check()
    press(form, "检查")
    expect(form).to_contain_text("从第 2 项起，先后不对")
    press(form, "上移")
    press(form, "检查")
    expect(form).to_contain_text("✓ 对")
    press(form, "撤销")
    expect(form).to_contain_text("从第 2 项起，先后不对")
    press(form, "重做")
    expect(form).to_contain_text("已清空")


def test_several_may_be_right_and_all_are_wanted(page):
    form = question(page, "multiple")
    form.get_by_role("checkbox", name="零申报").check()
    press(form, "检查")
    expect(form).to_contain_text("还有该选的没有选")
    form.get_by_role("checkbox", name="手机银行").check()
    press(form, "检查")
    expect(form).to_contain_text("✓ 对")
    shot(page, "face-multiple")


def test_lesson_feedback_is_kept_with_the_answers(page, classroom):
    form = question(page, "feedback")
    form.get_by_role("radio", name="5 很有用").check()
    expect(form).to_contain_text("已保存")
    assert answers(classroom)["feedback_useful"].value == 5


# --- controls ----------------------------------------------------------------------------------


def test_controls_change_the_words(page):
    scroll_to(page, "合并重复客户号")
    before = page.locator("text=现在得到").first.inner_text()
    page.get_by_label("合并重复客户号").uncheck()
    expect(page.locator("text=现在得到").first).not_to_have_text(before)
    expect(page.locator("text=同一家企业接到两次电话").first).to_be_visible()
    shot(page, "face-lineage")
    scroll_to(page, "缺失怎么办")
    page.get_by_role("radio", name="填 0").check()
    expect(page.locator("text=户被当成 0").first).to_be_visible()
    shot(page, "face-missingness")


def test_a_slider_has_a_name_and_moves_by_key(page):
    slider = page.get_by_role("slider", name="入选前百分之几")
    before = slider.get_attribute("aria-valuenow")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuenow", before)


def test_a_table_is_filtered_and_exported(page):
    table = page.locator(".itables_anywidget")
    table.scroll_into_view_if_needed()
    page.get_by_label("筛选“数据项”", exact=True).fill("征信")
    expect(table).to_contain_text("中筛选）")
    with page.expect_download() as download:
        table.get_by_role("button", name="导出 CSV").click()
    kept = pd.read_csv(download.value.path(), encoding="utf-8-sig")
    assert download.value.suggested_filename == "授权矩阵.csv"
    assert (len(kept) > 2, kept["数据项"].str.contains("征信").all()) == (True, True)
    shot(page, "face-table")


# --- kernels and errors ------------------------------------------------------------------------


def test_answers_survive_the_kernel_and_come_back_with_one_button(page, classroom):
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    end_sessions(classroom)
    open_file(page, classroom, LESSON)
    scroll_to(page, "答过的都还在")
    shot(page, "face-reopened")
    page.locator(".sme-rerun:visible").first.click()
    scroll_to(page, "自测 1")
    expect(page.locator(".sme-ask-judge")).to_contain_text("✓ 对")
    expect(page.locator(".sme-ask-judge")).to_contain_text("提示 2：")


def test_an_error_is_told_in_words_and_its_traceback_is_a_click_away(page, classroom):
    open_file(page, classroom, f"{MODULE}/practice.ipynb")
    wait_until_done(page)
    run_cell(page, "isinstance(core, pd.DataFrame)")
    cell = cell_of(page, "isinstance(core, pd.DataFrame)")
    for said in ("出了什么事：", "可能的原因：", "试试："):
        expect(cell).to_contain_text(said)
    expect(cell.locator("pre", has_text="Traceback")).to_be_hidden()
    shot(page, "face-error")
    cell.locator("summary").click()
    expect(cell.locator("pre", has_text="Traceback")).to_be_visible()


def test_full_width_punctuation_is_named(page):
    cell = cell_of(page, "请作答")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("core = pd.read_csv（1）")
    page.keyboard.press("Control+Enter")
    wait_until_done(page)
    expect(cell_of(page, "read_csv（")).to_contain_text("中文左括号「（」")
    page.keyboard.press("Control+s")


@pytest.mark.full
def test_validate_speaks_chinese(page, classroom):
    open_file(page, classroom, f"{MODULE}/practice.ipynb")
    wait_until_done(page)
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.locator(".validate-button").first.click()
    dialog = page.locator(".jp-Dialog-content")
    expect(dialog).to_contain_text("自查结果")
    expect(dialog).to_contain_text("这一格没有通过")
    expect(dialog).not_to_contain_text("Traceback")
    shot(page, "face-validate")
    dialog.get_by_role("button").first.click()


def with_kernel(classroom: Classroom, **kernelspec: str) -> str:
    notebook = json.loads((classroom.workspace / LESSON).read_text(encoding="utf-8"))
    language = {"name": kernelspec.pop("language")}
    notebook["metadata"] = {"kernelspec": kernelspec, "language_info": language}
    path = classroom.workspace / f"{kernelspec['name']}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path.name


@pytest.mark.full
def test_a_notebook_of_another_python_gets_the_courses_kernel(page, classroom):
    path = with_kernel(classroom, name="conda-old", display_name="Old", language="python")
    open_file(page, classroom, path)
    wait_until_done(page)
    expect(page.locator(".jp-KernelName")).to_have_text("Python 3 (ipykernel)")


@pytest.mark.full
def test_a_notebook_of_another_language_asks_for_the_kernel_in_chinese(page, classroom):
    open_file(page, classroom, with_kernel(classroom, name="ir", display_name="R", language="R"))
    dialog = page.locator(".jp-Dialog-content")
    expect(dialog).to_contain_text("选择内核")
    assert english(dialog.inner_text()) == []
    page.keyboard.press("Escape")


@pytest.mark.full
def test_a_kernel_that_dies_is_told_in_plain_words(page, classroom):
    open_file(page, classroom, f"{MODULE}/practice.ipynb")
    wait_until_done(page)
    run_cell(page, "AS_OF = ")
    subprocess.run(["pkill", "-9", "-f", f"ipykernel_launcher.*{classroom.workspace}"], check=True)
    dialog = page.locator(".jp-Dialog-content")
    expect(dialog).to_contain_text("意外停止，正在自动重启")
    assert english(dialog.inner_text()) == []
    dialog.get_by_role("button").first.click()
