"""The calibration's targets: what is measured, over what, between which values, and why."""

from dataclasses import dataclass

import pandas as pd

from smeprofile.simulate import assumptions as a
from smeprofile.simulate.calibration import (
    Bank,
    blended_ftp,
    cumulative_bad,
    economics,
    loan_level,
    maturity_cliff,
    month_index,
    pd_honest,
    policy_values,
    season_index,
    shares_off,
    survival,
)

_OURS = "仿真参数"
_REGISTRY = "工商总局 2013 年生存研究：第 1–3 年死亡率 1.6%、6.3%、9.5%，第 4–7 年取 8.5%"
_OSOME = "北大 OSOME 2024 年小微经营季度数据推算"
_CENSUS = "四经普 2018 年小微商贸户均（批零住餐），±15%"


@dataclass(frozen=True)
class Target:
    """One target: its ``key`` in ``measures``, 中文, base (denominator), range, source, format."""

    key: str
    title: str
    base: str
    low: float
    high: float
    source: str = _OURS
    form: str = "{:.1%}"


_SEASON = [
    Target(f"season_q{q + 1}", f"{q + 1} 季度季节指数", "窗口内一直正常经营的客户，真实销售额 ÷ 中心化移动平均",
           value - 0.03, value + 0.03, _OSOME, "{:.3f}")
    for q, value in enumerate(a.QUARTER_INDEX)
]  # fmt: skip
TARGETS = (
    Target("survival_3", "3 年存活率 S(3)", "开户后可见的登记企业，延迟进入的 Kaplan–Meier", 0.81, 0.85, _REGISTRY),
    Target("survival_5", "5 年存活率 S(5)", "同上", 0.68, 0.72, _REGISTRY),
    Target("survival_by_size", "S(5) 小型减微型", "按划型分层；规模越大存活越高", 0.01, 0.5, "工商总局 2013"),
    Target("rate", "新发放均价", "近 12 个月放款，金额加权", 0.046, 0.056, form="{:.2%}"),
    Target("ftp", "资金成本", "FTP 与支小再贷款按占比加权", 0.017, 0.021, form="{:.2%}"),
    Target("npl", "不良率", "次级、可疑、损失余额 ÷ 贷款余额", 0.016, 0.024, form="{:.2%}"),
    Target("unsecured", "信用贷占比", "信用贷余额 ÷ 贷款余额", 0.25, 0.30),
    Target("never_credit", "白户占比", "存续的结算客户中从未在任何机构用信者", 0.30, 0.50),
    Target("first_loan", "首贷户占比", "近 12 个月新增授信户", 0.15, 0.25),
    Target("utilization", "额度使用率均值", "有余额的授信：余额 ÷ 额度", 0.50, 0.60),
    Target("average_balance", "户均余额（元）", "有余额的客户", 400_000, 1_000_000, form="{:,.0f}"),
    Target("bad_mob12", "90+@MOB12", "授信户数，续贷串联；已满 12 个月的批次", 0.015, 0.025, form="{:.2%}"),
    Target("bad_mob24", "90+@MOB24", "授信户数，续贷串联；已满 24 个月的批次", 0.030, 0.045, form="{:.2%}"),
    Target("cliff", "到期断崖", "12 个月到期还本的借据：MOB15–16 月均新增 90+ ÷ MOB8–11 月均", 1.3, 20, form="{:.1f} 倍"),
    Target("share_industry", "行业占比最大偏差", "客户数，对自定银行客群", 0, 0.015, form="{:.2%}"),
    Target("share_region", "区县占比最大偏差", "客户数，对自定银行客群", 0, 0.015, form="{:.2%}"),
    Target("margin", "净利率中位数", "全部客户（真值）", 0.04, 0.06, "OSOME 平台小微 4.5–5.1%，不代表法人企业"),
    *_SEASON,
    Target("random_approval", "随机放行占比", "新增进件", 0.02, 0.05),
    Target("value_historical", "历史策略的预期利润", "每元新增申请额；全部拒绝为 0", 0.0, 0.05, form="{:.3%}"),
    Target("value_reference", "参考策略减历史策略", "同上；参考策略知道真实风险", 0.001, 0.05, form="{:.3%}"),
    Target("pd_honest", "真实违约概率的兑现", "12 个月内 90+ 户数 ÷ 真值概率之和，新增授信", 0.75, 1.25, form="{:.2f}"),
    Target("trade_staff", "商贸客户户均从业人员", "批发零售住宿餐饮", 4.9 * 0.85, 4.9 * 1.15, _CENSUS, "{:.1f} 人"),
    Target("trade_sales", "商贸客户户均营业收入（元）", "同上", 5.84e6 * 0.85, 5.84e6 * 1.15, _CENSUS, "{:,.0f}"),
    Target("trade_assets", "商贸客户户均资产（元）", "同上", 4.08e6 * 0.85, 4.08e6 * 1.15, _CENSUS, "{:,.0f}"),
)  # fmt: skip
SIZES = (
    Target("customers", "结算客户", "户", 30_000, 10**9, form="{:,.0f}"),
    Target("applications", "进件", "笔，含续贷与放贷预热期", 30_000, 10**9, form="{:,.0f}"),
    Target("matured_bads", "成熟样本的坏户", "授信户数，满 12 个月、曾逾期 90 天以上", 500, 10**9, form="{:,.0f}"),
    Target("random_contacts", "随机触达", "户，不含对照组", 20_000, 10**9, form="{:,.0f}"),
    Target("lending_months", "借贷历史", "个月", 48, 10**9, form="{:,.0f}"),
)  # fmt: skip


