"""A table in our JupyterLab is searched, filtered, sorted by keyboard and exported for real."""

import re

import nbformat
import openpyxl
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from classroom import OUT, Classroom, browser_page, end_sessions, open_file, run_all

pytestmark = [pytest.mark.browser, pytest.mark.full]
FRAME = """
import pandas as pd
N = 30
frame = pd.DataFrame({
    "customer_id": [f"C{i:06d}" for i in range(N)],
    "uscc": [f"9199{i:014d}" for i in range(N)],
    "balance_cny": [None if i % 5 == 0 else 1234.56789 * i - 2000 for i in range(N)],
    "bad_rate": [i / 37 for i in range(N)],
    "n_insured": pd.array([None if i % 7 == 0 else i for i in range(N)], dtype="Int64"),
    "opened_date": pd.date_range("2025-01-01", periods=N),
    "note": [["=1+1", "-5", "甲 <b>&amp; 乙", "两行\\n文字", "+86", "@甲", "“引号”\\"和,"][i % 7] for i in range(N)],
    "do_not_contact": [i % 2 == 0 for i in range(N)],
})
"""
USCC = {"统一社会信用代码 uscc": str}  # a reader takes digits for a number unless told
CELLS = [
    f"{FRAME}\nfrom smeprofile.tables import table\ntable(frame, '客户一览', name='客户 表')",
    "table(pd.concat([frame] * 100), '三千行')",
]


NOTEBOOK = "tables/tables.ipynb"


class Lab(Classroom):
    """Our JupyterLab with a notebook of two tables, open in a page that reaches nothing else."""

    def __init__(self, folder):
        super().__init__(folder)
        cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
        (self.home / "course" / "tables").mkdir()
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(notebook, self.home / "course" / NOTEBOOK)

    def open(self):
        open_file(self.page, self, NOTEBOOK)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium):
    lab = Lab(tmp_path_factory.mktemp("tables"))
    lab.open_lab()
    with browser_page(chromium, viewport={"width": 1400, "height": 1500}) as lab.page:
        lab.open()
        run_all(lab.page)
        lab.page.locator(".itables_anywidget tbody tr").nth(19).wait_for()
        lab.page.keyboard.press("Control+s")
        expect(lab.page.locator(".jp-mod-dirty")).to_have_count(0)
        lab.is_touched = False
        yield lab
    lab.close()


@pytest.fixture
def tables(lab):
    """Both tables to look at, untouched: opened anew, the kernel still running, where one was."""
    if lab.is_touched:
        lab.open()
        lab.is_touched = False
    lab.page.locator(".itables_anywidget tbody tr").nth(19).wait_for(timeout=30_000)
    return lab.page.locator(".itables_anywidget")


@pytest.fixture
def customers(lab, tables):
    """The first table, to be used."""
    lab.is_touched = True
    return tables.first


@pytest.fixture
def frame():
    names = {}
    exec(FRAME, names)
    return names["frame"]


def info(table):
    return table.locator(".dt-info")


def test_all_words_are_chinese(lab, tables):
    lab.page.screenshot(path=OUT / "tables.png")
    words = tables.evaluate_all(
        """boxes => boxes.flatMap(box => [box.innerText,
             ...[...box.querySelectorAll('option')].map(o => o.textContent),
             ...[...box.querySelectorAll('*')].flatMap(e => ['aria-label', 'title', 'placeholder', 'alt']
               .map(name => e.getAttribute(name) ?? ''))])"""
    )
    known = {"customer_id", "uscc", "balance_cny", "bad_rate", "n_insured", "opened_date", "note",
             "do_not_contact", "CSV", "Excel", "b", "amp"}  # fmt: skip
    latin = {word for text in words for word in re.findall(r"[A-Za-z_]{2,}|\b[a-z]\b", text)}
    assert latin - known == set()


def test_axe_finds_nothing_to_complain_about(lab, tables):
    found = Axe().run(lab.page, context=".itables_anywidget")
    assert found.generate_snapshot() == ""


def test_caption_names_the_table(lab, tables):
    expect(lab.page.get_by_role("table", name="客户一览", exact=True)).to_be_visible()


def test_large_table_says_what_it_leaves_out(tables):
    expect(tables.nth(1).locator("caption")).to_contain_text(
        "只显示前 2,000 行，共 3,000 行；请先筛选"
    )
    expect(info(tables.nth(1))).to_have_text("第 1 到 10 行，共 2,000 行")


def test_no_two_elements_have_the_same_id(tables):
    ids = tables.evaluate_all(
        "boxes => boxes.flatMap(b => [...b.querySelectorAll('[id]')].map(e => e.id))"
    )
    assert len(ids) > 6 and len(set(ids)) == len(ids)


def test_search_goes_through_the_whole_table(customers):
    customers.get_by_label("搜索全表：").fill("C000017")
    expect(info(customers)).to_have_text("第 1 到 1 行，共 1 行 （从 30 行中筛选）")


