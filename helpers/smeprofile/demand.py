"""Demand for credit: who needs it, and how much; and the working-capital formula."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    mean_absolute_error,
    mean_pinball_loss,
    roc_auc_score,
)
from sklearn.model_selection import cross_val_predict

from smeprofile.errors import UserError

# Few leaves, each of many customers: probabilities and amounts that hold on new ones.
_GENTLE = {"max_iter": 80, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 50,
           "random_state": 1}  # fmt: skip


@dataclass
class TwoPart:
    """P(need) × E[amount | need]: two models, since most customers need nothing.

    The amount is modelled as its logarithm; exp of a mean logarithm is too low, so it is multiplied
    by the mean of exp(residual), Duan's smearing factor (Duan 1983, JASA 78). ``classifier`` and
    ``regressor`` may be any scikit-learn estimators; the defaults take missing values as they are.
    ``findings`` says in Chinese what should be looked at.

    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame({"size": rng.uniform(0, 1, 2000)})
    >>> asked = rng.uniform(size=2000) < 0.2 + 0.6 * x["size"]
    >>> amount = np.exp(10 + 2 * x["size"] + rng.normal(0, 0.5, 2000)).where(asked)
    >>> model = TwoPart().fit(x, amount)
    >>> expected = np.exp(10 + 2 * 0.9 + 0.5**2 / 2)
    >>> bool(abs(model.predict_amount(pd.DataFrame({"size": [0.9]}))[0] / expected - 1) < 0.2)
    True
    """

    classifier: BaseEstimator | None = None
    regressor: BaseEstimator | None = None
    cap_cny: float | None = None
    smearing: float = 1.0
    findings: list[str] = field(default_factory=list)

    def fit(self, features: pd.DataFrame, amount_cny: pd.Series) -> "TwoPart":
        """Fit both parts; ``amount_cny`` is missing or 0 where nothing was asked for."""
        asked = (amount_cny.fillna(0) > 0).to_numpy()
        if asked.all() or not asked.any():
            raise UserError("两部分模型要既有需要的客户，也有不需要的客户。")
        self.classifier = self.classifier or HistGradientBoostingClassifier(**_GENTLE)
        self.regressor = self.regressor or HistGradientBoostingRegressor(**_GENTLE)
        self.classifier.fit(features, asked)
        some, log_amount = features[asked], np.log(amount_cny[asked].to_numpy(dtype=float))
        # Residuals of rows the model has not seen: those it was fitted on are too small.
        unseen = cross_val_predict(clone(self.regressor), some, log_amount, cv=5)
        self.smearing = float(np.exp(log_amount - unseen).mean())
        self.regressor.fit(some, log_amount)
        if self.cap_cny is not None:
            at_cap = float((amount_cny[asked] >= self.cap_cny).mean())
            if at_cap > 0.1:
                self.findings.append(
                    f"{at_cap:.0%} 的金额顶在上限 {self.cap_cny:,.0f} 元：真实需求被截断，"
                    "预测会偏低，应改用截断回归（Tobit）。"
                )
        return self

    def predict_probability(self, features: pd.DataFrame) -> np.ndarray:
        """Return P(need) of each row, 0–1."""
        return self.classifier.predict_proba(features)[:, 1]

    def predict_amount(self, features: pd.DataFrame) -> np.ndarray:
        """Return the mean amount in yuan, given that there is need."""
        return np.exp(self.regressor.predict(features)) * self.smearing

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Return the expected amount in yuan: P(need) × E[amount | need]."""
        return self.predict_probability(features) * self.predict_amount(features)


