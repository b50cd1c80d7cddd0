"""The start page says what to do next; its buttons carry what the Lab extension wires."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from smeprofile.params import ModuleInfo
from smeprofile.start.choices import Choices, read_choices, save_choices
from smeprofile.start.hand_in import HandIn
from smeprofile.start.page import next_step, start_page
from smeprofile.start.progress import Progress
from smeprofile.start.returned import Mark, Returned
from smeprofile.start.work import Check, Exercise, Work

NINE, TEN = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 5, 10, tzinfo=UTC)
OUTCOMES = {"r": "right", "w": "wrong", ".": None}


def module(number="02", place="here", *, checks="", exercises="", begun=False, **more):
    """A module's progress: checks like "rw." (untried), exercises like "pa." (passed, answered)."""
    info = ModuleInfo(slug=f"{number}_a", title="甲", lesson_minutes=30, practice_minutes=45)
    work = Work(
        lesson=True,
        practice=True,
        is_begun=begun,
        checks=tuple(
            Check(f"q{n}", f"第 {n} 节", f"ask-{n}", OUTCOMES[c]) for n, c in enumerate(checks)
        ),
        exercises=tuple(
            Exercise(f"e{n}", f"第 {n} 题", f"task-{n}", "all", "x" * (e != "."), e == "p")
            for n, e in enumerate(exercises)
        ),
    )
    return Progress(info, place, work=work, **more)


def handed_in(number="02", *, back="", at=NINE, **more):
    """A module handed in at nine; ``back`` holds the points of each returned exercise, of 5."""
    marks = tuple(
        Mark(f"e{n}", f"第 {n} 题", "all", float(score), 5.0, "再想想")
        for n, score in enumerate(back)
    )
    page = Path("/工作区") / f"{number}_a" / "feedback" / "x" / "practice.html"
    returned = Returned(page, at, "0", marks) if back else None
    work = {"checks": "rr", "exercises": "pp"} | more
    return module(number, hand_in=HandIn(NINE, None), returned=returned, **work)


STEPS = [
    # a module's own course
    ([module(place="released")], "领取 02 甲", "fetch"),
    ([module(checks="..", exercises="..")], "开始 02 课程：甲", "02_a/lesson.ipynb#"),
    ([module(checks="..", begun=True)], "继续 02 课程：甲（自测 0/2）", "02_a/lesson.ipynb#ask-0"),
    ([module(checks="rw.")], "继续 02 课程：甲（自测 2/3）", "02_a/lesson.ipynb#ask-2"),
    (
        [module(checks="rw", exercises="..")],
        "开始 02 练习：甲（0/2 题）",
        "02_a/practice.ipynb#task-0",
    ),
    (
        [module(checks="r", exercises="pa.")],
        "继续 02 练习：甲（2/3 题）",
        "02_a/practice.ipynb#task-2",
    ),
    ([module(checks="r", exercises="pa")], "交 02 的作业：甲", "submit"),
    ([handed_in(is_changed=True)], "再交一次 02 的作业：甲", "submit"),
    ([handed_in(is_waiting=True)], "取回 02 的反馈：甲", "feedback"),
    ([handed_in(is_waiting=True, is_changed=True)], "取回 02 的反馈：甲", "feedback"),
    ([handed_in(back="53")], "复盘 02：甲（1 处）", "02_a/practice.ipynb#task-1"),
    ([handed_in(back="53", checks="rw")], "复盘 02：甲（2 处）", "02_a/practice.ipynb#task-1"),
    ([handed_in(back="55", checks="rw")], "复盘 02：甲（1 处）", "02_a/lesson.ipynb#ask-1"),
    ([handed_in(back="53", is_changed=True)], "复盘 02：甲（1 处）", "02_a/practice.ipynb#task-1"),
    (
        [handed_in(back="53", is_changed=True, touched=frozenset({"e1"}))],
        "再交一次 02 的作业：甲",
        "submit",
    ),
    # a lesson without self-checks is learnt once it was run
    ([module(exercises=".")], "开始 02 课程：甲", "02_a/lesson.ipynb#"),
    (
        [module(exercises=".", begun=True)],
        "开始 02 练习：甲（0/1 题）",
        "02_a/practice.ipynb#task-0",
    ),
    # who handed in is not sent back to the lesson
    ([handed_in(checks="..", exercises=".")], "看学习记录", ""),
    # one module after the other
    ([handed_in(), module("03", checks=".")], "开始 03 课程：甲", "03_a/lesson.ipynb#"),
    ([handed_in(is_waiting=True), module("03", checks=".")], "取回 02 的反馈：甲", "feedback"),
    ([module(place="missing"), module("03", checks=".")], "开始 03 课程：甲", "03_a/lesson.ipynb#"),
    ([module(problem="practice.ipynb")], "看学习记录", ""),
    # the end
    ([handed_in()], "看学习记录", ""),
    ([handed_in(back="11", is_reviewed=True)], "看学习记录", ""),
    ([handed_in(back="55")], "打印学习记录和结业证明", ""),
    ([handed_in(back="53", is_reviewed=True)], "打印学习记录和结业证明", ""),
    # feedback on an earlier hand-in
    (
        [handed_in(back="11", at=datetime(2026, 1, 4, tzinfo=UTC))],
        "看学习记录",
        "",
    ),
]


