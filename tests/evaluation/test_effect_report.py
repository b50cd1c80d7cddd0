"""The cohort's report: every number from the class, nothing claimed that the class can't show."""

import csv
import io
import json
import re
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook
from sqlalchemy import delete
from typer.testing import CliRunner

from conftest import ROOT
from exam_class import ITEM_BAD, LEAVES, SECRET_NAME, answered, write_class
from smeprofile.cli import app
from smeprofile.effect import gain, item_analysis, reliability, wide
from smeprofile.errors import UserError
from smeprofile.evaluation import effect, follow_up_form
from smeprofile.evaluation.classdata import read_class
from smeprofile.evaluation.improvements import improvements
from smeprofile.evaluation.report import REHEARSAL
from smeprofile.grading import erase, export
from smeprofile.grading.course import example_course
from smeprofile.grading.followup import BEHAVIOURS, DAYS, follow_up, keep_form
from smeprofile.grading.lessonfeedback import keep_feedback, lesson_feedback
from smeprofile.grading.responses import _RESPONSES
from smeprofile.grading.tables import connection
from smeprofile.items import bank, blueprint, load_paper


@pytest.fixture(scope="module")
def made(class_of_40, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return effect(out, json_path=out / "effect.json", customers=0, course=class_of_40)


@pytest.fixture(scope="module")
def other(class_of_40, tmp_path_factory):
    """The same with names, the bank, personal pages, and marked as a rehearsal."""
    mark = class_of_40.root / REHEARSAL
    mark.touch()
    try:
        return effect(tmp_path_factory.mktemp("other"), customers=200, show_names=True,
                      personal=True, course=class_of_40)  # fmt: skip
    finally:
        mark.unlink()


@pytest.fixture(scope="module")
def page(made):
    return made.report.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(class_of_40):
    return read_class(class_of_40)


def rows(made):
    return list(csv.DictReader(io.StringIO(made.improvements.read_text(encoding="utf-8-sig"))))


# --- the page ----------------------------------------------------------------------------------


def test_the_page_is_chinese_offline_and_starts_with_the_answer(page):
    assert '<html lang="zh-CN">' in page
    assert not re.search(r"https?://|<script|<link|url\(", page)
    first = page.index('class="headline"')
    assert first < page.index("学会了吗") < page.index("第一级")
    assert "后测比前测高" in page


def test_the_first_page_says_what_not_to_conclude(page):
    first = page[: page.index('<section id="l1">')]
    assert "没有对照组" in first
    assert "不能用来评价或考核个人" in first
    assert "还没有 30、60、90 天的跟踪表" in first


def test_numbers_on_the_page_are_those_of_the_statistics(page, data):
    found = gain(data.scores("pre"), data.scores("post"), max_points=32)
    assert found.n == 38
    g = found.class_gain
    assert f"{g.value:.2f}（{g.low:.2f} 至 {g.high:.2f}）" in page
    alpha = reliability(wide(data.responses, "pre"), seed=data.cohort.seed)
    assert f"{alpha.alpha:.2f}（{alpha.interval[0]:.2f} 至 {alpha.interval[1]:.2f}）" in page


def test_who_left_is_counted_and_bounds_the_gain(page):
    assert f"考了前测的 40 人里 {len(LEAVES)} 人没有考后测" in page
    assert "就算离开的人什么也没学到" in page


def test_unanswered_and_unreached_have_columns_of_their_own(page, data):
    table = item_analysis(data.form("pre"))
    assert table["n_not_reached"].sum() == 2
    assert '<th scope="col">未答</th><th scope="col">未到达</th>' in page


def test_fairness_is_withheld_with_its_reason(page):
    assert page.count("DIF）每组至少要 100 人") == 2


def test_every_picture_has_words_and_every_table_heads(page):
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) == 5
    assert all(re.search(r'alt="[^"]{20,}"', p) for p in pictures)
    assert page.count("<table") == len(
        re.findall(r"<table>(?:(?!</table>).)*<th ", page, flags=re.S)
    )


def test_reports_go_by_pseudonyms_unless_told_otherwise(made, page, other):
    hidden = page + made.improvements.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(made.sheets) as archive:
        hidden += "".join(archive.read(n).decode() for n in archive.namelist())
    hidden += (made.report.parent / "effect.json").read_text(encoding="utf-8")
    assert SECRET_NAME not in hidden
    assert not re.search(r"\bu\d\d\b", hidden)
    assert f"{SECRET_NAME}u05" in other.report.read_text(encoding="utf-8")


def test_same_class_same_bytes(class_of_40, made, tmp_path):
    again = effect(tmp_path, customers=0, course=class_of_40)
    for name in ("report", "sheets", "improvements"):
        assert getattr(again, name).read_bytes() == getattr(made, name).read_bytes(), name


def test_what_learners_write_runs_nowhere(page, made):
    assert "<b>票流比</b>" not in page
    assert "&lt;b&gt;票流比" in page
    book = load_workbook(made.sheets)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not [c.coordinate for c in cells if c.data_type == "f"]


