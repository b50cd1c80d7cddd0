"""Instalments by repayment method, as cash flows, and the yearly rate they really cost."""

from collections.abc import Sequence
from numbers import Real

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from smeprofile.dictionary import REPAYMENT_METHODS
from smeprofile.errors import UserError
from smeprofile.simulate.book import principal_paid

FLAT = "等本等息"  # the bank doesn't sell it: it is what others call a low rate
METHODS = (*REPAYMENT_METHODS, FLAT)
ONCE = "到期一次还本付息"


def schedule(amount_cny: float, annual_rate: float, months: int, method: str) -> pd.DataFrame:
    """Return one row a month, ``month`` 1 … ``months``: ``principal_cny, interest_cny, payment_cny,
    balance_cny`` (after the payment), unrounded.

    Principal as the bank books it (``simulate.book.principal_paid``); interest on the balance, a
    twelfth of the rate a month. 随借随还 is shown drawn in full to the end, 到期一次还本付息 owes its
    interest without interest on it, 等本等息 pays interest on the first amount throughout.
    Raises ``UserError`` for an unknown method, amounts or months below 1, rates out of 0–1.

    >>> schedule(12e4, 0.048, 12, "等额本金").loc[[1, 12], "payment_cny"].tolist()
    [10480.0, 10040.0]
    """
    _check(amount_cny, annual_rate, months, method)
    months = int(months)
    done, own = np.arange(months + 1), FLAT if method == FLAT else method
    if own == FLAT:
        paid = amount_cny * done / months
    else:
        kind = REPAYMENT_METHODS.index(own)
        counts = (done == months).astype(int) if own == ONCE else done
        paid = principal_paid(
            np.full(months + 1, float(amount_cny)), np.array(annual_rate), months, kind, counts
        )
    balance = amount_cny - paid
    owed = np.full(months, float(amount_cny)) if own == FLAT else balance[:-1]
    interest = owed * annual_rate / 12
    if own == ONCE:
        interest = np.where(done[1:] == months, interest.sum(), 0.0)
    principal = np.diff(paid)
    return pd.DataFrame(
        {"principal_cny": principal, "interest_cny": interest, "payment_cny": principal + interest,
         "balance_cny": np.maximum(balance[1:], 0).round(6)},
        index=pd.RangeIndex(1, months + 1, name="month"),
    )  # fmt: skip


def monthly_irr(flows: Sequence[float]) -> float:
    """Return the monthly internal rate of return of month-end cash flows, the first being today's.

    The lender's view: what is lent first, below 0, then what comes back. The sign changes once, so
    there is one root. Raises ``UserError`` where it doesn't, or no rate between −99 % and 1,000 % a
    month makes the flows worth nothing.

    >>> round(monthly_irr([-100, 0, 121]), 6)
    0.1
    """
    values = np.asarray(flows, dtype=float)
    if len(values) < 2 or not np.isfinite(values).all():
        raise UserError("现金流至少要两期，而且每期都是数。")
    if values[0] >= 0 or (values[1:] < 0).any() or not (values[1:] > 0).any():
        raise UserError("现金流应为：第 0 期是放出的钱（负数），以后都是收回的钱（不小于 0）。")
    powers = np.arange(len(values))

    def worth(rate: float) -> float:
        return float((values * (1 + rate) ** -powers).sum())

    if worth(-0.99) < 0 or worth(10.0) > 0:
        raise UserError("求不出内部收益率：月息不在 −99% 到 1000% 之间，请核对各期金额的单位。")
    return float(brentq(worth, -0.99, 10.0, xtol=1e-14))


def annual_rates(
    payments: pd.Series | Sequence[float], amount_cny: float, *, fee_cny: float = 0.0
) -> dict[str, float]:
    """Return ``APR`` (12 × the monthly rate) and ``EAR`` ((1 + monthly)¹² − 1) of monthly payments.

    ``fee_cny`` is taken once, on the first day: the customer has ``amount_cny`` less it in hand.

    >>> flat = schedule(12e4, 0.048, 12, "等本等息")["payment_cny"]
    >>> {name: round(100 * rate, 2) for name, rate in annual_rates(flat, 12e4).items()}
    {'APR': 8.75, 'EAR': 9.1}
    """
    month = monthly_irr([-(amount_cny - fee_cny), *payments])
    return {"APR": 12 * month, "EAR": (1 + month) ** 12 - 1}


def shortfall(
    payments: pd.Series, inflows: Sequence[float], *, opening_cny: float = 0.0
) -> pd.Series:
    """Return, month by month, the cash at hand after the payment; below 0 is what is lacking.

    ``inflows``: what the business leaves each month before the loan is paid, which may be below 0.

    >>> shortfall(pd.Series([5.0, 5.0], index=[1, 2]), [2.0, 9.0], opening_cny=1.0).tolist()
    [-2.0, 2.0]
    """
    if len(inflows) != len(payments):
        raise UserError(f"现金流有 {len(inflows)} 个月，还款有 {len(payments)} 个月，应一样长。")
    return opening_cny + (pd.Series(list(inflows), index=payments.index) - payments).cumsum()


def _check(amount_cny: float, annual_rate: float, months: int, method: str) -> None:
    if method not in METHODS:
        raise UserError(f"没有“{method}”这种还款方式。可以用 {'、'.join(METHODS)}。")
    if not amount_cny > 0:
        raise UserError(f"amount_cny 应大于 0，现为 {amount_cny}。")
    if not (isinstance(months, Real) and months >= 1 and months % 1 == 0):
        raise UserError(f"months 应为不小于 1 的整数，现为 {months}。")
    if not 0 <= annual_rate <= 1:
        raise UserError(f"annual_rate 应为小数（4.8% 写 0.048），现为 {annual_rate}。")
