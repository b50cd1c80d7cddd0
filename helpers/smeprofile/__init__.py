"""Profiles of small and micro enterprises: the course's package.

Lessons write ``import smeprofile as sp`` and use what is named here.
"""

from importlib.metadata import version as _version

from smeprofile.data import load

__all__ = ["load"]
__version__ = _version("smeprofile")
