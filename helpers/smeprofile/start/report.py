"""The trainee's own report in the last lesson: where I was, where I am, what recurs, what next.

Made of what lies in the workspace only: answers, and the feedback that came back. Before a test is
marked it says so; no key is ever looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from IPython.display import HTML

from smeprofile.answers import FILE, read_answers
from smeprofile.disk import in_words
from smeprofile.items import GAPS, blueprint, gap_of, read_gap_map
from smeprofile.params import Cohort, load_cohort
from smeprofile.paths import home
from smeprofile.start.choices import read_choices
from smeprofile.start.progress import Progress, course_progress
from smeprofile.start.returned import BLANK, newest_page
from smeprofile.start.transcript import number

_LIKELY = re.compile(r"<p>最像是这些误解：([^<]+)。</p>")
_MOST = 5
_WORST = ("gap", "partly", "unknown", "known")


@dataclass(frozen=True)
class Sat:
    """One test: the state in words until it is marked, then module → counts and likely mistakes."""

    state: str
    counts: Mapping[str, Mapping[str, int]]
    mistakes: tuple[str, ...] = ()


def learning_report() -> HTML:
    """Return the report of the trainee in whose workspace the notebook runs."""
    return HTML(report_html(Path.cwd().parent, load_cohort(root=home())))


def report_html(workspace: Path, cohort: Cohort) -> str:
    """Return the report of one workspace.

    >>> from smeprofile.params import load_cohort
    >>> "还没有作答" in report_html(Path("没有这个工作区"), load_cohort())
    True
    """
    try:
        choices = read_choices(workspace, cohort)
        course = course_progress(home(), workspace, cohort, choices, way="full")
        tests = {form: _sat(workspace, course, form) for form in ("pre", "post")}
    except OSError as error:
        return f'<p role="alert">读不出工作区：{escape(in_words(error))}。</p>'
    newest = tests["post"].counts or tests["pre"].counts
    return (
        f'<div class="sme-path">{_said(tests)}{_table(course, tests)}'
        f"{_recurring(course, tests)}{_next(course, newest, cohort)}</div>"
    )


def _sat(workspace: Path, course: list[Progress], form: str) -> Sat:
    slug = next((p.info.slug for p in course if p.number == {"pre": "00", "post": "14"}[form]), "")
    page = newest_page(workspace, slug) if slug else None
    html = page.read_text(encoding="utf-8", errors="replace") if page else ""
    if counts := read_gap_map(html):
        named = _LIKELY.search(html)
        return Sat("已批改", counts, tuple(unescape(named[1]).split("；")) if named else ())
    try:
        given = read_answers((workspace / slug / FILE).read_bytes()).get(form)
    except (OSError, ValueError):
        given = None
    has_answers = given and isinstance(given.value, dict) and given.value.get("answers")
    return Sat("待批改" if has_answers else "还没有作答", {})


def _said(tests: Mapping[str, Sat]) -> str:
    words = {"pre": "前测", "post": "后测"}
    parts = []
    for form, sat in tests.items():
        right = sum(of.get("right", 0) for of in sat.counts.values())
        total = sum(sum(of.values()) for of in sat.counts.values())
        parts.append(f"{words[form]}：{sat.state}{f'，答对 {right} / {total} 题' if total else ''}")
    note = (
        "两张卷同一张蓝图，多对或少对两三题多半在误差之内。"
        if tests["pre"].counts and tests["post"].counts
        else "取回老师的反馈以后，再运行这一格就会更新。"
    )
    return f"<p>{'；'.join(parts)}。{note}</p>"


def _table(course: list[Progress], tests: Mapping[str, Sat]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{p.number} {escape(p.info.title)}</th>'
        f"<td>{_gap(tests['pre'], p.number)}</td><td>{_gap(tests['post'], p.number)}</td>"
        f"<td>{_self_checks(p)}</td><td>{_practice(p)}</td></tr>"
        for p in course
    )
    head = "".join(f'<th scope="col">{t}</th>' for t in ("模块", "前测", "后测", "自测", "练习"))
    return f"<p><b>一、我从哪里来，到了哪里</b></p><table><tr>{head}</tr>{rows}</table>"


def _gap(sat: Sat, module: str) -> str:
    if module not in {t.number for t in blueprint().topics}:
        return "—"
    return GAPS[gap_of(sat.counts.get(module, {}))] if sat.counts else sat.state


def _self_checks(p: Progress) -> str:
    return f"对 {p.n_right} / 答 {p.n_checked}" if p.n_checked else "没有做"


def _practice(p: Progress) -> str:
    if p.problem:
        return escape(f"{p.problem} 读不出来")
    if p.marks:
        return f"{number(p.score)} / {number(p.points)} 分"
    if p.hand_in:
        return "待批改"
    return f"做了 {p.n_answered} 题，还没有交" if p.n_answered else "还没有做"


def _recurring(course: list[Progress], tests: Mapping[str, Sat]) -> str:
    """Return what was wrong in both tests, then the exercises that lost points with what was said."""
    pre, post = (set(tests[form].mistakes) for form in ("pre", "post"))
    both = [f"两次测验都像是：{escape(m)}" for m in tests["post"].mistakes if m in pre]
    new = [f"后测像是：{escape(m)}" for m in tests["post"].mistakes if m in post - pre]
    lost = [
        f"{p.number} {escape(m.title)}：{escape(_first(m.note))}"
        for p in course
        for m in p.marks
        if m.score < m.points and m.note not in ("", BLANK)  # no answer is no mistake
    ]
    items = both + new + lost
    shown = "".join(f"<li>{item}</li>" for item in items[: 2 * _MOST])
    rest = (
        f"<p>还有 {len(items) - 2 * _MOST} 条，见首页的反馈。</p>" if len(items) > 2 * _MOST else ""
    )
    body = f"<ul>{shown}</ul>{rest}" if items else "<p>还没有批改过的错：待批改，或都对了。</p>"
    return f"<p><b>二、反复的错</b></p>{body}"


def _first(note: str) -> str:
    """Return a note's first sentence."""
    return f"{note.partition('。')[0][:120]}。"


def _next(course: list[Progress], newest: Mapping[str, Mapping[str, int]], cohort: Cohort) -> str:
    """Return the modules to go back to first: gaps of the newest test, then practices not passed."""
    named = []
    for p in course:
        if p.number in ("00", "14") or p.place != "here":
            continue
        gap = gap_of(newest.get(p.number, {}))
        short = bool(p.marks) and p.score < cohort.pass_share * p.points - 1e-9
        if newest and gap in ("gap", "partly"):
            named.append((_WORST.index(gap), p, f"最近一次测验是{GAPS[gap]}"))
        elif short:
            named.append((1, p, "练习没有及格"))
        elif not p.marks and not p.hand_in:
            named.append((2, p, "练习还没有交"))
    named.sort(key=lambda one: one[0])
    rows = "".join(
        f"<li>{p.number} {escape(p.info.title)}：{why}；练习约 {p.info.practice_minutes} 分钟</li>"
        for _, p, why in named[:_MOST]
    )
    done = any(p.marks or p.hand_in for p in course)
    none = (
        "没有要先补的：去岗位上用一次，三十天后再测。"
        if done
        else "还没有交过练习，说不出先补哪里：回首页取来模块，交了再运行这一格。"
    )
    body = f"<ol>{rows}</ol>" if rows else f"<p>{none}</p>"
    return f"<p><b>三、接下来先补这几处</b></p>{body}"
