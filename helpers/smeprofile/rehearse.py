"""``smeprofile rehearse``: a simulated class goes the whole way, and every score is foretold."""

import math
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import nbformat
import numpy as np
from jinja2 import Environment, FileSystemLoader
from nbgrader.exchange.default import ExchangeSubmit
from rich.progress import track
from rich.table import Table

from smeprofile.answers import Answers
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.collect import collect
from smeprofile.grading.course import TEMPLATES, Course, nbgrader_config
from smeprofile.grading.feedback import feedback
from smeprofile.grading.grade import Graded, Row, grade
from smeprofile.grading.release import release
from smeprofile.items import bank, blueprint, make_paper, mark, simulate_responses
from smeprofile.items.learners import difficulty
from smeprofile.notebooks import (
    Exercise,
    Sample,
    Source,
    answered,
    as_trainee,
    master,
    read_module,
)
from smeprofile.params import Cohort, load_cohort, with_secret
from smeprofile.paths import home, solutions

REPORT = "report.html"
_MARKER = ".smeprofile-rehearsal"  # a folder with it may be emptied and used again
_ANALYST_SHARE = 0.5


@dataclass(frozen=True)
class Simulated:
    """One learner: ability is a standard normal draw; ``track`` is "rm" or "analyst"."""

    learner_id: str
    ability: float
    track: str


@dataclass(frozen=True)
class HandIn:
    """One learner's answers to one module: exercise → "right", "blank", a typical mistake, or what
    was given to a test paper.
    """

    learner: Simulated
    module: str
    minutes: int
    answers: dict[str, "str | Sample | Given"]


@dataclass(frozen=True)
class Given:
    """What a learner gave to a test paper, and the share of its items that is right."""

    value: dict[str, object]
    share: float


@dataclass(frozen=True)
class Line:
    """One hand-in: points foretold and points scored, of the module's total."""

    learner: Simulated
    module: str
    minutes: int
    predicted: float
    scored: float | None
    max_score: float
    differing: list[str]  # exercises whose score is not as foretold


@dataclass(frozen=True)
class Rehearsal:
    """What the simulated class did, and whether grading treated it as it must."""

    lines: list[Line]
    graded: Graded
    folder: Path
    report: Path

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
        return "\n".join([f"演练 {len(self.lines)} 份：{verdict}。报告：{self.report}", *details])

    def table(self) -> Table:
        """Return the scores as a table for the terminal."""
        columns = ("学员", "轨道", "能力", "模块", "用时（分钟）", "预期", "得分")
        table = Table(*columns, title="演练（模拟数据）")
        for line in self.lines:
            scored = "—" if line.scored is None else f"{line.scored:g}"
            table.add_row(
                line.learner.learner_id,
                _TRACKS[line.learner.track],
                f"{line.learner.ability:+.2f}",
                line.module,
                str(line.minutes),
                f"{line.predicted:g} / {line.max_score:g}",
                f"[red]{scored}[/red]" if line.differing else scored,
            )
        return table


def rehearse(learners: int, seed: int, out: Path | None = None) -> Rehearsal:
    """Let ``learners`` simulated learners do every module, by the real exchange and grading.

    Works in a course directory of its own, ``out`` (``demo/rehearsal`` by default), never in the
    real gradebook. A right answer is foretold full points; a typical mistake or a blank, none.
    Raises ``UserError`` when ``out`` holds something else, or ``learners`` is not 1 to 500.
    """
    if not 1 <= learners <= 500:
        raise UserError(f"演练人数应为 1–500，现为 {learners}。")
    cohort, course = load_cohort(), _own_course(out or home() / "demo" / "rehearsal")
    sources = [read_module(solutions(), m.slug, "practice", cohort) for m in cohort.modules]
    work = list(simulate_class(sources, cohort, learners=learners, seed=seed))
    for source in sources:
        release(source.module, course=course)
        edition = as_trainee(master(source, cohort))
        mine = [hand_in for hand_in in work if hand_in.module == source.module]
        for hand_in in track(mine, "提交", transient=True, disable=not sys.stdout.isatty()):
            _submit(course, edition, source, hand_in)
        collect(source.module, course=course)
    graded = grade(course=course)
    feedback(course=course)
    by_key = {(row.assignment, row.learner_id): row for row in graded.rows}
    exercises = {source.module: source.exercises for source in sources}
    lines = [_compare(h, exercises[h.module], by_key[h.module, h.learner.learner_id]) for h in work]
    report = course.root / REPORT
    write_file(report, _report(lines, graded, sources, cohort, seed).encode())
    return Rehearsal(lines, graded, course.root, report)


def simulate_class(
    sources: list[Source], cohort: Cohort, *, learners: int, seed: int
) -> Iterator[HandIn]:
    """Yield what each learner hands in for each module; same seed, same class.

    The chance of a right answer is logistic in ability minus difficulty; difficulty rises along a
    notebook. Relationship managers leave the analysts' exercises blank.
    """
    rng = np.random.default_rng(seed)
    width = len(str(learners))
    minutes = {module.slug: module.practice_minutes for module in cohort.modules}
    for n in range(1, learners + 1):
        is_analyst = bool(rng.random() < _ANALYST_SHARE)
        learner = Simulated(
            f"sim{n:0{width}d}", float(rng.normal()), "analyst" if is_analyst else "rm"
        )
        for source in sources:
            took = round(minutes[source.module] * math.exp(rng.normal(-0.3 * learner.ability, 0.2)))
            count = len(source.exercises)
            answers = {
                exercise.name: _given(exercise.paper, learner, cohort, seed)
                if exercise.paper
                else _answer(exercise, learner, 2 * at / count - 1.5, rng)
                for at, exercise in enumerate(source.exercises.values())
            }
            yield HandIn(learner, source.module, took, answers)


