"""What the trainee chose on the start page: the way to learn, and which feedback is done with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from smeprofile.answers import FILE, read_answers
from smeprofile.ask import survey_of
from smeprofile.ask.path import path_in
from smeprofile.disk import write_file
from smeprofile.items import LearningPath
from smeprofile.params import Cohort, ModuleInfo
from smeprofile.workspace import PRIVATE

Way = Literal["day", "own", "full"]
WAYS = {"day": "一日速成（客户经理）", "own": "我的路径（按问卷和前测）", "full": "完整学习"}
_CHOICES = Path(PRIVATE) / "start.json"


@dataclass(frozen=True)
class Choices:
    """The way to learn, and module → hash of the feedback page the trainee has gone through.

    ``own``: the path made from the trainee's survey and pre-test, None before there are any.
    """

    way: Way = "full"
    reviewed: Mapping[str, str] = field(default_factory=dict)
    own: LearningPath | None = None

    @property
    def is_for_all(self) -> bool:
        """Whether only exercises meant for everybody count: nobody has to code who said he doesn't."""
        return self.way == "day" or (self.own is not None and self.own.track == "rm")


def read_choices(workspace: Path, cohort: Cohort) -> Choices:
    """Return what was chosen; the defaults where nothing was, or where it can't be read.

    >>> from smeprofile.params import load_cohort
    >>> read_choices(Path("没有这个工作区"), load_cohort())
    Choices(way='full', reviewed={}, own=None)
    """
    own = own_path(workspace, cohort)
    try:
        saved = json.loads((workspace / _CHOICES).read_text(encoding="utf-8"))
        choices = Choices(str(saved["path"]), dict(saved["reviewed"]), own)
    except (OSError, ValueError, KeyError, TypeError):
        return Choices(own=own)
    is_open = choices.way in WAYS and modules_of(cohort, choices.way, own)
    return choices if is_open else replace(choices, way="full")


def save_choices(workspace: Path, choices: Choices) -> None:
    """Write the choices where ``read_choices`` finds them; ``OSError`` if that can't be done.

    >>> save_choices(Path("/dev/null"), Choices())
    Traceback (most recent call last):
    ...
    NotADirectoryError: [Errno 20] Not a directory: '/dev/null/.smeprofile'
    """
    saved = {"path": choices.way, "reviewed": dict(choices.reviewed)}
    write_file(workspace / _CHOICES, json.dumps(saved, indent=1, sort_keys=True).encode())


def own_path(workspace: Path, cohort: Cohort) -> LearningPath | None:
    """Return the trainee's own path; None as long as nothing of survey and pre-test is answered.

    >>> from smeprofile.params import load_cohort
    >>> own_path(Path("没有这个工作区"), load_cohort()) is None
    True
    """
    for module in cohort.modules:
        folder = workspace / module.slug
        try:
            given = read_answers((folder / FILE).read_bytes()) if module.is_diagnostic else {}
        except (OSError, ValueError):
            continue
        if survey_of(given) or "pre" in given:
            return path_in(folder, given, cohort).path
    return None


def modules_of(cohort: Cohort, way: Way, own: LearningPath | None = None) -> list[ModuleInfo]:
    """Return the modules of a way, in order; those of one's own path after the survey's.

    >>> from smeprofile.params import load_cohort
    >>> modules_of(load_cohort(), "day")[0].slug
    '00_needs_survey'
    """
    if way == "own":
        first = [module for module in cohort.modules if own and module.is_diagnostic]
        return first + [cohort.module(s.number) for s in (own.stops if own else ()) if s.is_offered]
    return [module for module in cohort.modules if way == "full" or module.day_minutes]


def hours_of(cohort: Cohort, way: Way, own: LearningPath | None = None) -> str:
    """Return how long a way takes, in hours to one decimal.

    >>> from smeprofile.params import load_cohort
    >>> 0 < float(hours_of(load_cohort(), "day")) <= 7
    True
    """
    planned = {stop.number: stop.minutes for stop in (own.stops if own else ())}
    minutes = sum(
        m.day_minutes
        if way == "day"
        else (way == "own" and planned.get(m.slug[:2])) or m.lesson_minutes + m.practice_minutes
        for m in modules_of(cohort, way, own)
    )
    return f"{minutes / 60:.1f}".removesuffix(".0")
