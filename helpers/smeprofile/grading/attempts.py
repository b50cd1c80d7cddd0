"""Which hand-ins count: the learner's own, the newest of the first so many, whichever way they came."""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc
from sqlalchemy import Column, DateTime, String, Table, select
from traitlets import Dict, Unicode

from smeprofile.grading.course import Course
from smeprofile.grading.tables import TABLES, connection
from smeprofile.learner import LEARNER_PATTERN, account_of
from smeprofile.packet import FILES
from smeprofile.params import load_cohort

_HAND_INS = Table(
    "smeprofile_hand_in_times",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("at", DateTime, primary_key=True),  # UTC
)
Times = Mapping[str, Iterable[datetime]]
_HONEST_SECONDS = 600  # that a hand-in may have taken to be there
_TIME, _SECRET = "timestamp.txt", "submission_secret.txt"
_TIME_BYTES = 1000  # more than any time takes
NOT_COLLECTED = "%s's hand-in could not be collected"
_NEVER = datetime.min  # of what lies in the exchange under a name that tells no time


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


def owner_of(hand_in: Path) -> str:
    """Return the account that put a folder into the exchange; "" where it can't be told.

    >>> owner_of(Path("/没有"))
    ''
    """
    import pwd  # Windows has none, and no exchange

    try:
        return pwd.getpwuid(hand_in.lstat().st_uid).pw_name
    except (OSError, KeyError):
        return ""


