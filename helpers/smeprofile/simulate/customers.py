"""Firms and the bank's customer records."""

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile import uscc
from smeprofile.dictionary import INDUSTRIES, REGIONS
from smeprofile.params import Cohort

DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Trade:
    """One industry: share of customers, median yearly turnover, invoiced share, words for names."""

    share: float
    turnover_cny: float
    invoiced_share: float
    words: tuple[str, ...]


# Shares follow the fifth economic census (wholesale and retail 30 %, leasing and business
# services 14 %, manufacturing 12 %); turnover and invoiced share are parameters of ours.
TRADES = {
    "C13": Trade(0.03, 6.0e6, 0.80, ("食品", "粮油加工", "水产加工")),
    "C33": Trade(0.05, 8.0e6, 0.95, ("五金制品", "金属制品", "模具")),
    "C34": Trade(0.04, 9.0e6, 0.96, ("机械设备", "泵阀制造", "轴承")),
    "E49": Trade(0.04, 5.0e6, 0.90, ("机电安装", "消防工程", "管道安装")),
    "E50": Trade(0.05, 4.0e6, 0.75, ("装饰工程", "建筑装修", "门窗工程")),
    "F51": Trade(0.17, 6.0e6, 0.92, ("建材批发", "日用品批发", "农资贸易", "粮油贸易", "五金贸易")),
    "F52": Trade(0.13, 2.2e6, 0.50, ("便利店", "服装商行", "电器商行", "水果超市", "母婴用品")),
    "G54": Trade(0.06, 3.5e6, 0.85, ("货运", "物流", "运输服务")),
    "H61": Trade(0.02, 1.8e6, 0.45, ("宾馆", "民宿")),
    "H62": Trade(0.07, 1.2e6, 0.30, ("餐饮", "小吃", "酒楼", "茶饮")),
    "I65": Trade(0.07, 2.5e6, 0.70, ("软件", "信息技术", "网络科技")),
    "L71": Trade(0.04, 2.0e6, 0.65, ("机械租赁", "设备租赁")),
    "L72": Trade(0.10, 1.5e6, 0.50, ("商务咨询", "广告传媒", "人力资源", "会展服务")),
    "M74": Trade(0.04, 2.2e6, 0.65, ("检测技术", "工程设计")),
    "M75": Trade(0.03, 2.0e6, 0.70, ("科技服务", "环保科技")),
    "O80": Trade(0.03, 0.9e6, 0.30, ("家政服务", "美容美发", "洗染服务")),
    "O81": Trade(0.03, 1.5e6, 0.45, ("汽车维修", "家电维修")),
}
# Calendar signs: no firm is called so in a city that does not exist.
_SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_CAPITALS_WAN = (10, 30, 50, 100, 200, 300, 500, 1000, 1200, 3000)
_CAPITAL_SHARES = (0.08, 0.08, 0.18, 0.24, 0.14, 0.08, 0.11, 0.05, 0.02, 0.02)


def stream(cohort: Cohort, name: str) -> np.random.Generator:
    """Return the random stream ``name``: drawing more from one leaves the others as they were."""
    key = (zlib.crc32(name.encode()),)
    return np.random.default_rng(np.random.SeedSequence(cohort.seed, spawn_key=key))


def day_before(last: pd.Timestamp | pd.Series, days: np.ndarray) -> pd.Series:
    """Return dates that lie ``days`` whole days before ``last``."""
    shift = pd.Series(pd.to_timedelta(np.asarray(days).astype(int), unit="D"))
    return (last - shift).astype("datetime64[us]")


