"""What the course teaches: modules, objectives with their Bloom level, what comes before what."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

_FILE = Path(__file__).with_name("blueprint.yml")
Number = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-4])$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Objective(_Strict):
    """What a learner can do afterwards; each form has one item for it."""

    id: Annotated[str, Field(pattern=r"^\d\d[a-z]$")]
    text: str
    bloom: Literal["记忆", "理解", "应用", "分析"]


class Topic(_Strict):
    """A module as the needs survey sees it; minutes are planned ones."""

    number: Number
    title: str
    before: list[Number] = []  # the modules it builds on
    tasks: list[str]  # codes of the work it serves
    lesson_minutes: int
    practice_minutes: int  # for analysts; client managers do about half
    objectives: list[Objective]


class Blueprint(_Strict):
    """The course's topics in order, and the survey's choices: code → words."""

    roles: dict[str, str]
    tasks: dict[str, str]
    pains: dict[str, str]
    pain_topics: dict[str, list[Number]]
    topics: list[Topic]

    def topic(self, number: str) -> Topic:
        """Return the topic of a module; ``KeyError`` if there is none."""
        return {topic.number: topic for topic in self.topics}[number]

    @property
    def cells(self) -> dict[str, str]:
        """Objective id → Bloom level: the cells that both forms fill."""
        return {o.id: o.bloom for topic in self.topics for o in topic.objectives}


@cache
def blueprint() -> Blueprint:
    """Return the blueprint.

    >>> len(blueprint().topics), blueprint().topic("03").title
    (14, '流水与税票分析')
    """
    return Blueprint.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