@pytest.mark.parametrize(("course", "label", "does"), STEPS)
def test_the_next_step_follows_from_the_state(course, label, does):
    step = next_step(course, 0.6)
    opens = f"{step.open}#{step.cell}" if step.open else ""
    assert (label, does) == (step.label, opens or step.act)


@pytest.mark.parametrize(
    ("course", "why"),
    [
        ([handed_in()], "作业交了，等老师批改"),
        ([handed_in(), module("03", place="missing")], "02 甲：作业交了，等老师批改"),
        ([handed_in(back="11", is_reviewed=True)], "得 2 分，满分 10 分，及格要 6 分"),
        ([module(problem="answers.json")], "answers.json 读不出来"),
        ([module(place="missing")], "老师还没有发放"),
    ],
)
def test_when_nothing_is_left_the_page_says_what_it_waits_for(course, why):
    assert why in next_step(course, 0.6).why


@pytest.mark.parametrize(
    ("progress", "label"),
    [
        (module(checks="..", exercises=".."), "开始 02 练习：甲（0/2 题）"),
        (module(checks="r.", exercises="pa"), "交 02 的作业：甲"),
        (module(place="released"), "领取 02 甲"),
    ],
)
def test_a_module_to_practise_only_is_not_begun_with_its_lesson(progress, label):
    assert next_step([progress], 0.6, ["02"]).label == label


# --- the page --------------------------------------------------------------------------------


