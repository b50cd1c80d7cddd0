"""``smeprofile feedback``: a page for each graded submission, returned to its learner."""

import re
import sys
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

import bleach
import nbformat
from jinja2 import Environment, pass_context
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import parse_utc

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.course import LOG, STAMP, Course, StepFailed, is_named, open_course
from smeprofile.grading.late import settle
from smeprofile.start.hand_in import PAGE
from smeprofile.submit import ZIP_TIMESTAMP


class PageExporter(HTMLExporter):
    """nbconvert's HTML, faster: templates are compiled once, and the page isn't parsed again.

    Parsing it also fails with Python 3.11.2, Debian 12's: soupsieve's patterns meet a fault of it.
    """

    def _create_environment(self) -> Environment:
        made = super()._create_environment()
        made.bytecode_cache = _COMPILED
        return made

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **options: object
    ) -> tuple[str, dict]:
        """Return the page; every picture in it has a text."""
        resources = self._init_resources(resources)
        told = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="python", parent=self))
        self.register_filter("filter_data_type", told)
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **options)
        return _NO_ALT.sub('<img alt="没有文字说明的图"', page), resources


class MarkingExporter(PageExporter):
    """formgrader's page of one hand-in: it is shown with the instructor's rights, so nothing of the
    learner's runs in it.
    """

    sanitize_html = True

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **options: object
    ) -> tuple[str, dict]:
        """Return the page; of outputs' metadata only the pictures' words are kept."""
        nb = deepcopy(nb)
        for output in (output for cell in nb.cells for output in cell.get("outputs", [])):
            if "metadata" in output:  # nbconvert writes a width without quotes
                told = {mime: about for mime, about in output.metadata.items() if "alt" in about}
                output.metadata = {m: {"alt": str(about["alt"])} for m, about in told.items()}
        self.register_filter("clean_html", clean_html)
        return super().from_notebook_node(nb, resources, **options)

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Return Markdown as HTML, cleaned: nbgrader's template doesn't ask for it."""
        return clean_html(super().markdown2html(context, source))


_TAGS = bleach.ALLOWED_TAGS | {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "img", "span", "div", "pre", "table",
    "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "sup", "sub", "del", "s", "u", "small",
    "dl", "dt", "dd", "details", "summary",
}  # fmt: skip
_CODE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def clean_html(html: str | bytes) -> str:
    """Return what HTML shows, without anything that runs or is fetched, and without ids.

    >>> clean_html('<p id="a" onclick="x()">一<script>y()</script><img src="data:image/png;base64,"></p>')
    '<p>一<img src="data:image/png;base64,"></p>'
    """
    text = html.decode() if isinstance(html, bytes) else str(html)
    protocols = [*bleach.ALLOWED_PROTOCOLS, "data"]
    return bleach.clean(
        _CODE.sub("", text), tags=_TAGS, attributes=_is_harmless, protocols=protocols, strip=True
    )


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if tag == "img" and name == "src":
        return value.startswith("data:image/")
    if tag == "a" and name == "href":
        return value.startswith(("http:", "https:", "#"))
    return name in ("class", "title", "colspan", "rowspan", "alt")


class FeedbackExporter(PageExporter):
    """The page for learners: a class of its own can have our template while formgrader keeps its own."""


class _Compiled(BytecodeCache):
    """Templates compiled before, for the life of the process."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._known.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
_MARK = ".returned"  # beside pages that were not only written but returned
_NO_ALT = re.compile(r"<img\b(?![^>]*\balt=)")


