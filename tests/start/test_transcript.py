"""The record is honest: the certificate only appears when every module of the way is passed."""

import re
from datetime import date

import pytest

from smeprofile.start.choices import Choices
from smeprofile.start.transcript import shortfalls, transcript


@pytest.fixture
def record(trainee):
    trainee.takes("02_tiny", "03_more", day=["02_tiny"])
    for slug in ("02_tiny", "03_more"):
        trainee.gets(slug)

    def render(way="full"):
        choices = Choices(way)
        return transcript(
            trainee.course(choices),
            trainee.cohort,
            choices,
            learner_id="zhang.san",
            today=date(2026, 2, 3),
        )

    return render


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_the_record_names_learner_cohort_bank_way_and_day(record):
    told = words(record())
    for text in ("学员编号 zhang.san", "姓名 ＿＿", "班次 小班", "银行 青屿城市商业银行（虚构）"):
        assert text in told
    assert "学习路径 完整学习 打印日期 2026 年 2 月 3 日" in told


def test_the_record_tells_each_module_and_the_totals(trainee, record):
    trainee.answers(q1="right", q2="wrong", red={"r1": "允许"})
    trainee.hands_in()
    trainee.receives(red=(4, "all"), code=(0, "analyst"))
    told = words(record())  # the time in the cohort's zone, wherever the server stands
    assert "02 模块02 1 / 2 / 2 0 / 1 / 2 4 / 10 2026-01-05 17:00" in told
    assert "03 模块03 0 / 0 / 2 0 / 0 / 2 没有成绩 未交" in told
    assert "合计 1 / 2 / 4 0 / 1 / 4 4 / 10 已交 1 个模块 待复盘：3 处。" in told


def test_everything_passed_earns_the_certificate(trainee, record):
    for slug in ("02_tiny", "03_more"):
        trainee.receives(slug=slug, red=(5, "all"), code=(1, "analyst"))
    told = words(record())
    assert "结业证明 学员 ＿＿＿＿＿＿＿＿（编号 zhang.san）在小班完成" in told
    assert "共 2 个模块，每个模块的得分都达到满分的 60%，合计得 12 分，满分 20 分" in told
    assert "离结业证明还差" not in told


def test_a_certificate_without_the_analysts_exercises_says_so(trainee, record):
    trainee.receives(slug="02_tiny", red=(5, "all"), code=(0, "analyst"))
    assert "都达到满分的 60%（只算「全员必做」的题），合计得 5 分，满分 5 分" in words(
        record("day")
    )


def test_one_module_below_the_line_is_named_and_withholds_the_certificate(trainee, record):
    trainee.receives(slug="02_tiny", red=(5, "all"), code=(1, "analyst"))
    trainee.receives(slug="03_more", red=(5, "all"), code=(0.5, "analyst"))
    told = words(record())
    assert "03 模块03：得 5.5 分，满分 10 分，及格要 6 分。" in told
    assert "02 模块02：" not in told
    assert "带教老师：" not in told


def test_the_day_counts_only_what_is_for_everybody(trainee, record):
    trainee.receives(slug="02_tiny", red=(3, "all"), code=(0, "analyst"))
    assert "「一日速成（客户经理）」，共 1 个模块" in words(record("day"))
    assert "02 模块02：得 3 分，满分 10 分，及格要 6 分。" in words(record("full"))


def test_the_day_is_not_passed_by_points_of_the_analysts(trainee, record):
    trainee.receives(slug="02_tiny", red=(2, "all"), code=(5, "analyst"))
    assert "02 模块02：得 2 分，满分 5 分，及格要 3 分。" in words(record("day"))


def test_what_is_missing_is_said_for_every_state(trainee):
    slugs = ["02_tiny", "03_more", "04_sent", "05_back", "06_away", "07_torn"]
    trainee.takes(*slugs)
    for slug in (slugs[0], *slugs[2:4], slugs[5]):
        trainee.gets(slug)
    trainee.hands_in(slug="04_sent")
    trainee.receives("<p>别处的网页</p>", slug="05_back")
    trainee.path("07_torn", "practice.ipynb").write_text("{", encoding="utf-8")
    outbound = trainee.home / "grading" / "exchange" / "tiny" / "outbound"
    (outbound / "03_more").mkdir(parents=True)
    assert [
        "02 模块02：作业还没有交。",
        "03 模块03：还没有领取。",
        "04 模块04：作业交了，等老师批改。",
        "05 模块05：取回的反馈里没有成绩。",
        "06 模块06：老师还没有发放。",
        "07 模块07：practice.ipynb 读不出来。",
    ] == shortfalls(trainee.course(), 0.6)


@pytest.mark.parametrize(("share", "earned"), [(0.6, True), (0.61, False), (0, True), (1, False)])
def test_the_pass_share_is_met_exactly(trainee, share, earned):
    trainee.gets()
    trainee.receives(red=(1, "all"), code=(5, "analyst"))  # 6 of 10
    assert earned == (shortfalls(trainee.course(), share) == [])


def test_the_page_has_no_script_and_asks_for_nothing(record):
    html = record()
    assert not re.search(r"<script|<link|https?://|\son[a-z]+=|url\(|src=", html)
    assert "default-src 'none'; style-src 'unsafe-inline'" in html


def test_the_page_says_what_it_is_worth(trainee, record):
    for slug in ("02_tiny", "03_more"):
        trainee.receives(slug=slug, red=(5, "all"))
    assert 2 == record().count("正式成绩以带教老师的成绩册为准；客户数据为合成数据。")


def test_the_same_state_prints_the_same_page(record):
    assert record() == record()
