"""What in a profile should make a banker look again; every threshold is the course's own."""

import ibis
import ibis.expr.types as ir

from smeprofile.rules.warning import FULL_LINE, INFLOW_FALL, PASS_THROUGH
from smeprofile.tags.tag import Tag

# Name → tag, test, and what it says. A missing value raises no alert: unknown is not bad.
_RULES = (
    ("当前逾期", "dpd", lambda x: x > 0),
    ("他行逾期", "external_max_dpd", lambda x: x > 0),
    ("被执行", "n_enforcements_24m", lambda x: x > 0),
    ("经营停滞", "operating_status", lambda x: x == "停滞"),
    ("断票", "invoice_gap_months", lambda x: x >= 2),
    ("流入骤降", "inflow_growth_q1", lambda x: x < -INFLOW_FALL),
    ("快进快出", "pass_through_rate", lambda x: x > PASS_THROUGH),
    ("查询过密", "n_inquiries_3m", lambda x: x >= 6),
    ("额度用满", "utilization", lambda x: x >= FULL_LINE),
    ("偿债吃紧", "dscr", lambda x: x < 1),
    ("互保", "in_guarantee_circle", lambda x: x),
)
WATCHED = tuple(tag for _, tag, _ in _RULES)
_EITHER = "|".join(
    ("schedules.due_date", "external_loans.dpd", "legal_events.kind", "flows.date",
     "flows_monthly.month", "invoices.date", "invoices_monthly.month", "inquiries.reason",
     "facilities.credit_line_cny", "financials.year", "guarantees.debtor")
)  # fmt: skip

TAGS = (
    Tag("alerts", "预警", "信用状况",
        f"当前逾期；他行逾期；被执行；经营停滞；断票 2 个月及以上；近一季流入同比降 {INFLOW_FALL:.0%} 以上；"
        f"快进快出率超过 {PASS_THROUGH:.0%}；近 3 月查询 6 次及以上；额度使用率 {FULL_LINE:.0%} 及以上；"
        "偿债备付率低于 1；互保。"
        "门槛是本课程设定；相关标签缺失的不报", "同各标签", "—", "没有一条触发", (_EITHER,),
        update="每日", valid_days=7, owner="风险管理部", marketing=False),
    Tag("n_alerts", "预警条数", "信用状况", "触发的预警条数", "同各标签", "条", "不缺失", (_EITHER,),
        update="每日", valid_days=7, owner="风险管理部", marketing=False),
)  # fmt: skip


def raised(t: ir.Table) -> dict[str, ir.Value]:
    """Return ``alerts`` (names joined by 、) and ``n_alerts``, from the tags that are there."""
    hits = {name: test(t[tag]).fill_null(False) for name, tag, test in _RULES if tag in t.columns}
    # One after the other: a text built up step by step would be written out twice at each step.
    text = ibis.literal("").concat(*(hit.ifelse(f"{name}、", "") for name, hit in hits.items()))
    number = sum((hit.ifelse(1, 0) for hit in hits.values()), ibis.literal(0))
    names = text.left(text.length() - 1)
    return {"alerts": (number > 0).ifelse(names, ibis.null("string")), "n_alerts": number}
