"""Module 14: the customer of the half-page report, its card's values, and the model answers in words.

The card is made here, once: profiling takes seconds that a practice hasn't. Its values are what
trainees see of the class data; nothing hidden is among them.
"""

from collections.abc import Callable
from functools import lru_cache

import pandas as pd

from smeprofile.params import Cohort
from smeprofile.simulate.exported import setting
from smeprofile.simulate.world import arrow_schema, chunk_tables, fixed_tables
from smeprofile.tags import profile

_FIRST = 2_000  # customers looked at
_TABLES = {"customers", "owners", "flows_monthly", "balances", "invoices_monthly", "tax", "external_loans",
           "inquiries", "consents", "applications", "facilities", "drawdowns", "repayments", "financials",
           "customer_survey"}  # fmt: skip
_MONTHS = 24
_MOST_WAN, _TURNS = 50, 2  # of 快速贷; months of inflow that a line is worth


@lru_cache(maxsize=2)
def _chosen(cohort: Cohort) -> tuple[pd.Series, pd.DataFrame]:
    """Return the profile row of the customer whose card says most, and its monthly sales received."""
    s = setting(cohort)
    made = dict(chunk_tables(s, 0, min(_FIRST, s.customers), truth=False, only=_TABLES))
    made["products"] = fixed_tables(s)["products"]
    tables = {name: table.cast(arrow_schema(name)).to_pandas() for name, table in made.items()}
    found = profile(tables, s.end)
    talk = _talking_points(found)
    row = found.loc[talk.idxmax()]
    own = tables["flows_monthly"].query("customer_id == @row.customer_id")
    own = own[own["month"] + pd.offsets.MonthEnd(0) <= pd.Timestamp(s.end)]
    return row, own.nlargest(_MONTHS, "month").sort_values("month")


def _talking_points(found: pd.DataFrame) -> pd.Series:
    """Return how much each card gives to tell: who can't be written about gets the least."""
    amount = {name: found[name].fillna(0) for name in (
        "loan_balance_cny", "credit_line_cny", "external_balance_cny", "external_max_dpd", "n_unfiled_12m",
        "n_alerts", "n_inquiries_6m", "working_capital_gap_cny", "amount_wanted_cny")}  # fmt: skip
    must = (
        (found["registration_status"] == "存续") & (found["effective_inflow_cny"] > 0)
        & (found["consent_tax"] == "有效") & (found["consent_report"] == "有效")
        & (found["flow_invoice_ratio"] > 0) & found["n_insured"].notna()
        & found["days_since_report"].notna()
    )  # fmt: skip
    should = (
        must & (found["operating_status"] == "正常") & found["inflow_growth"].notna()
        & (amount["loan_balance_cny"] == 0) & (amount["credit_line_cny"] == 0)
        & (found["effective_inflow_cny"] >= 600_000)
        & (amount["external_max_dpd"] == 0) & (amount["n_alerts"] == 0)
    )  # fmt: skip
    owed = amount["external_balance_cny"]
    points = [
        (found["flow_invoice_ratio"] - 1).abs() > 0.25, found["inflow_growth"].abs() > 0.1,
        amount["n_inquiries_6m"] > 0, amount["working_capital_gap_cny"] > 0, amount["amount_wanted_cny"] > 0,
        (owed > 0) & (owed < 0.5 * found["effective_inflow_cny"]), found["tax_grade"].isin(["A", "B"]),
        amount["n_unfiled_12m"] == 0,
    ]  # fmt: skip
    told = sum(hit.fillna(False).astype(int) for hit in points)
    return told + sum(100 * hit.fillna(False).astype(int) for hit in (must, should))


def _row(cohort: Cohort) -> dict[str, object]:
    """Return the card's values, plain: None where nothing is known, no date (it is the cohort's)."""
    row, _ = _chosen(cohort)
    plain = {}
    for name, value in row.drop("as_of").items():
        known = not pd.isna(value)
        value = value.item() if hasattr(value, "item") else value
        plain[str(name)] = (
            (round(value, 6) if isinstance(value, float) else value) if known else None
        )
    return plain


def _months(cohort: Cohort) -> list[list[object]]:
    """Return month and sales received of the last two years, yuan."""
    _, own = _chosen(cohort)
    return [[f"{r.month:%Y-%m-%d}", round(float(r.sales_in_cny), 2)] for r in own.itertuples()]


