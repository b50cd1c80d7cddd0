"""The dictionary tells the truth and a failed check says where and why."""

import os
import re
import subprocess
import sys
from collections import defaultdict

import pandas as pd
import pyarrow as pa
import pytest

from smeprofile import dictionary
from smeprofile.errors import UserError
from smeprofile.schemas import (
    SCHEMAS,
    TRUTH_SCHEMAS,
    conform,
    dictionary_markdown,
    table_schema,
    validate,
)

TABLES = list((SCHEMAS | TRUTH_SCHEMAS).values())
FIELDS = [(f"{table.name}.{c.name}", c) for table in TABLES for c in table.columns]
# Shares that may exceed 1: own funds over what the firm's working capital ties up.
MAY_EXCEED_ONE = {"truth_customers.own_funds_share"}


@pytest.fixture
def visits():
    return pd.DataFrame(
        {
            "visit_id": ["V000001", "V000002"],
            "customer_id": ["C00000001", "C00000002"],
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
    said = complaint("visits", visits.assign(customer_id=["C00000001", "12"]))
    assert said == (
        "表 visits（走访）第 2 行列 customer_id（客户号）（现为 '12'）："
        "应符合格式 ^C\\d{8}$。请先清洗再用。"
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
        {"customer_id": "C00000001", "month": pd.Timestamp("2025-01-01"), "status": ["漏报"],
         "invoiced_cny": 1.0, "red_cny": -1.0, "taxable_sales_cny": None, "vat_due_cny": None,
         "tax_grade": "A", "arrived_date": pd.Timestamp("2025-02-16")}
    ).astype({"taxable_sales_cny": float, "vat_due_cny": float})  # fmt: skip
    assert "应为 已申报、零申报、未申报" in complaint("tax", tax)
    assert "（现为 -1.0）：应 ≥ 0" in complaint("tax", tax.assign(status="已申报"))


def test_a_rate_given_in_percent_is_refused():
    lpr = pd.DataFrame({"date": [pd.Timestamp("2025-05-20")], "lpr_1y": 3.0, "lpr_5y": 0.035})
    assert "列 lpr_1y（1 年期 LPR）（现为 3.0）：应 ≤ 1" in complaint("lpr", lpr)


def test_a_red_letter_invoice_is_negative_and_a_flow_is_not():
    amounts = {t: next(c for c in SCHEMAS[t].columns if c.name == "amount_cny")
               for t in ("invoices", "flows")}  # fmt: skip
    assert (None, 0.01) == (amounts["invoices"].minimum, amounts["flows"].minimum)


def test_an_unknown_table_lists_the_observed_ones(visits):
    said = complaint("visit", visits)
    assert "visits" in said
    assert "truth" not in said


@pytest.mark.parametrize("name", TRUTH_SCHEMAS)
def test_truth_tables_are_described_too(name):
    assert table_schema(name) is TRUTH_SCHEMAS[name]


def test_conform_sorts_by_key_and_sets_types(visits):
    shuffled = visits[["note", "visit_date", "customer_id", "visit_id"]].iloc[::-1]
    tidy = conform("visits", shuffled)
    assert list(tidy["visit_id"]) == ["V000001", "V000002"]
    assert list(tidy.columns) == SCHEMAS["visits"].names


def as_categories(visits):
    return visits.astype({"customer_id": "category", "note": "category"})


def as_arrow_dictionaries(visits):
    table = pa.Table.from_pandas(as_categories(visits))
    return table.to_pandas(types_mapper=pd.ArrowDtype)


@pytest.mark.parametrize("store", [as_categories, as_arrow_dictionaries])
def test_text_kept_as_categories_comes_out_as_plain_text(visits, store):
    pd.testing.assert_frame_equal(conform("visits", visits), conform("visits", store(visits)))


def test_text_kept_as_categories_is_checked_like_plain_text(visits):
    assert len(validate("visits", as_categories(visits))) == 2
    said = complaint("visits", as_categories(visits.assign(customer_id=["C00000001", "12"])))
    assert "第 2 行列 customer_id（客户号）（现为 '12'）：应符合格式" in said


@pytest.mark.parametrize("name", SCHEMAS)
def test_dictionary_page_lists_every_field_once(name):
    fields = re.findall(r"^\| `(\w+)`", dictionary_markdown(name), flags=re.MULTILINE)
    assert fields == SCHEMAS[name].names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_dictionary_page_says_what_a_row_is_what_not_to_do_and_where_it_comes_from(table):
    page = dictionary_markdown(table.name)
    texts = {
        "用途": table.purpose,
        "一行是": table.row,
        "不得用于": table.not_for,
        "生成依据": table.source,
    }
    assert [
        label for label, text in texts.items() if not text or f"- {label}：{text}。" not in page
    ] == []
    assert [label for label, text in texts.items() if text.endswith("。")] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_are_columns_and_never_missing(table):
    nullable = {c.name for c in table.columns if c.nullable}
    assert set(table.keys) <= set(table.names) - nullable
    assert len(set(table.names)) == len(table.names)


def test_tables_come_in_the_order_of_the_contract():
    expected = (
        "customers owners flows flows_monthly balances invoices invoices_monthly tax financials "
        "inquiries external_loans guarantees legal_events applications decisions facilities "
        "drawdowns schedules repayments contacts contact_responses customer_survey consents "
        "products channels branches lpr app_events visits"
    )
    assert expected.split() == list(SCHEMAS)


def test_money_and_only_money_is_in_yuan():
    assert [where for where, c in FIELDS if (c.unit == "元") != c.name.endswith("_cny")] == []


@pytest.mark.parametrize(
    ("pattern", "kind"), [("n_", "整数"), ("is_|has_", "是否"), (".*_date$", "日期")]
)
def test_a_name_tells_the_kind(pattern, kind):
    assert [w for w, c in FIELDS if re.match(pattern, c.name) and c.kind != kind] == []


def test_rates_and_shares_lie_between_0_and_1():
    shares = [f for f in FIELDS if re.search("(_rate|_share|^share)$", f[1].name)]
    wrong = {where for where, c in shares if (c.minimum, c.maximum) != (0, 1)}
    assert MAY_EXCEED_ONE == wrong


def test_a_field_that_may_be_missing_says_when():
    optional = [(where, c.meaning) for where, c in FIELDS if c.nullable]
    assert [where for where, meaning in optional if not re.search("缺失|才有", meaning)] == []


def test_one_name_has_one_heading_everywhere():
    headings = defaultdict(set)
    for _, column in FIELDS:
        headings[column.name].add((column.title, column.unit, column.kind))
    assert {name: found for name, found in headings.items() if len(found) > 1} == {}


def test_official_classes_are_those_of_the_rules():
    rules = pytest.importorskip("smeprofile.rules")
    assert rules.SIZE_CLASSES == dictionary.SIZE_CLASSES
    assert rules.RISK_CLASSES == dictionary.RISK_CLASSES


def test_no_warning_where_spark_is_installed(tmp_path):
    """pandera loads Spark's pandas wherever it is there; learners must not see what it says."""
    (tmp_path / "pyspark" / "pandas").mkdir(parents=True)
    (tmp_path / "pyspark" / "__init__.py").touch()
    (tmp_path / "pyspark" / "pandas" / "__init__.py").write_text(
        "import warnings\n"
        "warnings.warn('PySpark does not yet fully support pandas >= 3.0.0.', FutureWarning)\n"
        "raise ImportError\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", "import smeprofile as sp; sp.load('branches')"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
