"""The simulated class: who they are, what they hand in, how they fill in the survey."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from smeprofile.items import bank, blueprint, mark, simulate_responses
from smeprofile.items.learners import difficulty
from smeprofile.notebooks import (
    Exercise,
    Sample,
    Source,
)
from smeprofile.notebooks.papers import made
from smeprofile.params import Cohort
from smeprofile.paths import solutions

_ANALYST_SHARE = 0.5


@dataclass(frozen=True)
class Simulated:
    """One learner: ability is a standard normal draw; ``track`` is "rm" or "analyst"."""

    learner_id: str
    ability: float
    track: str


@dataclass(frozen=True)
class HandIn:
    """One learner's answers to one module: exercise → "right", "blank", a typical mistake, or what
    was given to a test paper.
    """

    learner: Simulated
    module: str
    minutes: int
    answers: dict[str, "str | Sample | Given"]


@dataclass(frozen=True)
class Given:
    """What a learner gave to a test paper, and the share of its items that is right."""

    value: dict[str, object]
    share: float


def simulate_class(
    sources: list[Source], cohort: Cohort, *, learners: int, seed: int
) -> Iterator[HandIn]:
    """Yield what each learner hands in for each module; same seed, same class.

    The chance of a right answer is logistic in ability minus difficulty; difficulty rises along a
    notebook. Relationship managers leave the analysts' exercises blank.
    """
    rng = np.random.default_rng(seed)
    width = len(str(learners))
    minutes = {module.slug: module.practice_minutes for module in cohort.modules}
    for n in range(1, learners + 1):
        track = "analyst" if rng.random() < _ANALYST_SHARE else "rm"
        track = track if track in cohort.tracks else cohort.tracks[0]
        learner = Simulated(f"sim{n:0{width}d}", float(rng.normal()), track)
        for source in sources:
            took = round(minutes[source.module] * math.exp(rng.normal(-0.3 * learner.ability, 0.2)))
            count = len(source.exercises)
            answers = {
                exercise.name: _given(exercise.paper, learner, cohort, seed)
                if exercise.paper
                else _answer(exercise, learner, 2 * at / count - 1.5, rng)
                for at, exercise in enumerate(source.exercises.values())
            }
            yield HandIn(learner, source.module, took, answers)


def _answer(
    exercise: Exercise, learner: Simulated, difficulty: float, rng: np.random.Generator
) -> str | Sample:
    draw, which = rng.random(), int(rng.integers(len(exercise.samples)))
    if exercise.track == "analyst" and learner.track == "rm":
        return "blank"
    right = 1 / (1 + math.exp(difficulty - learner.ability))
    if draw < right:
        return "right"
    return exercise.samples[which] if draw < right + 0.75 * (1 - right) else "blank"


@cache
def _difficulties() -> dict[str, float]:
    return {item.name: difficulty(item) for item in bank(solutions())}


def _given(form: str, learner: Simulated, cohort: Cohort, seed: int) -> Given:
    paper, keys = made(form, solutions(), cohort)
    value = simulate_responses(paper, keys, _difficulties(), cohort_id=cohort.cohort_id,
                               learner_id=learner.learner_id, ability=learner.ability, seed=seed)  # fmt: skip
    marked = mark(value, paper, keys)
    return Given(value | {"finished": "是"}, marked.points / len(marked.responses))


def survey(learner: Simulated) -> dict[str, object]:
    """Return a simulated needs survey: work by track, sureness by ability, the rest by lot."""
    rng, plan = random.Random(learner.learner_id), blueprint()
    is_analyst = learner.track == "analyst"
    tasks = [task for task in plan.tasks if (task == "model") <= is_analyst]
    sure = [
        min(max(round(3 + learner.ability + rng.gauss(0, 0.7)), 1), 5) for _ in plan.topics[:-1]
    ]
    return {
        "role": "analyst" if is_analyst else rng.choice(["rm", "rm", "risk", "lead"]),
        "tasks": sorted({*rng.sample(tasks, 2), *(["model"] if is_analyst else [])}),
        "coding": rng.randint(3, 5) if is_analyst else rng.randint(1, 2),
        "pains": rng.sample([*plan.pains], 2),
    } | {f"skill_{t.number}": n for t, n in zip(plan.topics, sure, strict=False)}
