"""All that a class left behind, read once for the report."""

from dataclasses import dataclass

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.grading.classbook import Book, read_book
from smeprofile.grading.course import Course
from smeprofile.grading.followup import follow_up
from smeprofile.grading.lessonfeedback import lesson_feedback
from smeprofile.grading.pseudonyms import pseudonyms
from smeprofile.grading.responses import item_responses, needs_survey
from smeprofile.items import FORMS, blueprint
from smeprofile.params import TRACK_NAMES, Cohort, load_cohort


@dataclass(frozen=True)
class ClassData:
    """A cohort's tables as grading keeps them; ``shown``: learner → the name in reports."""

    cohort: Cohort
    book: Book
    responses: pd.DataFrame
    feedback: pd.DataFrame
    follow_up: pd.DataFrame
    surveys: dict[str, dict[str, object]]
    shown: dict[str, str]

    def form(self, form: str) -> pd.DataFrame:
        """Return the long table of one test, "pre" or "post"."""
        return self.responses[self.responses["form"] == form]

    def scores(self, form: str) -> pd.Series:
        """Return learner → points of one test, unanswered as 0; of who sat it."""
        return self.form(form).groupby("learner_id")["points"].sum().astype(float)

    def n_items(self, form: str) -> int:
        """Return how many items a test has, 0 where nobody sat it."""
        return self.form(form)["item"].nunique()

    @property
    def track_codes(self) -> dict[str, str]:
        """Learner → "rm" or "analyst", of who has one: by the class list, else by the survey's role."""
        found = {who: one.track for who, one in self.book.people.items() if one.track}
        for who, survey in self.surveys.items():
            if who not in found and survey.get("role"):
                found[who] = "analyst" if survey["role"] == "analyst" else "rm"
        return found

    @property
    def tracks(self) -> pd.Series:
        """Learner → the track's name, of who has one."""
        return pd.Series(self.track_codes, dtype=object).map(TRACK_NAMES)

    @property
    def titles(self) -> dict[str, str]:
        """Module's two digits → "03 流水与税票分析"."""
        topics = {t.number: t.title for t in blueprint().topics}
        own = {m.slug[:2]: m.title for m in self.cohort.modules}
        return {number: f"{number} {title}" for number, title in sorted((topics | own).items())}

    def title(self, assignment: str) -> str:
        """Return an assignment's title, else its name."""
        return self.titles.get(assignment[:2], assignment)


def read_class(course: Course, *, show_names: bool = False) -> ClassData:
    """Return what is kept of the class; pseudonyms unless ``show_names``.

    Raises ``UserError`` when nothing was graded yet, or nobody sat a test.

    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     read_class(course)
    Traceback (most recent call last):
    smeprofile.errors.UserError: 还没有批改过的提交。请先运行 smeprofile grade。
    """
    book = read_book(course)
    responses = item_responses(course)
    if not responses["form"].isin(FORMS).any():
        raise UserError("还没有前测或后测的作答。请先收取并批改 00 和 14：smeprofile grade 00 14。")
    people = book.people
    if not show_names:
        people = pseudonyms(people, course.directory().course_id)
    shown = {who: learner.name for who, learner in people.items()}
    return ClassData(
        cohort=load_cohort(),
        book=book,
        responses=responses,
        feedback=lesson_feedback(course),
        follow_up=follow_up(course),
        surveys=needs_survey(course),
        shown=shown,
    )
