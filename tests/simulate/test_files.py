"""Files carry nothing of the moment or the machine that wrote them."""

import io
import zipfile

import openpyxl
import pandas as pd
import pyarrow.parquet as pq

from smeprofile.simulate import files

FRAME = pd.DataFrame({"名称": ["甲", None], "n": [1, 2]})


def test_a_workbook_is_stored_undated_and_still_opens():
    content = files.xlsx({"表": [["甲", 1.5], [None, 2]]})
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        entries = book.infolist()
        core = book.read("docProps/core.xml").decode()
    assert {(e.date_time, e.compress_type) for e in entries} == {((1980, 1, 1, 0, 0, 0), 0)}
    assert core.count("1980-01-01T00:00:00Z") == 2
    assert list(openpyxl.load_workbook(io.BytesIO(content))["表"].values) == [
        ("甲", 1.5),
        (None, 2),
    ]


def test_a_workbook_does_not_name_the_library_that_wrote_it(monkeypatch):
    content = files.xlsx({"表": [[1]]})
    monkeypatch.setattr("openpyxl.packaging.extended.__version__", "9.9.9")
    assert files.xlsx({"表": [[1]]}) == content


def test_a_database_does_not_name_the_library_that_wrote_it():
    content = files.sqlite({"表": FRAME})
    assert content[:15] == b"SQLite format 3"
    assert content[96:100] == bytes(4)


def test_parquet_does_not_name_the_pandas_that_wrote_it():
    assert pq.read_schema(io.BytesIO(files.parquet(FRAME))).metadata is None


def test_json_is_sorted_and_readable():
    assert files.json_text({"乙": 1, "丙": 2}) == '{\n "丙": 2,\n "乙": 1\n}\n'.encode()
