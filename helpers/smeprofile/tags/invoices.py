"""Behaviour tags from invoices and tax returns."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from smeprofile.tags.clock import Clock, fen, ratio, yuan
from smeprofile.tags.tag import SALES, TWELVE, Tag
from smeprofile.tags.wide import (
    Keep,
    bits_of,
    by_party,
    count_of,
    count_where,
    merged,
    months,
    of,
    spread,
    sum_or_zero,
    sum_where,
    total,
    variation,
    when,
)

_SUMS = "invoices_monthly.month,sales_cny,red_cny|invoices.date,direction,amount_cny,is_red"
_LINES = "invoices.date,direction,amount_cny,counterparty"
_D = "行为特征"
# From this month on every invoice is electronic: it can be reversed, no longer voided.
_NO_MORE_VOID = date(2024, 12, 1)

TAGS = (
    Tag("invoiced_12m_cny", "近 12 月开票额", _D,
        "蓝字销项减红冲，不含增值税，不含作废", TWELVE, "元", "没有开票数据", (_SUMS,), peer=True),
    Tag("invoice_gap_months", "断票月数", _D,
        "第一张蓝字销项发票以后，没有蓝字销项发票的月数", TWELVE, "月",
        "没有蓝字销项发票，或已注销",
        ("invoices_monthly.month,sales_cny,red_cny,n_sales|invoices.date,direction,amount_cny,is_red",)),
    Tag("invoice_stability", "开票稳定", _D,
        "1 减月净开票额的标准差除以均值；1、2 月合并取平均（春节移动）", TWELVE, "—",
        "从第一张票起不足 12 个月，或净开票额不为正", (_SUMS,)),
    Tag("invoice_growth", "开票增速", _D, "近 12 个月净开票额除以之前 12 个月，再减 1"
        "；窗口从 2 月到次年 1 月的，两年都不取这两个月",
        "最近 24 个完整的月", "—", "从第一张票起不足 24 个月，或之前 12 个月净开票额不为正", (_SUMS,)),
    Tag("red_rate", "红冲率", _D, "红冲金额除以蓝字销项金额", TWELVE, "—",
        "窗口内没有蓝字销项", (_SUMS,)),
    Tag("void_rate", "作废率", _D,
        "作废张数除以作废与蓝字销项张数之和，只取 2024 年 12 月以前的月份（仿真设定：此后只能红冲）",
        "最近 12 个完整的月中 2024 年 12 月以前的", "—", "窗口内没有这样的月份或没有开票",
        ("invoices_monthly.month,sales_cny,red_cny,n_sales,n_void|"
         "invoices.date,direction,amount_cny,is_void",)),
    Tag("buyer_hhi", "下游集中度", _D,
        "各购方净开票额占比的平方和；净额不为正的购方不计", TWELVE, "—", "没有逐张销项发票",
        (_LINES,)),
    Tag("supplier_hhi", "上游集中度", _D, "各销方进项金额占比的平方和", TWELVE, "—",
        "没有逐张进项发票", (_LINES,)),
    Tag("new_buyer_share", "新客户占比", _D,
        "近 12 个月净开票额中，之前 12 个月没有开过票的购方的占比", "最近 24 个完整的月", "—",
        "逐张销项发票的历史不足 18 个月", (_LINES,)),
    Tag("settlement_ratio", "结算占比", _D, "本行有效流入（含税）除以净开票额（不含税）：高出一个税率，可以大于 1，只和同业比高低；含税比含税，看票流比",
        TWELVE, "—", "没有流水或净开票额不为正",
        (SALES, _SUMS)),
    Tag("flow_invoice_ratio", "票流比", _D, "有效流入除以含税净开票额：金额乘以 1 加税率",
        TWELVE, "—", "没有流水或净开票额不为正",
        (SALES,
         "invoices_monthly.month,sales_cny,red_cny,vat_cny|"
         "invoices.date,direction,amount_cny,is_red,vat_rate")),
    Tag("vat_burden_rate", "税负率", _D, "应纳增值税除以应税销售额，只取已申报的月份", TWELVE,
        "—", "窗口内没有已取得的申报，或应税销售额为 0",
        ("tax.month,status,vat_due_cny,taxable_sales_cny,arrived_date",)),
    Tag("tax_invoice_gap_ratio", "税票差", _D,
        "净开票额减应税销售额，除以净开票额；负数是申报多于开票，只取已申报的月份", TWELVE, "—",
        "窗口内没有已取得的申报，或净开票额为 0",
        ("tax.month,status,invoiced_cny,red_cny,taxable_sales_cny,arrived_date",)),
    Tag("n_unfiled_12m", "未申报月数", _D, "申报资料已取得、状态为未申报的月数", TWELVE, "月",
        "窗口内没有取得申报资料", ("tax.month,status,arrived_date",)),
    Tag("tax_grade", "纳税信用等级", "信用状况", "最近一份已取得的申报所载等级", "最近一期", "—",
        "没有取得申报资料", ("tax.month,tax_grade,arrived_date",), valid_days=366),
)  # fmt: skip


def features(
    marts: Mapping[str, ir.Table], tax: ir.Table | None, clock: Clock, keep: Keep
) -> list[ir.Table]:
    """Return tables of one row per customer."""
    made = []
    if "invoice_months" in marts:
        made.append(_from_months(marts["invoice_months"], clock, keep))
    if "invoice_parties" in marts:
        made += _partners(marts["invoice_parties"], clock, keep)
    if tax is not None:
        made += _from_returns(tax, clock)
    return made


def _from_months(invoice_months: ir.Table, clock: Clock, keep: Keep) -> ir.Table:
    m = invoice_months
    t = m.mutate(back=clock.back(m.month), net=m.sales_fen - m.red_fen)
    t = t.filter(t.back >= 0)
    year = t.back < 12
    old, one = year & (t.month < _NO_MORE_VOID), ibis.literal(1, "int64")
    sums = t.group_by("customer_id").agg(
        **spread(t, s=(t.net, 12)),
        # Only whether there are any: a bit for each month is far cheaper than a sum. Without
        # counts, the amount tells.
        sold_in=bits_of(
            (ibis.coalesce(t.n_sales, t.sales_fen) > 0).ifelse(one << ibis.least(t.back, 12), 0)
        ),
        before=sum_or_zero(t.net, clock.year_before(t.back)),
        oldest=t.back.max(),
        blue=sum_or_zero(t.sales_fen, year),
        red=sum_or_zero(t.red_fen, year),
        vat=sum_where(t.vat_milli, year),
        voided=sum_where(t.n_void, old),
        issued=sum_where(t.n_sales + t.n_void, old),
    )
    wide = keep("invoice_wide", sums)
    wide, unsteady = variation(wide, merged(months(wide, "s", 12, 100), clock))
    s, oldest = months(wide, "s", 12, 100), wide.oldest
    sold = {k: (wide.sold_in & (1 << k)) > 0 for k in range(12)}
    twelve = total(s[k] for k in range(12))
    since, before = total(s[k] for k in clock.comparable(0, 11)), yuan(wide.before)
    return wide.select(
        "customer_id",
        invoiced_12m_cny=twelve,
        invoiced_with_vat_cny=twelve + wide.vat.cast("float64") / 100_000,
        # A month after the first one sold in, if a bit stands as high or higher.
        invoice_gap_months=when(
            wide.sold_in > 0, count_of((wide.sold_in >= 1 << k) & ~sold[k] for k in range(12))
        ),
        invoice_stability=when(oldest >= 11, 1.0 - unsteady),
        invoice_growth=when(oldest >= 23, ratio(since, before) - 1.0),
        red_rate=ratio(wide.red, wide.blue),
        void_rate=ratio(wide.voided, wide.issued),
        recent_invoices=count_of(sold[k] for k in range(3)),
    )


def _partners(parties: ir.Table, clock: Clock, keep: Keep) -> list[ir.Table]:
    t = parties.mutate(back=clock.back(parties.month))
    t = t.filter((t.back >= 0) & (t.back < 24))
    sums = t.group_by(["customer_id", "counterparty", "direction"]).agg(
        fen=t.fen.sum(where=t.back < 12).fill_null(0),
        before=t.fen.sum(where=t.back >= 12).fill_null(0),
        oldest=t.back.max(),
    )
    sums = keep("invoice_pairs", sums)
    buyers = sums.filter(sums.direction == "销项")
    fresh = buyers.filter(buyers.fen > 0)
    new = fresh.group_by("customer_id").agg(
        new=fresh.fen.sum(where=fresh.before <= 0).fill_null(0), all_fen=fresh.fen.sum()
    )
    since = buyers.group_by("customer_id").agg(oldest=buyers.oldest.max())
    both = new.join(since, "customer_id")
    return [
        by_party(buyers, "buyer").drop("buyer_top5_share", "buyer_count"),
        by_party(sums.filter(sums.direction == "进项"), "supplier").select(
            "customer_id", "supplier_hhi"
        ),
        both.select(
            "customer_id", new_buyer_share=when(both.oldest >= 17, ratio(both.new, both.all_fen))
        ),
    ]


def _from_returns(tax: ir.Table, clock: Clock) -> list[ir.Table]:
    t = tax.filter((tax.arrived_date <= clock.as_of) & (tax.month <= clock.last_month))
    t = t.mutate(back=clock.back(t.month))
    year = t.back < 12
    filed = year & (t.status != "未申报")
    net = t.invoiced_cny - t.red_cny
    sums = t.group_by("customer_id").agg(
        vat=sum_or_zero(fen(t.vat_due_cny), filed),
        taxable=sum_or_zero(fen(t.taxable_sales_cny), filed),
        net=sum_or_zero(fen(net), filed),
        n_unfiled_12m=count_where(year & (t.status == "未申报")),
        n=count_where(year),
        # Engines differ in what they do about the greatest month's missing value: it has a name.
        tax_grade=t.tax_grade.fill_null("").argmax(t.month),
    )
    return [
        sums.select(
            "customer_id",
            vat_burden_rate=ratio(sums.vat, sums.taxable),
            tax_invoice_gap_ratio=ratio(sums.net - sums.taxable, sums.net),
            n_unfiled_12m=when(sums.n > 0, sums.n_unfiled_12m),
            tax_grade=sums.tax_grade.nullif(""),
        )
    ]


def across(t: ir.Table) -> dict[str, ir.Value]:
    """Return the tags that need invoices and something else, from the joined table."""
    inflow, told = of(t, "effective_inflow_cny"), {}
    if {"registration_status", "invoice_gap_months"} <= set(t.columns):
        # Who is gone has stopped for good: no gap.
        told["invoice_gap_months"] = when(t.registration_status != "注销", t.invoice_gap_months)
    return told | {
        "settlement_ratio": ratio(inflow, of(t, "invoiced_12m_cny")),
        "flow_invoice_ratio": ratio(inflow, of(t, "invoiced_with_vat_cny")),
    }
