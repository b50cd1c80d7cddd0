"""Amounts that sit at a cap: known only to be at least that."""

from math import log

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm

from smeprofile.errors import UserError

_FEWEST = 10  # amounts below the cap to fit anything to


def at_least(amount_cny: pd.Series, cap_cny: pd.Series | float) -> pd.Series:
    """Return whether each amount is at its cap, so that the need may be larger.

    >>> at_least(pd.Series([300_000.0, 500_000.0]), 500_000).tolist()
    [False, True]
    """
    return amount_cny >= cap_cny


def censored_mean(amount_cny: pd.Series, cap_cny: pd.Series | float) -> float:
    """Return the mean need in yuan, had there been no cap: a Tobit for a log-normal amount.

    Tobin (1958, Econometrica 26): an amount below its cap counts with its density, one at the cap
    with the chance of being above; mean = exp(mu + sigma² ÷ 2). An extrapolation: the tail above the
    cap is assumed, nobody saw it. ``UserError`` where fewer than ten amounts are below their cap.

    >>> need = np.exp(12 + 0.8 * norm.ppf((np.arange(400) + 0.5) / 400))
    >>> asked = pd.Series(np.minimum(need, 200_000))
    >>> [round(float(x / need.mean()), 2) for x in (asked.mean(), censored_mean(asked, 200_000))]
    [0.65, 1.0]
    """
    amount = amount_cny.to_numpy(dtype="float64")
    capped = at_least(amount_cny, cap_cny).to_numpy()
    if (amount <= 0).any():
        raise UserError("金额必须大于 0：没有申请的客户不在这里算。")
    if (~capped).sum() < _FEWEST:
        raise UserError(f"没有顶格的金额不到 {_FEWEST} 笔，估不出没有上限时的金额。")
    logs = np.log(amount)

    def loss(place: np.ndarray) -> float:
        mu, sigma = place[0], np.exp(place[1])
        z = (logs - mu) / sigma
        return -(
            norm.logpdf(z[~capped]).sum() - (~capped).sum() * place[1] + norm.logsf(z[capped]).sum()
        )

    start = [logs.mean(), log(max(logs.std(), 0.05))]
    mu, log_sigma = minimize(loss, start, method="Nelder-Mead").x
    return float(np.exp(mu + np.exp(log_sigma) ** 2 / 2))
