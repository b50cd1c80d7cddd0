"""The dictionary tells the truth and a failed check says where and why."""

import re

import pandas as pd
import pytest

from smeprofile.errors import UserError
from smeprofile.schemas import SCHEMAS, conform, dictionary_markdown, validate


@pytest.fixture
def visits():
    return pd.DataFrame(
        {
            "visit_id": ["V000001", "V000002"],
            "customer_id": ["C000001", "C000002"],
            "visit_date": pd.to_datetime(["2025-01-01", "2025-01-02"]),
            "note": ["甲", "乙"],
        }
    )


def complaint(name, frame):
    with pytest.raises(UserError) as caught:
        validate(name, frame)
    return str(caught.value)


def test_a_good_table_comes_back_unchanged(visits):
    assert validate("visits", visits) is visits


def test_a_wrong_value_is_named_by_table_row_column_and_rule(visits):
    said = complaint("visits", visits.assign(customer_id=["C000001", "12"]))
    assert said == (
        "表 visits（走访）第 2 行列 customer_id（客户号）（现为 '12'）："
        "应符合格式 ^C\\d{6}$。请先清洗再用。"
    )


def test_rows_are_counted_from_one_whatever_the_index(visits):
    frame = visits.assign(note=["甲", None]).set_index(pd.Index([70, 80]))
    assert "第 2 行列 note（纪要）：不可缺失" in complaint("visits", frame)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"note": 3}, "列 note（纪要）：类型应为文本"),
        ({"visit_date": "2025-01-01"}, "列 visit_date（走访日期）：类型应为日期"),
        ({"visit_date": pd.Timestamp("2025-01-01 08:00")}, "类型应为日期"),
        ({"visit_id": "V000001"}, "第 2 行：主键 visit_id 与前面的行重复"),
        ({"theme": "嫌利率高"}, "多出列 theme"),
    ],
)
def test_each_kind_of_wrong_table_is_explained(visits, change, words):
    assert words in complaint("visits", visits.assign(**change))


def test_a_missing_column_is_named(visits):
    assert "缺少列 note（纪要）" in complaint("visits", visits.drop(columns="note"))


def test_a_value_outside_the_allowed_ones_is_named():
    tax = pd.DataFrame(
        {"customer_id": "C000001", "month": pd.Timestamp("2025-01-01"), "status": ["漏报"],
         "invoiced_cny": 1.0, "red_cny": -1.0, "tax_grade": "A"}
    )  # fmt: skip
    assert "应为 已申报、零申报、未申报" in complaint("tax", tax)
    assert "（现为 -1.0）：应 ≥ 0" in complaint("tax", tax.assign(status="已申报"))


def test_an_unknown_table_lists_the_known_ones(visits):
    assert "visits" in complaint("visit", visits)


def test_conform_sorts_by_key_and_sets_types(visits):
    shuffled = visits[["note", "visit_date", "customer_id", "visit_id"]].iloc[::-1]
    tidy = conform("visits", shuffled)
    assert list(tidy["visit_id"]) == ["V000001", "V000002"]
    assert list(tidy.columns) == SCHEMAS["visits"].names


@pytest.mark.parametrize("name", SCHEMAS)
def test_dictionary_page_lists_every_field_once(name):
    fields = re.findall(r"^\| `(\w+)`", dictionary_markdown(name), flags=re.MULTILINE)
    assert fields == SCHEMAS[name].names


@pytest.mark.parametrize("name", SCHEMAS)
def test_dictionary_page_says_what_a_row_is_and_what_not_to_do(name):
    page = dictionary_markdown(name)
    assert SCHEMAS[name].row in page
    assert SCHEMAS[name].not_for in page


@pytest.mark.parametrize("name", SCHEMAS)
def test_keys_are_columns_and_money_has_its_unit(name):
    table = SCHEMAS[name]
    assert set(table.keys) <= set(table.names)
    assert all((c.unit == "元") == c.name.endswith("_cny") for c in table.columns)
