"""Every module as a new trainee opens it: no error, no widget without words, nothing axe minds."""

import json
import re
import shutil
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom import OUT, Classroom, browser_page, open_file, run_all
from conftest import ROOT
from smeprofile.params import load_cohort

pytestmark = [pytest.mark.browser, pytest.mark.full]
MODULES = [m.slug for m in load_cohort(root=ROOT).modules]
OURS = [".sme-ask", ".jp-RenderedHTMLCommon", ".jp-OutputArea-output .jupyter-widgets"]


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    room = Classroom(tmp_path_factory.mktemp("course"), modules=tuple(MODULES))
    if (ROOT / "datasets" / "large").is_dir():
        shutil.copytree(ROOT / "datasets" / "large", room.home / "datasets" / "large")
    room.open_lab()
    whole = json.dumps({"raw": json.dumps({"windowingMode": "none"})}).encode()  # all cells at once
    request = urllib.request.Request(
        room.url("lab/api/settings/@jupyterlab/notebook-extension:tracker"), whole, method="PUT"
    )
    urllib.request.urlopen(request).close()
    yield room
    room.close()


@pytest.fixture(scope="module")
def page(classroom, chromium):
    with browser_page(chromium) as page:
        yield page


@pytest.mark.parametrize("stem", ["lesson", "practice"])
@pytest.mark.parametrize("slug", MODULES)
def test_module_is_opened_run_moved_and_looked_at(classroom, page, slug, stem):
    page.errors.clear()
    open_file(page, classroom, f"{slug}/{stem}.ipynb")
    run_all(page)
    errors = page.locator(".jp-RenderedText[data-mime-type*=error]")
    assert not_run(page) == [], errors.all_inner_texts()
    page.wait_for_timeout(1500)
    if stem == "lesson":
        assert errors.all_inner_texts() == []
    assert silent_widgets(page) == []
    found = Axe().run(page, context={"include": [[s] for s in OURS]}).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == []
    pictures = page.locator(".jp-OutputArea img:not([alt]), .jp-OutputArea img[alt='']")
    assert pictures.count() == 0
    photograph(page, f"{slug}-{stem}")
    assert page.outside == []
    assert [e for e in page.errors if "favicon" not in e] == []


def not_run(page):
    """Return the prompts of code cells that weren't run to their end."""
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_text_contents()
    assert any("[1]" in p for p in prompts)  # those of hidden code say nothing
    return [p for p in prompts if re.search(r"\[[ *]?\]", p)]


def silent_widgets(page):
    """Move every control of every widget that isn't a question; return those that say nothing."""
    silent = []
    views = page.locator(
        ".jp-OutputArea-output:has([role=status]):not(:has(.sme-ask, .dt-container))"
    )
    for n in range(views.count()):
        view = views.nth(n)
        view.scroll_into_view_if_needed()
        for kind in ("[role=slider]", "select", "input[type=checkbox]", "input[type=radio]"):
            for k in range(view.locator(kind).count()):
                control = view.locator(kind).nth(k)
                if kind.endswith("radio]") and control.is_checked():
                    continue
                before = said(view)
                if not any(
                    move(page, control, kind, way) and changed(page, view, before) for way in (0, 1)
                ):
                    silent.append((n, kind, k, before[:80]))
    return silent


def move(page, control, kind, way):
    if kind == "select":
        control.select_option(index=1 - way)
    elif kind.startswith("input"):
        control.click()
    else:
        control.focus()
        page.keyboard.press(("ArrowRight", "ArrowLeft")[way])
    return True


def said(view):
    return " ".join(view.locator("[role=status]").all_inner_texts())


def changed(page, view, before):
    for _ in range(12):
        page.wait_for_timeout(250)
        if said(view) != before:
            return True
    return False


def photograph(page, name):
    """Photograph the notebook from top to bottom, for a person to look at."""
    notebook = page.locator(".jp-WindowedPanel-outer").last
    height = notebook.evaluate("e => e.scrollHeight")
    for number, top in enumerate(range(0, height, 800)):
        notebook.evaluate("(e, top) => e.scrollTo(0, top)", top)
        page.wait_for_timeout(250)
        page.screenshot(path=OUT / f"{name}-{number:02}.png")
