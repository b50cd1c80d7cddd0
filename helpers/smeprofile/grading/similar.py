"""``smeprofile similar``: answers that are suspiciously alike, for a person to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.alike import CODE, PROSE, Compared, Kind, Pair, compare
from smeprofile.grading.borrowed import Borrowed, borrowed
from smeprofile.grading.classbook import Book, read_book
from smeprofile.grading.course import TEMPLATES, Course, open_course
from smeprofile.grading.pseudonyms import pseudonyms
from smeprofile.grading.roster import Learner
from smeprofile.grading.written import Written, read_written
from smeprofile.learner import own_branch
from smeprofile.params import load_cohort, refuse_other_secret, variant_key
from smeprofile.paths import home, solutions

_MOST_PAIRS = 100  # shown side by side; the rest is listed
_Line = tuple[str, bool]  # a piece of an answer, whether the other has it too


@dataclass(frozen=True)
class Alike:
    """What is to be looked at, and the page that shows it."""

    assignment: str
    pairs: list[tuple[str, Pair]]  # exercise, pair; most alike first
    borrowed: list[Borrowed]
    page: Path

    ok = True

    def __str__(self) -> str:
        lines = [f"{self.assignment}：{len(self.pairs)} 对作答很相似，请人工核对：{self.page}。"]
        if self.borrowed:
            lines.append(f"{len(self.borrowed)} 处用了别人支行的数，最该先看。")
        return "\n".join([*lines, "相似不等于抄袭；这里不改任何分数。"])


def similar(
    assignment: str,
    *,
    out: Path | None = None,
    hide_names: bool = False,
    root: Path | None = None,
    course: Course | None = None,
) -> Alike:
    """Write ``similar-ASSIGNMENT.html`` into ``out``: pairs side by side, most alike first.

    Nothing else changes: points neither. ``out`` is the course directory by default; ``root`` any
    nbgrader course. Raises ``UserError`` when nothing of the assignment has been graded yet.
    """
    course = course or open_course(root)
    book = read_book(course, [assignment])
    if len(book.tasks) > 1:
        raise UserError(f"一次只比较一个作业，{assignment} 有 {len(book.tasks)} 个：请写全名。")
    (name,) = book.tasks
    source = solutions() / name / "practice.py" if root is None else None
    written = read_written(course, name, source)
    compared = [
        (exercise, kind, compare(answers, written.known, kind))
        for kind, found in ((CODE, written.code), (PROSE, written.prose))
        for exercise, answers in sorted(found.items())
    ]
    mine = _branches(written, book, name)
    lent = borrowed(written, mine, _right(book, name)) if mine else []
    pairs = [(exercise, kind, pair) for exercise, kind, of in compared for pair in of.pairs]
    pairs.sort(key=lambda one: _order(one, lent))
    shown = pseudonyms(book.people, course.directory().course_id) if hide_names else book.people
    path = (Path(out) if out is not None else course.root) / f"similar-{name}.html"
    page = _page(book, name, written, compared, pairs, lent, shown, own_data=bool(mine))
    write_file(path, page.encode())
    return Alike(name, [(exercise, pair) for exercise, _, pair in pairs], lent, path)


def _branches(written: Written, book: Book, name: str) -> dict[str, str]:
    """Return learner → own branch, where the assignment has such data."""
    if not written.is_own_data:
        return {}
    cohort = load_cohort()
    refuse_other_secret(cohort, home())
    key = variant_key(cohort)
    return {who: own_branch(key, who) for who in book.hand_ins[name]}


def _right(book: Book, name: str) -> dict[str, set[str]]:
    return {
        task.name: {
            who
            for who, hand_in in book.hand_ins[name].items()
            if task.name in hand_in.marks and hand_in.marks[task.name].state == "full"
        }
        for task in book.tasks[name]
    }


def _is_lent(exercise: str, pair: Pair, lent: list[Borrowed]) -> bool:
    both = {pair.one, pair.other}
    return any(b.exercise == exercise and b.learner in both and both & set(b.owners) for b in lent)


def _order(one: tuple[str, Kind, Pair], lent: list[Borrowed]) -> tuple:
    exercise, _, pair = one
    n_shared = len(pair.shared[0]) + len(pair.shared[1])
    alike = -round(pair.share, 6), not pair.is_same, -n_shared
    return (not _is_lent(exercise, pair, lent), *alike, exercise, pair.one, pair.other)


def _page(
    book: Book,
    name: str,
    written: Written,
    compared: list[tuple[str, Kind, Compared]],
    pairs: list[tuple[str, Kind, Pair]],
    lent: list[Borrowed],
    shown: Mapping[str, Learner],
    *,
    own_data: bool,
) -> str:
    titles = {task.name: task.title for task in book.tasks[name]}
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return page.get_template("similar.html.j2").render(
        name=name,
        own_data=own_data,
        names={who: learner.name for who, learner in shown.items()},
        ids={who: learner.learner_id for who, learner in shown.items()},
        titles=titles,
        lent=lent,
        compared=[(e, of, of.n < 2) for e, _, of in compared],
        left_out=[e for e, _, of in compared if of.n < 2],
        pairs=[
            {
                "exercise": exercise,
                "pair": pair,
                "is_lent": _is_lent(exercise, pair, lent),
                "texts": _texts(written, exercise, kind, pair),
            }
            for exercise, kind, pair in pairs[:_MOST_PAIRS]
        ],
        rest=[(exercise, pair) for exercise, _, pair in pairs[_MOST_PAIRS:]],
    )


def _texts(
    written: Written, exercise: str, kind: Kind, pair: Pair
) -> list[tuple[str, list[_Line]]]:
    """Return both learners with the pieces of their answers, shared ones marked."""
    answers = (written.code if kind is CODE else written.prose)[exercise]
    return [
        (who, [(piece, n in shared) for n, piece in enumerate(kind.pieces(answers[who]))])
        for who, shared in zip((pair.one, pair.other), pair.shared, strict=True)
    ]
