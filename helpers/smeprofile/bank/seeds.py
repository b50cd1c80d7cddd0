"""Seeds that learners can't know: of a graded cohort's markets and of the luck in them."""

import hashlib
import hmac

from smeprofile.params import Cohort, load_cohort, with_secret


def grading_seeds(what: str, n: int = 1, *, cohort: Cohort | None = None) -> list[int]:
    """Return ``n`` seeds of 128 bits for ``what``, such as an assignment and "market" or "luck".

    HMAC-SHA256 of the cohort's seed, which is itself drawn from its secret where one is set
    (``SMEPROFILE_SECRET``); without a secret they follow from the public seed and are fit for
    self-study only. The same on every machine that knows the secret.

    >>> first, second = grading_seeds("14:market", 2)
    >>> first != second and first < 2**128 and grading_seeds("14:market") == [first]
    True
    """
    key = str(with_secret(cohort or load_cohort()).seed).encode()
    return [_drawn(key, f"bank:{what}:{k}") for k in range(n)]


def _drawn(key: bytes, label: str) -> int:
    return int.from_bytes(hmac.new(key, label.encode(), hashlib.sha256).digest()[:16], "big")
