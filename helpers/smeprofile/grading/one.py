"""One submission: examined, run and judged, its scores and its page."""

import hashlib
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from nbgrader import api
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import BaseConverter
from sqlalchemy.exc import SQLAlchemyError

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading import checks
from smeprofile.grading.appeals import note_appeal, settle_appeal
from smeprofile.grading.course import (
    LOG,
    STAMP,
    Course,
    StepFailed,
    environment,
    kernels_at,
)
from smeprofile.grading.feedback import Returned, is_returned, return_or_note
from smeprofile.grading.late import settle
from smeprofile.grading.marks import by_hand, let_stand
from smeprofile.grading.responses import store
from smeprofile.grading.rows import Row, late_note, read_scores
from smeprofile.grading.run import OPEN
from smeprofile.grading.tables import connection
from smeprofile.grading.turns import turn
from smeprofile.nursery import nursery
from smeprofile.paths import home
from smeprofile.sandbox import Unavailable, refuse_without

MOST_MB = 50  # of one submission


@dataclass(frozen=True)
class Way:
    """How the submissions of one call are graded, here or by another machine's worker.

    ``root`` is None for our own course; ``again`` says why one is graded again on appeal.
    """

    root: Path | None
    sandbox: bool = True
    feedback: bool = False
    again: str = ""

    @contextmanager
    def ready(self, course: Course) -> Iterator[None]:
        """Be ready to grade meanwhile; ``UserError`` where learners' code can't be held apart."""
        place = home() if self.root is None else None
        # nbgrader goes there for each step and back to where it was: side by side, to anywhere.
        with (
            kernels_at(place, log=course.root / LOG),
            self._kernels(),
            _one_engine(),
            chdir(course.root),
        ):
            yield

    def _kernels(self) -> AbstractContextManager:
        """Return what learners' processes are forked from meanwhile."""
        if not self.sandbox:
            return environment({OPEN: "1"})
        try:
            refuse_without()
        except Unavailable as why:
            raise UserError(
                f"不能隔离地批改：{why}。请换一台 Linux 机器；确要在这台机器上批改，用 --no-sandbox："
                "学员写的代码会以你的身份运行，能读写成绩册、答案和别人的作业。"
            ) from None
        return nursery()

    def one(self, course: Course, entry: tuple[str, str]) -> tuple[Row, Returned]:
        """Grade one submission, (assignment, learner), unless nothing changed; and its page."""
        returned = Returned([], [], [])
        with turn():
            row = _graded(course, *entry, is_ours=self.root is None, again=self.again)
            if self.feedback and row.status != "failed" and not is_returned(course, *entry):
                return_or_note(course, *entry, returned)
        return row, returned


def _graded(course: Course, assignment: str, learner: str, *, is_ours: bool, again: str) -> Row:
    row = Row(assignment, learner)
    try:
        missing = _examine(course, assignment, learner)
        prints = _prints(course, assignment, learner)
        stamp = course.folder("autograded", learner, assignment) / STAMP
        before = stamp.read_text(encoding="utf-8").split() if stamp.is_file() else []
        if not again and before[:1] == prints[:1]:
            row.status = "unchanged"
        else:
            noted = again and note_appeal(course, assignment, learner, again)
            # nbgrader asks for every mark by hand again, also for one of the very same answer.
            stands = by_hand(course, assignment, learner) if before[1:] == prints[1:] else {}
            course.run(Grader, assignment, learner, force=True)
            let_stand(course, assignment, learner, stands)
        settle(course, assignment, learner)
        found = read_scores(course, row)
        notes = [*late_note(row), *(f"缺少 {name}，该部分记 0 分" for name in missing), *found]
        if row.status == "graded":
            notes += store(course, assignment, learner) if is_ours else []
        if again:
            row.before = noted["before"]
            notes.insert(0, settle_appeal(course, noted, row.score))
        row.note = "；".join(notes)
        if row.status == "graded":
            checks.keep(course, [row])
            # Last: what failed is done again next time.
            write_file(stamp, "\n".join(prints).encode())
    except (_Unfit, UserError) as reason:
        row.status, row.note = "failed", str(reason)
    except Exception as error:  # one submission never stops the others
        if not isinstance(error, StepFailed):
            course.note_error(assignment, learner)
        row.status, row.note = "failed", f"批改中断，详见 {course.root / LOG}"
    if row.status == "failed":
        with suppress(SQLAlchemyError):  # what made it fail may be the gradebook itself
            checks.keep(course, [row])
    return row


