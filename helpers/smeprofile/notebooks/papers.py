"""What a practice with a test paper needs of the item bank: keys for grading, sample answers."""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from smeprofile.errors import UserError
from smeprofile.items import (
    Keys,
    Paper,
    answers_of,
    bank,
    load_paper,
    make_paper,
    seat_of,
)
from smeprofile.params import Cohort, load_cohort, with_secret

_CALL = re.compile(r'\{\{ items\.(\w+)\("(pre|post)"\) \}\}')
_SEAT = seat_of("reference", "reference")  # of the sample answers


def filled(text: str, solutions: Path, cohort: Cohort | None = None) -> str:
    """Return source text with every ``{{ items.NAME("FORM") }}`` replaced by a plain value.

    ``keys``: what grading compares with. ``right``, ``mistaken`` (each item answered as its first
    known mistake has it) and ``half`` (the first half right, the rest not reached): answers.
    """

    def value(found: re.Match) -> str:
        if found[1] not in _VALUES:
            raise UserError(f"items.{found[1]} 没有；可以用 {'、'.join(sorted(_VALUES))}。")
        _, keys = made(found[2], solutions, cohort or load_cohort())
        return repr(_VALUES[found[1]](keys))

    return _CALL.sub(value, text)


def graded_keys(form: str, solutions: Path, cohort: Cohort) -> Keys:
    """Return the keys of a form, sure to be those of the paper that the course hands out.

    Raises ``UserError`` when the paper was made of other items, or with another secret.
    """
    paper, keys = made(form, solutions, cohort)
    if load_paper(form) != paper:
        raise UserError(
            f"{paper.title} 和现在的题库或班次密钥不是一套，批出来的分会是错的。"
            "请设好生成本班时的 SMEPROFILE_SECRET；改过试题的，先运行 smeprofile build。"
        )
    return keys


def made(form: str, solutions: Path, cohort: Cohort) -> tuple[Paper, Keys]:
    """Return a cohort's paper and its keys; ``UserError`` if the bank doesn't fit the blueprint."""
    stamp = tuple(
        sorted((str(p), p.stat().st_mtime_ns) for p in (solutions / "items").glob("*.py"))
    )
    return _cached(form, solutions, with_secret(cohort), stamp)


@lru_cache(maxsize=8)
def _cached(form: str, solutions: Path, cohort: Cohort, stamp: tuple) -> tuple[Paper, Keys]:
    return make_paper(bank(solutions), form, cohort)


def _given(answers: dict[str, object], reached: int) -> dict[str, object]:
    return {"seat": _SEAT, "reached": reached, "answers": answers, "finished": "是"}


def _half(keys: Keys) -> dict[str, object]:
    answers = answers_of(keys, _SEAT)
    n = len(answers) // 2
    return _given(dict([*answers.items()][:n]), n)


_VALUES: dict[str, Callable[[Keys], object]] = {
    "keys": lambda keys: keys,
    "right": lambda keys: _given(answers_of(keys, _SEAT), len(keys)),
    "mistaken": lambda keys: _given(answers_of(keys, _SEAT, dict.fromkeys(keys, 0)), len(keys)),
    "half": _half,
}
