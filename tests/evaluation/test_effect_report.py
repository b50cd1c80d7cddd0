"""The cohort's report: every number from the class, nothing claimed that the class can't show."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import numpy as np
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
from smeprofile.evaluation.learning import learning
from smeprofile.evaluation.page import report_page
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


def scored(data, pre, post):
    """Return the class had each learner, by number, got so many items right: the first ones."""
    answers = data.responses
    number = answers["learner_id"].str[1:].astype(int)
    most = np.where(answers["form"] == "pre", pre(number), post(number))
    is_right = answers["position"] <= most
    state = np.where(is_right, "right", "wrong")
    return replace(
        data, responses=answers.assign(points=is_right.astype(float), state=state, mistake="")
    )


def paged(data):
    """Return the page and the headline."""
    learnt = learning(data, seed=data.cohort.seed)
    return report_page(data, learnt, improvements(data), None, None, is_simulated=False,
                       show_names=False)  # fmt: skip


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


def test_without_an_error_of_the_tests_nobody_is_judged_and_no_error_drawn(data, page):
    text, _ = paged(scored(data, lambda who: 10, lambda who: 20))
    (alt,) = re.findall(r'alt="(散点图，每点一人[^"]*)"', text)
    assert "实线是没有变化，误差算不出，没有画误差范围。" in alt
    assert alt.endswith("误差算不出，没有判断 38 人。")
    assert "虚线" not in alt and "误差之内" not in alt
    assert "虚线是误差范围" in page and "没有判断" not in page


def test_scores_all_alike_size_a_pilot_by_an_assumed_correlation(data, page):
    assumed = "前后测相关 0.50，是假定值：本班不足 30 人，或得分都一样"
    assert assumed in paged(scored(data, lambda who: 10, lambda who: 10 + who % 9))[0]
    assert assumed in paged(scored(data, lambda who: 5 + who % 9, lambda who: 20))[0]
    assert "由本班 38 人算得" in page


def test_a_change_that_is_the_same_for_all_is_not_called_beyond_sampling_error(data):
    text, headline = paged(scored(data, lambda who: 5 + who % 9, lambda who: 8 + who % 9))
    assert headline == "说不出学到多少：大家都一样，没有区间。"
    assert "平均多对 3.0（没有区间：大家都一样，没有区间）题" in text


def test_of_a_fall_no_cautious_gain_is_told(data):
    text, _ = paged(scored(data, lambda who: 12 + who % 9, lambda who: 9 + who % 7))
    assert "没有考后测" in text and "就算离开的人" not in text


def test_one_learner_is_told_to_be_too_few(data):
    _, headline = paged(replace(data, responses=data.responses.query("learner_id == 'u00'")))
    assert headline == "说不出学到多少：不足 2 人，没有区间。"


@pytest.mark.parametrize(
    ("post", "told"),
    [
        (lambda who: 10 + (who % 9) // 2 + who % 2, "：小于 1，前测低的人追上来一些"),
        (lambda who: 8 + 2 * (who % 9) + who % 2, "：大于 1，前测高的人提高得更多"),
        (lambda who: 8 + who % 9 + who % 2, "：和 1 分不清，看不出前测高的还是低的提高得多"),
        (lambda who: 8 + who % 9, "：和 1 分不清，看不出前测高的还是低的提高得多"),
    ],
)
def test_the_slope_says_who_gained_more_only_where_its_interval_does(data, post, told):
    text, _ = paged(scored(data, lambda who: 5 + who % 9, post))
    (row,) = re.findall("后测对前测的斜率.*?</tr>", text)
    assert told in row


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


def test_an_item_is_surely_too_hard_or_too_easy_only_where_the_whole_interval_is(data):
    # Wilson's bounds of 40: none right up to 9 %, two up to 17 %, all from 91 %.
    item = load_paper("pre").items[0].name
    mine = (data.responses["form"] == "pre") & (data.responses["item"] == item)
    number = data.responses["learner_id"].str[1:].astype(int)

    def strengths(n_right):
        is_right = number < n_right
        answers = data.responses.assign(
            points=data.responses["points"].mask(mine, is_right.astype(float)),
            state=data.responses["state"].mask(mine, np.where(is_right, "right", "wrong")),
        )
        found = improvements(replace(data, responses=answers))
        return {i.strength for i in found if i.id == item and re.search("没有人|人人", i.finding)}

    assert [strengths(n) for n in (0, 2, 40)] == [{"sure"}, {"watch"}, {"watch"}]


def test_an_item_that_few_reached_is_not_judged(data):
    item = load_paper("pre").items[-1].name
    mine = (data.responses["form"] == "pre") & (data.responses["item"] == item)
    reached = data.responses["learner_id"].isin(["u00", "u01", "u02"])
    answers = data.responses.assign(
        points=data.responses["points"].mask(mine, 0.0),
        state=data.responses["state"].mask(mine, np.where(reached, "wrong", "not_reached")),
    )
    found = improvements(replace(data, responses=answers))
    assert not [i for i in found if i.id == item and i.finding.startswith("前测")]


def test_what_evidence_enough_means_is_said_of_the_correlation(page):
    assert "「证据足」：整个 95% 区间都这么说（区分度没有区间，看题余相关的区间）；" in page


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


def test_a_delayed_quiz_alone_says_nothing_of_the_job(data):
    def said(**row):
        seen = pd.DataFrame([{"learner_id": "u00", "days": 7, **row}])
        return paged(replace(data, follow_up=seen.reindex(columns=data.follow_up.columns)))[0]

    assert "不能说“回到岗位用上了”" in said(score=0.5)
    assert "不能说“回到岗位用上了”" not in said(card="是")
    assert "不能说“回到岗位用上了”" not in said(lawful=2.0)


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
