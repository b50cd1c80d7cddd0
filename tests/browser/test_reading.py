"""The edition to read, from a folder in Chromium: contents, search, print; and a page of drift."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom import browser_page, shot
from conftest import ROOT
from smeprofile.drift import drift
from smeprofile.notebooks import build as builder
from smeprofile.params import load_cohort
from smeprofile.reading import write_reading

pytestmark = [pytest.mark.browser, pytest.mark.full]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """Module 01 for instructors; it was run when the course was built or checked."""
    folder = tmp_path_factory.mktemp("read")
    built = builder.build(["01"], shown=True)
    write_reading(built.runs, load_cohort(), folder, course=ROOT, answers=True)
    return folder


@pytest.fixture
def page(chromium):
    with browser_page(chromium, bypass_csp=True) as page:
        yield page


def violations(page):
    """What axe minds; asking for style sheets of a folder again, which fails, is its own doing."""
    assert (page.outside, page.errors) == ([], [])
    return [(v["id"], v["nodes"][0]["html"][:80]) for v in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    "name", ["index", "01_policy_profile/lesson", "01_policy_profile/practice"]
)
def test_a_page_can_be_read_by_all_and_asks_for_nothing(page, edition, name):
    page.goto((edition / f"{name}.html").as_uri())
    shot(page, f"reading-{name.rpartition('/')[2]}")
    assert violations(page) == []
    page.set_viewport_size({"width": 420, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 420


def test_a_search_leads_to_the_section(chromium, edition):
    with browser_page(chromium) as page:  # with the pages' own content policy
        page.goto((edition / "index.html").as_uri())
        page.fill("#words", "5700 万")
        hits = page.locator("#found a")
        assert "找到" in page.text_content("#found h1") and hits.count() >= 1
        shot(page, "reading-search")
        hits.first.click()
        page.wait_for_url("**/*.html#*")
        assert "5700" in page.text_content("article")
        page.fill("#words", "没有这样的词")
        assert "没有找到" in page.text_content("#found h1")
        assert (page.outside, page.errors) == ([], [])


def test_all_code_unfolds_at_once(chromium, edition):
    with browser_page(chromium) as page:
        page.goto((edition / "01_policy_profile" / "lesson.html").as_uri())
        assert not page.locator("article details pre").first.is_visible()
        page.click("#unfold")
        assert page.locator("article details pre").first.is_visible()
        assert page.text_content("#unfold") == "收起全部代码"


def test_a_page_of_drift_shows_both_pictures(page, edition, tmp_path):
    other = shutil.copytree(edition, tmp_path / "other")
    path = other / "executed" / "01_policy_profile" / "lesson.ipynb"
    text = path.read_text(encoding="utf-8")
    for digit in "23":  # every number that figures tell
        text = text.replace(f"最高 {digit}", "最高 9")
    path.write_text(text.replace("iVBORw0KGgo", "iVBORw0KGgp", 1), encoding="utf-8")
    found = drift(edition, other, tmp_path / "out")
    assert any(c.pictures for c in found.changes["01_policy_profile/lesson"])
    page.goto(found.report.as_uri())
    shot(page, "drift")
    assert violations(page) == []
    assert page.locator("figure img").count() >= 2