def time_split(frame: pd.DataFrame, by: str, cut: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows before ``cut`` and those from it on: the future is never learned from.

    >>> rows = pd.DataFrame({"day": pd.to_datetime(["2025-01-01", "2025-06-01"])})
    >>> [len(part) for part in time_split(rows, "day", "2025-03-01")]
    [1, 1]
    """
    early = frame[by] < pd.Timestamp(cut)
    return frame[early], frame[~early]


def calibration(needed: pd.Series, probability: np.ndarray, *, bins: int = 10) -> pd.DataFrame:
    """Return one row per tenth of the predictions: ``n``, mean ``predicted`` and ``actual`` share.

    >>> calibration(pd.Series([0, 0, 1, 1]), np.array([0.1, 0.2, 0.7, 0.8]), bins=2)["actual"].tolist()
    [0.0, 1.0]
    """
    frame = pd.DataFrame({"predicted": probability, "actual": needed.to_numpy(dtype=float)})
    group = (frame["predicted"].rank(method="first", pct=True) * bins).apply(np.ceil).astype(int)
    table = frame.groupby(group).mean()
    table.insert(0, "n", frame.groupby(group).size())
    return table.rename_axis("bin")


def evaluate(amount_cny: pd.Series, model: TwoPart, features: pd.DataFrame) -> dict[str, float]:
    """Return AUC, average precision and Brier score of need; MAE and pinball loss of the amount.

    The amount's errors are over those who needed something; in yuan. ``base_rate`` is what average
    precision would be by chance.
    """
    needed = (amount_cny.fillna(0) > 0).to_numpy()
    p = model.predict_probability(features)
    actual, guess = amount_cny[needed].to_numpy(dtype=float), model.predict_amount(features[needed])
    return {
        "auc": roc_auc_score(needed, p), "average_precision": average_precision_score(needed, p),
        "base_rate": float(needed.mean()), "brier": brier_score_loss(needed, p),
        "mae_cny": mean_absolute_error(actual, guess),
        "pinball_cny": mean_pinball_loss(actual, guess, alpha=0.5),
    }  # fmt: skip


def working_capital(accounts: pd.DataFrame, *, growth: float | pd.Series = 0.0) -> pd.DataFrame:
    """Return one row per year's accounts: ``turnover_days, turns, need_cny`` and ``why_not``.

    《流动资金贷款管理暂行办法》 (2010), annex: need = revenue × (1 − margin) × (1 + growth) ÷ turns,
    turns = 360 ÷ (inventory + receivable − payable + prepaid − advance days). Receivable and advance
    turn with revenue, inventory, prepaid and payable with cost. ``accounts`` has the columns of table
    ``financials``, full years only. Where the days add up to 0 or less the formula doesn't apply:
    the need is missing and ``why_not`` says so. Own funds and loans are yet to be taken off.

    >>> firm = pd.DataFrame({"revenue_cny": [3600.0], "cost_cny": [1800.0], "net_profit_cny": [360.0],
    ...     "inventory_cny": [450.0], "receivable_cny": [300.0], "prepaid_cny": [0.0],
    ...     "payable_cny": [150.0], "advance_cny": [0.0]})
    >>> working_capital(firm)[["turnover_days", "turns", "need_cny"]].loc[0].tolist()
    [90.0, 4.0, 810.0]
    """
    a = accounts.astype({c: "float64" for c in accounts.columns if c.endswith("_cny")})
    revenue, cost = (
        a["revenue_cny"].where(a["revenue_cny"] > 0),
        a["cost_cny"].where(a["cost_cny"] > 0),
    )
    by_cost = (a["inventory_cny"] + a["prepaid_cny"] - a["payable_cny"]) / cost
    by_revenue = (a["receivable_cny"] - a["advance_cny"]) / revenue
    days = 360 * (by_cost + by_revenue)
    turns = 360 / days.where(days > 0)
    margin = a["net_profit_cny"] / revenue
    need = a["revenue_cny"] * (1 - margin) * (1 + growth) / turns
    why = np.select(
        [days.isna(), days <= 0], ["没有收入或成本", "周转天数合计不大于 0，公式不适用"], default=""
    )
    return pd.DataFrame({"turnover_days": days, "turns": turns, "need_cny": need, "why_not": why})
