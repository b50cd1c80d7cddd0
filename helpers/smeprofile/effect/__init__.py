"""Did the training work, and how sure is that: statistics of test items and of learning.

Frames in, frames or small results out; nothing here knows of a gradebook. What a report makes of
it is in :mod:`smeprofile.evaluation`. Shares and scores are 0–1 wherever ``max_points`` says so.
"""

from smeprofile.effect.adjusted import Adjusted, ancova
from smeprofile.effect.change import Change, reliable_change
from smeprofile.effect.dif import LEAST_PER_GROUP, dif
from smeprofile.effect.distractors import distractors
from smeprofile.effect.dropout import Dropout, dropout
from smeprofile.effect.estimate import LEAST_LEARNERS, Estimate, caution
from smeprofile.effect.gains import Gain, gain
from smeprofile.effect.itemanalysis import item_analysis
from smeprofile.effect.panel import within
from smeprofile.effect.reliability import Reliability, reliability
from smeprofile.effect.retention import retention
from smeprofile.effect.wide import STATES, wide

__all__ = [
    "LEAST_LEARNERS",
    "LEAST_PER_GROUP",
    "STATES",
    "Adjusted",
    "Change",
    "Dropout",
    "Estimate",
    "Gain",
    "Reliability",
    "ancova",
    "caution",
    "dif",
    "distractors",
    "dropout",
    "gain",
    "item_analysis",
    "reliability",
    "reliable_change",
    "retention",
    "wide",
    "within",
]
