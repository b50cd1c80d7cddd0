"""What an error of Python means, in words for a learner: what happened, why, what to try."""

from smeprofile.explain.case import STUB, NotebookLike
from smeprofile.explain.rules import explain_error, one_line
from smeprofile.explain.words import Told, kind_of

__all__ = ["STUB", "NotebookLike", "Told", "explain_error", "kind_of", "one_line"]
