"""The synthetic class: valid, plausible, plainly fake, knowable on the day, and repeatable."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from smeprofile import simulate, uscc
from smeprofile.params import load_cohort
from smeprofile.schemas import SCHEMAS, validate
from smeprofile.simulate.activity import SPRING_FESTIVAL, last_tax_month, season

COHORT = load_cohort(root=Path(__file__).parents[2])


@pytest.fixture(scope="module")
def tables():
    return simulate.class_tables(COHORT)


@pytest.mark.parametrize("name", SCHEMAS)
def test_class_tables_satisfy_their_dictionary(tables, name):
    assert len(validate(name, tables[name])) > 100


def test_there_is_one_row_per_customer_asked_for(tables):
    assert len(tables["customers"]) == COHORT.n_customers


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "customers"])
def test_every_record_belongs_to_a_customer(tables, name):
    assert set(tables[name]["customer_id"]) <= set(tables["customers"]["customer_id"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_later_than_the_observation_date_is_told(tables, name):
    end = pd.Timestamp(COHORT.as_of) + pd.Timedelta(days=1)
    times = tables[name].select_dtypes("datetime")
    assert not (times >= end).any(axis=None)


def test_a_month_whose_return_is_not_yet_due_is_unknown(tables):
    assert tables["tax"]["month"].max() == pd.Timestamp("2025-11-01")


@pytest.mark.parametrize(("day", "month"), [("2025-12-15", "2025-11"), ("2025-12-14", "2025-10")])
def test_last_tax_month_turns_on_the_fifteenth(day, month):
    assert f"{last_tax_month(pd.Timestamp(day)):%Y-%m}" == month


def test_firms_are_plainly_not_real(tables):
    customers = tables["customers"]
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    assert customers["name"].str.fullmatch(rf"{COHORT.place}[{signs}]{{2}}.+有限公司").all()
    assert set(customers["uscc"].dropna().str[2:8]) == {uscc.FAKE_REGION}
    assert customers["uscc"].dropna().map(uscc.is_valid).all()


def test_some_different_firms_share_a_name(tables):
    assert tables["customers"].duplicated("name").any()


def test_industry_mix_is_near_the_census(tables):
    share = tables["customers"]["industry_code"].str[0].value_counts(normalize=True)
    assert share["F"] == pytest.approx(0.306, abs=0.06)
    assert share["L"] == pytest.approx(0.138, abs=0.045)
    assert share["C"] == pytest.approx(0.122, abs=0.045)


def test_services_invoice_less_of_their_turnover_than_trade(tables):
    rows = tables["tax"].merge(tables["customers"][["customer_id", "industry_code"]])
    median = rows[rows["invoiced_cny"] > 0].groupby("industry_code")["invoiced_cny"].median()
    assert median["H62"] < median["F51"] / 4


def test_unfiled_is_missing_and_zero_filed_is_zero(tables):
    by_status = dict(list(tables["tax"].groupby("status")["invoiced_cny"]))
    assert by_status["未申报"].isna().all()
    assert (by_status["零申报"] == 0).all()
    assert (by_status["已申报"] > 0).all()


def test_capital_has_gaps_that_are_not_zero_and_zeros_that_are_not_gaps(tables):
    paid = tables["customers"]["paid_in_capital_cny"]
    assert paid.isna().any() and (paid == 0).any()


@pytest.mark.parametrize("year", SPRING_FESTIVAL)
def test_turnover_dips_in_the_month_of_spring_festival(year):
    january, february = (season(pd.Timestamp(year, month, 1)) for month in (1, 2))
    assert min(january, february) < 0.7 < max(january, february)


def test_themes_cover_the_visits_but_stay_out_of_the_class_data(tables):
    themes = simulate.visit_themes(COHORT)
    assert set(themes["visit_id"]) == set(tables["visits"]["visit_id"])
    assert themes["theme"].nunique() == 8
    assert not any("theme" in frame.columns for frame in tables.values())


def test_another_seed_is_another_class():
    other = simulate.class_tables(COHORT.model_copy(update={"seed": 1}))
    assert not other["customers"].equals(simulate.class_tables(COHORT)["customers"])


@pytest.mark.parametrize("as_of", [date(2020, 1, 31), date(2024, 2, 29), date(2035, 12, 31)])
def test_any_allowed_observation_date_gives_a_valid_class(as_of):
    cohort = COHORT.model_copy(update={"as_of": as_of, "n_customers": 100})
    for name, frame in simulate.class_tables(cohort).items():
        validate(name, frame)


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_same_seed_same_bytes(tmp_path):
    cohort = COHORT.model_copy(update={"n_customers": 100})
    simulate.write_class_data(cohort, tmp_path / "a")
    simulate.write_class_data(cohort, tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_the_manifest_lists_every_file_and_the_class_is_small(tmp_path):
    manifest = simulate.write_class_data(COHORT, tmp_path)
    written = contents(tmp_path)
    assert manifest == {name: sha256(content).hexdigest() for name, content in written.items()}
    assert sum(map(len, written.values())) < 4_000_000
