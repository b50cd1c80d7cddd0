"""Does the bank look as it should: each target of the calibration, and what was achieved.

All figures are worked out again from the tables, the way a reader of the data would, and each
names its denominator. Targets are simulation parameters [P] unless a source is named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from smeprofile.simulate import assumptions as a
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.world import chunk_tables, chunks

TABLES = frozenset(
    ("customers", "applications", "decisions", "facilities", "drawdowns", "schedules", "repayments",
     "contacts", "truth_customers", "truth_months", "truth_applications")
)  # fmt: skip
NPL = ("次级", "可疑", "损失")


@dataclass(frozen=True)
class Target:
    """One line of the calibration: what is measured, on what base, and between which values."""

    key: str
    title: str
    base: str
    low: float
    high: float
    source: str
    percent: bool = True


@dataclass(frozen=True)
class Bank:
    """The tables a calibration reads, as pandas frames."""

    setting: Setting
    tables: dict[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def end(self) -> pd.Timestamp:
        """The last day."""
        return pd.Timestamp(self.setting.end)

    @cached_property
    def bad_date(self) -> pd.Series:
        """Day each loan note first was more than 90 days past due; index ``loan_id``."""
        return first_overdue(self, 90)

    @cached_property
    def chains(self) -> pd.DataFrame:
        """One row per line of credit with its renewals: first disbursement and first 90+ day."""
        return chains(self)


def read(setting: Setting) -> Bank:
    """Simulate and return what the calibration reads."""
    parts: dict[str, list] = {}
    for low, high in chunks(setting):
        for name, table in chunk_tables(setting, low, high, truth=True, only=set(TABLES)):
            parts.setdefault(name, []).append(table.to_pandas())
    return Bank(setting, {name: pd.concat(p, ignore_index=True) for name, p in parts.items()})


def first_overdue(bank: Bank, days: int) -> pd.Series:
    """Return the day each loan note first was more than ``days`` past due, by ``loan_id``."""
    paid = bank["repayments"]
    paid = paid[paid["term_no"] > 0].groupby(["loan_id", "term_no"])["paid_date"].max()
    terms = bank["schedules"].set_index(["loan_id", "term_no"])["due_date"]
    late = terms + pd.Timedelta(days=days + 1)
    when = paid.reindex(terms.index).fillna(pd.Timestamp.max.floor("s"))
    hit = late[(when >= late) & (late <= bank.end)]
    return hit.groupby(level="loan_id").min()


def month_index(dates: pd.Series) -> pd.Series:
    """Return months counted from year 0."""
    return dates.dt.year * 12 + dates.dt.month - 1


def chains(bank: Bank) -> pd.DataFrame:
    """Return one row per line of credit, its renewals included (客户/授信口径).

    ``start`` is the month of the first disbursement, ``bad`` that of the first day beyond 90
    days past due (NaN: never), ``method`` and ``tenor`` those of the first loan note.
    """
    fac = bank["facilities"].set_index("facility_id")["renewal_of"]
    root = pd.Series(fac.index, index=fac.index)
    parent = fac.dropna()
    while len(parent):
        root.loc[parent.index] = parent
        parent = parent.map(fac).dropna()
    loans = bank["drawdowns"].assign(
        root=lambda t: t["facility_id"].map(root), bad=lambda t: t["loan_id"].map(bank.bad_date)
    )
    first = loans.sort_values("disbursed_date").groupby("root")
    out = first.agg(
        customer_id=("customer_id", "first"), start=("disbursed_date", "min"), bad=("bad", "min"),
        method=("repayment_method", "first"), tenor=("tenor_months", "first"),
    )  # fmt: skip
    return out.assign(start=month_index(out["start"]), bad=month_index(out["bad"]))


def cumulative_bad(table: pd.DataFrame, mob: int, last_month: int) -> float:
    """Return the share 90+ by ``mob``, of those old enough to have been seen that long."""
    seen = table[table["start"] + mob <= last_month]
    return float((seen["bad"] - seen["start"] <= mob).mean())


def loan_level(bank: Bank) -> pd.DataFrame:
    """Return one row per loan note 借据: start and first 90+ month."""
    loans = bank["drawdowns"]
    bad = month_index(loans["loan_id"].map(bank.bad_date))
    return pd.DataFrame(
        {"start": month_index(loans["disbursed_date"]), "bad": bad,
         "method": loans["repayment_method"], "tenor": loans["tenor_months"]}
    )  # fmt: skip


def survival(bank: Bank, which: pd.Series | None = None) -> pd.Series:
    """Return S(1) … S(7): firms still registered after so many years.

    Kaplan–Meier by day with late entry: a firm counts from the day the bank knows it (account
    opened, or the first day simulated), for before that it could not have been seen to leave.
    """
    firms = bank["customers"] if which is None else bank["customers"][which.to_numpy()]
    start = pd.Timestamp(year=int(bank.setting.months_all[0]) // 12,
                         month=int(bank.setting.months_all[0]) % 12 + 1, day=1)  # fmt: skip
    born = firms["established_date"]
    enter = (firms["opened_date"].clip(lower=start) - born).dt.days.to_numpy() / 365.25
    left = firms["deregistered_date"]
    leave = (left.fillna(bank.end) - born).dt.days.to_numpy() / 365.25
    gone = left.notna().to_numpy()
    survived, out = 1.0, {}
    for step in range(1, 7 * 12 + 1):
        low, high = (step - 1) / 12, step / 12
        inside = (enter < high) & (leave > low)
        exposure = (np.minimum(leave, high) - np.maximum(enter, low))[inside].sum()
        died = (gone & inside & (leave <= high)).sum()
        survived *= np.exp(-died / max(exposure, 1e-9) / 12)
        if step % 12 == 0:
            out[step // 12] = survived
    return pd.Series(out)


def season_index(bank: Bank) -> pd.Series:
    """Return quarter → sales over their moving mean of four quarters, averaged over the years.

    The panel is firms trading in every shown month, so that openings and closures don't count;
    the centred moving mean takes growth out.
    """
    months = bank["truth_months"]
    index = month_index(months["month"])
    trading = months[months["operating"] == "正常经营"].groupby("customer_id").size()
    panel = trading.index[trading == bank.setting.months]
    kept = months["customer_id"].isin(panel)
    by_quarter = months.loc[kept, "revenue_cny"].groupby(index[kept] // 3).sum()
    mean = by_quarter.rolling(4).mean()
    centred = (mean + mean.shift(-1)).shift(-1) / 2
    ratio = (by_quarter / centred).dropna()
    return ratio.groupby(ratio.index % 4).mean()


def economics(bank: Bank) -> dict[str, float]:
    """Return the bank's ratios of the last twelve months, each over what its name says."""
    loans, fac = bank["drawdowns"], bank["facilities"]
    open_ = loans[loans["balance_cny"] > 0]
    balance = open_["balance_cny"].sum()
    security = open_["facility_id"].map(fac.set_index("facility_id")["security"])
    year_ago = bank.end - pd.DateOffset(years=1)
    new = loans[(loans["disbursed_date"] > year_ago)]
    paid = bank["repayments"]
    recent = paid[paid["paid_date"] > year_ago]
    by_kind = recent.groupby("kind")["principal_cny"].sum()
    bad_day = loans["loan_id"].map(bank.bad_date)
    turned = loans[(bad_day > year_ago)]
    used = open_.groupby("facility_id")["balance_cny"].sum()
    line = fac.set_index("facility_id")["credit_line_cny"].reindex(used.index)
    return {
        "balance": balance,
        "borrowers": open_["customer_id"].nunique(),
        "rate": float(np.average(new["annual_rate"], weights=new["amount_cny"])),
        "npl": open_.loc[open_["risk_class"].isin(NPL), "balance_cny"].sum() / balance,
        "overdue": open_.loc[open_["dpd"] > 0, "balance_cny"].sum() / balance,
        "written_off": by_kind.get("核销", 0.0) / balance,
        "sold": by_kind.get("转让", 0.0) / balance,
        "recovered": by_kind.get("回收", 0.0) / balance,
        "npl_formation": turned["amount_cny"].sum() / balance,
        "average_balance": balance / max(open_["customer_id"].nunique(), 1),
        "utilization": float((used / line).mean()),
        **{f"share_{s}": open_.loc[security == s, "balance_cny"].sum() / balance
           for s in a.SECURITIES},
    }  # fmt: skip


