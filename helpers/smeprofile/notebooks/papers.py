"""What a practice with a test paper needs of the item bank: keys for grading, sample answers."""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from smeprofile.errors import UserError
from smeprofile.items import Keys, answers_of, bank, make_paper, seat_of
from smeprofile.params import Cohort, load_cohort

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
        keys = keys_of(found[2], solutions, cohort or load_cohort())
        return repr(_VALUES[found[1]](keys))

    return _CALL.sub(value, text)


def keys_of(form: str, solutions: Path, cohort: Cohort) -> Keys:
    """Return the keys of a form for a cohort; ``UserError`` if the bank doesn't fit the blueprint."""
    stamp = tuple(
        sorted((str(p), p.stat().st_mtime_ns) for p in (solutions / "items").glob("*.py"))
    )
    return _keys(form, solutions, cohort.to_yaml(), stamp)


@lru_cache(maxsize=8)
def _keys(form: str, solutions: Path, cohort: str, stamp: tuple) -> Keys:
    import yaml

    return make_paper(bank(solutions), form, Cohort.model_validate(yaml.safe_load(cohort)))[1]


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
