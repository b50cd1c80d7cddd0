"""What came of it: points foretold and scored, as lines and as one page."""

from collections import Counter
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader

from smeprofile.grading.course import TEMPLATES
from smeprofile.grading.grade import Graded
from smeprofile.grading.rows import Row
from smeprofile.notebooks import (
    Exercise,
    Source,
)
from smeprofile.params import TRACK_NAMES, Cohort
from smeprofile.rehearse.learners import Simulated


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


def report_page(
    lines: list[Line], graded: Graded, sources: list[Source], cohort: Cohort, seed: int
) -> str:
    """Return the class report as one HTML page that needs nothing else."""
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return page.get_template("rehearsal.html.j2").render(
        cohort=cohort,
        seed=seed,
        lines=lines,
        tracks=TRACK_NAMES,
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
