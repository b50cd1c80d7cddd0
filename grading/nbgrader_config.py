"""nbgrader's settings for this course, for `nbgrader …` and formgrader run in this folder.

They are made in one place, `smeprofile.grading.course`, for these and for `smeprofile grade` alike.
Add your own below. What being late costs stands in ``datasets/cohort.yml``.
"""

from pathlib import Path

from smeprofile.grading.course import nbgrader_config
from smeprofile.params import load_cohort

_here = Path(__file__).resolve().parent
c = get_config()  # noqa: F821  (nbgrader provides it)
c.merge(nbgrader_config(_here, load_cohort(root=_here.parent)))
