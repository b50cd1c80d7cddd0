"""Credit behaviour elsewhere, as this bank's own credit reports and records show it."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.tags import basic
from smeprofile.tags.clock import Clock, days_between, fen, yuan
from smeprofile.tags.tag import Tag
from smeprofile.tags.wide import latest

_D = "行为特征"
_ASKED = "inquiries.inquiry_id,inquired_at,institution,reason"
_LOANS = "external_loans.inquiry_id,institution,balance_cny"
_REPORT = "inquiries.inquiry_id,inquired_at"
_NONE = "没有可用的征信报告；最近一份报告以后的情况也不可知"
_REPORT_VALID = 30

TAGS = (
    *(
        Tag(f"n_inquiries_{m}m", f"近 {m} 月查询次数", _D,
            "原因为贷款审批的征信查询次数，含可用报告里显示的他行查询；贷后管理和本人查询不算；"
            "同一机构同一天算一次", f"最近 {m} 个月", "次", _NONE, (_ASKED,), update="查得时",
            valid_days=_REPORT_VALID)
        for m in (1, 3, 6)
    ),
    Tag("days_since_report", "报告距今天数", _D, "观察点减最近一份可用报告的查询日期", "全部历史",
        "天", _NONE, (_REPORT,), update="查得时", valid_days=_REPORT_VALID),
    Tag("n_institutions", "他行机构数", _D, "最近一份可用报告里有余额的放贷机构个数", "最近一份报告",
        "个", _NONE, (_REPORT, _LOANS), update="查得时", valid_days=_REPORT_VALID),
    Tag("external_balance_cny", "他行贷款余额", _D, "最近一份可用报告里的余额合计，报告日的数",
        "最近一份报告", "元", _NONE, (_REPORT, _LOANS), update="查得时",
        valid_days=_REPORT_VALID),
    Tag("external_due_90d_cny", "他行 90 天内到期", _D,
        "最近一份可用报告里，到期日在观察点之后 90 天以内的余额", "最近一份报告", "元", _NONE,
        (_REPORT, _LOANS, "external_loans.maturity_date"), update="查得时",
        valid_days=_REPORT_VALID),
    Tag("external_max_dpd", "他行最长逾期", _D, "最近一份可用报告里的逾期天数最大值", "最近一份报告",
        "天", _NONE, (_REPORT, _LOANS, "external_loans.dpd"), update="查得时",
        valid_days=_REPORT_VALID, owner="风险管理部"),
    Tag("guarantee_balance_cny", "对外担保余额", "信用状况",
        "已开始、未终止的对外担保金额；没有记录不等于没有担保", "观察点当天", "元",
        "观察点没有有效的担保记录", ("guarantees.amount_cny,start_date,end_date",), owner="风险管理部"),
    Tag("in_guarantee_circle", "担保圈", "信用状况",
        "与另一户本行客户互相担保，或三户首尾相接地担保；按企业名称连接，重名会误连",
        "观察点当天", "—", "观察点没有有效的担保记录",
        ("guarantees.debtor,start_date,end_date", "customers.name"), owner="风险管理部",
        marketing=False),
)  # fmt: skip


def usable(
    tables: Mapping[str, ir.Table], given: frozenset[str], clock: Clock, use: str
) -> ir.Table:
    """Return the inquiries that may be used on the observation date, for ``use``.

    This bank's own need a consent to 征信报告 for the purpose of the reason, in force from that day to
    the observation date: the one they name, where ``given`` columns have it. A report fetched for
    the one purpose doesn't serve the other. Others' come with the report that shows
    them. Without a table of consents nothing can be checked.
    """
    t = tables["inquiries"]
    t = t.filter(t.inquired_at.date() <= clock.as_of)
    own = t.filter(t.seen_in_id.isnull() & (t.reason != "本人查询"))
    if "consents" in tables:
        own = own.join(
            _covered(own, tables["consents"], given, clock, use), "inquiry_id", how="semi"
        )
    shown = t.filter(t.seen_in_id.notnull())
    shown = shown.join(own, shown.seen_in_id == own.inquiry_id, how="semi")
    return own.union(shown)


def _covered(
    own: ir.Table, consents: ir.Table, given: frozenset[str], clock: Clock, use: str
) -> ir.Table:
    """The inquiries a consent covers: equal keys first, for a range alone can't be joined fast."""
    c = consents.filter((consents.data_item == "征信报告") & (consents.purpose == use))
    c = c.select("customer_id", "consent_id", "purpose", "granted_date", "withdrawn_date")
    asked = own.select(
        "customer_id",
        "consent_id",
        "inquiry_id",
        purpose=(own.reason == "贷款审批").ifelse("授信审批", "贷后管理"),
        day=own.inquired_at.date(),
    )
    keys = ["customer_id", "purpose", *(["consent_id"] if "consent_id" in given else [])]
    both = asked.join(c, keys)
    held = both.withdrawn_date.isnull() | (both.withdrawn_date > clock.as_of)
    return both.filter((both.granted_date <= both.day) & held).select("inquiry_id").distinct()


