"""The SBA case: real loans to US small businesses, to try the methods on data we didn't write.

Li, M., Mickel, A. & Taylor, S. (2018), "Should This Loan be Approved or Denied?": A Large Dataset
with Class Assignment Guidelines, Journal of Statistics Education 26(1), 55–66,
doi:10.1080/10691898.2018.1434342, CC BY 4.0. The file isn't part of the course: bring the article's
supplement (``SBAcase.11.13.17.csv``, 2,102 loans in California, 35 columns) or a copy of it
without loan numbers, names, city, zip and bank. Those columns are never read.
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
    "Selected": "is_selected", "Default": "is_bad", "NAICS": "naics_code", "Term": "term_months",
    "NoEmp": "n_staff", "NewExist": "new_exist", "CreateJob": "n_jobs_created",
    "RetainedJob": "n_jobs_retained", "FranchiseCode": "franchise_code",
    "UrbanRural": "urban_rural", "RevLineCr": "has_revolving", "LowDoc": "is_low_doc",
    "GrAppv": "approved_usd", "SBA_Appv": "guaranteed_usd", "DisbursementGross": "disbursed_usd",
    "ChgOffPrinGr": "charged_off_usd", "ApprovalFY": "approval_fiscal_year",
    "ApprovalDate": "approval_date", "DisbursementDate": "disbursed_date",
    "ChgOffDate": "charged_off_date", "RealEstate": "has_real_estate", "Portion": "portion",
    "Recession": "in_recession",
}  # fmt: skip
_FLAGS = ("is_selected", "is_bad", "has_real_estate", "in_recession")
_YES_NO = ("has_revolving", "is_low_doc")
_SAS_EPOCH = "1960-01-01"
_SHOULD_BE = "应为论文附件 SBAcase.11.13.17.csv。"
# Kind of column → lowest, highest, whole numbers only, may be blank, the rule in words.
_RULES = {
    "flag": (0, 1, True, False, " 0 或 1"),
    "share": (0, 1, False, False, " 0–1 的数"),
    "days": (0, 36_525, True, True, " SAS 日数（1960-01-01 起第几天，0–36525 的整数）"),
    "usd": (0, 1e12, False, True, "不小于 0 的美元金额"),
    "count": (0, 1e9, True, True, "不小于 0 的整数"),
}

_PAPER = {"RealEstate": "has_real_estate", "Portion": "portion", "Recession": "in_recession"}
# The article's coefficients and standard errors, as printed.
PUBLISHED = {"Intercept": (1.3931, 0.3216), "RealEstate": (-2.1282, 0.3450),
             "Portion": (-2.9875, 0.5393), "Recession": (0.5041, 0.2412)}  # fmt: skip
# What a banker could see on the day: neither the term in the file nor what is made from it, nor
# what came later (amount disbursed, charge-off).
AT_APPROVAL = ("portion", "log_approved", "n_staff", "is_new_business", "n_jobs_created",
               "n_jobs_retained", "is_franchise", "is_urban", "is_rural")  # fmt: skip
_FEATURE_SETS = {
    "批准时已知": AT_APPROVAL,
    "论文三项：RealEstate、Portion、Recession": tuple(_PAPER.values()),
    "批准时已知，加 RealEstate、Recession": (*AT_APPROVAL, "has_real_estate", "in_recession"),
    "批准时已知，加 Term、RealEstate、Recession":
        (*AT_APPROVAL, "has_real_estate", "in_recession", "term_months"),
    "只看 Term 是不是 12 的倍数": ("is_whole_years",),
}  # fmt: skip


def read(path: Path | str) -> pd.DataFrame:
    """Return one row per loan, in the file's order, money in US dollars (``_usd``).

    Dates are SAS day numbers in the file and days here. Missing: ``has_revolving``, ``is_low_doc``
    where the file says neither Y nor N (for RevLineCr 0 and T, 37 % of loans); ``area`` where it
    isn't 1 (城市) or 2 (农村); ``is_new_business`` where NewExist isn't 1 or 2. Franchise codes
    0 and 1 both mean none (the article's appendix). ``charged_off_date`` doesn't define
    ``is_bad``: 11 loans of the article's file have one and were paid in full.

    Raises ``UserError`` that names file, row (the header is row 1), column and rule.

    >>> read("没有这个文件.csv")
    Traceback (most recent call last):
    smeprofile.errors.UserError: 读不了 没有这个文件.csv。应为论文附件 SBAcase.11.13.17.csv。
    """
    path = Path(path)
    raw = _text(path)
    loans = pd.DataFrame({ours: _column(path, raw[theirs]) for theirs, ours in _COLUMNS.items()})
    loans = loans.reset_index(drop=True)
    codes = {"area": loans["urban_rural"].map({1: "城市", 2: "农村"}),
             "is_new_business": loans["new_exist"].map({1: False, 2: True}).astype("boolean"),
             "is_franchise": loans["franchise_code"] > 1}  # fmt: skip
    return loans.assign(**codes).drop(columns=["urban_rural", "new_exist", "franchise_code"])


def _text(path: Path) -> pd.DataFrame:
    try:
        # Names may be in any encoding; the columns we read are plain ASCII.
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, index_col=False,
                          skip_blank_lines=False, usecols=lambda name: name in _COLUMNS,
                          encoding="utf-8-sig", encoding_errors="replace")  # fmt: skip
    except (OSError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise UserError(f"读不了 {path}。{_SHOULD_BE}") from None
    lacking = [name for name in _COLUMNS if name not in raw.columns]
    if lacking:
        raise UserError(f"文件 {path.name} 第 1 行（表头）缺少列 {lacking[0]}。{_SHOULD_BE}")
    raw = raw[raw.ne("").any(axis=1)]  # blank lines go, the others keep their row numbers
    if raw.empty:
        raise UserError(f"文件 {path.name} 只有表头，没有数据。{_SHOULD_BE}")
    return raw


def _column(path: Path, raw: pd.Series) -> pd.Series:
    ours, text = _COLUMNS[str(raw.name)], raw.str.strip()
    if ours in _YES_NO:
        return text.map({"Y": True, "N": False}).astype("boolean")
    kind = _kind(ours)
    low, high, whole, may_be_blank, words = _RULES[kind]
    numbers = pd.to_numeric(text.str.replace(r"[$,]", "", regex=True), errors="coerce")
    right = numbers.between(low, high) & (not whole or numbers % 1 == 0)
    wrong = ~(right | (may_be_blank & (text == ""))).to_numpy()
    if wrong.any():
        row = raw.index[wrong.argmax()]
        where = f"文件 {path.name} 第 {row + 2} 行 列 {raw.name}"
        raise UserError(f"{where}（现为 {raw[row]!r}）：应为{words}。")
    return _typed(numbers.astype(float), kind)


def _kind(ours: str) -> str:
    if ours in _FLAGS:
        return "flag"
    return {"date": "days", "usd": "usd", "portion": "share"}.get(ours.split("_")[-1], "count")


def _typed(numbers: pd.Series, kind: str) -> pd.Series:
    if kind == "days":
        days = pd.Timestamp(_SAS_EPOCH) + pd.to_timedelta(numbers, unit="D")
        return days.astype("datetime64[us]")
    return numbers.astype({"flag": bool, "count": "Int64"}.get(kind, float))


def paper_model(loans: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Refit the article's logistic regression; return its coefficients and its test figures.

    Default on RealEstate, Portion and Recession, fitted where ``is_selected``, judged on the rest
    at a cut-off of 0.5. One row per term: ``coefficient`` and ``standard_error``, the root of the
    diagonal of (XᵀWX)⁻¹ with W = p(1 − p). Figures of the test half: ``misclassification``,
    ``false_negatives`` (bad taken for good), ``false_positives``, ``auc``, ``ks``; and
    ``train_auc``. Raises ``ValueError``, in Chinese, unless both halves hold good and bad loans.

    On the article's file all that it prints agrees to the last digit: ``PUBLISHED``, 324 false
    negatives and 14 false positives of 1,051 (32.16 %). One of its figures doesn't hold on the
    test half: the AUC "over .75" is the training half's (0.7527); the test half's is 0.7346,
    KS 0.386.

    >>> names = ["is_selected", "is_bad", "has_real_estate", "in_recession", "portion"]
    >>> halves = pd.MultiIndex.from_product([[True, False]] * 4 + [[0.5, 1.0]], names=names)
    >>> table, figures = paper_model(halves.to_frame(index=False))  # nothing tells bad from good
    >>> table["coefficient"].abs().round(6).tolist(), figures["auc"]
    ([0.0, 0.0, 0.0, 0.0], 0.5)
    """
    x = loans[list(_PAPER.values())].astype(float)
    train = _train_half(loans)
    model = _logit(x[train], loans.loc[train, "is_bad"])
    table = pd.DataFrame(
        {"coefficient": [model.intercept_[0], *model.coef_[0]],
         "standard_error": _errors(model, x[train])},
        index=pd.Index(["Intercept", *_PAPER], name="term"),
    )  # fmt: skip
    bad = loans["is_bad"].to_numpy(dtype=bool)
    p = _probability(model, x)
    figures = _figures(bad[~train], p[~train])
    return table, figures | {"train_auc": float(roc_auc_score(bad[train], p[train]))}


def term_leak(loans: pd.DataFrame) -> pd.DataFrame:
    """Return one row per set of features: ``test_auc``, ``n_test``, ``known_at_approval``.

    Each is a logistic regression fitted where ``is_selected`` and judged on the rest; loans that
    lack any feature are left out of all (2 of the article's file, so the article's three get 0.7347
    here, 0.7346 in ``paper_model``). On that file:

    - Of loans paid in full 93.7 % have a Term of whole years, as contracts do; of those charged
      off 7.7 %, and every remainder mod 12 is about as frequent, as with a date of an event
      (``whole_year_terms``). Terms so unlike contracts look rewritten after the outcome. What they
      count isn't known: not the months to ``charged_off_date`` (correlation −0.01).
    - RealEstate is Term ≥ 240 (the authors' SAS code). Recession is 1 exactly where disbursement
      + 30 × Term falls in 2007-12-01 … 2009-06-30 (recomputed: all rows agree), so it says that
      Term ran out in the recession, not that the loan ran in it. Both are known as late as Term.
    - One bit of Term alone reaches an AUC of 0.93; what is known at approval, about 0.74. The
      difference is worth nothing when there is a loan to decide.

    Known at approval: ``AT_APPROVAL``, the amount as a log. RevLineCr and LowDoc are left out for
    their undefined codes. Even this is kind: the halves are a random split, so they share the
    years, and RetainedJob and UrbanRural are hardly filled in before 1999, which tells the era.
    Raises ``ValueError``, in Chinese, unless both halves hold good and bad loans.

    >>> rng = np.random.default_rng(1)
    >>> names = ["is_selected", "is_bad", "is_new_business", "is_franchise", "has_real_estate",
    ...          "in_recession", "portion", "n_staff", "n_jobs_created", "n_jobs_retained"]
    >>> loans = pd.DataFrame(rng.integers(0, 2, (400, 10)), columns=names)
    >>> odd = (loans["is_bad"] == 1) ^ (rng.random(400) < 0.1)
    >>> loans = loans.assign(area=rng.choice(["城市", "农村", None], 400), term_months=84 - odd,
    ...                      approved_usd=rng.integers(1, 9, 400) * 1e4)
    >>> term_leak(loans)["test_auc"].gt(0.8).tolist()  # only the two that see Term
    [False, False, False, True, True]
    """
    loans = loans.reset_index(drop=True)  # labels may repeat
    features = _features(loans).dropna()
    kept = loans.loc[features.index]
    train, bad = _train_half(kept), kept["is_bad"].to_numpy(dtype=bool)
    rows = []
    for name, columns in _FEATURE_SETS.items():
        x = features[list(columns)]
        p = _probability(_logit(x[train], bad[train]), x[~train])
        auc = float(roc_auc_score(bad[~train], p))
        rows.append((name, auc, int((~train).sum()), columns == AT_APPROVAL))
    return pd.DataFrame(rows, columns=["features", "test_auc", "n_test", "known_at_approval"])


def whole_year_terms(loans: pd.DataFrame) -> pd.Series:
    """Return the share of loans whose term is a multiple of 12 months: paid in full, charged off.

    A term of 0 counts as one; a missing term isn't counted.

    >>> loans = pd.DataFrame({"term_months": [84, 36, 41], "is_bad": [False, False, True]})
    >>> whole_year_terms(loans).to_dict()
    {'已还清': 1.0, '已核销': 0.0}
    """
    share = (loans["term_months"].astype("Int64") % 12 == 0).groupby(loans["is_bad"]).mean()
    return share.rename({False: "已还清", True: "已核销"}).rename_axis(None)


def _features(loans: pd.DataFrame) -> pd.DataFrame:
    # An undefined area is a group of its own (neither), else most loans before 1999 would go.
    made = {"log_approved": np.log1p(loans["approved_usd"]),
            "is_urban": loans["area"].eq("城市").fillna(False),
            "is_rural": loans["area"].eq("农村").fillna(False),
            "is_whole_years": loans["term_months"].astype("Int64") % 12 == 0}  # fmt: skip
    used = dict.fromkeys(name for columns in _FEATURE_SETS.values() for name in columns)
    return loans.assign(**made)[list(used)].astype(float)


def _train_half(loans: pd.DataFrame) -> np.ndarray:
    train = loans["is_selected"].to_numpy(dtype=bool)
    for half, name in ((train, "训练"), (~train, "测试")):
        if loans.loc[half, "is_bad"].nunique() < 2:
            raise ValueError(f"{name}样本里须既有已还清的，也有已核销的贷款")
    return train


def _logit(x: pd.DataFrame, is_bad: pd.Series | np.ndarray) -> LogisticRegression:
    # No penalty to speak of: the maximum-likelihood fit that the article reports.
    model = LogisticRegression(C=1e10, tol=1e-10, solver="newton-cholesky")
    return model.fit(x.to_numpy(), is_bad)


def _probability(model: LogisticRegression, x: pd.DataFrame) -> np.ndarray:
    # Rounded, so that equal rows tie whatever their place in the table.
    return model.predict_proba(x.to_numpy())[:, 1].round(12)


def _errors(model: LogisticRegression, x: pd.DataFrame) -> np.ndarray:
    design = np.column_stack([np.ones(len(x)), x.to_numpy()])
    p = model.predict_proba(x.to_numpy())[:, 1]
    information = design.T @ (design * (p * (1 - p))[:, None])
    return np.sqrt(np.diag(np.linalg.inv(information)))


def _figures(bad: np.ndarray, p: np.ndarray) -> dict[str, float]:
    called = p > 0.5
    return {
        "misclassification": float((called != bad).mean()),
        "false_negatives": int((bad & ~called).sum()),
        "false_positives": int((~bad & called).sum()),
        "auc": float(roc_auc_score(bad, p)),
        "ks": float(ks_2samp(p[bad], p[~bad]).statistic),
    }
