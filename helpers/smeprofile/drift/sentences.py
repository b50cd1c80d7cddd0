"""Sentences that a build has made wrong: numbers in prose that the code no longer shows."""

import re
from collections.abc import Iterable, Iterator

from smeprofile.drift.parts import NUMBER

_CODE = re.compile(r"```.*?```|`[^`]*`|\$[^$\n]+\$|\]\([^)]*\)", re.DOTALL)


def numbers_in(markdown: str) -> list[tuple[str, str]]:
    """Return each number in the prose that could be a result, with its sentence.

    Code, links and numbers that count or date things (small whole numbers, years) aren't results;
    nor is what the course sets (本课程设定), or anything in a cell on a made-up example (教学例子).

    >>> numbers_in("第 3 组的 KS 是 0.31。2024 年通过 1,204 户，`x = 5.5`。")
    [('0.31', '第 3 组的 KS 是 0.31'), ('1,204', '2024 年通过 1,204 户，')]
    >>> numbers_in("本课程设定：IV 超过 0.5 先查泄漏。"), numbers_in("一张卡（教学例子）。坏账率 0.9%。")
    ([], [])
    """
    if "教学例子" in markdown:
        return []
    found = []
    for sentence in re.split(r"[。！？；\n]", _CODE.sub("", markdown)):
        if "本课程设定" not in sentence:
            found += [(n, sentence.strip()) for n in NUMBER.findall(sentence) if _is_result(n)]
    return found


def gone_wrong(
    prose: str, before: Iterable[str], after: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield (number, sentence) of numbers that the outputs ``before`` showed and ``after`` don't.

    >>> list(gone_wrong("KS 是 0.31。", ["KS 0.31"], ["KS 0.29"]))
    [('0.31', 'KS 是 0.31')]
    >>> list(gone_wrong("门槛是 0.25。", ["KS 0.31"], ["KS 0.29"]))
    []
    """
    old, new = (set(NUMBER.findall(" ".join(texts))) for texts in (before, after))
    yield from ((n, s) for n, s in numbers_in(prose) if n in old and n not in new)


def newly_wrong(
    prose_before: str, prose_after: str, before: Iterable[str], after: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield (old number, new number, sentence) where prose left what the outputs still show.

    >>> list(newly_wrong("KS 是 0.31。", "KS 是 0.13。", ["KS 0.31"], ["KS 0.31"]))
    [('0.31', '0.13', 'KS 是 0.13')]
    """
    old, new = (set(NUMBER.findall(" ".join(texts))) for texts in (before, after))
    first, second = numbers_in(prose_before), numbers_in(prose_after)
    if len(first) == len(second):
        for (was, _), (now, sentence) in zip(first, second, strict=True):
            if was != now and was in old and was in new and now not in new:
                yield was, now, sentence


def _is_result(number: str) -> bool:
    plain = number.replace(",", "").lstrip("-−").rstrip("%")
    is_year = re.fullmatch(r"(19|20)\d\d", plain) is not None and "," not in number
    return ("." in plain or len(plain) >= 3) and not is_year
