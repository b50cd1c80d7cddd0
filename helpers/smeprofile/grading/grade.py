"""``smeprofile grade``: nbgrader's autograder, one call per submission."""

import json
import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.progress import track

from smeprofile.data.large import ensure
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading import checks
from smeprofile.grading.appeals import refuse_odd
from smeprofile.grading.cluster import on_cluster
from smeprofile.grading.course import Course, is_named, open_course
from smeprofile.grading.feedback import Returned, together
from smeprofile.grading.one import Way
from smeprofile.grading.roster import Learner, listed, unlisted
from smeprofile.grading.rows import Row
from smeprofile.grading.turns import side_by_side
from smeprofile.paths import home
from smeprofile.simulate import LARGE


@dataclass(frozen=True)
class Graded:
    """All submissions, in order of assignment and learner."""

    rows: list[Row]
    returned: Returned | None = None  # what feedback was written with them

    @property
    def ok(self) -> bool:
        """Whether every submission could be graded, and got its page where pages were asked for."""
        is_told = self.returned is None or self.returned.ok
        return is_told and all(row.status != "failed" for row in self.rows)

    def __str__(self) -> str:
        counts = [sum(r.status == s for r in self.rows) for s in ("graded", "unchanged", "failed")]
        lines = ["批改 {} 份，{} 份没有变化，{} 份没能批改。".format(*counts)]
        lines += [f"{r.learner_id}（{r.assignment}）：{r.note}" for r in self.rows if r.note]
        return "\n".join(lines + ([str(self.returned)] if self.returned else []))

    def to_json(self) -> str:
        """Return the rows as JSON text."""
        return json.dumps([asdict(row) for row in self.rows], ensure_ascii=False, indent=1) + "\n"


def grade(
    assignments: Iterable[str] = (),
    *,
    root: Path | None = None,
    json_path: Path | None = None,
    course: Course | None = None,
    sandbox: bool = True,
    workers: int | None = None,
    cluster: str | None = None,
    feedback: bool = False,
    learner: str = "",
    again: str = "",
) -> Graded:
    """Grade new and changed submissions of the named assignments (all by default).

    ``root`` is any nbgrader course directory; ours by default. A submission that cannot be graded
    is a row with status "failed" and the reason; the others are graded all the same.
    ``workers`` submissions run at once, one for each processor by default; with ``cluster``, the
    address of a Dask scheduler whose workers see the same folders, as many as that has. With
    ``feedback`` each one's page is written and returned in the same pass. ``learner`` limits it to
    one; ``again`` says why their hand-in of the one assignment is graded again as it is, on appeal:
    marks given by hand stay, and what came of it is kept (:mod:`smeprofile.grading.appeals`).
    Raises ``UserError`` when there is nothing to grade, or no sandbox on this machine: without
    ``sandbox`` what learners wrote runs as the person who grades.
    """
    way = Way(root, sandbox, feedback, again)
    course = course or open_course(root)
    chosen = _chosen(course, list(assignments), learner)
    if again:
        refuse_odd(chosen, learner, again)
    quiet = not sys.stdout.isatty()
    if root is None:
        _make_large_tables(course, {assignment for assignment, _ in chosen}, home())
    with ExitStack() as held:
        if cluster:
            made = on_cluster(cluster, way, course, chosen)
        else:
            held.enter_context(way.ready(course))
            made = side_by_side(partial(way.one, course), chosen, workers or os.cpu_count() or 1)
        done = [*track(made, "批改", total=len(chosen), transient=True, disable=quiet)]
    rows = [row for row, _ in done]
    checks.keep(course, rows, replace=False)  # what was graded before there was such a table
    outside, roster = set(unlisted(course, {row.learner_id for row in rows})), listed(course)
    for row in rows:
        count_points(row, roster.get(row.learner_id))
        if row.learner_id in outside:
            row.note = "；".join(filter(None, (row.note, "不在学员名单上")))
    graded = Graded(rows, together(pages for _, pages in done) if feedback else None)
    if json_path is not None:
        write_file(Path(json_path), graded.to_json().encode())
    return graded


def count_points(row: Row, learner: Learner | None) -> None:
    """Set the points of the track that the learner is on; all for who isn't on the class list."""
    if row.score is not None:
        mine = ("all",) if learner and learner.track == "rm" else ("all", "analyst")
        counted = [check for check in row.checks.values() if check.track in mine]
        left = row.score / (row.score + row.taken) if row.taken else 1.0
        row.counted = left * sum(check.score for check in counted)
        row.counted_max = sum(check.max_score for check in counted)


def _make_large_tables(course: Course, assignments: Iterable[str], place: Path) -> None:
    """Make the large class tables that a practice asks for: in the sandbox nobody can."""
    for assignment in assignments:
        for path in course.folder("source", ".", assignment).glob("*.ipynb"):
            named = [n for n in LARGE if f'load(\\"{n}\\"' in path.read_text(encoding="utf-8")]
            for name in named:
                ensure(name, place)


def _chosen(course: Course, names: list[str], learner: str) -> list[tuple[str, str]]:
    entries = course.entries("submitted")
    if learner and entries:
        entries = [entry for entry in entries if entry[1] == learner]
        if not entries:
            raise UserError(f"没有 {learner} 的提交。请核对学员编号，或先运行 smeprofile collect。")
    if not entries:
        raise UserError(f"{course.root} 里还没有提交。请先运行 smeprofile collect。")
    for name in names:
        if not any(is_named(assignment, [name]) for assignment, _ in entries):
            raise UserError(f"没有 {name} 的提交。请先运行 smeprofile collect。")
    return [entry for entry in entries if not names or is_named(entry[0], names)]
