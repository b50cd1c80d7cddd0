"""A copy of the course with its own exchange, its JupyterLab, and a browser that stays at home."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import yaml
from playwright.sync_api import Locator, Page, expect, sync_playwright

from conftest import ROOT

MODULE = "02_data_cleaning"
OUT = Path(__file__).parent / "browser" / "out"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=90_000)  # the machine may be busy with other tests


class Classroom:
    """A copy of the course with its own exchange, a running JupyterLab and a browser page."""

    def __init__(self, folder: Path, modules: tuple[str, ...] = (MODULE,)):
        """Copy the course, narrowed to ``modules``: a flow needs one of them."""
        self.home = folder / "home"
        for name in ("course", "datasets", "solutions"):
            # Large tables are made where a lesson asks for them.
            shutil.copytree(ROOT / name, self.home / name, ignore=shutil.ignore_patterns("large"))
        path = self.home / "datasets" / "cohort.yml"
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        values["modules"] = [m for m in values["modules"] if m["slug"] in modules]
        path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), "utf-8")
        for folder_of in self.home.glob("course/*"):
            if folder_of.name not in modules:
                shutil.rmtree(folder_of)
        (self.home / "grading").mkdir()
        shutil.copy(ROOT / "grading" / "nbgrader_config.py", self.home / "grading")
        self.workspace = folder / "workspace"
        self.environment = {**os.environ, "SMEPROFILE_HOME": str(self.home)}

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "smeprofile", *arguments],
            cwd=self.home, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def open_lab(self, *options: str) -> None:
        """Start JupyterLab; its address goes to ``self.address``."""
        command = [sys.executable, "-m", "smeprofile", "lab", "--no-browser", "--workspace"]
        self.lab = subprocess.Popen(
            [*command, str(self.workspace), *options],
            cwd=self.home, env=self.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        for line in self.lab.stdout:
            if found := re.search(r"http://\S+", line):
                self.address = found[0]
                return
        raise AssertionError("no address printed")

    def url(self, path: str) -> str:
        """Return the address of a path below JupyterLab's base, with the token."""
        address = urlparse(self.address)
        return f"http://{address.netloc}/{path}{'&' if '?' in path else '?'}{address.query}"

    def close(self) -> None:
        self.lab.send_signal(signal.SIGINT)
        assert self.lab.wait(20) == 0
        self.lab.stdout.close()


@contextmanager
def plain_lab(folder: Path) -> Iterator[str]:
    """Give the address of a JupyterLab on ``folder`` as installed, without any setting of ours."""
    own = {name: str(folder / "own" / name) for name in ("config", "data", "runtime", "ipython")}
    env = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    env |= {
        "JUPYTER_CONFIG_DIR": own["config"], "JUPYTER_DATA_DIR": own["data"],
        "JUPYTER_RUNTIME_DIR": own["runtime"], "IPYTHONDIR": own["ipython"],
        "JUPYTER_TOKEN": "t", "SMEPROFILE_HOME": str(ROOT),
    }  # fmt: skip
    root = ["--allow-root"] if os.geteuid() == 0 else []
    log = folder / "lab.log"
    with log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0", *root],
            cwd=folder, env=env, stdout=file, stderr=file,
        )  # fmt: skip
    try:
        while not (found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/", log.read_text())):
            time.sleep(0.05)
        yield found[0]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


@contextmanager
def browser_page(chromium: str, **options: object) -> Iterator[Page]:
    """Give a page that can reach this machine only; ``page.outside`` lists what it asked beyond."""
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        view = {"width": 1400, "height": 900}
        yield watched(browser.new_page(**({"viewport": view, "locale": "zh-CN"} | options)))
        browser.close()


def watched(page: Page) -> Page:
    """Return the page, kept at home; ``page.errors`` lists what it complained of."""
    page.set_default_timeout(90_000)
    page.outside, page.errors = [], []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.route(away, lambda route: (page.outside.append(route.request.url), route.abort()))
    return page


def away(url: str) -> bool:
    parts = urlparse(url)
    return parts.scheme not in ("data", "blob", "file") and parts.hostname not in (
        "localhost",
        "127.0.0.1",
    )


def shot(page: Page, name: str) -> None:
    page.screenshot(path=OUT / f"{name}.png")


def open_file(page: Page, classroom: Classroom, path: str) -> None:
    page.goto(classroom.url(f"lab/tree/{path}?reset"))
    page.wait_for_selector(".jp-Notebook .jp-Cell, .jp-MarkdownViewer, .jp-HTMLViewer")


def cell_of(page: Page, text: str) -> Locator:
    return page.locator(".jp-CodeCell", has_text=text).first


def run_cell(page: Page, text: str) -> None:
    """Run one cell, again if need be: a notebook just opened may swallow the first key."""
    prompt = cell_of(page, text).locator(".jp-InputPrompt")
    before = prompt.inner_text()
    for _ in range(10):
        prompt.click()
        page.keyboard.press("Shift+Enter")
        wait_until_done(page)
        for _ in range(8):
            if prompt.inner_text() != before and re.search(r"\d", prompt.inner_text()):
                return
            page.wait_for_timeout(250)
    raise AssertionError(f"the cell with {text} does not run")


def wait_until_done(page: Page) -> None:
    """Wait until the kernel has been idle for a second: between two cells it is for a moment."""
    idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    seen = 0
    for _ in range(480):
        seen = seen + 1 if idle.count() else 0
        if seen == 4:
            return
        page.wait_for_timeout(250)
    raise AssertionError("the kernel is still busy after two minutes")


def scroll_to(page: Page, text: str) -> None:
    """Bring a cell into view; the notebook only draws what is near."""
    page.locator(".jp-Notebook").hover()
    for _ in range(30):
        page.mouse.wheel(0, -3000)
    for _ in range(80):
        if page.locator(".jp-Cell", has_text=text).count():
            page.locator(".jp-Cell", has_text=text).first.scroll_into_view_if_needed()
            return
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(100)
    raise AssertionError(f"no cell holds {text}")


def run_all(page: Page) -> None:
    """Run the whole notebook by the menu; a notebook just opened may not listen yet."""
    wait_until_done(page)
    before = _numbers(page)
    for _ in range(5):
        page.get_by_role("menuitem", name="运行", exact=True).first.click()
        page.get_by_text("运行所有单元格", exact=True).click()
        for _ in range(20):
            if _numbers(page) - before:
                return wait_until_done(page)
            page.wait_for_timeout(250)
    raise AssertionError("the notebook was not run")


def _numbers(page: Page) -> set[str]:
    """The numbers of cells that ran, * for those that wait; cells are drawn and taken away."""
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_text_contents()
    return set(re.findall(r"\[(\d+|\*)\]", " ".join(prompts)))


def end_sessions(classroom: Classroom) -> None:
    """End all kernels, as a trainee does who shuts the course down."""
    with urllib.request.urlopen(classroom.url("api/sessions")) as reply:
        found = json.load(reply)
    for session in found:
        request = urllib.request.Request(
            classroom.url(f"api/sessions/{session['id']}"), method="DELETE"
        )
        urllib.request.urlopen(request).close()


def listening(log: Path) -> str:
    """Return the address that a JupyterLab writes into its log, once it is there."""
    for _ in range(240):
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/", log.read_text("utf-8")):
            return found[0]
        time.sleep(0.25)
    raise AssertionError(log.read_text("utf-8"))
