"""``smeprofile collect``: take work in, from nbgrader's exchange or from a folder of zips."""

import os
import re
import sys
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
    CollectCounted,
    Times,
    backdated,
    last_that_count,
    lying_in,
    note_hand_ins,
    owner_of,
)
from smeprofile.grading.course import LOG, Course, StepFailed, open_course, said_by
from smeprofile.grading.roster import unlisted
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
    """Take in one module's work from the exchange, or all hand-in zips found in a folder.

    The newest hand-in of a learner wins, of the first so many that the cohort's rule lets count;
    who made more is told. A bad zip is listed and skipped; ``ok`` is then False.
    Raises ``UserError`` when ``what`` is neither a module nor a folder.
    """
    cohort, course = load_cohort(), course or open_course()
    slugs = {m.slug for m in cohort.modules} | {m.slug[:2] for m in cohort.modules}
    if str(what) in slugs:
        collected = _from_exchange(course, cohort, cohort.module(str(what)).slug)
    elif Path(what).is_dir():
        collected = _from_zips(course, cohort, Path(what))
    else:
        known = "、".join(m.slug for m in cohort.modules)
        raise UserError(f"{what} 既不是模块，也不是文件夹。现有模块：{known}。")
    collected.unlisted = unlisted(course, {who for _, who in collected.new + collected.unchanged})
    return collected


def _from_exchange(course: Course, cohort: Cohort, slug: str) -> Collected:
    if sys.platform == "win32":
        raise UserError("Windows 上没有作业交换区。请学员用 smeprofile submit --zip。")
    before = _times(course, slug)
    accounts = course.config.CollectCounted.get("accounts", "")
    folder = Path(course.config.Exchange.root, cohort.cohort_id, "inbound")
    inbound, odd = lying_in(folder, slug, accounts)
    forged = [
        f"没有收：署名 {folder.name.split('+')[0]} 的一份由系统用户 {owner_of(folder)} 放进交换区。"
        for folder in odd
    ]
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
    for learner, at in sorted(after.items()):
        same = before.get(learner) == at
        (collected.unchanged if same else collected.new).append((slug, learner))
    return collected


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


def _from_zips(course: Course, cohort: Cohort, folder: Path) -> Collected:
    collected = Collected()
    sent: dict[str, dict[str, dict[datetime, Path]]] = {}  # module → learner → when → where
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip")
    if not paths:
        raise UserError(f"{folder} 里没有 zip 文件。")
    for path in paths:
        try:
            submission = read_submission(path, cohort)
        except UserError as error:
            collected.bad.append((path.name, str(error)))
            continue
        about = submission.manifest
        of = sent.setdefault(about.module, {}).setdefault(about.learner_id, {})
        of.setdefault(_handed_in(submission), path)
    for slug, of in sorted(sent.items()):
        last, told = _attempts(course, cohort, slug, of)
        collected.flags += [told[who] for who in sorted(told.keys() & of.keys())]
        for learner, zips in sorted(of.items()):
            counted = {at: zips[at] for at in zips if at <= last.get(learner, at)}
            _take(course, cohort, (slug, learner), counted, collected)
    return collected


def _take(
    course: Course,
    cohort: Cohort,
    of: tuple[str, str],
    counted: dict[datetime, Path],
    collected: Collected,
) -> None:
    """Put the newest of a learner's zips in its place, unless what is there is as new."""
    at, there = max(counted, default=None), _time(course, *of)
    if at is None or (there is not None and there >= at):
        collected.unchanged.append(of)
    else:
        _import(course, of[0], read_submission(counted[at], cohort))
        collected.new.append(of)


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
