"""Kirkpatrick's fourth level, simulated: what better profiling is worth in the course's bank."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile.bank import average, market, reference
from smeprofile.effect.estimate import Estimate, mean_interval

CUSTOMERS, SEEDS = 2000, 8


@dataclass(frozen=True)
class BankResult:
    """One simulated market, several years' luck; money in yuan.

    ``by_seed``: ``baseline_cny``, ``reference_cny``; ``difference``: the mean of reference less
    baseline over the seeds, Student's interval: of luck alone, not of what banks there are.
    """

    customers: int
    by_seed: pd.DataFrame
    difference: Estimate


def bank_result(seed: int, *, customers: int = CUSTOMERS, n_seeds: int = SEEDS) -> BankResult:
    """Return what the course's own answer earns over what the bank does today, simulated.

    It says what the taught way of choosing customers, products and prices is worth in the
    simulation if it is used as taught; it says nothing of this class, nor of a real bank.

    >>> found = bank_result(5, customers=200, n_seeds=2)
    >>> len(found.by_seed), found.difference.n
    (2, 2)
    """
    seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(n_seeds)]
    fresh = market(customers=customers, seed=seed)
    found = average(reference(), fresh, seeds).by_seed[["baseline_cny", "reference_cny"]]
    gained = (found["reference_cny"] - found["baseline_cny"]).to_numpy()
    return BankResult(customers, found, mean_interval(gained))
