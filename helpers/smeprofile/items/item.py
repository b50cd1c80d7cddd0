"""One templated test item: words with gaps, the numbers that fill them, and the answer computed."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Literal

Kind = Literal["single", "multiple", "numeric", "judge"]
Bloom = Literal["记忆", "理解", "应用", "分析"]
Given = dict[str, object]
Texts = Sequence[str] | Callable[[Given], Sequence[str]]
N_VARIANTS = 16
VERDICTS = ("成立", "不成立")
_DRAWS = 200  # tries to find numbers with which no known mistake leads to the right answer


@dataclass(frozen=True)
class Item:
    """A template. ``draw`` makes the numbers; all else is computed from them.

    ``key``: a number; an option; a list of options; of a judgement, the reason. ``wrong`` maps
    what a known mistake leads to (same shape; for several options a tuple) to the mistake's name.
    ``claims`` are what is judged, one that holds and one that doesn't: half of the variants each.
    """

    name: str
    objective: str  # of the blueprint, as "03a"
    form: Literal["A", "B"]
    bloom: Bloom
    kind: Kind
    stem: str
    draw: Callable[[random.Random], Given]
    key: Callable[[Given], object]
    wrong: Callable[[Given], Mapping[object, str]]
    options: Texts = ()  # of a judgement: its reasons
    unit: str = ""
    claims: tuple[str, str] | tuple[()] = ()


@dataclass(frozen=True)
class Variant:
    """An item with one set of numbers; options in the order shown, the key among them.

    ``key`` and ``wrong`` are in the terms of a response: a number, an index, a list of
    indexes, or [verdict index, reason index].
    """

    given: Given
    stem: str
    options: tuple[str, ...]
    key: object
    wrong: tuple[tuple[object, str], ...]


def variants(item: Item, seed: int) -> list[Variant]:
    """Return the item's variants, drawn from ``seed``; every option takes every place equally often.

    Raises ``ValueError`` when a key is no option, or a mistake always leads to it.
    """
    return [_variant(item, seed, n) for n in range(N_VARIANTS)]


def _variant(item: Item, seed: int, n: int) -> Variant:
    rng = random.Random(f"{seed}/{item.name}/{n}")
    holds = _holds(item, seed)[n]
    for _ in range(_DRAWS):
        given = item.draw(rng)
        if item.claims:  # the claim may use the numbers
            given["holds"] = holds
            given["claim"] = item.claims[not holds].format(**given)
        made = _made(item, given, partial(_placed, item, seed, n))
        told = [made.key, *(result for result, _ in made.wrong)]
        if not any(is_right(item.kind, a, b) for a, b in permutations(told, 2)):
            return made
    raise ValueError(f"{item.name} 第 {n} 组：“{made.wrong[0][1]}”等错法和标准答案分不开")


def _holds(item: Item, seed: int) -> list[bool]:
    """Return of each variant whether its claim holds: half of them, drawn by lot."""
    drawn = [True, False] * (N_VARIANTS // 2)
    random.Random(f"{seed}/{item.name}/verdict").shuffle(drawn)
    return drawn


def _placed(item: Item, seed: int, n: int, options: list[str]) -> list[str]:
    """Return the options in the order shown: a lot for every few variants, turned by one in each.

    Nothing but the seed tells where the right one stands.
    """
    block, turn = divmod(n, len(options))
    drawn = list(range(len(options)))
    random.Random(f"{seed}/{item.name}/places/{block}").shuffle(drawn)
    return [options[k] for k in drawn[turn:] + drawn[:turn]]


def _made(item: Item, given: Given, placed: Callable[[list[str]], list[str]]) -> Variant:
    raw = item.options(given) if callable(item.options) else item.options
    options = [option.format(**given) for option in raw]
    if len(set(options)) < len(options):
        raise ValueError(f"{item.name}：选项重复 {options}")
    options = placed(options) if options else []
    key = item.key(given)
    verdict = [0 if given["holds"] else 1] if item.kind == "judge" else []
    # A wrong reason is one whichever verdict goes with it.
    verdicts = [[1 - verdict[0]], verdict] if verdict else [[]]
    coded = partial(_coded, item.kind, options)
    wrong = [(coded(r, v), name) for r, name in item.wrong(given).items() for v in verdicts]
    stem = item.stem.format(**given)
    return Variant(given, stem, tuple(options), coded(key, verdict), tuple(wrong))


def _coded(kind: Kind, options: list[str], answer: object, verdict: list[int]) -> object:
    match kind:
        case "numeric":
            return round(float(answer), 6)
        case "single":
            return options.index(str(answer))
        case "multiple":
            return sorted(options.index(one) for one in answer)
    return [*verdict, options.index(answer)]


def is_right(kind: str, response: object, key: object) -> bool:
    """Return whether ``response`` is right; numbers within half a percent, or 0.005.

    >>> is_right("numeric", 12.04, 12), is_right("multiple", [2, 0], [0, 2])
    (True, True)
    """
    if kind != "numeric":
        same = sorted(response) == key if kind == "multiple" and _is_list(response) else False
        return same or (response == key and type(response) is type(key))
    is_number = isinstance(response, int | float) and not isinstance(response, bool)
    return is_number and abs(response - key) <= max(0.005 * abs(key), 0.005)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(type(part) is int for part in value)
