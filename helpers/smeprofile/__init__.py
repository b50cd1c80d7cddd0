"""Profiles of small and micro enterprises: the course's package.

Lessons write ``import smeprofile as sp`` and use what is named here.
"""

from importlib import import_module as _import_module
from importlib.metadata import version as _version

# Public name → module that has it; imported on first use, so that commands start at once.
_PUBLIC = {
    "bank": "smeprofile.bank",
    "coverage": "smeprofile.tags",
    "effect": "smeprofile.effect",
    "load": "smeprofile.data",
    "own_branch": "smeprofile.learner",
    "profile": "smeprofile.tags",
    "update": "smeprofile.tags",
}

__all__ = ["bank", "coverage", "effect", "load", "own_branch", "profile", "update"]
__version__ = _version("smeprofile")


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'smeprofile' has no attribute {name!r}")
    module = _import_module(_PUBLIC[name])
    return module if _PUBLIC[name] == f"smeprofile.{name}" else getattr(module, name)
