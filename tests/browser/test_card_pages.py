"""The customer card and the portfolio report in Chromium: readable, one screen, printable."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom import OUT, browser_page
from profiles import END, profiled, tables
from smeprofile.card import card, run

pytestmark = [pytest.mark.browser, pytest.mark.full]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    for name, rows in tables().items():
        rows.to_parquet(folder / f"{name}.parquet")
    run(folder, END, folder / "out")
    return folder


def fullest():
    """The customer of whom most is known: the longest card but for its last list."""
    return profiled().set_index("customer_id").notna().sum(axis=1).idxmax()


def test_a_card_is_one_screen_accessible_and_prints(folder, chromium):
    path = folder / "card.html"
    page_text = card(profiled(), fullest(), flows_monthly=tables()["flows_monthly"]).html
    path.write_text(page_text, encoding="utf-8")
    with browser_page(chromium) as page:
        page.set_viewport_size({"width": 1440, "height": 1080})
        page.goto(path.as_uri())
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollHeight") <= 1080
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440
        page.screenshot(path=OUT / "card.png")
        assert (
            page.pdf(path=OUT / "card.pdf", format="A4", landscape=True).count(b"/Type /Page\n")
            <= 2
        )


def test_the_report_is_accessible_and_nothing_is_cut_off(folder, chromium):
    with browser_page(chromium) as page:
        page.goto((folder / "out" / "report.html").as_uri())
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=OUT / "report.png", full_page=True)
