"""What the suites of attacks need: a sandbox, or nothing hostile is run."""

import pytest

from conftest import missing
from smeprofile.sandbox import Unavailable, refuse_without


@pytest.fixture(scope="session", autouse=True)
def sandbox():
    """Skip all of them where there is no sandbox; in CI that is a failure."""
    try:
        refuse_without()
    except Unavailable as why:
        missing(f"a sandbox ({why})")
