"""The facts register: every figure and rule that a lesson may state, with year and source.

``facts.yml`` is the register. Lessons cite by key; what isn't verified can't be cited.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from smeprofile.errors import UserError
from smeprofile.params import in_words, read_yaml

PATH = Path(__file__).with_name("facts.yml")
STATUSES = {"verified": "已核实", "derived": "由已核实的数推算", "unverified": "未核实，不得引用",
            "parameter": "仿真参数，不是事实"}  # fmt: skip
_Text = Annotated[str, Field(min_length=1)]
_Day = Annotated[date, Field(strict=False)]
# Names of sites and numbers of pages, which tell a reader nothing.
_HANDLE = re.compile(
    r"转引自 [A-Za-z0-9./ -]+(?:、[A-Za-z0-9./ -]+)*(?:，\d{4}-\d\d(?:-\d\d)?)?(?=[；，]|$)"
)
_AT = re.compile(
    r"，[a-z0-9]+(?:\.org)?\.(?:com|cn) \w+$|（如 [a-z0-9.]+ \d+）|领域事实表 [\d.]+，"
)


class Fact(BaseModel):
    """One figure or rule. Shares and rates are 0-1 with the unit ``%``; a rule's unit is ``—``.

    ``derived`` is the arithmetic of a derived figure; ``expires_on`` the day from which it must be
    looked up again; ``note`` what a reader easily mistakes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    says: _Text
    value: int | float | _Text
    unit: _Text
    period: _Text
    source: _Text
    status: Literal["verified", "derived", "unverified", "parameter"]
    derived: str = ""
    checked_on: _Day | None = None
    expires_on: _Day | None = None
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.status in ("verified", "derived") and self.checked_on is None:
            raise PydanticCustomError("no_check", "")
        if (self.status == "derived") != bool(self.derived):
            raise PydanticCustomError("no_derivation", "")
        return self

    @property
    def shown(self) -> str:
        """The value with its unit, as prose has it.

        >>> Fact(key="x", says="某率", value=0.0184, unit="%", period="2025", source="某处",
        ...      status="unverified").shown
        '1.84%'
        """
        if isinstance(self.value, str):
            return self.value
        if self.unit == "%":
            return f"{(Decimal(str(self.value)) * 100).normalize():f}%"
        return f"{self.value:,} {self.unit}".removesuffix(" —")

    def why_not(self, day: date) -> str:
        """Return why the fact may not be cited on ``day``, in Chinese; empty when it may."""
        if self.status == "unverified":
            return "还没有核实"
        if self.expires_on is not None and self.expires_on < day:
            return f"{self.expires_on} 已过期，须重新核对"
        return ""


@cache
def register(path: Path = PATH) -> dict[str, Fact]:
    """Return all facts by key, in the register's order.

    Raises ``UserError`` naming the entry and field that is wrong, and for a key that occurs twice.
    """
    facts: dict[str, Fact] = {}
    for number, entry in enumerate(read_yaml(path, "事实登记") or [], start=1):
        what = f"第 {number} 条 {entry.get('key', '')}"
        try:
            fact = Fact.model_validate(entry)
        except ValidationError as error:
            raise UserError(f"{what}：{in_words(error, path, '事实登记')}") from None
        if fact.key in facts:
            raise UserError(f"{what}：事实登记 {path} 里这个键写了两次。")
        facts[fact.key] = fact
    return facts


def fact(key: str) -> str:
    """Return the value of the fact in words; ``UserError`` for an unknown key."""
    return _known(key).shown


def fact_number(key: str) -> float:
    """Return the value of the fact as a number in its own unit, shares 0-1.

    Raises ``UserError`` for an unknown key and for a fact that is a text.

    >>> fact_number("inclusive_line")
    1000
    """
    found = _known(key).value
    if isinstance(found, str):
        raise UserError(f"事实 {key} 不是数，是一段文字：{found}。")
    return found


def cite(key: str) -> str:
    """Return the value in words, with period and source, or marked as simulation parameter.

    Where a source was read at second hand it says so; at which site, the built page of facts says.
    """
    found = _known(key)
    return f"{found.shown}（{'仿真参数' if found.status == 'parameter' else _origin(found)}）"


def _origin(found: Fact) -> str:
    source = _AT.sub("", _HANDLE.sub("转引", found.source))
    return source if found.period in source else f"{found.period}，{source}"


def refuse_unfit(keys: Iterable[str], day: date) -> None:
    """Raise ``UserError`` for the keys that may not be cited on ``day``."""
    unfit = {key: why for key in keys if (why := _known(key).why_not(day))}
    if unfit:
        listed = "；".join(f"{key}：{why}" for key, why in sorted(unfit.items()))
        raise UserError(f"课程引用了不能引用的事实：{listed}。请核对后改 {PATH.name}，或删去引用。")


def fit_until(keys: Iterable[str]) -> date:
    """Return the last day on which all of the keys may be cited.

    >>> fit_until([]) == date.max
    True
    """
    return min((_known(key).expires_on or date.max for key in keys), default=date.max)


def _known(key: str) -> Fact:
    try:
        return register()[key]
    except KeyError:
        raise UserError(f"事实登记里没有 {key}。请先在 {PATH.name} 登记来源再引用。") from None
