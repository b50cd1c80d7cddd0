"""How much of the bank's hidden truth profiles recover, on seeds nobody has looked at.

    PYTHONPATH=tests python tests/bench/recovery.py [--customers 15000] [--seeds 201 202 203]

For stage, need and default: the course's own method on profiles, a naive rule, and models given the
truth itself (quality, true revenue, hazards) as the best that could be had. Models are trained on
one bank and judged on others; the generator isn't touched.
"""

import argparse
from datetime import date

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import accuracy_score, balanced_accuracy_score, roc_auc_score

from banks import Bank
from smeprofile.credit import fit, loan_months
from smeprofile.schemas import SCHEMAS
from smeprofile.segments import stage
from smeprofile.simulate import Setting
from smeprofile.tags import profile

END, YEAR_AGO = date(2025, 12, 31), date(2024, 12, 31)
MODEL = {"max_iter": 150, "learning_rate": 0.06, "max_leaf_nodes": 15, "random_state": 1}
FOR_STAGE = ["age_years", "inflow_growth", "inflow_growth_q1", "inflow_growth_q2", "inflow_cv",
             "inflow_trend", "invoice_growth", "invoice_gap_months", "noncurrent_asset_growth"]  # fmt: skip
FOR_DEFAULT = ["age_years", "inflow_cv", "inflow_growth", "inflow_growth_q1", "active_months",
               "avg_daily_balance_cny", "peak_utilization", "utilization", "max_dpd_12m",
               "n_overdue_24m", "n_inquiries_6m", "debt_ratio", "invoice_gap_months", "tax_grade",
               "industry_section"]  # fmt: skip


class Known:
    """One bank: its profiles and its truth at the end and a year before."""

    def __init__(self, seed: int, customers: int) -> None:
        bank = Bank(Setting(customers=customers, months=36, end=END, seed=seed, grain="month"))
        tables = {name: bank[name] for name in bank.observed if name in SCHEMAS}
        self.now = profile(tables, END).set_index("customer_id")
        self.then = profile(tables, YEAR_AGO).set_index("customer_id")
        truth, months = bank["truth_customers"].set_index("customer_id"), bank["truth_months"]
        self.truth_now = _at(months, truth, "2025-12-01")
        self.truth_then = _at(months, truth, "2024-12-01")
        rows = loan_months(
            *(tables[n] for n in ("drawdowns", "schedules", "repayments")), through=END
        )
        self.bad = self._bad_next_year(rows)
        declared = tables["customers"].set_index("customer_id")
        self.declared, self.established = (
            declared["annual_revenue_cny"],
            declared["established_date"],
        )

    def _bad_next_year(self, rows: pd.DataFrame) -> pd.Series:
        """Of those with a loan in order a year ago: more than 90 days late since, or written off."""
        then = rows[rows["month_end"] == pd.Timestamp(YEAR_AGO)]
        in_order = then[(then["status"] == "在账") & (then["dpd"] == 0)]
        later = rows[rows["month_end"] > pd.Timestamp(YEAR_AGO)]
        later = later[later["chain_id"].isin(in_order["chain_id"])]
        bad = (
            ((later["dpd"] > 90) | (later["status"] == "核销")).groupby(later["customer_id"]).max()
        )
        return bad.reindex(in_order["customer_id"].unique()).fillna(False).astype(bool)


def _at(months: pd.DataFrame, truth: pd.DataFrame, month: str) -> pd.DataFrame:
    """The truth of one month, with the true revenue's growth as no bank could know it."""
    day = pd.Timestamp(month)
    here = months[months["month"] == day].set_index("customer_id")
    back = (day.year - months["month"].dt.year) * 12 + day.month - months["month"].dt.month
    wide = months.assign(back=back).pivot(index="customer_id", columns="back", values="revenue_cny")
    year, before = (wide.reindex(columns=span).sum(axis=1) for span in (range(12), range(12, 24)))
    quarter, last = (wide.reindex(columns=span).sum(axis=1) for span in (range(3), range(12, 15)))
    extra = pd.DataFrame({"true_growth": year / before.where(before > 0) - 1,
                          "true_quarter": quarter / last.where(last > 0) - 1, "year": year})  # fmt: skip
    return here.join(extra).join(truth[["quality", "net_margin", "own_funds_share", "frailty"]])


