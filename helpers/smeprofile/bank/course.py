"""The terms of the course's own bank: what a cohort may have changed in ``cohort.yml``."""

from functools import cache
from pathlib import Path

from smeprofile.params import load_cohort
from smeprofile.paths import home
from smeprofile.simulate.exported import setting
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.terms import Terms


def course_setting() -> Setting:
    """Return how the course's bank is simulated."""
    root = home()
    return _setting(root, (root / "datasets" / "cohort.yml").stat().st_mtime_ns)


def terms() -> Terms:
    """Return the course's regions, products, cut-offs and LPR.

    >>> [key for key, _ in terms().products]
    ['F1', 'F2', 'F3', 'F4', 'F5']
    """
    return course_setting().terms


@cache
def _setting(root: Path, changed: int) -> Setting:
    return setting(load_cohort(root=root))
