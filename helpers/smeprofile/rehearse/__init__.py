"""``smeprofile rehearse``: a simulated class goes the whole way, and every score is foretold."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import nbformat
from nbgrader.exchange.default import ExchangeSubmit
from rich.progress import track
from rich.table import Table

from smeprofile.answers import Answers
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.evaluation import Effect, effect
from smeprofile.evaluation.report import REHEARSAL
from smeprofile.grading.collect import collect
from smeprofile.grading.course import Course, nbgrader_config
from smeprofile.grading.feedback import feedback
from smeprofile.grading.followup import keep_form, write_form
from smeprofile.grading.grade import Graded, grade
from smeprofile.grading.needs import Needs, needs
from smeprofile.grading.release import release
from smeprofile.grading.roster import Learner, keep
from smeprofile.grading.rows import Row
from smeprofile.notebooks import (
    Exercise,
    Sample,
    Source,
    answered,
    as_trainee,
    master,
    read_module,
)
from smeprofile.params import TRACK_NAMES, load_cohort
from smeprofile.paths import home, solutions
from smeprofile.rehearse.afterwards import fill_in
from smeprofile.rehearse.learners import Given, HandIn, opinion, simulate_class, survey
from smeprofile.rehearse.report import Line, report_page
from smeprofile.sandbox import is_available

__all__ = ["Rehearsal", "rehearse", "simulate_class"]

REPORT, FOLLOW_UP = "report.html", "follow_up.xlsx"


@dataclass(frozen=True)
class Rehearsal:
    """What the simulated class did, and whether grading treated it as it must."""

    lines: list[Line]
    graded: Graded
    folder: Path
    report: Path
    needs: Needs | None = None  # what the class needs, where it sat the pre-test
    effect: Effect | None = None  # whether the training worked, where it sat both tests

    @property
    def ok(self) -> bool:
        """Whether every score is as foretold."""
        return self.graded.ok and not any(line.differing for line in self.lines)

    def __str__(self) -> str:
        wrong = [line for line in self.lines if line.differing]
        verdict = "每一分都与预期一致" if self.ok else f"{len(wrong)} 份与预期不符"
        details = [
            f"{line.learner.learner_id}（{line.module}）不符的题：{'、'.join(line.differing)}"
            for line in wrong
        ]
        lines = [f"演练 {len(self.lines)} 份：{verdict}。报告：{self.report}", *details]
        lines += [str(self.needs)] if self.needs else []
        return "\n".join(lines + ([f"培训效果（模拟）：{self.effect}"] if self.effect else []))

    def table(self) -> Table:
        """Return the scores as a table for the terminal."""
        columns = ("学员", "轨道", "能力", "模块", "用时（分钟）", "预期", "得分")
        table = Table(*columns, title="演练（模拟数据）")
        for line in self.lines:
            scored = "—" if line.scored is None else f"{line.scored:g}"
            table.add_row(
                line.learner.learner_id,
                TRACK_NAMES[line.learner.track],
                f"{line.learner.ability:+.2f}",
                line.module,
                str(line.minutes),
                f"{line.predicted:g} / {line.max_score:g}",
                f"[red]{scored}[/red]" if line.differing else scored,
            )
        return table


def rehearse(
    learners: int, seed: int, out: Path | None = None, *, modules: Iterable[str] = ()
) -> Rehearsal:
    """Let ``learners`` simulated learners do the modules (all by default), really handed in and graded.

    Works in a course directory of its own, ``out`` (``demo/rehearsal`` by default), never in the
    real gradebook. A right answer is foretold full points, a typical mistake what it earns, a blank none.
    Raises ``UserError`` when ``out`` holds something else, or ``learners`` is not 1 to 500.
    """
    if not 1 <= learners <= 500:
        raise UserError(f"演练人数应为 1–500，现为 {learners}。")
    cohort, course = load_cohort(), _own_course(out or home() / "demo" / "rehearsal")
    chosen = [cohort.module(name) for name in modules] or cohort.modules
    sources = [read_module(solutions(), m.slug, "practice", cohort) for m in chosen]
    work = list(simulate_class(sources, cohort, learners=learners, seed=seed))
    class_ = {h.learner.learner_id: h.learner.track for h in work}
    keep(course, [Learner(who, who, "", "", track) for who, track in class_.items()])
    for source in sources:
        release(source.module, course=course)
        edition = as_trainee(master(source, cohort))
        mine = [hand_in for hand_in in work if hand_in.module == source.module]
        for hand_in in track(mine, "提交", transient=True, disable=not sys.stdout.isatty()):
            said = opinion(hand_in, cohort.module(source.module).lesson_minutes, seed)
            _submit(course, edition, source, hand_in, said)
        collect(source.module, course=course)
    graded = grade(course=course, sandbox=is_available())  # else it is our own code that runs
    feedback(course=course)
    by_key = {(row.assignment, row.learner_id): row for row in graded.rows}
    exercises = {source.module: source.exercises for source in sources}
    lines = [_compare(h, exercises[h.module], by_key[h.module, h.learner.learner_id]) for h in work]
    report = course.root / REPORT
    write_file(report, report_page(lines, graded, sources, cohort, seed).encode())
    forms = {e.paper for source in sources for e in source.exercises.values()}
    return Rehearsal(
        lines,
        graded,
        course.root,
        report,
        needs(course=course) if "pre" in forms else None,
        _effect(course, work, seed) if {"pre", "post"} <= forms else None,
    )


def _effect(course: Course, work: list[HandIn], seed: int) -> Effect:
    """Let the follow-up form go round as well, and write the report on the training's effect."""
    form = write_form(sorted({h.learner.learner_id for h in work}), course.root / FOLLOW_UP)
    fill_in(form, work, seed)
    keep_form(course, form)
    return effect(course=course, personal=True)


