"""What is reported beside V, each with what was counted and what it was divided by."""

import numpy as np
import pandas as pd
from scipy.special import expit

from smeprofile.bank.assumptions import MONTHS
from smeprofile.bank.costs import CAPITAL_SHARE
from smeprofile.bank.future import Truth
from smeprofile.bank.loans import Loans
from smeprofile.bank.play import Played
from smeprofile.bank.queue import office_hours
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import lending

_COLUMNS = ("kpi", "title", "value", "numerator", "denominator", "meaning")


def kpis(truth: Truth, played: Played) -> pd.DataFrame:
    """Return one row per figure, by ``kpi``: ``title, value, numerator, denominator, meaning``.

    ``value`` is missing where nothing was counted. Money is yuan, hours are by the clock.
    """
    x, counts = played.applications, played.counts
    n_apps = len(x["who"]) if x else 0
    rows = [*_of_loans(truth, played), *_of_applications(x, n_apps)]
    asks = counts["contacts"] + n_apps
    rows += [
        ("n_contacts", "触达", counts["contacts"], counts["contacts"], counts["offers"],
         f"做成的触达；超出渠道容量未做 {counts['over_capacity']:,}，先前已拒绝联系未做 {counts['opted_out_before']:,}"),
        ("opt_out_rate", "退订率", None, counts["opt_outs"], counts["contacts"], "触达后要求不再联系 ÷ 触达"),
        ("complaint_rate", "投诉率", None, counts["complaints"], asks, "投诉 ÷（触达＋进件）"),
    ]  # fmt: skip
    told = [(k, t, n / d if v is None and d else v, n, d, says) for k, t, v, n, d, says in rows]
    frame = pd.DataFrame(told, columns=list(_COLUMNS)).set_index("kpi")
    return frame.astype({"value": "float64", "numerator": "float64", "denominator": "float64"})


def _of_applications(x: dict, n: int) -> list[tuple]:
    get = (lambda name: x[name]) if n else (lambda name: np.zeros(0))
    approved, in_year, by_hand = get("approved"), get("in_year"), get("by_hand")
    hours = np.where(in_year, get("hours"), np.inf)  # undecided stay in the denominator
    worked = np.where(in_year, office_hours(get("decided")) - office_hours(get("applied")), np.inf)
    told = int((approved * in_year).sum()) if n else 0
    took, signed = get("accepted"), get("granted")
    automatic = int((in_year * (1 - by_hand)).sum()) if n else 0
    return [
        ("approval_rate", "通过率", None, told, n, "年内批准 ÷ 全部进件，年末未决的算在分母里"),
        ("take_up_rate", "接受率", None, int(took.sum()), int(approved.sum()), "客户接受 ÷ 批准；其余去了别家"),
        ("hours_p50", "时效 P50（小时）", _percentile(hours, 0.5), n, n, "一半进件在这么多自然小时内有结果"),
        ("hours_p90", "时效 P90（小时）", _percentile(hours, 0.9), n, n, "九成进件在这么多自然小时内有结果；未决算无穷大"),
        ("work_hours_p90", "时效 P90（工作小时）", _percentile(worked, 0.9), n, n,
         "同上，只数工作日的 8 小时；对外承诺要说明是哪一种小时"),
        ("automation_rate", "自动化率", None, automatic, n, "没有经人手就有结果 ÷ 全部进件"),
        ("undecided", "年末未决", n - int(in_year.sum()), n - int(in_year.sum()), n, "年末还没有结果的进件"),
        ("first_loan_share", "首贷户占比", None, int((get("is_first") * signed).sum()), int(signed.sum()),
         "从未在任何机构用信的 ÷ 新增授信户"),
        ("satisfaction", "满意度", None, float((get("pleased") * in_year).sum()), n,
         "0–1：时效与价格的可接受程度，被拒的打折，未决算 0（仿真参数）"),
    ]  # fmt: skip


def _percentile(hours: np.ndarray, share: float) -> float | None:
    if not len(hours):
        return None
    return float(np.sort(hours)[int(np.ceil(share * len(hours))) - 1])


