"""Cleaning gives back the truth, whatever the defects; firms are merged by code alone."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from smeprofile import simulate, uscc
from smeprofile.data import clean, load, sources, to_cny_column
from smeprofile.errors import UserError
from smeprofile.params import load_cohort
from smeprofile.simulate.exported import exported

PATIENT = settings(deadline=None, max_examples=50)  # a busy machine is no failure
COHORT = load_cohort(root=ROOT)
SMALL = COHORT.model_copy(update={"n_customers": 300})
CLEANED = {"customers", "consents", "inquiries", "external_loans", "tax", "app_events", "visits"}


def assert_recovered(folder, cohort, defects):
    """Cleaning gives the class tables' rows of the exported customers; of inquiries, our own."""
    simulate.write_sources(cohort, folder, defects=defects)
    truth = simulate.class_tables(cohort, defects=defects)
    cleaned = clean.clean_tables(folder, cohort)
    assert set(cleaned) == CLEANED
    told = exported(cohort)["customer_id"]
    for name, frame in cleaned.items():
        rows = truth[name][truth[name]["customer_id"].isin(told)]
        if name == "inquiries":
            rows = rows[rows["institution"] == cohort.bank.name]
        rows = rows.reset_index(drop=True)
        pd.testing.assert_frame_equal(frame, rows, check_exact=True, obj=name)


def test_cleaning_the_class_sources_gives_the_class_tables(tmp_path):
    big = COHORT.model_copy(update={"n_customers": 2500})
    assert_recovered(tmp_path, big, simulate.ALL_DEFECTS)


def test_the_courses_own_exports_are_cleaned_by_default(cohort):
    cleaned = clean.clean_tables()
    customers = cleaned["customers"]
    stored = load("customers", root=ROOT)
    stored = stored[stored["customer_id"].isin(customers["customer_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(customers, stored, check_exact=True)
    assert len(customers) == cohort.n_export


@pytest.mark.parametrize("defects", [frozenset(), simulate.ALL_DEFECTS - {"bad_uscc"}])
def test_cleaning_also_works_where_defects_are_absent(tmp_path, defects):
    assert_recovered(tmp_path, SMALL, defects)


@pytest.mark.parametrize("as_of", [date(2020, 1, 31), date(2028, 2, 29), date(2025, 12, 10)])
def test_cleaning_works_for_other_observation_dates(tmp_path, as_of):
    assert_recovered(tmp_path, SMALL.model_copy(update={"as_of": as_of}), simulate.ALL_DEFECTS)


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
    to_cny_column(raw["subscribed_capital"],
                        fx_rates_cny=SMALL.fx_rates_cny)  # fmt: skip
    pd.testing.assert_frame_equal(raw, before)
