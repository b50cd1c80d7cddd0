"""VAT on interest from small firms: when it is due, and what it leaves of the price.

Sources (facts §1.7, register): 财政部 税务总局公告 2023 年第 13 号 (lines up to 1 million yuan: free at any
rate) and 第 16 号, method one (lines above, up to 10 million: free up to 1.5 × the LPR of the day and
tenor, else wholly taxed) and two (only what is above is taxed). That the borrower is a small firm
and the bank meets the notices' other conditions is assumed.
"""

from smeprofile.errors import UserError
from smeprofile.facts import fact_number
from smeprofile.pricing.checks import refuse_unless_shares
from smeprofile.simulate import assumptions as a

FREE_LINE_CNY = fact_number("tax_small_line") * 1e4
SMALL_LINE_CNY = fact_number("tax_inclusive_line") * 1e4
FREE_MULTIPLE = fact_number("vat_lpr_multiple")
_SLACK = 1e-12  # 1.5 × 3.00 % is 4.50 %, whatever floats say


def vat_share(*, surcharge: bool = True) -> float:
    """Return which part of a taxed yuan of interest is VAT and, with it, the surcharges on it.

    Interest includes the tax: of 1.06 yuan 0.06.

    >>> round(vat_share(), 4), round(vat_share(surcharge=False), 4)
    (0.0634, 0.0566)
    """
    rate = a.BANK_TERMS["vat_rate"]
    return rate / (1 + rate) * (1 + a.BANK_TERMS["vat_surcharge_rate"] * surcharge)


def free_up_to(lpr: float) -> float:
    """Return the highest rate that is free of VAT by method one, given the LPR of day and tenor.

    >>> free_up_to(0.03)
    0.045
    """
    if not 0 < lpr < 0.2:
        raise UserError(f"lpr 应为小数（3.00% 写 0.03），现为 {lpr}。")
    return round(FREE_MULTIPLE * lpr, 8)


def vat_case(line_cny: float, rate: float, lpr: float) -> str:
    """Say how the interest of one line is taxed under method one; ``UserError`` for percentages.

    >>> [vat_case(line, 0.046, 0.03) for line in (1e6, 2e6, 2e7)]
    ['小额免税', '超线全额征税', '不适用']
    """
    refuse_unless_shares(rate=rate)
    if line_cny <= FREE_LINE_CNY:
        return "小额免税"
    if line_cny > SMALL_LINE_CNY:
        return "不适用"
    return "线内免税" if rate <= free_up_to(lpr) + _SLACK else "超线全额征税"


def net_rate(rate: float, line_cny: float, lpr: float, *, method: int = 1) -> float:
    """Return what VAT leaves of a yearly rate; ``method`` one or two of notice 16.

    A line above the small firms' limit is taxed in full under both. ``UserError`` for percentages
    and other methods.

    >>> [round(net_rate(r, 3e6, 0.03), 6) for r in (0.045, 0.046)], net_rate(0.09, 5e5, 0.03)
    ([0.045, 0.043084], 0.09)
    """
    if method not in (1, 2):
        raise UserError(
            f"method 应为 1 或 2（公告 2023 年第 16 号的办法一、办法二），现为 {method!r}。"
        )
    case = vat_case(line_cny, rate, lpr)
    if case in ("小额免税", "线内免税"):
        return rate
    taxed = rate - free_up_to(lpr) if method == 2 and case == "超线全额征税" else rate
    return rate - taxed * vat_share()


def break_even_rate(lpr: float, *, surcharge: bool = True) -> float:
    """Return the rate beyond the cliff that leaves as much as the highest free rate.

    >>> round(break_even_rate(0.03, surcharge=False), 4), round(break_even_rate(0.03), 4)
    (0.0477, 0.048)
    """
    return free_up_to(lpr) / (1 - vat_share(surcharge=surcharge))
