"""``datasets/cohort.yml``: read, overlaid, validated."""

import hashlib
import hmac
import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from smeprofile.errors import UserError
from smeprofile.paths import MARKER, home

Slug = Annotated[str, Field(pattern=r"^\d\d_[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1, max_length=60)]
Minutes = Annotated[int, Field(ge=10, le=240)]
Rate = Annotated[float, Field(gt=0, lt=1000)]
DAY_MINUTES = 7 * 60  # what fits into the one-day path


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bank(_Strict):
    """The fictitious bank the course is set in."""

    name: Text
    region: Text


class ModuleInfo(_Strict):
    """One module of the course, as listed on the start page."""

    slug: Slug
    title: Text
    lesson_minutes: Minutes
    practice_minutes: Minutes
    day_minutes: Annotated[int, Field(ge=0, le=120)] = 0  # in the one-day path; 0: not part of it


class Cohort(_Strict):
    """All parameters of one edition of the course."""

    cohort_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    cohort_name: Text
    bank: Bank
    as_of: Annotated[date, Field(ge=date(2020, 1, 31), le=date(2035, 12, 31))]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    n_customers: Annotated[int, Field(ge=200, le=100_000)]
    months: Annotated[int, Field(ge=12, le=96)] = 48  # of history, up to as_of
    txn_customers: Annotated[int, Field(ge=1, le=100_000)] = 3000  # told entry by entry
    txn_months: Annotated[int, Field(ge=1, le=96)] = 24  # … in the last so many months
    n_export: Annotated[int, Field(ge=100, le=5000)] = 600  # customers in the five exports
    fx_rates_cny: Annotated[dict[str, Rate], Field(min_length=1)]
    pass_share: Annotated[float, Field(ge=0, le=1)] = 0.6  # of a module's points, to pass it
    modules: Annotated[list[ModuleInfo], Field(min_length=1)]

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


def load_cohort(params: Path | None = None, *, root: Path | None = None) -> Cohort:
    """Return the course's parameters, with those of the file ``params`` laid over them.

    Raises ``UserError`` naming the file, field, value and what is allowed.

    >>> load_cohort(Path("没有.yml"))
    Traceback (most recent call last):
    smeprofile.errors.UserError: 找不到参数文件 没有.yml。
    """
    base = (root or home()) / MARKER
    values = _read(base)
    if params is not None:
        values = _overlay(values, _read(Path(params)))
    try:
        return Cohort.model_validate(values)
    except ValidationError as error:
        raise UserError(in_words(error, params or base)) from None


def with_secret(cohort: Cohort) -> Cohort:
    """Return ``cohort`` with its seed drawn from the cohort's secret, when one is set.

    The secret comes by ``SMEPROFILE_SECRET`` or the file ``SMEPROFILE_SECRET_FILE``; it is never
    written. The public seed stays in ``cohort.yml``, and alone can't remake a graded cohort's
    data: the new seed is 128 bits of HMAC-SHA256(secret, cohort id and public seed).

    Raises ``UserError`` when the file can't be read or the secret is shorter than 16 characters.
    """
    secret = os.environ.get("SMEPROFILE_SECRET") or _secret_file()
    if not secret:
        return cohort
    if len(secret) < 16:
        raise UserError("班次密钥太短：SMEPROFILE_SECRET 至少要 16 个字符。")
    label = f"{cohort.cohort_id}:{cohort.seed}".encode()
    digest = hmac.new(secret.encode(), label, hashlib.sha256).digest()
    return cohort.model_copy(update={"seed": int.from_bytes(digest[:16], "big")})


def _secret_file() -> str:
    path = os.environ.get("SMEPROFILE_SECRET_FILE")
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不了班次密钥文件 {path}：{error}。") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"找不到参数文件 {path}。") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不了参数文件 {path}：{error}。请确认它是 UTF-8 文本。") from None
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        raise UserError(
            f"参数文件 {path} 第 {line} 行不是合法的 YAML。请检查缩进和冒号。"
        ) from None
    if not isinstance(values, dict):
        raise UserError(f"参数文件 {path} 应为“键: 值”，现在不是。")
    return values


def _overlay(base: dict, top: dict) -> dict:
    """Return ``base`` with ``top`` laid over it; mappings merge, everything else is replaced."""
    merged = dict(base)
    for key, value in top.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _overlay(base[key], value) if both else value
    return merged


_RULES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个参数，是不是写错了名字",
    "string_pattern_mismatch": "须符合格式 {pattern}",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "至多 {max_length} 个字",
    "greater_than_equal": "须 ≥ {ge}",
    "greater_than": "须 > {gt}",
    "less_than_equal": "须 ≤ {le}",
    "less_than": "须 < {lt}",
    "too_short": "至少 {min_length} 项",
    "day_too_long": "各模块 day_minutes 合计 {total}，须 ≤ {le}（一日速成不超过 7 小时）",
}


def in_words(error: ValidationError, path: Path, what: str = "参数文件") -> str:
    """Return the first thing wrong with a file that people write, in Chinese."""
    first = error.errors()[0]
    field = re.sub(r"\.(\d+)", r"[\1]", ".".join(map(str, first["loc"])))
    rule = _RULES.get(first["type"], "应为" + _KINDS.get(first["type"].split("_")[0], "合法的值"))
    rule = rule.format(**first.get("ctx", {}))
    value = "" if first["type"] in ("missing", "day_too_long") else f"（现为 {first['input']!r}）"
    more = f"（另有 {error.error_count() - 1} 处）" if error.error_count() > 1 else ""
    return f"{what} {path} 的 {field}{value}：{rule}。{more}"


_KINDS = {
    "bool": "true 或 false",
    "int": "整数",
    "float": "数字",
    "string": "文字",
    "date": "日期，如 2025-12-31",
    "list": "列表",
    "dict": "“键: 值”",
    "model": "“键: 值”",
}
