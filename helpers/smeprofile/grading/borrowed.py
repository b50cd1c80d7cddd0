"""Numbers and branches in an answer that belong to another learner's data, not to one's own.

Where each learner answers for a branch of their own, equal code is fine and an equal number isn't:
what is right for another branch and wrong for one's own was hardly found by oneself.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smeprofile.grading.written import Written

_LEAST_DIGITS = 3  # of a number that tells something


@dataclass(frozen=True)
class Borrowed:
    """What ``learner`` wrote in ``exercise``: right for ``branch``, where ``owners`` are at home."""

    exercise: str
    learner: str
    own: str
    value: str
    branch: str
    owners: tuple[str, ...]


def borrowed(
    written: Written,
    branches: Mapping[str, str],
    right: Mapping[str, set[str]],
) -> list[Borrowed]:
    """Return numbers and branch ids that are another branch's, in order of exercise and learner.

    ``branches``: learner → own branch; ``right``: exercise → who got it fully right. A number counts
    only where it made a right answer for the other branch and a wrong one for one's own.

    >>> written = Written()
    >>> written.code["count"] = {"ann": "count = 1234", "ben": "count = 1234"}
    >>> found = borrowed(written, {"ann": "B01", "ben": "B02"}, {"count": {"ben"}})
    >>> [(one.learner, one.value, one.branch, one.owners) for one in found]
    [('ann', '1234', 'B02', ('ben',))]
    """
    given = set().union(*(_numbers(text) for text in written.known)) if written.known else set()
    found = []
    for exercise in sorted({*written.code, *written.numbers}):
        code = written.code.get(exercise, {})
        values = {who: _numbers(text) - given for who, text in code.items()}
        for who, numbers in written.numbers.get(exercise, {}).items():
            values[who] = values.get(who, set()) | {n for n in numbers if _tells(n)} - given
        found += _numbers_of_others(exercise, values, branches, right.get(exercise, set()))
        found += _branches_of_others(exercise, code, branches, written.known)
    return sorted(found, key=lambda one: (one.exercise, one.learner, one.value, one.branch))


def _numbers_of_others(
    exercise: str,
    values: Mapping[str, set[float]],
    branches: Mapping[str, str],
    right: set[str],
) -> list[Borrowed]:
    owners: dict[tuple[float, str], list[str]] = {}
    for who in sorted(right & set(values) & set(branches)):
        for value in values[who]:
            owners.setdefault((value, branches[who]), []).append(who)
    return [
        Borrowed(exercise, who, branches[who], f"{value:.15g}", branch, tuple(of))
        for (value, branch), of in owners.items()
        for who in values
        if who in branches and who not in right and branch != branches[who] and value in values[who]
    ]


def _branches_of_others(
    exercise: str, code: Mapping[str, str], branches: Mapping[str, str], known: Iterable[str]
) -> list[Borrowed]:
    """Return answers that name one branch only, and not the learner's own."""
    given, everybody = set().union(*map(_texts, known)), set(branches.values())
    found = []
    for who, text in code.items():
        there = (_texts(text) & everybody) - given
        if len(there) == 1 and who in branches and branches[who] not in there:
            (branch,) = there
            of = tuple(sorted(w for w in code if branches.get(w) == branch))
            found.append(Borrowed(exercise, who, branches[who], branch, branch, of))
    return found


def _constants(text: str) -> list[object]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the learner's text is like
            tree = ast.parse(text)
        return [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _numbers(text: str) -> set[float]:
    found = (c for c in _constants(text) if type(c) in (int, float))
    return {float(c) for c in found if abs(c) < 1e300 and _tells(c)}


def _texts(text: str) -> set[str]:
    return {c for c in _constants(text) if isinstance(c, str)}


def _tells(number: float) -> bool:
    """Return whether the number has enough digits to be no coincidence."""
    return len(re.sub(r"e.*|\D", "", f"{number:.15g}").strip("0")) >= _LEAST_DIGITS