def reports(
    tables: Mapping[str, ir.Table], given: Mapping[str, frozenset[str]], clock: Clock, use: str
) -> list[ir.Table]:
    """Return tables of one row per customer, from credit reports."""
    if "inquiries" not in tables:
        return []
    asked = usable(tables, given["inquiries"], clock, use)
    own = asked.filter(asked.seen_in_id.isnull())
    made = [_counts(asked, own, clock)]
    if "external_loans" in tables:
        made.append(_elsewhere(tables["external_loans"], own, clock))
    return made


def guarantees(tables: Mapping[str, ir.Table], clock: Clock) -> list[ir.Table]:
    """Return a table of one row per customer who guarantees somebody's debt."""
    if "guarantees" not in tables:
        return []
    firms = tables.get("customers")
    known = None if firms is None else basic.registered(firms, clock)
    return [_guarantees(tables["guarantees"], known, clock)]


def _counts(asked: ir.Table, reports: ir.Table, clock: Clock) -> ir.Table:
    """A customer of whom there is a report: how often credit was sought, 0 if never."""
    latest = reports.group_by("customer_id").agg(last_report=reports.inquired_at.max().date())
    t = asked.filter(asked.reason == "贷款审批")
    t = t.mutate(day=t.inquired_at.date()).select("customer_id", "institution", "day").distinct()
    counts = t.group_by("customer_id").agg(
        **{f"n_inquiries_{m}m": t.count(where=t.day > clock.months_before(m)) for m in (1, 3, 6)}
    )
    both = latest.left_join(counts, "customer_id")
    zeros = {name: both[name].fill_null(0) for name in counts.columns[1:]}
    return both.select(
        "customer_id", days_since_report=days_between(clock.as_of, both.last_report), **zeros
    )


def _elsewhere(external: ir.Table, reports: ir.Table, clock: Clock) -> ir.Table:
    """What the latest usable report says; a report without loans means none were reported."""
    last = latest(reports, reports.inquired_at, "inquiry_id").select("customer_id", "inquiry_id")
    x = external.drop("customer_id")
    t = last.left_join(x, "inquiry_id")
    balance = fen(t.balance_cny)
    soon = t.maturity_date.between(
        ibis.literal(clock.as_of), ibis.literal(clock.as_of) + ibis.interval(days=90)
    )
    years = ibis.greatest(
        days_between(t.maturity_date, ibis.literal(clock.as_of)).cast("float64") / 365.25, 1.0
    )
    return t.group_by("customer_id").agg(
        n_institutions=t.institution.nunique(where=balance > 0),
        external_balance_cny=yuan(balance.sum().fill_null(0)),
        external_due_90d_cny=yuan(balance.sum(where=soon).fill_null(0)),
        external_max_dpd=t.dpd.max().fill_null(0),
        external_yearly_cny=yuan(fen(t.balance_cny / years).sum().fill_null(0)),
    )


def _guarantees(guarantees: ir.Table, customers: ir.Table | None, clock: Clock) -> ir.Table:
    t = guarantees
    t = t.filter((t.start_date <= clock.as_of) & (t.end_date > clock.as_of))
    sums = t.group_by("customer_id").agg(guarantee_balance_cny=yuan(fen(t.amount_cny).sum()))
    if customers is None:
        return sums
    names = customers.select(debtor_id=customers.customer_id, debtor=customers.name)
    edges = t.join(names, "debtor").select("customer_id", "debtor_id").distinct()
    edges = edges.filter(edges.customer_id != edges.debtor_id)
    second = edges.select(mid=edges.customer_id, far=edges.debtor_id)
    third = edges.select(tail=edges.customer_id, home=edges.debtor_id)
    two = edges.join(second, edges.debtor_id == second.mid)
    ring = two.join(third, two.far == third.tail)
    members = (
        two.filter(two.far == two.customer_id).select("customer_id")
        .union(ring.filter(ring.home == ring.customer_id).select("customer_id"))
        .distinct()
    )  # fmt: skip
    marked = members.mutate(circle=True)
    both = sums.left_join(marked, "customer_id").drop("customer_id_right")
    return both.mutate(in_guarantee_circle=both.circle.fill_null(False)).drop("circle")
