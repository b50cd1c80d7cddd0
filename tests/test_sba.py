"""The SBA case: the article's figures from the real file, and the leak in its Term."""

import os
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from smeprofile import sba
from smeprofile.errors import UserError

ORIGINAL = ["Selected", "LoanNr_ChkDgt", "Name", "City", "State", "Zip", "Bank", "BankState",
            "NAICS", "ApprovalDate", "ApprovalFY", "Term", "NoEmp", "NewExist", "CreateJob",
            "RetainedJob", "FranchiseCode", "UrbanRural", "RevLineCr", "LowDoc", "ChgOffDate",
            "DisbursementDate", "DisbursementGross", "BalanceGross", "MIS_Status", "ChgOffPrinGr",
            "GrAppv", "SBA_Appv", "New", "RealEstate", "Portion", "Recession", "daysterm", "xx",
            "Default"]  # fmt: skip
REMOVED = ["LoanNr_ChkDgt", "Name", "City", "Zip", "Bank", "BankState"]


@pytest.fixture(scope="module")
def loans():
    beside = Path(__file__).parents[2] / "shared" / "data" / "sba_case" / "sba_case.csv"
    path = Path(os.environ.get("SMEPROFILE_SBA_CASE", beside))
    if not path.is_file() and "SMEPROFILE_SBA_CASE" not in os.environ:
        pytest.skip("the SBA case is the user's own copy: name it in SMEPROFILE_SBA_CASE")
    return sba.read(path)


def stand_in():
    """Text of a made-up file with the article's 35 columns."""
    flags = np.random.default_rng(3).integers(0, 2, (40, len(ORIGINAL)))
    return pd.DataFrame(flags, columns=ORIGINAL).astype(str).assign(
        Term="84", RevLineCr="Y", LowDoc="0", ApprovalDate="15074", ChgOffDate="",
        DisbursementDate="15095.0", DisbursementGross="$32,812.00 ", Name='CAFÉ "某某", INC',
        Bank="某行", NewExist=["1", "2", "0", ""] * 10, UrbanRural=["1", "2", "0", ""] * 10,
        FranchiseCode=["0", "1", "2", ""] * 10, Portion="0.85")  # fmt: skip


def read(tmp_path, rows, **options):
    rows.to_csv(tmp_path / "SBAcase.csv", index=False, **options)
    return sba.read(tmp_path / "SBAcase.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_original_reads_like_the_copy_without_names_in_any_encoding(tmp_path, encoding):
    original = read(tmp_path, stand_in(), encoding=encoding)
    reduced = read(tmp_path, stand_in().drop(columns=REMOVED))
    pd.testing.assert_frame_equal(original, reduced)
    assert not original.astype(str).apply(lambda column: column.str.contains("某")).any(axis=None)


def test_dates_money_and_codes_are_decoded_and_undefined_codes_stay_missing(tmp_path):
    loans = read(tmp_path, stand_in())
    assert loans["disbursed_usd"].eq(32_812).all()
    assert loans["approval_date"].eq(pd.Timestamp("2001-04-09")).all()
    assert loans["charged_off_date"].isna().all() and loans["is_low_doc"].isna().all()
    assert loans["has_revolving"].all()
    first = loans.head(4).astype(object)
    first = first.where(first.notna(), None)
    assert [False, True, None, None] == first["is_new_business"].tolist()
    assert ["城市", "农村", None, None] == first["area"].tolist()
    assert [False, False, True, None] == first["is_franchise"].tolist()


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [("Term", "三年", "不小于 0 的整数"), ("NoEmp", "-1", "不小于 0 的整数"),
     ("NoEmp", "inf", "不小于 0 的整数"), ("CreateJob", "1.5", "不小于 0 的整数"),
     ("Default", "2", " 0 或 1"), ("Selected", "", " 0 或 1"), ("Portion", "85", " 0–1 的数"),
     ("GrAppv", "-$5", "不小于 0 的美元金额"), ("ApprovalDate", "2001-04-09", " SAS 日数")],
)  # fmt: skip
def test_a_wrong_value_is_named(tmp_path, column, value, rule):
    rows = stand_in()
    rows.loc[[2, 5], column] = value
    with pytest.raises(UserError) as error:
        read(tmp_path, rows)
    says = f"文件 SBAcase.csv 第 4 行 列 {column}（现为 {value!r}）：应为{rule}"
    assert str(error.value).startswith(says)