def shares_off(bank: Bank) -> dict[str, float]:
    """Return the largest distance of industry and region shares from the bank's own mix."""
    firms = bank["customers"]
    trade = firms["industry_code"].value_counts(normalize=True)
    wanted = pd.Series({code: t.share for code, t in a.TRADES.items()})
    region = firms["region"].value_counts(normalize=True)
    from smeprofile.dictionary import REGIONS

    regions = pd.Series(a.REGION_SHARES, index=REGIONS)
    return {
        "industry": float((trade.reindex(wanted.index).fillna(0) - wanted / wanted.sum()).abs().max()),
        "region": float((region.reindex(regions.index).fillna(0) - regions).abs().max()),
    }


def measures(bank: Bank) -> dict[str, float]:
    """Return every achieved figure by the key of its target."""
    last = int(bank.setting.months_all[-1])
    firms, truth = bank["customers"], bank["truth_customers"]
    s, eco, chain, loan = survival(bank), economics(bank), bank.chains, loan_level(bank)
    there = (firms["registration_status"] == "存续").to_numpy()
    decisions, apps = bank["decisions"], bank["applications"].set_index("application_id")
    new = decisions["application_id"].map(apps["kind"]) == "新增"
    fac = bank["facilities"]
    year_ago = bank.end - pd.DateOffset(years=1)
    granted = fac[(fac["start_date"] > year_ago) & fac["renewal_of"].isna()]
    old = chain[chain["start"] + 12 <= last]
    contacts = bank["contacts"]
    random = contacts[contacts["is_randomised"] & contacts["is_treated"]]
    season = season_index(bank)
    cliff = maturity_cliff(loan, last)
    size = {c: survival(bank, firms["size_class"] == c)[5] for c in ("微型", "小型")}
    trade = firms[firms["industry_code"].str[0].isin(["F", "H"])]
    return {
        "survival_3": s[3], "survival_5": s[5], "survival_by_size": size["小型"] - size["微型"],
        "rate": eco["rate"], "ftp": blended_ftp(), "npl": eco["npl"],
        "unsecured": eco["share_信用"],
        "never_credit": float(truth.loc[there, "first_credit_month"].isna().mean()),
        "first_loan": float(granted["is_first_loan"].mean()),
        "utilization": eco["utilization"], "average_balance": eco["average_balance"],
        "bad_mob12": cumulative_bad(chain, 12, last), "bad_mob24": cumulative_bad(chain, 24, last),
        "cliff": cliff, **{f"share_{k}": v for k, v in shares_off(bank).items()},
        "margin": float(truth["net_margin"].median()),
        **{f"season_q{q + 1}": float(season[q]) for q in range(4)},
        "random_approval": float(decisions.loc[new, "is_random_approval"].mean()),
        "customers": float(len(firms)), "applications": float(len(apps)),
        "matured_bads": float((old["bad"].notna()).sum()),
        "random_contacts": float(random["customer_id"].nunique()),
        "lending_months": float(last - month_index(fac["start_date"]).min() + 1),
        "trade_staff": trade["n_staff"].mean(), "trade_sales": trade["annual_revenue_cny"].mean(),
        "trade_assets": trade["total_assets_cny"].mean(),
    }  # fmt: skip


def blended_ftp() -> float:
    """Return the mean price of funds, relending included."""
    t = a.BANK_TERMS
    share = t["cheap_funding_share"]
    return (1 - share) * t["ftp_rate"] + share * t["cheap_funding_rate"]


def maturity_cliff(loans: pd.DataFrame, last: int) -> float:
    """Return how much more often a 12-month bullet note turns 90+ at MOB 15-16 than at MOB 8-11.

    Monthly shares of notes long enough on the books, loan level: renewal ends a note.
    """
    notes = loans[loans["method"].isin(["先息后本", "随借随还", "到期一次还本付息"])]
    notes = notes[(notes["tenor"] == 12) & (notes["start"] + 16 <= last)]
    at = notes["bad"] - notes["start"]
    before = at.between(8, 11).sum() / 4
    return float(at.isin([15, 16]).sum() / 2 / max(before, 1e-9))


Picture = Callable[[Bank], object]
