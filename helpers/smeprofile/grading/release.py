"""``smeprofile release``: write a module's source, let nbgrader make and publish the rest."""

import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.exchange.default import ExchangeReleaseAssignment

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.course import LOG, Course, StepFailed, open_course
from smeprofile.grading.deadline import publish
from smeprofile.notebooks import as_trainee, frozen, master, read_module
from smeprofile.notebooks.papers import graded_keys
from smeprofile.params import load_cohort, refuse_other_secret
from smeprofile.paths import home, solutions


@dataclass(frozen=True)
class Released:
    """What was handed out; ``exchange`` is None where nbgrader has no exchange (Windows)."""

    module: str
    folder: Path
    exchange: Path | None

    def __str__(self) -> str:
        if self.exchange is None:
            return f"已生成 {self.folder}。本机没有作业交换区，请把这个文件夹发给学员。"
        return f"已发布 {self.module}：学员可在首页领取。交换区：{self.exchange}。"


def release(module: str, *, course: Course | None = None) -> Released:
    """Hand out ``module``: its practice becomes the assignment, its lesson travels along.

    Raises ``UserError`` when the module is unknown, or when ids, points or expected answers are
    not those released to this cohort before, or when the data or its paper are of another secret, or
    the paper of other items; nothing is changed then.
    """
    cohort = load_cohort()
    slug = cohort.module(module).slug
    refuse_other_secret(cohort, home())  # a lesson may need it that is added last
    course = course or open_course()
    source = read_module(solutions(), slug, "practice", cohort)
    frozen.refuse_changed(source, cohort, course.root)
    for exercise in source.exercises.values():
        if exercise.paper:
            graded_keys(exercise.paper, solutions(), cohort)
    edition = master(source, cohort)
    _refuse_if_regrading_breaks(course, slug, edition)
    _write(edition, course.folder("source", ".", slug) / "practice.ipynb")
    try:
        course.run(GenerateAssignment, slug, force=True)
        publish(course, slug, cohort)
        if sys.platform != "win32":
            course.run(ExchangeReleaseAssignment, slug, force=True)
    except StepFailed as failed:
        raise UserError(f"发布 {slug} 失败，详见 {course.root / LOG}：{failed}") from None
    folder = course.folder("release", ".", slug)
    if not (folder / "lesson.ipynb").is_file():  # nbgrader only logs what a hook raises
        raise UserError(f"发布 {slug} 时没能附上课程笔记本，详见 {course.root / LOG}。")
    frozen.note(source, cohort, course.root)
    exchange = None if sys.platform == "win32" else Path(course.config.Exchange.root)
    return Released(slug, folder, exchange)


def add_lesson(*, assignment: str, student: str, notebooks: list[str]) -> None:
    """Put the lesson beside a generated assignment; nbgrader runs it in the course."""
    lesson = as_trainee(master(read_module(solutions(), assignment, "lesson"), load_cohort()))
    _write(lesson, Path.cwd() / "release" / assignment / "lesson.ipynb")


def _refuse_if_regrading_breaks(course: Course, slug: str, edition: NotebookNode) -> None:
    """Say beforehand what nbgrader would refuse only after deleting the old release."""
    marked = [cell.metadata.nbgrader for cell in edition.cells if "nbgrader" in cell.metadata]
    with course.gradebook() as gradebook:
        try:
            known = gradebook.find_notebook("practice", slug)
        except MissingEntry:
            return
        same = {mark.grade_id for mark in marked} == {cell.name for cell in known.source_cells}
        if known.submissions and not same:
            raise UserError(
                f"{slug} 已有 {len(known.submissions)} 份提交，而练习的题目有增减，不能重新发布。"
                "请把新题放进新模块，或等下一班次再改。"
            )


def _write(notebook: NotebookNode, path: Path) -> None:
    write_file(path, f"{nbformat.writes(notebook)}\n".encode())
