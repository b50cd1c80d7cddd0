"""Resampling learners: how often each is drawn, so that a statistic of sums needs no loop."""

from collections.abc import Callable

import numpy as np

N_RESAMPLES = 2000
Statistic = Callable[[np.ndarray], np.ndarray]  # weights (draws × learners) → one value a draw


def draws(n: int, seed: int, n_resamples: int = N_RESAMPLES) -> np.ndarray:
    """Return how often each of ``n`` learners is drawn, one row per resample of ``n``.

    >>> draws(3, seed=1, n_resamples=2).sum(axis=1)
    array([3., 3.])
    """
    picked = np.random.default_rng(seed).integers(n, size=(n_resamples, n))
    flat = picked + n * np.arange(n_resamples)[:, None]
    return np.bincount(flat.ravel(), minlength=n_resamples * n).reshape(-1, n).astype(float)


def bootstrap(statistic: Statistic, n: int, seed: int) -> np.ndarray:
    """Return the finite values of ``statistic`` over resamples of ``n`` learners.

    >>> ages = np.array([20.0, 40.0])
    >>> sorted(set(bootstrap(lambda w: w @ ages / w.sum(axis=1), 2, seed=0)))
    [np.float64(20.0), np.float64(30.0), np.float64(40.0)]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        values = statistic(draws(n, seed))
    return values[np.isfinite(values)]


def whole(statistic: Statistic, n: int) -> float:
    """Return the statistic of the sample itself.

    >>> whole(lambda w: w.sum(axis=1), 4)
    4.0
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(statistic(np.ones((1, n)))[0])
