"""The effect report and a personal page in Chromium: usable, offline, nothing runs off the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom import browser_page, shot
from exam_class import write_class
from smeprofile.evaluation import effect

pytestmark = [pytest.mark.browser, pytest.mark.full]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    course = write_class(tmp_path_factory.mktemp("course"), 30)
    return effect(tmp_path_factory.mktemp("out"), customers=0, personal=True, course=course)


@pytest.mark.parametrize("name", ["effect.html", "personal/u05.html"])
def test_a_page_can_be_used_by_all_and_asks_for_nothing(chromium, made, name):
    with browser_page(chromium, bypass_csp=True) as page:
        page.goto((made.report.parent / name).as_uri())
        shot(page, f"effect-{name.split('/')[0].removesuffix('.html')}")
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:80]) for v in found] == []
        page.set_viewport_size({"width": 420, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == 420
        assert (page.outside, page.errors) == ([], [])