def test_missing_amounts_are_not_below_a_limit(customers, frame):
    name = "筛选“余额（元）”（只填数字）"
    customers.get_by_label(f"{name}的方式", exact=True).select_option(label="小于")
    customers.get_by_label(name, exact=True).fill("1000")
    expect(info(customers)).to_contain_text(f"共 {(frame['balance_cny'] < 1000).sum()} 行")


def test_missing_amounts_are_found_by_their_word(customers, frame):
    customers.get_by_label("搜索全表：").fill("缺失 C")
    n_missing = frame[["balance_cny", "n_insured"]].isna().any(axis=1).sum()
    expect(info(customers)).to_contain_text(f"共 {n_missing} 行")


def test_rates_are_filtered_as_shown(customers, frame):
    name = "筛选“bad_rate”（只填数字）"
    customers.get_by_label(f"{name}的方式", exact=True).select_option(label="大于或等于")
    customers.get_by_label(name, exact=True).fill("50")
    expect(info(customers)).to_contain_text(f"共 {(frame['bad_rate'] >= 0.5).sum()} 行")


def test_keyboard_alone_sorts_and_filters(lab, customers):
    customers.get_by_label("搜索全表：").focus()
    for _ in range(3):  # to the third heading, the balance
        lab.page.keyboard.press("Tab")
    for direction in ("ascending", "descending"):
        lab.page.keyboard.press("Enter")
        expect(customers.locator("th").nth(2)).to_have_attribute("aria-sort", direction)
    expect(customers.locator("tbody tr").first).to_contain_text("33,802.47")
    for _ in range(5 + 6):  # past five headings; each filter has a way and a value
        lab.page.keyboard.press("Tab")
    lab.page.keyboard.type("1000")
    expect(customers.locator("tbody")).to_have_text("没有符合条件的行")


def exported(lab, customers, kind, path):
    with lab.page.expect_download() as download:
        customers.get_by_role("button", name=f"导出 {kind}").click()
    assert download.value.suggested_filename == f"客户 表{path.suffix}"
    download.value.save_as(path)


def as_read(frame):
    """The frame as a spreadsheet's reader should find it."""
    harmless = frame["note"].str.replace(r"^([=+\-@])", r"'\1", regex=True)
    contact = frame["do_not_contact"].map({True: "是", False: "否"})
    return frame.assign(note=harmless, do_not_contact=contact)


def by_code(table):
    return table.rename(columns=lambda title: title.split(" ")[-1])


def test_csv_is_the_frame(lab, customers, frame, tmp_path):
    exported(lab, customers, "CSV", tmp_path / "客户.csv")
    assert (tmp_path / "客户.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(
        tmp_path / "客户.csv",
        encoding="utf-8-sig",
        dtype=USCC,
        parse_dates=["开户日期 opened_date"],
        float_precision="round_trip",
    )
    assert read.columns[2] == "余额（元） balance_cny"
    pd.testing.assert_frame_equal(
        by_code(read), as_read(frame), check_dtype=False, check_exact=True
    )


def test_excel_is_the_frame_with_text_as_text_and_dates_as_dates(lab, customers, frame, tmp_path):
    exported(lab, customers, "Excel", tmp_path / "客户.xlsx")
    read = by_code(pd.read_excel(tmp_path / "客户.xlsx", dtype=USCC))
    pd.testing.assert_frame_equal(read, as_read(frame), check_dtype=False, check_exact=True)
    sheet = openpyxl.load_workbook(tmp_path / "客户.xlsx").active
    assert sheet.title == "客户 表"
    assert "".join(cell.data_type for cell in sheet[3]) == "ssnnndss"


def test_export_holds_what_the_filters_leave_in_the_order_shown(lab, customers, tmp_path):
    customers.get_by_label("筛选“客户号”", exact=True).fill("C00001")
    customers.get_by_role("button", name="客户号 customer_id：按此列排序").click()
    customers.get_by_role("button", name="客户号 customer_id：改为倒序").click()
    exported(lab, customers, "CSV", tmp_path / "客户.csv")
    read = by_code(pd.read_csv(tmp_path / "客户.csv", encoding="utf-8-sig"))
    assert read["customer_id"].tolist() == [f"C{i:06d}" for i in range(19, 9, -1)]


def test_plain_table_hides_beside_the_living_one(lab, tables):
    expect(lab.page.locator(".smeprofile-plain").first).to_be_hidden()


def test_saved_notebook_is_small(lab):
    assert (lab.workspace / NOTEBOOK).stat().st_size < 30_000


def test_plain_table_remains_when_the_kernel_is_gone(lab, tables):
    end_sessions(lab)
    lab.open()
    plain = lab.page.locator(".smeprofile-plain").first
    expect(plain).to_be_visible()
    expect(plain).to_contain_text("这里只列前 10 行，共 30 行。重新运行这个单元格")
    lab.page.wait_for_timeout(4_000)  # JupyterLab looks for the widget this long
    lab.page.screenshot(path=OUT / "tables-plain.png")
    expect(lab.page.get_by_text("model not found").first).to_be_hidden()


def test_nothing_was_asked_of_another_machine(lab):
    assert lab.page.outside == []
