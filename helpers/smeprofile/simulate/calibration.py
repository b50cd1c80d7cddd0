"""Does the bank look as it should: each target of the calibration, and what was achieved.

All figures are worked out again from the tables, the way a reader of the data would, and each
names its denominator. Targets are simulation parameters [P] unless a source is named.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from smeprofile.dictionary import SECURITIES
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.world import arrow_schema, chunk_tables, chunks

TABLES = frozenset(
    ("customers", "applications", "decisions", "facilities", "drawdowns", "schedules", "repayments",
     "contacts", "truth_customers", "truth_months", "truth_applications")
)  # fmt: skip
NPL = ("次级", "可疑", "损失")
USED = 0.55  # of a line, on average


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
            parts.setdefault(name, []).append(table.cast(arrow_schema(name)).to_pandas())
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
           for s in SECURITIES},
    }  # fmt: skip


def shares_off(bank: Bank) -> dict[str, float]:
    """Return the largest distance of industry and region shares from the bank's own mix."""
    firms = bank["customers"]
    trade = firms["industry_code"].value_counts(normalize=True)
    terms = bank.setting.terms
    wanted = pd.Series(dict(terms.industries))
    region = firms["region"].value_counts(normalize=True)
    regions = pd.Series(dict(terms.regions))
    return {
        "industry": float(
            (trade.reindex(wanted.index).fillna(0) - wanted / wanted.sum()).abs().max()
        ),
        "region": float((region.reindex(regions.index).fillna(0) - regions).abs().max()),
    }


def maturity_cliff(loans: pd.DataFrame, last: int) -> float:
    """Return how much more often a 12-month bullet note turns 90+ at MOB 15-16 than at MOB 8-11.

    Monthly shares of notes long enough on the books, loan level: renewal ends a note.
    """
    notes = loans[loans["method"].isin(["先息后本", "随借随还", "到期一次还本付息"])]
    notes = notes[(notes["tenor"] == 12) & (notes["start"] + 16 <= last)]
    at = notes["bad"] - notes["start"]
    before = at.between(8, 11).sum() / 4
    return float(at.isin([15, 16]).sum() / 2 / max(before, 1e-9))


def blended_ftp() -> float:
    """Return the mean price of funds, relending included."""
    t = a.BANK_TERMS
    share = t["cheap_funding_share"]
    return (1 - share) * t["ftp_rate"] + share * t["cheap_funding_rate"]


def policy_values(bank: Bank) -> dict[str, float]:
    """Return the year's expected profit, per yuan of new credit asked for, of two policies.

    Refusing all earns 0. ``historical`` grants what the bank granted; ``reference`` knows the true
    risk and grants what is expected to earn. Interest less funds, costs, VAT, capital and
    expected loss, on the part of the line that is used on average, and a share of what deposits earn ([P]; what strategies earn
    month by month is for ``smeprofile.bank`` to say).
    """
    t, truth = a.BANK_TERMS, bank["truth_applications"]
    both = bank["applications"].merge(truth, on=["application_id", "customer_id"]).merge(
        bank["decisions"][["application_id", "is_approved", "annual_rate"]], on="application_id"
    )  # fmt: skip
    both = both[both["kind"] == "新增"]
    usual = both.groupby("product_id")["annual_rate"].transform("median")
    vat = t["vat_rate"] / (1 + t["vat_rate"]) * (1 + t["vat_surcharge_rate"])
    k = t["risk_weight"] * t["capital_ratio"]
    capital = k * t["target_roe"] / (1 - t["income_tax_rate"])
    margin = both["annual_rate"].fillna(usual) * (1 - vat) - blended_ftp() * (1 - k)
    margin -= t["operating_cost_rate"] + capital + both["pd_12m"] * both["lgd"]
    fixed = both["product_id"].map({key: p.unit_cost_cny for key, p in bank.setting.terms.products})
    held = both["customer_id"].map(
        bank["customers"].set_index("customer_id")["avg_daily_balance_cny"]
    )
    deposits = held * t["deposit_margin_rate"] * t["deposit_share"]
    profit = margin * both["amount_cny"] * USED + deposits - fixed
    asked = both["amount_cny"].sum()
    return {
        "value_historical": float(profit[both["is_approved"]].sum() / asked),
        "value_reference": float(profit[profit > 0].sum() / asked),
    }


def pd_honest(bank: Bank) -> float:
    """Return what came true of ``pd_12m``: bads within 12 months ÷ bads foretold, of new lines."""
    fac, last = bank["facilities"], int(bank.setting.months_all[-1])
    new = fac[fac["renewal_of"].isna()].set_index("facility_id")
    chain = bank.chains.join(new["application_id"])
    chain = chain[chain["start"] + 12 <= last]
    foretold = chain["application_id"].map(
        bank["truth_applications"].set_index("application_id")["pd_12m"]
    )
    return float((chain["bad"] - chain["start"] <= 12).sum() / foretold.sum())
