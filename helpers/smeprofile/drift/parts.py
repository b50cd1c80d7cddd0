"""What a cell showed, taken apart: pictures, tables, words; and how far two of a kind lie apart."""

import base64
import re
from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest

import numpy as np
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from PIL import Image

from smeprofile.reading.cells import shown
from smeprofile.reading.controls import States

NUMBER = re.compile(
    r"(?<![A-Za-z_\d.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?%?"
)
_SEEN = 24  # of 255: a pixel that differs by less looks the same


@dataclass(frozen=True)
class Part:
    """One thing shown. ``kind``: 图, 表 or 文字; ``text``: its words (a picture's alternative text)."""

    kind: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    picture: str = ""  # a data URL


@dataclass(frozen=True)
class Difference:
    """How two parts differ, in words. ``size``: the largest relative change; None if not of numbers."""

    told: str
    size: float | None = None


def parts_of(cell: NotebookNode, states: States) -> list[Part]:
    """Return what a cell showed, in order; the words of one cell are one part."""
    parts, words = [], []
    for output in cell.get("outputs", []):
        soup = BeautifulSoup("".join(shown(output, states)), "html.parser")
        for style in soup(["style", "script"]):
            style.decompose()
        for image in soup("img"):
            parts.append(Part("图", image.get("alt", ""), picture=image.get("src", "")))
            image.decompose()
        for table in soup("table"):
            rows = tuple(
                tuple(" ".join(one.get_text(" ").split()) for one in row(["th", "td"]))
                for row in table("tr")
            )
            parts.append(Part("表", " ".join(" ".join(row) for row in rows), rows))
            table.decompose()
        words.append(soup.get_text(" "))
    if text := " ".join(" ".join(words).split()):
        parts.append(Part("文字", text))
    return parts


def difference(before: Part, after: Part) -> Difference | None:
    """Return how ``after`` differs from ``before``, None where it looks the same."""
    if before == after:
        return None
    if before.kind == "图":
        return _of_pictures(before, after)
    if before.kind == "表":
        return _of_tables(before.rows, after.rows)
    return of_words(before.text, after.text)


def of_words(before: str, after: str) -> Difference | None:
    """Return how two texts differ: numbers that changed, or the words.

    >>> of_words("通过 52 户，坏账 1.9%", "通过 55 户，坏账 1.9%").told
    '52 → 55'
    >>> of_words("分得出高下", "分不出高下").told
    '“…得…” → “…不…”'
    """
    if before == after:
        return None
    if NUMBER.sub("\0", before) == NUMBER.sub("\0", after):
        pairs = zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
        changed = [(old, new) for old, new in pairs if old != new]
        told = "，".join(f"{_short(old, 16)} → {_short(new, 16)}" for old, new in changed[:8])
        more = f"，共 {len(changed)} 处" if len(changed) > 8 else ""
        return Difference(told + more, max(relative(old, new) for old, new in changed))
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = (text[head : len(text) - tail] for text in (before, after))
    return Difference(f"“…{_short(old)}…” → “…{_short(new)}…”")


def relative(before: str, after: str) -> float:
    """Return by which share of the larger a printed number changed, 0–1 (2 where the sign did).

    >>> relative("50", "40"), relative("1,000", "1,000.0"), relative("2%", "-2%")
    (0.2, 0.0, 2.0)
    """
    old, new = (float(re.sub("[,%]", "", text.replace("−", "-"))) for text in (before, after))
    largest = max(abs(old), abs(new))
    return abs(new - old) / largest if largest else 0.0


def _of_tables(before: tuple, after: tuple) -> Difference:
    shapes = [f"{len(rows)} 行 {max(map(len, rows), default=0)} 列" for rows in (before, after)]
    if shapes[0] != shapes[1]:
        return Difference(f"{shapes[0]} → {shapes[1]}")
    n_changed, sizes, first = 0, [], ""
    for old_row, new_row in zip(before, after, strict=True):
        for old, new in zip_longest(old_row, new_row, fillvalue=""):
            if old == new:
                continue
            n_changed += 1
            row = f"“{_short(old_row[0])}”一行：" if old_row[0] else ""
            first = first or f"如{row}{_short(old)} → {_short(new)}"
            if NUMBER.fullmatch(old) and NUMBER.fullmatch(new):
                sizes.append(relative(old, new))
    return Difference(f"{n_changed} 格变了，{first}", max(sizes, default=None))


def _of_pictures(before: Part, after: Part) -> Difference | None:
    share = _pixels(before.picture, after.picture)
    words = of_words(before.text, after.text)
    if not share and words is None:
        return None  # other bytes, the same to the eye
    told = f"{share:.1%} 的像素变了"
    if words is None:
        return Difference(f"{told}，图里的数没有变", 0.0)
    return Difference(f"{told}；{words.told}", words.size)


def _pixels(before: str, after: str) -> float:
    """Return the share of pixels that look different; all of them where one can't be read."""
    try:
        one, two = (
            Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))).convert("L")
            for url in (before, after)
        )
    except (ValueError, OSError):
        return float(before != after)
    size = max(one.width, two.width), max(one.height, two.height)
    frames = [Image.new("L", size, 255) for _ in range(2)]
    for frame, image in zip(frames, (one, two), strict=True):
        frame.paste(image)
    apart = np.abs(np.asarray(frames[0], int) - np.asarray(frames[1], int))
    return float((apart > _SEEN).mean())


def _common(one: str, two: str) -> int:
    return next((k for k, (a, b) in enumerate(zip(one, two, strict=False)) if a != b),
                min(len(one), len(two)))  # fmt: skip


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
