"""Tables say what they hold in Chinese, round on screen only, and export nothing that runs."""

import datetime as dt
import html
import json
import re
import subprocess
import sys
from decimal import Decimal

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

from smeprofile.tables import LIMIT_ROWS, cells, table


def options(frame, caption="客户一览", **more):
    """What the browser is sent."""
    return table(frame, caption, **more)._dt_args


def heading(frame):
    return re.findall(r'<th scope="col">(.*?)</th>', options(frame)["table_html"])


def variant(purpose, label, values):
    one = cells.column(label, pd.Series(values))
    return one.instead.get(purpose, one.cells)


# --- headings --------------------------------------------------------------------------------


def test_columns_of_the_dictionary_are_headed_in_chinese_with_unit_and_code():
    frame = pd.DataFrame({"avg_daily_balance_cny": [1.5], "region": ["湾东区"]})
    expected = [
        "日均余额（元） <small>avg_daily_balance_cny</small>",
        "所属区 <small>region</small>",
    ]
    assert expected == heading(frame)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (pd.DataFrame({"我的列": [1]}), ["我的列"]),
        (pd.DataFrame({2025: [1]}), ["2025"]),
        (pd.DataFrame([[1, 2]], columns=["甲", "甲"]), ["甲", "甲"]),
        (pd.DataFrame({("金额", "sum"): [1]}), ["金额 / sum"]),
        (pd.DataFrame({"<b>": [1]}), ["&lt;b&gt;"]),
        (pd.DataFrame({"=1+1": [1]}), ["&#x27;=1+1"]),
    ],
)
def test_other_columns_keep_their_names(frame, expected):
    assert expected == heading(frame)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (pd.DataFrame({"x": [1, 2]}), ["x"]),
        (pd.DataFrame({"x": [1, 2, 3]}).query("x > 1"), ["x"]),
        (pd.DataFrame({"x": [1]}, index=["合计"]), ["行名 1", "x"]),
        (pd.DataFrame({"region": ["甲"], "x": [1]}).groupby("region").sum(), ["所属区", "x"]),
        (pd.Series([1], name="x"), ["x"]),
    ],
)
def test_an_index_that_says_something_is_shown(frame, expected):
    assert expected == [re.sub(r" <small>.*", "", title) for title in heading(frame)]


def test_rows_with_the_same_index_are_all_sent():
    frame = pd.concat([pd.DataFrame({"note": ["甲", None]})] * 2)
    rows = json.loads(options(frame)["data_json"])
    assert [cell[0] for (cell,) in rows] == ["甲", None] * 2


# --- cells -----------------------------------------------------------------------------------

FORMATS = {
    "balance_cny": ([1234567.891, 2], ["1,234,567.89", "2.00"]),
    "limit_cny": ([1234567.0, 2], ["1,234,567", "2"]),
    "n_insured": ([2025, -3], [2025, -3]),
    "bad_rate": ([0.0256, 1], ["2.6%", "100.0%"]),
    "first_share": ([0.5, 0.25], ["50.0%", "25.0%"]),
    "ratio": ([1234.5678, 0.00012345], ["1,234.568", "0.000123"]),
    "odd": ([float("inf"), float("-inf")], ["∞", "-∞"]),
}


@pytest.mark.parametrize(("label", "values"), FORMATS.items(), ids=FORMATS)
def test_numbers_are_formatted_on_screen(label, values):
    assert values[1] == variant("display", label, values[0])


@pytest.mark.parametrize("label", ["balance_cny", "bad_rate", "ratio"])
@pytest.mark.parametrize("purpose", ["csv", "excel"])
def test_numbers_are_exported_with_every_digit(label, purpose):
    assert variant(purpose, label, [-0.1 + 0.3, 1e-9, None]) == [-0.1 + 0.3, 1e-9, ""]


def test_shares_are_looked_for_as_percentages():
    assert variant("filter", "bad_rate", [0.256, 0.07]) == [25.6, 7.0]


TYPES = {
    "true or false": ([True, False, None], ["是", "否", "缺失"]),
    "nullable true or false": (pd.array([True, None], "boolean"), ["是", "缺失"]),
    "timestamps at midnight": (pd.to_datetime(["2025-12-31", None]), ["2025-12-31", "缺失"]),
    "timestamps": (pd.to_datetime(["2025-12-31 08:05"]), ["2025-12-31 08:05:00"]),
    "dates": ([dt.date(2025, 12, 31), None], ["2025-12-31", "缺失"]),
    "periods": (pd.period_range("2025-11", periods=2, freq="M"), ["2025-11", "2025-12"]),
    "categories": (pd.Categorical(["甲", None]), ["甲", "缺失"]),
    "decimals": ([Decimal("1.50"), None], ["1.5", "缺失"]),
    "nullable integers": (pd.array([1, None], "Int64"), [1, "缺失"]),
    "mixed": ([1, "a", None], ["1", "a", "缺失"]),
    "lists": ([["甲"]], ["['甲']"]),
    "nothing": ([None, None], ["缺失", "缺失"]),
    "markup": (["<b>&"], ["&lt;b&gt;&amp;"]),
    "long whole numbers": ([6222021234567890123], ["6222021234567890123"]),
}


