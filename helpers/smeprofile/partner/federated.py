"""Logistic regression over two parties' columns of the same rows; only intermediate values cross.

Both sides live in one process here, and nothing is encrypted: what crosses is written down, so that
one can see what it gives away. The method is iteratively reweighted least squares, each side solving
for its own weights in turn (block coordinate descent).
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import expit

from smeprofile.errors import UserError

RIDGE = 1e-3  # on weights of standardised columns, not on the intercept; the same for pooled and federated
BYTES = 8


@dataclass(frozen=True)
class Message:
    """One array that crossed: who sent it, what it is, how many numbers."""

    step: int
    sender: str
    what: str
    values: np.ndarray = field(repr=False)

    @property
    def n_bytes(self) -> int:
        """Its size, eight bytes a number."""
        return BYTES * self.values.size


class Channel:
    """All that crosses between the two sides, in order."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, step: int, sender: str, what: str, values: np.ndarray) -> np.ndarray:
        """Write down one message and hand it over."""
        self.messages.append(Message(step, sender, what, values.copy()))
        return values.copy()

    def transcript(self) -> pd.DataFrame:
        """Return one row per message: ``step, sender, what, n_numbers, n_bytes``; no values."""
        return pd.DataFrame(
            [(m.step, m.sender, m.what, m.values.size, m.n_bytes) for m in self.messages],
            columns=["step", "sender", "what", "n_numbers", "n_bytes"],
        )


class _Side:
    """One party's columns, standardised by its own means, and its weights."""

    def __init__(self, frame: pd.DataFrame, *, intercept: bool) -> None:
        values = frame.to_numpy(dtype=float)
        self.names, self.mean = list(frame.columns), values.mean(0)
        self.spread = np.where(values.std(0) > 0, values.std(0), 1.0)
        self.x = (values - self.mean) / self.spread
        if intercept:
            self.x = np.column_stack([np.ones(len(values)), self.x])
        self.penalty = RIDGE * np.diag([0.0] * intercept + [1.0] * len(self.names))
        self.weights = np.zeros(self.x.shape[1])

    @property
    def part(self) -> np.ndarray:
        """Its part of each row's log odds."""
        return self.x @ self.weights

    def step(self, residual: np.ndarray, curvature: np.ndarray) -> None:
        """Move its own weights by one Newton step of its block."""
        hessian = self.x.T @ (self.x * curvature[:, None]) + self.penalty
        self.weights = self.weights + np.linalg.solve(
            hessian, self.x.T @ residual - self.penalty @ self.weights
        )


class BankSide(_Side):
    """The bank: its columns and the outcomes, which it never sends as such."""

    def __init__(self, frame: pd.DataFrame, is_bad: pd.Series) -> None:
        super().__init__(frame, intercept=True)
        self.y = np.asarray(is_bad, dtype=float)

    def residual(self, other: np.ndarray) -> np.ndarray:
        """Return outcome less chance, given the other's part of the log odds."""
        return self.y - expit(self.part + other)


class PartnerSide(_Side):
    """The technology firm: its columns only."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__(frame, intercept=False)


@dataclass(frozen=True)
class Federated:
    """The two sides after fitting, the channel, and how many steps it took."""

    bank: BankSide
    partner: PartnerSide
    channel: Channel
    steps: int

    def log_odds(self, bank: pd.DataFrame, partner: pd.DataFrame) -> np.ndarray:
        """Return the log odds of being bad of rows; either part is worked out by its own side."""
        b, p = self.bank, self.partner
        own = b.weights[0] + ((bank[b.names].to_numpy(float) - b.mean) / b.spread) @ b.weights[1:]
        return own + ((partner[p.names].to_numpy(float) - p.mean) / p.spread) @ p.weights

    @property
    def weights(self) -> pd.Series:
        """The weights of standardised columns, the bank's first."""
        names = ["截距", *self.bank.names, *self.partner.names]
        return pd.Series(np.concatenate([self.bank.weights, self.partner.weights]), index=names)


def federated_logit(
    bank: pd.DataFrame, partner: pd.DataFrame, is_bad: pd.Series, *,
    steps: int = 200, tolerance: float = 1e-9,
) -> Federated:  # fmt: skip
    """Return a logistic regression on both parties' columns, rows in the same order.

    A step: the bank sends residuals and curvatures, the partner moves its own weights and sends its
    part of the log odds, the bank moves its own. It ends when no weight moves by ``tolerance``.
    Raises ``UserError`` for rows that don't match, missing values, and where it doesn't settle.

    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame(rng.normal(size=(400, 2)), columns=["a", "b"])
    >>> y = pd.Series((rng.uniform(size=400) < expit(x["a"] + x["b"] - 1)).astype(int))
    >>> made = federated_logit(x[["a"]], x[["b"]], y)
    >>> bool(np.abs(made.weights - pooled_logit(x, y)).max() < 1e-6)
    True
    """
    _check(bank, partner, is_bad)
    channel, b, p = Channel(), BankSide(bank, is_bad), PartnerSide(partner)
    other = channel.send(0, "合作方", "对方部分的线性预测值", p.part)
    for step in range(1, steps + 1):
        before = np.concatenate([b.weights, p.weights])
        r = channel.send(step, "银行", "残差（好坏 − 预测）", b.residual(other))
        p.step(r, channel.send(step, "银行", "曲率 p(1−p)", _curvature(b.part + other)))
        other = channel.send(step, "合作方", "对方部分的线性预测值", p.part)
        b.step(b.residual(other), _curvature(b.part + other))
        if np.abs(np.concatenate([b.weights, p.weights]) - before).max() < tolerance:
            return Federated(b, p, channel, step)
    raise UserError(f"{steps} 轮还没有收敛：两边的列可能几乎一样，或好坏被一列完全分开。")


def pooled_logit(frame: pd.DataFrame, is_bad: pd.Series) -> pd.Series:
    """Return the weights of the same regression with all columns in one place (standardised)."""
    side = BankSide(frame, is_bad)
    for _ in range(100):
        before = side.weights
        side.step(side.residual(np.zeros(len(frame))), _curvature(side.part))
        if np.abs(side.weights - before).max() < 1e-12:
            break
    return pd.Series(side.weights, index=["截距", *side.names])


def labels_from_residuals(residual: np.ndarray) -> np.ndarray:
    """Return who is bad, read off the residuals alone: above 0 is bad, below is good.

    >>> labels_from_residuals(np.array([0.97, -0.02])).tolist()
    [1, 0]
    """
    return (np.asarray(residual) > 0).astype(int)


def _curvature(log_odds: np.ndarray) -> np.ndarray:
    chance = expit(log_odds)
    return np.maximum(chance * (1 - chance), 1e-9)


def _check(bank: pd.DataFrame, partner: pd.DataFrame, is_bad: pd.Series) -> None:
    if not len(bank) == len(partner) == len(is_bad):
        raise UserError("两边的行要对齐：一行是同一户，次序相同。")
    if bank.isna().any().any() or partner.isna().any().any() or pd.Series(is_bad).isna().any():
        raise UserError("联邦建模的行不能有缺失：先只留双方都有、授权有效、表现期已满的。")
    if set(bank.columns) & set(partner.columns):
        raise UserError("两边有同名的列：各用各的列。")
    if pd.Series(is_bad).astype(int).nunique() < 2:
        raise UserError("样本里只有一种结果，分不出好坏。")
