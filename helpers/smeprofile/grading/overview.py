"""``smeprofile overview``: who of the class is stuck, at which exercise, with which mistake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from smeprofile.disk import write_file
from smeprofile.grading.classbook import Book, HandIn, Mark, Task, read_book
from smeprofile.grading.course import TEMPLATES, Course, open_course
from smeprofile.grading.export import check_export, china, export_scores
from smeprofile.grading.mistakes import (
    BLANK,
    OTHER,
    Mistake,
    mistake_names,
    mistakes,
    paper_mistakes,
)
from smeprofile.grading.pseudonyms import pseudonyms
from smeprofile.grading.roster import Learner
from smeprofile.params import TRACK_NAMES, load_cohort
from smeprofile.paths import solutions

PAGE = "overview.html"
SIGNS = {  # a shape and a word for each state: neither needs colour
    "full": ("●", "满分"),
    "part": ("◐", "部分"),
    "zero": ("○", "0 分"),
    "blank": ("–", "未答"),
    "absent": ("×", "未交"),
    "waiting": ("？", "待评"),
    "optional": ("·", "选做"),
}
_CELLS = {
    state: Markup(f'<td class="mark {state}">{sign} {word}{{}}</td>')
    for state, (sign, word) in SIGNS.items()
}
_NO_MARK = Markup('<td class="mark">—</td>')
_MOST_MISTAKES, _MOST_ADVICE = 5, 3
_COMMON_SHARE = 0.1  # of those who did the exercise: worth time in class
Shown = Mapping[str, Learner]


@dataclass(frozen=True)
class Overview:
    """Where the page is, and the table for an LMS if one was asked for."""

    n_learners: int
    n_assignments: int
    page: Path
    export: Path | None

    ok = True

    def __str__(self) -> str:
        lines = [f"{self.n_learners} 名学员，{self.n_assignments} 个作业的总览：{self.page}。"]
        return "\n".join(lines + ([f"成绩表：{self.export}。"] if self.export else []))


def overview(
    assignments: Iterable[str] = (),
    *,
    out: Path | None = None,
    export: Path | None = None,
    hide_names: bool = False,
    root: Path | None = None,
    course: Course | None = None,
) -> Overview:
    """Write ``overview.html`` on the named assignments (all graded ones by default) into ``out``.

    ``out`` is the course directory by default, ``root`` any nbgrader course: without a class list
    there are no tracks, without our sources mistakes have no names. ``export``: a .csv or .xlsx for
    an LMS, one row per learner. ``hide_names``: pseudonyms everywhere.
    Raises ``UserError`` when nothing has been graded yet, or ``export`` is of another kind.
    """
    course = course or open_course(root)
    export = check_export(Path(export)) if export else None
    book = read_book(course, assignments)
    shown = pseudonyms(book.people, course.directory().course_id) if hide_names else book.people
    papers = {} if root else paper_mistakes(course)
    page = _page(course, book, shown, papers, is_hidden=hide_names, is_ours=root is None)
    path = (Path(out) if out is not None else course.root) / PAGE
    write_file(path, page.encode())
    if export:
        export_scores(book, shown, export)
    return Overview(len(book.people), len(book.tasks), path, export)


def _page(
    course: Course,
    book: Book,
    shown: Shown,
    papers: Mapping[str, list[Mistake]],
    *,
    is_hidden: bool,
    is_ours: bool,
) -> str:
    sections, titles = [], {}
    if is_ours:
        titles = {m.slug: f"{m.slug[:2]} {m.title}" for m in load_cohort().modules}
    for assignment in book.tasks:
        source = solutions() / assignment / "practice.py"
        names = mistake_names(source) if is_ours else {}
        title = titles.get(assignment, assignment)
        sections.append(_section(book, shown, assignment, title, names, papers))
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    page.filters["points"] = _points
    return page.get_template("overview.html.j2").render(
        course=course.directory().course_id,
        n=len(book.people),
        tracks=_tracks(book),
        is_hidden=is_hidden,
        has_roster=book.has_roster,
        signs=SIGNS,
        track_names=TRACK_NAMES,
        sections=sections,
        matrix=_matrix(book, shown) if len(sections) > 1 else [],
    )


def _tracks(book: Book) -> dict[str, str]:
    """Return the tracks that the class list has, with their names."""
    there = {learner.track for learner in book.people.values()}
    return {track: name for track, name in TRACK_NAMES.items() if track in there}


def _section(
    book: Book,
    shown: Shown,
    assignment: str,
    title: str,
    names: Mapping[str, Mapping[str, str]],
    papers: Mapping[str, list[Mistake]],
) -> dict[str, object]:
    """Return what the page says of one assignment."""
    came, tasks = book.hand_ins[assignment], book.tasks[assignment]
    graded = {who: hand_in for who, hand_in in came.items() if hand_in.marks}
    rows = [_exercise(book, graded, task, names, papers) for task in tasks]
    waiting = sum(m.state == "waiting" for h in graded.values() for m in h.marks.values())
    return {
        "name": assignment,
        "title": title,
        "tasks": tasks,
        "n_came": len(came),
        "n_late": sum(bool(h.late_s) for h in came.values()),
        "n_failed": sum(h.is_failed for h in came.values()),
        "n_waiting": waiting,
        "missing": sorted(shown[who].name for who in book.missing(assignment)),
        "ungraded": sorted(shown[who].name for a, who in book.ungraded if a == assignment),
        "medians": _medians(book, graded),
        "exercises": rows,
        "advice": _advice(rows),
        "learners": [_line(shown[who], came[who], tasks) for who in _by_need(came, shown)],
        "untold": any(m.state in ("part", "zero") and not m.message for h in graded.values() for m in h.marks.values()),
    }  # fmt: skip


def _by_need(came: Mapping[str, HandIn], shown: Shown) -> list[str]:
    """Return learners such that who needs help most comes first; ties in order of name."""
    return sorted(came, key=lambda who: (not came[who].is_failed, came[who].share, shown[who].name))


def _line(learner: Learner, hand_in: HandIn, tasks: list[Task]) -> dict[str, object]:
    late = f"迟交 {_how_long(hand_in.late_s)}" if hand_in.late_s else ""
    lost = f"迟交扣 {hand_in.penalty:g} 分" if hand_in.penalty else ""
    failed = "没能批改" if hand_in.is_failed else ""
    return {
        "learner": learner,
        "marks": Markup("").join(_cell(hand_in.marks.get(task.name)) for task in tasks),
        "score": hand_in.score,
        "max_score": hand_in.max_score,
        "at": china(hand_in.at),
        "notes": "；".join(filter(None, (failed, late, lost, hand_in.note))),
    }


def _cell(mark: Mark | None) -> Markup:
    """Return one cell of the table; not by the template: a large class has a hundred thousand."""
    if mark is None:
        return _NO_MARK
    return _CELLS[mark.state].format(f" {_points(mark.score)}" if mark.state == "part" else "")


def _points(value: float) -> str:
    return f"{round(value, 2):g}"


def _how_long(seconds: float) -> str:
    """Return a length of time in its largest unit, begun ones counted.

    >>> _how_long(61), _how_long(86_401)
    ('2 分钟', '2 天')
    """
    for unit, name in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds > unit or unit == 60:
            return f"{-int(-seconds // unit)} {name}"
    raise AssertionError


def _medians(book: Book, graded: Mapping[str, HandIn]) -> list[tuple[str, int, float]]:
    """Return (track's name, learners, median share of its points); one row without tracks."""
    shares: dict[str, list[float]] = {}
    for who, hand_in in graded.items():
        track = TRACK_NAMES.get(book.people[who].track, "不在名单上" if book.has_roster else "全班")
        shares.setdefault(track, []).append(max(0.0, hand_in.share))
    return [(track, len(of), median(of)) for track, of in sorted(shares.items())]


def _exercise(
    book: Book,
    graded: Mapping[str, HandIn],
    task: Task,
    names: Mapping[str, Mapping[str, str]],
    papers: Mapping[str, list[Mistake]],
) -> dict[str, object]:
    """Return what the class did with one exercise; those who may leave it out don't count."""
    meant = {w: h for w, h in graded.items() if task.counts_for(book.people[w].track)}
    marks = {who: h.marks[task.name] for who, h in meant.items()}
    blank = sum(mark.state == "blank" for mark in marks.values())
    wrong = [m.message for m in marks.values() if m.state in ("part", "zero")]
    found = papers.get(task.name) or mistakes(wrong, names.get(task.name.split("/")[-1], {}))
    return {
        "task": task,
        "n": len(marks),
        "right": _right(marks.values()),
        "by_track": {t: _right(m for w, m in marks.items() if book.people[w].track == t) for t in _tracks(book)},
        "median": median(m.score for m in marks.values()) if marks else None,
        "mistakes": found[:_MOST_MISTAKES],
        "more": max(0, len(found) - _MOST_MISTAKES),
        "blank": blank,
    }  # fmt: skip


def _right(marks: Iterable[Mark]) -> float | None:
    """Return the share with full marks, None where there are none to count."""
    states = [mark.state for mark in marks if mark.state != "waiting"]
    return states.count("full") / len(states) if states else None


def _advice(rows: list[dict]) -> list[tuple[Task, Mistake, float]]:
    """Return what to talk about in class: exercise, mistake, share of learners; named ones first."""
    found = [
        (row["task"], mistake, mistake.n / row["n"])
        for row in rows
        if row["n"]
        for mistake in [*row["mistakes"], Mistake(BLANK, row["blank"])]
        if mistake.name != OTHER and mistake.n >= max(2, _COMMON_SHARE * row["n"])
    ]
    return sorted(
        found, key=lambda one: (one[1].name == BLANK, -one[1].n, one[0].name, one[1].name)
    )[:_MOST_ADVICE]


def _matrix(book: Book, shown: Shown) -> list[tuple[Learner, list[HandIn | None], float]]:
    """Return learner, hand-in of each assignment and mean share, who needs help most first."""
    rows = []
    for who, learner in shown.items():
        cells = [book.hand_ins[assignment].get(who) for assignment in book.tasks]
        shares = [max(0.0, cell.share) if cell else 0.0 for cell in cells]
        rows.append((learner, cells, sum(shares) / len(shares)))
    return sorted(rows, key=lambda row: (row[2], row[0].name))
