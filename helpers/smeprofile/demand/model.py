"""Demand for credit: who needs it, and how much; and the working-capital formula.

An amount that sits at a cap is known only to be at least that (censored): a Tobit regression is
the model for it, left to the lesson; ``TwoPart.findings`` says when one is called for.
"""

from typing import Any

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
from threadpoolctl import threadpool_limits

from smeprofile.errors import UserError

# Few leaves, each of many customers: probabilities and amounts that hold on new ones.
_GENTLE = {"max_iter": 80, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 50,
           "random_state": 1}  # fmt: skip
_FEWEST = 30  # customers of each kind, and known values of a feature, to learn anything from
_OFTEN_AT_CAP = 0.1
_ACCOUNTS = ["revenue_cny", "cost_cny", "net_profit_cny", "inventory_cny", "receivable_cny",
             "payable_cny", "prepaid_cny", "advance_cny"]  # fmt: skip


class TwoPart(BaseEstimator):
    """P(need) × E[amount | need]: two models, since most customers need nothing.

    The amount is modelled as its logarithm; exp of a mean logarithm is too low, so it is multiplied
    by the mean of exp(residual), the smearing factor (Duan 1983, JASA 78). Here the residuals are
    those of rows left out of the fit (cross-validation): Duan's own, of the rows fitted, are too
    small for a flexible model. ``classifier`` and ``regressor`` may be any scikit-learn estimators
    and stay as they were given; the defaults take missing values as they are. ``cap_cny`` is the
    most that can be asked for. ``findings`` says in Chinese what should be looked at.

    >>> rng = np.random.default_rng(1)
    >>> x = pd.DataFrame({"size": rng.uniform(0, 1, 2000)})
    >>> asked = rng.uniform(size=2000) < 0.2 + 0.6 * x["size"]
    >>> amount = np.exp(10 + 2 * x["size"] + rng.normal(0, 0.5, 2000)).where(asked)
    >>> model = TwoPart().fit(x, amount)
    >>> expected = np.exp(10 + 2 * 0.9 + 0.5**2 / 2)
    >>> bool(abs(model.predict_amount(pd.DataFrame({"size": [0.9]}))[0] / expected - 1) < 0.2)
    True
    """

    def __init__(
        self,
        *,
        classifier: BaseEstimator | None = None,
        regressor: BaseEstimator | None = None,
        cap_cny: float | None = None,
    ) -> None:
        self.classifier, self.regressor, self.cap_cny = classifier, regressor, cap_cny

    @threadpool_limits.wrap(limits=1)
    def fit(self, features: pd.DataFrame, amount_cny: pd.Series) -> "TwoPart":
        """Fit both parts; ``amount_cny`` is missing or 0 where nothing was asked for.

        Rows in any order give the same model. A feature hardly ever known among those who asked is
        left out, and ``findings`` says so. Raises ``UserError`` for rows that don't match, an
        identifier or text as a feature, a negative amount, and too few customers of either kind.
        """
        _check_features(features, amount_cny)
        features, amount = _in_own_order(features, amount_cny)
        asked = amount > 0
        _check_kinds(asked)
        known = features[asked].notna().sum() >= _FEWEST
        self.columns_ = list(features.columns[known])
        if not self.columns_:
            raise UserError("没有一个特征在有需要的客户里有足够的数据。")
        some, log_amount = features.loc[asked, self.columns_], np.log(amount[asked])
        regressor = self.regressor or HistGradientBoostingRegressor(**_GENTLE)
        classifier = self.classifier or HistGradientBoostingClassifier(**_GENTLE)
        unseen = cross_val_predict(clone(regressor), some, log_amount, cv=5)
        self.smearing = float(np.exp(log_amount - unseen).mean())
        self.regressor_ = clone(regressor).fit(some, log_amount)
        self.classifier_ = clone(classifier).fit(features[self.columns_], asked)
        self.findings = _findings(list(features.columns[~known]), amount[asked], self.cap_cny)
        return self

    def predict_probability(self, features: pd.DataFrame) -> np.ndarray:
        """Return P(need) of each row, 0–1."""
        used = self._used(features)
        return self.classifier_.predict_proba(used)[:, 1]

    def predict_amount(self, features: pd.DataFrame) -> np.ndarray:
        """Return the mean amount in yuan, given that there is need."""
        used = self._used(features)
        return np.exp(self.regressor_.predict(used)) * self.smearing

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Return the expected amount in yuan: P(need) × E[amount | need]."""
        return self.predict_probability(features) * self.predict_amount(features)

    def _used(self, features: pd.DataFrame) -> pd.DataFrame:
        if not hasattr(self, "columns_"):
            raise UserError("模型还没有训练：先用 fit。")
        for name in self.columns_:
            if name not in features.columns:
                raise UserError(f"需求模型需要特征 {name}，现在没有。")
        return features[self.columns_]


def _check_features(features: pd.DataFrame, amount_cny: pd.Series) -> None:
    if not features.index.equals(amount_cny.index):
        raise UserError(
            "特征与金额的行对不上：先按客户对齐（例如都以 customer_id 为索引），再训练。"
        )
    for name, column in features.items():
        kind = pd.api.types.is_numeric_dtype(column) or column.dtype == "category"
        if str(name).endswith("_id") or not kind:
            raise UserError(f"列 {name} 不能作特征：编号不含规律，文字要先转成类别（category）。")


def _in_own_order(features: pd.DataFrame, amount_cny: pd.Series) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the rows in an order that only their values decide, as good as drawn by lot.

    Folds, and the rows held out for early stopping, go by place.
    """
    amount = amount_cny.astype("float64").fillna(0.0)
    if (amount < 0).any():
        raise UserError("金额（amount_cny）不能为负；没有需要的记缺失或 0。")
    lots = pd.util.hash_pandas_object(features.assign(_amount=amount), index=False)
    order = np.argsort(lots.to_numpy(), kind="stable")
    return features.iloc[order].reset_index(drop=True), amount.to_numpy()[order]


