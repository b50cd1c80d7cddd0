"""The SBA case: real loans to US small businesses, to try the methods on data we didn't write.

Li, M., Mickel, A. & Taylor, S. (2018), "Should This Loan be Approved or Denied?": A Large Dataset
with Class Assignment Guidelines, Journal of Statistics Education 26(1), 55–66, CC BY 4.0. The file
isn't part of the course: bring the article's supplement (``SBAcase.11.13.17.csv``). Names of
borrowers and banks and loan numbers in it are dropped on reading.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from smeprofile.errors import UserError

# Column of the file → ours. Money is in US dollars.
_COLUMNS = {
    "Selected": "is_selected", "Default": "is_bad", "Term": "term_months", "NoEmp": "n_staff",
    "NewExist": "new_exist", "CreateJob": "n_jobs_created", "RetainedJob": "n_jobs_retained",
    "FranchiseCode": "franchise_code", "UrbanRural": "urban_rural", "RevLineCr": "has_revolving",
    "LowDoc": "is_low_doc", "DisbursementGross": "disbursed_usd", "GrAppv": "approved_usd",
    "SBA_Appv": "guaranteed_usd", "ApprovalFY": "approval_fiscal_year",
    "ApprovalDate": "approval_date", "DisbursementDate": "disbursed_date",
    "ChgOffDate": "charged_off_date", "RealEstate": "has_real_estate", "Portion": "portion",
    "Recession": "in_recession",
}  # fmt: skip
_DATES = ("approval_date", "disbursed_date", "charged_off_date")
_FLAGS = ("is_selected", "is_bad", "has_real_estate", "in_recession")
_SAS_EPOCH = "1960-01-01"
_PAPER = ("RealEstate", "Portion", "Recession")
# What a banker could see on the day: neither the term that came out nor what is made from it.
AT_APPROVAL = ("portion", "n_staff", "is_new_business", "n_jobs_created", "n_jobs_retained",
               "urban_rural", "approved_usd", "is_franchise")  # fmt: skip


def read(path: Path | str) -> pd.DataFrame:
    """Return one row per loan, columns by our names, money in US dollars (``_usd``).

    Dates are SAS day numbers in the file and days here; ``has_revolving`` and ``is_low_doc`` are
    missing where the file says neither Y nor N. Raises ``UserError`` naming file, row and column.
    """
    path = Path(path)
    try:
        raw = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise UserError(f"读不了 {path}。应为论文附件 SBAcase.11.13.17.csv。") from None
    lacking = [name for name in _COLUMNS if name not in raw.columns]
    if lacking:
        raise UserError(
            f"文件 {path.name} 缺少列 {lacking[0]}。应为论文附件 SBAcase.11.13.17.csv。"
        )
    loans = pd.DataFrame({ours: _numbers(path, raw, name) for name, ours in _COLUMNS.items()
                          if name not in ("RevLineCr", "LowDoc")})  # fmt: skip
    for name in _FLAGS:
        _check_flag(path, loans, name)
        loans[name] = loans[name].astype(int).astype(bool)
    for name in _DATES:
        days = pd.to_timedelta(loans[name], unit="D")
        loans[name] = (pd.Timestamp(_SAS_EPOCH) + days).astype("datetime64[us]")
    for name in ("RevLineCr", "LowDoc"):
        yes_no = raw[name].str.strip().map({"Y": True, "N": False}.get)
        loans[_COLUMNS[name]] = yes_no.astype("boolean")
    # 0 and 1 both mean no franchise; 2 is a new business (the article's appendix).
    return loans.assign(
        is_franchise=loans["franchise_code"] > 1, is_new_business=loans["new_exist"] == 2
    )


def _numbers(path: Path, raw: pd.DataFrame, name: str) -> pd.Series:
    text = raw[name].str.strip().str.replace(r"[$,]", "", regex=True)
    numbers = pd.to_numeric(text.where(text != ""), errors="coerce")
    bad = numbers.isna() & (text != "")
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise UserError(
            f"文件 {path.name} 第 {row + 2} 行 列 {name}（现为 {raw[name].iloc[row]!r}）：应为数字。"
        )
    return numbers.astype(float)


def _check_flag(path: Path, loans: pd.DataFrame, name: str) -> None:
    bad = ~loans[name].isin([0, 1])
    if bad.any():
        theirs = next(t for t, ours in _COLUMNS.items() if ours == name)
        row = int(bad.to_numpy().argmax())
        raise UserError(f"文件 {path.name} 第 {row + 2} 行 列 {theirs}：应为 0 或 1。")


def paper_model(loans: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Refit the article's logistic regression; return its coefficients and its test figures.

    Default on RealEstate, Portion and Recession, fitted where ``is_selected``, judged on the rest
    at a cut-off of 0.5. One row per term: ``coefficient`` and ``standard_error`` (from the inverse
    of the information matrix). Figures: ``misclassification``, ``false_negatives`` (bad taken for
    good), ``false_positives``, ``auc``, ``ks``, of the test half.
    """
    names = [_COLUMNS[name] for name in _PAPER]
    train, test = loans[loans["is_selected"]], loans[~loans["is_selected"]]
    model = _logit(train[names].astype(float), train["is_bad"])
    p = model.predict_proba(test[names].astype(float).to_numpy())[:, 1]
    called = p > 0.5
    table = pd.DataFrame(
        {"coefficient": [model.intercept_[0], *model.coef_[0]],
         "standard_error": _errors(model, train[names].astype(float))},
        index=pd.Index(["Intercept", *_PAPER], name="term"),
    )  # fmt: skip
    bad = test["is_bad"].to_numpy()
    return table, {
        "misclassification": float((called != bad).mean()),
        "false_negatives": int((bad & ~called).sum()),
        "false_positives": int((~bad & called).sum()),
        "auc": float(roc_auc_score(bad, p)),
        "ks": float(ks_2samp(p[bad], p[~bad]).statistic),
    }


