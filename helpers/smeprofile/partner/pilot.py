"""A pilot of the past with a technology firm: a bank's new loans, the platform's figures, two consents.

Its own synthetic bank, by the course's terms; the class data know nothing of the platform.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from smeprofile.bank.course import course_setting
from smeprofile.simulate import granting
from smeprofile.simulate import partner as platform
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.firm_tables import codes
from smeprofile.simulate.lending import Lending
from smeprofile.simulate.setting import Setting, first_day

ITEM, PURPOSES = "平台经营数据", ("授信审批", "营销")
BANK_FEATURES = {"score": "本行评分", "age_years": "经营年限", "inflow_month_cny": "月均流入",
                 "asked_to_inflow": "申请金额比月均流入"}  # fmt: skip
PARTNER_FEATURES = {"sales_3m_cny": "近三月平台成交额", "growth_3m": "比前三月增长", "refund_rate": "退款率",
                    "active_days": "当月有单天数", "late_to_suppliers": "欠上游货款占比",
                    "complaints_per_1000": "每千单投诉"}  # fmt: skip
AFTER = {"collection_calls_3m": "近三月催收外呼次数", "is_blacklisted": "现在是否在黑名单"}
WINDOW, BAD_MONTHS, _CHUNK = 24, 4, 5000
_NONE = 2**39
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Pilot:
    """The four tables of a pilot, and the platform's name.

    ``applications``: one row per new loan paid out that is two years old, with what the bank
    knew, ``is_bad`` (90+ days within these 24 months), ``by_lot`` and ``weight`` (so many applications a row
    stands for: those let through by lot stand for the refused). ``deliveries``: one row per merchant
    and month. ``bank_consents`` and ``partner_consents``: what was signed where.
    """

    name: str
    applications: pd.DataFrame
    deliveries: pd.DataFrame
    bank_consents: pd.DataFrame
    partner_consents: pd.DataFrame


@lru_cache(maxsize=1)
def pilot(customers: int = 30_000, seed: int = 12, *, months: int = 48) -> Pilot:
    """Return the pilot of a synthetic bank with so many customers; same seed, same pilot.

    Takes about a second for 7,000 customers. The frames are shared: don't change them in place.

    >>> told = pilot(customers=300, seed=5, months=24)
    >>> sorted(set(told.applications["is_bad"])) in ([0], [0, 1]), told.name
    (True, '青屿汇单科技')
    """
    setting = replace(course_setting(), customers=customers, seed=seed, months=months, grain="month",
                      txn_customers=None, txn_months=None)  # fmt: skip
    parts = [
        _part(setting, low, min(low + _CHUNK, customers)) for low in range(0, customers, _CHUNK)
    ]
    tables = {name: pd.concat([p[name] for p in parts if len(p[name])], ignore_index=True) for name in parts[0]}  # fmt: skip
    told = tables["applications"]
    share = told["by_lot"].mul(1.0).sum() / max(told["by_lot"].sum() + told["refused"].sum(), 1)
    told = told[told["is_known"]].drop(columns=["refused", "is_known"])
    weight = np.where(told["by_lot"], 1 / max(share, 0.01), 1.0)
    told = told.assign(weight=weight.round(4), is_bad=told["is_bad"].astype(int), by_lot=told["by_lot"].astype(bool))  # fmt: skip
    told = told.sort_values(["applied_date", "application_id"], ignore_index=True)
    return Pilot(platform.platform_name(setting), told, *(tables[n] for n in ("deliveries", "bank_consents", "partner_consents")))  # fmt: skip


def _part(s: Setting, low: int, high: int) -> dict[str, pd.DataFrame]:
    x = Chunk(s, low, high)
    w = Lending(s, x.t, x.life, x.elsewhere)
    shape = x.life.sales.shape
    bad, flow, sales = np.zeros(shape, np.int16), np.zeros(shape), np.zeros(shape)
    for k in range(shape[1]):
        w.step(k)
        bad[:, k], flow[:, k], sales[:, k] = w.bad_months, w.flow_seen, w.sales_month
    x.__dict__["lending"] = w  # the chunk would play it once more
    code = codes(x)
    apps = _applications(x, w, bad, flow)
    apps["uscc"] = code[apps["who"]]
    asked = np.unique(apps["who"])
    on = asked[platform.on_platform(s, x.t)[asked]]
    return {
        "applications": pd.DataFrame({n: c for n, c in apps.items() if n not in ("who", "month")}),
        "deliveries": _deliveries(x, on, code[on], sales, bad),
        "bank_consents": _signed(x, apps),
        "partner_consents": _agreed(x, on, code[on]),
    }


def _applications(x: Chunk, w: Lending, bad: np.ndarray, flow: np.ndarray) -> Columns:
    """Return new applications that were paid out, or refused (of which only the number is used)."""
    a, s = x.applications, x.setting
    first, last = 12, len(s.months_all) - 1
    fac = w.fac
    start = np.full(len(a["who"]), -1)
    start[a["row"][fac["app"]]] = np.where(fac["drawn"], fac["start"], -1)
    kept = np.flatnonzero(
        (a["kind"] == 0) & (a["month"] >= first) & ((start >= 0) | ~a["d_approved"])
    )
    who, k, begun = a["who"][kept], a["month"][kept], start[kept]
    window = begun[:, None] + np.arange(1, WINDOW + 1)
    went = (bad[who[:, None], np.clip(window, 0, last)] >= BAD_MONTHS).any(1)
    inflow = flow[who, k]
    return {
        "who": who, "month": k,
        "application_id": a["id"][kept], "customer_id": x.ids[who],
        "applied_date": _days(a["applied"][kept] // 86400),
        "product_id": np.array([key for key, _ in s.terms.products])[a["product"][kept]],
        "amount_cny": a["asked"][kept], "score": a["d_score"][kept].round(1),
        "age_years": x.life.age_years[who, k].round(1), "inflow_month_cny": inflow.round(0),
        "asked_to_inflow": np.minimum(a["asked"][kept] / np.maximum(inflow, 1_000), 60).round(2),
        "is_service": granting.SERVICE[x.t.trade[who]] > 0,
        "by_lot": a["d_random"][kept] & (begun >= 0), "refused": ~a["d_approved"][kept],
        "is_known": (begun >= 0) & (begun + WINDOW <= last), "is_bad": went,
    }  # fmt: skip


def _deliveries(
    x: Chunk, on: np.ndarray, code: np.ndarray, sales: np.ndarray, bad: np.ndarray
) -> pd.DataFrame:
    months, d = x.setting.months_all[9:], x.setting.draws
    part = _only(x, on)
    seen = {"sales_month": sales[on, 9:], "stage": x.life.stage[on, 9:], "operating": x.life.operating[on, 9:]}  # fmt: skip
    rows = platform.figures(d, part, months, seen)
    rows |= platform.after_the_loan(d, part, months, bad[on, 9:])
    there = x.life.is_open[on, 9:]
    who, k = np.nonzero(there)
    code = platform.written_codes(d, part.who, code)
    return pd.DataFrame({
        "uscc": code[who], "month": _days(first_day(months))[k],
        "published_date": _days(platform.published(months))[k],
        **{name: values[there] for name, values in rows.items()},
    })  # fmt: skip


def _signed(x: Chunk, apps: Columns) -> pd.DataFrame:
    d, number = x.setting.draws, x.t.who[apps["who"]]
    month = x.setting.months_all[apps["month"]]
    at_once, later = platform.signs(d, number, month)
    applied = apps["applied_date"].astype("datetime64[D]").astype(np.int64)
    granted = applied - d.integers("partner_sign_day", 0, 4, number, month)
    granted = np.where(
        later, applied + d.integers("partner_late_day", 1, 20, number, month), granted
    )
    leaves = d.uniform("partner_bank_leaves", number, month) < 0.05
    left = np.where(
        leaves, granted + d.integers("partner_bank_left", 20, 600, number, month), _NONE
    )
    return _consents(x.ids[apps["who"]], "customer_id", granted, left, np.zeros(len(number), int))[at_once | later]  # fmt: skip


def _agreed(x: Chunk, on: np.ndarray, code: np.ndarray) -> pd.DataFrame:
    part = _only(x, on)
    told = platform.consents(x.setting, part)
    code = platform.written_codes(x.setting.draws, part.who, code)
    frame = _consents(code, "uscc", told["granted"], told["withdrawn"], np.maximum(told["purpose"], 0))  # fmt: skip
    return frame[told["purpose"] >= 0]


def _consents(keys, key: str, granted: np.ndarray, withdrawn: np.ndarray, purpose: np.ndarray):
    gone = withdrawn < _NONE
    return pd.DataFrame({
        key: keys, "data_item": ITEM, "purpose": np.array(PURPOSES)[purpose],
        "granted_date": _days(granted),
        "withdrawn_date": np.where(gone, _days(np.where(gone, withdrawn, 0)), np.datetime64("NaT")),
    })  # fmt: skip


def _only(x: Chunk, on: np.ndarray):
    return replace(x.t, **{n: getattr(x.t, n)[on] for n in x.t.__dataclass_fields__})


def _days(days: np.ndarray) -> np.ndarray:
    return np.asarray(days, np.int64).astype("datetime64[D]").astype("datetime64[us]")
