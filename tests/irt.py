"""Classes simulated by an item-response model, and what statistics of them are worth in truth.

One-parameter logistic: P(right) = 1 / (1 + exp(difficulty − ability)), ability standard normal
before, ``GAIN`` higher after. Truths are integrals over ability (Gauss–Hermite), not simulations.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.polynomial.hermite_e import hermegauss

N_ITEMS = 32
GAIN = 0.8  # of a standard deviation of ability
_AT, _WEIGHTS = hermegauss(61)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_DRAWN = np.random.default_rng(7).normal(0, 0.7, size=(2, N_ITEMS))
PRE, POST = _DRAWN  # difficulties of the two forms


def chance(ability, difficulties):
    return 1 / (1 + np.exp(difficulties[None, :] - np.asarray(ability)[:, None]))


def answers(n, rng, difficulties=PRE, ability=None):
    """Return learners × items, 0/1."""
    ability = rng.normal(size=n) if ability is None else ability
    right = rng.random((len(ability), len(difficulties))) < chance(ability, difficulties)
    return pd.DataFrame(right.astype(float))


def two_scores(n, rng, gain=GAIN):
    """Return (pre, post): total scores of one class."""
    ability = rng.normal(size=n)
    pre = answers(n, rng, PRE, ability).sum(axis=1)
    return pre, answers(n, rng, POST, ability + gain).sum(axis=1)


@dataclass(frozen=True)
class Truth:
    alpha: float
    change: float
    class_gain: float
    individual_gain: float
    d: float
    slope: float


def truth(gain=GAIN):
    before, after = _moments(PRE, 0.0), _moments(POST, gain)
    covariance = _WEIGHTS @ (before.mean_at * after.mean_at) - before.mean * after.mean
    room = N_ITEMS - np.arange(N_ITEMS)
    of_pre = (_WEIGHTS[:, None] * before.pmf)[:, :-1]  # by ability and score below the top
    g = (after.mean_at[:, None] - np.arange(N_ITEMS)) / room
    return Truth(
        alpha=_alpha(PRE),
        change=after.mean - before.mean,
        class_gain=(after.mean - before.mean) / (N_ITEMS - before.mean),
        individual_gain=float((of_pre * g).sum() / of_pre.sum()),
        d=(after.mean - before.mean) / np.sqrt((before.variance + after.variance) / 2),
        slope=covariance / before.variance,
    )


@dataclass(frozen=True)
class _Moments:
    pmf: np.ndarray  # ability × score
    mean_at: np.ndarray
    mean: float
    variance: float


def _moments(difficulties, gain):
    p = chance(_AT + gain, difficulties)
    pmf = np.ones((len(_AT), 1))
    for column in p.T:
        longer = np.zeros((len(_AT), pmf.shape[1] + 1))
        longer[:, :-1] += pmf * (1 - column)[:, None]
        longer[:, 1:] += pmf * column[:, None]
        pmf = longer
    scores = np.arange(pmf.shape[1])
    whole = _WEIGHTS @ pmf
    mean = float(whole @ scores)
    return _Moments(pmf, p.sum(axis=1), mean, float(whole @ scores**2 - mean**2))


def _alpha(difficulties):
    p = chance(_AT, difficulties)
    means = _WEIGHTS @ p
    own = (means * (1 - means)).sum()
    total = _moments(difficulties, 0.0).variance
    k = len(difficulties)
    return k / (k - 1) * (1 - own / total)