def term_leak(loans: pd.DataFrame) -> pd.DataFrame:
    """Return one row per set of features: the test AUC, and what it is worth on the day of approval.

    ``Term`` is the term as it came out: a loan charged off early has a short, odd one. RealEstate
    (a term of 20 years or more) and Recession (active in 2007–09, reckoned with the term) are made
    from it. A model that sees them is brilliant on paper and useless when there is a loan to decide.
    """
    train, test = loans[loans["is_selected"]], loans[~loans["is_selected"]]
    odd = (loans["term_months"] % 12 != 0).astype(float)
    sets = {
        "批准当天知道的": loans[list(AT_APPROVAL)].astype(float),
        "加上 RealEstate、Recession（由 Term 算出）": loans[
            [*AT_APPROVAL, "has_real_estate", "in_recession"]
        ].astype(float),
        "加上 Term 本身": loans[[*AT_APPROVAL, "term_months"]].astype(float).assign(odd_term=odd),
    }
    rows = []
    for name, x in sets.items():
        scale = x.loc[train.index].std().where(lambda s: s > 0, 1.0)
        model = _logit(x.loc[train.index] / scale, train["is_bad"])
        p = model.predict_proba((x.loc[test.index] / scale).to_numpy())[:, 1]
        rows.append((name, float(roc_auc_score(test["is_bad"], p)), name == "批准当天知道的"))
    return pd.DataFrame(rows, columns=["features", "test_auc", "known_at_approval"])


def whole_year_terms(loans: pd.DataFrame) -> pd.Series:
    """Return the share of loans whose term is a multiple of 12 months: paid in full, charged off.

    >>> loans = pd.DataFrame({"term_months": [84, 36, 41], "is_bad": [False, False, True]})
    >>> whole_year_terms(loans).to_dict()
    {'已还清': 1.0, '已核销': 0.0}
    """
    share = (loans["term_months"] % 12 == 0).groupby(loans["is_bad"]).mean()
    return share.rename({False: "已还清", True: "已核销"}).rename_axis(None)


def _logit(x: pd.DataFrame, is_bad: pd.Series) -> LogisticRegression:
    # No penalty to speak of: the maximum-likelihood fit that the article reports.
    return LogisticRegression(C=1e10, tol=1e-10, max_iter=10_000).fit(x.to_numpy(), is_bad)


def _errors(model: LogisticRegression, x: pd.DataFrame) -> np.ndarray:
    design = np.column_stack([np.ones(len(x)), x.to_numpy()])
    p = model.predict_proba(x.to_numpy())[:, 1]
    information = design.T @ (design * (p * (1 - p))[:, None])
    return np.sqrt(np.diag(np.linalg.inv(information)))
