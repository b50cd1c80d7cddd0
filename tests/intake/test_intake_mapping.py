"""A mapping file says what a bank calls its files, columns and values."""

import pandas as pd
import pytest

from smeprofile.errors import UserError
from smeprofile.intake import open_tables

FLOWS = pd.DataFrame(
    {
        "流水号": ["1", "2", "3", "4"],
        "客户号": ["007", "007", "8", "8"],
        "日期": "2025-03-05",
        "方向": ["in", "out", "in", "in"],
        "金额": ["1,234.50", "200", "3e3", " 7 "],
        "摘要": "货款",
    }
)


def read(source, **more):
    with open_tables(source, **more) as intake:
        return (
            intake.tables["flows"].order_by("flow_id").to_pandas(),
            intake.given["flows"],
            intake.notes,
        )


def mapped(folder, text):
    path = folder / "m.yml"
    path.write_text(text, encoding="utf-8")
    return path


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
        (
            "flows: {values: {direction: {贷: 进}}}",
            "flows.values.direction.贷（现为 '进'）：应为 in、out",
        ),
        ("flows: {values: {direction: {on: in}}}", "flows.values.direction"),
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


def test_codes_may_be_numbers_and_files_in_subfolders(tmp_path):
    (tmp_path / "明细").mkdir()
    FLOWS.assign(方向=[1, 2, 1, 1]).to_csv(tmp_path / "明细/一月.csv", index=False)
    text = "flows: {file: 明细/一月.csv, values: {direction: {1: in, 2: out}}}"
    rows, _, notes = read(tmp_path, mapping=mapped(tmp_path, text))
    assert rows["direction"].tolist() == ["in", "out", "in", "in"] and notes == []
    frame = FLOWS.assign(方向=[1.0, 2.0, 1.0, 1.0])
    rows, _, _ = read({"flows": frame}, mapping=mapped(tmp_path, text))
    assert rows["direction"].tolist() == ["in", "out", "in", "in"]


def test_a_sign_against_the_direction_is_refused(tmp_path):
    odd = FLOWS.assign(金额=["5", "-6", "7", "-8"])
    with pytest.raises(UserError, match=r"表 flows 第 4 行 .*正负号与收付方向不符"):
        open_tables({"flows": odd}, mapping=mapped(tmp_path, "flows: {signed: true}"))
