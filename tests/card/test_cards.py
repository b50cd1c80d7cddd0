"""The card and the report: Chinese, complete, honest about what isn't known, self-contained."""

import json
import re
import subprocess
import sys
from datetime import date

import ipywidgets as w
import pandas as pd
import pytest

from english import english
from profiles import END, profiled, tables
from smeprofile.card import browse, card, report, run
from smeprofile.card.words import shown
from smeprofile.errors import UserError
from smeprofile.tags import DIMENSIONS, TAGS


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    (folder / "tables").mkdir()
    for name, rows in tables().items():
        rows.to_parquet(folder / "tables" / f"{name}.parquet")
    run(folder / "tables", END, folder / "out")
    return folder / "out"


def test_a_run_writes_three_files_that_agree(out):
    assert sorted(p.name for p in out.iterdir()) == [
        "coverage.json",
        "profiles.parquet",
        "report.html",
    ]
    rows = pd.read_parquet(out / "profiles.parquet")
    assert rows["customer_id"].tolist() == profiled()["customer_id"].tolist()
    assert (pd.to_datetime(rows["as_of"]) == pd.Timestamp(END)).all()
    told = json.loads((out / "coverage.json").read_text(encoding="utf-8"))
    assert (told["as_of"], told["use"]) == ("2025-12-31", "授信审批")
    shares = {tag["tag"]: tag["filled_share"] for tag in told["tags"]}
    assert set(shares) == set(TAGS) and shares["age_years"] == 1
    assert shares["utilization"] == pytest.approx(rows["utilization"].notna().mean(), abs=1e-6)


@pytest.mark.full
def test_the_same_run_gives_the_same_bytes(out, tmp_path):
    run(out.parent / "tables", END, tmp_path)
    for path in out.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_run_that_fails_leaves_what_was_there(out):
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    with pytest.raises(UserError, match="没有已开户的客户"):
        run(out.parent / "tables", date(1999, 1, 1), out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert not list(out.parent.glob(".*draft*"))


def test_the_command_says_what_it_did(out, tmp_path):
    command = [sys.executable, "-m", "smeprofile", "profile", str(out.parent / "tables"), "--as-of",
               "2025-12-31", "--out", str(tmp_path / "o"), "--use", "营销"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert re.search(r"已计算 \d+ 个标签", done.stdout) and "不得使用" in done.stdout


def test_pages_are_chinese_and_fetch_nothing(out):
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "用不到的列没有核对" in page
    one = card(profiled(), "C00000003", flows_monthly=tables()["flows_monthly"]).html
    for text in (page, one):
        assert 'lang="zh-CN"' in text and not re.search(r"https?://|<script|src=|@import", text)
        words = re.sub(r"<(style|code)>.*?</\1>", " ", text, flags=re.DOTALL)
        words = re.sub(r"<[^>]+>", " ", words)
        names = ("LRFMC", "choose_k", "segments")
        for name in names:
            words = words.replace(name, "")
        assert english(*words.split("\n")) == []


def test_a_card_shows_all_that_is_known_and_names_all_that_is_not():
    for customer in profiled()["customer_id"].head(12):
        row = profiled().set_index("customer_id").loc[customer]
        text = card(profiled(), customer).body
        assert all(f'aria-label="{name}"' in text for name in DIMENSIONS)
        for tag in TAGS.values():
            if tag.name in row.index and tag.name not in ("alerts", "n_alerts"):
                assert tag.title in text, tag.name
        consents = row[["consent_tax", "consent_report"]].tolist()
        assert all(state in text for state in consents)


def test_months_without_a_row_are_gaps_in_the_trend():
    months = pd.to_datetime(["2024-01-01", "2025-01-01", "2025-03-01", "2025-10-01"])
    flows = pd.DataFrame({"month": months, "sales_in_cny": 5e4, "customer_id": "另一户"})
    flows.loc[:2, "customer_id"] = profiled()["customer_id"].iloc[0]
    text = card(profiled(), flows.customer_id[0], flows_monthly=flows).body
    assert "2024-01 至 2025-10 的月度货款流入" in text
    assert text.count('style="height:0%"') == 22 - 3 and "2025-02 0 元；" in text


def test_customers_who_are_all_alike_make_a_report_without_segments(tmp_path):
    one = profiled()[["length_months", "recency_days", "active_months", "avg_monthly_inflow_cny", "utilization"]].dropna().head(1)  # fmt: skip
    alike = one.loc[one.index.repeat(40)].assign(customer_id=[f"C{n}" for n in range(40)])
    alike.to_parquet(tmp_path / "p.parquet")
    told = pd.DataFrame(columns=["tag", "title", "dimension", "status", "reason", "filled_share"])
    page = report(tmp_path / "p.parquet", told, as_of=END, use="授信审批", notes=[])
    assert "40 户" in page and "k 均值" not in page


def test_unknown_is_never_shown_as_zero():
    assert shown(TAGS["invoiced_12m_cny"], float("nan")) == "未知"
    assert shown(TAGS["invoiced_12m_cny"], 0.0) == "0 元"
    assert shown(TAGS["dpd"], pd.NA) == "未知"


def test_text_from_files_cannot_become_markup():
    nasty = profiled().head(3).assign(name="<img src=x onerror=alert(1)>")
    assert "<img" not in card(nasty, nasty["customer_id"].iloc[0]).body


def test_a_customer_who_isnt_there_is_named():
    with pytest.raises(UserError, match="画像里没有客户 X"):
        card(profiled(), "X")


def test_paging_goes_round_and_can_keep_to_alerts():
    view = browse(profiled())
    choice, alerted, back, ahead = view.children[0].children
    first = choice.value
    back.click()
    assert choice.value == profiled()["customer_id"].iloc[-1]
    ahead.click()
    assert choice.value == first and first in view.children[1].value
    alerted.value = True
    ids = profiled().loc[profiled()["n_alerts"] > 0, "customer_id"].tolist()
    assert choice.value in ids
    choice.value = "没有这户"
    assert "画像里没有客户" in view.children[1].value
    choice.value = "<img src=x onerror=alert(1)>"
    assert "<img" not in view.children[1].value and "&lt;img" in view.children[1].value


def test_with_nobody_to_warn_of_the_view_says_so():
    view = browse(profiled().assign(n_alerts=0))
    choice, alerted, back, _ = view.children[0].children
    alerted.value = True
    assert "没有有预警的客户" in view.children[1].value
    back.click()
    assert "没有有预警的客户" in view.children[1].value
    alerted.value = False
    assert choice.value in view.children[1].value
    assert isinstance(view, w.VBox)
