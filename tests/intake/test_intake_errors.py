"""What a bank's files get wrong is told by file, row, column and rule, and nothing is computed."""

import pandas as pd
import pytest

from smeprofile.errors import UserError
from smeprofile.intake import open_tables

HEAD = "customer_id,date,direction,amount_cny,summary\n"
GOOD = "A,2025-03-05,in,5,货款\n"


def error_of(tmp_path, text, name="flows.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError) as caught:
        open_tables(tmp_path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A,2025-13-01,in,5,货款\n", "第 3 行 列 date（日期）（现为 '2025-13-01'）：看不懂的日期"),
        ("A,03/05/2025,in,5,货款\n", "第 3 行 列 date（日期）（现为 '03/05/2025'）：看不懂的日期"),
        (
            "A,2025-03-05,in,五元,货款\n",
            "第 3 行 列 amount_cny（金额）（现为 '五元'）：看不懂的数字",
        ),
        ("A,2025-03-05,in,-5,货款\n", "应 ≥ 0.01，收付都记正数；用负数表示付出的，请在映射文件里"),
        ("A,2025-03-05,进,5,货款\n", "列 direction（方向）（现为 '进'）：应为 in、out"),
        ("合 计,,,5,\n", "列 customer_id（客户号）（现为 '合 计'）：这是合计行，不是一户客户"),
        ("6.2E+18,2025-03-05,in,5,货款\n", "像是被 Excel 改成了科学计数法"),
        (",2025-03-05,in,5,货款\n", "列 customer_id（客户号）：不可缺失"),
        ("A,2025-03-05,in,5\n", "第 3 行有 4 列，表头是 5 列"),
        ("\nA,2025-03-05,in,x,货款\n", "第 4 行 列 amount_cny"),  # a blank row is a row
        ('A,2025-03-05,in,"5,货款\n', "引号没有成对"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, row, says):
    told = error_of(tmp_path, HEAD + GOOD + row)
    assert told.startswith("文件 flows.csv ") and says in told


@pytest.mark.parametrize("text", ["1,5", "1,23,456", "1_000", "inf", "1e400", "0x1F", "(5)"])
def test_what_is_no_number_is_never_read_as_another(tmp_path, text):
    told = error_of(tmp_path, HEAD + f'A,2025-03-05,in,"{text}",货款\n')
    assert f"（现为 {text!r}）：看不懂的数字" in told


@pytest.mark.parametrize(
    "text",
    ["epoch", "infinity", "12025-01-01", "2025-03", "2025-02-30", "2025-03-05 25:00",
     "2025-03-05T16:30:00Z", "2025-03-05 23:00:00+08:00", "73051", "25568"],
)  # fmt: skip
def test_what_is_no_day_is_never_read_as_another(tmp_path, text):
    assert f"（现为 {text!r}）：看不懂的日期" in error_of(tmp_path, HEAD + f"A,{text},in,5,货款\n")


def test_findings_of_all_tables_come_at_once(tmp_path):
    (tmp_path / "visits.csv").write_text("customer_id,visit_date\nA,x\n", encoding="utf-8")
    told = error_of(tmp_path, HEAD + "A,x,in,5,货款\n").splitlines()
    assert [line.split()[1] for line in told] == ["flows.csv", "visits.csv"]


def test_several_findings_come_at_once_and_no_more_than_five(tmp_path):
    told = error_of(tmp_path, HEAD + ",,,,\n" + "A,x,y,z,w\n").splitlines()
    assert len(told) == 6 and told[-1].startswith("（另有")


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (b"", "flows.csv", "是空的（0 字节）"),
        (b"\xff\xfe\xff\x80\x81", "flows.csv", "既不是 UTF-8，也不是 GBK"),
        (b"PK nonsense", "flows.xlsx", "不是完好的 xlsx"),
        (b"PAR1 nonsense", "flows.parquet", "不是完好的 parquet"),
        ("customer_id,summary\nA,货款\n", "flows.csv", "缺少列 date（日期）"),
        ("流水明细\n" + HEAD + GOOD, "flows.csv", "第 2 行有更多列，表头是 1 列：表头应在第 1 行"),
        ("\n", "flows.csv", "第 1 行应为列名"),
        ("客户号,客户号,日期\nA,B,2025-01-01\n", "flows.csv", "出现了不止一次"),
        ("customer_id,term_no,loan_id\nA,1,L\n", "schedules.csv", "缺少列 due_date（应还日）"),
        (HEAD, "流水.csv", "没有认得的表"),
        (b"\xd0\xcf\x11\xe0", "flows.xls", "读不了 flows.xls：请在 Excel 或 WPS 里另存为 .xlsx"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, text, name, says):
    assert says in error_of(tmp_path, text, name)


def test_a_row_told_twice_is_not_counted_twice(tmp_path):
    told = error_of(
        tmp_path,
        "invoice_id,customer_id,date,direction,amount_cny\n1,A,2025-01-01,销项,5\n"
        "2,A,2025-01-01,销项,5\n1,A,2025-01-02,销项,6\n",
        "invoices.csv",
    )
    assert "文件 invoices.csv 第 4 行：主键 invoice_id（1）与前面的行重复" in told


@pytest.mark.parametrize("first", ["2025-01-01", "2019-01-01"])  # more months than bits as well
def test_a_month_told_twice_is_not_counted_twice(first):
    rows = pd.DataFrame(
        {"customer_id": ["A", "A", "B", "B"], "sales_in_cny": 1.0,
         "month": pd.to_datetime([first, "2025-03-01", "2025-03-01", first])}
    )  # fmt: skip
    with open_tables({"flows_monthly": rows}) as intake:
        assert intake.tables["flows_monthly"].count().execute() == 4
    again = rows.tail(1).assign(month=rows["month"].iloc[2] + pd.Timedelta(days=9))  # any day of it
    with pytest.raises(UserError, match="第 5 行：主键 customer_id、month（B、2025-03-01）与前面"):
        open_tables({"flows_monthly": pd.concat([rows, again])})


def test_a_wrong_value_among_many_equal_ones_is_named():
    """Values that come again and again are looked at once each; the row is found all the same."""
    rows = pd.DataFrame({"customer_id": ["A"] * 5, "month": pd.date_range("2025-01-01", periods=5, freq="MS"),
                         "status": ["已申报"] * 3 + ["没报", "已申报"]})  # fmt: skip
    with pytest.raises(UserError, match="第 4 行 列 status（申报状态）（现为 '没报'）：应为 "):
        open_tables({"tax": rows})
    with pytest.raises(UserError, match="第 3 行 列 customer_id（客户号）：不可缺失"):
        open_tables({"tax": rows.assign(status="已申报", customer_id=["A", "A", " ", "A", "A"])})


def test_red_and_sign_must_agree(tmp_path):
    told = error_of(
        tmp_path,
        "customer_id,date,direction,amount_cny,is_red\nA,2025-01-01,销项,5,是\n",
        "invoices.csv",
    )
    assert "第 2 行 列 amount_cny（金额）（现为 '5'）：红字发票记负数，其余记正数" in told


def test_long_numbers_are_told_apart_and_none_is_counted_twice(tmp_path):
    rows = pd.DataFrame(
        {"flow_id": [20250101000000001, 20250101000000002], "customer_id": "A", "amount_cny": 1.0,
         "date": "2025-01-01", "direction": "in"}
    )  # fmt: skip
    rows.to_csv(tmp_path / "flows.csv", index=False)
    with open_tables(tmp_path) as intake:
        assert intake.tables["flows"].flow_id.nunique().execute() == 2
    for twice in (pd.concat([rows, rows.tail(1)]), pd.concat([rows.tail(1), rows])):
        with pytest.raises(
            UserError, match="第 3 行：主键 flow_id（20250101000000002）与前面的行重复"
        ):
            open_tables({"flows": twice})


def test_parts_of_a_table_have_the_same_columns(tmp_path):
    (tmp_path / "visits").mkdir()
    rows = pd.DataFrame({"customer_id": ["A"], "visit_date": ["2025-01-01"], "note": ["好"]})
    rows.to_parquet(tmp_path / "visits/a.parquet")
    (tmp_path / "visits/~$b.xlsx").write_bytes(b"Excel")  # while somebody has it open
    open_tables(tmp_path).close()
    rows.drop(columns="note").to_parquet(tmp_path / "visits/b.parquet")
    with pytest.raises(UserError, match=r"b\.parquet 的列与 a.parquet 不同：“note”只有一个有"):
        open_tables(tmp_path)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"flows": [1, 2]}, "应为 DataFrame、文件路径或 Ibis 表，现在是 list"),
        ({"flows": "没有.csv"}, "找不到 没有.csv"),
        ({"flow": pd.DataFrame()}, "没有名为 flow 的表"),
        ("没有", "找不到文件夹 没有"),
        (__file__, "是文件。请写它所在的文件夹"),
    ],
)
def test_a_wrong_source_is_named(source, says):
    with pytest.raises(UserError, match=says):
        open_tables(source)


