"""Readers hand over what the file says, and say where it is wrong."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from smeprofile import simulate
from smeprofile.data import load, sources
from smeprofile.errors import UserError
from smeprofile.params import load_cohort

COHORT = load_cohort(root=Path(__file__).parents[2]).model_copy(update={"n_customers": 900})


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    simulate.write_class_data(COHORT, root / "datasets")
    return root


@pytest.fixture
def folder(course, tmp_path):
    return Path(shutil.copytree(course / "datasets" / "sources", tmp_path / "sources"))


def complaint(function, *arguments, **options):
    with pytest.raises(UserError) as caught:
        function(*arguments, **options)
    return str(caught.value)


def test_leading_zeros_blanks_and_spellings_survive(folder):
    core = sources.read_core(folder / "core_customers.csv")
    assert core["customer_id"].str.fullmatch(r"\d{8}").all()
    assert (core["subscribed_capital"] == "").any()
    assert not core.isna().any(axis=None)


def test_tax_keeps_the_total_line_and_tells_blank_from_zero(folder):
    lines = sources.read_tax(folder / "tax_filings.xlsx")
    assert lines["uscc"].iloc[-1] == "合计"
    assert lines.loc[lines["status"] == "未申报", "invoiced"].isna().all()
    assert (lines.loc[lines["status"] == "零申报", "invoiced"] == 0).all()


def test_every_loan_belongs_to_a_report(folder):
    reports, loans = sources.read_bureau(folder / "bureau_reports.json")
    assert set(loans["inquiry_id"]) <= set(reports["inquiry_id"])


def test_crm_and_app_log_read(folder):
    crm = sources.read_crm(folder / "crm.sqlite")
    assert set(crm) == {"customers", "consents", "visits"}
    assert str(sources.read_app_log(folder / "app_log.parquet")["ts_utc"].dt.tz) == "UTC"


READERS = {
    "core_customers.csv": sources.read_core,
    "tax_filings.xlsx": sources.read_tax,
    "bureau_reports.json": sources.read_bureau,
    "crm.sqlite": sources.read_crm,
    "app_log.parquet": sources.read_app_log,
}


@pytest.mark.parametrize("name", READERS)
def test_a_missing_file_is_named(tmp_path, name):
    assert name in complaint(READERS[name], tmp_path / name)


@pytest.mark.parametrize("name", READERS)
def test_a_broken_file_is_named_in_chinese(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xfe\x80 broken")
    said = complaint(READERS[name], tmp_path / name)
    assert name in said and "\n" not in said


def test_a_missing_csv_column_is_named(folder):
    path = folder / "core_customers.csv"
    path.write_bytes(path.read_bytes().replace("参保人数".encode("gbk"), b"x", 1))
    assert "缺少列“参保人数”" in complaint(sources.read_core, path)


def test_a_wrong_sheet_and_a_wrong_cell_are_named(folder):
    path = folder / "tax_filings.xlsx"
    book = openpyxl.load_workbook(path)
    book["申报"]["C7"] = "很多"
    book.save(path)
    assert "工作表“申报”第 7 行列 开票金额：'很多' 不是数字" in complaint(sources.read_tax, path)
    book["申报"].title = "别的"
    book.save(path)
    assert "没有名为“申报”的工作表" in complaint(sources.read_tax, path)


def test_a_report_without_a_field_is_counted_out(folder):
    path = folder / "bureau_reports.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["报告"][2]["查询原因"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert "第 3 份报告缺少“查询原因”" in complaint(sources.read_bureau, path)


def test_a_missing_crm_table_is_named(folder):
    with closing(sqlite3.connect(folder / "crm.sqlite")) as crm, crm:
        crm.execute("DROP TABLE 走访")
    assert "表“走访”" in complaint(sources.read_crm, folder / "crm.sqlite")


def test_source_path_knows_the_five_files(course):
    for name in sources.FILES:
        assert sources.source_path(name, root=course).is_file()
    assert "crm.sqlite" in complaint(sources.source_path, "crm.db", root=course)
    assert "smeprofile build" in complaint(
        sources.source_path, "crm.sqlite", root=course / "nowhere"
    )


def test_load_gives_the_class_table_as_made(course):
    for name, table in simulate.class_tables(COHORT).items():
        pd.testing.assert_frame_equal(load(name, root=course), table, obj=name)


def test_load_says_what_to_do(course, tmp_path):
    assert "customers、owners" in complaint(load, "客户", root=course)
    assert "smeprofile build" in complaint(load, "customers", root=tmp_path)


def test_a_damaged_class_table_is_not_loaded(course, tmp_path):
    folder = tmp_path / "datasets" / "tables"
    shutil.copytree(course / "datasets" / "tables", folder)
    load("visits", root=tmp_path).drop(columns="note").to_parquet(folder / "visits.parquet")
    assert "缺少列 note" in complaint(load, "visits", root=tmp_path)
    (folder / "visits.parquet").write_bytes(b"PAR1")
    assert "重新运行 smeprofile build" in complaint(load, "visits", root=tmp_path)
