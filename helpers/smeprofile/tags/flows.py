"""Behaviour tags from account flows and balances."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.tags.clock import Clock, days_between, month_end_of, ratio, yuan
from smeprofile.tags.tag import PEERS, SALES, TWELVE, Tag
from smeprofile.tags.wide import (
    Keep,
    by_party,
    count_of,
    merged,
    months,
    spread,
    sum_or_zero,
    sum_where,
    total,
    variation,
    when,
)

_PASS = "flows.date,direction,amount_cny,summary"
_D = "行为特征"
_NO_FLOWS = "还没有一个完整月份的流水；以前有、窗口内没有的为 0"
_QUARTERS = {"q1": (0, 2), "q2": (3, 5)}  # first and last month back

TAGS = (
    Tag("effective_inflow_cny", "有效流入", _D,
        "摘要为货款的流入，减去两日内等额转出的快进快出（同额的几笔流入，有一笔等额转出就都算）；"
        "同名划转、贷款发放、退款、往来款都不算。"
        "没有逐笔流水的客户看不出快进快出，按货款流入计",
        TWELVE, "元", _NO_FLOWS, (SALES,), peer=True),
    Tag("avg_monthly_inflow_cny", "月均有效流入", _D,
        "有效流入除以从第一笔流水起的月数（不超过 12）", TWELVE, "元", _NO_FLOWS, (SALES,)),
    Tag("mtd_effective_inflow_cny", "本月至今有效流入", _D,
        "观察点所在的月份还没过完时，月初到观察点的有效流入", "本月 1 日至观察点", "元",
        "当月已完整，或没有当月逐笔流水", (_PASS,), update="每日", valid_days=1),
    Tag("avg_daily_balance_cny", "日均余额", _D,
        "日终余额之和除以自然日数；没有交易的日子沿用前一天的余额，也计入", TWELVE, "元",
        "没有余额，也推不出余额",
        ("balances.month,avg_daily_cny,n_days|"
         "flows.flow_id,date,direction,amount_cny,balance_cny,summary",), peer=True),
    Tag("inflow_cv", "流入波动", _D,
        "月有效流入的标准差除以均值（总体口径）；1、2 月合并取平均（春节移动），"
        f"再除以同门类的月度指数（同门类不少于 {PEERS} 户时）", TWELVE, "—",
        "从第一笔流水起不足 12 个月，或均值不为正", (SALES,)),
    Tag("inflow_trend", "流入趋势", _D,
        "近 6 个月有效流入除以前 6 个月，再减 1；春节与季节调整同流入波动", TWELVE, "—",
        "从第一笔流水起不足 12 个月，或前 6 个月没有有效流入", (SALES,)),
    Tag("inflow_growth", "流入增速", _D, "近 12 个月有效流入除以之前 12 个月，再减 1"
        "；窗口从 2 月到次年 1 月的，两年都不取这两个月",
        "最近 24 个完整的月", "—", "从第一笔流水起不足 24 个月，或之前 12 个月没有有效流入", (SALES,), peer=True),
    Tag("inflow_growth_q1", "近一季同比", _D,
        "近 3 个月有效流入比上年同期，再减 1；窗口里只有 1 月或只有 2 月的，两年都不取这个月",
        "最近 3 个完整的月及上年同期", "—", "从第一笔流水起不足 15 个月，或上年同期没有有效流入", (SALES,)),
    Tag("inflow_growth_q2", "前一季同比", _D, "再往前 3 个月的同比，口径同上",
        "第 4–6 个月及上年同期", "—", "从第一笔流水起不足 18 个月，或上年同期没有有效流入", (SALES,)),
    Tag("active_months", "活跃月数", _D, "有效流入大于 0 的月数", TWELVE, "月",
        _NO_FLOWS, (SALES,)),
    Tag("recency_days", "末次流入距今", _D,
        "观察点减最后一笔货款流入的日期，没有剔除快进快出；只有月度合计的，以那个月的最后一天计", "全部历史", "天",
        "从来没有货款流入", (SALES,), update="每日", valid_days=7),
    Tag("payer_top5_share", "回款集中度", _D, "货款流入中前五大付款方的占比", TWELVE, "—",
        "没有逐笔货款流入", ("flows.date,direction,amount_cny,summary,counterparty",)),
    Tag("n_counterparties_12m", "付款方数", _D, "有货款流入的付款方个数", TWELVE, "个",
        "没有逐笔货款流入", ("flows.date,direction,amount_cny,summary,counterparty",)),
    Tag("night_share", "夜间交易占比", _D, "22:00 到次日 05:59 的笔数占比", TWELVE, "—",
        "窗口内没有流水记录", ("flows_monthly.month,sales_in_cny,n_in,n_out,n_night|flows.date,direction,amount_cny,summary,hour",)),
    Tag("round_share", "整数交易占比", _D, "金额为 1 万元整数倍的笔数占比（1 万元为本课程设定）",
        TWELVE, "—", "没有逐笔流水", (_PASS,)),
    Tag("pass_through_rate", "快进快出率", _D,
        "货款和往来款流入中，两日内等额转出（货款、往来款、同名划转，1,000 元以上）的金额占比，"
        "同额的几笔流入，有一笔等额转出就都算；"
        "两日和 1,000 元为本课程设定", TWELVE, "—", "没有逐笔流水", (_PASS,)),
)  # fmt: skip


def features(
    marts: Mapping[str, ir.Table], sections: ir.Table | None, clock: Clock, keep: Keep
) -> list[ir.Table]:
    """Return tables of one row per customer; ``sections`` says who is in which industry section."""
    made = []
    if "flow_months" in marts:
        by_entry = "flow_parties" in marts
        made.append(_from_months(marts["flow_months"], sections, clock, keep, by_entry))
    if "flow_parties" in marts:
        made.append(_payers(marts["flow_parties"], clock))
    if "balance_months" in marts:
        made.append(_daily_balance(marts["balance_months"], clock))
    elif "flow_openings" in marts:
        made.append(_balance_of_flows(marts["flow_months"], marts["flow_openings"], clock))
    return made


def _from_months(
    flow_months: ir.Table, sections: ir.Table | None, clock: Clock, keep: Keep, by_entry: bool
) -> ir.Table:
    wide = keep("flow_wide", _spread(flow_months, clock, by_entry))
    x = months(wide, "x", 12, 100)
    oldest, year = wide.oldest, range(12)
    some = oldest >= 0
    twelve = when(some, total(x[k] for k in year))
    since, before = total(x[k] for k in clock.comparable(0, 11)), yuan(wide.before.fill_null(0))
    plain = {
        "effective_inflow_cny": twelve,
        "avg_monthly_inflow_cny": twelve / ibis.least(oldest + 1, 12).cast("float64"),
        "inflow_growth": when(oldest >= 23, ratio(since, before) - 1.0),
        "inflow_growth_q1": when(oldest >= 14, _on_year_before(wide, clock, "q1")),
        "inflow_growth_q2": when(oldest >= 17, _on_year_before(wide, clock, "q2")),
        "active_months": when(some, count_of(x[k] > 0 for k in year)),
        "recency_days": days_between(clock.as_of, wide.last_sales_date),
        "night_share": ratio(wide.night, wide.entries),
        "inflow_since_cny": when(oldest >= 23, since),
        "inflow_before_cny": when(oldest >= 23, before),
        "repay_out_cny": yuan(wide.repaid),
        "recent_inflow": when(some, total(x[k] for k in range(3))),
    }
    if by_entry:
        plain |= {
            "round_share": ratio(wide.rounds, wide.told),
            "pass_through_rate": ratio(wide.passed, wide.could_pass),
            "mtd_effective_inflow_cny": yuan(wide.mtd),
        }
    return _with_adjusted(wide, plain, sections, clock, keep)


def _on_year_before(wide: ir.Table, clock: Clock, name: str) -> ir.FloatingValue:
    """Return the growth of a quarter's months on those of the year before."""
    now = total(wide[f"x_{k}"].fill_null(0) for k in clock.comparable(*_QUARTERS[name]))
    return ratio(now, wide[f"{name}_before"].fill_null(0)) - 1.0


