"""formgrader, where a person marks: started by ``smeprofile mark``, and in Chinese.

A server extension: ``jupyter/marking`` switches it on. Its name sorts after nbgrader's, so
formgrader's pages are there when it is loaded.
"""

from collections.abc import Callable

from jinja2 import BaseLoader, Environment
from jupyter_server.serverapp import ServerApp

from smeprofile.errors import UserError
from smeprofile.grading.course import TEMPLATES, Course, open_course
from smeprofile.grading.feedback import MarkingExporter
from smeprofile.lab import SETTINGS, LabSetup, environment, launch
from smeprofile.paths import home
from smeprofile.workspace import PRIVATE

SCRIPT = TEMPLATES / "formgrader_zh.js"


def run(port: int | None, open_browser: bool) -> None:
    """Serve formgrader for the course until Ctrl-C; ``UserError`` on any failure."""
    launch(setup(open_course()), port=port, open_browser=open_browser)


def setup(course: Course) -> LabSetup:
    """Return how formgrader is served for ``course``: from its folder, with its own configuration.

    Raises ``UserError`` when the folder can't be written.
    """
    own = course.root / PRIVATE / "jupyter"
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise UserError(f"写不了 {own}。请检查这个文件夹。") from None
    return LabSetup(
        course.root, environment(home(), own, SETTINGS / "marking"), [], True,
        page="formgrader", name="批改台", command="smeprofile mark", kept="分数和评语都在成绩册里",
    )  # fmt: skip


class _InChinese(BaseLoader):
    """The pages of another loader, each with the script first in its head."""

    def __init__(self, pages: BaseLoader) -> None:
        self.pages = pages
        text = SCRIPT.read_text(encoding="utf-8")
        self.head = f"<head>\n<script>{{% raw %}}{text}{{% endraw %}}</script>"

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        text, *rest = self.pages.get_source(environment, template)
        return text.replace("<head>", self.head, 1), *rest


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "smeprofile.grading.formgrader"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    pages = app.web_app.settings.get("nbgrader_jinja2_env")
    if pages is None:
        app.log.warning("formgrader is not there: nothing to put into Chinese.")
        return
    pages.loader = _InChinese(pages.loader)
    exporter = app.web_app.settings["nbgrader_exporter"]
    app.web_app.settings["nbgrader_exporter"] = MarkingExporter(config=exporter.config)
