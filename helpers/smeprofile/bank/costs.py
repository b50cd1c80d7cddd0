"""What a yuan lent costs a year, and when its interest is taxed."""

import numpy as np

from smeprofile.rules.lpr import lpr_1y
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.calibration import blended_ftp
from smeprofile.simulate.setting import Setting, month_number

_T = a.BANK_TERMS
CAPITAL_SHARE = _T["risk_weight"] * _T["capital_ratio"]  # k = RW · CAR (facts §4)
# Funds for what capital doesn't pay for, and what shareholders ask for the rest, before tax.
FUNDS_RATE = blended_ftp() * (1 - CAPITAL_SHARE)
CAPITAL_RATE = CAPITAL_SHARE * _T["target_roe"] / (1 - _T["income_tax_rate"])
# Interest includes the tax: of 1.06 yuan 0.06, and surcharges on it.
VAT_SHARE = _T["vat_rate"] / (1 + _T["vat_rate"]) * (1 + _T["vat_surcharge_rate"])
FREE_LINE_CNY, SMALL_LINE_CNY, FREE_MULTIPLE = 1_000_000, 10_000_000, 1.5


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
