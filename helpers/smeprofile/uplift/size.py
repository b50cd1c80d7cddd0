"""How many customers an experiment needs, and what looking early does to it."""

from math import ceil, sqrt

import numpy as np
from scipy.stats import norm

from smeprofile.errors import UserError


def sample_size(control: float, treated: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return how many customers each of two equal arms needs to tell two rates apart.

    ``control`` and ``treated`` are rates, 0–1; two-sided test at ``alpha``. The usual formula for
    two proportions, with the pooled variance under no effect:
    n = (z₁₋α/₂·√(2p̄q̄) + z_power·√(p₀q₀ + p₁q₁))² ÷ (p₁ − p₀)². ``UserError`` where the rates are
    the same or none.

    >>> sample_size(0.02, 0.03), sample_size(0.03, 0.035)
    (3826, 19743)
    """
    if not (0 < control < 1 and 0 < treated < 1) or control == treated:
        raise UserError("样本量要两个不同的比例，都在 0 和 1 之间；3% 写成 0.03。")
    mean = (control + treated) / 2
    under_none = norm.ppf(1 - alpha / 2) * sqrt(2 * mean * (1 - mean))
    under_effect = norm.ppf(power) * sqrt(control * (1 - control) + treated * (1 - treated))
    return ceil(((under_none + under_effect) / (treated - control)) ** 2)


def false_alarms(
    looks: int, *, alpha: float = 0.05, runs: int = 200_000, seed: int = 9
) -> np.ndarray:
    """Return the share of experiments without any effect that are called effective by each look.

    Simulated: ``looks`` looks after equal parts of the data, each at ``alpha``; who peeks stops at
    the first that is significant. Element k: after k + 1 looks. The first is about ``alpha``.

    >>> [round(float(share), 2) for share in false_alarms(5)[[0, 4]]]
    [0.05, 0.14]
    """
    if looks < 1:
        raise UserError("至少要看 1 次。")
    steps = np.random.default_rng(seed).normal(size=(runs, looks))
    z = np.abs(steps.cumsum(axis=1)) / np.sqrt(np.arange(1, looks + 1))
    crossed = np.maximum.accumulate(z > norm.ppf(1 - alpha / 2), axis=1)
    return crossed.mean(axis=0)
