"""``smeprofile learner``: everything kept of one learner, exported or deleted."""

import glob
import json
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
from smeprofile.grading.course import Course, open_course
from smeprofile.grading.followup import follow_up
from smeprofile.grading.lessonfeedback import lesson_feedback
from smeprofile.grading.responses import item_responses, needs_survey
from smeprofile.grading.roster import keep, listed
from smeprofile.grading.tables import forget

_STEPS = ("submitted", "autograded", "feedback")
PERSONAL_PAGES = Path("effect") / "personal"  # in the course directory, each named by its learner


def export(learner: str, path: Path, *, course: Course | None = None) -> Path:
    """Write all that is kept of ``learner`` into the zip ``path`` and return it.

    Class list entry, points, appeals, responses, survey, what was said of lessons, follow-up,
    hand-ins, feedback. Raises ``UserError`` when
    nothing is kept, or ``path`` exists already or is no ``.zip``.
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

    What the learner handed in through the exchange goes too, and a personal report in its usual
    place. Raises ``UserError`` when nothing is kept. What was written elsewhere isn't reached.
    """
    course = course or open_course()
    exchange = Path(course.config.Exchange.get("root", course.root / "exchange"))
    folders = [f for step in _STEPS for f in _folders(course, step, learner)]
    folders += exchange.glob(f"*/inbound/{glob.escape(learner)}+*")
    if not folders and not _entries(course, learner):
        raise UserError(f"没有学员 {learner} 的任何记录。请核对学员编号。")
    n_rows = forget(course, learner)
    with course.gradebook() as gradebook, suppress(MissingEntry):
        gradebook.remove_student(learner)
    (course.root / PERSONAL_PAGES / f"{learner}.html").unlink(missing_ok=True)
    for page in exchange.glob("*/feedback/*.html"):  # named by hashes; the page says whose it is
        if _is_of(page, learner):
            page.unlink()
    if listed(course):
        keep(course, [one for who, one in listed(course).items() if who != learner])
    for folder in folders:  # last: by them a deletion that was cut short is found again
        _remove(folder)
        if not any(folder.parent.iterdir()) and folder.parent.name == learner:
            folder.parent.rmdir()
    return (
        f"已删除 {learner}：{n_rows} 行作答、问卷、课程反馈、跟踪、检查结果、提交时间、延期和复核，{len(folders)} 个作业、批改和反馈文件夹，"
        "成绩册和名单里的记录。学员自己电脑上的、别处的备份、已经写出的报告和跟踪表不在此列。"
    )


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
    listing = listed(course).get(learner)
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
    for step in _STEPS:
        for folder in _folders(course, step, learner):
            for file in sorted(p for p in folder.rglob("*") if p.is_file()):
                name = file.relative_to(folder).as_posix()
                entries[f"{step}/{folder.name}/{name}"] = file.read_bytes()
    return entries


def _folders(course: Course, step: str, learner: str) -> list[Path]:
    return [course.folder(step, who, a) for a, who in course.entries(step) if who == learner]


def _grades(course: Course, learner: str) -> dict[str, dict[str, float]]:
    with course.gradebook() as gradebook:
        return {
            s.name: {"score": s.score, "max_score": s.max_score}
            for s in gradebook.student_submissions(learner)
        }


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()
