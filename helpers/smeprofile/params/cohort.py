"""All parameters of one edition of the course, and what each may be."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from smeprofile.dictionary import INDUSTRIES
from smeprofile.errors import UserError

Slug = Annotated[str, Field(pattern=r"^\d\d_[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1, max_length=60)]
Minutes = Annotated[int, Field(ge=10, le=240)]
Rate = Annotated[float, Field(gt=0, lt=1000)]
Share = Annotated[float, Field(ge=0, le=1)]
DAY_MINUTES = 7 * 60  # what fits into the one-day path


class _Strict(BaseModel):
    # Else true is 1 where a number is meant.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Bank(_Strict):
    """The fictitious bank the course is set in."""

    name: Text
    kind: Literal["大型银行", "股份制银行", "城商行", "农商行", "民营银行", "村镇银行"]
    region: Text


class Region(_Strict):
    """A district or county of the bank's region, and its share of the customers."""

    name: Text
    share: Share


class Industry(_Strict):
    """An industry division (GB/T 4754-2017), and its share of the customers."""

    code: Literal[tuple(INDUSTRIES)]
    share: Share


class Product(_Strict):
    """What may be set of a product; its security, tenors and repayment methods are given."""

    name: Text
    min_line_cny: Annotated[int, Field(ge=10_000, le=10_000_000)]
    max_line_cny: Annotated[int, Field(ge=10_000, le=10_000_000)]
    spread: Annotated[float, Field(ge=0, le=0.15)]  # over the one-year LPR
    hours: Annotated[float, Field(ge=0.1, le=1000)]  # median from application to decision, by hand
    auto_share: Share  # of the decisions
    unit_cost_cny: Annotated[float, Field(ge=0, le=100_000)]  # of one application

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max_line_cny < self.min_line_cny:
            raise PydanticCustomError("most_below_least", "", {"ge": self.min_line_cny})
        return self


class Products(_Strict):
    """The five products."""

    F1: Product
    F2: Product
    F3: Product
    F4: Product
    F5: Product


Score = Annotated[float, Field(ge=300, le=900)]


class Scores(_Strict):
    """The least score that passes, by security."""

    抵押: Score
    保证: Score
    信用: Score


class Policy(_Strict):
    """How the bank has granted credit so far."""

    min_scores: Scores
    random_approval_share: Annotated[float, Field(ge=0.02, le=0.05)]  # of the applications
    override_share: Annotated[float, Field(ge=0, le=0.2)]  # of the decisions, turned by hand


class LprChange(_Strict):
    """A change of the loan prime rate after those published, 0-1."""

    date: Annotated[date, Field(strict=False, le=date(2035, 12, 31))]
    lpr_1y: Annotated[float, Field(ge=0.005, le=0.1)]
    lpr_5y: Annotated[float, Field(ge=0.005, le=0.1)]


class ModuleInfo(_Strict):
    """One module of the course, as listed on the start page."""

    slug: Slug
    title: Text
    lesson_minutes: Minutes
    practice_minutes: Minutes
    day_minutes: Annotated[int, Field(ge=0, le=120)] = 0  # in the one-day path; 0: not part of it
    is_diagnostic: bool = False  # its points show gaps; none are needed to pass
    least_customers: Annotated[int, Field(ge=200, le=100_000)] = 200  # that its data must tell of


class ItemForms(_Strict):
    """Which form of the item bank is asked before the course, and which after it."""

    pre: Literal["A", "B"] = "A"
    post: Literal["A", "B"] = "B"

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.pre == self.post:
            raise PydanticCustomError("same_form", "", {"form": self.pre})
        return self


class Late(_Strict):
    """What a late hand-in costs: a share of the points reached, for each day begun."""

    grace_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    per_day_share: Share = 0.0  # 0: being late costs nothing
    most_share: Share = 1.0


Track = Literal["rm", "analyst"]
TRACK_NAMES: dict[str, str] = {"rm": "客户经理", "analyst": "分析岗"}


