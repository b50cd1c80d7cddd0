"""A scorecard: WOE, logistic regression, points; every feature safer in one direction only."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from smeprofile.credit.woe import MISSING, OTHER, assign_bins, gini, ks, psi, woe_table
from smeprofile.errors import UserError
from smeprofile.rows import refuse_other_rows

# Known only after the outcome, or made from it: a model that sees them looks brilliant.
AFTER = ("settled_date", "written_off_date", "balance_cny", "dpd", "risk_class", "score", "is_bad")
_SUSPECT_IV = 0.5


def scaling(pdo: float = 20, score_at: float = 600, odds_at: float = 60) -> tuple[float, float]:
    """Return A and B of score = A − B·ln(odds of bad): good:bad ``odds_at`` scores ``score_at``.

    B = PDO ÷ ln 2; ``pdo`` points double the odds of being good.

    >>> [round(x, 4) for x in scaling()]
    [481.8622, 28.8539]
    """
    b = pdo / np.log(2)
    return float(score_at - b * np.log(odds_at)), float(b)


@dataclass
class Scorecard:
    """Fitted by ``fit``; ``points`` per bin, ``score`` and ``pd_12m`` of customers.

    ``findings`` says in Chinese what was dropped or should be looked at.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    edges: dict[str, list[float] | None] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    intercept: float = 0.0
    findings: list[str] = field(default_factory=list)

    def score(self, features: pd.DataFrame) -> pd.Series:
        """Return the score of each row, high is safe; a row's missing values have their own bin."""
        a, b = scaling()
        return (a - b * self._log_odds(features)).rename("score")

    def pd_12m(self, features: pd.DataFrame) -> pd.Series:
        """Return the probability of being bad within the window the model was fitted on, 0–1."""
        return (1 / (1 + np.exp(-self._log_odds(features)))).rename("pd_12m")

    def points(self) -> pd.DataFrame:
        """Return one row per feature and bin: ``woe`` and ``points``; a score is their sum."""
        a, b = scaling()
        each = (a - b * self.intercept) / max(len(self.weights), 1)
        rows = [
            (name, bin_, row["woe"], each - b * weight * row["woe"])
            for name, weight in self.weights.items()
            for bin_, row in self.tables[name].iterrows()
        ]
        return pd.DataFrame(rows, columns=["feature", "bin", "woe", "points"])

    def _log_odds(self, features: pd.DataFrame) -> pd.Series:
        total = pd.Series(self.intercept, index=features.index)
        for name, weight in self.weights.items():
            total = total + weight * self._woe(features, name)
        return total

    def _woe(self, features: pd.DataFrame, name: str) -> pd.Series:
        if name not in features.columns:
            raise UserError(f"评分卡需要特征 {name}，现在没有。")
        woe = self.tables[name]["woe"]
        bins = assign_bins(features[name], self.edges[name], min_share=0.0).astype(str)
        # A text never seen in training is 其他 where that exists; a bin never seen says nothing.
        bins = bins.where(bins.isin(woe.index) | (bins == MISSING), OTHER)
        return bins.map(woe.to_dict()).fillna(0.0).astype(float)

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain data, for a JSON file."""
        tables = {
            name: {"bins": [str(b) for b in t.index], "woe": t["woe"].tolist()}
            for name, t in self.tables.items()
            if name in self.weights
        }
        return {"tables": tables, "edges": {n: self.edges[n] for n in self.weights},
                "weights": self.weights, "intercept": self.intercept,
                "findings": self.findings}  # fmt: skip

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> "Scorecard":
        """Return the card that ``to_dict`` told."""
        tables = {
            name: pd.DataFrame({"woe": t["woe"]}, index=pd.Index(t["bins"], name="bin"))
            for name, t in told["tables"].items()
        }
        return cls(tables, dict(told["edges"]), dict(told["weights"]), told["intercept"],
                   list(told["findings"]))  # fmt: skip


def fit(features: pd.DataFrame, is_bad: pd.Series, *, max_bins: int = 6) -> Scorecard:
    """Return a scorecard of every column of ``features``, one row per application.

    ``is_bad`` must be known for every row: those whose window isn't over don't belong here. A
    feature whose weight has the wrong sign beside the others is dropped and said so; one with
    IV above 0.5 is kept and said so (look for leakage). Raises ``UserError`` for an identifier, for a
    column that is known only after the outcome, for unknown or one-sided outcomes, and indexes that
    differ.

    >>> rng = np.random.default_rng(1)
    >>> age = pd.Series(rng.uniform(0, 20, 3000))
    >>> bad = pd.Series(rng.uniform(size=3000) < 0.3 - 0.013 * age)
    >>> card = fit(pd.DataFrame({"age_years": age}), bad)
    >>> bool(card.score(pd.DataFrame({"age_years": [1.0]}))[0]
    ...      < card.score(pd.DataFrame({"age_years": [19.0]}))[0])
    True
    """
    refuse_other_rows(features=features, is_bad=is_bad)
    _check(features, is_bad)
    bad = is_bad.astype(int)
    card = Scorecard()
    for name in features.columns:
        table = woe_table(features[name], bad, max_bins=max_bins)
        numeric = pd.api.types.is_numeric_dtype(features[name])
        card.edges[name] = table.attrs["edges"] if numeric else None
        card.tables[name] = table.set_axis(table.index.astype(str))
        if table["iv"].sum() > _SUSPECT_IV:
            card.findings.append(
                f"{name} 的 IV 是 {table['iv'].sum():.2f}，大于 0.5：查一查是不是泄漏。"
            )
    names = [n for n in features.columns if len(card.tables[n]) > 1]
    flat = [n for n in features.columns if n not in names]
    card.findings += [f"{n} 只有一箱，分不出好坏，没有入模。" for n in flat]
    while names:
        woe = pd.DataFrame({name: card._woe(features, name) for name in names})
        model = LogisticRegression(C=1e6, max_iter=1000).fit(woe.to_numpy(), bad)
        # WOE is positive for the safe, so every weight on the odds of bad must be negative.
        wrong = [n for n, w in zip(names, model.coef_[0], strict=True) if w >= 0]
        if not wrong:
            card.weights = dict(zip(names, model.coef_[0].tolist(), strict=True))
            card.intercept = float(model.intercept_[0])
            return card
        worst = max(wrong, key=lambda n: model.coef_[0][names.index(n)])
        names.remove(worst)
        card.findings.append(f"{worst} 与其他特征放在一起时方向反了，没有入模。")
    raise UserError("没有一个特征能区分好坏。请换特征，或检查 is_bad。")


def _check(features: pd.DataFrame, is_bad: pd.Series) -> None:
    for name in features.columns:
        if name in AFTER:
            raise UserError(
                f"{name} 是结果发生以后才知道的（或由结果算出），不能当特征：这是泄漏。"
            )
        if str(name).endswith("_id"):
            raise UserError(f"{name} 是编号，不能当特征。")
        if pd.api.types.is_datetime64_any_dtype(features[name]):
            raise UserError(f"{name} 是日期，不能当特征。请换成到观察点的天数或月数。")
    _refuse_unclear(is_bad)


def _refuse_unclear(is_bad: pd.Series) -> None:
    if is_bad.isna().any():
        raise UserError(
            f"有 {int(is_bad.isna().sum())} 行还不知道好坏（表现期没满）。请先去掉，别当作好。"
        )
    if is_bad.astype(int).nunique() < 2:
        raise UserError("样本里只有一种结果，分不出好坏。")


def report(card: Scorecard, train: pd.DataFrame, test: pd.DataFrame, bad: str) -> pd.DataFrame:
    """Return one row per sample (训练, 时间外): AUC, KS, Gini, Brier, mean PD, bad rate, PSI.

    ``train`` and ``test`` hold the features and the outcome column ``bad``. A good AUC doesn't make
    a PD right: compare mean PD with the bad rate, and look at the calibration, the regression of
    the outcome on the PD's log odds: ``slope`` 1 and ``intercept`` 0 when right, a slope under 1
    when PDs lie too far apart (overfitted). Raises ``UserError`` for unknown outcomes, or one alone.
    """
    for sample in (train, test):
        _refuse_unclear(sample[bad])
    base, rows = card.score(train), []
    for name, sample in (("训练", train), ("时间外", test)):
        score, p, y = card.score(sample), card.pd_12m(sample), sample[bad].astype(int)
        rows.append({"sample": name, "n": len(sample), "auc": roc_auc_score(y, p), "ks": ks(score, y),
                     "gini": gini(score, y), "brier": brier_score_loss(y, p), "mean_pd": p.mean(),
                     "bad_rate": y.mean(), "psi": psi(base, score), **_calibration(p, y)})  # fmt: skip
    return pd.DataFrame(rows).set_index("sample")


def _calibration(p: pd.Series, y: pd.Series) -> dict[str, float]:
    log_odds = np.log(p / (1 - p)).to_numpy()[:, None]
    model = LogisticRegression(C=1e6, max_iter=1000).fit(log_odds, y)
    return {"slope": float(model.coef_[0, 0]), "intercept": float(model.intercept_[0])}
