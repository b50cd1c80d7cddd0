"""Chances of being bad from the bank's columns, the platform's, or both; and what they add in points."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from smeprofile.errors import UserError
from smeprofile.partner.federated import pooled_logit
from smeprofile.partner.pilot import BANK_FEATURES, PARTNER_FEATURES

BANK, PARTNER = tuple(BANK_FEATURES), tuple(PARTNER_FEATURES)
MOST_POINTS = 40.0  # that the platform's figures may move the bank's score by, either way
_LOGS = ("inflow_month_cny", "asked_to_inflow", "sales_3m_cny", "complaints_per_1000")
_SHARES = ("refund_rate", "late_to_suppliers")
_LEAST_SHARE = 0.00005  # shares are told to four digits: 0 is less than half of the last


def columns(frame: pd.DataFrame, names: tuple[str, ...] = (*BANK, *PARTNER)) -> pd.DataFrame:
    """Return the named columns as models take them: money and counts as logs, shares as log odds.

    Shares of 0 and 1 are taken half a digit inside. Raises ``UserError`` for shares out of 0–1.

    >>> columns(pd.DataFrame({"refund_rate": [0.5]}), ("refund_rate",))["refund_rate"].tolist()
    [0.0]
    """
    told = frame[list(names)].astype(float)
    logs = {n: np.log1p(told[n]) for n in names if n in _LOGS}
    odds = {n: _log_odds(told[n]) for n in names if n in _SHARES}
    return told.assign(**logs, **odds)


def _log_odds(share: pd.Series) -> pd.Series:
    if not share.dropna().between(0, 1).all():
        raise UserError(f"{share.name} 应在 0 到 1 之间（2% 写 0.02）：看看单位是不是弄错了。")
    inside = share.clip(_LEAST_SHARE, 1 - _LEAST_SHARE)
    return np.log(inside / (1 - inside))


@dataclass(frozen=True)
class Logit:
    """A fitted regression: names, means and spreads of its columns, weights, intercept."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def log_odds(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the log odds of being bad of each row; ``UserError`` for a missing value."""
        x = columns(frame, self.names)
        if x.isna().any().any():
            raise UserError("有的行没有这些数据，算不出分：先分开有数据的和没有数据的。")
        z = (x.to_numpy() - np.array(self.mean)) / np.array(self.spread)
        return self.intercept + z @ np.array(self.weights)

    def chance(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the chance of being bad of each row, 0–1."""
        return expit(self.log_odds(frame))

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, told: Mapping) -> "Logit":
        """Return what ``to_dict`` told."""
        return cls(*(tuple(told[n]) for n in ("names", "mean", "spread", "weights")), told["intercept"])  # fmt: skip


def fit(frame: pd.DataFrame, names: tuple[str, ...]) -> Logit:
    """Return the logistic regression of ``is_bad`` on the named columns of ``frame``, no value missing."""
    x = columns(frame, names)
    if x.isna().any().any():
        raise UserError("建模的行不能有缺失：先只留数据可用的。")
    told = pooled_logit(x, frame["is_bad"])
    spread = np.where(x.std(ddof=0) > 0, x.std(ddof=0), 1.0)
    numbers = (tuple(map(float, v)) for v in (x.mean(), spread, told.iloc[1:]))
    return Logit(tuple(names), *numbers, float(told.iloc[0]))


@dataclass(frozen=True)
class Models:
    """The bank's own, the platform's own, both together; ``slope``: log odds a point of the bank's score."""

    bank: Logit
    partner: Logit
    both: Logit
    slope: float

    def points_added(self, frame: pd.DataFrame) -> np.ndarray:
        """Return how many points the platform's figures add to the bank's score of each row.

        So many as would change the bank's own odds as much; ``MOST_POINTS`` at most, either way.
        """
        more = self.both.log_odds(frame) - self.bank.log_odds(frame)
        return np.clip(more / self.slope, -MOST_POINTS, MOST_POINTS)

    def points_of_partner(self, frame: pd.DataFrame, usual: float) -> np.ndarray:
        """Return points by the platform's figures alone, spread about the ``usual`` score."""
        away = self.partner.log_odds(frame) - self.partner.intercept
        return usual + away / self.slope


def fit_all(train: pd.DataFrame) -> Models:
    """Return the models of joined rows; ``UserError`` where the bank's score doesn't lower the odds."""
    slope = fit(train, ("score",))
    per_point = slope.weights[0] / slope.spread[0]
    if per_point >= 0:
        raise UserError("本行评分在这份样本里分不出好坏：样本太小，换大一些的试点。")
    return Models(fit(train, BANK), fit(train, PARTNER), fit(train, (*BANK, *PARTNER)), float(per_point))  # fmt: skip