def firms(cohort: Cohort) -> pd.DataFrame:
    """Return one row per real customer, with the hidden facts everything else is made from.

    ``flaw`` says what the core system holds for the credit code: "" (right), a spelling that
    can be mended, or a mistake that cannot. ``old_id`` is the number of a second record of the
    same firm. The last rows (``is_future``) opened their account after the observation date.
    """
    rng = stream(cohort, "firms")
    n_future = max(3, cohort.n_customers // 100)
    n = cohort.n_customers + n_future
    codes = rng.choice(list(TRADES), n, p=[trade.share for trade in TRADES.values()])
    rows = pd.DataFrame({"industry_code": codes})
    rows["is_future"] = np.arange(n) >= cohort.n_customers
    rows["industry"] = rows["industry_code"].map(INDUSTRIES)
    rows["name"] = [_name(rng, cohort.place, code) for code in codes]
    rows["uscc"] = [uscc.make(int(s)) for s in rng.choice(10**8, n, replace=False)]
    rows["region"] = rng.choice(REGIONS, n, p=[0.26, 0.24, 0.18, 0.14, 0.10, 0.08])
    rows = _dated(rows, rng, pd.Timestamp(cohort.as_of))
    rows = _sized(rows, rng)
    rows = _capitalised(rows, rng, cohort)
    rows["do_not_contact"] = rng.random(n) < 0.06
    rows["shares_tax"] = (rng.random(n) < 0.6) & ~rows["is_future"]
    return _numbered(_flawed(rows, rng, cohort), rng)


def _name(rng: np.random.Generator, place: str, code: str) -> str:
    signs = "".join(rng.choice(list(_SIGNS), 2))
    return f"{place}{signs}{rng.choice(TRADES[code].words)}有限公司"


def _dated(rows: pd.DataFrame, rng: np.random.Generator, as_of: pd.Timestamp) -> pd.DataFrame:
    """Ages follow the registry's 2013 study: 49.4 % under 5 years, 32.9 % 5-10, 17.7 % over."""
    n = len(rows)
    band = rng.choice(3, n, p=[0.494, 0.329, 0.177])
    low, high = np.array([0.3, 5, 10])[band], np.array([5, 10, 25])[band]
    age_days = (rng.uniform(low, high) * 365.25).astype(int)
    opened_days = (age_days * rng.uniform(0.05, 0.98, n)).astype(int)
    opened_days = np.where(rows["is_future"], -rng.integers(1, 15, n), opened_days)
    stale_days = (np.minimum(opened_days, 300) * rng.uniform(0, 1, n)).astype(int)
    return rows.assign(
        established_date=day_before(as_of, age_days),
        opened_date=day_before(as_of, opened_days),
        updated_at=day_before(as_of, np.where(rows["is_future"], opened_days, stale_days)),
    )


def _sized(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = len(rows)
    median = rows["industry_code"].map(lambda code: TRADES[code].turnover_cny)
    turnover = median * rng.lognormal(0, 0.9, n)
    staff = np.ceil(turnover / 4e5 * rng.lognormal(0, 0.5, n)).astype(int)
    insured = pd.Series(staff * rng.choice([0, 0.5, 1], n, p=[0.1, 0.3, 0.6]), dtype="float64")
    return rows.assign(
        turnover_cny=turnover,
        n_insured=insured.round().mask(rng.random(n) < 0.08).astype("Int64"),
        avg_daily_balance_cny=(turnover * rng.lognormal(-3.3, 0.8, n)).round(2),
    )


def _capitalised(rows: pd.DataFrame, rng: np.random.Generator, cohort: Cohort) -> pd.DataFrame:
    n = len(rows)
    foreign = rng.random(n) < 0.04
    currency = np.where(foreign, rng.choice(sorted(cohort.fx_rates_cny), n), "CNY")
    wan = pd.Series(rng.choice(_CAPITALS_WAN, n, p=_CAPITAL_SHARES), dtype="float64")
    paid_share = rng.choice([0, 0.1, 0.3, 0.5, 1], n, p=[0.15, 0.15, 0.2, 0.15, 0.35])
    rate = pd.Series(currency).map({"CNY": 1.0, **cohort.fx_rates_cny})
    blank = rng.random(n) < 0.03
    paid_wan = (wan * paid_share).round(2).mask(blank | (rng.random(n) < 0.15))
    wan = wan.mask(blank)
    return rows.assign(
        currency=currency,
        subscribed_wan=wan,
        paid_in_wan=paid_wan,
        subscribed_capital_cny=(wan * 10_000 * rate).round(2),
        paid_in_capital_cny=(paid_wan * 10_000 * rate).round(2),
    )


MENDABLE_FLAWS = ("lower", "spaces", "full_width")
FATAL_FLAWS = ("check_digit", "letter_o", "blank")


def _flawed(rows: pd.DataFrame, rng: np.random.Generator, cohort: Cohort) -> pd.DataFrame:
    """Choose, among today's customers, codes to spoil (3 %) and firms recorded twice (4 %)."""
    n = cohort.n_customers
    n_each, n_twice = max(3, round(0.015 * n)), max(3, round(0.04 * n))
    order = rng.permutation(n)
    flaw = np.full(len(rows), "", dtype=object)
    for kinds, chosen in (
        (FATAL_FLAWS, order[:n_each]),
        (MENDABLE_FLAWS, order[n_each : 2 * n_each]),
    ):
        flaw[chosen] = np.resize(kinds, n_each)
    known_long = rows["opened_date"] < pd.Timestamp(cohort.as_of) - 600 * DAY
    able = [i for i in order if known_long[i] and flaw[i] not in FATAL_FLAWS]
    twice = np.isin(np.arange(len(rows)), able[:n_twice])
    # Some refused to be called: a wish noted under one number must hold for the other.
    refused = rows["do_not_contact"] | np.isin(np.arange(len(rows)), able[:3])
    return rows.assign(flaw=flaw, is_twice=twice, do_not_contact=refused)


def _numbered(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Number all records at random, so the lower of two numbers is not always the older record."""
    n, n_twice = len(rows), int(rows["is_twice"].sum())
    numbers = rng.permutation(n + n_twice) + 1
    ids = pd.Series([f"C{number:06d}" for number in numbers])
    old = pd.Series(None, index=rows.index, dtype=object)
    old[rows["is_twice"]] = ids[n:].to_numpy()
    return rows.assign(customer_id=ids[:n], old_id=old).sort_values(
        "customer_id", ignore_index=True
    )
