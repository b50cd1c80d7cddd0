"""Tax returns, account flows, app events and visits."""

import numpy as np
import pandas as pd

from smeprofile.dictionary import APP_EVENTS, TAX_GRADES
from smeprofile.params import Cohort
from smeprofile.simulate.customers import DAY, TRADES, day_before, stream
from smeprofile.simulate.notes import NOTES

TAX_DUE_DAY = 15  # a month's return is due on this day of the next month; before, it isn't known
N_MONTHS = 12
# First day of Spring Festival, by year.
SPRING_FESTIVAL = {
    2019: "02-05", 2020: "01-25", 2021: "02-12", 2022: "02-01", 2023: "01-22", 2024: "02-10",
    2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26", 2029: "02-13", 2030: "02-03",
    2031: "01-23", 2032: "02-11", 2033: "01-31", 2034: "02-19", 2035: "02-08", 2036: "01-28",
}  # fmt: skip
_QUARTER_INDEX = np.array([0.95, 0.88, 1.05, 1.12])  # micro-business turnover 2024 (OSOME)


def last_tax_month(as_of: pd.Timestamp) -> pd.Timestamp:
    """Return the first day of the last month whose return was due by ``as_of``.

    >>> last_tax_month(pd.Timestamp("2025-12-31")), last_tax_month(pd.Timestamp("2025-12-14"))
    (Timestamp('2025-11-01 00:00:00'), Timestamp('2025-10-01 00:00:00'))
    """
    back = 1 if as_of.day >= TAX_DUE_DAY else 2
    return as_of.normalize().replace(day=1) - pd.DateOffset(months=back)