def test_the_simulated_bank_is_labelled_simulated(other):
    text = other.report.read_text(encoding="utf-8")
    bank = text.split('<section id="l4">')[1].split("</section>")[0]
    assert "仿真，不是本行的账" in bank
    assert "本行会多赚这么多" in bank.split("不能说")[1]


def test_a_rehearsal_says_that_nobody_is_real_and_a_class_does_not(page, other):
    said = "学员、作答、意见都由程序模拟"
    assert said in other.report.read_text(encoding="utf-8")
    assert said not in page


def test_json_holds_the_numbers_and_no_learner(made):
    found = json.loads((made.report.parent / "effect.json").read_text(encoding="utf-8"))
    assert found["learning"]["gain"]["n"] == 38
    assert (
        found["learning"]["gain"]["class_gain"]["low"]
        < found["learning"]["gain"]["class_gain"]["high"]
    )
    assert found["learning"]["change"]["by_learner"] is None


# --- small and missing -------------------------------------------------------------------------


def test_nine_learners_are_warned_about_and_no_item_is_condemned(class_of_9, tmp_path):
    made = effect(tmp_path, customers=0, course=class_of_9)
    text = made.report.read_text(encoding="utf-8")
    assert "不要下结论" in text
    assert made.headline.startswith("只有 7 人，只能看方向：")
    assert "item" not in {row["kind"] for row in rows(made)}


def test_without_a_post_test_it_says_so_instead_of_a_number(tmp_path):
    course = write_class(tmp_path / "course", 12)
    with connection(course) as database:
        database.execute(delete(_RESPONSES).where(_RESPONSES.c.form == "post"))
    made = effect(tmp_path / "out", customers=0, personal=True, course=course)
    assert "还说不出学到多少" in made.headline
    mine = (tmp_path / "out" / "personal" / "u00.html").read_text(encoding="utf-8")
    assert "只有前测，下面只说它。" in mine and "两次测验" not in mine


def test_nothing_graded_is_told(tmp_path):
    with example_course() as course, pytest.raises(UserError, match="还没有批改过"):
        effect(tmp_path, customers=0, course=course)


# --- what to mend ------------------------------------------------------------------------------