def stages(train: Known, test: Known) -> dict[str, float]:
    """Accuracy among firms in business whose stage the rules can tell."""
    told = stage(test.now)
    real = test.truth_now.reindex(test.now.index)
    use = told.notna() & real["operating"].eq("正常经营")
    age = test.now["age_years"].astype(float)
    naive = pd.Series(np.select([age <= 3, age <= 7], ["初创", "成长"], "成熟"), index=age.index)
    y, mode = real.loc[use, "stage"], real.loc[use, "stage"].mode()[0]
    row = {"n": int(use.sum()), "rules": accuracy_score(y, told[use]),
           "by age alone": accuracy_score(y, naive[use]), "commonest": (y == mode).mean(),
           "rules, balanced": balanced_accuracy_score(y, told[use])}  # fmt: skip
    own = train.truth_now.reindex(train.now.index)
    fits = own["operating"].eq("正常经营")
    for name, x, z in (
        ("model on profile", train.now[FOR_STAGE], test.now[FOR_STAGE]),
        ("model on truth", _true(train), _true(test)),
    ):
        model = HistGradientBoostingClassifier(**MODEL)
        model.fit(x[fits].astype(float), own.loc[fits, "stage"])
        row[name] = accuracy_score(y, model.predict(z[use].astype(float)))
    return row


def _true(known: Known) -> pd.DataFrame:
    columns = ["true_growth", "true_quarter", "quality", "exit_hazard", "default_hazard"]
    return known.truth_now.reindex(known.now.index)[columns].assign(age=known.now["age_years"])


def needs(train: Known, test: Known) -> dict[str, float]:
    """Spearman's rank correlation with the true need, among firms in business with accounts."""
    real = test.truth_now.reindex(test.now.index)
    gap = test.now["working_capital_gap_cny"].astype(float)
    use = gap.notna() & real["operating"].eq("正常经营")
    true = ["year", "net_margin", "own_funds_share", "true_growth"]

    def features(known: Known) -> pd.DataFrame:
        x = known.truth_now.reindex(known.now.index)[true]
        return x.assign(sector=known.now["industry_section"].map(ord),
                        loans=known.now["loan_balance_cny"].fillna(0).astype(float))  # fmt: skip

    own = train.truth_now.reindex(train.now.index)["need_cny"]
    model = HistGradientBoostingRegressor(**MODEL)
    model.fit(features(train)[own.notna()], np.log1p(own.dropna()))
    need = real.loc[use, "need_cny"]
    best = pd.Series(model.predict(features(test)[use]), index=need.index)
    capital = test.now["working_capital_need_cny"].astype(float)
    return {"n": int(use.sum()), "gap by the formula": need.corr(gap[use], method="spearman"),
            "working capital": need.corr(capital[use], method="spearman"),
            "declared revenue": need.corr(test.declared.reindex(need.index), method="spearman"),
            "model on truth": need.corr(best, method="spearman")}  # fmt: skip


def defaults(train: Known, test: Known) -> dict[str, float]:
    """AUC for going bad within a year, among customers whose loans were in order at its start."""
    y = test.bad
    card = fit(train.then.loc[train.bad.index, FOR_DEFAULT], train.bad)
    score = card.score(test.then.loc[y.index, FOR_DEFAULT])
    hazard = test.truth_then["default_hazard"].reindex(y.index)
    bank = test.then.loc[y.index, "score"].astype(float)
    seen = bank.notna()
    return {"n": len(y), "bad": int(y.sum()), "scorecard": roc_auc_score(y, -score),
            "bank's own score": roc_auc_score(y[seen], -bank[seen]),
            "true hazard": roc_auc_score(y, hazard.fillna(hazard.median()))}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=15_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[201, 202, 203])
    asked = parser.parse_args()
    train = Known(200, asked.customers)
    rows: dict[str, list] = {"stage": [], "need": [], "default": []}
    for seed in asked.seeds:
        test = Known(seed, asked.customers)
        for name, judge in (("stage", stages), ("need", needs), ("default", defaults)):
            rows[name].append({"seed": seed, **judge(train, test)})
    for name, found in rows.items():
        print(f"\n{name}\n{pd.DataFrame(found).set_index('seed').round(3).to_string()}")


if __name__ == "__main__":
    main()
