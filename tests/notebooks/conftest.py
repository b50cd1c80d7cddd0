"""A course of one small module, for the tests of the build."""

import shutil

import pytest

from smeprofile.notebooks import build as builder
from tiny_course import write_tiny_course


@pytest.fixture(scope="module")
def tiny_built(tmp_path_factory):
    root = tmp_path_factory.mktemp("tiny")
    write_tiny_course(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEPROFILE_HOME", str(root))
        builder.build()
    return root


@pytest.fixture
def tiny(tiny_built, tmp_path, monkeypatch):
    """A course of one small module, built."""
    root = shutil.copytree(tiny_built, tmp_path / "tiny")
    monkeypatch.setenv("SMEPROFILE_HOME", str(root))
    return root
