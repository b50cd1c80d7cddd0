"""The printable record of a trainee's learning and, once it is earned, the certificate."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from smeprofile.params import Cohort
from smeprofile.start.choices import WAYS, Choices
from smeprofile.start.progress import Progress

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def transcript(
    course: list[Progress], cohort: Cohort, choices: Choices, *, learner_id: str, today: date
) -> str:
    """Return the record as a page of its own, with the certificate if it is earned.

    >>> from smeprofile.params import load_cohort
    >>> page = transcript([], load_cohort(), Choices(), learner_id="a", today=date(2026, 2, 3))
    >>> "2026 年 2 月 3 日" in page
    True
    """
    return TEMPLATES.get_template("transcript.html.j2").render(
        course=course,
        cohort=cohort,
        way=WAYS[choices.way],
        is_for_all=choices.is_for_all,
        lacking=shortfalls(course, cohort.pass_share),
        learner_id=learner_id,
        today=today,
        zone=ZoneInfo(cohort.time_zone),
        number=number,
    )


def shortfalls(course: list[Progress], pass_share: float) -> list[str]:
    """Return what is missing for the certificate, a sentence per module; empty when it is earned.

    >>> shortfalls([], 0.6)
    []
    """
    lacking = [(progress, _lack(progress, pass_share)) for progress in course]
    return [f"{p.number} {p.info.title}：{lack}。" for p, lack in lacking if lack]


def number(value: float) -> str:
    """Return points as they are printed: at most two decimals.

    >>> number(36.0), number(21.599999)
    ('36', '21.6')
    """
    return f"{round(value, 2):g}"


def _lack(progress: Progress, pass_share: float) -> str:
    if progress.problem:
        return f"{progress.problem} 读不出来"
    if not progress.marks:
        return _unmarked(progress)
    needed = 0 if progress.info.is_diagnostic else pass_share * progress.points
    if progress.score >= needed - 1e-9:  # 0.6 × 36 is a little more than 21.6
        return ""
    got, full = number(progress.score), number(progress.points)
    return f"得 {got} 分，满分 {full} 分，及格要 {number(needed)} 分"


def _unmarked(progress: Progress) -> str:
    if progress.place != "here":
        return "还没有领取" if progress.place == "released" else "老师还没有发放"
    if progress.is_waiting:
        return "老师批改好了，反馈还没有取回"
    if progress.returned:
        return "取回的反馈里没有成绩"
    return "作业交了，等老师批改" if progress.hand_in else "作业还没有交"
