"""Cleaning gives back the truth, blanks stay missing, and what can't be read is named."""

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smeprofile import simulate, uscc
from smeprofile.data import clean, sources
from smeprofile.errors import UserError
from smeprofile.params import load_cohort

PATIENT = settings(deadline=None, max_examples=50)  # a busy machine is no failure

COHORT = load_cohort(root=Path(__file__).parents[2])
SMALL = COHORT.model_copy(update={"n_customers": 100})


def assert_recovered(folder, cohort, defects):
    simulate.write_sources(cohort, folder, defects=defects)
    truth = simulate.class_tables(cohort, defects=defects)
    cleaned = clean.clean_tables(folder, cohort)
    assert set(cleaned) == set(truth) - {"flows"}
    for name, frame in cleaned.items():
        pd.testing.assert_frame_equal(frame, truth[name], check_exact=True, obj=name)


def test_cleaning_the_class_sources_gives_the_class_tables(tmp_path):
    assert_recovered(tmp_path, COHORT, simulate.ALL_DEFECTS)


@pytest.mark.parametrize("defects", [frozenset(), simulate.ALL_DEFECTS - {"bad_uscc"}])
def test_cleaning_also_works_where_defects_are_absent(tmp_path, defects):
    assert_recovered(tmp_path, SMALL, defects)


@pytest.mark.parametrize("as_of", [date(2020, 1, 31), date(2028, 2, 29)])
def test_cleaning_works_for_other_observation_dates(tmp_path, as_of):
    assert_recovered(tmp_path, SMALL.model_copy(update={"as_of": as_of}), simulate.ALL_DEFECTS)


@pytest.mark.parametrize(
    ("text", "cny"),
    [
        ("500万元", 5e6), ("500万", 5e6), ("5,000,000元", 5e6), ("500", 5e6), (500, 5e6),
        ("人民币 1,200万元", 1.2e7), ("１００万美元", 7e6), ("20万欧元", 1.62e6), ("1亿元", 1e8),
        ("1,200万港元", 1.08e7), ("100万USD", 7e6), ("0万元", 0.0), ("0.1万元", 1000.0),
    ],
)  # fmt: skip
def test_amounts_are_read_in_yuan(text, cny):
    assert clean.to_cny(text, fx_rates_cny=COHORT.fx_rates_cny) == cny


@pytest.mark.parametrize("blank", ["", "  ", "　", None, float("nan"), pd.NA])
def test_a_blank_amount_is_missing_never_zero(blank):
    assert math.isnan(clean.to_cny(blank))


@pytest.mark.parametrize("text", ["约五百万", "500万英镑", "1,00万元", "5 0 万股", "100%", "万元"])
def test_an_amount_that_cannot_be_read_is_refused_in_chinese(text):
    with pytest.raises(ValueError, match="金额"):
        clean.to_cny(text, fx_rates_cny=COHORT.fx_rates_cny)


@PATIENT
@given(st.integers(0, 10**12))
def test_thousands_separators_and_units_change_nothing(fen):
    yuan = fen / 100
    assert clean.to_cny(f"{yuan:,.2f}元") == clean.to_cny(f"{yuan:.2f}", bare_unit_cny=1) == yuan


def test_the_failing_record_and_column_are_named():
    column = pd.Series(["1万元", "若干"], index=[8, 9], name="注册资本")
    with pytest.raises(UserError, match="列 注册资本 第 2 条：看不懂的金额 '若干'"):
        clean.to_cny_column(column)


days = st.dates(date(1980, 1, 1), date(2099, 12, 31))


@PATIENT
@given(days)
def test_every_spelling_of_a_day_is_the_same_day(day):
    spellings = [
        day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", f" {day} 00:00:00", day, pd.Timestamp(day),
        (day - date(1899, 12, 30)).days, float((day - date(1899, 12, 30)).days),
    ]  # fmt: skip
    assert {clean.parse_date(text) for text in spellings} == {pd.Timestamp(day)}


@PATIENT
@given(days, st.sampled_from(list(clean.EPOCHS)))
def test_day_numbers_are_read_from_the_epoch_told(day, epoch):
    number = (pd.Timestamp(day) - pd.Timestamp(clean.EPOCHS[epoch])).days
    assert clean.parse_date(str(number), serial_epoch=epoch) == pd.Timestamp(day)


@pytest.mark.parametrize(
    "text", ["15074", "2019-02-30", "2019.3.5", "去年", "3/5/2019", "20191301"]
)
def test_a_date_that_cannot_be_read_is_refused(text):
    with pytest.raises(UserError, match="列 日期 第 2 条"):
        clean.parse_dates(pd.Series(["2019-03-05", text], name="日期"))


def core(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "name", "uscc", "updated_at"])


def test_the_latest_record_of_a_firm_is_kept_whatever_its_number():
    code = uscc.make(1)
    records = core(
        ("C2", "甲", code, "2025-01-02"), ("C1", "甲（旧）", f" {code.lower()}", "2024/5/1")
    )
    firms, merged = clean.drop_duplicate_customers(records)
    assert firms["customer_id"].tolist() == ["C2"]
    assert merged.to_numpy().tolist() == [["C1", "C2"]]


def test_records_without_a_valid_code_are_kept_and_flagged_even_with_the_same_name():
    records = core(("C1", "甲", "", "2025-01-01"), ("C2", "甲", "", "2025-01-01"))
    firms, merged = clean.drop_duplicate_customers(records)
    assert firms["is_uscc_valid"].tolist() == [False, False]
    assert merged.empty


@PATIENT
@given(st.lists(st.tuples(st.integers(0, 3), st.dates(date(2020, 1, 1), date(2020, 1, 5)))))
def test_deduplication_is_idempotent_and_loses_no_firm(drawn):
    rows = [(f"C{i}", "甲", uscc.make(s), str(d)) for i, (s, d) in enumerate(drawn)]
    firms, merged = clean.drop_duplicate_customers(core(*rows))
    again, none = clean.drop_duplicate_customers(firms)
    assert set(firms["uscc"]) == {row[2] for row in rows}
    assert len(firms) + len(merged) == len(rows)
    assert len(again) == len(firms) and none.empty


def test_the_observation_day_itself_counts_to_its_last_second():
    frame = pd.DataFrame(
        {"at": pd.to_datetime(["2025-12-31T23:59:59", "2026-01-01T00:00:00", None])}
    )
    assert len(clean.as_of_filter(frame, "at", "2025-12-31")) == 1


def test_a_text_column_cannot_be_compared_with_the_observation_date():
    with pytest.raises(UserError, match="列 at 还不是日期"):
        clean.as_of_filter(pd.DataFrame({"at": ["2025-01-01"]}), "at", "2025-12-31")


def test_inputs_are_left_as_they_were(tmp_path):
    simulate.write_sources(SMALL, tmp_path)
    raw = sources.read_core(tmp_path / "core_customers.csv")
    before = raw.copy()
    clean.drop_duplicate_customers(raw)
    clean.to_cny_column(raw["subscribed_capital"],
                        fx_rates_cny=SMALL.fx_rates_cny)  # fmt: skip
    pd.testing.assert_frame_equal(raw, before)
