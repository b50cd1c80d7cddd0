"""The start page: what to do next, and how far every module is, as a fragment of HTML."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from smeprofile.ask.path import TRACKS
from smeprofile.packet import PRACTICE
from smeprofile.params import Cohort
from smeprofile.start.choices import WAYS, Choices, hours_of, modules_of
from smeprofile.start.progress import Progress
from smeprofile.start.transcript import TEMPLATES, number, shortfalls
from smeprofile.start.work import LESSON


@dataclass(frozen=True)
class Step:
    """What to do next, and why; it opens a document, does an act, or else shows the record."""

    label: str
    why: str
    open: str = ""  # a document, relative to the workspace
    cell: str = ""
    act: str = ""
    module: str = ""


@dataclass(frozen=True)
class Mistake:
    """One thing to look at again."""

    title: str
    note: str
    open: str
    cell: str


def start_page(
    course: list[Progress], cohort: Cohort, choices: Choices, workspace: Path, record_url: str
) -> str:
    """Return the start page's HTML; ``record_url`` is where the printable record is found.

    >>> from smeprofile.params import load_cohort
    >>> start_page([], load_cohort(), Choices(), Path("工作区"), "/x").count('href="/x"')
    2
    """
    stops = {stop.number: stop for stop in choices.own.stops} if choices.way == "own" else {}
    drilled = [number for number, stop in stops.items() if stop.how == "practice"]
    return TEMPLATES.get_template("start.html.j2").render(
        course=course,
        cohort=cohort,
        way=choices.way,
        is_for_all=choices.is_for_all,
        ways=[
            (way, WAYS[way], hours_of(cohort, way, choices.own))
            for way in WAYS
            if modules_of(cohort, way, choices.own)
        ],
        own=choices.own,
        stops=stops,
        tracks=TRACKS,
        step=next_step(course, cohort.pass_share, drilled),
        mistakes=[(progress, _mistakes(progress)) for progress in course],
        is_new=not any(_is_begun(progress) for progress in course),
        page_of=lambda progress: progress.returned.page.relative_to(workspace).as_posix(),
        number=number,
        zone=ZoneInfo(cohort.time_zone),
        record_url=record_url,
    )


def next_step(course: list[Progress], pass_share: float, drilled: Collection[str] = ()) -> Step:
    """Return the first thing left to do, module by module; in the end, the record.

    ``drilled``: numbers of the modules whose lesson the path leaves out.

    >>> next_step([], 0.6).label
    '打印学习记录和结业证明'
    """
    for progress in course:
        if step := _step(progress, learns=progress.number not in drilled):
            return step
    lacking = shortfalls(course, pass_share)
    if lacking:
        return Step("看学习记录", f"离结业还差：{lacking[0]}")
    return Step("打印学习记录和结业证明", "每个模块都及格了。")


def _mistakes(progress: Progress) -> list[Mistake]:
    """Return what to look at again: self-checks answered wrongly, then points lost."""
    lesson, practice = (f"{progress.info.slug}/{name}" for name in (LESSON, PRACTICE))
    return [
        Mistake(f"课程自测：{check.section}", "上次没有答对。", lesson, check.cell)
        for check in progress.wrong
    ] + [
        Mistake(
            f"练习：{mark.title}",
            f"得 {number(mark.score)} / {number(mark.points)} 分。{mark.note}",
            practice,
            progress.cell_of(mark.exercise),
        )
        for mark in progress.lost
    ]


def _is_begun(progress: Progress) -> bool:
    """Return whether the trainee did anything in a module."""
    return progress.work.is_begun or progress.n_checked + progress.n_answered > 0


def _step(progress: Progress, *, learns: bool) -> Step | None:
    number, slug = progress.number, progress.info.slug
    if progress.place == "released":
        return Step(
            f"领取 {number} {progress.info.title}",
            "老师已经发放了这个模块。",
            act="fetch",
            module=slug,
        )
    if progress.place == "missing" or progress.problem:
        return None
    if progress.is_waiting:
        why = "老师批改好了：分数和逐题意见都在里面。"
        return Step(
            f"取回 {number} 的反馈：{progress.info.title}", why, act="feedback", module=slug
        )
    if progress.hand_in or progress.returned:
        return _review(progress) or _hand_in_again(progress)
    return (learns and _learn(progress)) or _practise(progress) or _hand_in(progress)


def _learn(progress: Progress) -> Step | None:
    work, total = progress.work, len(progress.work.checks)
    left = [check for check in work.checks if check.outcome is None]
    if not work.lesson or not (left or (not total and not work.is_begun)):
        return None
    path, name = f"{progress.info.slug}/{LESSON}", f"{progress.number} 课程：{progress.info.title}"
    if not (work.is_begun or progress.n_checked):
        return Step(f"开始 {name}", "先听课：从上往下逐格运行，遇到自测就答。", path)
    label = f"继续 {name}（自测 {progress.n_checked}/{total}）"
    return Step(label, f"还有 {len(left)} 道自测没有答。", path, left[0].cell)


def _practise(progress: Progress) -> Step | None:
    exercises = progress.work.exercises
    left = [exercise for exercise in exercises if not exercise.answer]
    if not left:
        return None
    verb = "继续" if progress.n_answered else "开始"
    count = f"（{progress.n_answered}/{len(exercises)} 题）"
    label = f"{verb} {progress.number} 练习：{progress.info.title}{count}"
    path = f"{progress.info.slug}/{PRACTICE}"
    return Step(label, f"还有 {len(left)} 题没有作答。", path, left[0].cell)


def _hand_in(progress: Progress) -> Step | None:
    total = len(progress.work.exercises)
    if not total:
        return None
    why = (
        f"都答了：{total} 题里 {progress.n_passed} 题检查通过（检查看不出全部的错，分数以批改为准）。"
        "交了还能改，以最后一次为准。"
    )
    return Step(
        f"交 {progress.number} 的作业：{progress.info.title}",
        why,
        act="submit",
        module=progress.info.slug,
    )


def _review(progress: Progress) -> Step | None:
    found = _mistakes(progress)
    if not progress.is_judged or not found:
        return None
    why = "看看错在哪。改好了可以再交一次；逐处列在下面“待复盘”里。"
    first = next((m for m in found if m.open.endswith(PRACTICE)), found[0])
    return Step(
        f"复盘 {progress.number}：{progress.info.title}（{len(found)} 处）",
        why,
        first.open,
        first.cell,
    )


def _hand_in_again(progress: Progress) -> Step | None:
    if not progress.is_changed:
        return None
    why = "上次交了以后你又改过，老师手里的还是旧的。"
    label = f"再交一次 {progress.number} 的作业：{progress.info.title}"
    return Step(label, why, act="submit", module=progress.info.slug)
