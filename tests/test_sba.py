"""The SBA case: the article's figures from the real file, and the leak in its Term."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from smeprofile import sba
from smeprofile.errors import UserError


@pytest.fixture(scope="module")
def loans():
    beside = Path(__file__).parents[2] / "shared" / "data" / "sba_case" / "sba_case.csv"
    path = Path(os.environ.get("SMEPROFILE_SBA_CASE", beside))
    if not path.is_file():
        pytest.skip("the SBA case is the user's own copy: name it in SMEPROFILE_SBA_CASE")
    return sba.read(path)


def stand_in():
    """A file of the same columns, made up."""
    rng = np.random.default_rng(3)
    n = 40
    raw = {name: rng.integers(0, 2, n) for name in sba._COLUMNS}
    raw |= {"Term": 84, "RevLineCr": "Y", "LowDoc": "0", "ApprovalDate": 15074, "ChgOffDate": "",
            "DisbursementDate": "15095.0", "DisbursementGross": "$32,812.00", "Name": "某某",
            "Bank": "某行"}  # fmt: skip
    return pd.DataFrame(raw)


def test_the_articles_regression_is_reproduced(loans):
    table, figures = sba.paper_model(loans)
    expected = {"Intercept": (1.3931, 0.3216), "RealEstate": (-2.1282, 0.3450),
                "Portion": (-2.9875, 0.5393), "Recession": (0.5041, 0.2412)}  # fmt: skip
    for term, (coefficient, error) in expected.items():
        assert table.loc[term].round(4).tolist() == [coefficient, error]
    assert round(figures["misclassification"], 4) == 0.3216
    assert (figures["false_negatives"], figures["false_positives"]) == (324, 14)


def test_the_test_halfs_auc_is_not_the_training_halfs(loans):
    """The article's "over .75" holds on the rows it was fitted on only."""
    _, figures = sba.paper_model(loans)
    assert round(figures["auc"], 4) == 0.7346 and round(figures["ks"], 3) == 0.386


def test_term_is_known_after_the_outcome_only(loans):
    share = sba.whole_year_terms(loans)
    assert share.round(3).to_dict() == {"已还清": 0.937, "已核销": 0.077}
    told = sba.term_leak(loans).set_index("known_at_approval")["test_auc"]
    honest, leaking = told[True], told[False]
    assert honest < leaking.min() and leaking.max() > 0.95


def test_names_of_people_and_banks_are_not_kept(tmp_path):
    stand_in().to_csv(tmp_path / "SBAcase.csv", index=False)
    read = sba.read(tmp_path / "SBAcase.csv")
    assert not {"Name", "Bank"} & set(read.columns)
    assert read["disbursed_usd"].iloc[0] == 32_812
    assert read["approval_date"].iloc[0] == pd.Timestamp("2001-04-09")
    assert read["is_low_doc"].isna().all() and read["has_revolving"].all()


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [("Term", "三年", "第 4 行 列 Term（现为 '三年'）：应为数字"),
     ("Default", "2", "第 4 行 列 Default：应为 0 或 1")],
)  # fmt: skip
def test_a_wrong_value_is_named(tmp_path, column, value, says):
    rows = stand_in().astype(str)
    rows.loc[2, column] = value
    rows.to_csv(tmp_path / "SBAcase.csv", index=False)
    with pytest.raises(UserError, match=says.replace("(", r"\(")):
        sba.read(tmp_path / "SBAcase.csv")


def test_another_file_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"缺少列 Selected。应为论文附件"):
        sba.read(tmp_path / "a.csv")
