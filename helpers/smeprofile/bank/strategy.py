"""What a strategy is: whom to offer what, on which terms to grant it, and from which data."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from smeprofile.bank.assumptions import PRICE_BAND, RENEWAL_MARGIN
from smeprofile.bank.course import terms
from smeprofile.dictionary import REFUSAL_REASONS, REPAYMENT_METHODS, SECURITIES
from smeprofile.errors import UserError
from smeprofile.simulate import assumptions as a
from smeprofile.tags.tag import ITEM_OF

ITEMS = tuple(dict.fromkeys(ITEM_OF.values()))
SECTORS = ("制造", "服务", "其他")  # sections C; H I L M O; the others
_BY_SECTION = {"C": "制造", **dict.fromkeys("HILMO", "服务")}
Targeting = Callable[[pd.DataFrame], pd.DataFrame]
Scoring = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Sources:
    """Which data items the strategy uses, for marketing and for granting credit.

    They are the columns that ``targeting`` and ``policy.score`` are given. Of ``credit`` 征信报告
    alone does more: without it inquiries and arrears at other banks go unseen. What else the bank's
    own score reads is the same whatever is said here.
    """

    marketing: tuple[str, ...] = ("流水数据", "纳税数据")
    credit: tuple[str, ...] = ("流水数据", "纳税数据", "征信报告")

    def __post_init__(self) -> None:
        for name in ("marketing", "credit"):
            given = getattr(self, name)
            if not _is_texts(given):
                raise UserError(f"sources.{name} 应为数据项名称的列表。")
            if unknown := sorted(set(given) - set(ITEMS)):
                raise UserError(
                    f"sources.{name} 里没有“{unknown[0]}”这种数据。可以用 {'、'.join(ITEMS)}。"
                )
            object.__setattr__(self, name, tuple(given))


@dataclass(frozen=True)
class Policy:
    """How applications are decided.

    ``cutoffs``: the least score that passes, by security. From ``manual_below`` under it to
    ``manual_above`` over it, a person decides; so does a person on every mortgage and guarantee
    that isn't refused. ``line_share``: of what is asked for; ``line_months``: at most so many
    months' sales. ``rate_addon``: on the bank's own risk price, one number or by sector
    (``SECTORS``), half a point at most; ``repayment``: method by product, or sector → method by product,
    else as the customer asks. ``score``: from
    the profiles for granting credit to points (or those points, one a customer in order), else the
    bank's own score. ``reasons``: the causes of refusal that are told; ``appeal``: whether who was
    refused by machine may ask for a person. Neither changes a decision or a figure: a cause untold,
    or a refusal by machine without appeal, is a breach (R1, R2). ``renewal_margin``: so many points under the cut-off a customer that pays may still renew without repaying.
    """

    cutoffs: Mapping[str, float] = field(default_factory=lambda: historical_cutoffs())
    manual_below: float = 5.0
    manual_above: float = 5.0
    line_share: float = 0.86
    line_months: float = 6.0
    rate_addon: float | Mapping[str, float] = 0.0
    repayment: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    score: Scoring | pd.Series | np.ndarray | None = None
    reasons: tuple[str, ...] = REFUSAL_REASONS
    appeal: bool = True
    renewal_margin: float = RENEWAL_MARGIN

    def __post_init__(self) -> None:
        _known(self.cutoffs, SECURITIES, "cutoffs", all_of=True)
        for key, value in self.cutoffs.items():
            _within(value, f"cutoffs[{key}]", -10_000, 10_000)
        for name, low, high in (("manual_below", 0, 10_000), ("manual_above", 0, 10_000),
                                ("line_share", 0.05, 1), ("line_months", 0.1, 24),
                                ("renewal_margin", -10_000, 10_000)):  # fmt: skip
            _within(getattr(self, name), name, low, high)
        if isinstance(self.rate_addon, Mapping):
            _known(self.rate_addon, SECTORS, "rate_addon")
        for key, value in self.addons.items():
            _within(value, f"rate_addon[{key}]（分支行定价权限）", -PRICE_BAND, PRICE_BAND)
        if _by_sector(self.repayment):
            _known(self.repayment, SECTORS, "repayment")
        for methods in self.methods.values():
            _known(methods, tuple(a.PRODUCTS), "repayment")
            for product, method in methods.items():
                if method not in REPAYMENT_METHODS:
                    raise UserError(
                        f"repayment[{product}] 没有“{method}”这种还款方式。可以用 {'、'.join(REPAYMENT_METHODS)}。"
                    )
        if not (self.score is None or callable(self.score) or _is_column(self.score)):
            raise UserError(
                "score 应为函数（传入授信画像，返回每户一个分数），或每户一个分数的一列。"
            )
        if not _is_texts(self.reasons) or set(self.reasons) - set(REFUSAL_REASONS):
            raise UserError(f"reasons 应为拒绝原因的列表，可以用 {'、'.join(REFUSAL_REASONS)}。")
        if not isinstance(self.appeal, bool):
            raise UserError("appeal 应为 True 或 False：被自动拒绝的客户能不能要求人工复核。")

    @property
    def addons(self) -> dict[str, float]:
        """The add-on of each sector."""
        if isinstance(self.rate_addon, Mapping):
            return dict.fromkeys(SECTORS, 0.0) | dict(self.rate_addon)
        return dict.fromkeys(SECTORS, self.rate_addon)

    @property
    def methods(self) -> dict[str, Mapping[str, str]]:
        """The repayment methods by product, of each sector."""
        if _by_sector(self.repayment):
            return {sector: self.repayment.get(sector, {}) for sector in SECTORS}
        return dict.fromkeys(SECTORS, self.repayment)


@dataclass(frozen=True)
class Rollout:
    """Terms that branches take over one after the other: ``before``, then ``after``.

    ``start``: each customer's first month (0–11) under ``after``, by its branch; 12 or more: never.
    Only price and repayment may differ, so that whoever applies is judged alike; ``UserError`` else.
    """

    before: Policy
    after: Policy
    start: np.ndarray

    def __post_init__(self) -> None:
        same = {"rate_addon": self.before.rate_addon, "repayment": self.before.repayment}
        if replace(self.after, **same) != self.before:
            raise UserError("分批推行的前后两套方案只能在 rate_addon 和 repayment 上不同。")


@dataclass(frozen=True)
class Strategy:
    """``targeting(profiles)`` → offers, a policy and the sources; without targeting nobody is contacted.

    ``targeting`` may be the table of offers itself. A grader should have it so: the learner's code
    is given ``market.profiles("营销", sources.marketing)`` in a process of its own, where neither the
    market nor its seed is, and only the table comes back. What runs in one process with the truth
    can, with enough cunning, find it.
    """

    targeting: Targeting | pd.DataFrame | None = None
    policy: Policy = field(default_factory=Policy)
    sources: Sources = field(default_factory=Sources)
    name: str = "策略"

    def __post_init__(self) -> None:
        told = self.targeting
        if not (told is None or callable(told) or isinstance(told, pd.DataFrame)):
            raise UserError("targeting 应为函数（传入画像，返回报价方案），或报价方案的表。")
        for name, kind in (("policy", Policy), ("sources", Sources)):
            if not isinstance(getattr(self, name), kind):
                raise UserError(f"{name} 应为 sp.bank.{kind.__name__}(…)。")

    def with_(self, **changes: object) -> "Strategy":
        """Return the strategy with another ``targeting``, ``policy`` or ``sources``."""
        return replace(self, **changes)


def historical_cutoffs() -> dict[str, float]:
    """Return the least score that the bank has asked for, by security.

    >>> historical_cutoffs()
    {'抵押': 592.0, '保证': 597.0, '信用': 604.0}
    """
    return dict(zip(SECURITIES, map(float, terms().cutoffs), strict=True))


def sector_of(section: pd.Series) -> pd.Series:
    """Return the sector (``SECTORS``) of each industry section.

    >>> sector_of(pd.Series(["C", "I", "F"])).tolist()
    ['制造', '服务', '其他']
    """
    return section.map(_BY_SECTION).fillna("其他")


def _by_sector(repayment: object) -> bool:
    """Say whether methods are told by sector (any value is itself a mapping)."""
    told = repayment.values() if isinstance(repayment, Mapping) else ()
    return any(isinstance(value, Mapping) for value in told)


def _is_texts(given: object) -> bool:
    """Say whether it is several texts, not one."""
    several = isinstance(given, Collection) and not isinstance(given, str)
    return several and all(isinstance(item, str) for item in given)


def _is_column(given: object) -> bool:
    return isinstance(given, (pd.Series, np.ndarray))


def _known(given: object, names: tuple[str, ...], what: str, *, all_of: bool = False) -> None:
    if not isinstance(given, Mapping):
        raise UserError(f"{what} 应为“名称: 值”的字典，名称可以用 {'、'.join(names)}。")
    unknown = [key for key in given if key not in names]
    if unknown or (all_of and set(names) - set(given)):
        raise UserError(f"{what} 的名称应为 {'、'.join(names)}{'，一个不少' if all_of else ''}。")


def _within(value: object, what: str, low: float, high: float) -> None:
    good = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not good or not low <= value <= high:  # NaN is in no interval
        raise UserError(f"{what} 应为 {low:g} 到 {high:g} 之间的数，现为 {value!r:.40}。")
