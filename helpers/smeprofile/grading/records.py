"""``smeprofile learner``: everything kept of one learner, exported or deleted."""

import glob
import json
import re
import shutil
import zipfile
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

from nbgrader.api import MissingEntry

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.appeals import appeals
from smeprofile.grading.checks import checks_of
from smeprofile.grading.course import LOG, Course, open_course
from smeprofile.grading.followup import follow_up
from smeprofile.grading.lessonfeedback import lesson_feedback
from smeprofile.grading.responses import item_responses, needs_survey
from smeprofile.grading.roster import BEFORE, ROSTER, keep, listed
from smeprofile.grading.tables import forget, rows_of

_STEPS = ("submitted", "autograded", "feedback")
PERSONAL_PAGES = Path("effect") / "personal"  # in the course directory, each named by its learner


def export(learner: str, path: Path, *, course: Course | None = None) -> Path:
    """Write all that is kept of ``learner`` into the zip ``path`` and return it.

    Class list entry, points, extensions, appeals, responses, survey, what was said of lessons,
    follow-up, hand-ins and their times, those in the exchange, feedback, personal report. Raises
    ``UserError`` when nothing is kept, or ``path`` exists already or is no ``.zip``.
    """
    if path.suffix != ".zip" or path.exists():
        reason = "已存在" if path.exists() else "不是 .zip"
        raise UserError(f"--export 的文件 {path} {reason}。请换一个 .zip 文件名。")
    course = course or open_course()
    entries = _entries(course, learner)
    if not entries:
        raise UserError(f"没有学员 {learner} 的任何记录。请核对学员编号。")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            archive.writestr(zipfile.ZipInfo(name), entries[name], zipfile.ZIP_DEFLATED)
    write_file(path, packed.getvalue())
    return path


def erase(learner: str, *, course: Course | None = None) -> str:
    """Delete all that is kept of ``learner`` and return what was, in words.

    What the learner handed in through the exchange goes too, a personal report in its usual place,
    and the log's lines that name the learner. Raises ``UserError`` when nothing is kept. What was
    written elsewhere isn't reached; of what stays in the course directory the words tell.
    """
    course = course or open_course()
    folders = [f for step in _STEPS for f in _folders(course, step, learner)]
    folders += _inbound(course, learner)
    if not folders and not _entries(course, learner):
        raise UserError(f"没有学员 {learner} 的任何记录。请核对学员编号。")
    n_rows = forget(course, learner)
    with course.gradebook() as gradebook, suppress(MissingEntry):
        gradebook.remove_student(learner)
    (course.root / PERSONAL_PAGES / f"{learner}.html").unlink(missing_ok=True)
    # Named by hashes; the page says whose it is.
    for page in _exchange(course).glob("*/feedback/*.html"):
        if _is_of(page, learner):
            page.unlink()
    for name in (ROSTER, BEFORE):
        if there := listed(course, name=name):
            keep(course, [one for who, one in there.items() if who != learner], name=name)
    _strike(course.root / LOG, learner)
    for folder in folders:  # last: by them a deletion that was cut short is found again
        _remove(folder)
        if not any(folder.parent.iterdir()) and folder.parent.name == learner:
            folder.parent.rmdir()
    return (
        f"已删除 {learner}：{n_rows} 行作答、问卷、课程反馈、跟踪、检查结果、提交时间、延期和复核，{len(folders)} 个作业、批改和反馈文件夹，"
        "成绩册、名单和批改日志里的记录。学员自己电脑上的、别处的备份、已经写出的报告和跟踪表不在此列。"
        + _left(course)
    )


def _left(course: Course) -> str:
    """Return what in the course directory may still tell of an erased learner, in words."""
    kept = sorted(course.root.glob("before-restore-*.zip"))
    if not kept:
        return ""
    names = "、".join(path.name for path in kept)
    return f"\n恢复前的备份里可能还有：{course.root} 里的 {names}。不再需要时，请删掉这些文件。"


def _strike(log: Path, learner: str) -> None:
    """Take the lines that name a learner out of the log; also a line or two of "ann.b", for "ann"."""
    if log.is_file():
        named = re.compile(rb"(?<![\w.-])" + re.escape(learner.encode()) + rb"(?![\w-])")
        lines = log.read_bytes().splitlines(keepends=True)
        write_file(log, b"".join(line for line in lines if not named.search(line)))


def _exchange(course: Course) -> Path:
    return Path(course.config.Exchange.get("root", course.root / "exchange"))


def _inbound(course: Course, learner: str) -> list[Path]:
    return sorted(_exchange(course).glob(f"*/inbound/{glob.escape(learner)}+*"))


def _is_of(page: Path, learner: str) -> bool:
    """Return whether a feedback page is the learner's; what a notebook shows stands below."""
    head = page.read_text(encoding="utf-8", errors="replace").partition("<table")[0]
    return f"学员：{learner}<" in head


def _remove(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:  # a link in the exchange is not followed
        folder.unlink()


def _entries(course: Course, learner: str) -> dict[str, bytes]:
    entries: dict[str, bytes] = {}
    survey = needs_survey(course).get(learner)
    responses = item_responses(course).query("learner_id == @learner")
    listing = (listed(course, name=BEFORE) | listed(course)).get(learner)
    if survey:
        entries["needs_survey.json"] = _json(survey)
    if len(responses):
        entries["item_responses.csv"] = responses.to_csv(index=False).encode("utf-8-sig")
    for name, table in (
        ("lesson_feedback", lesson_feedback(course)),
        ("follow_up", follow_up(course)),
    ):
        mine = table[table["learner_id"] == learner]
        if len(mine):
            entries[f"{name}.csv"] = mine.to_csv(index=False).encode("utf-8-sig")
    if found := checks_of(course, learner):
        entries["checks.json"] = _json(found)
    if listing:
        entries["roster.json"] = _json(asdict(listing))
    if raised := appeals(course, learner):
        entries["appeals.json"] = _json(raised)
    if grades := _grades(course, learner):
        entries["grades.json"] = _json(grades)
    for name, rows in rows_of(course, learner).items():
        if name not in {Path(entry).stem for entry in entries}:
            entries[f"{name}.json"] = _json(rows)
    return entries | {name: file.read_bytes() for name, file in _files(course, learner).items()}


def _files(course: Course, learner: str) -> dict[str, Path]:
    """Return name in the export → file: hand-ins, also in the exchange, what came of them, the report."""
    page = course.root / PERSONAL_PAGES / f"{learner}.html"
    files = {"personal.html": page} if page.is_file() else {}
    folders = [(step, folder) for step in _STEPS for folder in _folders(course, step, learner)]
    folders += [("exchange", folder) for folder in _inbound(course, learner)]
    for step, folder in folders:
        for file in _plain_files(folder):
            name = f"{step}/{folder.name}/{file.relative_to(folder).as_posix()}"
            files[name.replace(":", "-")] = file  # Windows has no colons
    return files


def _plain_files(folder: Path) -> list[Path]:
    """Return the files in a folder, itself no link; where a learner's link leads isn't theirs."""
    there = [] if folder.is_symlink() else folder.rglob("*")
    return sorted(path for path in there if path.is_file() and not path.is_symlink())


def _folders(course: Course, step: str, learner: str) -> list[Path]:
    return [course.folder(step, who, a) for a, who in course.entries(step) if who == learner]


def _grades(course: Course, learner: str) -> dict[str, dict[str, float]]:
    with course.gradebook() as gradebook:
        return {
            s.name: {"score": s.score, "max_score": s.max_score}
            for s in gradebook.student_submissions(learner)
        }


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    return f"{text}\n".encode()
