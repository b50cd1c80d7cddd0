"""An nbgrader course directory: its one configuration, its gradebook, and how a step is run."""

import logging
import os
import re
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import Exchange
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, ClearSolutions
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

from smeprofile.errors import UserError
from smeprofile.learner import ACCOUNTS_VARIABLE
from smeprofile.notebooks.editions import NBGRADER_CONFIG, ClearAnswers
from smeprofile.params import Cohort, load_cohort
from smeprofile.paths import HOME_VARIABLE, home
from smeprofile.submit import EXCHANGE_VARIABLE

CONFIG_FILE = "nbgrader_config.py"
LOG = "grade.log"
CUT_SHORT = ".restoring"  # a restore was killed: files and gradebook are of two states
STAMP = ".graded"  # beside an autograded notebook: what it was graded from
TEMPLATES = Path(__file__).parent / "templates"
_OWN = "smeprofile.grading.preprocessors."
_REPAIR = "smeprofile.grading.repair.Repair"
_RUN = "smeprofile.grading.run.Run"
_LATE = "smeprofile.grading.late."


class StepFailed(Exception):
    """A step of nbgrader ended early; ``said`` holds its warnings and errors."""

    def __init__(self, said: list[str]):
        super().__init__(said[-1] if said else "")
        self.said = said


