"""What a table and a field of the dictionary are, and one short constructor per kind of field."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One field. ``kind`` is one of 文本, 数字, 整数, 日期, 时间, 是否."""

    name: str
    title: str
    kind: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def rule(self) -> str:
        """Return the allowed values in Chinese.

        >>> rate("annual_rate", "年利率", "借据利率", nullable=True).rule
        '0–1；可缺失'
        """
        parts = ["、".join(self.allowed), f"格式 {self.pattern}" if self.pattern else ""]
        parts.append(_span(self.minimum, self.maximum))
        parts.append("可缺失" if self.nullable else "不可缺失")
        return "；".join(part for part in parts if part)


@dataclass(frozen=True)
class TableSchema:
    """One table: what a row is, its keys and fields, its misuse, and where its numbers come from.

    The data page closes every text with a full stop, so none of them ends with one.
    """

    name: str
    title: str
    purpose: str
    row: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    not_for: str
    source: str

    @property
    def names(self) -> list[str]:
        """Return the column names in order."""
        return [column.name for column in self.columns]


def _span(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:g}–{high:g}"
    return "" if low is high else f"≥ {low:g}" if high is None else f"≤ {high:g}"


def text(
    name: str,
    title: str,
    meaning: str,
    *,
    allowed: Iterable[str] = (),
    pattern: str = "",
    nullable: bool = False,
) -> Column:
    """Return a text field.

    >>> text("kind", "种类", "股东是谁", allowed=("自然人", "法人")).rule
    '自然人、法人；不可缺失'
    """
    return Column(
        name, title, "文本", meaning, allowed=tuple(allowed), pattern=pattern, nullable=nullable
    )


def ident(
    name: str,
    title: str,
    letter: str,
    meaning: str = "8 位客户数字加 3 位户内序号",
    *,
    digits: str = "{11}",
    nullable: bool = False,
) -> Column:
    """Return an identifier: ``letter``, then digits, as many as the regular expression says.

    >>> ident("loan_id", "借据编号", "L").pattern
    '^L\\\\d{11}$'
    """
    return text(name, title, meaning, pattern=rf"^{letter}\d{digits}$", nullable=nullable)


def number(
    name: str,
    title: str,
    meaning: str,
    *,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    nullable: bool = False,
) -> Column:
    """Return a number that need not be whole."""
    return Column(name, title, "数字", meaning, unit, nullable, minimum=minimum, maximum=maximum)


def money(
    name: str,
    title: str,
    meaning: str,
    *,
    minimum: float | None = 0,
    nullable: bool = False,
) -> Column:
    """Return an amount in yuan; ``minimum=None`` where it may be negative.

    >>> money("amount_cny", "金额", "本笔金额").rule
    '≥ 0；不可缺失'
    """
    return number(name, title, meaning, unit="元", minimum=minimum, nullable=nullable)


def rate(name: str, title: str, meaning: str, *, nullable: bool = False) -> Column:
    """Return a rate, a share or a probability, 0–1."""
    return number(name, title, meaning, minimum=0, maximum=1, nullable=nullable)


def count(
    name: str,
    title: str,
    unit: str,
    meaning: str,
    *,
    minimum: int | None = 0,
    maximum: int | None = None,
    nullable: bool = False,
) -> Column:
    """Return a whole number of ``unit``."""
    return Column(name, title, "整数", meaning, unit, nullable, minimum=minimum, maximum=maximum)


def day(name: str, title: str, meaning: str, *, nullable: bool = False) -> Column:
    """Return a date without a time of day."""
    return Column(name, title, "日期", meaning, nullable=nullable)


def month(meaning: str) -> Column:
    """Return the field ``month``, which every monthly table has."""
    return day("month", "月份", meaning)


def moment(name: str, title: str, meaning: str) -> Column:
    """Return a date with its time of day, in Beijing time."""
    return Column(name, title, "时间", meaning)


def flag(name: str, title: str, meaning: str) -> Column:
    """Return a yes or no."""
    return Column(name, title, "是否", meaning)


CUSTOMER = ident(
    "customer_id", "客户号", "C", "一户客户一个号，合并重复客户号之后保留的那一个", digits="{8}"
)
PRODUCT = ident("product_id", "产品编号", "F", "见产品表 products", digits="+")
CHANNEL = ident("channel_id", "渠道编号", "H", "见渠道表 channels", digits="+")
BRANCH = ident("branch_id", "支行编号", "B", "见支行表 branches", digits="{2}")
