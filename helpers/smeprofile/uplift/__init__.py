"""What a contact adds: experiments, who is moved by one, and where scarce contacts go."""

from smeprofile.uplift.allocate import Allocation, allocate, shadow_words
from smeprofile.uplift.experiment import (
    FEATURES,
    by_group,
    described,
    difference,
    experiment,
    yuan_per_application,
)
from smeprofile.uplift.learner import TLearner, cross_fitted, policy_value
from smeprofile.uplift.qini import qini_coefficient, qini_curve, qini_error
from smeprofile.uplift.size import false_alarms, sample_size
from smeprofile.uplift.visits import best_round, round_of

__all__ = [
    "FEATURES",
    "Allocation",
    "TLearner",
    "allocate",
    "best_round",
    "by_group",
    "cross_fitted",
    "described",
    "difference",
    "experiment",
    "false_alarms",
    "policy_value",
    "qini_coefficient",
    "qini_curve",
    "qini_error",
    "round_of",
    "sample_size",
    "shadow_words",
    "yuan_per_application",
]
