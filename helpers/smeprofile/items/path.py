"""From the needs survey and the pre-test to a learning path: which modules, in what order, why."""

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from smeprofile.items.blueprint import Topic, blueprint
from smeprofile.items.mark import STATES, gap_of
from smeprofile.params import TRACK_NAMES, Cohort

ALWAYS = ("01", "02", "14")  # what every lender must have: terms and red lines; the final exercise
_RM_SHARE = 0.5  # of a practice: what client managers do of it
_WEIGHT = {"gap": 3, "unknown": 2, "partly": 1, "known": 0}
_WORDS = {
    "gap": "前测答了的都没有答对",
    "partly": "前测只答对一部分",
    "known": "前测都答对了",
    "unknown": "前测没有作答，还不知道会不会",
}


@dataclass(frozen=True)
class Stop:
    """One module on a path; ``how`` is "full" (lesson and practice) or "practice" alone."""

    number: str
    title: str
    how: str
    minutes: int
    why: str
    is_offered: bool  # in this edition of the course


@dataclass(frozen=True)
class LearningPath:
    """The modules to take, in order, those left out with the reason, and the track."""

    track: str  # "rm" or "analyst"
    why_track: str
    stops: list[Stop]
    skipped: list[tuple[str, str, str]]  # number, title, why

    @property
    def hours(self) -> float:
        """How long the path takes, to half an hour."""
        return round(sum(stop.minutes for stop in self.stops) / 30) / 2


def learning_path(
    survey: Mapping[str, object], counts: Mapping[str, Mapping[str, int]], cohort: Cohort
) -> LearningPath:
    """Return the path for one learner.

    ``survey``: ``role``, ``tasks`` and ``pains`` (codes of the blueprint), ``coding`` (1–5) and
    ``skill_NN`` (1–5, how sure one feels of module NN); what is missing counts as not said.
    ``counts``: module → items in each state; a module without is unknown.

    A module is taken when it belongs to everybody, serves the learner's work or what hurts, or is
    built on by one that is taken and isn't known. One that is known and felt sure of is practised
    only. Order: what is built on comes first; then the larger gap, then the more often wanted.
    """
    plan = blueprint()
    gaps = {t.number: gap_of(counts.get(t.number, {})) for t in plan.topics}
    wanted = {t.number: _wanted(t, survey) for t in plan.topics}
    taken = {n for n, why in wanted.items() if why}
    taken |= _built_on(taken, gaps)
    track, why_track = _track(survey, cohort)
    stops = []
    for number in _ordered(taken, gaps, wanted):
        topic = plan.topic(number)
        is_known, is_sure = gaps[number] == "known", _is_sure(survey, number)
        unsure = ["自评把握不大"] if is_known and not is_sure else []
        reasons = [_WORDS[gaps[number]], *unsure]
        why = "；".join([*reasons, *(wanted[number] or [_for_what(number, taken)])])
        how = "practice" if is_known and is_sure else "full"
        stops.append(Stop(number, topic.title, how, _minutes(topic, how, track, cohort), why,
                          any(m.slug[:2] == number for m in cohort.modules)))  # fmt: skip
    unneeded = "你的工作暂时用不到" if _says_work(survey) else "不知道你的工作用不用得到"
    skipped = [
        (t.number, t.title, f"{_WORDS[gaps[t.number]]}；{unneeded}")
        for t in plan.topics
        if t.number not in taken
    ]
    return LearningPath(track, why_track, stops, skipped)


def _wanted(topic: Topic, survey: Mapping[str, object]) -> list[str]:
    """Return why the learner wants a module, in words; empty if nothing says so."""
    plan, why = blueprint(), []
    if topic.number in ALWAYS:
        why.append("人人必学")
    tasks = [t for t in topic.tasks if t in _codes(survey, "tasks")]
    if tasks and topic.number not in ALWAYS:
        why.append("你的工作：" + "、".join(plan.tasks[t] for t in tasks[:2]))
    pains = [p for p in _codes(survey, "pains") if topic.number in plan.pain_topics.get(p, [])]
    if pains:
        why.append("你的难处：" + "、".join(plan.pains[p] for p in pains))
    return why


