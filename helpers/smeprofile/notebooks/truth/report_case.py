"""Module 14: the customer of the half-page report, its card's values, and the numbers of its model answers.

The card is made here, once: profiling takes seconds that a practice hasn't. Its values are what
trainees see of the class data; nothing hidden is among them.
"""

from collections.abc import Callable
from functools import lru_cache, partial

import pandas as pd

from smeprofile.params import Cohort
from smeprofile.simulate.exported import setting
from smeprofile.simulate.world import arrow_schema, chunk_tables, fixed_tables
from smeprofile.tags import TAGS, profile

_FIRST = 4_000  # customers looked at
_TABLES = {"customers", "owners", "flows_monthly", "balances", "invoices_monthly", "tax", "external_loans",
           "inquiries", "consents", "applications", "facilities", "drawdowns", "repayments", "financials",
           "customer_survey"}  # fmt: skip
_MONTHS = 24
_GROWN_UP = 18  # years old when the first firm was founded: the bank draws both apart
_REPORT_DAYS = TAGS["days_since_report"].valid_days  # later, a report's figures are no facts
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
    """Return how much each card gives to tell.

    Who can't be written about gets the least; then who borrows here already, then whose credit report
    has run out: a small bank may have nobody else.
    """
    amount = {name: found[name].fillna(0) for name in (
        "loan_balance_cny", "credit_line_cny", "external_balance_cny", "external_max_dpd", "n_unfiled_12m",
        "n_alerts", "n_inquiries_6m", "working_capital_gap_cny", "amount_wanted_cny")}  # fmt: skip
    must = (
        (found["registration_status"] == "存续") & (found["effective_inflow_cny"] > 0)
        & (found["consent_tax"] == "有效") & (found["consent_report"] == "有效")
        & (found["flow_invoice_ratio"] > 0) & found["n_insured"].notna()
        & found["days_since_report"].notna()
    )  # fmt: skip
    new = must & (amount["loan_balance_cny"] == 0) & (amount["credit_line_cny"] == 0)
    fresh = must & (found["days_since_report"] <= _REPORT_DAYS)
    should = (
        must & (found["operating_status"] == "正常") & found["inflow_growth"].notna()
        & (found["effective_inflow_cny"] >= 600_000)
        & (amount["external_max_dpd"] == 0) & (amount["n_alerts"] == 0)
        & (found["controller_age_years"] - found["controller_years"] >= _GROWN_UP)
    )  # fmt: skip
    owed = amount["external_balance_cny"]
    points = [
        (found["flow_invoice_ratio"] - 1).abs() > 0.25, found["inflow_growth"].abs() > 0.1,
        amount["n_inquiries_6m"] > 0, amount["working_capital_gap_cny"] > 0, amount["amount_wanted_cny"] > 0,
        (owed > 0) & (owed < 0.5 * found["effective_inflow_cny"]), found["tax_grade"].isin(["A", "B"]),
        amount["n_unfiled_12m"] == 0,
    ]  # fmt: skip
    told = sum(hit.fillna(False).astype(int) for hit in points)
    weights = ((must, 800), (new, 400), (fresh, 200), (should, 100))
    return told + sum(weight * hit.fillna(False).astype(int) for hit, weight in weights)


def _row(cohort: Cohort) -> dict[str, object]:
    """Return the card's values, plain: None where nothing is known, no date (it is the cohort's).

    Channels are told by name: a card that is read says no codes.
    """
    row, _ = _chosen(cohort)
    channels = fixed_tables(setting(cohort))["channels"].to_pandas().set_index("channel_id")["name"]
    row = row.replace(channels.to_dict())
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


