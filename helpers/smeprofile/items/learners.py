"""Simulated learners who answer a paper: for rehearsals and for comparing the two forms.

Simulation parameters, not findings: ability is standard normal; an item's difficulty follows its
Bloom level and kind, with a draw of its own that the two forms don't share. Who doesn't know
falls for a known mistake, guesses, or leaves it; slow ones don't reach the end.
"""

import math
import random
from collections.abc import Mapping

from smeprofile.items.item import Item
from smeprofile.items.paper import Keys, Paper, seat_of, variant_at

BLOOM_DIFFICULTY = {"记忆": -1.0, "理解": -0.4, "应用": 0.2, "分析": 0.6}
KIND_DIFFICULTY = {"single": -0.3, "judge": 0.3, "multiple": 0.4, "numeric": 0.2}
_ITEM_SD = 0.35
_MISTAKE_SHARE, _UNTRIED_SHARE = 0.55, 0.1  # of those who don't know
_STOPS_EARLY = 0.06  # share of learners who don't reach the end


def difficulty(item: Item, *, seed: int = 0) -> float:
    """Return an item's simulated difficulty, in units of ability; its own part by lot of ``seed``."""
    own = random.Random(f"difficulty/{seed}/{item.name}").gauss(0, _ITEM_SD)
    return BLOOM_DIFFICULTY[item.bloom] + KIND_DIFFICULTY[item.kind] + own


def simulate_responses(
    paper: Paper,
    keys: Keys,
    difficulties: Mapping[str, float],
    *,
    cohort_id: str,
    learner_id: str,
    ability: float,
    seed: int,
) -> dict[str, object]:
    """Return what a learner of this ability gives, in the form that ``mark`` reads."""
    rng = random.Random(f"{seed}/{paper.form}/{learner_id}")
    seat, answers = seat_of(cohort_id, learner_id), {}
    n = len(paper.items)
    reached = rng.randint(n // 2, n - 1) if rng.random() < _STOPS_EARLY else n
    for question in paper.items[:reached]:
        key, mistakes = keys[question.name][variant_at(seat, question.name)]
        shown = question.variants[variant_at(seat, question.name)]
        knows = rng.random() < 1 / (1 + math.exp(difficulties[question.name] - ability))
        draw = rng.random()
        if knows:
            answers[question.name] = key
        elif draw < _MISTAKE_SHARE:
            answers[question.name] = rng.choice(mistakes)[0]
        elif draw < 1 - _UNTRIED_SHARE:
            answers[question.name] = guess(question.kind, shown.order, key, rng)
    return {"seat": seat, "reached": reached, "answers": answers}


def guess(kind: str, order: list[int], key: object, rng: random.Random) -> object:
    """Return an answer given without reading: any option; for a number, one of the wrong size."""
    match kind:
        case "single":
            return rng.choice(order)
        case "multiple":
            return sorted(rng.sample(order, rng.randint(1, len(order))))
        case "judge":
            return [rng.randint(0, 1), rng.choice(order)]
    return round(float(key) * rng.choice([0.1, 0.5, 1.3, 2, 10]) + 1, 2)
