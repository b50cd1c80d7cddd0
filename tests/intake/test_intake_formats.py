"""A bank's files as they come: encodings, formats, column order, dates, empty tables."""

import pandas as pd
import pytest

from profiles import tables
from smeprofile.errors import UserError
from smeprofile.intake import open_tables
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
    assert notes == ["表 invoices 没有红冲列：负数金额按红字发票"]


def test_a_mapping_file_speaks_the_banks_language(tmp_path):
    FLOWS.set_axis(["序号", "户号", "交易日", "借贷", "发生额（万元）", "用途"], axis=1).assign(
        借贷=["贷", "借", "贷", "贷"]
    ).to_csv(tmp_path / "交易明细.csv", index=False, encoding="gbk")
    mapping = tmp_path / "对照.yml"
    mapping.write_text(
        "flows:\n  file: 交易明细.csv\n  columns: {customer_id: 户号, date: 交易日, direction: 借贷,\n"
        "    amount_cny: 发生额（万元）, summary: 用途, flow_id: 序号}\n"
        "  values: {direction: {贷: in, 借: out}}\n  units: {amount_cny: 10000}\n",
        encoding="utf-8",
    )
    rows, _, _ = read(tmp_path, mapping=mapping)
    assert rows["direction"].tolist() == ["in", "out", "in", "in"]
    assert rows["amount_cny"].iloc[0] == 12_345_000


def test_signed_amounts_tell_the_direction(tmp_path):
    mapping = tmp_path / "m.yml"
    mapping.write_text("flows: {signed: true}\n", encoding="utf-8")
    signed = FLOWS.drop(columns="方向").assign(金额=["5", "-6", "7", "8"])
    signed.to_csv(tmp_path / "flows.csv", index=False)
    rows, given, _ = read(tmp_path, mapping=mapping)
    assert rows["direction"].tolist() == ["in", "out", "in", "in"] and "direction" in given
    assert rows["amount_cny"].tolist() == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("flow: {}", "没有名为 flow 的表"),
        ("flows: {columns: {amount: 金额}}", "flows.columns.amount：表 flows 没有这一列"),
        ("flows: {colums: {}}", "flows.colums"),
        ("flows: {units: {summary: 10}}", "只能给数字列"),
        ("invoices: {signed: true}", "只有 flows"),
        ("flows: {columns: {hour: 钟点}}", "没有映射文件里写的列“钟点”"),
        ("flows: {file: 没有.csv}", "没有映射文件写的 没有.csv"),
        ("flows: [", "第 1 行"),
    ],
)
def test_a_wrong_mapping_names_the_key(tmp_path, text, says):
    FLOWS.to_csv(tmp_path / "flows.csv", index=False)
    (tmp_path / "m.yml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        open_tables(tmp_path, mapping=tmp_path / "m.yml")
