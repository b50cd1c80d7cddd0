"""Class data: the five raw exports, how they are cleaned, and the tidy tables by name."""

from smeprofile.data.load import load

__all__ = ["load"]
