"""The learner's own path, from survey and pre-test: shown in the notebook, with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from IPython.display import HTML

from smeprofile.answers import Answer, here
from smeprofile.ask.needs import survey_of
from smeprofile.errors import UserError
from smeprofile.items import (
    GAPS,
    LearningPath,
    bank,
    blueprint,
    gap_of,
    learning_path,
    make_paper,
    mark,
    read_gap_map,
)
from smeprofile.params import Cohort, load_cohort, with_secret
from smeprofile.paths import solutions

HOW = {"full": "上课＋练习", "practice": "只做练习"}
TRACKS = {"rm": "客户经理（全员必做）", "analyst": "分析岗（再加写函数的题）"}
_COLOURS = {"known": "#009E73", "partly": "#E69F00", "gap": "#D55E00", "unknown": "#FFFFFF"}


@dataclass(frozen=True)
class Found:
    """A path, the survey and counts it was made from, and in words where the counts come from."""

    path: LearningPath
    survey: dict[str, object]
    counts: dict[str, dict[str, int]]
    source: str


def path() -> HTML:
    """Return the gap map and the path, made from what this module's survey and pre-test hold now.

    The pre-test counts as marked in the newest returned feedback; in the self-study edition,
    which holds the keys, as it stands; else not at all, and the path says so.
    """
    found = path_in(Path.cwd(), here().all, load_cohort())
    return HTML(path_html(found))


def path_in(folder: Path, given: Mapping[str, Answer], cohort: Cohort) -> Found:
    """Return the path of who answered ``given`` in the module's ``folder``."""
    survey, pre = survey_of(given), given.get("pre")
    counts, source = _counts(folder, pre and pre.value, cohort)
    return Found(learning_path(survey, counts, cohort), survey, counts, source)


def path_html(made: Found) -> str:
    """Return the page: track, gap map with self-ratings, modules in order, those left out."""
    found = made.path
    rows = "".join(
        f"<tr><td>{n}</td><td>{_linked(stop.number, stop.title, stop.is_offered)}</td>"
        f"<td>{HOW[stop.how]}</td><td>{stop.minutes} 分钟</td><td>{escape(stop.why)}</td></tr>"
        for n, stop in enumerate(found.stops, 1)
    )
    skipped = "".join(
        f"<li>{escape(number)} {escape(title)}：{escape(why)}</li>"
        for number, title, why in found.skipped
    )
    left = f"<details><summary>这次不用学的 {len(found.skipped)} 个模块</summary><ul>{skipped}</ul></details>"
    return (
        f'<div class="sme-path"><p>{escape(made.source)}</p>'
        f"<p><b>轨道：{TRACKS[found.track]}</b>。{escape(found.why_track)}。</p>"
        f"<p><b>能力缺口图</b></p>{_gaps(made.counts, made.survey)}"
        f"<p><b>推荐学习路径：{len(found.stops)} 个模块，约 {found.hours:g} 小时</b>。先学底子，再学缺口大的。</p>"
        '<table><tr><th scope="col">次序</th><th scope="col">模块</th><th scope="col">怎么学</th>'
        f'<th scope="col">时长</th><th scope="col">为什么</th></tr>{rows}</table>'
        f"{left if found.skipped else ''}</div>"
    )


def _counts(folder: Path, given: object, cohort: Cohort) -> tuple[dict[str, dict[str, int]], str]:
    pages = sorted(folder.glob("feedback/**/practice.html"), key=lambda p: p.stat().st_mtime)
    for page in reversed(pages):
        if counts := read_gap_map(page.read_text(encoding="utf-8", errors="replace")):
            return counts, "按老师返还的前测反馈排的。"
    if not isinstance(given, dict) or not given.get("answers"):
        return {}, "前测还没有作答，这里是没有作答时的样子：只按问卷推荐，各模块的能力记「未知」。"
    try:
        items = bank(solutions())
    except UserError:
        return (
            {},
            "前测还没有批改：下面只按问卷推荐。交卷、取回反馈后再运行这一格，就会按成绩重排。",
        )
    paper, keys = make_paper(items, "pre", with_secret(cohort))
    return mark(given, paper, keys).counts, "按你的前测成绩排的。"


def _gaps(counts: Mapping[str, Mapping[str, int]], survey: Mapping[str, object]) -> str:
    rows = []
    for topic in blueprint().topics:
        of = counts.get(topic.number, {})
        gap, total = gap_of(of), sum(of.values()) or len(topic.objectives)
        right, wrong = of.get("right", 0), of.get("wrong", 0)
        words = f"{GAPS[gap]}（答对 {right}，答错 {wrong}，未答或未到达 {total - right - wrong}）"
        share = 1 if gap == "unknown" else max(right / total, 0.04)
        style = "border:1px dashed #5b6b7f;" if gap == "unknown" else ""
        bar = f'<div style="width:{share * 8:.2f}em;height:1em;background:{_COLOURS[gap]};{style}"></div>'
        sure = survey.get(f"skill_{topic.number}")
        sure = f"{sure} / 5" if isinstance(sure, int) else "没有填"
        rows.append(
            f'<tr><th scope="row">{topic.number} {escape(topic.title)}</th><td>{bar}</td>'
            f"<td>{words}</td><td>{sure}</td></tr>"
        )
    head = "".join(f'<th scope="col">{t}</th>' for t in ("模块", "答对的份额", "前测", "自评把握"))
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _linked(number: str, title: str, is_offered: bool) -> str:
    name = f"{number} {escape(title)}"
    return name if is_offered else f"{name}（本版还没有）"
