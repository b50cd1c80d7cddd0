"""A tiny course in a folder of its own: real nbgrader, real exchange."""

import shutil
from pathlib import Path

import pytest

from smeprofile.paths import HOME_VARIABLE
from smeprofile.submit import EXCHANGE_VARIABLE
from tiny_course import write_tiny_course


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A course folder with the tiny module, as SMEPROFILE_HOME; its path."""
    root = tmp_path_factory.mktemp("tiny")
    write_tiny_course(root)
    (root / "grading").mkdir()
    checkout = Path(__file__).parents[2]
    shutil.copy(checkout / "grading" / "nbgrader_config.py", root / "grading")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(root))
        patch.delenv(EXCHANGE_VARIABLE, raising=False)
        yield root
