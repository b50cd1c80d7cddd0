"""Every example in a docstring runs."""

import doctest
import importlib
import pkgutil

import pytest

import smeprofile

MODULES = sorted(
    m.name
    for m in pkgutil.walk_packages(smeprofile.__path__, "smeprofile.")
    if not m.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_hold(name):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testmod(importlib.import_module(name), optionflags=flags).failed == 0
