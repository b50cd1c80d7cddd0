"""Size class (划型): 《统计上大中小微型企业划分办法（2017）》, 国统字〔2017〕213号, December 2017.

Its thresholds are those of 《中小企业划型标准规定》 (工信部联企业〔2011〕300号). They stand in
``sme_size_2017.json``, because a revision was announced in May 2025. Industries follow
GB/T 4754-2017. A large, medium or small firm meets every listed lower bound of its class; one
indicator below the lowest bound makes a micro firm.
"""

import json
import re
from bisect import bisect_right
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from smeprofile.rules.columns import as_numbers, check_lengths, check_number, refuse_first
from smeprofile.rules.sections import SECTIONS

SIZE_CLASSES = ("微型", "小型", "中型", "大型")

# Letter in the standard → our name, Chinese name, how many of our units make one of its units.
_INDICATORS = {
    "X": ("n_staff", "从业人员", 1),
    "Y": ("revenue_cny", "营业收入", 10_000),
    "Z": ("total_assets_cny", "资产总额", 10_000),
}
_LABELS = {name: f"{label}（{name}）" for name, label, _ in _INDICATORS.values()}

# The standard's industries by the first characters of the code; no entry begins another one.
# K704 (in 2011: 自有房地产经营活动) is left out by the standard's own note, as is G53 (railways).
_PREFIXES = {
    "农林牧渔业": ("A",),
    "工业": ("B", "C", "D"),
    "建筑业": ("E",),
    "批发业": ("F51",),
    "零售业": ("F52",),
    "交通运输业": ("G54", "G55", "G56", "G57", "G58", "G591"),
    "仓储业": ("G592", "G593", "G594", "G595", "G596", "G599"),
    "邮政业": ("G60",),
    "住宿业": ("H61",),
    "餐饮业": ("H62",),
    "信息传输业": ("I63", "I64"),
    "软件和信息技术服务业": ("I65",),
    "房地产开发经营": ("K701",),
    "物业管理": ("K702",),
    "租赁和商务服务业": ("L",),
    "其他未列明行业": ("M", "N", "O", "Q85", "R", "K703", "K709"),
}
_INDUSTRIES = {prefix: name for name, prefixes in _PREFIXES.items() for prefix in prefixes}


def _load_bounds() -> dict[str, dict[str, tuple[int, ...]]]:
    """Return each industry's lower bounds of small, medium and large, in people and yuan."""
    text = Path(__file__).with_name("sme_size_2017.json").read_text(encoding="utf-8")
    listed = json.loads(text)["industry"]
    return {
        industry: {
            name: tuple(bound * unit for bound in listed[industry][letter])
            for letter, (name, _, unit) in _INDICATORS.items()
            if letter in listed[industry]
        }
        for industry in _PREFIXES
    }


_BOUNDS = _load_bounds()
_KINDS = {industry: number for number, industry in enumerate(_BOUNDS)}


def size_bounds() -> list[tuple[tuple[str, ...], dict[str, tuple[int, ...]]]]:
    """Return (beginnings of industry codes, lower bounds of small, medium, large by indicator).

    One per industry of the standard, for those who put the rule into another language; money in
    yuan.

    >>> size_bounds()[4]
    (('F52',), {'n_staff': (10, 50, 300), 'revenue_cny': (1000000, 5000000, 200000000)})
    """
    return [(_PREFIXES[industry], bounds) for industry, bounds in _BOUNDS.items()]


def classify_size(
    industry_code: str,
    *,
    n_staff: float | None = None,
    revenue_cny: float | None = None,
    total_assets_cny: float | None = None,
) -> str:
    """Return 微型, 小型, 中型 or 大型 for one firm, by the 2017 rule (see the module).

    ``industry_code`` is GB/T 4754-2017, section letter and two to four digits; only the digits
    that decide are looked at. Only indicators that the industry uses are needed and checked:
    year-end staff in people, year's revenue and year-end total assets in yuan.
    Raises ``ValueError``, in Chinese, for an unknown code, an industry the rule leaves out (such as
    finance), too few digits to decide (G59, K70), and a missing, negative or infinite indicator.

    >>> classify_size("F51", n_staff=4, revenue_cny=100_000_000)
    '微型'
    >>> classify_size("C13", n_staff=1000, revenue_cny=399_990_000)
    '中型'
    """
    given = {"n_staff": n_staff, "revenue_cny": revenue_cny, "total_assets_cny": total_assets_cny}
    bounds = _BOUNDS[_industry(industry_code)]
    for name in bounds:
        check_number(given[name], _LABELS[name])
    return SIZE_CLASSES[min(bisect_right(lower, given[name]) for name, lower in bounds.items())]