class Elements(HTMLParser):
    """All start tags with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def having(self, name):
        return [attrs for _, attrs in self.found if name in attrs]


@pytest.fixture
def page(trainee):
    def render(*course, choices=None):
        return start_page(
            list(course) or trainee.course(),
            trainee.cohort,
            choices or Choices(),
            Path("/工作区") if course else trainee.workspace,
            "/lab/smeprofile/transcript",
        )

    return render


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_the_page_names_course_cohort_bank_and_date(page):
    told = text(page())
    for words in ("小微企业客户画像实训", "小班 · 青屿城市商业银行（虚构）", "2025-12-31", "合成"):
        assert words in told


def test_the_next_step_is_the_first_button(page):
    buttons = Elements(page(module(checks="r.", exercises="."))).having("type")
    assert ("02_a/lesson.ipynb", "ask-1") == (buttons[0]["data-open"], buttons[0]["data-cell"])


def test_every_button_does_something_and_nothing_is_scripted(page):
    html = page(module(checks="w.", exercises="pa"), handed_in("03", back="53"))
    buttons = [attrs for tag, attrs in Elements(html).found if tag == "button"]
    assert all(("data-open" in b) != ("data-act" in b) for b in buttons)
    assert not re.search(r"<script|<link|https?://|\son[a-z]+=|url\(", html)


def test_buttons_of_the_table_are_told_apart_by_their_names(page):
    html = page(module(checks="."), module("03", checks="."))
    labels = [e["aria-label"] for e in Elements(html).having("aria-label")]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("progress", "row"),
    [
        (
            module(checks="rw.", exercises="pa."),
            "02 甲 30 + 45 分钟 打开课程 自测对 1，答 2，共 3 打开练习 检查通过 1，答 2，共 3 "
            "未交 交作业 没有成绩 无",
        ),
        (module(place="released"), "02 甲 30 + 45 分钟 待领取 领取"),
        (module(place="missing"), "02 甲 30 + 45 分钟 老师还没有发放"),
        (
            module(problem="practice.ipynb"),
            "02 甲 30 + 45 分钟 practice.ipynb 读不出来：运行 smeprofile restore 或联系老师。",
        ),
        (handed_in(is_changed=True), "改过未再交 再交一次 没有成绩 无"),
        (handed_in(is_waiting=True), "没有成绩 取回"),
        (handed_in(back="53"), "8 / 10 查看"),
        (handed_in(back="53", is_waiting=True), "8 / 10 取回 查看"),
    ],
)
def test_the_row_of_a_module_tells_its_state(page, progress, row):
    html = page(progress)
    body = html[html.index("<tbody") : html.index("</tbody")]
    assert row in text(body)


def test_the_feedback_opens_from_the_table(page):
    html = page(handed_in(back="55"))
    (feedback,) = [e for e in Elements(html).having("data-open") if "查看" in e["aria-label"]]
    assert "02_a/feedback/x/practice.html" == feedback["data-open"]


def test_mistakes_are_listed_with_note_and_place(page):
    html = page(handed_in(back="53", checks="rw"))
    review = html[html.index("sme-review") :]
    assert "课程自测：第 1 节" in review
    assert "得 3 / 5 分。再想想" in review
    assert ["ask-1", "task-1"] == [
        e["data-cell"] for e in Elements(review).having("data-open") if "data-cell" in e
    ]


def test_without_mistakes_a_sentence_says_so(page):
    assert "现在没有要复盘的" in page(handed_in(back="55"))


@pytest.mark.parametrize(
    ("progress", "opened"),
    [
        (module(checks=".."), True),
        (module(checks="..", begun=True), False),
        (module(checks="r."), False),
        (module(exercises="a"), False),
    ],
)
def test_how_to_learn_is_open_only_before_anything_was_begun(page, progress, opened):
    assert opened == ("<details open>" in page(progress))


def test_how_to_learn_says_where_a_zip_that_came_back_goes(page):
    assert "把老师发还的 zip 解压到课程文件夹里的 workspace" in text(page())


def test_text_from_files_is_escaped(trainee, page):
    trainee.gets()
    feedback = trainee.receives(red=(0, "all"))
    html = feedback.read_text(encoding="utf-8").replace("red 题", "&lt;script&gt;1&lt;/script&gt;")
    feedback.write_text(html, encoding="utf-8")
    assert "&lt;script&gt;1&lt;/script&gt;" in page()


def test_the_record_is_an_ordinary_link(page):
    links = [attrs for tag, attrs in Elements(page()).found if tag == "a"]
    assert {"href": "/lab/smeprofile/transcript", "target": "_blank"} == links[-1]


def test_all_css_stays_within_the_page(page):
    css = re.search(r"<style>(.*?)</style>", page(), re.DOTALL)[1]
    selectors = re.findall(r"^\s*([^@{}\s][^{}]*)\{", css, re.MULTILINE)
    assert len(selectors) > 20
    assert [s for s in selectors for part in s.split(",") if ".sme-start" not in part] == []


# --- the way ---------------------------------------------------------------------------------


def test_both_ways_are_offered_with_their_hours_and_the_chosen_one_pressed(trainee, page):
    trainee.takes("02_tiny", "03_more", day=["03_more"])
    html = page(choices=Choices("day"))
    pressed = [(e["data-value"], e["aria-pressed"]) for e in Elements(html).having("aria-pressed")]
    assert [("day", "true"), ("full", "false")] == pressed
    assert "一日速成（客户经理），共 0.3 小时" in html
    assert "完整学习，共 2.5 小时" in html


def test_without_a_one_day_path_there_is_nothing_to_choose(page):
    assert "学习路径" not in text(page())


def test_choices_are_kept(trainee):
    trainee.takes("02_tiny", day=["02_tiny"])
    chosen = Choices("day", {"02_tiny": "ab"})
    save_choices(trainee.workspace, chosen)
    assert chosen == read_choices(trainee.workspace, trainee.cohort)


@pytest.mark.parametrize(
    "saved", [b"", b"{", b"[]", b"{}", b'{"path": [], "reviewed": {}}', b'{"path": "day"}', b"\xff"]
)
def test_unreadable_choices_are_the_full_way(trainee, saved):
    trainee.takes("02_tiny", day=["02_tiny"])
    (trainee.workspace / ".smeprofile").mkdir()
    (trainee.workspace / ".smeprofile" / "start.json").write_bytes(saved)
    assert Choices() == read_choices(trainee.workspace, trainee.cohort)


def test_a_day_that_the_course_no_longer_has_is_the_full_way(trainee):
    save_choices(trainee.workspace, Choices("day", {"02_tiny": "ab"}))
    assert Choices("full", {"02_tiny": "ab"}) == read_choices(trainee.workspace, trainee.cohort)