def test_blank_lines_are_no_loans_and_do_not_shift_row_numbers(tmp_path):
    path, lines = tmp_path / "blanks.csv", stand_in().to_csv(index=False).splitlines()
    path.write_text("\n".join([*lines[:3], "", *lines[3:], "", ""]), encoding="utf-8")
    pd.testing.assert_frame_equal(read(tmp_path, stand_in()), sba.read(path))
    path.write_text("\n".join([*lines[:3], "", "x" + lines[3]]), encoding="utf-8")
    with pytest.raises(UserError, match="第 5 行 列 Selected"):
        sba.read(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"a,b\n1,2\n", "（表头）缺少列 Selected。应为论文附件"), (b"", "读不了"),
     (b"PK\x03\x04\x00\xff\x00", "缺少列 Selected"),
     (",".join(ORIGINAL).encode(), "只有表头，没有数据")],
)  # fmt: skip
def test_another_file_is_refused(tmp_path, content, says):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UserError, match=says):
        sba.read(tmp_path / "a.csv")


def balanced():
    """Bad share 3/4 without real estate, 1/4 with it; the other two terms tell nothing."""
    rows = [
        (selected, bad, estate, recession, portion)
        for selected, bad, estate, recession in product([True, False], repeat=4)
        for portion in [0.5, 1.0] * (1 if bad == estate else 3)
    ]
    names = ["is_selected", "is_bad", "has_real_estate", "in_recession", "portion"]
    return pd.DataFrame(rows, columns=names)


def test_coefficient_and_standard_error_are_those_of_a_two_by_two_table():
    """Log odds ratio, and the root of the sum of 1 ÷ count over the four cells."""
    table, figures = sba.paper_model(balanced())
    assert table.loc["RealEstate", "coefficient"] == pytest.approx(-2 * np.log(3))
    counts = np.array([4, 12, 12, 4])  # each cell of the training half
    assert table.loc["RealEstate", "standard_error"] == pytest.approx(np.sqrt((1 / counts).sum()))
    assert (figures["false_negatives"], figures["false_positives"]) == (4, 4)
    assert [0.25, 0.75, 0.5] == pytest.approx(
        [figures[name] for name in ("misclassification", "auc", "ks")]
    )


def test_a_half_without_good_or_bad_loans_is_refused():
    loans = balanced()
    with pytest.raises(ValueError, match=r"^测试样本里须既有已还清的，也有已核销的贷款"):
        sba.paper_model(loans[loans["is_selected"] | loans["is_bad"]])


def test_the_article_is_reproduced_to_the_printed_digits(loans):
    table, figures = sba.paper_model(loans)
    assert sba.PUBLISHED == {term: tuple(row) for term, *row in table.round(4).itertuples()}
    assert (figures["false_negatives"], figures["false_positives"]) == (324, 14)
    assert round(figures["misclassification"], 4) == 0.3216


def test_the_articles_auc_over_75_is_the_training_halfs(loans):
    _, figures = sba.paper_model(loans)
    assert (round(figures["auc"], 4), round(figures["ks"], 3)) == (0.7346, 0.386)
    assert round(figures["train_auc"], 4) == 0.7527


def test_term_and_all_made_from_it_are_known_after_the_outcome_only(loans):
    assert {"已还清": 0.937, "已核销": 0.077} == sba.whole_year_terms(loans).round(3).to_dict()
    assert (loans["term_months"] >= 240).eq(loans["has_real_estate"]).all()
    runs_out = loans["disbursed_date"] + pd.to_timedelta(loans["term_months"] * 30, unit="D")
    assert runs_out.between("2007-12-01", "2009-06-30").eq(loans["in_recession"]).all()
    lasted = (loans["charged_off_date"] - loans["disbursed_date"]).dt.days[loans["is_bad"]]
    assert abs(lasted.corr(loans["term_months"].astype(float))) < 0.02


def test_what_is_known_at_approval_tells_far_less_than_term(loans):
    told = sba.term_leak(loans).set_index("features")
    assert ["批准时已知"] == told.index[told["known_at_approval"]].tolist()
    assert [0.739, 0.735, 0.745, 0.878, 0.930] == told["test_auc"].round(3).tolist()
    assert told["n_test"].eq(1049).all()


def test_the_order_of_the_loans_does_not_matter_and_they_are_left_alone(loans):
    before, mixed = loans.copy(), loans.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(sba.term_leak(loans), sba.term_leak(mixed))
    (table, figures), (table_mixed, figures_mixed) = map(sba.paper_model, (loans, mixed))
    pd.testing.assert_frame_equal(table, table_mixed)
    assert figures == pytest.approx(figures_mixed)
    pd.testing.assert_frame_equal(before, loans)
