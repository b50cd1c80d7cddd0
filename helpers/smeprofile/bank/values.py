"""A strategy of plain values, as controls leave it in ``answers.json``: the same object as code makes."""

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from smeprofile.bank.assumptions import MONTHS, PRICE_BAND, RENEWAL_MARGIN
from smeprofile.bank.offers import CONTACTS, PRODUCTS
from smeprofile.bank.strategies import offers_of
from smeprofile.bank.strategy import (
    SECTORS,
    Policy,
    Sources,
    Strategy,
    historical_cutoffs,
    sector_of,
)
from smeprofile.dictionary import REFUSAL_REASONS, REPAYMENT_METHODS, SECURITIES, SIZE_CLASSES
from smeprofile.errors import UserError

_Addon = Annotated[float, Field(ge=-PRICE_BAND, le=PRICE_BAND)]
_Years = Annotated[float, Field(ge=0, le=100)]
_Cny = Annotated[float, Field(ge=0, le=1e12)]


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Rule(_Plain):
    """Whom to offer what: all who fit, in the months given, at most ``most`` in each of them."""

    product: Literal[PRODUCTS]
    channel: Literal[CONTACTS]
    months: Annotated[
        list[Annotated[int, Field(ge=1, le=MONTHS)]], Field(min_length=1, max_length=MONTHS)
    ]
    sector: Literal[("全部", *SECTORS)] = "全部"
    size_class: Literal[("全部", *SIZE_CLASSES)] = "全部"
    min_age_years: _Years = 0
    max_age_years: _Years = 100
    min_need_cny: _Cny = 0  # of working capital, by the statements
    max_need_cny: _Cny = 1e12
    without_loan: bool = True
    most: Annotated[int, Field(ge=1, le=20_000_000)] = 20_000_000
    rate_addon: _Addon = 0
    credit_line_cny: Annotated[float, Field(gt=0, le=1e8)] | None = None  # the product's largest
    repayment_method: Literal[REPAYMENT_METHODS] | None = None  # the product's first


class Values(_Plain):
    """All that controls may set; what is left out is as the bank does it today."""

    rules: Annotated[list[Rule], Field(max_length=20)] = []
    cutoffs: dict[Literal[SECURITIES], float] = {}
    manual_below: float = 5.0
    manual_above: float = 5.0
    line_share: float = 0.86
    line_months: float = 6.0
    rate_addon: dict[Literal[SECTORS], _Addon] | _Addon = 0.0
    repayment: dict[Literal[PRODUCTS], Literal[REPAYMENT_METHODS]] = {}
    sources_marketing: list[str] = ["流水数据", "纳税数据"]
    sources_credit: list[str] = ["流水数据", "纳税数据", "征信报告"]
    reasons: list[Literal[REFUSAL_REASONS]] = list(REFUSAL_REASONS)
    appeal: bool = True
    renewal_margin: float = RENEWAL_MARGIN


def from_answers(values: Mapping) -> Strategy:
    """Return the strategy that plain values describe; ``UserError`` names the field that can't be.

    Fields are those of ``Values`` and ``Rule``. A customer whom several rules would contact in one
    month is contacted by the first. Nobody on the do-not-contact list is, whatever the rules.

    >>> from_answers({"cutoffs": {"信用": 610}}).policy.cutoffs["信用"]
    610.0
    >>> from_answers({"line_share": "全部"})
    Traceback (most recent call last):
    smeprofile.errors.UserError: 方案的 line_share 填得不对：应为数
    """
    try:
        given = Values.model_validate(dict(values))
    except ValidationError as error:
        found = error.errors()
        # A number may stand where a table may: what is said is of the kind that was given.
        first = next((e for e in found if e["type"] != "dict_type"), found[0])
        parts = [str(part) for part in first["loc"][:3]]
        where = ".".join(part for part in parts if "[" not in part and part != "constrained-float")
        raise UserError(f"方案的 {where} 填得不对：{_reason(first)}") from None
    except (TypeError, ValueError):
        raise UserError("方案应为“名称: 值”的字典。") from None
    policy = Policy(
        cutoffs=historical_cutoffs() | given.cutoffs, manual_below=given.manual_below,
        manual_above=given.manual_above, line_share=given.line_share,
        line_months=given.line_months, rate_addon=given.rate_addon, repayment=given.repayment,
        reasons=tuple(given.reasons), appeal=given.appeal, renewal_margin=given.renewal_margin,
    )  # fmt: skip
    sources = Sources(tuple(given.sources_marketing), tuple(given.sources_credit))
    targeting = _Rules(tuple(given.rules)) if given.rules else None
    return Strategy(targeting, policy, sources, name="控件方案")


def _reason(error: dict) -> str:
    kind, about = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return "没有这一项"
    if kind == "missing":
        return "缺少这一项"
    if kind == "literal_error":
        return f"应为 {about.get('expected', '')} 之一"
    bounds = {"greater_than_equal": "ge", "less_than_equal": "le", "greater_than": "gt"}
    if kind in bounds:
        sign = {"ge": "不小于", "le": "不大于", "gt": "大于"}[bounds[kind]]
        return f"应{sign} {about[bounds[kind]]:g}"
    told = {"float": "应为数", "int": "应为整数", "bool": "应为 true 或 false", "dict": "应为字典",
            "list": "应为列表", "string": "应为文字", "finite": "应为有限的数"}  # fmt: skip
    return next((text for name, text in told.items() if kind.startswith(name)), "格式不对")


class _Rules:
    """Targeting by rules: the same on every call."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    def __call__(self, profiles: pd.DataFrame) -> pd.DataFrame:
        seen = profiles[[name for name in _READ if name in profiles]]
        seen = seen[(~seen["do_not_contact"] & (seen["registration_status"] == "存续")).to_numpy()]
        rows = pd.concat([self._offers(rule, seen) for rule in self.rules], ignore_index=True)
        return rows.drop_duplicates(["customer_id", "month"]) if len(self.rules) > 1 else rows

    def _offers(self, rule: Rule, seen: pd.DataFrame) -> pd.DataFrame:
        fits = seen["age_years"].fillna(0).between(rule.min_age_years, rule.max_age_years)
        need = seen["working_capital_need_cny"].fillna(0)
        fits &= need.between(rule.min_need_cny, rule.max_need_cny)
        if rule.sector != "全部":
            fits &= sector_of(seen["industry_section"]) == rule.sector
        if rule.size_class != "全部":
            fits &= (seen["size_class"] == rule.size_class).fillna(False)
        if rule.without_loan:
            fits &= seen["loan_balance_cny"].fillna(0) == 0
        chosen = seen.loc[fits.to_numpy(dtype=bool), ["customer_id", "as_of"]]
        # Each month another part of a list that is longer than what a month allows.
        n, months = len(chosen), list(dict.fromkeys(rule.months))
        each = min(rule.most, n)
        starts = [k * each % max(n, 1) for k in range(len(months))]
        at = np.concatenate([(start + np.arange(each)) % max(n, 1) for start in starts])
        rows = offers_of(chosen.iloc[at], rule.product, rule.channel, np.repeat(months, each),
                         addon=rule.rate_addon)  # fmt: skip
        if rule.credit_line_cny is not None:
            rows["credit_line_cny"] = rule.credit_line_cny
        if rule.repayment_method is not None:
            rows["repayment_method"] = rule.repayment_method
        return rows


_READ = ("customer_id", "as_of", "do_not_contact", "registration_status", "age_years",
         "working_capital_need_cny", "industry_section", "size_class", "loan_balance_cny")  # fmt: skip
