"""The start page's routes in the Jupyter server: the page, its buttons, the printable record."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from markupsafe import Markup
from tornado import web

from smeprofile.errors import UserError
from smeprofile.learner import learner_name
from smeprofile.params import load_cohort
from smeprofile.paths import home
from smeprofile.start.actions import act
from smeprofile.start.choices import read_choices
from smeprofile.start.page import start_page
from smeprofile.start.progress import course_progress
from smeprofile.start.transcript import transcript

# One job at a time, off the event loop: kernels answer while a hand-in is copied.
_WORKER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="smeprofile-start")


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Add the routes; the server's root folder is the workspace."""
    workspace, base_url = Path(server.root_dir), server.web_app.settings["base_url"]
    routes = {"start": StartHandler, "act": ActHandler, "transcript": TranscriptHandler}
    server.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base_url, "smeprofile", name), handler, {"workspace": workspace})
            for name, handler in routes.items()
        ],
    )


def _start_page(workspace: Path, record_url: str) -> str:
    """Return the start page of the trainee who works in ``workspace``."""
    cohort = load_cohort(root=(base := home()))
    choices = read_choices(workspace, cohort)
    course = course_progress(base, workspace, cohort, choices)
    return start_page(course, cohort, choices, workspace, record_url)


def _record(workspace: Path, today: date) -> str:
    """Return the printable record of the trainee who works in ``workspace``."""
    cohort = load_cohort(root=(base := home()))
    choices = read_choices(workspace, cohort)
    course = course_progress(base, workspace, cohort, choices)
    return transcript(course, cohort, choices, learner_id=_learner(), today=today)


def _learner() -> str:
    try:
        return learner_name()
    except UserError:  # a name in Chinese, say
        return "未设置"


class _AtTheDesk:
    auth_resource = "smeprofile"

    def initialize(self, workspace: Path) -> None:
        self.workspace = workspace


class StartHandler(_AtTheDesk, APIHandler):
    """``GET smeprofile/start``: the fragment that the Lab extension shows."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the page, or with what went wrong in its place."""
        record_url = url_path_join(self.base_url, "smeprofile", "transcript")
        html = await _html(partial(_start_page, self.workspace, record_url), self.log)
        self.set_header("Cache-Control", "no-store")
        self.finish(html, set_content_type="text/html; charset=utf-8")


class ActHandler(_AtTheDesk, APIHandler):
    """``POST smeprofile/act``: what a button of the page does."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer ``{"ok": …, "message": …}``, also when it failed."""
        job = partial(act, self.get_json_body(), self.workspace, self.log)
        ok, message = await _done(job, self.log)
        self.finish({"ok": ok, "message": message})


class TranscriptHandler(_AtTheDesk, JupyterHandler):
    """``GET smeprofile/transcript``: a page of its own."""

    @property
    def content_security_policy(self) -> str:
        """No script, nothing from elsewhere."""
        return f"{super().content_security_policy}; default-src 'none'; style-src 'unsafe-inline'"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the record as of today."""
        html = await _html(partial(_record, self.workspace, date.today()), self.log)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(html)


async def _html(job: Callable[[], str], log: logging.Logger) -> str:
    ok, said = await _done(job, log)
    apology = (
        '<div class="sme-start"><p class="sme-message" role="status" tabindex="-1">{}</p></div>'
    )
    return said if ok else Markup(apology).format(said)


async def _done(job: Callable[[], str], log: logging.Logger) -> tuple[bool, str]:
    """Return whether ``job`` went well, and its words or what to tell the trainee instead."""
    try:
        return True, await asyncio.get_running_loop().run_in_executor(_WORKER, job)
    except UserError as error:
        return False, str(error)
    except Exception:
        log.exception("the start page failed")
        return False, "出错了，没有办成。详情见工作区里的 .smeprofile/lab.log，请交给老师。"
