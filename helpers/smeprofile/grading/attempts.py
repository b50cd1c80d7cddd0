"""How many hand-ins count: the newest of the first so many, whichever way they came."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from nbgrader.exchange.default import ExchangeCollect
from sqlalchemy import Column, DateTime, String, Table, select
from traitlets import Dict

from smeprofile.grading.course import Course
from smeprofile.grading.tables import TABLES, connection

_HAND_INS = Table(
    "smeprofile_hand_in_times",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("at", DateTime, primary_key=True),  # UTC
)
Times = Mapping[str, Iterable[datetime]]


def note_hand_ins(course: Course, slug: str, times: Times) -> dict[str, list[datetime]]:
    """Note when hand-ins of a module were made; return learner → all their times, oldest first.

    What came before is kept: a learner's zip replaces the one before it.
    """
    with connection(course) as database:
        of = select(_HAND_INS).where(_HAND_INS.c.assignment == slug)
        known = {(r["learner_id"], r["at"]) for r in database.execute(of).mappings()}
        seen = {(who, at) for who, all_times in times.items() for at in all_times}
        rows = [
            {"learner_id": who, "assignment": slug, "at": at} for who, at in sorted(seen - known)
        ]
        if rows:
            database.execute(_HAND_INS.insert(), rows)
    found: dict[str, list[datetime]] = {}
    for who, at in sorted(known | seen):
        found.setdefault(who, []).append(at)
    return found


def last_that_count(times: Times, attempts: int) -> dict[str, datetime]:
    """Return learner → the time of the last hand-in that counts, of those who made more.

    >>> monday, tuesday = datetime(2026, 1, 5), datetime(2026, 1, 6)
    >>> last_that_count({"ann": [monday, tuesday], "ben": [monday]}, attempts=1)
    {'ann': datetime.datetime(2026, 1, 5, 0, 0)}
    """
    in_order = {who: sorted(all_times) for who, all_times in times.items()}
    return {w: t[attempts - 1] for w, t in in_order.items() if attempts and len(t) > attempts}


class CollectCounted(ExchangeCollect):
    """nbgrader's collection, less the hand-ins that no longer count."""

    last = Dict(help="Learner → the time of the last hand-in that counts.")

    def _sort_by_timestamp(self, records: list[dict]) -> list[dict]:
        return super()._sort_by_timestamp([r for r in records if self._counts(r)] or records)

    def init_src(self) -> None:
        """Find the records as nbgrader does; a learner none of whose records counts is left out."""
        super().init_src()
        self.src_records = [record for record in self.src_records if self._counts(record)]

    def _counts(self, record: dict) -> bool:
        at = record["timestamp"]
        return at <= self.last.get(record["username"], at)
