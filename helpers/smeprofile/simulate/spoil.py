"""Defects a bank's own tables may have, each with a switch; none is on unless asked for.

The five messy exports of module 02 have their own list (``defects.py``): theirs are of files.
Who and what is spoilt is drawn by customer, so that a defect does not depend on the chunks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from smeprofile.dictionary import INDUSTRIES
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.firm_tables import capital, deregistered
from smeprofile.simulate.plans import NEVER

Frame = pd.DataFrame


@dataclass(frozen=True)
class Spoiler:
    """One defect: what it is in Chinese, the tables it touches (none named: all), how it is done."""

    text: str
    tables: tuple[str, ...]
    apply: Callable[[Frame, Chunk], Frame]


def _some(x: Chunk, rows: Frame, name: str, share: float, key: str = "customer_id") -> np.ndarray:
    """Draw a share of the rows, by the number in their ``key``; equal keys are drawn together."""
    text = rows[key].astype(str).str.replace(r"\D", "", regex=True)
    return x.setting.draws.uniform(f"spoil_{name}", text.astype("int64").to_numpy()) < share


def _wrong_industry(rows: Frame, x: Chunk) -> Frame:
    codes = np.array(a.CODES)
    place = rows["industry_code"].map({code: k for k, code in enumerate(a.CODES)}).to_numpy()
    other = codes[(place + 5) % len(codes)]
    code = rows["industry_code"].mask(_some(x, rows, "industry", 0.02), other)
    return rows.assign(industry_code=code, industry=code.map(INDUSTRIES))


def _mixed_units(rows: Frame, x: Chunk) -> Frame:
    scale = np.where(_some(x, rows, "units", 0.03), 1e-4, 1.0)
    names = ("annual_revenue_cny", "total_assets_cny")
    return rows.assign(**{name: (rows[name] * scale).round(6) for name in names})


def _foreign_capital(rows: Frame, x: Chunk) -> Frame:
    rate = capital(x.setting, x.t.who)["rate"]
    names = ("subscribed_capital_cny", "paid_in_capital_cny")
    return rows.assign(**{name: (rows[name] / rate).round(2) for name in names})


def _duplicates(rows: Frame, x: Chunk) -> Frame:
    twice = rows[_some(x, rows, "twice", 0.02)]
    number = twice["customer_id"].str[1:].astype("int64") + 50_000_000
    again = twice.assign(customer_id="C" + number.astype(str))
    return pd.concat([rows, again]).sort_index(kind="stable")  # next to each other


def _survivors(rows: Frame, x: Chunk) -> Frame:
    gone = x.ids[deregistered(x) < NEVER]
    return rows[~rows["customer_id"].isin(gone)]


def _no_holidays(rows: Frame, x: Chunk) -> Frame:
    years = range(rows["date"].dt.year.min(), rows["date"].dt.year.max() + 1) if len(rows) else ()
    days = [
        pd.Timestamp(date(year, *map(int, a.SPRING_FESTIVAL[year].split("-"))))
        + pd.Timedelta(days=k)
        for year in years
        for k in range(8)
    ]
    return rows[~(rows["date"].isin(days) & _some(x, rows, "holiday", 0.5))]


def _own_transfers(rows: Frame, x: Chunk) -> Frame:
    own = (rows["summary"] == "同名划转") & _some(x, rows, "own", 0.4, "flow_id")
    return rows.assign(summary=rows["summary"].mask(own, "往来款"))


def _red_letters(rows: Frame, x: Chunk) -> Frame:
    return rows.assign(amount_cny=rows["amount_cny"].abs(), is_red=False)


def _early_arrival(rows: Frame, x: Chunk) -> Frame:
    return rows.assign(arrived_date=rows["month"] + pd.offsets.MonthEnd(1))


def _mixed_reasons(rows: Frame, x: Chunk) -> Frame:
    after = (rows["reason"] == "贷后管理") & _some(x, rows, "reason", 0.3, "inquiry_id")
    return rows.assign(reason=rows["reason"].mask(after, "贷款审批"))


def _withdrawals(rows: Frame, x: Chunk) -> Frame:
    lost = _some(x, rows, "withdrawn", 0.5, "consent_id")
    return rows.assign(withdrawn_date=rows["withdrawn_date"].mask(lost))


def _dpd(rows: Frame, x: Chunk) -> Frame:
    off = (rows["dpd"] > 31) & _some(x, rows, "dpd", 0.5, "loan_id")
    return rows.assign(dpd=rows["dpd"].mask(off, rows["dpd"] % 31))


def _utc(rows: Frame, x: Chunk) -> Frame:
    times = [name for name in ("applied_at", "decided_at") if name in rows]
    return rows.assign(**{name: rows[name] - pd.Timedelta(hours=8) for name in times})


def _immature(rows: Frame, x: Chunk) -> Frame:
    """Loans younger than three months can't be 90 days past due; yet they are called settled."""
    young = rows["settled_date"].isna() & rows["written_off_date"].isna()
    young &= rows["disbursed_date"] > pd.Timestamp(x.setting.end) - pd.Timedelta(days=90)
    return rows.assign(settled_date=rows["settled_date"].mask(young, rows["maturity_date"]))


SPOILERS = {
    "wrong_industry": Spoiler("2% 的客户行业代码错成别的大类，划型不变，两者对不上", ("customers",), _wrong_industry),
    "mixed_units": Spoiler("3% 的客户营业收入和资产总额按万元填在元的列里", ("customers",), _mixed_units),
    "foreign_capital": Spoiler("外币注册资本、实缴资本没有折算，照外币数填", ("customers",), _foreign_capital),
    "survivors_only": Spoiler("已注销的客户连同全部记录都被清掉，只剩幸存者", (), _survivors),
    "duplicate_customers": Spoiler("2% 的客户另有一个客户号，信用代码相同", ("customers",), _duplicates),
    "missing_holidays": Spoiler("一半客户的流水缺春节八天", ("flows",), _no_holidays),
    "own_transfers": Spoiler("四成同名划转的摘要写成往来款，只能凭对手方认出", ("flows",), _own_transfers),
    "red_letters": Spoiler("红字发票记成正数，也没有红字标记，直接相加就没有冲减", ("invoices",), _red_letters),
    "early_arrival": Spoiler("纳税数据的到行日期填成所属月份的月末，看着比实际早知道", ("tax",), _early_arrival),
    "mixed_reasons": Spoiler("三成贷后管理查询的原因记成贷款审批", ("inquiries",), _mixed_reasons),
    "lost_withdrawals": Spoiler("一半授权撤回没有同步，撤回日期空白", ("consents",), _withdrawals),
    "wrong_dpd": Spoiler("一半逾期一期以上的借据，逾期天数从最近一期起算，与期次对不上", ("drawdowns",), _dpd),
    "utc_times": Spoiler("进件与审批时间是 UTC，比北京时间早 8 小时", ("applications", "decisions"), _utc),
    "immature_settled": Spoiler("放款不满三个月的借据被当成已按期结清，观察期未满当作好客户", ("drawdowns",), _immature),
}  # fmt: skip


def spoiled(name: str, rows: Frame, x: Chunk) -> Frame:
    """Return table ``name`` of a chunk with the defects that its setting asks for."""
    for defect, spoiler in SPOILERS.items():
        here = name in spoiler.tables or (not spoiler.tables and "customer_id" in rows)
        if defect in x.setting.defects and here:
            rows = spoiler.apply(rows, x)
    return rows.reset_index(drop=True)
