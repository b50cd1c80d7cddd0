"""``smeprofile collect``: take work in, from nbgrader's exchange or from a folder of zips."""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.plugins import FileNameCollectorPlugin
from nbgrader.utils import parse_utc
from traitlets import Unicode

from smeprofile.deadlines import span
from smeprofile.errors import UserError
from smeprofile.grading.attempts import (
    NOT_COLLECTED,
    CollectCounted,
    Times,
    backdated,
    last_that_count,
    lying_in,
    note_hand_ins,
    owner_of,
)
from smeprofile.grading.course import LOG, Course, StepFailed, open_course, said_by
from smeprofile.grading.roster import Learner, listed, unlisted
from smeprofile.learner import LEARNER_PATTERN
from smeprofile.packet import Submission, read_submission
from smeprofile.params import Cohort, load_cohort

_NOT_THEIRS = re.compile(r"(\S+) claims to be submitted by (\S+) but is owned by (\S+);")


@dataclass
class Collected:
    """What came in, as (module, learner), and what a person should look at."""

    new: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[tuple[str, str]] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every file could be taken in."""
        return not self.bad

    def __str__(self) -> str:
        lines = [f"收到 {len(self.new)} 份新提交，{len(self.unchanged)} 份没有变化。"]
        lines += [reason for _, reason in self.bad]
        if self.unlisted:
            lines.append(f"不在学员名单上：{'、'.join(self.unlisted)}（已照收，请核对）。")
        return "\n".join(lines + self.flags)


def collect(what: str | Path, *, course: Course | None = None) -> Collected:
    """Take in one module's work from the exchange, all hand-in zips found in a folder, or one zip.

    The newest hand-in of a learner wins, of the first so many that the cohort's rule lets count;
    who made more is told. A single zip wins over a newer one: so an older one is taken.
    A bad zip is listed and skipped; ``ok`` is then False.
    Raises ``UserError`` when ``what`` is neither a module nor a folder nor a zip.
    """
    cohort, course = load_cohort(), course or open_course()
    slugs = {m.slug for m in cohort.modules} | {m.slug[:2] for m in cohort.modules}
    if str(what) in slugs:
        collected = _from_exchange(course, cohort, cohort.module(str(what)).slug)
    elif Path(what).is_dir():
        collected = _from_zips(course, cohort, _zips_in(Path(what)))
    elif Path(what).suffix.lower() == ".zip" and Path(what).is_file():
        collected = _from_zips(course, cohort, [Path(what)], anyway=True)
    else:
        known = "、".join(m.slug for m in cohort.modules)
        raise UserError(f"{what} 既不是模块，也不是文件夹或 zip。现有模块：{known}。")
    who = {learner for _, learner in collected.new + collected.unchanged}
    collected.unlisted = unlisted(course, who)
    known = who | {*listed(course)} | {learner for _, learner in course.entries("submitted")}
    collected.flags += _alike(known, who)
    return collected


def _alike(known: set[str], taken: set[str]) -> list[str]:
    """Return what to say of ids ``taken`` that differ from a known one in capitals only.

    >>> _alike({"ZHANG", "zhang", "li"}, {"zhang", "li"})
    ['请核对：ZHANG、zhang 只差大小写，现在算不同的学员；是同一人的，请他按花名册上的编号重交。']
    """
    groups = {who.lower(): sorted(k for k in known if k.lower() == who.lower()) for who in taken}
    return [
        f"请核对：{'、'.join(groups[low])} 只差大小写，现在算不同的学员；是同一人的，请他按花名册上的编号重交。"
        for low in sorted(groups)
        if len(groups[low]) > 1
    ]


def _from_exchange(course: Course, cohort: Cohort, slug: str) -> Collected:
    if sys.platform == "win32":
        raise UserError("Windows 上没有作业交换区。请学员用 smeprofile submit --zip。")
    before = _times(course, slug)
    accounts = course.config.CollectCounted.get("accounts", "")
    folder = Path(course.config.Exchange.root, cohort.cohort_id, "inbound")
    inbound, odd = lying_in(folder, slug, accounts)
    forged = [_forged(folder) for folder in odd]
    forged += [
        f"请核对：{who} 有一份提交自称的时间比放进交换区早 {span(seconds)}。"
        for who, seconds in sorted(backdated(folder, slug).items() if accounts else ())
    ]
    last, told = _attempts(course, cohort, slug, inbound)
    try:
        said = course.run(CollectCounted, slug, update=True, last=last)
    except StepFailed as failed:
        raise UserError(
            f"收不了 {slug}：它还没有发布，或交换区 {course.config.Exchange.root} 不可读"
            f"（详见 {course.root / LOG}：{failed}）。"
        ) from None
    after = _times(course, slug)
    flags = [flag for line in said if (flag := _flag(line))]
    collected = Collected(flags=flags + forged + [told[who] for who in sorted(told)])
    failed = [who for who in inbound if NOT_COLLECTED % who in said]
    collected.bad = [(who, _not_taken(course, slug, who)) for who in failed]
    for learner, at in sorted(after.items()):
        if learner in failed:
            continue
        same = before.get(learner) == at
        (collected.unchanged if same else collected.new).append((slug, learner))
    return collected


def _forged(folder: Path) -> str:
    who, by = folder.name.split("+")[0], owner_of(folder)
    if re.fullmatch(LEARNER_PATTERN, who):
        return f"没有收：署名 {who} 的一份由系统用户 {by} 放进交换区。"
    # escaped: it may be no text, or move the cursor
    return f"没有收：系统用户 {by} 放进交换区的 {folder.name!r}，它的署名不是学员编号。"


def _attempts(
    course: Course, cohort: Cohort, slug: str, times: Times
) -> tuple[dict[str, datetime], dict[str, str]]:
    """Note hand-ins; return of who made too many the last that counts, and what to say."""
    made, n = note_hand_ins(course, slug, times), cohort.attempts
    last = last_that_count(made, n)
    told = {
        who: f"{who}（{slug}）交了 {len(made[who])} 次，只算前 {n} 次；后面的没有收。"
        for who in last
    }
    return last, told


def _times(course: Course, slug: str) -> dict[str, datetime | None]:
    """Return learner → when their present work was handed in (UTC)."""
    found = [learner for module, learner in course.entries("submitted") if module == slug]
    return {learner: _time(course, slug, learner) for learner in found}


def _time(course: Course, slug: str, learner: str) -> datetime | None:
    path = course.folder("submitted", learner, slug) / "timestamp.txt"
    try:
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None


def _flag(line: str) -> str | None:
    found = _NOT_THEIRS.search(" ".join(line.split()))
    return found and f"请核对：{found[2]} 的提交属于系统用户 {found[3]}。"


def _zips_in(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip")
    if not paths:
        raise UserError(f"{folder} 里没有 zip 文件。")
    return paths


def _from_zips(
    course: Course, cohort: Cohort, paths: Iterable[Path], *, anyway: bool = False
) -> Collected:
    """Take the zips in; ``anyway``: also in place of newer work."""
    collected, known = Collected(), listed(course)
    sent: dict[str, dict[str, dict[Path, datetime]]] = {}  # module → learner → where → when
    for path in paths:
        try:
            submission = read_submission(path, cohort)
        except UserError as error:
            collected.bad.append((path.name, str(error)))
            continue
        about = submission.manifest
        if other := _other_named(path.stem, about.module, about.learner_id, known):
            collected.flags.append(
                f"请核对：{path.name} 的文件名写的是 {other}，里面署名 {about.learner_id}（按署名收）。"
            )
        of = sent.setdefault(about.module, {}).setdefault(about.learner_id, {})
        of[path] = _handed_in(submission)
    for slug, of in sorted(sent.items()):
        times = {who: zips.values() for who, zips in of.items()}
        last, told = _attempts(course, cohort, slug, times)
        collected.flags += [told[who] for who in sorted(told.keys() & of.keys())]
        for learner, zips in sorted(of.items()):
            counted = {p: at for p, at in zips.items() if at <= last.get(learner, at)}
            try:
                _take(course, cohort, (slug, learner), counted, collected, anyway=anyway)
            except Exception:  # one learner's never stops the others'
                course.note_error(slug, learner)
                collected.bad.append((learner, _not_taken(course, slug, learner)))
    return collected


def _not_taken(course: Course, slug: str, learner: str) -> str:
    return f"{learner}（{slug}）没能收，详见 {course.root / LOG}。解决以后请再收一次。"


def _other_named(stem: str, slug: str, learner: str, known: Mapping[str, Learner]) -> str:
    """Return which other learner a zip's name speaks of; "" where it speaks of none, or of its own.

    >>> _other_named("ben+02_tiny", "02_tiny", "ann", {}), _other_named("作业 1", "02_tiny", "ann", {})
    ('ben', '')
    """
    head, plus, _ = stem.partition("+")  # as smeprofile submit names it
    words, text = {head} if plus else set(), stem.replace(slug, "")
    words |= {*re.findall(r"[A-Za-z0-9_.-]+", text), *re.findall(r"[A-Za-z0-9]+", text)}
    named = [w for w, one in known.items() if w in words or (one.name and one.name in text)]
    if learner in (*words, *named):
        return ""
    is_id = plus and re.fullmatch(LEARNER_PATTERN, head)
    return next(iter(named), head if is_id else "")


def _take(
    course: Course,
    cohort: Cohort,
    of: tuple[str, str],
    counted: dict[Path, datetime],
    collected: Collected,
    *,
    anyway: bool,
) -> None:
    """Put the newest of a learner's zips in its place, unless what is there is as new."""
    newest, there = max(counted, key=counted.get, default=None), _time(course, *of)
    if newest is None or (not anyway and there is not None and there >= counted[newest]):
        collected.unchanged.append(of)
    else:
        _import(course, of[0], read_submission(newest, cohort))
        collected.new.append(of)
        if there is not None and there > counted[newest]:
            collected.flags.append(
                f"{of[1]}（{of[0]}）换成了较早的一份；以后再收整个文件夹或交换区，又会收最新的。"
            )
    if older := [path.name for path in counted if path != newest]:
        collected.flags.append(
            f"请核对：{of[1]}（{of[0]}）有 {len(counted)} 个 zip，只看最新的 {newest.name}，没有收 "
            f"{'、'.join(older)}。要收其中一个，请运行 smeprofile collect 那个文件。"
        )


