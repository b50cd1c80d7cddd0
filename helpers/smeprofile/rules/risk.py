"""Five-category class (五级分类): 《商业银行金融资产风险分类办法》, in force since 2023-07-01.

Source: 中国银行保险监督管理委员会、中国人民银行令〔2023〕第1号. What is here is a floor, "at least"
this class: by days past due, by new debt that repays old, and, for a non-retail debtor, by the
share of its credit at this bank that is non-performing (Article 7: more than 10 %).

Not here, and able to make the class worse: use of money against the contract, credit impairment
and the share of expected loss (ECL), credit non-performing or overdue at other banks (20 %),
restructuring and its observation period, evasion of debt, bankruptcy. Nor the exception in
Article 7 for recognised credit enhancement, nor when a class may be raised again.
"""

from typing import Any

import numpy as np
import pandas as pd

from smeprofile.rules.columns import (
    as_flags,
    as_numbers,
    check_lengths,
    check_number,
    refuse_first,
)

RISK_CLASSES = ("正常", "关注", "次级", "可疑", "损失")

_MORE_DAYS_THAN = (0, 90, 270, 360)  # 关注, 次级, 可疑, 损失
_TECHNICAL_DAYS = 7
_NON_PERFORMING = RISK_CLASSES.index("次级")  # this class and all worse ones
_DAYS = "逾期天数（dpd）"
_BALANCE = "余额（balance_cny）"
_LARGEST_FEN = 2**53  # float64 counts whole fen exactly up to here, about 90 万亿元


def classify_risk(
    dpd: int, *, is_technical: bool = False, uses_new_to_repay_old: bool = False
) -> str:
    """Return the class of one loan by days past due, as one of ``RISK_CLASSES``.

    ``is_technical``: overdue only for an operational or technical reason, which excuses 7 days.
    ``uses_new_to_repay_old``: at least 关注; say ``False`` for a renewal (续贷) of a small or
    micro firm that meets the conditions, which is excepted.
    The loan alone is looked at: see ``risk_classes`` for the debtor, the module for what is left
    out. Raises ``ValueError``, in Chinese, unless ``dpd`` is a whole number from 0 up.

    >>> [classify_risk(days) for days in (0, 1, 91, 271, 361)]
    ['正常', '关注', '次级', '可疑', '损失']
    >>> classify_risk(7, is_technical=True), classify_risk(8, is_technical=True)
    ('正常', '关注')
    """
    _check_days(dpd)
    return RISK_CLASSES[_grades_by_days(dpd, is_technical, uses_new_to_repay_old)]


def risk_classes(
    dpd: pd.Series | np.ndarray,
    balance_cny: pd.Series | np.ndarray,
    debtor_id: pd.Series | np.ndarray,
    *,
    is_retail: bool | pd.Series | np.ndarray = False,
    is_technical: bool | pd.Series | np.ndarray = False,
    uses_new_to_repay_old: bool | pd.Series | np.ndarray = False,
) -> np.ndarray:
    """Return one class per loan: ``classify_risk``, then the 10 % rule for non-retail debtors.

    Give all loans of each debtor at this bank, on one day. Where more than 10 % of a debtor's
    non-retail balance is non-performing, all its non-retail loans become at least 次级.
    Balances in yuan count to the fen, so exactly 10 % is told from more. Columns are matched by
    position, not by index; the options are one answer for all rows or a column.
    Raises ``ValueError``, in Chinese, that names the first bad row.

    >>> risk_classes([0, 91], [89, 11], ["C1", "C1"]).tolist()
    ['次级', '次级']
    >>> risk_classes([0, 91], [90, 10], ["C1", "C1"]).tolist()
    ['正常', '次级']
    >>> risk_classes([0, 91], [89, 11], ["C1", "C1"], is_retail=True).tolist()
    ['正常', '次级']
    """
    days, balance = as_numbers(dpd, "dpd"), as_numbers(balance_cny, "balance_cny")
    debtors, _ = pd.factorize(pd.Series(debtor_id))
    length = len(days)
    check_lengths({"balance_cny": balance, "debtor_id": debtors}, length=length)
    _refuse_bad_rows(days, balance, debtors)
    grades = _grades_by_days(
        days,
        as_flags(is_technical, "is_technical", length=length),
        as_flags(uses_new_to_repay_old, "uses_new_to_repay_old", length=length),
    )
    non_retail = ~as_flags(is_retail, "is_retail", length=length)
    contagious = _is_contagious(grades, balance, debtors, non_retail)
    grades = np.where(contagious, np.maximum(grades, _NON_PERFORMING), grades)
    return np.array(RISK_CLASSES, dtype=object)[grades]


def _grades_by_days(days: Any, is_technical: Any, uses_new_to_repay_old: Any) -> Any:
    """Return the place in ``RISK_CLASSES``, for one loan or for columns."""
    grades = np.searchsorted(_MORE_DAYS_THAN, days, side="left")
    excused = np.logical_and(is_technical, np.less_equal(days, _TECHNICAL_DAYS))
    return np.maximum(np.where(excused, 0, grades), np.where(uses_new_to_repay_old, 1, 0))


def _is_contagious(
    grades: np.ndarray, balance: np.ndarray, debtors: np.ndarray, non_retail: np.ndarray
) -> np.ndarray:
    """Say which loans belong to a non-retail debtor with over 10 % of them non-performing."""
    fen = np.where(non_retail, np.rint(balance * 100), 0)
    total = np.bincount(debtors, weights=fen)
    if (total >= _LARGEST_FEN).any():
        raise ValueError(f"{_BALANCE}一户合计超过 90 万亿元：单位是不是元？")
    bad = np.bincount(debtors, weights=np.where(grades >= _NON_PERFORMING, fen, 0))
    return non_retail & (bad * 10 > total)[debtors]


def _refuse_bad_rows(days: np.ndarray, balance: np.ndarray, debtors: np.ndarray) -> None:
    def check(row: int) -> None:
        _check_days(days[row])
        check_number(balance[row], _BALANCE)
        raise ValueError("缺少债务人编号（debtor_id）")

    whole = np.isfinite(days) & (days >= 0) & (days == np.floor(days))
    refuse_first(~whole | ~np.isfinite(balance) | (balance < 0) | (debtors < 0), check)


def _check_days(dpd: Any) -> None:
    check_number(dpd, _DAYS)
    if dpd != int(dpd):
        raise ValueError(f"{_DAYS}应为整数：{dpd!s}")
