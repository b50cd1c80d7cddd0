"""Whose change is more than the tests' own error."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile.effect.pairs import paired
from smeprofile.errors import UserError


@dataclass(frozen=True)
class Change:
    """Each learner's change in points (``by_learner``), and the least that is more than error.

    ``threshold``: in 95 of 100 learners who learnt nothing the change is smaller.
    """

    by_learner: pd.Series
    threshold: float

    @property
    def n_up(self) -> int:
        """Learners who improved by more than error."""
        return int((self.by_learner > self.threshold).sum())

    @property
    def n_down(self) -> int:
        """Learners who fell by more than error."""
        return int((self.by_learner < -self.threshold).sum())

    def verdict(self, learner: object) -> str:
        """Return "up", "down" or "within" for one learner."""
        change = self.by_learner[learner]
        if abs(change) <= self.threshold:
            return "within"
        return "up" if change > 0 else "down"


def reliable_change(pre: pd.Series, post: pd.Series, *, sem_pre: float, sem_post: float) -> Change:
    """Return each learner's change and the reliable-change threshold (Jacobson and Truax 1991).

    threshold = 1.96·√(SEM²_pre + SEM²_post), SEM as in :func:`reliability`; series by learner.
    Raises ``UserError`` unless both SEM are positive.

    >>> found = reliable_change(pd.Series({"a": 10.0, "b": 12.0}), pd.Series({"a": 20.0, "b": 13.0}),
    ...                         sem_pre=2, sem_post=2)
    >>> round(found.threshold, 2), found.n_up, found.verdict("b")
    (5.54, 1, 'within')
    """
    if not (sem_pre > 0 and sem_post > 0):
        raise UserError("测量标准误应为正数：先用 reliability 算出前测和后测的 sem。")
    pairs = paired(pre, post)
    threshold = 1.96 * float(np.hypot(sem_pre, sem_post))
    return Change(pd.Series(pairs.post - pairs.pre, index=pairs.learners), threshold)
