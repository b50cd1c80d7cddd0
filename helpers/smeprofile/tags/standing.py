"""Credit standing: accounts, disputes, debt service, and what should make one look again."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from smeprofile.tags.clock import Clock, fen, ratio, yuan
from smeprofile.tags.tag import PEERS, SALES, Tag
from smeprofile.tags.wide import of, when

_D = "信用状况"
_ACCOUNTS = "financials.year,arrived_date"
_NONE = "没有已取得的财务报表"
_LAST = "最近一个已取得的会计年度"
_WORKING = (
    f"{_ACCOUNTS},revenue_cny,cost_cny,net_profit_cny,inventory_cny,receivable_cny,prepaid_cny,"
    "payable_cny,advance_cny"
)
_LEGAL = "legal_events.date,kind"

TAGS = (
    Tag("n_lawsuits_24m", "涉诉次数", _D, "作为被告的诉讼；被告不等于败诉", "最近 24 个月", "次",
        "不缺失：没有公开记录为 0，不等于没有纠纷", (_LEGAL,), owner="风险管理部", marketing=False),
    Tag("n_enforcements_24m", "被执行次数", _D, "已生效而没有履行", "最近 24 个月", "次",
        "不缺失：没有公开记录为 0", (_LEGAL,), owner="风险管理部", marketing=False),
    Tag("n_penalties_24m", "行政处罚次数", _D, "行政处罚", "最近 24 个月", "次",
        "不缺失：没有公开记录为 0", (_LEGAL,), owner="风险管理部", marketing=False),
    Tag("is_abnormal", "经营异常", _D, "最近 24 个月被列入经营异常名录", "最近 24 个月", "—",
        "不缺失：没有公开记录为否", (_LEGAL,), owner="风险管理部", marketing=False),
    Tag("debt_ratio", "资产负债率", _D, "负债总额除以资产总额；可以大于 1", _LAST, "—", _NONE,
        (f"{_ACCOUNTS},liabilities_cny,total_assets_cny",), update="每年", valid_days=366),
    Tag("current_ratio", "流动比率", _D, "流动资产除以流动负债", _LAST, "—", _NONE,
        (f"{_ACCOUNTS},current_assets_cny,current_liabilities_cny",), update="每年",
        valid_days=366),
    Tag("noncurrent_asset_growth", "非流动资产增速", _D,
        "最近一年末的资产总额减流动资产，比上一年末，再减 1；粗略反映资本支出", "最近两个会计年度", "—",
        "没有连续两年的报表", (f"{_ACCOUNTS},total_assets_cny,current_assets_cny",), update="每年",
        valid_days=366),
    Tag("dscr", "偿债备付率", _D,
        "经营性现金流净额除以一年应还本息。本行：等额还款的取放款额按期限年化，不超过余额；循环、到期还本的"
        "取余额按借据期限年化；都加利息。"
        "他行（有可用的征信报告时）：余额按剩余期限年化（不足一年按一年），利息不可知，没有计入；没有可用报告的只算了本行，是上限。"
        "这样算出来的含征信信息，不得转作营销", _LAST, "—",
        _NONE + "，或没有贷款", (f"{_ACCOUNTS},operating_cash_flow_cny",
        "drawdowns.loan_id,disbursed_date,amount_cny,annual_rate,tenor_months,repayment_method",
        "repayments.loan_id,paid_date,kind,principal_cny"), owner="风险管理部"),
    Tag("guarantee_equity_ratio", "对外担保比净资产", _D, "对外担保余额除以净资产（资产减负债）", _LAST,
        "—", "没有担保或报表，或净资产不为正",
        ("guarantees.amount_cny,start_date,end_date",
         f"{_ACCOUNTS},total_assets_cny,liabilities_cny"), owner="风险管理部"),
    Tag("hidden_debt_cny", "隐性负债线索", _D,
        "近 12 个月流水里的还款，减本行实收本息和罚息，再减征信报告上的他行余额，不低于 0；"
        "是线索，不是认定", "最近 12 个完整的月", "元", "没有流水，或没有可用的征信报告",
        ("flows_monthly.month,repay_out_cny|flows.date,direction,amount_cny,summary",
         "repayments.paid_date,kind,principal_cny,interest_cny,penalty_cny",
         "inquiries.inquiry_id,inquired_at", "external_loans.inquiry_id,balance_cny"),
        owner="风险管理部"),
    Tag("working_capital_need_cny", "营运资金量", "需求偏好",
        "流动资金贷款测算（2010 年办法附件）：上年销售收入×(1−销售利润率)×(1+预计增长率)÷周转次数；"
        "增长率取最近两年收入之比减 1、不超过 ±30%（±30% 为本课程设定），只有一年的取 0", _LAST, "元",
        _NONE + "，或周转天数合计不大于 0", (_WORKING,), update="每年", valid_days=366),
    Tag("working_capital_gap_cny", "额度缺口", "需求偏好",
        "营运资金量减自有资金、本行余额和他行余额（有可用的征信报告时），不低于 0；自有资金取流动资产减"
        "负债总额、不低于 0（本课程设定）。报表上的自有资金常与真实的差很远，排序时宜与营运资金量一起看。"
        "没有可用报告的没有减他行余额，是上限；减了的含征信信息，不得转作营销",
        _LAST, "元", _NONE + "，或周转天数合计不大于 0",
        (_WORKING, f"{_ACCOUNTS},current_assets_cny,liabilities_cny",
         "drawdowns.loan_id,disbursed_date,amount_cny", "repayments.loan_id,paid_date,kind,principal_cny"), update="每年",
        valid_days=366, peer=True),
    Tag("industry_outlook_rank", "行业景气位次", _D,
        "同门类客户近 12 个月有效流入合计的同比增速，在各门类中的名次，1 为最快；"
        "只看有 24 个月记录的客户，不足 30 户的门类不排", "最近 24 个完整的月", "名",
        "本门类可比的客户不足 30 户", ("customers.industry_code", SALES)),
)  # fmt: skip


def features(tables: Mapping[str, ir.Table], clock: Clock) -> list[ir.Table]:
    """Return tables of one row per customer."""
    made = []
    if "legal_events" in tables:
        made.append(_legal(tables["legal_events"], clock))
    if "financials" in tables:
        made.append(_accounts(tables["financials"], clock))
    if "repayments" in tables:
        made.append(_cash_repaid(tables["repayments"], clock))
    return made


def _legal(events: ir.Table, clock: Clock) -> ir.Table:
    t = events.filter((events.date > clock.months_before(24)) & (events.date <= clock.as_of))
    return t.group_by("customer_id").agg(
        n_lawsuits_24m=t.count(where=t.kind == "诉讼被告"),
        n_enforcements_24m=t.count(where=t.kind == "被执行"),
        n_penalties_24m=t.count(where=t.kind == "行政处罚"),
        n_abnormal=t.count(where=t.kind == "经营异常"),
    )


def _accounts(financials: ir.Table, clock: Clock) -> ir.Table:
    t = financials.filter(financials.arrived_date <= clock.as_of)
    newest = t.group_by("customer_id").agg(newest=t.year.max())
    last = t.join(newest, ["customer_id", t.year == newest.newest])
    before = t.select(
        of_customer=t.customer_id,
        next_year=t.year + 1,
        revenue_before=t.revenue_cny,
        noncurrent_before=t.total_assets_cny - t.current_assets_cny,
    )
    x = last.left_join(
        before, [last.customer_id == before.of_customer, last.year == before.next_year]
    )
    growth = (x.revenue_cny / x.revenue_before.nullif(0) - 1.0).clip(-0.3, 0.3).fill_null(0.0)
    return x.select(
        "customer_id",
        debt_ratio=ratio(x.liabilities_cny, x.total_assets_cny),
        current_ratio=ratio(x.current_assets_cny, x.current_liabilities_cny),
        noncurrent_asset_growth=ratio(
            x.total_assets_cny - x.current_assets_cny, x.noncurrent_before
        )
        - 1.0,
        operating_cash_flow_cny=x.operating_cash_flow_cny,
        equity_cny=x.total_assets_cny - x.liabilities_cny,
        own_funds_cny=ibis.greatest(x.current_assets_cny - x.liabilities_cny, 0.0),
        working_capital_need_cny=_working_capital(x, growth),
    )


def _working_capital(x: ir.Table, growth: ir.FloatingValue) -> ir.FloatingValue:
    """Working capital needed by the 2010 annex; receivable and advance turn with revenue."""
    days = 360.0 * (
        ratio(x.inventory_cny + x.prepaid_cny - x.payable_cny, x.cost_cny)
        + ratio(x.receivable_cny - x.advance_cny, x.revenue_cny)
    )
    margin = ratio(x.net_profit_cny, x.revenue_cny)
    turns = 360.0 / days.nullif(0.0)
    return when(days > 0, x.revenue_cny * (1.0 - margin) * (1.0 + growth) / turns)


def _cash_repaid(repayments: ir.Table, clock: Clock) -> ir.Table:
    t = repayments.filter(
        repayments.paid_date.between(clock.first_day(11), clock.month_end(0))
        & ~repayments.kind.isin(["核销", "转让"])
    )
    principal = (t.kind == "续贷").ifelse(0.0, t.principal_cny)
    return t.group_by("customer_id").agg(
        cash_repaid_cny=yuan(fen(principal + t.interest_cny + t.penalty_cny).sum())
    )


def across(t: ir.Table) -> dict[str, ir.Value]:
    """Return the tags made of several sources, from the joined table."""
    debt = of(t, "loan_balance_cny", 0.0) + of(t, "external_balance_cny", 0.0)
    service = of(t, "yearly_debt_service_cny", 0.0) + of(t, "external_yearly_cny", 0.0)
    unexplained = (
        of(t, "repay_out_cny") - of(t, "cash_repaid_cny", 0.0) - of(t, "external_balance_cny")
    )
    counts = ("n_lawsuits_24m", "n_enforcements_24m", "n_penalties_24m")
    gap = of(t, "working_capital_need_cny") - of(t, "own_funds_cny") - debt
    return {
        **{name: of(t, name, 0.0).cast("int64") for name in counts},
        "is_abnormal": of(t, "n_abnormal", 0.0) > 0,
        "dscr": ratio(of(t, "operating_cash_flow_cny"), service),
        "guarantee_equity_ratio": ratio(of(t, "guarantee_balance_cny"), of(t, "equity_cny")),
        "hidden_debt_cny": _not_below_zero(unexplained),
        "working_capital_gap_cny": _not_below_zero(gap),
    }


def _not_below_zero(value: ir.FloatingValue) -> ir.FloatingValue:
    # greatest() skips missing values in both engines: unknown must stay unknown.
    return when(value.notnull(), ibis.greatest(value, 0.0).round(2))


def outlook(t: ir.Table) -> ir.Table:
    """Return one row per industry section: its place by growth of effective inflow."""
    known = t.filter(t.inflow_before_cny.notnull() & t.industry_section.notnull())
    sums = known.group_by("industry_section").agg(
        now=fen(known.inflow_since_cny).sum(),
        before=fen(known.inflow_before_cny).sum(),
        n=known.count(),
    )
    sums = sums.filter((sums.n >= PEERS) & (sums.before > 0))
    growth = ibis.ifelse(sums.before > 0, sums.now / sums.before, 0.0).round(9)
    place = ibis.row_number().over(ibis.window(order_by=[growth.desc(), sums.industry_section]))
    return sums.select(of_section=sums.industry_section, industry_outlook_rank=place + 1)
