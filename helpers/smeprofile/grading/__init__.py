"""The instructor's side: hand out, take in, grade, return. Built on nbgrader, in its own terms."""

from smeprofile.grading.backup import backup
from smeprofile.grading.collect import collect
from smeprofile.grading.course import open_course
from smeprofile.grading.deadline import deadline
from smeprofile.grading.feedback import feedback
from smeprofile.grading.grade import grade
from smeprofile.grading.needs import needs
from smeprofile.grading.overview import overview
from smeprofile.grading.records import erase, export
from smeprofile.grading.release import release
from smeprofile.grading.restore import restore
from smeprofile.grading.roster import import_roster
from smeprofile.grading.similar import similar

__all__ = [
    "backup",
    "collect",
    "deadline",
    "erase",
    "export",
    "feedback",
    "grade",
    "import_roster",
    "needs",
    "open_course",
    "overview",
    "release",
    "restore",
    "similar",
]
