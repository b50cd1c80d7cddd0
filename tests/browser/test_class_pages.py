"""The instructor's pages of a class in Chromium: readable, accessible, printable."""

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom import OUT, browser_page
from independent import ANSWERS, COPIES
from shop_course import course, mark
from smeprofile.grading import grade, overview, similar

pytestmark = [pytest.mark.browser, pytest.mark.full]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Both pages of a graded class of six."""
    root = tmp_path_factory.mktemp("class")
    answers = ANSWERS["amount"] | {"copy": COPIES["amount"]}
    for step, who in (("source", ""), *(("submitted", who) for who in answers)):
        made = course({}, tests=False)
        cell = nbformat.v4.new_code_cell(
            answers.get(who, ""), metadata=mark("amount", solution=True)
        )
        check = nbformat.v4.new_code_cell("assert callable(to_cny), '没有 to_cny'")
        check.metadata = mark("amount-check", grade=True, locked=True, points=2)
        made.cells += [cell, check]
        folder = root.joinpath(step, *([who] if who else []), "ps1")
        folder.mkdir(parents=True)
        nbformat.write(made, folder / "p1.ipynb")
    grade(root=root)
    return overview(root=root).page, similar("ps1", root=root).page


@pytest.mark.parametrize(("n", "name"), [(0, "overview"), (1, "similar")])
def test_a_page_is_accessible_prints_and_asks_for_nothing(pages, chromium, n, name):
    with browser_page(chromium) as page:
        page.goto(pages[n].as_uri())
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=OUT / f"{name}.png", full_page=True)
        assert page.pdf(path=OUT / f"{name}.pdf", format="A4", landscape=True)
        assert (page.errors, page.outside) == ([], [])
        page.set_viewport_size({"width": 600, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
