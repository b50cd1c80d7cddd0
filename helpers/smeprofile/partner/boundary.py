"""Where a cooperation ends: what joint lending must keep to, and what a customer pays in all."""

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.facts import fact_number
from smeprofile.pricing import annual_rates, schedule

KINDS = ("数据采购", "助贷", "共同出资")
# 银保监办发〔2021〕24号, of joint lending only: the partner's part of each loan at least; this bank's
# balance with one partner, over tier-one net capital, and with all, over its loans, at most.
PARTNER_LEAST, ONE_PARTNER_MOST, ALL_PARTNERS_MOST = map(
    fact_number, ("joint_share", "joint_one_partner", "joint_all_partners")
)


def joint_findings(
    loans: pd.DataFrame, *, tier1_net_capital_cny: float, all_loans_cny: float
) -> list[str]:
    """Return in Chinese what a book of joint loans breaks; [] where nothing.

    ``loans``: one row per loan, ``partner, amount_cny`` (whole), ``partner_cny`` (its part),
    ``balance_cny`` (this bank's part still owed). Raises ``UserError`` for missing columns or values,
    or a part above the whole.

    >>> book = pd.DataFrame({"partner": ["甲"], "amount_cny": [100.0], "partner_cny": [29.0], "balance_cny": [71.0]})
    >>> joint_findings(book, tier1_net_capital_cny=300, all_loans_cny=1000)
    ['1 笔合作方出资不到 30%']
    """
    need = ("partner", "amount_cny", "partner_cny", "balance_cny")
    if lacking := [name for name in need if name not in loans.columns]:
        raise UserError(f"共同出资的明细缺少列 {'、'.join(lacking)}。")
    totals = (tier1_net_capital_cny, all_loans_cny)
    if loans[list(need)].isna().any(axis=None) or any(map(pd.isna, totals)):
        raise UserError("共同出资的明细、一级资本净额或贷款总额有缺失：不知道合不合规，先补齐。")
    if (loans["partner_cny"] > loans["amount_cny"]).any():
        raise UserError("合作方出资不能多过贷款总额：看看单位是不是弄错了。")
    told, few = [], (loans["partner_cny"] < PARTNER_LEAST * loans["amount_cny"] - 1e-6).sum()
    if few:
        told.append(f"{few} 笔合作方出资不到 {PARTNER_LEAST:.0%}")
    each = loans.groupby("partner", sort=True)["balance_cny"].sum()
    for name, balance in each.items():
        if balance > ONE_PARTNER_MOST * tier1_net_capital_cny + 1e-6:
            told.append(f"{name}：本行余额超过一级资本净额的 {ONE_PARTNER_MOST:.0%}")
    if each.sum() > ALL_PARTNERS_MOST * all_loans_cny + 1e-6:
        told.append(f"全部合作方：本行余额超过本行贷款的 {ALL_PARTNERS_MOST:.0%}")
    return told


def all_in_rate(
    amount_cny: float, annual_rate: float, months: int, method: str, *,
    fee_first_cny: float = 0.0, fee_monthly_cny: float = 0.0,
) -> float:  # fmt: skip
    """Return the yearly rate (APR, 0–1) that a customer pays in all: interest and credit-support fees.

    ``fee_first_cny`` on the first day, ``fee_monthly_cny`` with each payment; by internal rate of
    return (``pricing.annual_rates``).

    >>> plain = all_in_rate(12e4, 0.06, 12, "等额本息")
    >>> round(plain, 4), round(all_in_rate(12e4, 0.06, 12, "等额本息", fee_first_cny=2400), 4)
    (0.06, 0.098)
    """
    payments = schedule(amount_cny, annual_rate, months, method)["payment_cny"] + fee_monthly_cny
    return annual_rates(payments, amount_cny, fee_cny=fee_first_cny)["APR"]