def _says_work(survey: Mapping[str, object]) -> bool:
    return bool(survey.get("role") or _codes(survey, "tasks"))


def _codes(survey: Mapping[str, object], name: str) -> list[str]:
    value = survey.get(name)
    return [code for code in value if isinstance(code, str)] if isinstance(value, list) else []


def _built_on(taken: Collection[str], gaps: Mapping[str, str]) -> set[str]:
    """Return the modules that taken ones build on, unless they are known already."""
    found, waiting = set(), list(taken)
    while waiting:
        for before in blueprint().topic(waiting.pop()).before:
            if gaps[before] != "known" and before not in found:
                found.add(before)
                waiting.append(before)
    return found


def _for_what(number: str, taken: Collection[str]) -> str:
    after = [t for t in blueprint().topics if number in t.before and t.number in taken]
    return "是 " + "、".join(t.number for t in after) + " 的基础"


def _ordered(
    taken: Collection[str], gaps: Mapping[str, str], wanted: Mapping[str, list[str]]
) -> list[str]:
    """Return the taken modules so that each follows what it builds on, greatest need first."""
    left = {n: _before(n) & set(taken) for n in taken if n != "14"}
    need = {n: (-_WEIGHT[gaps[n]], -len(wanted[n]), n) for n in left}
    ready = [need[n] for n in left if not left[n]]
    heapq.heapify(ready)
    order = []
    while ready:
        number = heapq.heappop(ready)[-1]
        order.append(number)
        for other, before in left.items():
            if number in before:
                before.discard(number)
                if not before:
                    heapq.heappush(ready, need[other])
    return [*order, *({"14"} & set(taken))]


def _before(number: str) -> set[str]:
    """Return all modules that a module builds on, directly or not."""
    direct = blueprint().topic(number).before
    return set(direct).union(*map(_before, direct))


def _track(survey: Mapping[str, object], cohort: Cohort) -> tuple[str, str]:
    if len(cohort.tracks) == 1:
        return cohort.tracks[0], f"本班只开{TRACK_NAMES[cohort.tracks[0]]}这一轨"
    if not _says_work(survey):
        return "rm", "问卷还没有填，不知道你的工作：先按客户经理的全员必做题排，填了再重排"
    coding = survey.get("coding")
    can_code = isinstance(coding, int) and coding >= 3
    if "model" in _codes(survey, "tasks") or (survey.get("role") == "analyst" and can_code):
        return "analyst", "你的工作要写代码、建模型：写函数的题也做"
    if survey.get("role") == "analyst":
        return "rm", "你说还不太会写代码：先做全员必做的题，写函数的题以后补"
    return "rm", "你的工作不写代码：只做全员必做的题，用鼠标就能完成"


def _is_sure(survey: Mapping[str, object], number: str) -> bool:
    value = survey.get(f"skill_{number}")
    return not isinstance(value, int) or value >= 3


def _minutes(topic: Topic, how: str, track: str, cohort: Cohort) -> int:
    info = next((m for m in cohort.modules if m.slug[:2] == topic.number), topic)
    practice = info.practice_minutes * (1 if track == "analyst" else _RM_SHARE)
    return round(practice + (info.lesson_minutes if how == "full" else 0))


def read_gap_map(html: str) -> dict[str, dict[str, int]]:
    """Return module → counts from a page that holds a gap map; empty if it holds none.

    >>> read_gap_map("<p>别处的网页</p>")
    {}
    """
    reader = _Gaps()
    reader.feed(html)
    return reader.found


class _Gaps(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, int]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        row = dict(attrs)
        number = row.get("data-gap-module")
        if tag == "tr" and number in {t.number for t in blueprint().topics}:
            counts = {s: row.get(f"data-{s.replace('_', '-')}") or "" for s in STATES}
            if all(value.isdecimal() and len(value) < 4 for value in counts.values()):
                self.found[number] = {state: int(value) for state, value in counts.items()}
