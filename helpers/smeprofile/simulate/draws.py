"""Random numbers keyed by name, customer and month: none depends on what else is drawn.

A counter-based generator (the mixing function of SplitMix64, keyed by BLAKE2b of the seed and
the stream's name). NumPy's own streams are sequential: with them a chunk's size, or one more
draw, would change every later number; one generator per customer and purpose would be slow.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from scipy.special import ndtri

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = (np.uint64(s) for s in (30, 27, 31, 11))
_OTHER_FUTURE = np.uint64(0xD1B54A32D192ED03)
SLOTS = 4096  # draws of one name, customer and month


@dataclass(frozen=True)
class Draws:
    """All randomness of one simulated bank.

    ``month`` counts from year 0 (``year * 12 + month - 1``); draws of months from
    ``reseed_from`` on come from another future, which leaves the past as it was.
    """

    seed: int
    reseed_from: int | None = None

    def uniform(self, name: str, customer: np.ndarray, month=0, slot=0) -> np.ndarray:
        """Return numbers in (0, 1), broadcast over ``customer``, ``month`` and ``slot``.

        >>> d = Draws(1)
        >>> a = d.uniform("a", np.arange(9))
        >>> bool((a[4:] == d.uniform("a", np.arange(4, 9))).all())
        True
        """
        key, other = _keys(self.seed, name)
        base = _mix(_as_u64(customer) * _GOLDEN + key)
        month = np.asarray(month)
        where = _as_u64(month) * np.uint64(SLOTS) + _as_u64(slot)
        if self.reseed_from is not None:
            where = where + np.where(month >= self.reseed_from, _OTHER_FUTURE, np.uint64(0))
        bits = _mix((base ^ other) + where * _GOLDEN)
        return ((bits >> _S11).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, name: str, customer: np.ndarray, month=0, slot=0) -> np.ndarray:
        """Return standard normal numbers."""
        return ndtri(self.uniform(name, customer, month, slot))

    def integers(self, name: str, low: int, high, customer: np.ndarray, month=0, slot=0):
        """Return whole numbers from ``low`` to ``high`` - 1."""
        u = self.uniform(name, customer, month, slot)
        return low + np.floor(u * (np.asarray(high) - low)).astype(np.int64)

    def choice(self, name: str, shares, customer: np.ndarray, month=0, slot=0) -> np.ndarray:
        """Return positions in ``shares`` (which need not add up to one), drawn in proportion.

        >>> np.bincount(Draws(1).choice("a", [3, 1], np.arange(1000))).tolist()
        [741, 259]
        """
        edges = np.cumsum(np.asarray(shares, dtype=float))
        u = self.uniform(name, customer, month, slot)
        return np.searchsorted(edges[:-1] / edges[-1], u, side="right")


@lru_cache(maxsize=1024)
def _keys(seed: int, name: str) -> tuple[np.uint64, np.uint64]:
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    return np.uint64(int.from_bytes(digest[:8], "big")), np.uint64(
        int.from_bytes(digest[8:], "big")
    )


def _as_u64(values) -> np.ndarray:
    # At least one dimension: arithmetic on arrays wraps silently, on scalars it warns.
    return np.atleast_1d(np.asarray(values)).astype(np.uint64)


def _mix(z: np.ndarray) -> np.ndarray:
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)
