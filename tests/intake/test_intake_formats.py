"""A bank's files as they come: encodings, formats, column order, dates, empty tables."""

import itertools
from datetime import date
from zipfile import ZipFile

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from profiles import tables
from smeprofile.errors import UserError
from smeprofile.intake import open_tables
from smeprofile.intake.convert import cleaned, is_untidy
from smeprofile.schemas import SCHEMAS

FLOWS = pd.DataFrame(
    {
        "流水号": ["1", "2", "3", "4"],
        "客户号": ["007", "007", "8", "8"],
        "日期": ["2025-03-05", "2025/3/6", "20250307", "2025年3月8日"],
        "方向": ["in", "out", "in", "in"],
        "金额": ["1,234.50", "２00", "3e3", " 7 "],
        "摘要": ["货款", "房租", "货款", "退款"],
    }
)


def read(source, name="flows", **more):
    with open_tables(source, **more) as intake:
        order = [c for c in SCHEMAS[name].keys if c in intake.given[name]]
        table = intake.tables[name].order_by(order or "customer_id")
        return table.to_pandas(), intake.given[name], intake.notes


def test_text_is_read_as_it_is_meant(tmp_path):
    FLOWS.to_csv(tmp_path / "flows.csv", index=False)
    rows, given, _ = read(tmp_path)
    assert rows["customer_id"].tolist() == ["007", "007", "8", "8"]
    assert rows["amount_cny"].tolist() == [1234.5, 200.0, 3000.0, 7.0]
    assert [str(d)[:10] for d in rows["date"]] == [f"2025-03-0{k}" for k in (5, 6, 7, 8)]
    assert "hour" not in given and rows["hour"].isna().all()


@pytest.mark.parametrize("kind", ["gbk", "utf-8-sig", "tab", "xlsx", "parquet", "folder"])
def test_every_format_says_the_same(tmp_path, kind):
    own = tables()["invoices"].head(300)
    shuffled = own.iloc[:, ::-1]
    if kind == "xlsx":
        shuffled.to_excel(tmp_path / "invoices.xlsx", index=False)
    elif kind == "parquet":
        shuffled.to_parquet(tmp_path / "invoices.parquet")
    elif kind == "folder":
        (tmp_path / "invoices").mkdir()
        for k in range(3):
            shuffled.iloc[k * 100 : k * 100 + 100].to_parquet(tmp_path / f"invoices/{k}.parquet")
    else:
        sep, encoding = ("\t", "utf-8") if kind == "tab" else (",", kind)
        shuffled.to_csv(tmp_path / "invoices.csv", index=False, sep=sep, encoding=encoding)
    rows, _, notes = read(tmp_path, "invoices")
    expected, _, _ = read({"invoices": own}, "invoices")
    pd.testing.assert_frame_equal(rows, expected)
    assert ("invoices.csv 按 GBK 读取" in notes) == (kind == "gbk")


def test_a_table_with_a_header_only_is_an_empty_table(tmp_path):
    FLOWS.head(0).to_csv(tmp_path / "flows.csv", index=False)
    assert read(tmp_path)[0].empty


def test_red_letters_are_inferred_from_the_sign_where_no_column_says(tmp_path):
    rows = pd.DataFrame(
        {"客户号": ["A", "A"], "日期": "2025-03-05", "方向": "销项", "金额": [5, -3]}
    )
    read_rows, given, notes = read({"invoices": rows}, "invoices")
    assert sorted(read_rows["is_red"]) == [False, True] and "is_red" in given
    assert notes[0] == "表 invoices 没有红冲列：负数金额按红字发票"
    assert notes[1] == "表 invoices 没有列 invoice_id，没有检查重复的行"


@pytest.mark.parametrize(
    ("text", "day"),
    [("45721", "2025-03-05"), ("45721.75", "2025-03-05"), ("２０２５／３／５", "2025-03-05"),
     ("2025年3月5日 23:59", "2025-03-05"), ("20250305.0", "2025-03-05")],
)  # fmt: skip
def test_days_are_read_in_all_spellings(text, day):
    rows = pd.DataFrame(
        {"customer_id": ["A"], "date": [text], "direction": "in", "amount_cny": 1.0}
    )
    assert str(read({"flows": rows})[0]["date"][0])[:10] == day


def test_time_zones_end_in_beijing():
    utc = pd.to_datetime(["2025-01-01 16:30+00:00"])
    rows = pd.DataFrame({"customer_id": ["A"], "inquired_at": utc, "reason": "贷款审批"})
    told = read({"inquiries": rows}, "inquiries")[0]["inquired_at"][0]
    assert told == pd.Timestamp("2025-01-02 00:30")


def test_a_month_is_any_of_its_days():
    rows = pd.DataFrame(
        {
            "customer_id": "A",
            "month": ["2025-01-31", "2025-02", "202503", "2025年4月"],
            "in_cny": 1.0,
        }
    )
    assert [str(m)[:10] for m in read({"flows_monthly": rows}, "flows_monthly")[0]["month"]] == [
        f"2025-0{k}-01" for k in (1, 2, 3, 4)
    ]
    typed = pd.DataFrame(
        {"customer_id": "A", "month": pd.to_datetime(["2025-01-31"]), "in_cny": 1.0}
    )
    month = read({"flows_monthly": typed}, "flows_monthly")[0]["month"][0]
    assert str(month)[:10] == "2025-01-01"


