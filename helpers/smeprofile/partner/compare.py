"""Two scores of the same customers compared: KS, approvals at equal bad rate, bads at equal approval.

Scores are chances of being bad or anything that rises with it: low is safe. ``weight``: how many
applications a row stands for. Intervals are a paired bootstrap's: both scores see the same rows.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from smeprofile.errors import UserError

Scores = pd.Series | np.ndarray


def ks_difference(risk_a: Scores, risk_b: Scores, is_bad: Scores, *, weight: Scores | None = None,
                  rounds: int = 1000, seed: int = 12) -> dict[str, float]:  # fmt: skip
    """Return ``a, b`` (KS of either), ``difference`` (b − a) and its 95 % interval ``low, high``.

    >>> told = ks_difference([1, 2, 3, 4], [1, 3, 2, 4], [0, 0, 1, 1], rounds=50)
    >>> told["a"], told["b"], told["difference"]
    (1.0, 0.5, -0.5)
    """
    return _compared(_ks_of, risk_a, risk_b, is_bad, weight, rounds, seed)


def approvals_at_equal_bad_rate(risk_a: Scores, risk_b: Scores, is_bad: Scores, *, share: float,
                                weight: Scores | None = None, rounds: int = 1000, seed: int = 12) -> dict[str, float]:  # fmt: skip
    """Return how much may be approved by either at the bad rate of approving ``share`` by the first.

    ``a`` and ``b`` are the largest shares that either may approve, safest first, without a higher
    bad rate (``a`` can be more than ``share``); ``bad_rate`` that rate; ``difference, low, high``.

    >>> told = approvals_at_equal_bad_rate([1, 2, 3, 4], [1, 4, 2, 3], [0, 1, 0, 1], share=0.5, rounds=20)
    >>> told["a"], told["bad_rate"], told["b"]
    (1.0, 0.5, 1.0)
    """
    _share(share)

    def value(order_a, order_b, bad, w):
        rate = _rate_at(order_a, bad, w, share)[1]
        return _widest(order_a, bad, w, rate), _widest(order_b, bad, w, rate), rate

    return _compared(value, risk_a, risk_b, is_bad, weight, rounds, seed)


def bads_at_equal_approval(risk_a: Scores, risk_b: Scores, is_bad: Scores, *, share: float,
                           weight: Scores | None = None, rounds: int = 1000, seed: int = 12) -> dict[str, float]:  # fmt: skip
    """Return the bad rate ``a`` and ``b`` among the safest ``share`` by either; ``difference, low, high``.

    >>> told = bads_at_equal_approval([1, 2, 3, 4], [1, 4, 2, 3], [0, 1, 0, 1], share=0.5, rounds=20)
    >>> told["a"], told["b"]
    (0.5, 0.0)
    """
    _share(share)

    def value(order_a, order_b, bad, w):
        return _rate_at(order_a, bad, w, share)[1], _rate_at(order_b, bad, w, share)[1]

    return _compared(value, risk_a, risk_b, is_bad, weight, rounds, seed)


def _compared(value: Callable, risk_a, risk_b, is_bad, weight, rounds: int, seed: int) -> dict[str, float]:  # fmt: skip
    a, b, bad = (np.asarray(x, dtype=float) for x in (risk_a, risk_b, is_bad))
    if not len(a) == len(b) == len(bad):
        raise UserError("两个分数和好坏要一样长，一行是同一户。")
    if np.isnan(a).any() or np.isnan(b).any() or np.isnan(bad).any():
        raise UserError("分数或好坏有缺失：先只留两个分数都有、表现期已满的行。")
    if bad.min() == bad.max():
        raise UserError("样本里只有一种结果，比不出好坏。")
    w = np.ones(len(a)) if weight is None else np.asarray(weight, dtype=float)
    orders = [_Order(a), _Order(b)]
    first = value(*orders, bad, w)
    rng, drawn = np.random.default_rng(seed), []
    while len(drawn) < rounds:
        times = rng.multinomial(len(a), np.full(len(a), 1 / len(a)))
        if 0 < bad @ times < times.sum():
            got = value(*orders, bad, w * times)
            drawn.append(got[1] - got[0])
    low, high = np.quantile(drawn, [0.025, 0.975])
    told = {"a": first[0], "b": first[1], "difference": first[1] - first[0], "low": low, "high": high}  # fmt: skip
    if len(first) > 2:
        told["bad_rate"] = first[2]
    return {name: float(number) for name, number in told.items()}


class _Order:
    """Rows from safe to risky, and where a run of equal scores ends."""

    def __init__(self, risk: np.ndarray) -> None:
        self.rows = np.argsort(risk, kind="stable")
        ranked = risk[self.rows]
        self.ends = np.append(ranked[1:] != ranked[:-1], True)

    def cumulated(self, values: np.ndarray) -> np.ndarray:
        return np.cumsum(values[self.rows])[self.ends]


def _ks_of(order_a: _Order, order_b: _Order, bad: np.ndarray, w: np.ndarray) -> tuple[float, float]:
    def ks(order: _Order) -> float:
        good, wrong = order.cumulated(w * (1 - bad)), order.cumulated(w * bad)
        return float(np.abs(good / good[-1] - wrong / wrong[-1]).max())

    return ks(order_a), ks(order_b)


def _rate_at(order: _Order, bad: np.ndarray, w: np.ndarray, share: float) -> tuple[float, float]:
    n, wrong = order.cumulated(w), order.cumulated(w * bad)
    at = min(int(np.searchsorted(n, share * n[-1] - 1e-9)), len(n) - 1)
    return n[at] / n[-1], wrong[at] / n[at] if n[at] else 0.0


def _widest(order: _Order, bad: np.ndarray, w: np.ndarray, rate: float) -> float:
    n, wrong = order.cumulated(w), order.cumulated(w * bad)
    fits = np.flatnonzero(wrong <= rate * n + 1e-9)
    return n[fits[-1]] / n[-1] if len(fits) else 0.0


def _share(share: float) -> None:
    if not 0 < share <= 1:
        raise UserError(f"share 是通过率，应在 0 与 1 之间，现为 {share}。")