def _handed_in(submission: Submission) -> datetime:
    return submission.manifest.submitted_at.astimezone(UTC).replace(tzinfo=None)


def _import(course: Course, slug: str, submission: Submission) -> None:
    """Put one verified hand-in where nbgrader expects it, by nbgrader's own zip collector."""
    with TemporaryDirectory(prefix="smeprofile-collect-") as scratch, said_by(course.root) as said:
        extracted = Path(scratch, slug, "extracted")
        extracted.mkdir(parents=True)
        for name, data in submission.files.items():
            (extracted / name).write_bytes(data)
        app = ZipCollectApp(config=course.config, log=said[0], force=True)
        app.coursedir = course.directory(slug)
        app.collect_directory_structure = str(Path(scratch, "{assignment_id}", "{collect_step}"))
        app.collector_plugin_inst = HandInCollector(
            parent=app,
            learner=submission.manifest.learner_id,
            at=_handed_in(submission).isoformat(" "),
        )
        app.process_extracted_files()


class HandInCollector(FileNameCollectorPlugin):
    """Tell nbgrader whose work the extracted files are: the manifest says so, not the name."""

    learner = Unicode()
    at = Unicode()

    def collect(self, submitted_file: str) -> dict[str, str]:
        """Return learner, file and time of one extracted file."""
        file_id = os.path.basename(submitted_file)  # noqa: PTH119  (nbgrader passes text)
        return {"student_id": self.learner, "file_id": file_id, "timestamp": self.at}
