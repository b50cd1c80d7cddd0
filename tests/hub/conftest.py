"""One class for all tests that need a real Hub: it makes accounts, so it needs root."""

import os
import shutil

import pytest

from conftest import missing
from hubroom import HubRoom


@pytest.fixture(scope="session")
def needs_hub():
    if os.geteuid() != 0:
        missing("root")
    if shutil.which("configurable-http-proxy") is None:
        missing("configurable-http-proxy")


@pytest.fixture(scope="session")
def room(needs_hub):
    """A Hub with two learners and an instructor; `test_assignment.py`, the first, finds it unused."""
    with HubRoom(2) as made:
        yield made
