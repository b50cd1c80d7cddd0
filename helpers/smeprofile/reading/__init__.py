"""The course to read without Jupyter: pages of HTML from a folder, with contents and a search."""

from smeprofile.reading.edition import write_reading

__all__ = ["write_reading"]