def test_ids_kept_as_floats_by_pandas_still_meet():
    rows = pd.DataFrame(
        {"customer_id": "A", "disbursed_date": "2025-01-01", "loan_id": [1, 2],
         "renewal_of": [None, 1.0]}
    )  # fmt: skip
    assert read({"drawdowns": rows}, "drawdowns")[0]["renewal_of"].tolist()[1] == "1"


def test_typed_text_is_tidied_only_where_it_has_to_be(tmp_path):
    rows = pd.DataFrame(
        {"customer_id": ["A ", "B"], "visit_date": pd.Timestamp("2025-01-01"), "note": ["-", "好"]}
    )
    rows.to_parquet(tmp_path / "visits.parquet")
    with pytest.raises(UserError, match="第 1 行 列 note（纪要）：不可缺失"):
        open_tables(tmp_path)
    rows.assign(note="好").to_parquet(tmp_path / "visits.parquet")
    assert read(tmp_path, "visits")[0]["customer_id"].tolist() == ["A", "B"]


def test_rows_may_end_in_two_ways(tmp_path):
    text = 'customer_id,visit_date,note\r\nA,2025-01-01,"好\n坏"\r\nB,2025-01-02,好\nC,2025-01-03,好\r\n'
    (tmp_path / "visits.csv").write_bytes(text.encode())
    assert read(tmp_path, "visits")[0]["note"].tolist() == ["好\n坏", "好", "好"]


def test_a_sheet_is_read_with_its_line_breaks_and_empty_ends(tmp_path):
    rows = pd.DataFrame(
        {
            "客户号": [1001, 1002],
            "走访日期": pd.Timestamp("2025-01-01"),
            "纪要": ["好\n坏", "好"],
            "备注": None,
        }
    )
    rows.to_excel(tmp_path / "visits.xlsx", index=False)
    told, _, notes = read(tmp_path, "visits")
    assert told["note"].tolist() == ["好\n坏", "好"] and told["customer_id"].tolist() == [
        "1001",
        "1002",
    ]
    assert "文件 visits.xlsx 的这些列没有用到：备注" in notes


def test_zeros_that_only_a_format_shows_are_read(tmp_path):
    book = Workbook()
    book.active.append(["客户号", "走访日期"])
    book.active.append([7, date(2025, 1, 1)])
    book.active["A2"].number_format = "000000"
    book.save(tmp_path / "visits.xlsx")
    assert read(tmp_path, "visits")[0]["customer_id"].tolist() == ["000007"]


def test_a_sheet_is_read_whole_whatever_range_it_says_it_has(tmp_path):
    FLOWS.to_excel(tmp_path / "made.xlsx", index=False)
    with ZipFile(tmp_path / "made.xlsx") as made, ZipFile(tmp_path / "flows.xlsx", "w") as other:
        for name in made.namelist():
            other.writestr(name, made.read(name).replace(b'ref="A1:F5"', b'ref="A1:E3"'))
    told, given, _ = read(tmp_path)
    assert len(told) == len(FLOWS) and "summary" in given


def test_an_ibis_table_is_read_too():
    import ibis

    rows = ibis.memtable(FLOWS)
    assert read({"flows": rows})[0]["amount_cny"].tolist() == [1234.5, 200.0, 3000.0, 7.0]


def test_a_nan_that_parquets_own_statistics_hide_is_missing(tmp_path):
    """The file says: least 100, greatest 100, no null; the second amount is NaN all the same."""
    rows = pa.table(
        {
            "customer_id": ["A", "B"],
            "year": [2024, 2024],
            "arrived_date": [date(2025, 4, 1)] * 2,
            "revenue_cny": [100.0, float("nan")],
        }
    )
    pq.write_table(rows, tmp_path / "financials.parquet")
    with pytest.raises(UserError, match="第 2 行 列 revenue_cny（营业收入）：不可缺失"):
        read(tmp_path, "financials")


def test_texts_are_called_untidy_exactly_where_cleaning_changes_them():
    few = [
        "".join(t) for n in range(4) for t in itertools.product("贷a-/ \t\u3000\u00a0", repeat=n)
    ]
    blank = [
        f(text)
        for text in ("null", "na", "n/a", "nan", "none", "nat", "#n/a", "nana", "n")
        for f in (str.upper, str.title, " {}".format, "{}\n".format, "\n{}".format)
    ]
    con = duckdb.connect()
    con.register("given", pd.DataFrame({"x": [*few, *blank, "a\nb", "a\n-", "-\na", "\r-", None]}))
    told = con.sql(
        f"select x, coalesce({is_untidy('x')}, false) as untidy, "
        f"x is distinct from {cleaned('x', 'VARCHAR')} as changed from given"
    ).df()
    assert told[told["untidy"] != told["changed"]].empty and told["changed"].nunique() == 2
