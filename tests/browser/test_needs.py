"""Module 00 in Chromium, from survey to path: two learners, two paths, each saying why."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from classroom import (
    Classroom,
    browser_page,
    open_file,
    run_all,
    run_cell,
    scroll_to,
    shot,
    wait_until_done,
)
from conftest import ROOT
from english import SEEN, english
from smeprofile.answers import read_answers
from smeprofile.items import VERDICTS, bank, make_paper, seat_of, variant_at
from smeprofile.params import load_cohort

pytestmark = [pytest.mark.browser, pytest.mark.full]
MODULE = "00_needs_survey"
LEARNERS = {
    "manager": {
        "role": "客户经理",
        "tasks": ["走访企业", "选产品"],
        "coding": "1 不会",
        "pains": ["看不准企业真实的收入"],
        "knows": {"01", "02", "04"},
        "stops_at": 16,
    },
    "modeller": {
        "role": "数据分析",
        "tasks": ["写代码、建模型"],
        "coding": "5 天天写",
        "pains": ["贷出去才发现风险"],
        "knows": {"03", "04", "06", "13"},  # but meets each of them once only
        "stops_at": 15,
    },
}


@pytest.fixture(scope="module", params=LEARNERS)
def desk(request, tmp_path_factory, chromium):
    """A learner's classroom and page, the survey filled in and the pre-test taken."""
    folder = tmp_path_factory.mktemp(request.param)
    room = Classroom(folder, (MODULE, "02_data_cleaning", "14_graduation"))
    room.environment["SMEPROFILE_LEARNER"] = request.param
    room.open_lab()
    try:
        with browser_page(chromium) as page:
            fill_in(page, room, LEARNERS[request.param])
            take(page, room, request.param)
            yield page, room, request.param
    finally:  # a lab left running would fail another test with its warning
        room.close()


def fill_in(page: Page, room: Classroom, learner: dict) -> None:
    open_file(page, room, f"{MODULE}/lesson.ipynb")
    run_all(page)
    scroll_to(page, "你的岗位最接近哪一个")
    survey = page.locator(".sme-ask-needs")
    survey.locator(".sme-ask-pick").get_by_role("radio", name=learner["role"]).check()
    for group, words in ((0, learner["tasks"]), (1, learner["pains"])):
        for one in words:
            survey.locator(".sme-ask-tick").nth(group).get_by_role("checkbox", name=one).check()
    coding = survey.locator(".sme-ask-rating").first
    coding.get_by_role("radio", name=learner["coding"]).check()
    for number in ("03", "08"):
        skill = survey.locator(".sme-ask-rating", has_text=f"{number} ")
        skill.get_by_role("radio", name="2", exact=True).check()
        expect(skill).to_contain_text("已保存")


def take(page: Page, room: Classroom, who: str) -> None:
    cohort = load_cohort(root=ROOT)
    questions, keys = make_paper(bank(ROOT / "solutions"), "pre", cohort)
    seat, learner = seat_of(cohort.cohort_id, who), LEARNERS[who]
    open_file(page, room, f"{MODULE}/practice.ipynb")
    run_all(page)
    scroll_to(page, "前测卷 A　第")
    form = page.locator(".sme-ask-paper")
    for n, item in enumerate(questions.items[: learner["stops_at"]], 1):
        expect(form).to_contain_text(f"第 {n} / 32 题")
        key, mistakes = keys[item.name][variant_at(seat, item.name)]
        answer(form, item, key if item.module in learner["knows"] else mistakes[0][0])
        expect(form).to_contain_text(f"已答 {n} / 32")
        if n == 3:
            shot(page, f"needs-{who}-paper")
        if n < learner["stops_at"]:
            form.get_by_role("button", name="下一题").click()
    form.get_by_role("button", name="交卷").click()
    expect(form).to_contain_text("记下了")
    run_cell(page, "given = pre")
    run_cell(page, "ask.path()")
    page.locator(".sme-path").scroll_into_view_if_needed()