def test_the_planted_faults_are_found_with_their_evidence(made, data):
    found = rows(made)
    bad = load_paper("pre").items[ITEM_BAD - 1].name
    (item,) = [r for r in found if r["id"] == bad and "反而答错" in r["finding"]]
    assert item["strength"] == "sure"
    path, line = item["where"].split(":")
    assert f'"{bad}"' in (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    (exercise,) = [r for r in found if r["kind"] == "exercise"]
    assert exercise["id"] == "03_flows_tax/second"
    assert "40 人里满分 2%" in exercise["evidence"]
    (module,) = [r for r in found if r["kind"] == "module"]
    assert module["strength"] == "sure"
    assert "自报中位数 200 分钟" in module["evidence"]
    (text,) = [r for r in found if r["kind"] == "text"]
    assert "没讲" in text["evidence"]


def test_surest_comes_first_and_a_guess_is_called_one(data):
    strengths = [one.strength for one in improvements(data)]
    order = ["sure", "watch", "said"]
    assert strengths == sorted(strengths, key=order.index)
    assert set(strengths) == set(order)


# --- a trainee's own page ----------------------------------------------------------------------


def test_a_personal_page_holds_ones_own_data_alone(other, data):
    assert other.n_personal == 40
    text = (other.report.parent / "personal" / "u05.html").read_text(encoding="utf-8")
    pre, post = data.scores("pre")["u05"], data.scores("post")["u05"]
    assert f"前测答对 {pre:g} / 32 题，后测答对 {post:g} / 32 题" in text
    assert set(re.findall(r"\bu\d\d\b", text)) == {"u05"}
    assert "哪些错反复出现" in text
    assert "漏了缺失：" in text
    assert "下一步" in text


def test_a_personal_page_names_the_objectives_missed_twice(other, data):
    goals = {item.name: item.objective for item in bank(ROOT / "solutions")}
    who = data.scores("post").idxmin()
    mine = data.responses[data.responses["learner_id"] == who]
    wrong = mine[mine["state"] == "wrong"].assign(goal=lambda t: t["item"].map(goals))
    twice = set(wrong[wrong["form"] == "pre"]["goal"]) & set(wrong[wrong["form"] == "post"]["goal"])
    words = {o.id: o.text for topic in blueprint().topics for o in topic.objectives}
    text = (other.report.parent / "personal" / f"{who}.html").read_text(encoding="utf-8")
    listed = text.split("两次测验都答错的学习目标")[1].split("</ul>")[0]
    assert {goal for goal in words if f"{goal[:2]} {words[goal]}" in listed} == twice != set()


# --- weeks later -------------------------------------------------------------------------------


@pytest.fixture
def followed(tmp_path):
    course = write_class(tmp_path / "course", 12)
    return course, tmp_path / "跟踪表.xlsx"


def fill(path, changes):
    """Write (row, heading) → value into the form."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for (row, head), value in changes.items():
        sheet.cell(row, heads.index(head) + 1).value = value
    book.save(path)


def test_a_follow_up_form_goes_out_and_comes_back(followed, tmp_path):
    course, path = followed
    assert "12 人" in follow_up_form(path, course=course)
    card = BEHAVIOURS["card"]
    fill(path, {(2, "延迟测验（0–100 分）"): 50, (3, card): "是", (3, "迁移案例：授权与合规（0–2）"): 2,
                (7, card): "没机会"})  # fmt: skip
    assert keep_form(course, path) == 3
    assert keep_form(course, path) == 3  # again: replaced, not doubled
    table = follow_up(course).set_index(["learner_id", "days"])
    assert table.loc[("u00", 7), "score"] == 0.5
    assert table.loc[("u00", 30), "card"] == "是"
    assert pd.isna(table.loc[("u01", 30), "score"])
    text = effect(tmp_path / "out", customers=0, course=course).report.read_text("utf-8")
    level = text.split('<section id="l3">')[1].split("</section>")[0]
    assert card in level
    assert "还没有跟踪数据" not in level


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({(2, "延迟测验（0–100 分）"): 101}, "第 2 行“延迟测验"),
        ({(3, BEHAVIOURS["card"]): "大概"}, "应为 是、否 或 没机会"),
        ({(2, "天数"): 8, (2, "延迟测验（0–100 分）"): 50}, "应为 7、30、60 或 90"),
        ({(1, "天数"): "第几天"}, "表头不同"),
    ],
)
def test_a_form_filled_in_wrongly_names_the_place_and_stores_nothing(followed, change, told):
    course, path = followed
    follow_up_form(path, course=course)
    fill(path, change)
    with pytest.raises(UserError, match=told):
        keep_form(course, path)
    assert len(follow_up(course)) == 0


def test_a_form_that_may_be_filled_in_is_not_overwritten(followed):
    course, path = followed
    follow_up_form(path, course=course)
    with pytest.raises(UserError, match="已存在"):
        follow_up_form(path, course=course)


def test_the_form_asks_each_learner_on_each_day(followed):
    course, path = followed
    follow_up_form(path, course=course)
    table = pd.read_excel(path)
    assert len(table) == 12 * len(DAYS)
    assert SECRET_NAME not in table.to_csv()


# --- privacy -----------------------------------------------------------------------------------


def test_what_was_said_and_seen_is_exported_and_deleted_with_its_learner(followed, tmp_path):
    course, path = followed
    follow_up_form(path, course=course)
    fill(path, {(2, "延迟测验（0–100 分）"): 50})
    keep_form(course, path)
    with zipfile.ZipFile(export("u00", tmp_path / "u00.zip", course=course)) as archive:
        names = archive.namelist()
        assert {"lesson_feedback.csv", "follow_up.csv"} <= set(names)
        assert b"u01" not in archive.read("lesson_feedback.csv")
    erase("u00", course=course)
    assert "u00" not in set(lesson_feedback(course)["learner_id"])
    assert "u00" not in set(follow_up(course)["learner_id"])
    text = effect(tmp_path / "out", customers=0, course=course).report.read_text("utf-8")
    assert "考了前测的 11 人" in text


@pytest.mark.parametrize("value", [0, 6, 2.5, "5", True, None, [5], {"a": 1}])
def test_marks_that_the_form_cannot_give_are_left_out(value):
    with example_course() as course:
        given = {"feedback_useful": answered(value), "feedback_use": answered(3)}
        keep_feedback(course, "03_x", "ann", given)
        (row,) = lesson_feedback(course).to_dict("records")
    assert pd.isna(row["useful"])
    assert row["use"] == 3


# --- the command -------------------------------------------------------------------------------


def run(monkeypatch, course, *arguments):
    monkeypatch.setattr("smeprofile.evaluation.report.open_course", lambda: course)
    return CliRunner().invoke(app, ["effect", *map(str, arguments)])


def test_the_command_writes_report_tables_and_list(class_of_9, monkeypatch, tmp_path):
    done = run(monkeypatch, class_of_9, "--out", tmp_path, "--no-bank", "--personal")
    assert done.exit_code == 0
    assert "报告：" in done.output
    assert {p.name for p in tmp_path.iterdir()} == {
        "effect.html", "effect.xlsx", "improvements.csv", "personal",
    }  # fmt: skip


def test_the_command_writes_the_form_alone(class_of_9, monkeypatch, tmp_path):
    done = run(monkeypatch, class_of_9, "--follow-up-form", tmp_path / "表.xlsx")
    assert done.exit_code == 0
    assert [p.name for p in tmp_path.iterdir()] == ["表.xlsx"]