def _answer(
    exercise: Exercise, learner: Simulated, difficulty: float, rng: np.random.Generator
) -> str | Sample:
    draw, which = rng.random(), int(rng.integers(len(exercise.samples)))
    if exercise.track == "analyst" and learner.track == "rm":
        return "blank"
    right = 1 / (1 + math.exp(difficulty - learner.ability))
    if draw < right:
        return "right"
    return exercise.samples[which] if draw < right + 0.75 * (1 - right) else "blank"


def _given(form: str, learner: Simulated, cohort: Cohort, seed: int) -> Given:
    items = bank(solutions())
    paper, keys = make_paper(items, form, with_secret(cohort).seed)
    hard = {item.name: difficulty(item) for item in items}
    value = simulate_responses(paper, keys, hard, cohort_id=cohort.cohort_id,
                               learner_id=learner.learner_id, ability=learner.ability, seed=seed)  # fmt: skip
    marked = mark(value, paper, keys)
    return Given(value | {"finished": "是"}, marked.points / len(marked.responses))


def _own_course(out: Path) -> Course:
    """Return an empty course directory with an exchange of its own."""
    out = Path(out).resolve()
    if out.exists() and any(out.iterdir()) and not (out / _MARKER).is_file():
        raise UserError(f"{out} 里已有别的文件，演练不会覆盖它们。请用 --out 换一个空文件夹。")
    if out.exists():
        rmtree(out)
    out.mkdir(parents=True)
    (out / _MARKER).touch()
    config = nbgrader_config(out, load_cohort())
    config.Exchange.root = str(out / "exchange")
    config.Exchange.cache = str(out / "cache")
    config.ExchangeCollect.check_owner = False  # all learners are one system user here
    return Course(out, config)


def _submit(
    course: Course, edition: nbformat.NotebookNode, source: Source, hand_in: HandIn
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
        for name, value in _survey(hand_in.learner).items():
            Answers(desk / source.module).put(f"needs_{name}", value, counts=False)
    write_file(desk / source.module / "practice.ipynb", nbformat.writes(done).encode())
    course.run(ExchangeSubmit, source.module, hand_in.learner.learner_id, assignment_dir=str(desk))


def _survey(learner: Simulated) -> dict[str, object]:
    """Return a simulated needs survey: work by track, sureness by ability, the rest by lot."""
    rng, plan = random.Random(learner.learner_id), blueprint()
    is_analyst = learner.track == "analyst"
    tasks = [task for task in plan.tasks if (task == "model") <= is_analyst]
    sure = [
        min(max(round(3 + learner.ability + rng.gauss(0, 0.7)), 1), 5) for _ in plan.topics[:-1]
    ]
    return {
        "role": "analyst" if is_analyst else rng.choice(["rm", "rm", "risk", "lead"]),
        "tasks": sorted({*rng.sample(tasks, 2), *(["model"] if is_analyst else [])}),
        "coding": rng.randint(3, 5) if is_analyst else rng.randint(1, 2),
        "pains": rng.sample([*plan.pains], 2),
    } | {f"skill_{t.number}": n for t, n in zip(plan.topics, sure, strict=False)}


def _code(exercise: Exercise, answer: str | Sample | Given) -> str:
    if isinstance(answer, Given):
        return f"{exercise.name} = {answer.value!r}"
    return exercise.solution if answer == "right" else answer.source


def _due(exercise: Exercise, answer: str | Sample | Given) -> float:
    if isinstance(answer, Given):
        return round(exercise.points * answer.share, 2)
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


_TRACKS = {"rm": "客户经理", "analyst": "分析岗"}


def _report(
    lines: list[Line], graded: Graded, sources: list[Source], cohort: Cohort, seed: int
) -> str:
    """Return the class report as one HTML page that needs nothing else."""
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return page.get_template("rehearsal.html.j2").render(
        cohort=cohort,
        seed=seed,
        lines=lines,
        tracks=_TRACKS,
        modules=[_module_report(source, lines, graded) for source in sources],
    )


def _module_report(source: Source, lines: list[Line], graded: Graded) -> dict[str, object]:
    mine = [line for line in lines if line.module == source.module]
    track_of = {line.learner.learner_id: line.learner.track for line in mine}
    rows = [row for row in graded.rows if row.assignment == source.module]
    return {
        "slug": source.module,
        "bins": _distribution(mine),
        "exercises": [_exercise_report(e, rows, track_of) for e in source.exercises.values()],
    }


def _distribution(lines: list[Line]) -> list[tuple[str, int]]:
    """Return (share of the total in per cent, number of learners), in five steps."""
    shares = [(line.scored or 0.0) / line.max_score for line in lines]
    counts = Counter(min(int(share * 5), 4) for share in shares)
    return [(f"{20 * n}%–{20 * n + 20}%", counts[n]) for n in range(5)]


def _exercise_report(
    exercise: Exercise, rows: list[Row], track_of: dict[str, str]
) -> dict[str, object]:
    """Return who of those meant to do it passed, and which typical mistakes were made."""
    meant = [r for r in rows if exercise.track in ("all", track_of[r.learner_id])]
    checks = [r.checks[exercise.name] for r in meant if exercise.name in r.checks]
    failed = [check.message for check in checks if check.score < check.max_score]
    mistakes = Counter(s.mistake for m in failed for s in exercise.samples if s.says in m)
    return {
        "title": exercise.title,
        "n": len(checks),
        "n_passed": len(checks) - len(failed),
        "mistakes": mistakes.most_common(),
    }
