"""The simulated class: who they are, what they hand in, how they fill in the survey."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from smeprofile.items import Marked, bank, blueprint, learning_path, mark, simulate_responses
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
GAIN = 0.8  # of ability, from pre- to post-test; a simulation parameter like the two below
_LEAVES_SHARE = 0.07  # of the learners: they don't sit the post-test
_SILENT_SHARE = 0.2  # of the lessons: nothing is said of them
_UNCLEAR = (
    "公式那一步太快，想多看一个例子",
    "有个术语前面没讲过",
    "图上的两条线分不清",
    "题目里的单位要写明",
)


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
    notebook. Relationship managers leave the analysts' exercises blank. Each does the modules of
    the path that survey and pre-test lead to (all, in a course without them); a few leave before
    the post-test.
    """
    rng = np.random.default_rng(seed)
    width = len(str(learners))
    minutes = {module.slug: module.practice_minutes for module in cohort.modules}
    is_tested = any(e.paper for source in sources for e in source.exercises.values())
    for n in range(1, learners + 1):
        track = "analyst" if rng.random() < _ANALYST_SHARE else "rm"
        track = track if track in cohort.tracks else cohort.tracks[0]
        learner = Simulated(f"sim{n:0{width}d}", float(rng.normal()), track)
        taken = _taken(learner, cohort, seed) if is_tested else {s.module[:2] for s in sources}
        for source in sources:
            took = round(minutes[source.module] * math.exp(rng.normal(-0.3 * learner.ability, 0.2)))
            count = len(source.exercises)
            answers = {
                exercise.name: _given(exercise.paper, learner, cohort, seed)
                if exercise.paper
                else _answer(exercise, learner, 2 * at / count - 1.5, rng)
                for at, exercise in enumerate(source.exercises.values())
            }
            if source.module[:2] in taken:
                yield HandIn(learner, source.module, took, answers)


def _taken(learner: Simulated, cohort: Cohort, seed: int) -> set[str]:
    """Return the numbers of the modules that a learner hands in."""
    pre = _marked("pre", learner, cohort, seed)[1]
    path = learning_path(survey(learner), pre.counts, cohort)
    leaves = random.Random(f"{seed}/stays away/{learner.learner_id}").random() < _LEAVES_SHARE
    return {"00", *(stop.number for stop in path.stops)} - ({"14"} if leaves else set())


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
    value, marked = _marked(form, learner, cohort, seed)
    return Given(value | {"finished": "是"}, marked.points / len(marked.responses))


def _marked(form: str, learner: Simulated, cohort: Cohort, seed: int) -> tuple[dict, Marked]:
    paper, keys = made(form, solutions(), cohort)
    ability = learner.ability + (GAIN if form == "post" else 0)
    value = simulate_responses(paper, keys, _difficulties(), cohort_id=cohort.cohort_id,
                               learner_id=learner.learner_id, ability=ability, seed=seed)  # fmt: skip
    return value, mark(value, paper, keys)


def opinion(hand_in: HandIn, lesson_minutes: int, seed: int) -> dict[str, object]:
    """Return what a learner says at a lesson's end, in the names of ``answers.json``; by lot.

    Some lessons are slower than planned for everybody; the able find all of them easier.
    """
    learner = hand_in.learner
    rng = random.Random(f"{seed}/said/{learner.learner_id}/{hand_in.module}")
    if rng.random() < _SILENT_SHARE:
        return {}
    slow = math.exp(random.Random(f"{seed}/slow/{hand_in.module}").gauss(0.1, 0.4))
    minutes = lesson_minutes * slow * math.exp(rng.gauss(-0.2 * learner.ability, 0.2))

    def scale(mean: float) -> int:
        return min(max(round(rng.gauss(mean, 0.8)), 1), 5)

    said = {
        "feedback_useful": scale(4.0),
        "feedback_difficulty": scale(3.0 + math.log(slow) - 0.4 * learner.ability),
        "feedback_use": scale(3.6),
        "feedback_minutes": float(round(minutes / 5) * 5),
    }
    if rng.random() < 0.15:
        said["feedback_unclear"] = rng.choice(_UNCLEAR)
    if hand_in.module.startswith("14"):
        said |= {f"course_{q}": scale(4.0) for q in ("satisfied", "used", "recommend")}
    return said


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
