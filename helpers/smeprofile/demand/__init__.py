"""Demand for credit: who will ask, for how much, and what the working-capital formula says."""

from smeprofile.demand.censored import at_least, censored_mean
from smeprofile.demand.contacts import by_threshold
from smeprofile.demand.model import TwoPart, calibration, evaluate, time_split, working_capital
from smeprofile.demand.panel import FEATURES, panel

__all__ = [
    "FEATURES",
    "TwoPart",
    "at_least",
    "by_threshold",
    "calibration",
    "censored_mean",
    "evaluate",
    "panel",
    "time_split",
    "working_capital",
]
