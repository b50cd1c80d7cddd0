"""A number with its interval, and what a small class must be told about it."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

# Below 12 learners coverage was never measured; at 12 and above, tests/effect/test_recovery.py
# measures it. Below 30 an interval is honest but too wide to choose between items or classes.
LEAST_LEARNERS = 12
FEW_LEARNERS = 30


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, from ``n`` learners; None where it can't be had, and why.

    >>> Estimate(0.4, 0.25, 0.55, 30)
    Estimate(value=0.4, low=0.25, high=0.55, n=30, why_not='')
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    why_not: str = ""

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of zero."""
        return self.low is not None and (self.low > 0 or self.high < 0)


def caution(n: int) -> str:
    """Return what to say beside statistics of ``n`` learners, "" where nothing need be.

    >>> caution(120)
    ''
    >>> caution(8)
    '只有 8 人：区间只作参考，不要下结论，也不要和别的班比。'
    """
    if n < LEAST_LEARNERS:
        return f"只有 {n} 人：区间只作参考，不要下结论，也不要和别的班比。"
    if n < FEW_LEARNERS:
        return f"只有 {n} 人：区间很宽，看方向，不要看小数；单题的指标只作提示。"
    return ""


def withheld(why: str, n: int = 0, value: float | None = None) -> Estimate:
    """Return an estimate without interval, and without value too unless one is given.

    >>> withheld("不足 2 人", 1).why_not
    '不足 2 人'
    """
    return Estimate(value, None, None, n, why)


def mean_interval(values: np.ndarray) -> Estimate:
    """Return the mean of ``values`` (1-d, no NaN) with Student's interval.

    Withheld where all are alike: an interval of no width would claim to be sure of others, too.

    >>> found = mean_interval(np.array([1.0, 2.0, 3.0, 6.0]))
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (3.0, -0.4374, 6.4374)
    """
    n = len(values)
    if n == 0:
        return withheld("没有可用的人")
    mean = float(np.mean(values))
    if n < 2:
        return withheld("不足 2 人，没有区间", n, mean)
    if np.ptp(values) == 0:
        return withheld("大家都一样，没有区间", n, mean)
    half = float(stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n))
    return Estimate(mean, mean - half, mean + half, n)


def share_interval(k: int, n: int) -> Estimate:
    """Return the share k ÷ n with Wilson's interval (Wilson 1927, by SciPy).

    >>> found = share_interval(9, 10)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (0.9, 0.5958, 0.9821)
    """
    if n == 0:
        return withheld("没有可用的人")
    bounds = stats.binomtest(int(k), int(n)).proportion_ci(method="wilson")
    return Estimate(k / n, float(bounds.low), float(bounds.high), int(n))
