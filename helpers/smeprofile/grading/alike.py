"""How alike answers to one exercise are, once what everybody writes is set aside.

An answer is cut into pieces (lines of code, sentences) and these into grams. Names and texts in code
count as one character each, so new names change nothing; pieces are compared in any order. Grams of
the released notebook, the reference and its samples don't count; of the others, rare ones count more
(the logarithm of one in how many learners has it), and what a tenth of the class writes is no evidence:
the task itself, or the lesson, calls for it.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from pygments.lexers import PythonLexer
from pygments.token import Comment, Literal, Name, Text, Whitespace
from scipy.sparse import csr_matrix

_FEW, _COMMON_SHARE = 8, 0.1  # of the learners: what more of them write isn't rare


@dataclass(frozen=True)
class Kind:
    """How one kind of answer is compared.

    ``least``: grams of its own that an answer needs, and rare ones a pair must share. ``share``: of the lighter
    answer's weight, from which on a pair is shown.
    """

    name: str
    pieces: Callable[[str], list[str]]
    shape: Callable[[str], str]
    size: int
    least: int
    share: float


@dataclass(frozen=True)
class Pair:
    """Two learners whose answers are alike: the share of weight, and the pieces they share."""

    one: str
    other: str
    share: float
    shared: tuple[frozenset[int], frozenset[int]]
    is_same: bool  # to the letter, but for white space


@dataclass(frozen=True)
class Compared:
    """One exercise: pairs found, most alike first, how many were compared and how many too short."""

    pairs: list[Pair]
    n: int
    n_short: int


def shape(line: str) -> str:
    """Return a line of code without white space and comments, each name V and each text S.

    >>> shape("total = rows['amount'].sum()  # 合计")
    'V=V[S].V()'
    """
    found = []
    for kind, text in _LEXER.get_tokens(line):
        if kind in Name and kind not in Name.Builtin.Pseudo:
            found.append("V")
        elif kind in Literal.String:
            found += ["S"] if found[-1:] != ["S"] else []
        elif kind not in Text and kind not in Whitespace and kind not in Comment:
            found.append(text)
    return "".join(found)


def plain(text: str) -> str:
    """Return the letters and digits of a text.

    >>> plain("先看流水，再看税票。")
    '先看流水再看税票'
    """
    return "".join(re.findall(r"\w", text))


def compare(answers: Mapping[str, str], known: Iterable[str], kind: Kind) -> Compared:
    """Return which of the ``answers`` (learner → text) are alike; ``known`` are texts all may use.

    >>> same = "rows = [r for r in table if r.days > 90]\\nworst = max(rows, key=lambda r: r.days)\\n"
    >>> copy = "worst2 = max(bad, key=lambda z: z.days)\\nbad = [z for z in table if z.days > 90]\\n"
    >>> [(p.one, p.other) for p in compare({"ann": same, "ben": copy}, [], CODE).pairs]
    [('ann', 'ben')]
    """
    common = {gram for text in known for piece in kind.pieces(text) for gram in _grams(piece, kind)}
    grams = {who: _own(text, common, kind) for who, text in sorted(answers.items())}
    long = [who for who, own in grams.items() if len(own) >= kind.least]
    pairs = [
        _pair(answers, grams, long[a], long[b], float(share), kind)
        for a, b, share in _alike([grams[who] for who in long], kind)
    ]
    pairs.sort(key=lambda pair: (-round(pair.share, 6), pair.one, pair.other))
    return Compared(pairs, len(long), len(grams) - len(long))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。！？；!?;])|\n", text) if part.strip()]


_LEXER = PythonLexer()
CODE = Kind("code", _lines, cache(shape), 8, 24, 0.6)
PROSE = Kind("prose", _sentences, plain, 5, 24, 0.4)


def _grams(piece: str, kind: Kind) -> set[str]:
    text = kind.shape(piece)
    return {text[n : n + kind.size] for n in range(len(text) - kind.size + 1)}


def _own(text: str, common: set[str], kind: Kind) -> set[str]:
    return {gram for piece in kind.pieces(text) for gram in _grams(piece, kind)} - common


def _alike(grams: list[set[str]], kind: Kind) -> list[tuple[int, int, float]]:
    """Return index pairs with the weight they share, as part of the lighter one's."""
    if len(grams) < 2:
        return []
    having = Counter(gram for own in grams for gram in own)
    place = {gram: n for n, gram in enumerate(sorted(having))}
    columns = [place[gram] for own in grams for gram in sorted(own)]
    ends = np.cumsum([0, *(len(own) for own in grams)])
    there = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(grams), len(place)))
    weight = np.array([math.log((len(grams) + 1) / having[gram]) for gram in place])
    both = (there.multiply(weight) @ there.T).toarray()
    most = max(_FEW, len(grams) * _COMMON_SHARE)
    rare = there[:, [n for n, gram in enumerate(place) if having[gram] <= most]]
    n_both = (rare @ rare.T).toarray()
    lighter = np.minimum.outer(both.diagonal(), both.diagonal())
    share = both / lighter
    found = np.argwhere(np.triu((share >= kind.share) & (n_both >= kind.least), k=1))
    return [(int(a), int(b), share[a, b]) for a, b in found]


def _pair(
    answers: Mapping[str, str],
    grams: Mapping[str, set[str]],
    one: str,
    other: str,
    share: float,
    kind: Kind,
) -> Pair:
    both = grams[one] & grams[other]
    shared = tuple(
        frozenset(
            n for n, piece in enumerate(kind.pieces(answers[who])) if _is_in(piece, both, kind)
        )
        for who in (one, other)
    )
    is_same = "".join(answers[one].split()) == "".join(answers[other].split())
    return Pair(one, other, min(1.0, share), shared, is_same)


def _is_in(piece: str, both: set[str], kind: Kind) -> bool:
    found = _grams(piece, kind)
    return 2 * len(found & both) > len(found)
