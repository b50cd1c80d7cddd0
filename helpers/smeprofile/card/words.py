"""A tag's value as a banker reads it."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from smeprofile.tags import Tag

_AS_PERCENT = ("_share", "_rate", "_growth", "_trend", "_q1", "_q2", "utilization")
_WAN = 10_000
# The sections of GB/T 4754-2017: a letter alone tells nobody anything.
_SECTIONS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRST",
        (
            "农、林、牧、渔业", "采矿业", "制造业", "电力、热力、燃气及水生产和供应业", "建筑业",
            "批发和零售业", "交通运输、仓储和邮政业", "住宿和餐饮业", "信息传输、软件和信息技术服务业",
            "金融业", "房地产业", "租赁和商务服务业", "科学研究和技术服务业",
            "水利、环境和公共设施管理业", "居民服务、修理和其他服务业", "教育", "卫生和社会工作",
            "文化、体育和娱乐业", "公共管理、社会保障和社会组织", "国际组织",
        ),
        strict=True,
    )
)  # fmt: skip


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
        known = _SECTIONS if tag.name == "industry_section" else names or {}
        return known.get(value, value)
    return _number(tag, float(value))


def _number(tag: Tag, value: float) -> str:
    if tag.unit == "元":
        return f"{value / _WAN:,.1f} 万元" if abs(value) >= _WAN else f"{value:,.0f} 元"
    if tag.unit == "—" and tag.name.endswith(_AS_PERCENT):
        return f"{value:.1%}".replace("-", "−")
    digits = 0 if math.isclose(value, round(value), abs_tol=1e-12) else 2
    text = f"{value:,.{digits}f}".replace("-", "−")
    return text if tag.unit == "—" else f"{text} {tag.unit}"
