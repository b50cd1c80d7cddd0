"""What a tag is: its value's definition and all that must be known before anyone uses it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from smeprofile.dictionary import SCHEMAS

DIMENSIONS = ("基本情况", "行为特征", "需求偏好", "信用状况")

# Table → the data item whose consent covers it; own lending records and public ones need none.
ITEM_OF = {"flows": "流水数据", "flows_monthly": "流水数据", "balances": "流水数据",
           "invoices": "纳税数据", "invoices_monthly": "纳税数据", "tax": "纳税数据",
           "inquiries": "征信报告", "external_loans": "征信报告"}  # fmt: skip
_MARTS = {"flow": "流水数据", "balance": "流水数据", "invoice": "纳税数据"}
USES = ("授信审批", "贷后管理", "营销")
# What many definitions share.
TWELVE = "最近 12 个完整的月"
SALES = "flows_monthly.month,sales_in_cny|flows.date,direction,amount_cny,summary"  # either will do
# Below so many firms a section has no common rise and fall, and peers make no percentile.
PEERS = 30


@dataclass(frozen=True)
class Tag:
    """One tag of the profile: how it is computed, from what, and what it may be used for.

    ``needs``: every entry must be given; an entry is alternatives, parted by ``|``, of
    ``table.column,column``. ``valid_days``: how long after the observation date it may be used.
    """

    name: str
    title: str
    dimension: str
    definition: str
    window: str
    unit: str
    missing: str
    needs: tuple[str, ...]
    update: str = "每月"
    valid_days: int = 31
    owner: str = "数据管理部"
    marketing: bool = True
    personal: bool = False
    peer: bool = False

    @cached_property
    def alternatives(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """Return ``needs`` as sets of ``table.column``: all entries, any one set of each."""
        return tuple(tuple(map(_columns, entry.split("|"))) for entry in self.needs)

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Return the tables that may feed the tag, in the dictionary's order."""
        named = {c.split(".")[0] for sets in self.alternatives for one in sets for c in one}
        return tuple(name for name in SCHEMAS if name in named)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Return the data items whose consent the tag may need.

        >>> Tag("x", "", "", "", "", "", "", ("tax.status|invoices.date", "lpr.date")).items
        ('纳税数据',)
        """
        return tuple(dict.fromkeys(ITEM_OF[name] for name in self.tables if name in ITEM_OF))

    @property
    def uses(self) -> tuple[str, ...]:
        """Return what the tag may be used for; credit reports never serve marketing."""
        barred = not self.marketing or self.personal or "征信报告" in self.items
        return USES[:2] if barred else USES

    @property
    def sensitivity(self) -> str:
        """Return 敏感 for personal data and credit reports, else 内部.

        >>> Tag("x", "", "", "", "", "", "", ("inquiries.reason",)).sensitivity
        '敏感'
        """
        return "敏感" if self.personal or "征信报告" in self.items else "内部"

    def lacks(self, given: Mapping[str, frozenset[str]]) -> str:
        """Return what is not given and would be needed, in Chinese; empty when all is there.

        >>> tag = Tag("x", "", "", "", "", "", "", ("tax.month,vat_due_cny",))
        >>> tag.lacks({"tax": frozenset(["month"])})
        '缺 tax.vat_due_cny（应纳增值税）'
        """
        have = {f"{table}.{column}" for table, columns in given.items() for column in columns}
        lacking = [
            " 或 ".join("、".join(map(_shown, _short(one - have, given))) for one in sets)
            for sets in self.alternatives
            if not any(one <= have for one in sets)
        ]
        return f"缺 {'；'.join(lacking)}" if lacking else ""


def item_of(name: str) -> str:
    """Return the data item of a table or a monthly mart; empty when it needs no consent.

    >>> item_of("tax"), item_of("flow_parties"), item_of("customers")
    ('纳税数据', '流水数据', '')
    """
    return ITEM_OF.get(name) or _MARTS.get(name.split("_")[0], "")


def _columns(text: str) -> frozenset[str]:
    table, names = text.split(".")
    return frozenset(f"{table}.{name}" for name in names.split(","))


def _short(lacking: frozenset[str], given: Mapping[str, frozenset[str]]) -> list[str]:
    """A table that isn't there at all is named once, not column by column."""
    return sorted({c if c.split(".")[0] in given else c.split(".")[0] for c in lacking})


def _shown(name: str) -> str:
    table, _, column = name.partition(".")
    if not column:
        return f"表 {table}（{SCHEMAS[table].title}）"
    return f"{name}（{next(c.title for c in SCHEMAS[table].columns if c.name == column)}）"
