"""Kirkpatrick's fourth level, simulated: what the class's own plans earn in the course's bank."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile.answers import FILE, read_answers
from smeprofile.bank import market
from smeprofile.cases import capstone
from smeprofile.evaluation.bankresult import CUSTOMERS
from smeprofile.grading.course import Course

EXERCISE, SEEDS = "strategy", 4


@dataclass(frozen=True)
class ClassPlans:
    """Plans handed in, played in one simulated market; money in yuan, means over some years' luck.

    ``plans``: one row per learner who chose everything, without names: ``value_cny``, ``share`` of
    the way from the old plan to the reference (not cut), ``satisfaction``, ``broken`` (rules' words,
    "" for none; V is told all the same).
    """

    customers: int
    n_seeds: int
    old_cny: float
    reference_cny: float
    plans: pd.DataFrame

    @property
    def kept(self) -> pd.DataFrame:
        """Plans that break no rule."""
        return self.plans[self.plans["broken"] == ""]

    @property
    def n_above(self) -> int:
        """How many of them earn more than the old plan."""
        return int((self.kept["value_cny"] > self.old_cny).sum())


def class_plans(
    course: Course, seed: int, *, customers: int = CUSTOMERS, n_seeds: int = SEEDS
) -> ClassPlans | None:
    """Return what the class's plans come to, None where nobody has handed in a whole one."""
    given = [plan for plan in _given(course) if plan is not None]
    if not given:
        return None
    fresh = market(customers=customers, seed=seed)
    lucks = [int(s) for s in np.random.SeedSequence(seed).generate_state(n_seeds)]
    told = {tuple(plan.items()): None for plan in (capstone.OLD, capstone.REFERENCE, *given)}
    for key in told:  # each once, however many chose it
        year = capstone.years(dict(key), fresh, lucks).mean()
        broken = "；".join(b.text for b in capstone.breaches(dict(key), fresh, lucks[0]))
        told[key] = (float(year["value_cny"]), float(year["satisfaction"]), broken)
    old, best = (told[tuple(plan.items())][0] for plan in (capstone.OLD, capstone.REFERENCE))
    rows = [told[tuple(plan.items())] for plan in given]
    frame = pd.DataFrame(rows, columns=["value_cny", "satisfaction", "broken"])
    frame["share"] = (frame["value_cny"] - old) / (best - old) if best > old else np.nan
    frame = frame.sort_values(["value_cny", "broken"], ignore_index=True)
    return ClassPlans(customers, n_seeds, old, best, frame)


def _given(course: Course) -> list[dict[str, str] | None]:
    """Return each hand-in's plan, its rows in order; None where something is left out."""
    found = []
    for assignment, learner in sorted(course.entries("submitted")):
        with suppress(OSError, ValueError):
            path = course.folder("submitted", learner, assignment) / FILE
            if not path.is_symlink() and EXERCISE in (answers := read_answers(path.read_bytes())):
                found.append(_whole(answers[EXERCISE].value))
    return found


def _whole(value: object) -> dict[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    fits = all(value.get(row) in options for row, options in capstone.OPTIONS.items())
    return {row: str(value[row]) for row in capstone.FIELDS} if fits else None
