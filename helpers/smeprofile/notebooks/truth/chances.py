"""The true chance that a borrower starts to default, month by month, past and to come.

Played by the generator's own lending. What is to come is played several times from the last day on,
lives and luck drawn anew each time (fates), the past left as it was.
"""

from copy import deepcopy
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from smeprofile.bank.future import Ahead, go_on
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.draws import Draws
from smeprofile.simulate.lending import BULLET, Lending, chance_at_maturity, chance_bad
from smeprofile.simulate.life import life
from smeprofile.simulate.setting import Setting, month_number

AHEAD, FATES = 6, 12  # months; futures played


@dataclass(frozen=True)
class _Fate(Draws):
    """Draws of the months from ``since`` on come from another seed."""

    since: int = 0
    other: int = 0

    def uniform(self, name: str, customer: np.ndarray, month=0, slot=0) -> np.ndarray:
        own = super().uniform(name, customer, month, slot)
        if (np.asarray(month) < self.since).all():
            return own
        drawn = Draws(self.other).uniform(name, customer, month, slot)
        return np.where(np.asarray(month) >= self.since, drawn, own)


@dataclass(frozen=True)
class _Fated(Ahead):
    """The same bank with a year ahead that is fate ``nth``; 0 is what really comes."""

    nth: int = 0
    _MANY: ClassVar[int] = 1_000_003

    @property
    def draws(self) -> Draws:
        if not self.nth:
            return super().draws
        return _Fate(self.seed, None, month_number(self.end) + 1, self.seed + self.nth * self._MANY)


class _Seen(Lending):
    """Lending that notes each month's true chance to start defaulting, of those who could."""

    def run(self):
        self.chance = np.zeros((len(self.t.who), len(self.months)))
        return super().run()

    def _turn_bad(self, open_, loans, falls_due) -> None:
        fine = open_ & (self.distress == 0)
        self.chance[:, self.k] = np.where(fine, self._chance(loans, falls_due), 0.0)
        super()._turn_bad(open_, loans, falls_due)

    def _chance(self, loans, falls_due) -> np.ndarray:
        """As ``Lending._turn_bad`` has it."""
        t, n = self.t, len(self.t.who)
        principal, rate, started = np.zeros(n), np.zeros(n), np.zeros(n, bool)
        big = falls_due & BULLET[loans["method"]]
        np.add.at(principal, loans["customer"][big], loans["amount"][big])
        np.maximum.at(rate, loans["customer"], loans["rate"])
        started[loans["customer"][self.k - loans["start"] == 1]] = True
        p = chance_bad(self.logit, rate, started & (t.ring >= 0))
        squeeze = principal / (self.sales_month * t.settlement + 1)
        cliff = chance_at_maturity(t.quality, t.frailty, self.stage, self.operating, squeeze)
        return np.where(principal > 0, np.maximum(p, cliff), p)


def past_and_ahead(setting: Setting, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Return, of customers ``low`` + 1 to ``high``, the chances of each shown month and those ahead.

    First customers × ``setting.months_shown``: the true chance to start defaulting in that month (0
    without a loan, or in default already). Then customers: the chance to start within ``AHEAD`` months
    after the last day, over ``FATES`` futures.
    """
    x = Chunk(setting, low, high)
    w = _seen(setting, x)
    past = len(setting.months_all)
    ahead = [_ahead(deepcopy(w), setting, x, past, nth) for nth in range(1, FATES + 1)]
    return w.chance[:, -len(setting.months_shown) :], np.mean(ahead, axis=0)


def past_only(setting: Setting, low: int, high: int) -> np.ndarray:
    """Return the first of ``past_and_ahead``."""
    return _seen(setting, Chunk(setting, low, high)).chance[:, -len(setting.months_shown) :]


def _seen(setting: Setting, x: Chunk) -> _Seen:
    w = _Seen(setting, x.t, x.life, x.elsewhere)
    w.run()
    return w


def _ahead(w: _Seen, setting: Setting, x: Chunk, past: int, nth: int) -> np.ndarray:
    fated = _Fated(**{f.name: getattr(setting, f.name) for f in fields(setting)}, nth=nth)
    go_on(w, fated, life(fated, x.t))
    w.d = fated.draws
    w.chance = np.concatenate([w.chance, np.zeros((len(w.t.who), AHEAD))], axis=1)
    for k in range(past, past + AHEAD):
        w.step(k)
    return 1 - np.prod(1 - w.chance[:, past : past + AHEAD], axis=1)


def within(chance: np.ndarray, month: int, months: int = AHEAD) -> np.ndarray:
    """Return the chance to start defaulting in the ``months`` after position ``month``.

    >>> within(np.array([[0.5, 0.5, 0.5]]), 0, 2).tolist()
    [0.75]
    """
    return 1 - np.prod(1 - chance[:, month + 1 : month + 1 + months], axis=1)