def answer(form: Locator, item, response) -> None:
    """Give a response by the item's control."""
    match item.kind:
        case "numeric":
            field = form.get_by_role("textbox")
            field.fill(f"{response:.6f}".rstrip("0").rstrip("."))
            field.press("Enter")
        case "single":
            form.get_by_role("radio", name=item.options[response], exact=True).check()
        case "multiple":
            for one in response:
                form.get_by_role("checkbox", name=item.options[one], exact=True).check()
        case "judge":
            form.get_by_role("radio", name=VERDICTS[response[0]], exact=True).check()
            form.get_by_role("radio", name=item.options[response[1]], exact=True).check()


def stops(page: Page) -> dict[str, str]:
    """Return module number → the row of the path, as shown."""
    rows = page.locator(".sme-path table").nth(1).locator("tr").all_inner_texts()[1:]
    return {row.split("\t")[1][:2]: row for row in rows}


def test_answers_are_kept_as_given(desk):
    _, room, who = desk
    kept = read_answers((room.workspace / MODULE / "answers.json").read_bytes())
    assert len(kept["pre"].value["answers"]) == LEARNERS[who]["stops_at"]
    assert kept["pre"].value["reached"] == LEARNERS[who]["stops_at"]
    assert kept["pre"].value["finished"] == "是"
    assert kept["needs_skill_03"].value == 2


def test_path_says_why_and_differs_by_work_and_by_answers(desk):
    page, _, who = desk
    shot(page, f"needs-{who}-path")
    found, path = stops(page), page.locator(".sme-path")
    assert {"01", "02", "14"} <= set(found)
    assert all("前测" in row for row in found.values())
    if who == "manager":
        expect(path).to_contain_text("轨道：客户经理")
        assert "你的难处：看不准企业真实的收入" in found["03"]
        assert "选产品、谈价格" in found["08"]
        assert "13" not in found
    else:
        expect(path).to_contain_text("轨道：分析岗")
        assert "你的难处：贷出去才发现风险" in found["13"]
        assert "只答对一部分" in found["13"]
        assert "10" not in found


def test_what_was_not_reached_is_unknown_not_a_gap(desk):
    page, _, who = desk
    gaps = page.locator(".sme-path table").first.locator("tr").all_inner_texts()[1:]
    states = {row[:2]: row for row in gaps}
    if who == "manager":  # stopped early in the second round
        assert "未答或未到达 1" in states["12"]
    assert "答对 0" in states["08"]
    assert "缺口" in states["08"]


def test_a_reopened_paper_goes_on_where_it_was_left(desk):
    page, room, who = desk
    open_file(page, room, f"{MODULE}/practice.ipynb")
    wait_until_done(page)
    run_all(page)
    form = page.locator(".sme-ask-paper")
    left = LEARNERS[who]["stops_at"]
    expect(form).to_contain_text(f"第 {1 if left == 32 else left + 1} / 32 题")
    expect(form).to_contain_text(f"已答 {left} / 32")


def test_nothing_is_english_and_nothing_leaves_the_machine(desk):
    page, *_ = desk
    assert english(*page.evaluate(SEEN)) == []
    assert page.outside == []
    assert [e for e in page.errors if "404" not in e] == []


def test_the_paper_holds_no_key(desk):
    _, room, _ = desk
    text = (room.home / "datasets" / "papers" / "pre.json").read_text(encoding="utf-8")
    assert {"key", "wrong", "mistake"}.isdisjoint(json.loads(text)["items"][0])
    assert "常见误解" not in text


def test_start_page_offers_the_own_path(desk):
    page, room, who = desk
    page.goto(room.url("lab?reset"))
    page.wait_for_selector(".sme-start h1")
    page.locator(".sme-start").get_by_role("button", name="我的路径").click()
    expect(page.locator(".sme-message")).to_contain_text("学习路径换成了“我的路径")
    track = "客户经理" if who == "manager" else "分析岗"
    expect(page.locator(".sme-start")).to_contain_text(f"轨道：{track}")
    expect(page.locator(".sme-start")).to_contain_text("人人必学")
    shot(page, f"needs-{who}-start")