@pytest.mark.parametrize(("values", "expected"), TYPES.values(), ids=TYPES)
def test_every_type_is_shown_in_words(values, expected):
    assert expected == variant("display", "x", values)


@pytest.mark.parametrize("purpose", ["csv", "excel"])
@given(text=st.text(st.characters(exclude_categories=["C"])))
def test_no_exported_text_is_a_formula_and_all_else_is_untouched(purpose, text):
    exported = html.unescape(variant(purpose, "note", [text])[0]).removeprefix("\x01")
    assert exported.removeprefix("'" if exported != text else "") == text
    assert not exported.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", " =1+1", "＝1"])
def test_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    assert variant("csv", "note", [text]) == ["'" + text]


def test_negative_numbers_get_no_apostrophe():
    assert variant("csv", "x", [-5]) == [-5]


@pytest.mark.parametrize("text", ["91990000123456789012", "2025-01-01", "5%", "(3)", " 7"])
def test_text_of_digits_is_marked_as_text_for_excel(text):
    assert variant("excel", "uscc", [text]) == ["\x01" + text]


def test_dates_stay_dates_in_excel():
    assert variant("excel", "date", pd.to_datetime(["2025-12-31"])) == ["2025-12-31"]


# --- page ------------------------------------------------------------------------------------


def test_caption_is_required():
    with pytest.raises(ValueError, match="要有标题"):
        table(pd.DataFrame({"x": [1]}), "  ")


def test_frame_without_columns_is_refused():
    with pytest.raises(ValueError, match="“客户一览”一列也没有"):
        table(pd.DataFrame(index=[1, 2]), "客户一览")


def test_caption_is_no_markup():
    sent = options(pd.DataFrame({"x": [1]}), "<b>客户")
    assert "<caption>&lt;b&gt;客户</caption>" in sent["table_html"]


def test_large_frame_says_how_many_rows_are_left_out():
    sent = options(pd.DataFrame({"x": range(15_737)}))
    assert "只显示前 2,000 行，共 15,737 行；请先筛选" in sent["table_html"]
    assert len(json.loads(sent["data_json"])) == LIMIT_ROWS


def test_frame_at_the_limit_is_whole():
    sent = options(pd.DataFrame({"x": range(LIMIT_ROWS)}))
    assert "只显示" not in sent["table_html"]
    assert len(json.loads(sent["data_json"])) == LIMIT_ROWS


def test_data_is_strict_json():
    frame = pd.DataFrame({"bad_rate": [float("inf"), float("nan"), 1]})
    json.loads(options(frame)["data_json"], parse_constant=pytest.fail)


def test_every_word_is_chinese():
    def words(value):
        return [w for v in value.values() for w in words(v)] if isinstance(value, dict) else [value]

    english = [
        w for w in words(options(pd.DataFrame({"x": [1]}))["language"]) if re.search("[a-z]", w)
    ]
    assert english == []


def test_plain_table_has_the_first_rows_and_says_so():
    plain = table(pd.DataFrame({"x": range(30)}), "客户一览").plain
    assert plain.count("<tr><td>") == 10
    assert "这里只列前 10 行，共 30 行。" in plain


def test_same_frame_gives_same_page():
    frame = pd.DataFrame({"x": [1.5, None], "note": ["甲", "乙"]})
    assert table(frame, "客户").plain == table(frame, "客户").plain
    assert options(frame) == options(frame)


def test_frame_is_left_as_it_was():
    frame = pd.DataFrame({"date": pd.to_datetime(["2025-12-31"]), "x": [1.5]}, index=["甲"])
    before = frame.copy(deep=True)
    table(frame, "客户")
    pd.testing.assert_frame_equal(frame, before)


def test_itables_is_loaded_only_when_a_table_is_shown():
    code = (
        "import sys, smeprofile.tables; print('itables' in sys.modules, 'seaborn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_kernel_without_a_browser_stays_silent():
    source = (
        "import pandas as pd, smeprofile.tables as t\nt.table(pd.DataFrame({'x': [1]}), '客户')"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    plain, widget = notebook.cells[0].outputs
    assert "<caption>客户</caption>" in plain.data["text/html"]
    assert set(widget.data) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
