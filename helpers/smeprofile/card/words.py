"""A tag's value as a banker reads it."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from smeprofile.rules import SECTIONS
from smeprofile.tags import Tag

_AS_PERCENT = ("_share", "_rate", "_growth", "_trend", "_q1", "_q2", "utilization")
_WAN = 10_000


def shown(tag: Tag, value: object, names: Mapping[str, str] | None = None) -> str:
    """Return the value in Chinese, with its unit; 不知道 is never shown as 0.

    ``names``: code of a branch or channel → its name.

    >>> from smeprofile.tags import TAGS
    >>> shown(TAGS["effective_inflow_cny"], 1_234_567.0), shown(TAGS["utilization"], 0.5)
    ('123.5 万元', '50.0%')
    >>> shown(TAGS["is_tech"], False), shown(TAGS["dpd"], None)
    ('否', '未知')
    >>> shown(TAGS["industry_section"], "C"), shown(TAGS["stated_channel_id"], "H2", {"H2": "电话"})
    ('制造业', '电话')
    """
    if value is None or pd.isna(value):
        return "未知"
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    if isinstance(value, str):
        if tag.name == "industry_section" and value in SECTIONS:
            return SECTIONS[value][0]
        return (names or {}).get(value, value)
    return _number(tag, float(value))


def _number(tag: Tag, value: float) -> str:
    if tag.unit == "元":
        return f"{value / _WAN:,.1f} 万元" if abs(value) >= _WAN else f"{value:,.0f} 元"
    if tag.unit == "—" and tag.name.endswith(_AS_PERCENT):
        return f"{value:.1%}".replace("-", "−")
    digits = 0 if math.isclose(value, round(value), abs_tol=1e-12) else 2
    text = f"{value:,.{digits}f}".replace("-", "−")
    return text if tag.unit == "—" else f"{text} {tag.unit}"