def test_one_table_twice_is_refused(tmp_path):
    (tmp_path / "flows.csv").write_text(HEAD + GOOD, encoding="utf-8")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "flows.parquet")
    with pytest.raises(UserError, match="有两份"):
        open_tables(tmp_path)


def test_a_frame_of_mixed_values_names_the_row():
    rows = pd.DataFrame({"customer_id": ["A", "B"], "date": ["2025-01-01", 3.5], "amount_cny": 1.0})
    with pytest.raises(UserError, match="表 flows 第 2 行 列 date"):
        open_tables({"flows": rows})
    rows = pd.DataFrame({"customer_id": ["A", 6.2e18], "date": "2025-01-01", "amount_cny": 1.0})
    with pytest.raises(UserError, match=r"第 2 行 列 customer_id.*号码已不全"):
        open_tables({"flows": rows})


@pytest.mark.full
def test_a_million_rows_of_gbk_text(tmp_path):
    rows = GOOD * 1_000_000
    (tmp_path / "flows.csv").write_bytes((HEAD + rows).encode("gbk"))
    with open_tables(tmp_path) as intake:
        assert intake.tables["flows"].count().execute() == 1_000_000
    (tmp_path / "flows.csv").write_bytes((HEAD + rows + "A,2025-03-05,in,x,货款\n").encode("gbk"))
    with pytest.raises(UserError, match="第 1000002 行 列 amount_cny"):
        open_tables(tmp_path)
