"""How many people a real pilot with a control branch needs."""

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class PilotSize:
    """For an effect of ``d`` standard deviations: learners and branches in each arm."""

    d: float
    per_arm: int
    branches_per_arm: int


def pilot_size(
    d: float, *, r_pre_post: float, per_branch: int = 10, icc: float = 0.1, power: float = 0.8
) -> PilotSize:
    """Return the size of a trial in which whole branches are drawn by lot, at 5 % two-sided.

    n per arm = 2·(z_0.975 + z_power)²·(1 − r²)/d² · (1 + (m − 1)·ICC): the two-sample size; less
    what the pre-test explains (Borm, Fransen and Lemmens 2007); more because colleagues of a branch are alike
    (design effect, Donner and Klar 2000). ``r_pre_post`` is the correlation of the two tests,
    ``per_branch`` m. ``icc`` 0.1 is an assumption to be replaced by the bank's own.

    >>> pilot_size(0.5, r_pre_post=0.0, per_branch=1, icc=0.0).per_arm
    63
    """
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    alone = 2 * z**2 * (1 - r_pre_post**2) / d**2
    per_arm = math.ceil(alone * (1 + (per_branch - 1) * icc))
    return PilotSize(d, per_arm, math.ceil(per_arm / per_branch))
