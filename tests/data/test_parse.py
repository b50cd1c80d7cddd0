"""Amounts and days: blanks stay missing, and what can't be read is named."""

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smeprofile.data import parse
from smeprofile.errors import UserError

PATIENT = settings(deadline=None, max_examples=50)  # a busy machine is no failure
RATES = {"USD": 7.0, "EUR": 8.1, "HKD": 0.9}


@pytest.mark.parametrize(
    ("text", "cny"),
    [
        ("500万元", 5e6), ("500万", 5e6), ("5,000,000元", 5e6), ("500", 5e6), (500, 5e6),
        ("人民币 1,200万元", 1.2e7), ("１００万美元", 7e6), ("20万欧元", 1.62e6), ("1亿元", 1e8),
        ("1,200万港元", 1.08e7), ("100万USD", 7e6), ("0万元", 0.0), ("0.1万元", 1000.0),
    ],
)  # fmt: skip
def test_amounts_are_read_in_yuan(text, cny):
    assert parse.to_cny(text, fx_rates_cny=RATES) == cny


@pytest.mark.parametrize("blank", ["", "  ", "　", None, float("nan"), pd.NA])
def test_a_blank_amount_is_missing_never_zero(blank):
    assert math.isnan(parse.to_cny(blank))


@pytest.mark.parametrize("text", ["约五百万", "500万英镑", "1,00万元", "5 0 万股", "100%", "万元"])
def test_an_amount_that_cannot_be_read_is_refused_in_chinese(text):
    with pytest.raises(ValueError, match="金额"):
        parse.to_cny(text, fx_rates_cny=RATES)


@PATIENT
@given(st.integers(0, 10**12))
def test_thousands_separators_and_units_change_nothing(fen):
    yuan = fen / 100
    assert parse.to_cny(f"{yuan:,.2f}元") == parse.to_cny(f"{yuan:.2f}", bare_unit_cny=1) == yuan


def test_the_failing_record_and_column_are_named():
    column = pd.Series(["1万元", "若干"], index=[8, 9], name="注册资本")
    with pytest.raises(UserError, match="列 注册资本 第 2 条：看不懂的金额 '若干'"):
        parse.to_cny_column(column)


days = st.dates(date(1980, 1, 1), date(2099, 12, 31))


@PATIENT
@given(days)
def test_every_spelling_of_a_day_is_the_same_day(day):
    spellings = [
        day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f" {day} 00:00:00", day, pd.Timestamp(day),
        (day - date(1899, 12, 30)).days, float((day - date(1899, 12, 30)).days),
    ]  # fmt: skip
    assert {parse.parse_date(text) for text in spellings} == {pd.Timestamp(day)}


@PATIENT
@given(days, st.sampled_from(list(parse.EPOCHS)))
def test_day_numbers_are_read_from_the_epoch_told(day, epoch):
    number = (pd.Timestamp(day) - pd.Timestamp(parse.EPOCHS[epoch])).days
    assert parse.parse_date(str(number), serial_epoch=epoch) == pd.Timestamp(day)


@pytest.mark.parametrize(
    "text", ["15074", "2019-02-30", "2019.3.5", "去年", "3/5/2019", "20191301"]
)
def test_a_date_that_cannot_be_read_is_refused(text):
    with pytest.raises(UserError, match="列 日期 第 2 条"):
        parse.parse_dates(pd.Series(["2019-03-05", text], name="日期"))
