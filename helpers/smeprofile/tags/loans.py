"""Credit behaviour at this bank: lines, balances and days past due as of the observation date.

Everything is recomputed from plans and payments up to that day: the snapshot columns of
``drawdowns`` would tell the future.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.rules import RISK_CLASSES
from smeprofile.tags.clock import Clock, day_before, days_between, fen, ratio, round_half, yuan
from smeprofile.tags.tag import Tag
from smeprofile.tags.wide import sum_where

_D = "行为特征"
_LINES = "facilities.facility_id,credit_line_cny,start_date,maturity_date,renewal_of"
_LOANS = "drawdowns.loan_id,disbursed_date,amount_cny"
_PAID = "repayments.loan_id,paid_date,kind,principal_cny"
_DUE = "schedules.loan_id,term_no,due_date,principal_cny,interest_cny"
_PAID_TERMS = "repayments.loan_id,term_no,paid_date,kind,principal_cny,interest_cny"
_OWN = "没有在本行用过信"

_INSTALMENTS = ("等额本息", "等额本金")

TAGS = (
    Tag("loan_balance_cny", "本行贷款余额", _D,
        "放款减已还、已续、已核销和已转让的本金", "观察点当天", "元", _OWN, (_LOANS, _PAID),
        update="每日", valid_days=7),
    Tag("credit_line_cny", "有效授信额度", _D, "已生效、未到期、没有被续贷接替的授信额度之和",
        "观察点当天", "元", "没有有效授信", (_LINES,), update="每日", valid_days=7),
    Tag("utilization", "额度使用率", _D, "有效授信下的贷款余额除以有效授信额度", "观察点当天", "—",
        "没有有效授信", (_LINES, "drawdowns.loan_id,facility_id,disbursed_date,amount_cny", _PAID),
        update="每日", valid_days=7, peer=True),
    Tag("peak_utilization", "峰值使用率", _D, "最近 12 个月末额度使用率的最大值", "最近 12 个月末",
        "—", "12 个月末都没有有效授信",
        (_LINES, "drawdowns.loan_id,facility_id,disbursed_date,amount_cny", _PAID)),
    Tag("dpd", "当前逾期天数", _D, "没还清的期次中最早应还日的次日算起，到观察点", "观察点当天", "天",
        _OWN, (_DUE, _PAID_TERMS), update="每日", valid_days=7, owner="风险管理部"),
    Tag("max_dpd_12m", "最长逾期天数", _D, "各期逾期天数的最大值，还清的算到还清那天", "最近 12 个月",
        "天", _OWN, (_DUE, _PAID_TERMS), owner="风险管理部"),
    Tag("n_overdue_24m", "近 24 月逾期期数", _D, "应还日在窗口内、逾期 1 天及以上（M1+）的期数",
        "最近 24 个月", "期", _OWN, (_DUE, _PAID_TERMS), owner="风险管理部"),
    Tag("prepay_rate", "提前还款率", _D, "提前结清的借据除以已结清的借据，不含核销和转让", "全部历史", "—",
        "没有结清过借据", (_LOANS, _PAID)),
    Tag("n_drawdowns_12m", "用款频率", _D, "放款笔数，不含无还本续贷", "最近 12 个月", "笔", _OWN,
        ("drawdowns.loan_id,disbursed_date,renewal_of",)),
    Tag("days_to_first_drawdown", "首次用信间隔", _D, "最近一笔新增授信（不含续贷）生效到它第一次放款的天数",
        "最近一笔新增授信", "天", "没有新增授信，或还没有用过",
        (_LINES, "drawdowns.facility_id,disbursed_date")),
    Tag("n_renewals", "续贷次数", _D, "续自旧授信的授信笔数", "全部历史", "次", "没有在本行授信",
        ("facilities.facility_id,start_date,renewal_of",)),
    Tag("days_to_maturity", "授信到期天数", _D, "最近到期的有效授信，到期日减观察点", "观察点之后",
        "天", "没有有效授信", (_LINES,), update="每日", valid_days=7),
    Tag("risk_class", "五级分类", "信用状况",
        "银保监会、人民银行令 2023 年第 1 号按逾期天数的下限：逾期至少关注，超过 90 天至少次级，超过 "
        "270 天至少可疑，超过 360 天损失；取各笔中最差的。操作性或技术性逾期、他行不良等不在内",
        "观察点当天", "—", "没有贷款余额", (_LOANS, _DUE, _PAID_TERMS), update="每日", valid_days=7,
        owner="风险管理部", marketing=False),
)  # fmt: skip


def features(tables: Mapping[str, ir.Table], clock: Clock) -> list[ir.Table]:
    """Return tables of one row per customer."""
    made = []
    loans = _balances(tables, clock)
    if "facilities" in tables:
        made += _from_facilities(tables["facilities"], tables.get("drawdowns"), loans, clock)
    if loans is not None:
        made.append(_from_loans(loans, clock))
    if {"schedules", "repayments"} <= set(tables):
        made += _overdue(tables["schedules"], tables["repayments"], loans, clock)
    return made


def _balances(tables: Mapping[str, ir.Table], clock: Clock) -> ir.Table | None:
    """One row per loan paid out by then, with its balance now and at the last 12 month ends."""
    if "drawdowns" not in tables:
        return None
    t = tables["drawdowns"]
    t = t.filter(t.disbursed_date <= clock.as_of)
    if "repayments" not in tables:
        return t
    paid = _reduced(tables["repayments"], clock)
    both = t.left_join(paid, "loan_id").drop(*(f"{n}_right" for n in ("loan_id",)))
    amount = fen(both.amount_cny)
    columns = {"balance_fen": amount - both.paid_now.fill_null(0)}
    for k in range(12):
        out = both.disbursed_date <= clock.month_end(k)
        left = amount - both[f"paid_{k}"].fill_null(0)
        columns[f"balance_{k}"] = out.ifelse(left, 0)
    return both.mutate(**columns)


def _reduced(repayments: ir.Table, clock: Clock) -> ir.Table:
    """Principal taken off each loan by each month end; recoveries come after it is gone."""
    t = repayments.filter((repayments.kind != "回收") & (repayments.paid_date <= clock.as_of))
    principal = fen(t.principal_cny)
    at = {f"paid_{k}": sum_where(principal, t.paid_date <= clock.month_end(k)) for k in range(12)}
    return t.group_by("loan_id").agg(
        paid_now=principal.sum(),
        n_early=t.count(where=t.kind == "提前"),
        n_gone=t.count(where=t.kind.isin(["核销", "转让"])),
        **at,
    )


def _from_facilities(
    facilities: ir.Table, drawdowns: ir.Table | None, loans: ir.Table | None, clock: Clock
) -> list[ir.Table]:
    t = facilities.filter(facilities.start_date <= clock.as_of)
    after = t.filter(t.renewal_of.notnull())
    after = after.group_by("renewal_of").agg(replaced=after.start_date.min())
    t = t.left_join(after, t.facility_id == after.renewal_of).drop("renewal_of_right")
    t = t.mutate(until=ibis.least(t.maturity_date, day_before(t.replaced)))
    until = t.until
    active = until >= clock.as_of
    line = fen(t.credit_line_cny)
    ends = {
        f"line_{k}": sum_where(
            line, (t.start_date <= clock.month_end(k)) & (until >= clock.month_end(k))
        )
        for k in range(12)
    }
    sums = t.group_by("customer_id").agg(
        line=sum_where(line, active),
        n_renewals=t.count(where=t.renewal_of.notnull()),
        next_maturity=t.maturity_date.min(where=active),
        last_start=t.start_date.max(where=t.renewal_of.isnull()),
        **ends,
    )
    made = [
        sums.select(
            "customer_id",
            "n_renewals",
            credit_line_cny=yuan(sums.line),
            days_to_maturity=days_between(sums.next_maturity, ibis.literal(clock.as_of)),
        )
    ]
    if loans is not None and "balance_fen" in loans.columns:
        made.append(_utilization(t, loans, sums, clock))
    if drawdowns is not None:
        made.append(_first_use(t, sums, drawdowns, clock))
    return made


def _utilization(t: ir.Table, loans: ir.Table, sums: ir.Table, clock: Clock) -> ir.Table:
    until = t.select(of_facility=t.facility_id, until=t.until, start=t.start_date)
    x = loans.join(until, loans.facility_id == until.of_facility)
    ends = {
        f"used_{k}": sum_where(
            x[f"balance_{k}"], (x.start <= clock.month_end(k)) & (x.until >= clock.month_end(k))
        )
        for k in range(12)
    }
    used = x.group_by("customer_id").agg(
        used=sum_where(x.balance_fen, x.until >= clock.as_of), **ends
    )
    both = sums.left_join(used, "customer_id").drop("customer_id_right")
    shares = [ratio(both[f"used_{k}"].fill_null(0), both[f"line_{k}"]) for k in range(12)]
    return both.select(
        "customer_id",
        utilization=ratio(both.used.fill_null(0), both.line),
        peak_utilization=ibis.greatest(*shares),
    )


def _first_use(t: ir.Table, sums: ir.Table, drawdowns: ir.Table, clock: Clock) -> ir.Table:
    t = t.filter(t.renewal_of.isnull())  # a renewal is drawn the day it starts
    latest = t.join(sums, ["customer_id", t.start_date == sums.last_start])
    latest = latest.select("customer_id", "facility_id", "start_date")
    d = drawdowns.filter(drawdowns.disbursed_date <= clock.as_of)
    first = d.group_by("facility_id").agg(first=d.disbursed_date.min())
    both = latest.join(first, "facility_id")
    wait = days_between(both["first"], both.start_date)
    return both.group_by("customer_id").agg(days_to_first_drawdown=wait.min())


def _from_loans(loans: ir.Table, clock: Clock) -> ir.Table:
    new = loans.renewal_of.isnull() & (loans.disbursed_date > clock.months_before(12))
    columns = {"n_drawdowns_12m": loans.count(where=new)}
    if "balance_fen" in loans.columns:
        # Principal of a year: of bullet and revolving loans the balance spread over the loan's own
        # term, so that the month of maturity distorts nothing; of instalments what is paid off.
        years = ibis.greatest(loans.tenor_months.cast("float64") / 12.0, 1.0)
        balance = loans.balance_fen.cast("float64")
        instalments = loans.repayment_method.isin(_INSTALMENTS).fill_null(False)
        yearly = instalments.ifelse(
            ibis.least(balance, fen(loans.amount_cny) / years), balance / years
        )
        columns["loan_balance_cny"] = yuan(loans.balance_fen.sum())
        settled = (loans.balance_fen <= 0) & (loans.n_gone.fill_null(0) == 0)
        early = loans.count(where=settled & (loans.n_early > 0))
        columns["prepay_rate"] = ratio(early, loans.count(where=settled))
        columns["yearly_debt_service_cny"] = yuan(
            round_half(yearly + balance * loans.annual_rate).sum()
        )
    return loans.group_by("customer_id").agg(**columns)


def terms(schedules: ir.Table, repayments: ir.Table, clock: Clock) -> ir.Table:
    """Return one row per instalment due by the observation date: its days past due, then and now.

    ``late_days`` counts to the day on which it was paid in full, or to the observation date; an
    instalment of nothing is never late.
    """
    due = schedules.filter(schedules.due_date < clock.as_of)
    owed = fen(due.principal_cny) + fen(due.interest_cny)
    due = due.mutate(owed=owed)
    # Written off or sold (term 0): the loan is off the books, so nothing of it is overdue any more.
    out = repayments.filter(
        repayments.kind.isin(["核销", "转让"]) & (repayments.paid_date <= clock.as_of)
    )
    gone = out.group_by("loan_id").agg(gone_date=out.paid_date.min())
    keys = ["loan_id", "term_no"]
    p = repayments.filter(repayments.paid_date <= clock.as_of)
    p = p.join(due.select(*keys, "owed"), keys)
    by_day = ibis.cumulative_window(group_by=[p.loan_id, p.term_no], order_by=p.paid_date)
    p = p.mutate(paid=(fen(p.principal_cny) + fen(p.interest_cny)).sum().over(by_day))
    full = p.filter(p.paid >= p.owed).group_by(keys).agg(paid_off=p.paid_date.min())
    t = due.left_join(full, keys).drop("loan_id_right", "term_no_right")
    t = t.left_join(gone, "loan_id").drop("loan_id_right")
    cleared = (t.owed > 0).ifelse(t.paid_off, t.due_date)
    end = ibis.coalesce(ibis.least(cleared, t.gone_date), ibis.literal(clock.as_of))
    late = days_between(end, t.due_date)
    open_ = cleared.isnull() & t.gone_date.isnull()
    return t.select(
        "customer_id",
        "loan_id",
        "due_date",
        late_days=ibis.greatest(late, 0),
        late_until=end,
        dpd=open_.ifelse(late, 0),
    )


def _overdue(
    schedules: ir.Table, repayments: ir.Table, loans: ir.Table | None, clock: Clock
) -> list[ir.Table]:
    t = terms(schedules, repayments, clock)
    year = t.late_until > clock.months_before(12)
    recent = (t.due_date > clock.months_before(24)) & (t.late_days > 0)
    by_customer = t.group_by("customer_id").agg(
        dpd=t.dpd.max(),
        max_dpd_12m=t.late_days.max(where=year).fill_null(0),
        n_overdue_24m=t.count(where=recent),
    )
    if loans is None:
        return [by_customer]
    # Who has a loan of which nothing is due yet is 0 days late, not unknown.
    who = loans.group_by("customer_id").agg(n=loans.count())
    known = who.left_join(by_customer, "customer_id")
    zeros = {name: known[name].fill_null(0) for name in by_customer.columns[1:]}
    by_customer = known.select("customer_id", **zeros)
    if "balance_fen" not in loans.columns:
        return [by_customer]
    worst = t.group_by("loan_id").agg(dpd=t.dpd.max())
    open_ = loans.filter(loans.balance_fen > 0).select("customer_id", "loan_id")
    both = open_.left_join(worst, "loan_id")
    days = both.group_by("customer_id").agg(days=both.dpd.fill_null(0).max())
    grade = ibis.cases(*((days.days > more, name) for more, name in _WORSE), else_=RISK_CLASSES[0])
    return [by_customer, days.select("customer_id", risk_class=grade)]


_WORSE = tuple(zip((360, 270, 90, 0), RISK_CLASSES[:0:-1], strict=True))
