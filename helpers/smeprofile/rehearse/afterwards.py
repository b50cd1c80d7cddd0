"""The simulated class weeks later: the follow-up form, filled in by lot."""

import math
import random
from collections.abc import Iterable
from pathlib import Path

from openpyxl import load_workbook

from smeprofile.grading.followup import BEHAVIOURS, TRANSFER
from smeprofile.rehearse.learners import Given, HandIn, Simulated

_BACK = {7: 0.8, 30: 0.65, 60: 0.5, 90: 0.45}  # shares who are still there; simulation parameters
_LEFT = {7: 0.9, 30: 0.6}  # of the gain, at the delayed tests
_HEAD = 2  # columns that name learner and day


def fill_in(form: Path, work: Iterable[HandIn], seed: int) -> None:
    """Fill in a follow-up form for the class that handed in ``work``; same seed, same answers."""
    class_ = {hand_in.learner.learner_id: hand_in.learner for hand_in in work}
    shares = _shares(work)
    book = load_workbook(form)
    for row in book.worksheets[0].iter_rows(min_row=2):
        learner, days = class_[row[0].value], row[1].value
        rng = random.Random(f"{seed}/after/{learner.learner_id}/{days}")
        values = _answers(learner, days, shares.get(learner.learner_id, {}), rng)
        for cell, value in zip(row[_HEAD:], values, strict=False):
            cell.value = value
    book.save(form)


def _shares(work: Iterable[HandIn]) -> dict[str, dict[str, float]]:
    """Return learner → form → share of the items that was right."""
    found: dict[str, dict[str, float]] = {}
    for hand_in in work:
        for form, answer in hand_in.answers.items():
            if isinstance(answer, Given):
                found.setdefault(hand_in.learner.learner_id, {})[form] = answer.share
    return found


def _answers(
    learner: Simulated, days: int, shares: dict[str, float], rng: random.Random
) -> list[object]:
    """Return a row's values: the delayed test, the behaviours, the transfer case."""
    none = [None] * (1 + len(BEHAVIOURS) + len(TRANSFER))
    if rng.random() > _BACK[days] or "post" not in shares:
        return none
    score = None
    if days in _LEFT:
        before = shares.get("pre", 0.0)
        left = before + _LEFT[days] * (shares["post"] - before) + rng.gauss(0, 0.05)
        score = round(100 * min(1.0, max(0.0, left)), 1)
    if days < 30:
        return [score, *none[1:]]
    chance = 1 / (1 + math.exp(-learner.ability - 0.5))
    seen = [rng.choices(["是", "否", "没机会"], [chance, 1 - chance, 0.3])[0] for _ in BEHAVIOURS]
    case = [sum(rng.random() < chance for _ in range(2)) for _ in TRANSFER]
    return [score, *seen, *case]