def _report(cohort: Cohort) -> str:
    """Return the model report: facts, inference, what isn't verified, opinion, evidence."""
    row, day = _chosen(cohort)[0], f"{pd.Timestamp(cohort.as_of):%Y-%m-%d}"
    inflow, invoiced = (
        _known(row[name]) / 1e4 for name in ("effective_inflow_cny", "invoiced_12m_cny")
    )
    ratio, owed = _known(row["flow_invoice_ratio"]), _known(row["external_balance_cny"]) / 1e4
    wanted = _known(row["amount_wanted_cny"]) / 1e4
    line = max(5, min(_MOST_WAN, int(inflow / 12 * _TURNS)))
    line = int(min(line, wanted)) if wanted >= 5 else line
    falls = _known(row["inflow_growth"]) < -0.1
    line = max(5, int(line * 0.8)) if falls else line
    lowered = "，流入比上年少，再打八折" if falls else ""
    asks = f"客户在调查里说想要 {wanted:,.1f} 万元" if wanted else "客户想要多少没有问过"
    less = f"只有开票的 {ratio:.0%}，一部分货款可能在别家银行收，也可能还没有收回" if ratio < 1 else (
        f"是开票的 {ratio:.0%}，可能有不开票的销售，也可能有不是货款的钱混在里面")  # fmt: skip
    grown = row["inflow_growth"]
    trend = (
        "看不出趋势" if pd.isna(grown) else f"比上年{'多' if grown >= 0 else '少'} {abs(grown):.0%}"
    )
    return "\n".join([
        f"**客户** {row['customer_id']}，观察点 {day}。数据为课程的合成数据。",
        "",
        "**一、事实**（每条：数 · 来源 · 截至）",
        "",
        f"1. 近 12 个月有效流入 {inflow:,.1f} 万元 · 本行流水 · 截至 {day}。",
        f"2. 近 12 个月开票 {invoiced:,.1f} 万元，票流比 {ratio:.2f} · 税务发票（纳税数据授权有效）· 截至 {day}。",
        f"3. 他行贷款余额 {owed:,.1f} 万元，近 6 个月机构查询 {_known(row['n_inquiries_6m']):.0f} 次 · 征信报告（授信用途授权有效）· 报告距观察点 {_known(row['days_since_report']):.0f} 天。",
        f"4. 参保 {_known(row['n_insured']):.0f} 人，成立 {row['age_years']:.1f} 年，登记状态{row['registration_status']} · 登记与社保 · 截至 {day}。",
        f"5. 纳税信用等级 {'未知' if pd.isna(row['tax_grade']) else row['tax_grade']}，近 12 个月未申报 {_known(row['n_unfiled_12m']):.0f} 个月 · 税务 · 截至 {day}。",
        "",
        "**二、推断**（可能不对）",
        "",
        f"- 推断：本行流水{less}。依据是第 1、2 条。",
        f"- 推断：有效流入{trend}。一年的数，不足以说明趋势会继续。",
        f"- 推断：他行余额是年流入的 {owed / max(inflow, 1):.0%}，加上这一笔是 {(owed + line) / max(inflow, 1):.0%}，还得动；前提是没有别的负债。",
        "",
        "**三、未核实**（怎么核实）",
        "",
        "- 主要买家的账期：要近三张大额发票的合同和对账单，打两个电话核对。",
        "- 他行贷款什么时候到期、怎么还：请客户提供借款合同和还款计划；没有余额的，问清别处有没有民间借款。",
        f"- 征信报告是 {_known(row['days_since_report']):.0f} 天以前的：放款前取得授权，重查一次。",
        "- 家庭的负债和担保：面谈时问，需要查的另取书面授权。",
        "",
        "**四、意见**",
        "",
        f"拟同意快速贷 {line} 万元，12 个月，等额本息。{asks}；额度取它、月均有效流入的 {_TURNS} 倍、产品上限 {_MOST_WAN} 万元里最小的{lowered}。"
        f"条件：第三部分的前三条核实无误后放款；核实不了，额度减半；发现隐瞒负债，不批。贷后每月看流入，连续两个月低于现在月均（{inflow / 12:,.1f} 万元）的七成就走访。",
        "",
        "**五、证据链**",
        "",
        "流水导出（经办、日期）、开票查询截图、两份授权书的编号和日期、征信报告的日期、双人走访记录和照片、核实电话记录、审批意见。每一份写明谁、哪一天、存在哪里。",
    ])  # fmt: skip


def _all_facts(cohort: Cohort) -> str:
    """Return a report that states everything as a fact: a typical mistake."""
    row = _chosen(cohort)[0]
    return (
        f"近 12 个月有效流入 {_known(row['effective_inflow_cny']) / 1e4:,.1f} 万元，票流比 {_known(row['flow_invoice_ratio']):.2f}，"
        "说明企业经营正常，其余货款都在他行收。老板为人可靠，家庭没有负债。建议给快速贷 50 万元。"
    )


def _copied(cohort: Cohort) -> str:
    """Return a report that copies the card and gives no opinion: a typical mistake."""
    row, day = _chosen(cohort)[0], f"{pd.Timestamp(cohort.as_of):%Y-%m-%d}"
    return "\n".join([
        f"- 近 12 个月有效流入 {_known(row['effective_inflow_cny']) / 1e4:,.1f} 万元（本行流水，截至 {day}）",
        f"- 近 12 个月开票 {_known(row['invoiced_12m_cny']) / 1e4:,.1f} 万元（税务，截至 {day}）",
        f"- 参保 {_known(row['n_insured']):.0f} 人（社保，截至 {day}）",
        f"- 成立 {row['age_years']:.1f} 年（登记，截至 {day}）",
        "",
        "以上情况属实，请审批部门定夺。",
    ])  # fmt: skip


def _known(value: object) -> float:
    return 0.0 if pd.isna(value) else float(value)


VALUES: dict[str, Callable[[Cohort], object]] = {
    "report_row": _row,
    "report_months": _months,
    "report_model": _report,
    "report_all_facts": _all_facts,
    "report_copied": _copied,
}
