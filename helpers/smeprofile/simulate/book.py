"""What happened in lending, kept as record arrays: one dictionary of columns per kind."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Book:
    """Everything that happened in lending, as lists of one record array per month."""

    records: dict[str, list[dict[str, np.ndarray]]] = field(default_factory=dict)
    hazard: np.ndarray | None = None  # customers × months: true chance to start defaulting
    p0: np.ndarray | None = None  # chance to apply unasked in the last month
    asks: np.ndarray | None = None  # customers who could apply in the last month
    lately: np.ndarray | None = None  # contacts before the last month, fading

    def add(self, what: str, **columns: np.ndarray) -> None:
        """Keep one month's records of a kind, ``what``."""
        if len(next(iter(columns.values()))):
            self.records.setdefault(what, []).append(columns)

    def all(self, what: str) -> dict[str, np.ndarray]:
        """Return all records of a kind, in the order they happened; {} if there are none."""
        parts = self.records.get(what, [])
        return (
            {name: np.concatenate([p[name] for p in parts]) for name in parts[0]} if parts else {}
        )


def joined(old: dict[str, np.ndarray], new: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return two record arrays one after the other."""
    return {name: np.concatenate([old[name], new[name]]) for name in new} if old else new


def principal_paid(amount, rate, tenor, method, terms) -> np.ndarray:
    """Return the principal of the first ``terms`` instalments of each loan, before rounding.

    >>> principal_paid(np.array([1200.]), np.array([0.05]), np.array([12]), np.array([3]), np.array([6]))
    array([600.])
    """
    r = np.maximum(rate / 12, 1e-9)
    growth = (1 + r) ** terms - 1
    annuity = amount * growth / ((1 + r) ** tenor - 1)
    linear = amount * terms / tenor
    whole = amount * (terms >= np.where(method == 4, 1, tenor))
    return np.select([method == 2, method == 3], [annuity, linear], whole)