def _own_course(out: Path) -> Course:
    """Return an empty course directory with an exchange of its own."""
    out = Path(out).resolve()
    if out.exists() and any(out.iterdir()) and not (out / REHEARSAL).is_file():
        raise UserError(f"{out} 里已有别的文件，演练不会覆盖它们。请用 --out 换一个空文件夹。")
    if out.exists():
        rmtree(out)
    out.mkdir(parents=True)
    (out / REHEARSAL).touch()  # a folder with it may be emptied and used again
    config = nbgrader_config(out, load_cohort())
    config.Exchange.root = str(out / "exchange")
    config.Exchange.cache = str(out / "cache")
    config.ExchangeCollect.check_owner = False  # all learners are one system user here
    return Course(out, config)


def _submit(
    course: Course,
    edition: nbformat.NotebookNode,
    source: Source,
    hand_in: HandIn,
    said: dict[str, object],
) -> None:
    """Hand in real notebooks through the real exchange, as JupyterLab's button would."""
    answers = {
        name: _code(source.exercises[name], answer)
        for name, answer in hand_in.answers.items()
        if answer != "blank"
    }
    desk = course.root / "learners" / hand_in.learner.learner_id
    lesson = course.folder("release", ".", source.module) / "lesson.ipynb"
    write_file(desk / source.module / "lesson.ipynb", lesson.read_bytes())
    done = answered(edition, source, answers, desk / source.module)
    if any(exercise.paper == "pre" for exercise in source.exercises.values()):
        said = said | {f"needs_{name}": v for name, v in survey(hand_in.learner).items()}
    for name, value in said.items():
        Answers(desk / source.module).put(name, value, counts=False)
    write_file(desk / source.module / "practice.ipynb", nbformat.writes(done).encode())
    course.run(ExchangeSubmit, source.module, hand_in.learner.learner_id, assignment_dir=str(desk))


def _code(exercise: Exercise, answer: str | Sample | Given) -> str:
    if isinstance(answer, Given):
        return f"{exercise.name} = {answer.value!r}"
    return exercise.solution if answer == "right" else answer.source


def _due(exercise: Exercise, answer: str | Sample | Given) -> float:
    if exercise.rubric:  # it waits for a person, and nobody marks a rehearsal
        return 0.0
    if isinstance(answer, Given):
        return round(exercise.points * answer.share, 2)
    if isinstance(answer, Sample):
        return answer.earns
    return exercise.points if answer == "right" else 0.0


def _compare(hand_in: HandIn, exercises: dict[str, Exercise], row: Row) -> Line:
    due = {name: _due(exercise, hand_in.answers[name]) for name, exercise in exercises.items()}
    got = {name: check.score for name, check in row.checks.items()}
    differing = sorted(name for name in due if got.get(name) != due[name])
    total = sum(exercise.points for exercise in exercises.values())
    return Line(
        hand_in.learner,
        row.assignment,
        hand_in.minutes,
        sum(due.values()),
        row.score,
        total,
        differing,
    )
