"""What changed between two builds of the course: figures, tables, verdicts, answers, sentences."""

from smeprofile.drift.report import Drift, drift

__all__ = ["Drift", "drift"]
