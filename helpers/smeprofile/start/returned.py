"""A feedback page that came back: its scores, read from the table at its top."""

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

from smeprofile.start.hand_in import PAGE, moment

BLANK = "未作答"  # what feedback says of an exercise without an answer


@dataclass(frozen=True)
class Mark:
    """One row of the table: what an exercise earned, and what is likely wrong."""

    exercise: str
    title: str
    track: Literal["all", "analyst"]
    score: float
    points: float
    note: str


@dataclass(frozen=True)
class Returned:
    """One feedback page in the workspace; without marks if it isn't one of ours."""

    page: Path
    at: datetime  # of the hand-in; of the file where it was put there by hand
    digest: str
    marks: tuple[Mark, ...]
    left: float = 1.0  # share of the points that being late left


def track_of(task: str) -> Literal["all", "analyst"]:
    """Return for whom an exercise is, as the text of its task says; without a word, for all.

    >>> track_of("### 第 6 题　读核心系统导出（8 分，分析岗）")
    'analyst'
    """
    return "analyst" if "分析岗" in task and "全员必做" not in task else "all"


def newest_page(workspace: Path, slug: str) -> Path | None:
    """Return the module's feedback page on the latest hand-in, None before the first came.

    >>> newest_page(Path("没有这个工作区"), "02_data_cleaning") is None
    True
    """
    pages = (workspace / slug / "feedback").rglob(PAGE)
    return max((page for page in pages if page.is_file()), key=_about, default=None)


def read_returned(page: Path) -> Returned:
    """Return what the page tells; ``OSError`` if it can't be read."""
    data = page.read_bytes()
    html = data.decode(errors="replace")
    # What a notebook shows stands below the table.
    found = re.search(r'<span data-left="([01]\.\d{6})">', html.partition("<table")[0])
    left = min(1.0, float(found[1])) if found else 1.0
    digest = hashlib.sha256(data).hexdigest()
    return Returned(page, _about(page), digest, read_marks(html), left)


def read_marks(html: str) -> tuple[Mark, ...]:
    """Return the rows of the first table, none if they aren't as our feedback writes them.

    >>> read_marks("<h1>别处的网页</h1>")
    ()
    """
    table, end, _ = html[html.find("<table") :].partition("</table>")
    rows = _Rows()
    rows.feed(table)
    try:
        return tuple(_mark(row, texts) for row, texts in rows.found) if end else ()
    except (KeyError, TypeError, ValueError):
        return ()


def _about(page: Path) -> datetime:
    return moment(page.parent.name) or datetime.fromtimestamp(page.stat().st_mtime, UTC)


def _mark(row: dict[str, str | None], texts: list[str]) -> Mark:
    score, points = float(row["data-score"]), float(row["data-points"])
    track = row["data-track"]
    if not (math.isfinite(score) and math.isfinite(points)) or track not in ("all", "analyst"):
        raise ValueError
    title, _, note = texts
    return Mark(row["data-exercise"] or "", title.strip(), track, score, points, note.strip())


class _Rows(HTMLParser):
    """Collects table rows that name an exercise: their attributes and the text of each cell."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" and "data-exercise" in dict(attrs):
            self.found.append((dict(attrs), []))
        elif tag == "td" and self.found:
            self.found[-1][1].append("")

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][1]:
            self.found[-1][1][-1] += data