def _of_loans(truth: Truth, played: Played) -> list[tuple]:
    f, ledger = played.loans.fac, played.ledger
    old_start, old_end = truth.old_balance[:, 0].sum(), truth.old_balance[:, -1].sum()
    new = played.loans.balance_by_month[-1] / 100
    drawn = f["drawn"] & (f["kind"] < 2) if f else np.zeros(0, bool)
    bad = (f["ever_bad"] >= 0) & drawn if f else drawn
    expected = expected_bad(truth, played.loans)[drawn].sum() if f else 0.0
    capital = played.loans.capital_months / 100 / MONTHS * CAPITAL_SHARE
    statement = ledger.statement()
    notes, counts = played.loans.notes, played.counts
    ours = f["kind"][notes["fac"]] < 2 if notes else np.zeros(0, bool)
    lent = float(notes["balance"][ours].sum()) / 100 if notes else 0.0
    settled = int((ours & ~notes["open"] & ~notes["lost"]).sum()) if notes else 0
    earned = statement.sum() - statement["资本成本"]
    after_tax = earned * (1 - a.BANK_TERMS["income_tax_rate"])
    return [
        ("new_balance_cny", "新增贷款余额（元）", lent, lent, 1, "年末，本策略一年里放出的，含续贷"),
        ("growth", "贷款增速", None, old_end + new - old_start, old_start,
         "（存量到期后剩下的余额＋新增－年初）÷ 年初"),
        ("renewal_rate", "续贷率", None, counts["renewed"], counts["due"],
         f"续上的 ÷ 到期能续的存量客户；没给续的还清 {counts['not_offered']:,} 户，嫌贵走的 "
         f"{counts['went_elsewhere']:,} 户，到期没还上的 {counts['unpaid']:,} 户"),
        ("bad_rate_12m", "12 个月坏账率（真值）", None, expected, int(drawn.sum()),
         "按真实风险率，用信后 12 个月内逾期 90 天以上的期望户数 ÷ 用信户"),
        ("bad_rate_seen", "年内已坏", None, int(bad.sum()), int(drawn.sum()),
         "年内已逾期 90 天以上的 ÷ 用信户；下半年放的还没到坏的时候，不是最终坏账率"),
        ("churn_rate", "流失率", None, settled, int(ours.sum()),
         "年内提前结清（转去别家、注销或不再需要）的借据 ÷ 放出的借据"),
        ("raroc", "RAROC", None, after_tax, capital, "（V＋资本成本）×（1－所得税率）÷ 平均占用资本"),
    ]  # fmt: skip


def expected_bad(truth: Truth, loans: Loans) -> np.ndarray:
    """Return each line's true chance of 90+ within twelve months, as ``truth_applications`` has it.

    By the hazard of the month applied for, with the price and what was drawn in the year.
    """
    f, n = loans.fac, loans.notes
    who, k = f["who"], f["k"]
    drawn = np.bincount(n["fac"], weights=n["fen"] / 100, minlength=len(who)) if n else 0.0
    debt = drawn + truth.owed[who, k]
    logit = truth.logit[who, k] + lending.debt_pressure(debt, truth.sales_month[who, k])
    hazard = expit(logit + 12 * (f["rate"] - 0.05))
    return 1 - (1 - np.minimum(hazard * 1.2, 0.9)) ** 10


def vintages(truth: Truth, played: Played) -> pd.DataFrame:
    """Return one row per month of granting: ``n_lines, n_bad, months_seen, expected_bad_share``."""
    f = played.loans.fac
    if not f:
        return pd.DataFrame(columns=["n_lines", "n_bad", "months_seen", "expected_bad_share"])
    drawn = f["drawn"] & (f["kind"] < 2)
    rows = pd.DataFrame({"month": f["start"] + 1, "n_bad": f["ever_bad"] >= 0,
                         "expected": expected_bad(truth, played.loans)})[drawn]  # fmt: skip
    grouped = rows.groupby("month")
    out = grouped.agg(n_lines=("n_bad", "size"), n_bad=("n_bad", "sum"),
                      expected_bad_share=("expected", "mean"))  # fmt: skip
    return out.assign(months_seen=MONTHS - out.index)[
        ["n_lines", "n_bad", "months_seen", "expected_bad_share"]
    ]
