"""The class tables: valid, plainly fake, knowable on the day, and the same for the same seed."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from smeprofile import simulate, uscc
from smeprofile.params import load_cohort
from smeprofile.schemas import SCHEMAS, conform, validate
from smeprofile.simulate import exported, manifest

COHORT = load_cohort(root=Path(__file__).parents[2]).model_copy(update={"n_customers": 900})
SMALL = COHORT.model_copy(update={"n_customers": 200})
# Dates that were agreed on beforehand and may lie ahead.
AGREED = {"maturity_date", "due_date", "end_date"}
OF_NOBODY = {"products", "channels", "branches", "lpr"}


@pytest.fixture(scope="module")
def tables():
    return simulate.class_tables(COHORT)


@pytest.fixture(scope="module")
def bank():
    """The same bank as its generator made it: no exports, no breaches."""
    return simulate.whole_tables(exported.setting(COHORT))


@pytest.mark.parametrize("name", SCHEMAS)
def test_class_tables_satisfy_their_dictionary(tables, name):
    assert len(validate(name, tables[name])) > 0


def test_there_is_one_row_per_customer_asked_for(tables):
    assert len(tables["customers"]) == COHORT.n_customers


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - OF_NOBODY - {"customers"}))
def test_every_record_belongs_to_a_customer(tables, name):
    assert set(tables[name]["customer_id"]) <= set(tables["customers"]["customer_id"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_later_than_the_observation_date_is_told(tables, name):
    end = pd.Timestamp(COHORT.as_of) + pd.Timedelta(days=1)
    times = tables[name].select_dtypes("datetime").drop(columns=AGREED, errors="ignore")
    assert not (times >= end).any(axis=None)


def test_a_month_whose_return_is_not_yet_due_is_unknown(tables):
    assert tables["tax"]["month"].max() == pd.Timestamp("2025-11-01")


def test_firms_are_plainly_not_real(tables):
    customers = tables["customers"]
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    assert customers["name"].str.fullmatch(rf"{COHORT.place}[{signs}]{{3}}.+有限公司").all()
    assert set(customers["uscc"].dropna().str[2:8]) == {uscc.FAKE_REGION}
    assert customers["uscc"].dropna().map(uscc.is_valid).all()
    assert customers["uscc"].dropna().is_unique


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


def test_exported_customers_are_of_the_biggest_branch_and_still_registered(tables):
    customers = tables["customers"].set_index("customer_id")
    of_export = customers.loc[exported.exported(COHORT)["customer_id"]]
    assert set(of_export["branch_id"]) == {customers["branch_id"].value_counts().idxmax()}
    assert set(of_export["registration_status"]) == {"存续"}


def test_no_more_customers_are_exported_than_asked_for():
    few = COHORT.model_copy(update={"n_export": 25})
    ids = exported.exported(few)["customer_id"]
    assert len(ids) == 25
    assert set(ids) <= set(exported.exported(COHORT)["customer_id"])


def test_numbers_of_second_records_and_of_later_customers_are_nobody_elses():
    low, high = exported.future_span(COHORT)
    old = exported.exported(COHORT)["old_id"].dropna().str[1:].astype(int)
    assert COHORT.n_customers == low < high < old.min() and old.is_unique


def test_class_differs_from_the_bank_only_in_what_is_planted(tables, bank):
    firms = exported.exported(COHORT)
    lost, told = exported.unlinked(firms), set(firms["customer_id"])
    for name in sorted(set(bank) - OF_NOBODY):
        ours, theirs = tables[name], conform(name, bank[name].to_pandas())
        linked = name in ("tax", "inquiries", "external_loans", "invoices", "invoices_monthly")
        gone = set(lost) if linked else set()
        assert len(ours) == (~theirs["customer_id"].isin(gone)).sum()
        changed = {"customers", "consents", "inquiries"}
        kept = told if name in changed else gone
        pd.testing.assert_frame_equal(
            ours[~ours["customer_id"].isin(kept)].reset_index(drop=True),
            theirs[~theirs["customer_id"].isin(kept)].reset_index(drop=True),
            obj=name,
        )


def test_without_a_linkable_code_there_is_no_code_and_nothing_it_links(tables):
    lost = exported.unlinked(exported.exported(COHORT))
    assert len(lost) >= 3
    customers = tables["customers"]
    assert set(customers.loc[customers["uscc"].isna(), "customer_id"]) == set(lost)
    for name in ("tax", "inquiries", "external_loans", "invoices", "invoices_monthly"):
        assert not tables[name]["customer_id"].isin(lost).any(), name


def test_themes_cover_the_visits_but_stay_out_of_the_class_data(tables):
    themes = simulate.visit_themes(COHORT)
    assert set(themes["visit_id"]) == set(tables["visits"]["visit_id"])
    assert themes["theme"].nunique() == 8
    assert not any("theme" in frame.columns for frame in tables.values())


def test_another_seed_is_another_class():
    one, other = (
        simulate.class_tables(SMALL.model_copy(update={"seed": seed}))["customers"]
        for seed in (SMALL.seed, 1)
    )
    assert not other.equals(one)


def test_a_seed_of_128_bits_makes_a_class():
    tables = simulate.class_tables(SMALL.model_copy(update={"seed": 2**127 + 1}))
    validate("customers", tables["customers"])


@pytest.mark.parametrize("as_of", [date(2020, 1, 31), date(2024, 2, 29), date(2035, 12, 31)])
def test_any_allowed_observation_date_gives_a_valid_class(as_of):
    for name, frame in simulate.class_tables(SMALL.model_copy(update={"as_of": as_of})).items():
        validate(name, frame)


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    return folder, simulate.write_class_data(SMALL, folder)


def test_same_seed_same_bytes(written, tmp_path):
    simulate.write_class_data(SMALL, tmp_path)
    assert contents(tmp_path) == contents(written[0])


def test_files_on_disk_are_the_tables_in_memory(written):
    for name, frame in simulate.class_tables(SMALL).items():
        file = written[0] / ("large" if name in simulate.LARGE else "tables") / f"{name}.parquet"
        stored = conform(name, pq.read_table(file).to_pandas())
        pd.testing.assert_frame_equal(stored, frame, obj=name)


def test_every_file_written_is_reported_with_its_sum(written):
    folder, sums = written
    assert sums == {name: sha256(data).hexdigest() for name, data in contents(folder).items()}


def test_manifest_tells_rows_and_sums_of_every_table_large_ones_too(written):
    folder, _ = written
    made = manifest.read(folder)
    assert set(made.tables) == set(SCHEMAS)
    for name, entry in made.tables.items():
        path = folder / entry["file"]
        assert entry["rows"] == pq.read_metadata(path).num_rows
        assert entry["sha256"] == sha256(path.read_bytes()).hexdigest()
        assert (path.parent.name == "large") == (name in simulate.LARGE)


def test_large_tables_made_alone_are_those_made_with_the_rest(written, tmp_path):
    _, sums = written
    alone = simulate.write_large(SMALL, tmp_path)
    assert alone == {name: sums[f"large/{name}.parquet"] for name in simulate.LARGE}


def test_no_truth_is_written_with_the_class(written):
    assert not [name for name in contents(written[0]) if "truth" in name]
