"""A first look finds what is wrong, on made tables and on real loans nobody here wrote."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smeprofile import uscc
from smeprofile.data.quality import inspect

PATIENT = settings(deadline=None, max_examples=50)  # a busy machine is no failure


def finding(values, name="x"):
    return inspect(pd.DataFrame({name: values})).loc[name, "findings"]


def test_blanks_and_missing_are_counted_apart():
    row = inspect(pd.DataFrame({"x": ["a", "", " ", "　", None]})).loc["x"]
    assert (row["n_missing"], row["n_blank"], row["n_distinct"]) == (1, 3, 1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["Y", "N", "0", "T"], "混合编码：0、N、T、Y"),
        ([0, 0, 0], "常量列：全是 0"),
        (["1,000", "2", "3万元"], "数字里混有文字：1 处，如 '3万元'"),
        (["2025-01-01", "2025/1/1", "20250101"], "日期写法不一：2019-03-05、2019/3/5、20190305"),
        (["甲", "乙 "], "首尾有空格 1 处"),
        (["000123", "004567"], "有前导 0"),
        ([uscc.make(i) for i in range(9)] + ["9199000O000000011B"], "1 处校验不通过"),
    ],
)
def test_each_kind_of_dirt_is_named(values, words):
    assert words in finding(values)


@pytest.mark.parametrize("values", [[1, 2, 3], ["甲", "乙"], [15074, 15130], ["A", "B"]])
def test_clean_columns_and_plain_numbers_raise_no_alarm(values):
    assert finding(values) == ""


@pytest.mark.parametrize(("epoch", "name"), [("1960-01-01", "SAS"), ("1970-01-01", "Unix"),
                                             ("1899-12-30", "Excel")])  # fmt: skip
def test_years_beside_them_settle_the_epoch_of_day_numbers(epoch, name):
    days = pd.Series(pd.date_range("2001-01-15", periods=60, freq="45D"))
    frame = pd.DataFrame({"n": (days - pd.Timestamp(epoch)).dt.days, "y": days.dt.year})
    said = inspect(frame).loc["n", "findings"]
    assert f"{name}，{epoch} 起" in said and "→2001-01-15；与 y（年份）相符 100.0%" in said


cells = st.one_of(st.none(), st.text(max_size=6), st.integers(-10**6, 10**6), st.booleans(),
                  st.floats(allow_infinity=False), st.dates())  # fmt: skip


@PATIENT
@given(st.lists(cells, max_size=8))
def test_any_column_can_be_looked_at_and_shares_add_up(values):
    row = inspect(pd.DataFrame({"x": pd.Series(values, dtype=object)})).loc["x"]
    filled = len(values) - row["n_missing"] - row["n_blank"]
    total = row[["数字", "日期", "日期序列号", "文本"]].sum()
    assert total == pytest.approx(1.0 if filled else 0.0)


def sba_case():
    beside = Path(__file__).parents[3] / "shared" / "data" / "sba_case" / "sba_case.csv"
    path = Path(os.environ.get("SMEPROFILE_SBA_CASE", beside))
    if not path.is_file() and "SMEPROFILE_SBA_CASE" not in os.environ:
        pytest.skip("no SBA case here: set SMEPROFILE_SBA_CASE to the article's CSV")
    return path


@pytest.mark.parametrize("options", [{}, {"dtype": str, "keep_default_na": False}])
def test_real_loans_are_read_rightly(options):
    looked = inspect(pd.read_csv(sba_case(), **options))
    said = looked["findings"]
    assert "15074→2001-04-09；与 ApprovalFY（财年，10 月起）相符 100.0%" in said["ApprovalDate"]
    for column in ("ApprovalDate", "DisbursementDate", "ChgOffDate"):
        assert "SAS，1960-01-01 起" in said[column]
    assert "混合编码：0、N、T、Y" in said["RevLineCr"]
    assert "混合编码：0、A、N、S、Y" in said["LowDoc"]
    assert "常量列" in said["BalanceGross"]
    assert looked.loc["RevLineCr", ["n_missing", "n_blank"]].sum() == 2
    assert said["GrAppv"] == said["Term"] == said["NAICS"] == ""