def _spread(flow_months: ir.Table, clock: Clock, by_entry: bool) -> ir.Table:
    t = flow_months.mutate(
        back=clock.back(flow_months.month),
        x=flow_months.sales_fen - flow_months.pass_sales_fen.fill_null(0),
    )
    year = (t.back >= 0) & (t.back < 12)
    quarters = {
        f"{name}_before": sum_or_zero(t.x, t.back.isin([k + 12 for k in clock.comparable(*window)]))
        for name, window in _QUARTERS.items()
    }
    return t.group_by("customer_id").agg(
        **spread(t, x=(t.x, 12)),
        **quarters,
        before=sum_or_zero(t.x, clock.year_before(t.back)),
        oldest=t.back.max(),
        entries=sum_where(t.n, year & t.n_night.notnull()),
        night=sum_where(t.n_night, year),
        repaid=sum_where(t.repay_out_fen, year),
        **(_of_entries(t, year) if by_entry else {"last_sales_date": _last_sales_month_end(t)}),
    )


def _of_entries(t: ir.Table, year: ir.BooleanValue) -> dict[str, ir.Value]:
    """Return the sums that single entries alone can tell."""
    told = year & t.pass_fen.notnull()
    return {
        "last_sales_date": t.last_sales_date.max(),
        "told": sum_where(t.n, told),
        "rounds": sum_where(t.n_round, told),
        "passed": sum_where(t.pass_fen, told),
        "could_pass": sum_where(t.sales_fen + t.current_in_fen, told),
        "mtd": sum_where(t.x, t.back == -1),
    }


