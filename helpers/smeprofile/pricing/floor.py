"""The floor price of a loan, step by step, and what a price earns on the capital it ties up.

Source: facts §4, r = FTP(1−k) + 运营 + PD·LGD + 税 + k·ROE/(1−t) − 综合贡献, k = RW·CAR. All rates are
yearly and 0–1; what the bank's own terms are is in ``simulate.assumptions.BANK_TERMS`` [P].
"""

from dataclasses import dataclass
from numbers import Real

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.pricing.checks import refuse_unless_shares
from smeprofile.pricing.vat import vat_share
from smeprofile.simulate import assumptions as a

_T = a.BANK_TERMS


@dataclass(frozen=True)
class Costs:
    """What a yuan lent costs a year beside its risk; the defaults are the course's bank's.

    ``ftp_rate``: of funds that aren't relent; ``cheap_share`` of the funds come from relending at
    ``cheap_rate``. ``risk_weight`` × ``capital_ratio`` of the loan is capital, on which
    shareholders ask for ``target_roe`` after ``income_tax_rate``. All are 0–1, the tax below 1, but
    the weight, which may be more; raises ``UserError`` for percentages.

    >>> round(Costs().capital_share, 5), round(Costs().funds_rate, 5)
    (0.07875, 0.01716)
    """

    ftp_rate: float = _T["ftp_rate"]
    cheap_share: float = _T["cheap_funding_share"]
    cheap_rate: float = _T["cheap_funding_rate"]
    operating_rate: float = _T["operating_cost_rate"]
    risk_weight: float = _T["risk_weight"]
    capital_ratio: float = _T["capital_ratio"]
    target_roe: float = _T["target_roe"]
    income_tax_rate: float = _T["income_tax_rate"]

    def __post_init__(self) -> None:
        refuse_unless_shares(**{n: v for n, v in vars(self).items() if n != "risk_weight"})
        if self.income_tax_rate == 1:
            raise UserError("income_tax_rate 应小于 1（25% 写 0.25）：全交了税，股东什么也得不到。")
        if not (isinstance(self.risk_weight, Real) and 0 <= self.risk_weight < 20):
            raise UserError(f"risk_weight 应为小数（75% 写 0.75），现为 {self.risk_weight}。")

    @property
    def capital_share(self) -> float:
        """k: how much of a loan shareholders pay for."""
        return self.risk_weight * self.capital_ratio

    @property
    def funds_rate(self) -> float:
        """What the rest of the funds costs, as a rate on the whole loan."""
        blended = (1 - self.cheap_share) * self.ftp_rate + self.cheap_share * self.cheap_rate
        return blended * (1 - self.capital_share)

    @property
    def capital_rate(self) -> float:
        """What shareholders ask for their part, before tax, as a rate on the whole loan."""
        return self.capital_share * self.target_roe / (1 - self.income_tax_rate)


def waterfall(
    pd_12m: float,
    lgd: float,
    *,
    costs: Costs | None = None,
    contribution: float = 0.0,
    is_taxed: bool = False,
) -> pd.Series:
    """Return the steps to the floor price in order, rates 0–1, the floor price ``最低价`` last.

    ``pd_12m`` and ``lgd`` are 0–1; ``contribution`` is what deposits and settlement bring in a
    year, as a rate on the loan, and is taken off. With ``is_taxed`` the interest bears VAT: the
    tax is a share of the price itself. Raises ``UserError`` for percentages, here and below.

    >>> waterfall(0.02, 0.72).round(4).to_dict()
    {'资金成本': 0.0172, '运营成本': 0.005, '预期损失': 0.0144, '资本回报': 0.0126, '综合贡献': 0.0, '增值税': 0.0, '最低价': 0.0492}
    """
    refuse_unless_shares(pd_12m=pd_12m, lgd=lgd, contribution=contribution)
    own = costs or Costs()
    steps = {
        "资金成本": own.funds_rate,
        "运营成本": own.operating_rate,
        "预期损失": pd_12m * lgd,
        "资本回报": own.capital_rate,
        "综合贡献": 0.0 - contribution,
    }
    before = sum(steps.values())
    tax = before / (1 - vat_share()) - before if is_taxed else 0.0
    return pd.Series({**steps, "增值税": tax, "最低价": before + tax}, name="年利率", dtype=float)


def floor_price(pd_12m: float, lgd: float, **terms) -> float:
    """Return the lowest yearly rate that pays for funds, work, loss, tax and capital; as ``waterfall``.

    The example of facts §4:

    >>> example = Costs(0.017, 0, 0, operating_rate=0.01)
    >>> [round(100 * floor_price(p, 0.5, costs=example), 2) for p in (0.005, 0.01, 0.02, 0.03, 0.05)]
    [4.08, 4.33, 4.83, 5.33, 6.33]
    """
    return float(waterfall(pd_12m, lgd, **terms)["最低价"])


def raroc_steps(
    rate: float,
    pd_12m: float,
    lgd: float,
    *,
    costs: Costs | None = None,
    contribution: float = 0.0,
    is_taxed: bool = False,
) -> pd.Series:
    """Return what is left of a price, step by step, rates on the loan; ``RAROC`` (on capital) last.

    RAROC = (price + contribution − funds − work − expected loss − VAT) × (1 − income tax) ÷ k. It
    is the return asked for exactly at the floor price.

    >>> steps = raroc_steps(floor_price(0.02, 0.72), 0.02, 0.72)
    >>> round(float(steps["RAROC"]), 6) == Costs().target_roe
    True
    """
    refuse_unless_shares(rate=rate)
    own = costs or Costs()
    floor = waterfall(pd_12m, lgd, costs=own, contribution=contribution)
    steps = {"贷款利率": rate, "综合贡献": contribution}
    steps |= {name: -floor[name] for name in ("资金成本", "运营成本", "预期损失")}
    steps["增值税"] = -rate * vat_share() if is_taxed else 0.0
    left = sum(steps.values())
    after_tax = left * (1 - own.income_tax_rate)
    return pd.Series(
        {**steps, "税前利润": left, "RAROC": after_tax / own.capital_share}, dtype=float
    )


def raroc(rate: float, pd_12m: float, lgd: float, **terms) -> float:
    """Return the return on risk capital (0–1) of a loan at a price; as ``raroc_steps``.

    >>> raroc(0.035, 0.02, 0.72) < 0 < raroc(0.06, 0.02, 0.72)
    True
    """
    return float(raroc_steps(rate, pd_12m, lgd, **terms)["RAROC"])