@contextmanager
def _one_engine() -> Iterator[None]:
    """Keep what SQLAlchemy has learnt of a gradebook: nbgrader opens it a dozen times a submission."""
    usual = api.create_engine
    api.create_engine = cache(usual)
    try:
        yield
    finally:
        api.create_engine = usual


class Grader(Autograde):
    """nbgrader's Autograde for runs side by side: it leaves the environment, which they share, alone."""

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Clean a notebook by its master, then run and score what came of it."""
        try:
            for self._sanitizing in (True, False):
                self._init_preprocessors()
                BaseConverter.convert_single_notebook(self, notebook_filename)
                notebook_filename = str(
                    Path(self.writer.build_directory, Path(notebook_filename).name)
                )
        finally:
            self._sanitizing = True


class _Unfit(Exception):
    """Why a submission cannot be graded, in Chinese."""


def _examine(course: Course, assignment: str, learner: str) -> list[str]:
    """Return which notebooks are missing; raises ``_Unfit`` when nothing can be graded."""
    expected = _expected(course, assignment)
    folder = course.folder("submitted", learner, assignment)
    _refuse_odd_files(folder)
    there = [name for name in expected if (folder / name).is_file()]
    if not there:
        raise _Unfit(f"没有 {'、'.join(expected)}，无法批改")
    for name in there:
        _examine_notebook(folder / name, assignment)
    return [name for name in expected if name not in there]


def _refuse_odd_files(folder: Path) -> None:
    """Refuse what would be followed out of the folder, read for ever, or fill the disk."""
    size = 0
    for path in sorted(folder.rglob("*")):
        about, name = path.lstat(), path.relative_to(folder).as_posix()
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            raise _Unfit(f"{name} 是链接或特殊文件，没有批改；请学员换成普通文件重新提交")
        size += about.st_size
    if folder.is_symlink() or size > MOST_MB * 1_000_000:
        raise _Unfit(f"交来的文件超过 {MOST_MB} MB 或整个文件夹是链接，没有批改；请学员重新提交")


def make_known(course: Course, assignment: str) -> None:
    """Have an assignment and our tables in the gradebook, before many want them at once."""
    with suppress(_Unfit, StepFailed):  # each submission's row will say so
        _expected(course, assignment)
    with connection(course):  # of two that make a table at once, a server refuses one
        pass


def _expected(course: Course, assignment: str) -> list[str]:
    """Return the file names of an assignment's notebooks, known or generated now."""
    names, source = _in_gradebook(course, assignment), course.folder("source", ".", assignment)
    masters = {path.name for path in source.glob("*.ipynb")}
    # nbgrader records cell by cell and writes the notebook last: without it, it was cut short.
    made = {path.name for path in course.folder("release", ".", assignment).glob("*.ipynb")}
    is_whole = names and (masters <= made or _has_hand_ins(course, assignment))
    if masters and not is_whole:
        course.run(GenerateAssignment, assignment, force=True)
        names = _in_gradebook(course, assignment)
    if not names:
        raise _Unfit(f"没有发布过 {assignment}：模块名写错了，或还没运行 smeprofile release")
    return names


def _has_hand_ins(course: Course, assignment: str) -> bool:
    with course.gradebook() as gradebook:
        return gradebook.find_assignment(assignment).num_submissions > 0


def _in_gradebook(course: Course, assignment: str) -> list[str]:
    with course.gradebook() as gradebook:
        try:
            notebooks = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            return []
        return sorted(f"{notebook.name}.ipynb" for notebook in notebooks)


def _examine_notebook(path: Path, assignment: str) -> None:
    try:
        metadata = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).metadata
    except Exception:  # nbformat raises whatever the broken text makes it stumble over
        raise _Unfit(f"{path.name} 不完整或已损坏，打不开；请学员重新提交") from None
    about = metadata.get("smeprofile")
    module = about.get("module", assignment) if isinstance(about, dict) else assignment
    if module != assignment:
        raise _Unfit(f"{path.name} 是 {module} 的作业，不是 {assignment} 的；请学员重新提交")


def _prints(course: Course, assignment: str, learner: str) -> list[str]:
    """Return the hashes of all that decides a score, and of what was handed in alone."""
    digests = [hashlib.sha256(), hashlib.sha256()]
    for step, who, of in (("submitted", learner, digests), ("source", ".", digests[:1])):
        folder = course.folder(step, who, assignment)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            for digest in of:
                digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return [digest.hexdigest() for digest in digests]
