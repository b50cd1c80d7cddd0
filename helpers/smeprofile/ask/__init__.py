"""Questions as widgets: self-checks, surveys, and graded choices for people who don't code.

Answers go to ``answers.json`` beside the notebook (see :mod:`smeprofile.answers`).
"""

from smeprofile.ask.graded import choices, number
from smeprofile.ask.kinds import judge, multiple, names, numeric, ordering, single
from smeprofile.ask.survey import lesson_feedback, pick, rating, text

__all__ = [
    "choices",
    "judge",
    "lesson_feedback",
    "multiple",
    "names",
    "number",
    "numeric",
    "ordering",
    "pick",
    "rating",
    "single",
    "text",
]
