"""The profile as one plan of Ibis expressions: the same on DuckDB, Spark, or any other engine."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from smeprofile.tags import (
    alerts,
    basic,
    bureau,
    consent,
    flows,
    invoices,
    loans,
    needs,
    standing,
)
from smeprofile.tags.clock import Clock
from smeprofile.tags.tag import DIMENSIONS, PEERS, Tag, item_of
from smeprofile.tags.wide import Keep, when

_ALL = (*basic.TAGS, *flows.TAGS, *invoices.TAGS, *loans.TAGS, *bureau.TAGS, *needs.TAGS,
        *standing.TAGS, *alerts.TAGS)  # fmt: skip
TAGS: dict[str, Tag] = {
    tag.name: tag for tag in sorted(_ALL, key=lambda tag: DIMENSIONS.index(tag.dimension))
}
# What identifies a customer in the profile beside its number.
LABELS = ("name", "branch_id")
# Large table → the columns that some tag reads.
READ = {
    table: frozenset(
        column.removeprefix(f"{table}.")
        for tag in _ALL
        for columns in itertools.chain(*tag.alternatives)
        for column in columns
        if column.startswith(f"{table}.")
    )
    for table in ("flows", "flows_monthly", "balances", "invoices", "invoices_monthly", "tax")
}


@dataclass(frozen=True)
class Plan:
    """What to compute: the tables, which of their columns are real, when, and for which use."""

    tables: Mapping[str, ir.Table]
    given: Mapping[str, frozenset[str]]
    clock: Clock
    use: str

    @property
    def tags(self) -> list[Tag]:
        """Return the tags that can be had."""
        return [tag for tag in TAGS.values() if not why_not(tag, self.given, self.use)]


def why_not(tag: Tag, given: Mapping[str, frozenset[str]], use: str) -> str:
    """Return why ``tag`` can't be had of the tables and columns ``given``; empty if it can.

    >>> why_not(TAGS["external_balance_cny"], {}, "营销")
    '不得用于营销'
    """
    if use not in tag.uses:
        return f"不得用于{use}"
    lacking = tag.lacks(given)
    if tag in alerts.TAGS and all(why_not(TAGS[name], given, use) for name in alerts.WATCHED):
        lacking = "缺 预警要看的标签，一项也算不出"
    unsigned = [item for item in tag.items if item in consent.needed(use)]
    if not lacking and use == "营销" and unsigned and "consents" not in given:
        return f"{'、'.join(unsigned)}用于营销须有授权，没有授权表"
    return lacking


def expression(plan: Plan, made: Mapping[str, ir.Table], keep: Keep) -> ir.Table:
    """Return the profile, one row per customer registered by the observation date.

    ``made`` are the monthly marts. ``keep(name, table)`` may store an intermediate result and
    return it as a table; it must not change it.
    """
    tables = lawful(plan, plan.tables)
    signed = consent.states(tables, plan.use, plan.clock)
    signed = None if signed is None else keep("signed", signed)
    facts = [keep(f"facts_{k}", part) for k, part in enumerate(basic.features(tables, plan.clock))]
    sections = None
    if "customers" in tables:
        sections = facts[0].select("customer_id", section=facts[0].industry_section)
    told = _parts(plan, tables, lawful(plan, made), sections, keep)
    parts = [keep(f"part_{k}", _held(part, signed, item)) for k, (item, part) in enumerate(told)]
    others = [*facts, *parts] if signed is None else [*facts, *parts, signed]
    if "customers" in tables:
        t = others.pop(0)
    else:
        whole = parts if signed is None else [part for _, part in told]
        t = keep("spine", _everyone([*facts, *whole]))
    rank = _outlook(t, parts)
    t = _beside(t, others)
    if rank is not None:
        t = t.left_join(rank, t.industry_section == rank.of_section).drop("of_section")
    t = t.mutate(**invoices.across(t), **standing.across(t))
    t = t.mutate(operating_status=basic.operating_status(t), do_not_contact=needs.do_not_contact(t))
    t = keep("tagged", _chosen(t, plan, signed is not None))
    if any(tag in alerts.TAGS for tag in plan.tags):
        t = t.mutate(**alerts.raised(t))
    return _ranked(t, plan)


def lawful(plan: Plan, tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """Return ``tables`` without what this use forbids, whoever consented."""
    barred = [item for item in consent.ITEMS if consent.verdict(item, plan.use)[0] == "禁止"]
    if plan.use == "营销" and "consents" not in plan.given:
        barred += consent.needed(plan.use)
    return {name: table for name, table in tables.items() if item_of(name) not in barred}


def _parts(
    plan: Plan,
    tables: Mapping[str, ir.Table],
    made: Mapping[str, ir.Table],
    sections: ir.Table | None,
    keep: Keep,
) -> list[tuple[str, ir.Table]]:
    """Return the tables beside the basic facts, with the data item each comes from."""
    clock = plan.clock
    return [
        *(("流水数据", part) for part in flows.features(made, sections, clock, keep)),
        *(("纳税数据", part) for part in invoices.features(made, tables.get("tax"), clock, keep)),
        *(("", part) for part in loans.features(tables, clock)),
        *(("征信报告", part) for part in bureau.reports(tables, plan.given, clock, plan.use)),
        *(("", part) for part in bureau.guarantees(tables, clock)),
        *(("", part) for part in needs.features(tables, clock)),
        *(("", part) for part in standing.features(tables, clock)),
    ]


def _held(part: ir.Table, signed: ir.Table | None, item: str) -> ir.Table:
    """Return the rows of those whose consent to ``item`` is in force, where it needs one."""
    column = consent.COLUMN.get(item)
    if signed is None or column not in signed.columns:
        return part
    held = signed.filter(signed[column] == "有效")
    return part.join(held, "customer_id", how="semi")


def _everyone(parts: list[ir.Table]) -> ir.Table:
    """Without a table of customers: whoever occurs, consenting or not."""
    ids = [part.select("customer_id") for part in parts]
    return ids[0].union(*ids[1:], distinct=True) if len(ids) > 1 else ids[0].distinct()


def _beside(t: ir.Table, parts: list[ir.Table]) -> ir.Table:
    """Put the parts' columns beside ``t``'s, in one chain of joins."""
    seen = set(t.columns)
    for k, part in enumerate(parts):
        fresh = [name for name in part.columns if name not in seen]
        seen |= set(fresh)
        part = part.select(*fresh, **{f"of_{k}": part.customer_id})
        t = t.left_join(part, t.customer_id == part[f"of_{k}"])
    return t.drop(*(f"of_{k}" for k in range(len(parts)))) if parts else t


def _outlook(firms: ir.Table, parts: list[ir.Table]) -> ir.Table | None:
    flows_of = [part for part in parts if "inflow_before_cny" in part.columns]
    if "industry_section" not in firms.columns or not flows_of:
        return None
    sections = firms.select("customer_id", "industry_section")
    return standing.outlook(sections.join(flows_of[0], "customer_id"))


def _chosen(t: ir.Table, plan: Plan, checked: bool) -> ir.Table:
    """Keep the tags that can be had, and say whose consent is in force."""
    late = {tag.name for tag in alerts.TAGS}
    names = [tag.name for tag in plan.tags if tag.name not in late]
    labels = [name for name in LABELS if name in t.columns]
    states = [consent.COLUMN[item] for item in consent.needed(plan.use)] if checked else []
    known = {name: t[name].fill_null("无授权") for name in states}
    return t.select("customer_id", *labels, **known, **{name: t[name] for name in names})


def _ranked(t: ir.Table, plan: Plan) -> ir.Table:
    """Add each peer tag's percentile, 0–1, among firms of the same section and size class."""
    if not {"industry_section", "size_class"} <= set(t.columns):
        return t
    wanted = [tag.name for tag in plan.tags if tag.peer and tag.name in t.columns]
    if not wanted:
        return t
    # Narrow: a window carries its whole row along.
    group = ["industry_section", "size_class"]
    x = t.filter(t.industry_section.notnull() & t.size_class.notnull())
    x = x.select("customer_id", *group, **{name: x[name].cast("float64") for name in wanted})
    peers = x.group_by(group).agg(**{f"n_{name}": x[name].count() for name in wanted})
    peers = peers.mutate(group=ibis.row_number().over(ibis.window(order_by=group)))
    x = x.join(peers, group)
    ranks = {f"{name}_peer_rank": _place(x, name) for name in wanted}
    return _beside(t, [x.select("customer_id", **ranks)])


def _place(x: ir.Table, name: str) -> ir.FloatingValue:
    """Return the share of the other peers below; missing values stand last and aren't counted."""
    below = ibis.rank().over(ibis.window(group_by=x.group, order_by=x[name]))
    n = x[f"n_{name}"]
    return when((n >= PEERS) & x[name].notnull(), below / (n - 1))
