"""Marks that a person gave, kept when a hand-in is graded again."""

from nbgrader.api import MissingEntry

from smeprofile.grading.course import Course

Marks = dict[tuple[str, str], float | None]


def by_hand(course: Course, assignment: str, learner: str) -> Marks:
    """Return (notebook, cell) → score by its check, of what a person has marked and settled."""
    with course.gradebook() as gradebook:
        try:
            submission = gradebook.find_submission(assignment, learner)
        except MissingEntry:
            return {}
        return {
            (notebook.name, grade.name): grade.auto_score
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.manual_score is not None and not grade.needs_manual_grade
        }


def let_stand(course: Course, assignment: str, learner: str, marks: Marks) -> None:
    """Settle those of ``marks`` again whose check gives what it gave before."""
    if not marks:
        return
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(assignment, learner)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                place = notebook.name, grade.name
                if place in marks and grade.auto_score == marks[place]:
                    grade.needs_manual_grade = False
        gradebook.db.commit()
