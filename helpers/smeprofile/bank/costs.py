"""What a yuan lent costs a year, and when its interest is taxed."""

import numpy as np

from smeprofile.pricing import Costs, vat_share
from smeprofile.pricing.vat import FREE_LINE_CNY, FREE_MULTIPLE, SMALL_LINE_CNY
from smeprofile.rules.lpr import lpr_1y
from smeprofile.simulate.setting import Setting, month_number

CAPITAL_SHARE = Costs().capital_share  # k = RW · CAR (facts §4)
# Funds for what capital doesn't pay for, and what shareholders ask for the rest, before tax.
FUNDS_RATE, CAPITAL_RATE = Costs().funds_rate, Costs().capital_rate
VAT_SHARE = vat_share()


def is_taxed(line, rate, is_small, setting: Setting, month) -> np.ndarray:
    """Say whether the interest of each line bears VAT; ``month`` is the position in the year.

    Sources: 财政部 税务总局公告2023年第13号 (lines up to 1 million yuan to small and micro firms: free
    at any rate) and 第16号, method one (up to 10 million: free up to 1.5 × LPR of the day, else
    wholly taxed). That the bank meets the notices' other conditions is assumed.

    >>> from datetime import date
    >>> s = Setting(1, 12, date(2025, 12, 31), 1)
    >>> is_taxed([1e6, 2e6, 2e6], [0.06, 0.06, 0.044], True, s, [0, 0, 0]).tolist()
    [False, True, False]
    """
    line, month = np.asarray(line), np.asarray(month)
    limit = FREE_MULTIPLE * lpr_1y(month_number(setting.end) + 1 + month, setting.terms.lpr)
    by_rate = (line <= SMALL_LINE_CNY) & (np.asarray(rate) <= limit + 1e-12)
    return ~(np.asarray(is_small) & ((line <= FREE_LINE_CNY) | by_rate))
