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
        (",2025-03-05,in,5,货款\n", "列 customer_id（客户号）：不可缺失"),
        ("A,2025-03-05,in,5\n", "第 3 行：列数与表头的 5 列不符"),
        ('A,2025-03-05,in,"5,货款\n', "引号没有成对"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, row, says):
    told = error_of(tmp_path, HEAD + GOOD + row)
    assert told.startswith("文件 flows.csv ") and says in told


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
        ("\n", "flows.csv", "第 1 行应为列名"),
        ("客户号,客户号,日期\nA,B,2025-01-01\n", "flows.csv", "出现了不止一次"),
        (HEAD, "流水.csv", "没有认得的表"),
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


def test_red_and_sign_must_agree(tmp_path):
    told = error_of(
        tmp_path,
        "customer_id,date,direction,amount_cny,is_red\nA,2025-01-01,销项,5,是\n",
        "invoices.csv",
    )
    assert "第 2 行 列 amount_cny（金额）（现为 '5'）：红字发票记负数，其余记正数" in told


def test_one_table_twice_is_refused(tmp_path):
    (tmp_path / "flows.csv").write_text(HEAD + GOOD, encoding="utf-8")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "flows.parquet")
    with pytest.raises(UserError, match="有两份"):
        open_tables(tmp_path)


def test_a_frame_of_mixed_values_names_the_row():
    rows = pd.DataFrame({"customer_id": ["A", "B"], "date": ["2025-01-01", 3.5], "amount_cny": 1.0})
    with pytest.raises(UserError, match="表 flows 第 2 行 列 date"):
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
