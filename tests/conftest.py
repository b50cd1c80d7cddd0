"""What all tests share: the checkout, the cohort, and no silent skips in CI."""

import os
import shutil
import signal
from functools import cache
from pathlib import Path

import hypothesis
import matplotlib
import nbgrader.api
import pytest

from smeprofile.params import load_cohort

matplotlib.use("agg")
# A busy machine is no reason to fail, and a failure must come again on the next run.
hypothesis.settings.register_profile("course", deadline=None, derandomize=True)
hypothesis.settings.load_profile("course")
# For each new gradebook nbgrader starts alembic to be told the same version: 1.5 s each.
nbgrader.api.get_alembic_version = cache(nbgrader.api.get_alembic_version)
# What a shell starts in the background ignores Ctrl-C, and so would every command under test.
signal.signal(signal.SIGINT, signal.default_int_handler)
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout under test."""
    return ROOT


@pytest.fixture(scope="session")
def cohort():
    """The committed course's parameters."""
    return load_cohort(root=ROOT)


def missing(what: str) -> None:
    """Skip a test that lacks ``what``; in CI, where everything is installed, fail it."""
    if os.environ.get("SMEPROFILE_NO_SKIP"):
        pytest.fail(f"{what} is needed here and missing", pytrace=False)
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Debian's Chromium."""
    return shutil.which("chromium") or missing("chromium")