def size_classes(
    industry_code: pd.Series | np.ndarray,
    n_staff: pd.Series | np.ndarray,
    revenue_cny: pd.Series | np.ndarray,
    total_assets_cny: pd.Series | np.ndarray,
) -> np.ndarray:
    """Return ``classify_size`` of every row as an array of texts, fast enough for millions.

    Columns are matched by position, not by index. Missing is fine where the row's industry does
    not use the indicator. Raises ``ValueError``, in Chinese, that names the first bad row.

    >>> size_classes(["A01", "M74"], [None, 10], [499_999.99, None], [None, None]).tolist()
    ['微型', '小型']
    """
    columns = {
        "n_staff": as_numbers(n_staff, "n_staff"),
        "revenue_cny": as_numbers(revenue_cny, "revenue_cny"),
        "total_assets_cny": as_numbers(total_assets_cny, "total_assets_cny"),
    }
    check_lengths(columns, length=len(industry_code))
    codes, distinct = pd.factorize(pd.Series(industry_code))
    # Row -1 of the kinds is for a missing code.
    kinds = np.array([*map(_kind, distinct), -1])[codes]
    grades, bad = _grades(kinds, columns)
    refuse_first(
        bad,
        lambda row: classify_size(
            distinct[codes[row]] if codes[row] >= 0 else None,
            **{name: column[row] for name, column in columns.items()},
        ),
    )
    return np.array(SIZE_CLASSES, dtype=object)[grades]


def _grades(kinds: np.ndarray, columns: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's place in ``SIZE_CLASSES``, and whether the row cannot be classified."""
    grades = np.full(len(kinds), len(SIZE_CLASSES) - 1)
    bad = kinds < 0
    for industry, bounds in _BOUNDS.items():
        rows = np.flatnonzero(kinds == _KINDS[industry])
        for name, lower in bounds.items():
            values = columns[name][rows]
            bad[rows] |= ~(np.isfinite(values) & (values >= 0))
            found = np.searchsorted(lower, values, side="right")
            grades[rows] = np.minimum(grades[rows], found)
    return grades, bad


def _kind(code: Any) -> int:
    """Return the number of the code's industry, -1 if it has none."""
    try:
        return _KINDS[_industry(code)]
    except ValueError:
        return -1


def _industry(code: Any) -> str:
    """Return the industry, as the standard names it, of a GB/T 4754-2017 code."""
    _check_code(code)
    for prefix, industry in _INDUSTRIES.items():
        if code.startswith(prefix):
            return industry
    finer = [f"{p} {name}" for p, name in _INDUSTRIES.items() if p.startswith(code)]
    if finer:
        raise ValueError(f"行业代码 {code} 不够细，请写到中类：{'、'.join(finer)}")
    raise ValueError(
        f"行业代码 {code} 不在 2017 年划型办法的范围内。"
        "铁路 G53、金融 J、房地产租赁 K704、教育 P、卫生 Q84、S、T 都不在内"
    )


def _check_code(code: Any) -> None:
    if not isinstance(code, str) or not re.fullmatch(r"[A-T][0-9]{2,4}", code):
        raise ValueError(f"行业代码应为门类字母加二至四位数字，如 F51、K7010：{code!r}")
    _, first, last = SECTIONS[code[0]]  # "C51" is a slip, not a factory
    if not first <= int(code[1:3]) <= last:
        raise ValueError(
            f"没有行业代码 {code}：GB/T 4754—2017 中 {code[0]} 门类的大类是 {first:02d} 至 {last:02d}"
        )
