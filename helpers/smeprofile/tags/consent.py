"""Which data items a customer lets the bank use on the observation date, and for what."""

from collections.abc import Mapping
from functools import cache

import ibis
import ibis.expr.types as ir

from smeprofile.data.consent import authorisation_matrix
from smeprofile.tags.clock import Clock
from smeprofile.tags.tag import ITEM_OF

ITEMS = tuple(dict.fromkeys(ITEM_OF.values()))
STATES = ("有效", "已撤回", "无授权")
COLUMN = {"流水数据": "consent_flows", "纳税数据": "consent_tax", "征信报告": "consent_report"}
_USE = {"营销": "营销圈选"}


@cache  # asked for every tag, several times in one profile
def verdict(item: str, use: str) -> tuple[str, str]:
    """Return 允许, 需授权 or 禁止, and its basis, for a firm's ``item`` in this use.

    >>> verdict("征信报告", "营销")[0], verdict("流水数据", "授信审批")[0]
    ('禁止', '允许')
    """
    matrix = authorisation_matrix().set_index(["data_item", "subject", "use"])
    row = matrix.loc[(item, "企业", _USE.get(use, use))]
    return row["verdict"], row["basis"]


def needed(use: str) -> list[str]:
    """Return the data items that need the customer's consent in this use.

    >>> needed("授信审批")
    ['纳税数据', '征信报告']
    """
    return [item for item in ITEMS if verdict(item, use)[0] == "需授权"]


def states(tables: Mapping[str, ir.Table], use: str, clock: Clock) -> ir.Table | None:
    """Return one row per customer who ever signed: the state of each needed item (``STATES``).

    In force is from the day it was granted to the day before it was withdrawn; what happens after
    the observation date isn't known on it. None without a table of consents.
    """
    items = needed(use)
    if "consents" not in tables or not items:
        return None
    c = tables["consents"]
    c = c.filter((c.purpose == use) & (c.granted_date <= clock.as_of))
    held = c.withdrawn_date.isnull() | (c.withdrawn_date > clock.as_of)
    columns = {}
    for item in items:
        of = c.data_item == item
        columns[COLUMN[item]] = ibis.cases(
            (c.count(where=of & held) > 0, "有效"),
            (c.count(where=of) > 0, "已撤回"),
            else_="无授权",
        )
    return c.group_by("customer_id").agg(**columns)