@dataclass(frozen=True)
class Returned:
    """Pages written: through the exchange for some learners, to be sent by hand to others.

    ``packed``: zips of the latter that a workspace takes, each beside its pages.
    """

    by_exchange: list[Path]
    by_hand: list[Path]
    failed: list[str]
    packed: list[Path] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every graded submission got its page."""
        return not self.failed

    def __str__(self) -> str:
        lines = [f"已写好 {len(self.by_exchange) + len(self.by_hand)} 份反馈。"]
        if self.by_exchange:
            lines.append(f"{len(self.by_exchange)} 份已放到交换区，学员在首页取回。")
        if self.packed:
            lines.append(
                "以 zip 交的，请把这些 zip 发还本人；学员解压到自己的 workspace 文件夹，首页就有成绩："
            )
            lines += map(str, self.packed)
        folders = {path.parent for path in self.packed}
        if loose := [str(page) for page in self.by_hand if page.parent not in folders]:
            lines += ["请把这些网页发还学员：", *loose]
        return "\n".join(lines + self.failed)


def together(parts: Iterable[Returned]) -> Returned:
    """Return all pages as one, sorted."""
    kept = Returned([], [], [])
    for part in parts:
        for into, new in (
            (kept.by_exchange, part.by_exchange),
            (kept.by_hand, part.by_hand),
            (kept.failed, part.failed),
            (kept.packed, part.packed),
        ):
            into.extend(new)
    for pages in (kept.by_exchange, kept.by_hand, kept.failed, kept.packed):
        pages.sort()
    return kept


def feedback(assignments: Iterable[str] = (), *, course: Course | None = None) -> Returned:
    """Write and return the feedback of all graded submissions of the named assignments.

    Raises ``UserError`` when nothing has been graded yet.
    """
    course, returned = course or open_course(), Returned([], [], [])
    names = list(assignments)
    entries = [e for e in course.entries("autograded") if not names or is_named(e[0], names)]
    if not entries:
        raise UserError("还没有批改过的提交。请先运行 smeprofile grade。")
    for assignment, learner in entries:
        if _was_run(course.folder("autograded", learner, assignment)):
            return_or_note(course, assignment, learner, returned)
        else:
            returned.failed.append(
                f"{learner}（{assignment}）：还没有批改完，没有发反馈：正在批改，或上次中断了。"
                "请再运行 smeprofile grade。"
            )
    return returned


def _was_run(folder: Path) -> bool:
    """Return whether what lies in an autograded folder was run: it is written before, too."""
    for path in folder.glob("*.ipynb"):
        try:
            cells = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells
        except Exception:  # whatever a half-written one makes nbformat raise
            return False
        code = [c for c in cells if c.cell_type == "code" and c.source.strip()]
        if any(cell.execution_count is None for cell in code):
            return False
    return True


def is_returned(course: Course, assignment: str, learner: str) -> bool:
    """Return whether the page of what was graded last is there and was returned."""
    stamp = course.folder("autograded", learner, assignment) / STAMP
    folder = course.folder("feedback", learner, assignment)
    mark = folder / _MARK
    if not mark.is_file() or not any(folder.glob("*.html")):
        return False
    return mark.stat().st_mtime_ns >= stamp.stat().st_mtime_ns


def return_or_note(course: Course, assignment: str, learner: str, returned: Returned) -> None:
    """Write the page of one graded submission and return it, or note why not: it stops no other."""
    try:
        _return_one(course, assignment, learner, returned)
    except Exception as error:
        if not isinstance(error, StepFailed):
            course.note_error(assignment, learner)
        why = str(error) or type(error).__name__
        returned.failed.append(
            f"{learner}（{assignment}）：反馈没写成，详见 {course.root / LOG}：{why}"
        )


def _return_one(course: Course, assignment: str, learner: str, returned: Returned) -> None:
    settle(course, assignment, learner)  # a mark given by hand since changes what is taken
    course.run(GenerateFeedback, assignment, learner, force=True)
    folder = course.folder("feedback", learner, assignment)
    pages = sorted(folder.glob("*.html"))
    came_by_exchange = (folder / "submission_secret.txt").is_file()
    if came_by_exchange and sys.platform != "win32":
        course.run(ExchangeReleaseFeedback, assignment, learner)
        returned.by_exchange.extend(pages)
    else:
        returned.by_hand.extend(pages)
        returned.packed.extend(_pack(folder, assignment, learner))
    write_file(folder / _MARK, b"")  # last: what was cut short is returned next time


def _pack(folder: Path, assignment: str, learner: str) -> list[Path]:
    """Write a learner's page as a zip that unpacks to where a workspace looks for it, beside it.

    There it is deleted, exported and backed up with the page. None for another course's hand-in, or
    one that nobody knows the time of. The same page gives the same bytes.
    """
    at = _handed_in(folder)
    if at is None or not (folder / PAGE).is_file():
        return []
    # The start page knows by the folder's name on which hand-in the feedback is.
    name = f"{assignment}/feedback/{at.strftime(ZIP_TIMESTAMP)}/{PAGE}"
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # wherever it is packed
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, (folder / PAGE).read_bytes(), zipfile.ZIP_DEFLATED)
    path = folder / f"{learner}+{assignment}+feedback.zip"
    write_file(path, packed.getvalue())
    return [path]


def _handed_in(folder: Path) -> datetime | None:
    """Return when the work was handed in (UTC), as nbgrader's file beside it says."""
    try:
        at = parse_utc((folder / "timestamp.txt").read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None
    return at if 1980 <= at.year <= 2107 else None  # a zip has no other dates