def season(month: pd.Timestamp) -> float:
    """Return the month's turnover as a multiple of the year's mean month.

    >>> season(pd.Timestamp("2025-02-01")) < 0.7 < season(pd.Timestamp("2025-03-01"))
    True
    """
    festival = pd.Timestamp(f"{month.year}-{SPRING_FESTIVAL[month.year]}") + 4 * DAY
    dip = 0.65 if festival.month == month.month else 1.0
    return float(_QUARTER_INDEX[(month.month - 1) // 3] * dip)


def tax(cohort: Cohort, customers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per tax-sharing firm and month, two months not yet due included."""
    rng = stream(cohort, "tax")
    last = last_tax_month(pd.Timestamp(cohort.as_of)) + pd.DateOffset(months=2)
    months = pd.date_range(end=last, periods=N_MONTHS + 2, freq="MS")
    sharing = customers[customers["shares_tax"]].reset_index(drop=True)
    grades = rng.choice(TAX_GRADES, len(sharing), p=[0.15, 0.42, 0.28, 0.10, 0.05])
    idle_share = rng.choice([0.01, 0.15, 0.5], len(sharing), p=[0.8, 0.15, 0.05])
    sharing = sharing.assign(tax_grade=grades, idle_share=idle_share)
    rows = sharing.loc[sharing.index.repeat(len(months))].reset_index(drop=True)
    rows["month"] = np.tile(months.to_numpy(dtype="datetime64[us]"), len(sharing))
    rows = _filed(rows, rng)
    return rows[rows["month"] >= rows["established_date"]].reset_index(drop=True)[
        ["customer_id", "month", "status", "invoiced_cny", "red_cny", "tax_grade"]
    ]


def _filed(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = len(rows)
    share = rows["industry_code"].map(lambda code: TRADES[code].invoiced_share)
    index = rows["month"].map({month: season(month) for month in rows["month"].unique()})
    invoiced = (rows["turnover_cny"] / 12 * index * share * rng.lognormal(0, 0.25, n)).round(2)
    red_share = np.where(rng.random(n) < 0.12, rng.uniform(0.01, 0.15, n), 0)
    draw = rng.random(n)
    unfiled, zero = draw < 0.03, draw > 1 - rows["idle_share"]
    blank_if = unfiled | zero
    return rows.assign(
        status=np.select([unfiled, zero], ["未申报", "零申报"], "已申报"),
        invoiced_cny=invoiced.mask(zero, 0.0).mask(unfiled),
        red_cny=(invoiced * red_share).round(2).mask(blank_if, 0.0).mask(unfiled),
    )


# Summary, direction, share of entries, median amount as a share of a month's turnover.
_ENTRIES = (
    ("货款", "in", 0.42, 0.20),
    ("退款", "in", 0.02, 0.02),
    ("同名划转", "in", 0.04, 0.15),
    ("贷款发放", "in", 0.01, 0.90),
    ("货款", "out", 0.26, 0.18),
    ("工资", "out", 0.08, 0.12),
    ("税费", "out", 0.06, 0.02),
    ("房租", "out", 0.05, 0.04),
    ("还款", "out", 0.03, 0.08),
    ("同名划转", "out", 0.03, 0.15),
)
_PARTIES = {"税费": "待报解预算收入", "工资": "代发工资"}


def flows(cohort: Cohort, customers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per account entry of a quarter of the customers, over twelve months."""
    rng = stream(cohort, "flows")
    as_of = pd.Timestamp(cohort.as_of)
    current = customers[~customers["is_future"]]
    shown = current.iloc[np.sort(rng.permutation(len(current))[: len(current) // 4])]
    rows = shown.loc[shown.index.repeat(rng.poisson(8 * 12, len(shown)))].reset_index(drop=True)
    n = len(rows)
    kind = rng.choice(len(_ENTRIES), n, p=[entry[2] for entry in _ENTRIES])
    size = np.array([entry[3] for entry in _ENTRIES])[kind]
    party = rng.choice(current["name"].to_numpy(dtype=object), n)
    rows = rows.assign(
        date=day_before(as_of, rng.integers(0, 365, n)),
        direction=np.array([entry[1] for entry in _ENTRIES])[kind],
        amount_cny=(rows["turnover_cny"] / 12 * size * rng.lognormal(0, 0.8, n)).round(2) + 0.01,
        summary=np.array([entry[0] for entry in _ENTRIES])[kind],
    )
    rows["amount_cny"] = rows["amount_cny"].round(2)
    own = rows["summary"] == "同名划转"
    party = pd.Series(party, dtype=object).mask(own, rows["name"])
    bank = {"贷款发放": cohort.bank.name, "还款": cohort.bank.name}
    rows["counterparty"] = rows["summary"].map(bank | _PARTIES).fillna(party)
    rows = rows[rows["date"] >= rows["opened_date"]].sort_values("date", kind="stable")
    return rows.assign(flow_id=[f"F{i:07d}" for i in range(1, len(rows) + 1)])


def app_events(cohort: Cohort, customers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per app event, in Beijing time, a fortnight past the observation date."""
    rng = stream(cohort, "app")
    midnight = pd.Timestamp(cohort.as_of) + DAY
    users = customers[(rng.random(len(customers)) < 0.45) & ~customers["is_future"]]
    rows = users.loc[users.index.repeat(rng.poisson(9, len(users)))].reset_index(drop=True)
    n = len(rows)
    seconds = rng.integers(-365 * 86400, 14 * 86400, n)
    # A cluster before 8 o'clock on the first day after: still the day before in UTC.
    early = rng.random(n) < 0.012
    seconds = np.where(early, rng.integers(0, 8 * 3600, n), seconds)
    rows["occurred_at"] = (midnight + pd.to_timedelta(pd.Series(seconds), unit="s")).astype(
        "M8[us]"
    )
    rows["event"] = rng.choice(APP_EVENTS, n, p=[0.62, 0.14, 0.08, 0.16])
    rows = rows[rows["occurred_at"] >= rows["opened_date"]]
    rows = rows.sort_values("occurred_at", kind="stable", ignore_index=True)
    return rows.assign(event_id=[f"E{i:07d}" for i in range(1, len(rows) + 1)])


def visits(cohort: Cohort, customers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per visit with its hidden ``theme``, a fortnight past the observation date."""
    rng = stream(cohort, "visits")
    as_of = pd.Timestamp(cohort.as_of)
    chosen = customers[(rng.random(len(customers)) < 0.55) & ~customers["is_future"]]
    rows = chosen.reset_index(drop=True)
    n = len(rows)
    rows["theme"] = rng.choice(list(NOTES), n, p=[0.16, 0.17, 0.14, 0.11, 0.12, 0.10, 0.12, 0.08])
    rows["note"] = [str(rng.choice(NOTES[theme])) for theme in rows["theme"]]
    rows["visit_date"] = day_before(as_of, rng.integers(-14, 540, n))
    rows = rows[rows["visit_date"] >= rows["opened_date"]]
    rows = rows.sort_values("visit_date", kind="stable", ignore_index=True)
    return rows.assign(visit_id=[f"V{i:06d}" for i in range(1, len(rows) + 1)])
