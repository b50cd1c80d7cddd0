"""Questions as widgets: self-checks, surveys, and graded choices for people who don't code.

Answers go to ``answers.json`` beside the notebook (see :mod:`smeprofile.answers`).
"""

from smeprofile.ask.graded import choices, number
from smeprofile.ask.kinds import judge, multiple, names, numeric, ordering, single
from smeprofile.ask.needs import needs_survey, survey_of
from smeprofile.ask.paper import paper
from smeprofile.ask.path import path
from smeprofile.ask.survey import course_feedback, lesson_feedback, pick, rating, text, tick

__all__ = [
    "choices",
    "course_feedback",
    "judge",
    "lesson_feedback",
    "multiple",
    "names",
    "needs_survey",
    "number",
    "numeric",
    "ordering",
    "paper",
    "path",
    "pick",
    "rating",
    "single",
    "survey_of",
    "text",
    "tick",
]