def _last_sales_month_end(t: ir.Table) -> ir.DateValue:
    # The end of one month a customer, not of every row's: dates are dear to take apart.
    return month_end_of(when(t.sales_fen > 0, t.month).max())


def _with_adjusted(
    wide: ir.Table,
    plain: dict[str, ir.Value],
    sections: ir.Table | None,
    clock: Clock,
    keep: Keep,
) -> ir.Table:
    """Return ``plain``, and the tags that need seasons and the Spring Festival taken out."""
    t, factor = wide, dict.fromkeys(range(12), ibis.literal(1.0))
    if sections is not None:
        t = wide.join(sections, "customer_id")
        index = keep("flow_season", _season(t, clock))
        t = t.left_join(index, t.section == index.of_section)
        factor = {k: t[f"season_{k}"].fill_null(1.0) for k in factor}
    y = merged(months(t, "x", 12, 100), clock)
    adjusted = {f"y_{k}": y[k] / factor[k] for k in y}
    t = t.select("customer_id", "oldest", **plain, **adjusted)
    t, spread_y = variation(t, months(t, "y", 12))
    y, whole = months(t, "y", 12), t.oldest >= 11
    recent, before = (total(y[k] for k in half) for half in (range(6), range(6, 12)))
    return t.select(
        "customer_id",
        *plain,
        inflow_cv=when(whole, spread_y),
        inflow_trend=when(whole, ratio(recent, before) - 1.0),
    )


def _season(t: ir.Table, clock: Clock) -> ir.Table:
    """Return one row per section: each month's inflow over the year's mean, festival merged."""
    whole = t.filter(t.oldest >= 11)
    sums = whole.group_by("section").agg(
        **{f"x_{k}": whole[f"x_{k}"].sum() for k in range(12)}, n=whole.count()
    )
    y = merged(months(sums, "x", 12), clock)
    mean = total(y.values()) / 12.0
    enough = (sums.n >= PEERS) & (mean > 0)
    return sums.select(
        of_section=sums.section,
        **{f"season_{k}": when(enough & (y[k] > 0), ratio(y[k], mean)) for k in y},
    )


def _payers(parties: ir.Table, clock: Clock) -> ir.Table:
    t = parties.mutate(back=clock.back(parties.month))
    t = t.filter((t.back >= 0) & (t.back < 12))
    sums = t.group_by(["customer_id", "counterparty"]).agg(fen=t.fen.sum())
    made = by_party(sums, "payer")
    return made.rename(n_counterparties_12m="payer_count")


def _daily_balance(balance_months: ir.Table, clock: Clock) -> ir.Table:
    t = balance_months.mutate(back=clock.back(balance_months.month))
    t = t.filter((t.back >= 0) & (t.back < 12))
    return t.group_by("customer_id").agg(
        avg_daily_balance_cny=ratio(t.day_sum_fen.sum(), t.n_days.sum()) / 100
    )


def _balance_of_flows(flow_months: ir.Table, openings: ir.Table, clock: Clock) -> ir.Table:
    """Daily average from entries alone: opening balance, and each entry for the days it lay there.

    An entry on day q of a month that begins R days before the window's end counts R + 1 − q days.
    """
    start, end = clock.first_day(11), clock.month_end(0)
    # Months that are known by their sums alone lie before the first entry: the opening holds them.
    flow_months = flow_months.filter(flow_months.net_day_fen.notnull())
    net = flow_months.in_fen - flow_months.out_fen
    t = flow_months.mutate(back=clock.back(flow_months.month), net=net)
    inside = (t.back >= 0) & (t.back < 12)
    days_left = days_between(end, t.month) + 1
    sums = t.group_by("customer_id").agg(
        before=t.net.sum(where=t.back >= 12).fill_null(0),
        lay=(t.net * (days_left + 1) - t.net_day_fen).sum(where=inside).fill_null(0),
    )
    both = sums.join(openings, "customer_id")
    first = ibis.greatest(both.first_date, ibis.literal(start))
    days = days_between(end, first) + 1
    opening = both.opening_fen + both.before
    return both.select(
        "customer_id", avg_daily_balance_cny=ratio(opening * days + both.lay, days) / 100
    )