@lru_cache(maxsize=2)
def _words(cohort: Cohort) -> dict[str, str]:
    """Return the numbers and phrases of the reports; most sentences stand in the practice's source."""
    row, day = _chosen(cohort)[0], f"{pd.Timestamp(cohort.as_of):%Y-%m-%d}"
    inflow, invoiced = (
        _known(row[name]) / 1e4 for name in ("effective_inflow_cny", "invoiced_12m_cny")
    )
    ratio = _known(row["flow_invoice_ratio"])
    wanted, grown = _known(row["amount_wanted_cny"]) / 1e4, _known(row["inflow_growth"])
    line = max(5, min(_MOST_WAN, int(inflow / 12 * _TURNS)))
    line = int(min(line, wanted)) if wanted >= 5 else line
    falls = grown < -0.1
    line = max(5, int(line * 0.8)) if falls else line
    return {
        "customer": str(row["customer_id"]), "day": day,
        "inflow": f"{inflow:,.1f}", "monthly": f"{inflow / 12:,.1f}", "invoiced": f"{invoiced:,.1f}",
        "ratio": f"{ratio:.2f}", "bureau": _bureau(row), "burden": _burden(row, line),
        "fetched": _report_date(row), "age_days": f"{_known(row['days_since_report']):.0f}",
        "insured": f"{_known(row['n_insured']):.0f}", "age": f"{row['age_years']:.1f}",
        "status": str(row["registration_status"]),
        "grade": "未知" if pd.isna(row["tax_grade"]) else str(row["tax_grade"]),
        "unfiled": "未知" if pd.isna(row["n_unfiled_12m"]) else f"{row['n_unfiled_12m']:.0f} 个月",
        "less": f"只有含税开票的 {ratio:.0%}，其余可能在别家银行收，也可能还没有收回" if ratio < 1
        else f"是含税开票的 {ratio:.0%}，可能有不开票的销售，也可能有不是货款的钱混在里面",
        "trend": _trend(row),
        "line": f"{line}", "turns": f"{_TURNS}", "most": f"{_MOST_WAN}",
        "asks": f"客户在调查里说想要 {wanted:,.1f} 万元" if wanted else "客户想要多少，卡上没有",
        "lowered": "，流入比上年少，再打八折" if falls else "",
    }  # fmt: skip


def _trend(row: pd.Series) -> str:
    """Return how sales go; a last half-year that goes the other way makes it unsure."""
    year, half = row["inflow_growth"], row["inflow_trend"]
    if pd.isna(year):
        return "看不出趋势：上年的流入不全"
    told = f"近一年有效流入比上年{_more(year)}"
    if not pd.isna(half) and year * half < 0:
        return f"说不准：{told}，扣了季节，近半年却比前半年{_more(half)}"
    told += "" if pd.isna(half) else f"，扣了季节，近半年也比前半年{_more(half)}"
    return f"{'在变好' if year > 0 else '没有变好'}：{told}"


def _more(change: float) -> str:
    return f"{'多' if change >= 0 else '少'} {abs(change):.0%}"


def _bureau(row: pd.Series) -> str:
    """Return the fact of the credit report: its figures while it is valid, else that it has run out."""
    source = f"征信报告（授信用途授权有效）· 截至报告日 {_report_date(row)}"
    if not row["days_since_report"] <= _REPORT_DAYS:
        return f"最近一份征信报告过了 {_REPORT_DAYS} 天有效期，里面的数不当事实写 · {source}"
    owed, due = (
        "未知" if pd.isna(row[name]) else f"{row[name] / 1e4:,.1f} 万元"
        for name in ("external_balance_cny", "external_due_90d_cny")
    )
    asked = "未知" if pd.isna(row["n_inquiries_6m"]) else f"{row['n_inquiries_6m']:.0f} 次"
    return f"他行贷款余额 {owed}，其中 90 天内到期 {due}；近 6 个月贷款审批查询 {asked} · {source}"


def _burden(row: pd.Series, line: int) -> str:
    """Return what is inferred of the debts: nothing where the report has run out."""
    owed, year = row["external_balance_cny"], max(_known(row["effective_inflow_cny"]), 1.0)
    if pd.isna(owed) or not row["days_since_report"] <= _REPORT_DAYS:
        return "他行负债现在是多少不知道，重查征信以前不推断轻重"
    due = _known(row["external_due_90d_cny"]) > 0
    return (
        f"他行余额是年流入的 {owed / year:.0%}，加上这一笔是 {(owed + line * 1e4) / year:.0%}，轻重要和同业比；"
        f"{'90 天内到期的拿什么还要先问清，' if due else ''}别的负债没有算进来"
    )


def _report_date(row: pd.Series) -> str:
    if pd.isna(row["days_since_report"]):
        return "未知"
    return f"{row['as_of'] - pd.Timedelta(days=int(row['days_since_report'])):%Y-%m-%d}"


def _word(name: str, cohort: Cohort) -> str:
    return _words(cohort)[name]


def _known(value: object) -> float:
    return 0.0 if pd.isna(value) else float(value)


_WORDS = (
    *("customer", "day", "inflow", "monthly", "invoiced", "ratio", "bureau", "burden"),
    *("fetched", "age_days", "insured", "age", "status", "grade", "unfiled", "less", "trend"),
    *("line", "turns", "most", "asks", "lowered"),
)
VALUES: dict[str, Callable[[Cohort], object]] = {
    "report_row": _row,
    "report_months": _months,
    **{f"report_{name}": partial(_word, name) for name in _WORDS},
}
