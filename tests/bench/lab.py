"""Seconds a trainee waits: our JupyterLab beside a plain one, same notebook, in the same run.

    PYTHONPATH=tests python tests/bench/lab.py --rounds 3

Each round starts both, ours and plain in turn, on fresh copies. "check answered" is a click on a
question's 检查 in ours, against running the check cell again in the plain one.
"""

import argparse
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from classroom import MODULE, Classroom, browser_page, cell_of, plain_lab, run_cell
from conftest import ROOT

STEPS = ("lab ready", "notebook open", "first cell done", "check answered")


def ours(page: Page, folder: Path) -> dict[str, float]:
    """Return step → seconds for ``smeprofile lab``."""
    room = Classroom(folder)
    clock = Clock()
    room.open_lab()
    try:
        page.goto(room.address)
        page.wait_for_selector(".sme-start h1")
        clock.lap("lab ready")
        page.goto(room.url(f"lab/tree/{MODULE}/practice.ipynb?reset"))
        notebook(page, clock)
        row = page.locator(".sme-ask").first
        row.wait_for()
        page.wait_for_timeout(1000)
        clock.start()
        row.get_by_label("需授权").first.check()
        row.get_by_text(re.compile("已选 1 ")).first.wait_for()
        clock.lap("check answered")
    finally:
        room.close()
    return clock.laps


def plain(page: Page, folder: Path) -> dict[str, float]:
    """Return step → seconds for JupyterLab as installed, without any setting of ours."""
    shutil.copytree(ROOT / "course" / MODULE, folder / MODULE)
    clock = Clock()
    with plain_lab(folder) as address:
        page.goto(f"{address}lab?token=t")
        page.wait_for_selector(".jp-DirListing-item")
        clock.lap("lab ready")
        page.goto(f"{address}lab/tree/{MODULE}/practice.ipynb?reset&token=t")
        notebook(page, clock)
        check = cell_of(page, "todo = ").locator(".jp-InputPrompt")
        check.click()
        before = check.inner_text()
        clock.start()
        page.keyboard.press("Shift+Enter")
        while check.inner_text() == before or "*" in check.inner_text():
            page.wait_for_timeout(20)
        clock.lap("check answered")
    return clock.laps


class Clock:
    """Laps in seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self.start()

    def start(self) -> None:
        self.at = time.perf_counter()

    def lap(self, name: str) -> None:
        self.laps[name] = time.perf_counter() - self.at
        self.start()


def notebook(page: Page, clock: Clock) -> None:
    """Wait for the open notebook and its kernel, then run the first code cell."""
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    clock.lap("notebook open")
    first = cell_of(page, "AS_OF = ").locator(".jp-InputPrompt")
    while not re.search(r"\d", first.inner_text()):  # a notebook just opened may swallow a key
        first.click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(300)
    clock.lap("first cell done")
    for text in ("import math", "redline = "):
        run_cell(page, text)


def main() -> None:
    """Print one line per step: median seconds of both, and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    seen = {ours: [], plain: []}
    with browser_page(shutil.which("chromium")) as page:
        for _ in range(rounds):
            for measure, laps in seen.items():
                with tempfile.TemporaryDirectory() as folder:
                    laps.append(measure(page, Path(folder)))
    print(f"{'step':<18}{'ours s':>8}{'plain s':>9}{'ratio':>8}   median of {rounds}")
    for step in STEPS:
        mine, theirs = (statistics.median(lap[step] for lap in laps) for laps in seen.values())
        print(f"{step:<18}{mine:>8.2f}{theirs:>9.2f}{mine / theirs:>8.2f}")


if __name__ == "__main__":
    main()
