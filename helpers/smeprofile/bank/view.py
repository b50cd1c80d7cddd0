"""One month of the year, as the generator's own functions of lending look at it."""

from functools import cached_property

import numpy as np

from smeprofile.bank.future import Truth
from smeprofile.simulate.draws import Draws
from smeprofile.simulate.setting import first_day


class View:
    """Month ``k`` (0–11) with the luck of one evaluation, for ``granting`` and ``approach``.

    ``sees_bureau``: whether inquiries at other banks may be looked at.
    """

    def __init__(self, truth: Truth, draws: Draws, k: int, *, sees_bureau: bool = True) -> None:
        self.s, self.t, self.life, self.others = truth.setting, truth.t, truth.life, truth.others
        self.d, self.k = draws, k
        months = self.s.months_all
        self.month = int(months[k])
        self.firsts = first_day(np.append(months, months[-1] + 1))
        self.truth = truth
        self.stage, self.operating = self.life.stage[:, k], self.life.operating[:, k]
        self.age, self.on_books = self.life.age_years[:, k], self.life.on_books[:, k]
        self.sales_month, self.elsewhere = truth.sales_month[:, k], truth.owed
        self.asked = truth.asked[:, k] if sees_bureau else np.zeros(truth.n)

    @cached_property
    def flow_seen(self) -> np.ndarray:
        return self.sales_month * self.t.settlement

    def u(self, name: str, who: np.ndarray | slice = slice(None), slot=0) -> np.ndarray:
        """Return this month's numbers of that name for ``who``."""
        return self.d.uniform(name, self.t.who[who], self.month, slot)