def _check_kinds(asked: np.ndarray) -> None:
    if asked.all() or not asked.any():
        raise UserError("两部分模型要既有需要的客户，也有不需要的客户。")
    fewest = int(min(asked.sum(), (~asked).sum()))
    if fewest < _FEWEST:
        raise UserError(
            f"两部分模型要求两类客户各不少于 {_FEWEST} 户，较少的一类只有 {fewest} 户。"
        )


def _findings(left_out: list[Any], amount: np.ndarray, cap_cny: float | None) -> list[str]:
    found = [
        f"特征 {name} 在有需要的客户里有数据的不到 {_FEWEST} 户，没有使用。" for name in left_out
    ]
    at_cap = 0.0 if cap_cny is None else float((amount >= cap_cny).mean())
    if at_cap > _OFTEN_AT_CAP:
        found.append(
            f"{at_cap:.0%} 的金额顶在上限 {cap_cny:,.0f} 元：真实需求被截断，"
            "预测会偏低，应改用截断回归（Tobit）。"
        )
    return found


def time_split(frame: pd.DataFrame, by: str, cut: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows before ``cut`` and those from it on: the future is never learned from.

    Raises ``UserError`` for rows without a date, which belong to neither.

    >>> rows = pd.DataFrame({"day": pd.to_datetime(["2025-01-01", "2025-06-01"])})
    >>> [len(part) for part in time_split(rows, "day", "2025-03-01")]
    [1, 1]
    """
    _need(frame, [by], "按时间切分")
    undated = int(frame[by].isna().sum())
    if undated:
        raise UserError(f"列 {by} 有 {undated} 行没有日期，分不到切分点的哪一边：先剔除或补上。")
    early = frame[by] < pd.Timestamp(cut)
    return frame[early], frame[~early]


def calibration(needed: pd.Series, probability: np.ndarray, *, bins: int = 10) -> pd.DataFrame:
    """Return one row per tenth of the predictions: ``n``, mean ``predicted`` and ``actual`` share.

    Equal predictions stay together, so that bins may differ in size or be fewer. Rows are matched
    by position. ``UserError`` where there are more of one than of the other, or one is missing.

    >>> calibration(pd.Series([0, 0, 1, 1]), np.array([0.1, 0.2, 0.7, 0.8]), bins=2)["actual"].tolist()
    [0.0, 1.0]
    """
    columns = _by_position(needed=needed, probability=probability)
    frame = pd.DataFrame({"predicted": columns["probability"], "actual": columns["needed"]})
    frame = frame.sort_values(["predicted", "actual"])  # sums don't hang on the rows' order
    place = frame["predicted"].rank(method="average", pct=True)
    group = np.ceil((place * bins).round(9)).astype(int)
    table = frame.groupby(group).mean()
    table.insert(0, "n", frame.groupby(group).size())
    return table.rename_axis("bin")


def evaluate(
    actual_cny: pd.Series, probability: np.ndarray, amount_cny: np.ndarray
) -> dict[str, float]:
    """Return AUC, average precision and Brier score of need; MAE and pinball loss of the amount.

    ``actual_cny`` is missing or 0 where nothing was needed; ``amount_cny`` is the amount predicted
    given need, of any method: a rule of thumb can be judged beside a model. Its errors are over
    those who needed something, in yuan. ``base_rate`` is what average precision would be by chance;
    the pinball loss at 0.5 is half the MAE, so a median forecast does best on both. Rows are
    matched by position. ``UserError`` where they don't match, or all or none needed something.

    >>> told = evaluate(pd.Series([None, 100.0, 0.0, 300.0]), [0.1, 0.6, 0.2, 0.9], [50, 80, 60, 340])
    >>> told["auc"], told["base_rate"], told["mae_cny"], told["pinball_cny"]
    (1.0, 0.5, 30.0, 15.0)
    """
    actual = pd.Series(actual_cny).astype("float64").fillna(0.0)
    told = _by_position(actual_cny=actual, probability=probability, amount_cny=amount_cny)
    needed, p = told["actual_cny"] > 0, told["probability"]
    if needed.all() or not needed.any():
        raise UserError("评估要既有需要的客户，也有不需要的客户。")
    real, guess = told["actual_cny"][needed], told["amount_cny"][needed]
    return {
        "auc": float(roc_auc_score(needed, p)),
        "average_precision": float(average_precision_score(needed, p)),
        "base_rate": float(needed.mean()), "brier": float(brier_score_loss(needed, p)),
        "mae_cny": float(mean_absolute_error(real, guess)),
        "pinball_cny": float(mean_pinball_loss(real, guess, alpha=0.5)),
    }  # fmt: skip


def _by_position(**columns: Any) -> dict[str, np.ndarray]:
    arrays = {n: pd.Series(c).astype("float64").to_numpy() for n, c in columns.items()}
    length = len(next(iter(arrays.values())))
    for name, values in arrays.items():
        if len(values) != length:
            raise UserError(f"{name} 有 {len(values)} 行，应为 {length} 行。")
        if np.isnan(values).any():
            raise UserError(f"{name} 第 {int(np.isnan(values).argmax()) + 1} 行缺失。")
    return arrays


def working_capital(
    accounts: pd.DataFrame,
    *,
    growth: float | pd.Series = 0.0,
    own_funds_cny: float | pd.Series = np.nan,
    loans_cny: float | pd.Series = np.nan,
    other_channels_cny: float | pd.Series = np.nan,
) -> pd.DataFrame:
    """Return one row per year's accounts: turnover, ``need_cny``, ``gap_cny`` and ``why_not``.

    《流动资金贷款管理暂行办法》 (2010), annex: need = revenue × (1 − margin) × (1 + growth) ÷ turns,
    turns = 360 ÷ (inventory + receivable − payable + prepaid − advance days). Receivable and advance
    turn with revenue, inventory, prepaid and payable with cost. ``accounts`` has the columns of table
    ``financials``, full years only: part of a year's revenue makes the days too long. Where the days
    add up to 0 or less the formula doesn't apply: the need is missing and ``why_not`` says so.

    ``gap_cny`` = need − own funds − current working-capital loans − money from other channels, not
    below 0; missing unless all three are told (0 where there is none). Money in yuan, ``growth`` as a
    rate; series are matched with the accounts by index. ``UserError`` names a column that isn't there.

    >>> firm = pd.DataFrame({"revenue_cny": [3600.0], "cost_cny": [1800.0], "net_profit_cny": [360.0],
    ...     "inventory_cny": [450.0], "receivable_cny": [300.0], "prepaid_cny": [0.0],
    ...     "payable_cny": [150.0], "advance_cny": [0.0]})
    >>> told = working_capital(firm, own_funds_cny=300.0, loans_cny=200.0, other_channels_cny=0.0)
    >>> told[["turnover_days", "turns", "need_cny", "gap_cny"]].loc[0].tolist()
    [90.0, 4.0, 810.0, 310.0]
    """
    _need(accounts, _ACCOUNTS, "流贷测算")
    a = accounts[_ACCOUNTS].astype("float64")
    growth, own_funds_cny, loans_cny, other_channels_cny = (
        told.reindex(a.index)
        if isinstance(told, pd.Series) and not told.index.equals(a.index)
        else told
        for told in (growth, own_funds_cny, loans_cny, other_channels_cny)
    )
    revenue, cost = (a[n].where(a[n] > 0) for n in ("revenue_cny", "cost_cny"))
    by_cost = (a["inventory_cny"] + a["prepaid_cny"] - a["payable_cny"]) / cost
    by_revenue = (a["receivable_cny"] - a["advance_cny"]) / revenue
    days = 360 * (by_cost + by_revenue)
    turns = 360 / days.where(days > 0)
    margin = a["net_profit_cny"] / revenue
    need = a["revenue_cny"] * (1 - margin) * (1 + growth) / turns
    gap = (need - own_funds_cny - loans_cny - other_channels_cny).clip(lower=0)
    why = np.select(
        [a.isna().any(axis=1), days.isna(), days <= 0, need.isna()],
        [
            "报表科目有缺失",
            "收入或成本不大于 0",
            "周转天数合计不大于 0，公式不适用",
            "预计增长率缺失",
        ],
        default="",
    )
    return pd.DataFrame({"turnover_days": days, "turns": turns, "need_cny": need, "gap_cny": gap,
                         "why_not": why})  # fmt: skip


def _need(frame: pd.DataFrame, names: list[str], what: str) -> None:
    for name in names:
        if name not in frame.columns:
            raise UserError(f"{what}需要列 {name}，现在没有。")
