"""What was handed in, and whether feedback on it waits: read where nbgrader keeps it."""

import filecmp
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from smeprofile.packet import PRACTICE
from smeprofile.submit import BY_ZIP, TIMESTAMP, ZIP_TIMESTAMP
from smeprofile.workspace import PRIVATE

PAGE = "practice.html"  # the feedback on a practice notebook


@dataclass(frozen=True)
class HandIn:
    """One hand-in: when, and the folder with a copy of it."""

    at: datetime
    folder: Path


def last_hand_in(workspace: Path, cohort_id: str, slug: str) -> HandIn | None:
    """Return the newest hand-in of a module, by exchange or as a zip; None before the first.

    >>> last_hand_in(Path("没有这个工作区"), "self_study", "02_data_cleaning") is None
    True
    """
    copies = (HandIn(at, folder) for at, folder in _copies(workspace, cohort_id, slug))
    return max(copies, key=lambda hand_in: hand_in.at, default=None)


def is_waiting(exchange: Path | None, workspace: Path, cohort_id: str, slug: str) -> bool:
    """Return whether the exchange holds feedback on a hand-in that wasn't fetched, or is newer."""
    if exchange is None:
        return False
    for _, folder in _copies(workspace, cohort_id, slug):
        theirs = exchange / cohort_id / "feedback" / f"{_secret_name(folder)}.html"
        mine = workspace / slug / "feedback" / folder.name.split("+")[-1] / PAGE
        if theirs.is_file() and not (mine.is_file() and filecmp.cmp(theirs, mine, shallow=False)):
            return True
    return False


def moment(text: str) -> datetime | None:
    """Return the time in nbgrader's writing or that of our zips, None if ``text`` is neither.

    >>> moment("2026-01-05 09:00:00.000000 UTC") == moment("20260105T090000Z")
    True
    """
    for form in (TIMESTAMP, ZIP_TIMESTAMP):
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=UTC)
    return None


def _copies(workspace: Path, cohort_id: str, slug: str) -> Iterator[tuple[datetime, Path]]:
    """Yield the time and folder of each hand-in, through the exchange or as a zip."""
    for kept in ("cache", BY_ZIP):
        for folder in (workspace / PRIVATE / kept / cohort_id).glob(f"*+{slug}+*"):
            at = moment(folder.name.split("+")[-1])
            if at:
                yield at, folder


def _secret_name(folder: Path) -> str:
    """Return the name that feedback on a hand-in has in the exchange, "" where there is none."""
    from nbgrader.utils import notebook_hash  # takes half a second

    try:
        secret = (folder / "submission_secret.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return notebook_hash(secret=secret, notebook_id=Path(PRACTICE).stem) if secret else ""
