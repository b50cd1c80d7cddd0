"""What the trainee chose on the start page: the way to learn, and which feedback is done with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from smeprofile.disk import write_file
from smeprofile.params import Cohort, ModuleInfo
from smeprofile.workspace import PRIVATE

Way = Literal["day", "full"]
WAYS = {"day": "一日速成（客户经理）", "full": "完整学习"}
_FILE = Path(PRIVATE) / "start.json"


@dataclass(frozen=True)
class Choices:
    """The way to learn, and module → hash of the feedback page the trainee has gone through."""

    way: Way = "full"
    reviewed: Mapping[str, str] = field(default_factory=dict)


def read_choices(workspace: Path, cohort: Cohort) -> Choices:
    """Return what was chosen; the defaults where nothing was, or where it can't be read.

    >>> from smeprofile.params import load_cohort
    >>> read_choices(Path("没有这个工作区"), load_cohort())
    Choices(way='full', reviewed={})
    """
    try:
        saved = json.loads((workspace / _FILE).read_text(encoding="utf-8"))
        choices = Choices(str(saved["path"]), dict(saved["reviewed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Choices()
    is_open = choices.way in WAYS and modules_of(cohort, choices.way)
    return choices if is_open else replace(choices, way="full")


def save_choices(workspace: Path, choices: Choices) -> None:
    """Write the choices where ``read_choices`` finds them; ``OSError`` if that can't be done.

    >>> save_choices(Path("/dev/null"), Choices())
    Traceback (most recent call last):
    ...
    NotADirectoryError: [Errno 20] Not a directory: '/dev/null/.smeprofile'
    """
    saved = {"path": choices.way, "reviewed": dict(choices.reviewed)}
    write_file(workspace / _FILE, json.dumps(saved, indent=1, sort_keys=True).encode())


def modules_of(cohort: Cohort, way: Way) -> list[ModuleInfo]:
    """Return the modules of a way, in order.

    >>> from smeprofile.params import load_cohort
    >>> [module.slug for module in modules_of(load_cohort(), "day")][:2]
    ['00_needs_survey', '02_data_cleaning']
    """
    return [module for module in cohort.modules if way == "full" or module.day_minutes]


def hours_of(cohort: Cohort, way: Way) -> str:
    """Return how long a way takes, in hours to one decimal.

    >>> from smeprofile.params import load_cohort
    >>> hours_of(load_cohort(), "day")
    '2.5'
    """
    minutes = sum(
        m.day_minutes if way == "day" else m.lesson_minutes + m.practice_minutes
        for m in cohort.modules
    )
    return f"{minutes / 60:.1f}".removesuffix(".0")
