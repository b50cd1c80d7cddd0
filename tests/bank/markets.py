"""Small markets for the tests of ``smeprofile.bank``; one is made once for all tests of a file."""

from functools import cache

import numpy as np
import pandas as pd

from smeprofile import bank
from smeprofile.bank.evaluate import _Run
from smeprofile.bank.play import Played

CUSTOMERS = 1500


@cache
def market(seed: int = 7, customers: int = CUSTOMERS) -> bank.Market:
    """Return a small market."""
    return bank.market(customers, seed)


def played(strategy: bank.Strategy, seed: int = 1, of: bank.Market | None = None) -> Played:
    """Return what happens, without yardsticks."""
    return _Run(strategy, of or market(), seed).play()


def policy(**fields: object) -> bank.Strategy:
    """Return a strategy without contacts."""
    return bank.Strategy(policy=bank.Policy(**fields))


def cutoffs(by: float) -> dict[str, float]:
    """Return the historical cut-offs, all moved by so many points."""
    return {name: value + by for name, value in bank.Policy().cutoffs.items()}


def offer(customer_id: str, **other: object) -> dict:
    """Return one lawful offer."""
    return {"customer_id": customer_id, "product_id": "F1", "channel_id": "H4",
            "credit_line_cny": 300_000.0, "annual_rate": 0.061, "repayment_method": "随借随还",
            "month": 1} | other  # fmt: skip


def offering(*rows: dict) -> bank.Strategy:
    """Return a strategy that makes these offers, whoever is looked at."""
    return bank.Strategy(lambda profiles: pd.DataFrame(list(rows)))


def free_ids(n: int, of: bank.Market | None = None) -> list[str]:
    """Return customers who aren't on the do-not-contact list."""
    of = of or market()
    return of.ids[np.flatnonzero(~of._truth.quiet)[:n]].tolist()
