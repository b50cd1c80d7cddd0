"""What security and public support do to a loan: loss given default, the bank's share, the customer's price."""

from smeprofile.errors import UserError
from smeprofile.pricing.checks import refuse_unless_shares
from smeprofile.simulate import assumptions as a

SALE_SHARE = 0.5  # [P] of the valuation, what a forced sale leaves after its costs


def lgd_mortgage(ltv: float, *, sale_share: float = SALE_SHARE) -> float:
    """Return the loss given default (0–1) of a mortgage: what the sale doesn't cover is unsecured.

    ``ltv``: loan ÷ valuation. All [P]: a forced sale leaves ``sale_share`` of the valuation; the
    rest is lost like a loan without security (``assumptions.LGD``).

    >>> [round(lgd_mortgage(x), 3) for x in (0.5, 0.7, 1.0)]
    [0.0, 0.206, 0.36]
    """
    if not 0 < ltv <= 5:
        raise UserError(f"ltv 应为贷款额 ÷ 评估价的小数（七成写 0.7），现为 {ltv}。")
    refuse_unless_shares(sale_share=sale_share)
    return a.LGD["信用"] * max(0.0, 1 - sale_share / ltv)


def lgd_guaranteed(lgd: float, guarantor_share: float) -> float:
    """Return the bank's own loss given default where a guarantor bears a share of the loss.

    >>> round(lgd_guaranteed(0.72, 0.8), 3)
    0.144
    """
    refuse_unless_shares(lgd=lgd, guarantor_share=guarantor_share)
    return lgd * (1 - guarantor_share)


def subsidised(rate: float, subsidy: float) -> dict[str, float]:
    """Return who pays what where public money pays part of the interest, yearly rates.

    The bank's income is the contract's rate all the same; the customer's price falls.

    >>> subsidised(0.045, 0.01)
    {'银行收到': 0.045, '财政付': 0.01, '客户付': 0.035}
    """
    refuse_unless_shares(rate=rate)
    if not 0 <= subsidy <= rate:
        raise UserError(f"贴息 {subsidy} 应在 0 与利率 {rate} 之间，都写成小数。")
    return {"银行收到": rate, "财政付": subsidy, "客户付": round(rate - subsidy, 8)}