@dataclass(frozen=True)
class Course:
    """An nbgrader course directory and the configuration its steps run with."""

    root: Path
    config: Config

    def directory(self, assignment: str = "", learner: str = "*") -> CourseDirectory:
        """Return nbgrader's view of this course, narrowed to one assignment and learner."""
        return CourseDirectory(config=self.config, assignment_id=assignment, student_id=learner)

    def folder(self, step: str, learner: str, assignment: str) -> Path:
        """Return the folder of a ``step`` ("submitted", "autograded", …) for one submission."""
        directory = self.directory()
        named = getattr(directory, f"{step}_directory")
        return Path(directory.format_path(named, learner, assignment))

    def entries(self, step: str) -> list[tuple[str, str]]:
        """Return (assignment, learner) of every folder of a ``step``, sorted."""
        directory = self.directory()
        named = getattr(directory, f"{step}_directory")
        pattern = directory.format_path(
            named, r"(?P<learner>[^/\\]+)", r"(?P<assignment>[^/\\]+)", escape=True
        )
        folders = self.root.glob(str(self.folder(step, "*", "*").relative_to(self.root)))
        found = [re.fullmatch(pattern, str(folder)) for folder in folders if folder.is_dir()]
        return sorted((match["assignment"], match["learner"]) for match in found if match)

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook."""
        directory = self.directory()
        try:
            with _own_programs(), Gradebook(directory.db_url, directory.course_id) as gradebook:
                yield gradebook
        except SQLAlchemyError as error:
            with suppress(SQLAlchemyError):  # what was written there may be no address
                where = make_url(directory.db_url).set(query={})
                error.add_note(where.render_as_string())  # without password
            raise

    def note_error(self, assignment: str, learner: str) -> None:
        """Write to ``grade.log`` what went wrong with one submission; for use where it's caught."""
        with (self.root / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{learner} {assignment}\n{traceback.format_exc()}\n")

    def run(self, step: type, assignment: str, learner: str = "*", **options: object) -> list[str]:
        """Run one step of nbgrader and return its warnings; all it says goes to ``grade.log``.

        Raises ``StepFailed`` when nbgrader gives up.
        """
        with said_by(self.root) as (log, said), _own_programs():
            make = {"coursedir": self.directory(assignment, learner), "config": self.config}
            if issubclass(step, Exchange):
                make["authenticator"] = Authenticator(config=self.config)
            app = step(log=log, **make)
            for name, value in options.items():
                setattr(app, name, value)
            try:
                app.start()
            except (NbGraderException, ExchangeError) as error:
                raise StepFailed([*said, str(error)]) from None
        return said


def nbgrader_config(root: Path, cohort: Cohort) -> Config:
    """Return the configuration of our course directory ``root``, for commands and buttons alike."""
    c = Config()
    c.merge(NBGRADER_CONFIG)
    c.CourseDirectory.root = str(root.resolve())
    c.CourseDirectory.course_id = cohort.cohort_id
    c.Exchange.root = os.environ.get(EXCHANGE_VARIABLE) or str(root.resolve() / "exchange")
    c.ExchangeFactory.collect = "smeprofile.grading.attempts.CollectCounted"
    c.CollectCounted.accounts = os.environ.get(ACCOUNTS_VARIABLE, "")
    steps = [ClearAnswers if s is ClearSolutions else s for s in _default(GenerateAssignment)]
    c.GenerateAssignment.preprocessors = [*steps, _OWN + "NoteIssued"]
    c.GenerateAssignment.post_convert_hook = "smeprofile.grading.release.add_lesson"
    steps = _default(Autograde, "autograde_")
    steps = [_LATE + "AssignPenalties" if s is AssignLatePenalties else s for s in steps]
    c.Autograde.autograde_preprocessors = [_OWN + "NoteAnswers", *steps]
    c.AssignLatePenalties.plugin_class = _LATE + "LatePenalty"
    # formgrader's page of one hand-in, with the rubric and the comment bank
    c.HTMLExporter.template_file = "marking.html.j2"
    c.HTMLExporter.exclude_anchor_links = True
    c.HTMLExporter.extra_template_paths = [str(TEMPLATES)]
    c.HTMLExporter.filters = {"marking_aids": "smeprofile.grading.desk.marking_aids"}
    c.FeedbackExporter.template_file = "index.html.j2"
    c.Execute.timeout = 120
    c.Execute.store_widget_state = False  # feedback shows our tables instead
    return fair(c)


def fair(config: Config) -> Config:
    """Return ``config`` with what holds for every course: repairs, the judge, tests kept hidden."""
    c = Config()
    c.merge(config)
    steps = list(c.Autograde.get("autograde_preprocessors", _default(Autograde, "autograde_")))
    names = [step if isinstance(step, str) else step.__name__ for step in steps]
    steps = [_RUN if n.endswith("Execute") else s for n, s in zip(names, steps, strict=True)]
    if _OWN + "StderrAside" not in names:
        after = [n for n, name in enumerate(names, start=1) if name.endswith("Execute")]
        steps.insert(after[0] if after else 0, _OWN + "StderrAside")
    # Checked once, before it is run: what comes after changes no cell's metadata.
    c.Autograde.autograde_preprocessors = [s for s in steps if s is not CheckCellMetadata]
    clean = list(c.Autograde.get("sanitize_preprocessors", _default(Autograde, "sanitize_")))
    c.Autograde.sanitize_preprocessors = [_REPAIR, *(step for step in clean if step != _REPAIR)]
    if "preprocessors" not in c.GenerateFeedback:  # nbgrader's own would print the hidden tests
        c.GenerateFeedback.exporter_class = "smeprofile.grading.feedback.FeedbackExporter"
        c.GenerateFeedback.preprocessors = [
            "nbgrader.preprocessors.GetGrades",
            _OWN + "HideTests",
            "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
        ]
        c.FeedbackExporter.template_name = "feedback_zh"
        c.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
        c.FeedbackExporter.exclude_anchor_links = True
    c.Execute.setdefault("shutdown_kernel", "immediate")
    ignore = c.CourseDirectory.get("ignore", CourseDirectory().ignore)
    c.CourseDirectory.ignore = [*(name for name in ignore if name != STAMP), STAMP]
    return c


def open_course(root: Path | None = None, *, mending: bool = False) -> Course:
    """Return the course directory ``root`` (ours by default), as its own config file says.

    Raises ``UserError`` when the folder is not there, its config file cannot be run, or a restore
    was cut short in it (unless that is ``mending``).
    """
    course = _opened(root)
    if not mending and (course.root / CUT_SHORT).is_file():
        before = (course.root / CUT_SHORT).read_text(encoding="utf-8")
        raise UserError(
            "上次恢复成绩册中途断了，成绩册和文件对不上。请再运行一次 smeprofile gradebook --restore 文件.zip"
            + (f"；要回到恢复前，用 {before}。" if before else "。")
        )
    return course


def _opened(root: Path | None) -> Course:
    if root is None:
        root = home() / "grading"
        root.mkdir(exist_ok=True)
        root = root.resolve()  # as nbgrader has it
        if not (root / CONFIG_FILE).is_file():
            return Course(root, nbgrader_config(root, load_cohort()))
    root = Path(root).resolve()
    if not root.is_dir():
        raise UserError(f"找不到课程目录 {root}。")
    config = fair(_config_file(root))
    config.CourseDirectory.setdefault("root", str(root))
    return Course(Path(config.CourseDirectory.root).resolve(), config)


@contextmanager
def example_course() -> Iterator[Course]:
    """Give an empty course directory, for trying something out.

    >>> with example_course() as course:
    ...     course.entries("submitted")
    []
    """
    with TemporaryDirectory(prefix="smeprofile-course-") as root:
        yield open_course(Path(root))


def is_named(assignment: str, names: list[str]) -> bool:
    """Return whether one of ``names`` is the assignment's, in full or by its two-digit number.

    >>> is_named("02_data_cleaning", ["02"]), is_named("ps1", ["ps"])
    (True, False)
    """
    number = re.match(r"(\d\d)_", assignment)
    return assignment in names or bool(number and number[1] in names)


@contextmanager
def said_by(root: Path) -> Iterator[tuple[logging.Logger, list[str]]]:
    """Give a logger that writes to ``grade.log``, and the list its warnings are put on."""
    log, collected = logging.Logger("smeprofile", logging.INFO), _Collected(logging.WARNING)
    file = logging.FileHandler(root / LOG, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(file)
    log.addHandler(collected)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries say to each other, in English
            yield log, collected.said
    finally:
        file.close()


@contextmanager
def kernels_at(place: Path | None, *, log: Path) -> Iterator[None]:
    """Let kernels started meanwhile take class data from ``place`` and hash alike every time.

    What they write past Jupyter to the terminal goes to the file ``log``.
    """
    # nbgrader sets the second for each run; here several run at once.
    values = {"PYTHONHASHSEED": "0", "NBGRADER_EXECUTION": "autograde"} | (
        {HOME_VARIABLE: str(place)} if place else {}
    )
    terminal = os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        with environment(values), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


@contextmanager
def _own_programs() -> Iterator[None]:
    """Let nbgrader find ``alembic`` also when our environment is not activated."""
    beside = str(Path(sys.executable).parent)
    with environment({"PATH": os.pathsep.join((beside, os.environ.get("PATH", "")))}):
        yield


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Let these environment variables hold meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class _Collected(logging.Handler):
    def __init__(self, level: int):
        super().__init__(level)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _default(converter: type, prefix: str = "") -> list:
    return list(getattr(converter(coursedir=CourseDirectory()), f"{prefix}preprocessors"))


def _config_file(root: Path) -> Config:
    if not (root / CONFIG_FILE).is_file():
        return Config()
    try:
        return PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
    except UserError:
        raise
    except Exception as error:  # it is a program of somebody's: anything can happen
        raise UserError(f"{root / CONFIG_FILE} 运行出错：{type(error).__name__}: {error}") from None
