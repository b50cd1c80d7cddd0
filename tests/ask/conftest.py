"""Every question is asked in a folder of its own."""

import pytest

from smeprofile.answers import here


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of a notebook whose kernel has just started."""
    monkeypatch.chdir(tmp_path)
    here.cache_clear()
    yield tmp_path
    here.cache_clear()