class Cohort(_Strict):
    """All parameters of one edition of the course."""

    cohort_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    cohort_name: Text
    bank: Bank
    as_of: Annotated[date, Field(strict=False, ge=date(2020, 1, 31), le=date(2035, 12, 31))]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    n_customers: Annotated[int, Field(ge=200, le=100_000)]
    months: Annotated[int, Field(ge=12, le=96)] = 48  # of history, up to as_of
    txn_customers: Annotated[int, Field(ge=1, le=100_000)] = 3000  # told entry by entry
    txn_months: Annotated[int, Field(ge=1, le=96)] = 24  # … in the last so many months
    n_export: Annotated[int, Field(ge=100, le=5000)] = 600  # customers in the five exports
    regions: Annotated[list[Region], Field(min_length=2, max_length=12)]
    industries: Annotated[list[Industry], Field(min_length=3)]
    products: Products
    policy: Policy
    lpr: list[LprChange] = []
    fx_rates_cny: Annotated[dict[str, Rate], Field(min_length=1)]
    pass_share: Annotated[float, Field(ge=0, le=1)] = 0.6  # of a module's points, to pass it
    tracks: Annotated[list[Track], Field(min_length=1)] = ["rm", "analyst"]
    item_forms: ItemForms = ItemForms()
    time_zone: Text = "Asia/Shanghai"  # in which deadlines are written
    late: Late = Late()
    attempts: Annotated[int, Field(ge=0, le=100)] = 0  # hand-ins that count; 0: any number
    modules: Annotated[list[ModuleInfo], Field(min_length=1)]

    @field_validator("regions", "industries")
    @classmethod
    def _make_a_whole(cls, parts: list[Region] | list[Industry]) -> list[Region] | list[Industry]:
        names = [part.name if isinstance(part, Region) else part.code for part in parts]
        if twice := [name for name in names if names.count(name) > 1]:
            raise PydanticCustomError("named_twice", "", {"name": twice[0]})
        total = sum(part.share for part in parts)
        if abs(total - 1) > 1e-6:
            raise PydanticCustomError("no_whole", "", {"total": f"{total:g}"})
        return parts

    @field_validator("lpr")
    @classmethod
    def _follow_the_published(cls, changes: list[LprChange]) -> list[LprChange]:
        if changes:
            from smeprofile.rules.lpr import lpr  # pandas: slow to import

            days = [lpr()["date"].iloc[-1].date(), *(change.date for change in changes)]
            for before, day in pairwise(days):
                if day <= before:
                    raise PydanticCustomError("too_early", "", {"day": day, "before": before})
        return changes

    @field_validator("tracks")
    @classmethod
    def _once_each(cls, tracks: list[Track]) -> list[Track]:
        if len(set(tracks)) < len(tracks):
            raise PydanticCustomError("named_twice", "", {"name": tracks[0]})
        return tracks

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise PydanticCustomError("no_time_zone", "") from None
        return zone

    @field_validator("modules")
    @classmethod
    def _have_enough_customers(
        cls, modules: list[ModuleInfo], info: ValidationInfo
    ) -> list[ModuleInfo]:
        there = info.data.get("n_customers", 0)
        for module in modules:
            if there and module.least_customers > there:
                about = {"slug": module.slug, "ge": module.least_customers, "n": there}
                raise PydanticCustomError("too_few_customers", "", about)
        return modules

    @field_validator("modules")
    @classmethod
    def _fit_into_a_day(cls, modules: list[ModuleInfo]) -> list[ModuleInfo]:
        total = sum(module.day_minutes for module in modules)
        if total > DAY_MINUTES:
            raise PydanticCustomError("day_too_long", "", {"total": total, "le": DAY_MINUTES})
        return modules

    @property
    def place(self) -> str:
        """The region's bare name, as firms carry it in theirs: 青屿 of 青屿市."""
        return self.bank.region.removesuffix("市")

    def __hash__(self) -> int:  # so that what follows from a cohort can be kept by it
        return hash(self.model_dump_json())

    def module(self, name: str) -> ModuleInfo:
        """Return the module whose slug is ``name`` or starts with its number; else ``UserError``."""
        found = [m for m in self.modules if name in (m.slug, m.slug[:2])]
        if not found:
            known = "、".join(m.slug for m in self.modules)
            raise UserError(f"没有名为 {name} 的模块。现有模块：{known}。")
        return found[0]

    def to_yaml(self) -> str:
        """Return the parameters as the text of a ``cohort.yml``."""
        values = self.model_dump(mode="python")
        return yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