class CollectCounted(ExchangeCollect):
    """nbgrader's collection, less the hand-ins that no longer count, and those of somebody else.

    Of a hand-in only the assignment's own files are taken, and only those of whoever handed it in:
    a link to another's work, or to the answers, brings nothing.
    """

    last = Dict(help="Learner → the time of the last hand-in that counts.")
    accounts = Unicode(
        help="What the accounts of learners begin with on a Hub; '' where accounts tell nothing."
    ).tag(config=True)

    def _path_to_record(self, path: str) -> dict:
        try:
            return super()._path_to_record(path)
        except (ValueError, OverflowError):  # its name tells no time
            name = Path(path).name
            return {"username": name.split("+")[0], "filename": name, "timestamp": _NEVER}

    def _sort_by_timestamp(self, records: list[dict]) -> list[dict]:
        return super()._sort_by_timestamp([r for r in records if self._counts(r)] or records)

    def init_src(self) -> None:
        """Find the records as nbgrader does; a learner none of whose records counts is left out."""
        if not self.last:  # formgrader's button doesn't say
            self.last = self._by_the_rule()
        super().init_src()
        self.src_records = [record for record in self.src_records if self._counts(record)]
        self.check_owner = not self.accounts  # nbgrader's own check takes account and id for one

    def copy_files(self) -> None:
        """Collect each hand-in by itself: what goes wrong with one stops no other."""
        for records in [[record] for record in self.src_records] or [[]]:
            self.src_records = records
            try:
                super().copy_files()
            except Exception:
                self.log.exception(NOT_COLLECTED, records[0]["username"])

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy a hand-in's files, less what isn't a plain file of its owner.

        Its time is that of its name, or a later one that can be read in it: an earlier one would
        have nbgrader collect it again and again.
        """
        source, target = Path(src), Path(dest)
        owner, target_files = source.lstat().st_uid, {}
        for name in (*FILES, _TIME, _SECRET):
            content = plain_file(source / name, owner, self.coursedir.max_file_size * 1000)
            if content is not None:
                target_files[name] = content
        secret = target_files.get(_SECRET, b"")
        if not (secret.isascii() and secret.strip()):  # nbgrader would stop at it for all
            target_files.pop(_SECRET, None)
        at, told = self._path_to_record(src)["timestamp"], _time_in(target_files.get(_TIME, b""))
        if told is None or told < at:
            target_files[_TIME] = f"{at:%Y-%m-%d %H:%M:%S.%f} UTC".encode()
        target.mkdir(parents=True)
        # The time last: with it, a hand-in counts as collected.
        for name in sorted(target_files, key=lambda name: name == _TIME):
            (target / name).write_bytes(target_files[name])

    def _by_the_rule(self) -> dict[str, datetime]:
        slug = self.coursedir.assignment_id
        inbound = Path(self.root, self.coursedir.course_id, "inbound")
        times, _ = lying_in(inbound, slug, self.accounts)
        course = Course(Path(self.coursedir.root), self.config)
        return last_that_count(note_hand_ins(course, slug, times), load_cohort().attempts)

    def _counts(self, record: dict) -> bool:
        at = record["timestamp"]
        is_counted = _NEVER < at <= self.last.get(record["username"], at)
        return is_counted and self._is_theirs(record)

    def _is_theirs(self, record: dict) -> bool:
        hand_in = Path(self.inbound_path, record["filename"])
        return is_theirs(hand_in, record["username"], self.accounts)


def _time_in(content: bytes) -> datetime | None:
    """Return the time (UTC) that nbgrader reads in it; None where it would stop at it."""
    try:
        return parse_utc(content.decode().strip())
    except (ValueError, OverflowError):
        return None


def lying_in(
    inbound: Path, slug: str, accounts: str
) -> tuple[dict[str, list[datetime]], list[Path]]:
    """Return learner → when each hand-in of a module in the exchange was made (UTC), and the forged.

    Forged is what isn't theirs, too: of a name that is no learner's id. What tells no time is neither.

    >>> lying_in(Path("/没有"), "02_data_cleaning", "")
    ({}, [])
    """
    times: dict[str, list[datetime]] = {}
    forged = []
    for folder in sorted(inbound.glob(f"*+{slug}+*")):
        learner, _, at, *_ = folder.name.split("+")
        if not is_theirs(folder, learner, accounts):
            forged.append(folder)
            continue
        with suppress(ValueError, OverflowError):
            times.setdefault(learner, []).append(parse_utc(at))
    return times, forged


def backdated(inbound: Path, slug: str) -> dict[str, float]:
    """Return learner → how many seconds before a hand-in lay there it claims to have been made.

    Name and time of a hand-in are the learner's own account's; when it or a file in it last changed
    isn't.
    Only what is more than ``_HONEST_SECONDS`` is told: copying takes a while.

    >>> backdated(Path("/没有"), "02_data_cleaning")
    {}
    """
    found: dict[str, float] = {}
    for folder in sorted(inbound.glob(f"*+{slug}+*")):
        learner, _, at, *_ = folder.name.split("+")
        if not re.fullmatch(LEARNER_PATTERN, learner):
            continue
        claimed = [at]
        with suppress(OSError, ValueError):
            told = plain_file(folder / _TIME, folder.lstat().st_uid, _TIME_BYTES)
            claimed += [told.decode().strip()] if told else []
        for text in claimed:
            with suppress(OSError, ValueError, OverflowError):
                at = parse_utc(text).replace(tzinfo=UTC).timestamp()
                early = max(p.lstat().st_ctime for p in (folder, *folder.iterdir())) - at
                if early > _HONEST_SECONDS:
                    found[learner] = max(early, found.get(learner, 0.0))
    return found


def is_theirs(hand_in: Path, learner_id: str, accounts: str) -> bool:
    """Return whether a folder in the exchange was put there by the learner it names.

    What is no learner's id names none.

    >>> is_theirs(Path("/没有"), "1001", ""), is_theirs(Path("/没有"), "1001", "sme-")
    (True, False)
    """
    if not re.fullmatch(LEARNER_PATTERN, learner_id):
        return False
    return not accounts or owner_of(hand_in) == account_of(learner_id, accounts)


def plain_file(path: Path, owner: int, most_bytes: int) -> bytes | None:
    """Return a file's content; None unless it is a plain file of the user ``owner``, no link.

    What is asked of the name is asked of the open file again, so that no exchange in between helps.

    >>> plain_file(Path("/dev/null"), 0, 100) is None
    True
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(opened, "rb") as file:
        about = os.fstat(opened)
        is_plain = stat.S_ISREG(about.st_mode) and about.st_uid == owner
        return file.read() if is_plain and about.st_size <= most_bytes else None
