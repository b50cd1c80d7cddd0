"""A strategy's score over several years' luck: steadier than one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile.bank.assumptions import NOISE_ERRORS
from smeprofile.bank.compliance import Breach, of_run
from smeprofile.bank.evaluate import _Run, _Yardstick, _yardstick
from smeprofile.bank.market import Market
from smeprofile.bank.strategy import Strategy
from smeprofile.errors import UserError


@dataclass(frozen=True)
class Average:
    """Means over the seeds, yuan; ``error_cny`` is V's standard error over them.

    ``score`` is 0 after a breach in any of them, and None where ``why_no_score`` says why.
    ``by_seed``: one row per seed, ``value_cny, baseline_cny, reference_cny``.
    """

    value_cny: float
    error_cny: float
    score: float | None
    why_no_score: str
    breaches: tuple[Breach, ...]
    by_seed: pd.DataFrame


def average(strategy: Strategy, market: Market, seeds: Sequence[int]) -> Average:
    """Return the mean V of ``strategy`` over several ``seeds``, at least two, and its score.

    The strategy's own code runs once. Score = (mean V − mean V_baseline) ÷ (mean V_reference −
    mean V_baseline); undefined where that difference is less than two standard errors over the
    seeds. Errors as in ``evaluate``.

    >>> from smeprofile.bank import baseline, market as fresh
    >>> average(baseline(), fresh(customers=120, seed=5), [1]).score
    Traceback (most recent call last):
    smeprofile.errors.UserError: 求平均至少要 2 个种子，不能重复。
    """
    _check(strategy, seeds)
    run = _Run(strategy, market, seeds[0])
    rows, found = [], {breach.code: breach for breach in run.broken}
    for seed in seeds:
        run.seed = seed
        played, against = run.play(), _yardstick(market, seed)
        found |= {breach.code: breach for breach in of_run(strategy, played)}
        rows.append((played.value_cny, against.baseline, against.reference))
    table = pd.DataFrame(
        rows, columns=["value_cny", "baseline_cny", "reference_cny"], index=list(seeds)
    )
    mean, root = table.mean(), np.sqrt(len(table))
    span = table["reference_cny"] - table["baseline_cny"]
    noise = NOISE_ERRORS * float(span.std()) / root
    score, why = _Yardstick(mean["baseline_cny"], mean["reference_cny"], noise).score(
        mean["value_cny"]
    )
    if found:
        score, why = 0.0, "有违规，得 0 分"
    return Average(float(mean["value_cny"]), float(table["value_cny"].std() / root), score, why,
                   tuple(found.values()), table.rename_axis("seed"))  # fmt: skip


def _check(strategy: Strategy, seeds: Sequence[int]) -> None:
    if not isinstance(strategy, Strategy):
        raise UserError("要评的应为 sp.bank.Strategy(targeting=…, policy=…, sources=…)。")
    for seed in seeds:
        if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**128:
            raise UserError(f"seed 须为 0 到 2 的 128 次方之间的整数，现为 {seed!r:.40}。")
    if len(set(seeds)) < 2 or len(set(seeds)) != len(seeds):
        raise UserError("求平均至少要 2 个种子，不能重复。")