def measures(bank: Bank) -> dict[str, float]:
    """Return every achieved figure by the key of its target."""
    firms, truth, contacts = bank["customers"], bank["truth_customers"], bank["contacts"]
    eco, season, values = economics(bank), season_index(bank), policy_values(bank)
    there = (firms["registration_status"] == "存续").to_numpy()
    by_size = {c: survival(bank, firms["size_class"] == c)[5] for c in ("微型", "小型")}
    trade = firms[firms["industry_code"].str[0].isin(["F", "H"])]
    random = contacts[contacts["is_randomised"] & contacts["is_treated"]]
    s = survival(bank)
    return {
        "survival_3": s[3], "survival_5": s[5],
        "survival_by_size": by_size["小型"] - by_size["微型"],
        "rate": eco["rate"], "ftp": blended_ftp(), "npl": eco["npl"],
        "unsecured": eco["share_信用"], "utilization": eco["utilization"],
        "average_balance": eco["average_balance"],
        "never_credit": float(truth.loc[there, "first_credit_month"].isna().mean()),
        **_lending(bank), **{f"share_{k}": v for k, v in shares_off(bank).items()},
        "margin": float(truth["net_margin"].median()),
        **{f"season_q{q + 1}": float(season.get(q, float("nan"))) for q in range(4)},
        "value_historical": values["value_historical"],
        "value_reference": values["value_reference"] - values["value_historical"],
        "pd_honest": pd_honest(bank),
        "trade_staff": float(trade["n_staff"].mean()),
        "trade_sales": float(trade["annual_revenue_cny"].mean()),
        "trade_assets": float(trade["total_assets_cny"].mean()),
        "customers": float(len(firms)),
        "random_contacts": float(random["customer_id"].nunique()),
    }  # fmt: skip


def _lending(bank: Bank) -> dict[str, float]:
    last, chain, fac = int(bank.setting.months_all[-1]), bank.chains, bank["facilities"]
    decisions, apps = bank["decisions"], bank["applications"]
    new = decisions["application_id"].map(apps.set_index("application_id")["kind"]) == "新增"
    year_ago = bank.end - pd.DateOffset(years=1)
    granted = fac[(fac["start_date"] > year_ago) & fac["renewal_of"].isna()]
    return {
        "first_loan": float(granted["is_first_loan"].mean()),
        "bad_mob12": cumulative_bad(chain, 12, last),
        "bad_mob24": cumulative_bad(chain, 24, last),
        "cliff": maturity_cliff(loan_level(bank), last),
        "random_approval": float(decisions.loc[new, "is_random_approval"].mean()),
        "applications": float(len(apps)),
        "matured_bads": float(chain.loc[chain["start"] + 12 <= last, "bad"].notna().sum()),
        "lending_months": float(last - month_index(fac["start_date"]).min() + 1),
    }
