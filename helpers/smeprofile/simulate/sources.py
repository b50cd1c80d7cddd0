"""The five messy exports, rendered from what is true of one branch."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from smeprofile.params import Cohort
from smeprofile.simulate import files
from smeprofile.simulate.exported import FATAL_FLAWS, stream
from smeprofile.uscc import ALPHABET

CURRENCIES = {"USD": "美元", "EUR": "欧元", "HKD": "港元", "GBP": "英镑", "JPY": "日元"}
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(ord("0"), ord("Z") + 1)}
_TAX_HEADER = [
    "纳税人识别号", "所属月份", "开票金额", "红冲金额", "应税销售额", "应纳增值税", "单位", "申报状态",
    "纳税信用等级", "到行日期",
]  # fmt: skip
_DATE_STYLES = ("%Y-%m-%d", "{y}/{m}/{d}", "%Y%m%d", "{y}年{m}月{d}日")


def render(
    cohort: Cohort, branch: dict[str, pd.DataFrame], defects: Collection[str]
) -> dict[str, bytes]:
    """Return the content of each source file by name."""
    return {
        "core_customers.csv": files.csv_gbk(_core(cohort, branch["firms"], defects)),
        "tax_filings.xlsx": files.xlsx(_tax(cohort, branch, defects)),
        "bureau_reports.json": files.json_text(_bureau(cohort, branch)),
        "crm.sqlite": files.sqlite(_crm(cohort, branch, defects)),
        "app_log.parquet": files.parquet(_app_log(cohort, branch, defects)),
    }


def _core(cohort: Cohort, firms: pd.DataFrame, defects: Collection[str]) -> pd.DataFrame:
    rng = stream(cohort, "core")
    records = firms.assign(code=[_code(f, defects) for f in firms.itertuples()])
    older = _older_records(rng, firms[firms["is_twice"]].reset_index(drop=True), cohort.place)
    if "duplicate_customers" in defects:
        records = pd.concat([records, older]).sort_values("customer_id", ignore_index=True)
    styles = rng.random((len(records), 2))
    return pd.DataFrame(
        {
            "客户号": records["customer_id"].str[1:],
            "客户名称": records["name"],
            "统一社会信用代码": records["code"],
            "行业代码": records["industry_code"],
            "所属区": records["region"],
            "所属支行": records["branch_id"],
            "实际控制人": records["controller_id"],
            "成立日期": _dates(rng, records["established_date"], defects),
            "开户日期": _dates(rng, records["opened_date"], defects),
            "登记状态": records["registration_status"],
            "注销日期": _dates(rng, records["deregistered_date"], defects),
            "注册资本": _capital(cohort, records, "subscribed_wan", styles[:, 0], defects),
            "实缴资本": _capital(cohort, records, "paid_in_wan", styles[:, 1], defects),
            "参保人数": ["" if pd.isna(n) else str(n) for n in records["n_insured"]],
            "从业人员": records["n_staff"].astype(str),
            "营业收入": _yuan(records["annual_revenue_cny"]),
            "资产总额": _yuan(records["total_assets_cny"]),
            "划型": records["size_class"],
            "科技型": np.where(records["is_tech"], "是", "否"),
            "场地自有": np.where(records["owns_premises"], "是", "否"),
            "年日均存款": _yuan(records["avg_daily_balance_cny"]),
            "更新时间": _dates(rng, records["updated_at"], defects),
        }
    )


def _code(firm: Any, defects: Collection[str]) -> str:
    code = firm.uscc
    if ("bad_uscc" if firm.flaw in FATAL_FLAWS else "messy_uscc") not in defects:
        return code
    other = ALPHABET[(ALPHABET.index(code[17]) + 1) % 31]
    return {
        "": code,
        "lower": f" {code.lower()}",
        "spaces": f"{code[:2]} {code[2:8]} {code[8:]}",
        "full_width": code.translate(_FULL_WIDTH),
        "check_digit": code[:17] + other,
        "letter_o": code.replace("0", "O", 1),
        "blank": "",
    }[firm.flaw]


def _older_records(rng: np.random.Generator, firms: pd.DataFrame, place: str) -> pd.DataFrame:
    """Return the second, older records: another number, name spelled otherwise, stale amounts."""
    tails = firms["name"].str.removeprefix(place)
    spellings = np.stack(
        [
            f"（{place}）" + tails,
            f"{place} " + tails + " ",
            firms["name"].str.replace("有限公司", "有限责任公司"),
            firms["name"] + "　",
        ]
    )
    n = len(firms)
    stale = pd.Series(pd.to_timedelta(rng.integers(30, 200, n), unit="D"))
    return firms.assign(
        customer_id=firms["old_id"],
        code=firms["uscc"],
        name=spellings[rng.integers(0, 4, n), np.arange(n)],
        subscribed_wan=(firms["subscribed_wan"] / 2).round(2),
        paid_in_wan=(firms["paid_in_wan"] / 2).round(2),
        avg_daily_balance_cny=(firms["avg_daily_balance_cny"] * 0.7).round(2),
        updated_at=firms["updated_at"] - stale,
    )


def _dates(rng: np.random.Generator, dates: pd.Series, defects: Collection[str]) -> list[str]:
    kinds = rng.integers(0, 4, len(dates)) * ("mixed_dates" in defects)
    return [
        "" if pd.isna(date)
        else date.strftime(style) if "%" in (style := _DATE_STYLES[kind])
        else style.format(y=date.year, m=date.month, d=date.day)
        for date, kind in zip(dates, kinds, strict=True)
    ]  # fmt: skip


def _yuan(amounts: pd.Series) -> list[str]:
    return [f"{amount:,.2f}" for amount in amounts]


def _capital(
    cohort: Cohort, records: pd.DataFrame, column: str, style: np.ndarray, defects: Collection[str]
) -> list[str]:
    return [
        _amount(wan, currency, share, cohort.fx_rates_cny, defects)
        for wan, currency, share in zip(records[column], records["currency"], style, strict=True)
    ]


def _amount(
    wan: float, currency: str, style: float, rates: dict[str, float], defects: Collection[str]
) -> str:
    if pd.isna(wan):
        return ""
    if currency != "CNY":
        if "foreign_capital" in defects:
            return f"{_plain(wan)}万{CURRENCIES.get(currency, currency)}"
        return f"{_plain(round(wan * rates[currency], 6))}万元"
    if "mixed_capital_units" not in defects or style < 0.5:
        return f"{_plain(wan)}万元"
    return _plain(wan).replace(",", "") if style < 0.8 else f"{_plain(round(wan * 10_000, 2))}元"


def _plain(number: float) -> str:
    text = f"{number:,.6f}".rstrip("0").rstrip(".")
    return text


def _tax(
    cohort: Cohort, branch: dict[str, pd.DataFrame], defects: Collection[str]
) -> dict[str, list[list[Any]]]:
    rng = stream(cohort, "tax_export")
    codes = branch["firms"].set_index("customer_id")["uscc"]
    rows = branch["tax"].assign(uscc=branch["tax"]["customer_id"].map(codes))
    n = len(rows)
    in_wan = (rng.random(n) < 0.3) & ("mixed_tax_units" in defects)
    as_date = (rng.random(n) < 0.2) & ("mixed_tax_months" in defects)
    again = rng.random(n) < 0.01
    lines = []
    for row, wan, dated, twice in zip(rows.itertuples(), in_wan, as_date, again, strict=True):
        line = _tax_line(row, in_wan=wan, as_date=dated)
        lines += [line] * (2 if twice and "duplicate_tax_rows" in defects else 1)
    if "tax_total_row" in defects:
        sums = [round(sum(line[i] or 0 for line in lines), 2) for i in range(2, 6)]
        lines.append(["合计", None, *sums, None, None, None, None])
    prose = [
        [f"本表由{cohort.bank.region}税银平台（虚构）导出，仅限已授权企业。"],
        ["金额单位以每行“单位”列为准；未申报的月份金额为空，零申报为 0。"],
    ]
    return {"说明": prose, "申报": [["纳税申报明细"], [], _TAX_HEADER, *lines]}


def _tax_line(row: Any, *, in_wan: bool, as_date: bool) -> list[Any]:
    amounts = (row.invoiced_cny, row.red_cny, row.taxable_sales_cny, row.vat_due_cny)
    return [
        row.uscc,
        row.month.to_pydatetime() if as_date else row.month.strftime("%Y-%m"),
        *(None if pd.isna(x) else round(x / (10_000 if in_wan else 1), 6) for x in amounts),
        "万元" if in_wan else "元",
        row.status,
        row.tax_grade,
        row.arrived_date.strftime("%Y-%m-%d"),
    ]


def _bureau(cohort: Cohort, branch: dict[str, pd.DataFrame]) -> dict[str, Any]:
    codes = branch["firms"].set_index("customer_id")["uscc"]
    credit = {
        key: [
            {
                "机构": loan.institution,
                "授信额度": loan.credit_line_cny,
                "余额": loan.balance_cny,
                "到期日": loan.maturity_date.strftime("%Y-%m-%d"),
                "逾期天数": int(loan.dpd),
            }
            for loan in group.itertuples()
        ]
        for key, group in branch["external_loans"].groupby("inquiry_id")
    }
    reports = [
        {
            "报告编号": row.inquiry_id,
            "统一社会信用代码": codes[row.customer_id],
            "查询时间": row.inquired_at.strftime("%Y-%m-%dT%H:%M:%S+08:00"),
            "查询原因": row.reason,
            "授权编号": None if pd.isna(row.consent_id) else row.consent_id,
            "信贷": credit.get(row.inquiry_id, []),
        }
        for row in branch["inquiries"].itertuples()
    ]
    exported = pd.Timestamp(cohort.as_of) + pd.Timedelta(days=20, hours=9)
    return {"导出时间": exported.strftime("%Y-%m-%dT%H:%M:%S+08:00"), "报告": reports}


def _crm(
    cohort: Cohort, branch: dict[str, pd.DataFrame], defects: Collection[str]
) -> dict[str, pd.DataFrame]:
    rng = stream(cohort, "crm")
    firms = branch["firms"]
    contacts = firms[["customer_id", "do_not_contact"]]
    if "duplicate_customers" in defects:
        # The wish not to be called may sit on the old number alone; it still counts.
        twice = firms[firms["is_twice"]]
        contacts = contacts.assign(do_not_contact=firms["do_not_contact"] & ~firms["is_twice"])
        older = twice[["do_not_contact"]].assign(customer_id=twice["old_id"])
        contacts = pd.concat([contacts, older]).sort_values("customer_id")
    consents, visits = branch["consents"], branch["visits"]
    return {
        "客户": pd.DataFrame(
            {
                "客户号": contacts["customer_id"].str[1:],
                "免打扰": np.where(contacts["do_not_contact"], "1", "0"),
                "联系人": "虚构联系人" + contacts["customer_id"].str[1:],
            }
        ),
        "授权": pd.DataFrame(
            {
                "授权编号": consents["consent_id"],
                "客户号": _numbers(rng, consents, firms, defects),
                "数据项": consents["data_item"],
                "用途": consents["purpose"],
                "授权日期": consents["granted_date"].dt.strftime("%Y-%m-%d"),
                "撤回日期": consents["withdrawn_date"].dt.strftime("%Y-%m-%d"),
            }
        ),
        "走访": pd.DataFrame(
            {
                "走访编号": visits["visit_id"],
                "客户号": _numbers(rng, visits, firms, defects),
                "走访日期": visits["visit_date"].dt.strftime("%Y-%m-%d"),
                "纪要": visits["note"],
            }
        ),
    }


def _app_log(
    cohort: Cohort, branch: dict[str, pd.DataFrame], defects: Collection[str]
) -> pd.DataFrame:
    rng = stream(cohort, "app_export")
    events = branch["app_events"]
    utc = events["occurred_at"].dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    log = pd.DataFrame(
        {
            "event_id": events["event_id"],
            "客户号": _numbers(rng, events, branch["firms"], defects),
            "event": events["event"],
            "ts_utc": utc,
        }
    )
    again = (rng.random(len(log)) < 0.01) & ("duplicate_app_events" in defects)
    return log.loc[log.index.repeat(1 + again)].reset_index(drop=True)


def _numbers(
    rng: np.random.Generator, rows: pd.DataFrame, firms: pd.DataFrame, defects: Collection[str]
) -> pd.Series:
    """Return the customer number each row is filed under: of a firm recorded twice, either."""
    old = rows["customer_id"].map(firms.set_index("customer_id")["old_id"])
    use_old = (rng.random(len(rows)) < 0.5) & old.notna() & ("duplicate_customers" in defects)
    return rows["customer_id"].mask(use_old, old).str[1:]
