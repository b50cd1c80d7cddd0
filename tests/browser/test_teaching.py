"""The teaching notes in Chromium: readable, nothing cut off, printable."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom import OUT, browser_page
from smeprofile.notebooks.teaching import teach

pytestmark = [pytest.mark.browser, pytest.mark.full]


def test_teaching_notes_are_accessible_and_print(chromium, tmp_path):
    (_, path) = teach(["02"], tmp_path).files
    with browser_page(chromium) as page:
        page.goto(path.as_uri())
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=OUT / "teaching.png", full_page=True)
        assert page.pdf(path=OUT / "teaching.pdf", format="A4").count(b"/Type /Page\n") <= 8
        assert (page.outside, page.errors) == ([], [])
