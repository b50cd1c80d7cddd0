"""Hand-in: the module's folder is checked, then goes through the exchange or into a zip."""

import hashlib
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from smeprofile.answers import FILE, Answer, read_answers
from smeprofile.cells import is_changed, is_form
from smeprofile.deadlines import Rules, read_rules, told_after
from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError
from smeprofile.learner import LEARNER_VARIABLE, learner_name
from smeprofile.packet import (
    FILES,
    PRACTICE,
    gather,
    pack,
    practice,
    read_submission,
)
from smeprofile.params import Cohort, load_cohort
from smeprofile.paths import home
from smeprofile.workspace import PRIVATE, locate

EXCHANGE_VARIABLE = "SMEPROFILE_EXCHANGE"
BY_ZIP = "handed_in"  # beside nbgrader's cache, in its layout: the last zip of each module
# Times in folder names: nbgrader's, and ours, without the colons that Windows refuses.
TIMESTAMP, ZIP_TIMESTAMP = "%Y-%m-%d %H:%M:%S.%f UTC", "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Receipt:
    """What was handed in; ``str()`` of it is what the trainee is told."""

    module: str
    title: str
    learner_id: str
    submitted_at: datetime
    time_zone: str  # in which it is told, as deadlines are
    sha256: str  # of practice.ipynb
    is_blank: bool
    unusable: str  # why answers.json can't be read, or ""
    zip_path: Path | None
    told: str = ""  # whether it is late, how many hand-ins are left

    def __str__(self) -> str:
        done = f"已写入 {self.zip_path}，请把它交给老师" if self.zip_path else "已提交"
        at = f"{self.submitted_at.astimezone(ZoneInfo(self.time_zone)):%Y-%m-%d %H:%M:%S}"
        note = "注意：这份练习还没有作答。" if self.is_blank else ""
        if self.unusable:
            note += (
                f"注意：{self.unusable}，里面的选择不会计分。请重选一次再交，坏的那份会改名留存。"
            )
        return (
            f"{done}。模块 {self.module[:2]} {self.title}，学员 {self.learner_id}，"
            f"时间 {at}，校验码 {self.sha256[:12]}。{self.told}{note}"
        )


def run(module: str, zip_path: Path | None) -> str:
    """Hand in and return the sentence that the command line prints; ``UserError`` as `submit`.

    >>> run("99", None)
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 没有名为 99 的模块。现有模块：00_needs_survey、...
    """
    return str(submit(module, zip_path=zip_path))


def submit(
    module: str,
    *,
    zip_path: Path | None = None,
    learner_id: str | None = None,
    workspace: Path | None = None,
) -> Receipt:
    """Check the workspace's copy of ``module`` and hand it in, by exchange or as ``zip_path``.

    ``zip_path`` may be an existing folder: the file is then ``<learner_id>+<module>.zip``.

    Raises ``UserError`` naming the file and what to do; nothing is handed in then.

    >>> submit("02", learner_id="张三")
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 学员编号“张三”不能用：只能有 1–40 个英文字母、...
    """
    base = home()
    cohort = load_cohort(root=base)
    found, learner = cohort.module(module), learner_name(learner_id)
    slug = found.slug
    workspace = workspace or locate(base)
    files = gather(workspace / slug)
    is_blank = _is_blank(files, workspace / slug)
    rules, n_made = rules_of(base, workspace, cohort, slug)
    if zip_path is None:
        at = _to_exchange(base, workspace, cohort, slug, learner)
    else:
        at = datetime.now(UTC).replace(microsecond=0)
        zip_path = _to_zip(zip_path, files, cohort, slug, learner, at)
        _keep_copy(files, workspace / PRIVATE / BY_ZIP / cohort.cohort_id, slug, learner, at)
    return Receipt(
        slug, found.title, learner, at, cohort.time_zone,
        hashlib.sha256(files[PRACTICE]).hexdigest(), is_blank, _unusable(files), zip_path, told_after(rules, n_made + 1, at),
    )  # fmt: skip


def rules_of(base: Path, workspace: Path, cohort: Cohort, slug: str) -> tuple[Rules | None, int]:
    """Return what holds for handing in a module, and how often that was done by the exchange.

    As the exchange says now, else as the module was fetched with; None where neither says.
    Extensions stand in the gradebook only, and of zips only the last is known here.

    >>> from smeprofile.params import load_cohort
    >>> rules_of(Path("没有"), Path("没有"), load_cohort(), "02_data_cleaning")
    (None, 0)
    """
    root = exchange_root(base)
    outbound = root and root / cohort.cohort_id / "outbound" / slug
    rules = (outbound and read_rules(outbound)) or read_rules(workspace / slug)
    cache = workspace / PRIVATE / "cache" / cohort.cohort_id
    return rules, sum(folder.is_dir() for folder in cache.glob(f"*+{slug}+*"))


def _given(files: dict[str, bytes]) -> dict[str, Answer]:
    return read_answers(files[FILE]) if FILE in files and not _unusable(files) else {}


def _unusable(files: dict[str, bytes]) -> str:
    try:
        read_answers(files.get(FILE, b'{"format": 1, "answers": {}}'))
    except ValueError as error:
        return str(error)
    return ""


def exchange_root(base: Path) -> Path | None:
    """Return the folder that work is exchanged through; None where it can't be used.

    Ours, ``grading/exchange``, is created open to everyone; one named by ``SMEPROFILE_EXCHANGE``
    must exist. nbgrader's exchange doesn't work on Windows.

    >>> exchange_root(Path("/dev/null")) is None
    True
    """
    if sys.platform == "win32":
        return None
    named = os.environ.get(EXCHANGE_VARIABLE)
    root = Path(named).absolute() if named else base / "grading" / "exchange"
    try:
        if not named and not root.exists():
            root.mkdir()  # where there is no grading/, as in a bundle, there is no exchange
            root.chmod(0o777)  # mkdir's own mode is cut by the umask
    except OSError:
        return None
    return root if root.is_dir() and os.access(root, os.W_OK | os.X_OK) else None


def nbgrader_settings(workspace: Path, cohort_id: str, exchange: Path) -> dict[str, dict]:
    """Return nbgrader's settings for one trainee, for JupyterLab's buttons and `submit` alike.

    >>> nbgrader_settings(Path("工作区"), "class_1", Path("交换区"))["CourseDirectory"]["course_id"]
    'class_1'
    """
    learner = {"student_id": learner_name()} if os.environ.get(LEARNER_VARIABLE) else {}
    return {
        "CourseDirectory": {"course_id": cohort_id, "include": list(FILES), **learner},
        "Exchange": {
            "root": str(exchange),
            "assignment_dir": str(workspace),
            "cache": str(workspace / PRIVATE / "cache"),
            "timezone": "UTC",  # nbgrader refuses newer submissions in other zones
        },
    }


def _is_blank(files: dict[str, bytes], folder: Path) -> bool:
    try:
        notebook = practice(files, folder.name)
    except ValueError as error:
        raise UserError(
            f"{folder} 不能提交：{error}。请重新运行 smeprofile lab 取回新版，"
            f"或从 {folder.parent / PRIVATE / 'backup'} 找回旧版。"
        ) from None
    forms = {c.metadata.nbgrader.grade_id for c in notebook.cells if is_form(c)}
    return not is_changed(notebook) and not forms & _given(files).keys()


def _to_exchange(base: Path, workspace: Path, cohort: Cohort, slug: str, learner: str) -> datetime:
    by_zip = f"可改用 smeprofile submit {slug[:2]} --zip 文件夹，把 zip 交给老师"
    root = exchange_root(base)
    if root is None:
        raise UserError(f"这台电脑上没有可用的作业交换区。{by_zip}。")
    if not (root / cohort.cohort_id / "outbound" / slug).is_dir():
        raise UserError(f"老师还没有发布 {slug}，现在不能在线提交。请等发布后再交；{by_zip}。")
    from nbgrader.exchange.default import ExchangeSubmit

    log_file = workspace / PRIVATE / "submit.log"
    with _logging_to(log_file) as log:
        submitter = exchange_step(
            ExchangeSubmit, slug, workspace=workspace, cohort_id=cohort.cohort_id,
            exchange=root, learner_id=learner, log=log,
        )  # fmt: skip
    if submitter is None:
        raise UserError(f"交换区没有收下 {slug}，详情见 {log_file}。请联系老师；{by_zip}。")
    return datetime.strptime(submitter.timestamp, TIMESTAMP).replace(tzinfo=UTC)


def exchange_step(
    step: type,
    slug: str,
    *,
    workspace: Path,
    cohort_id: str,
    exchange: Path,
    learner_id: str,
    log: logging.Logger,
    **options: object,
) -> object | None:
    """Run one step of nbgrader's exchange as its buttons do; None if it failed, said in ``log``."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeError
    from traitlets.config import Config

    config = Config(nbgrader_settings(workspace, cohort_id, exchange))
    config.CourseDirectory.update(student_id=learner_id, assignment_id=slug, root=str(workspace))
    tools = {"config": config, "log": log}
    try:
        parts = {"coursedir": CourseDirectory(**tools), "authenticator": Authenticator(**tools)}
        run = step(**parts, **tools, **options)
        run.start()
    except (ExchangeError, OSError, RuntimeError):
        log.exception("%s of %s failed", step.__name__, slug)
        return None
    return run


@contextmanager
def _logging_to(path: Path) -> Iterator[logging.Logger]:
    """Give a logger that writes to ``path`` and nowhere else: nbgrader's lines are English."""
    path.parent.mkdir(parents=True, exist_ok=True)
    log = logging.Logger("smeprofile.submit")
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()


def _to_zip(
    path: Path, files: dict[str, bytes], cohort: Cohort, slug: str, learner: str, at: datetime
) -> Path:
    if path.is_dir():
        path = path / f"{learner}+{slug}.zip"
    if path.suffix != ".zip":
        raise UserError(f"--zip 后面应是 .zip 文件或已有的文件夹，现为 {path}。")
    if path.exists() and not _is_earlier(path, cohort, slug, learner):
        raise UserError(f"{path} 已存在，而且不是你以前为 {slug} 打的包。请换个文件名。")
    try:
        write_file(path, pack(files, cohort, slug, learner, at))
    except OSError as error:
        raise UserError(f"写不了 zip：{in_words(error)}。请换个位置。") from None
    return path


def _keep_copy(files: dict[str, bytes], kept: Path, slug: str, learner: str, at: datetime) -> None:
    """Keep what was packed, so that the start page can tell what changed since; the last only."""
    for old in kept.glob(f"*+{slug}+*"):
        shutil.rmtree(old, ignore_errors=True)
    folder = kept / f"{learner}+{slug}+{at.strftime(ZIP_TIMESTAMP)}"
    with suppress(OSError):  # the zip is written: that is what counts
        for name, data in files.items():
            write_file(folder / name, data)


def _is_earlier(path: Path, cohort: Cohort, slug: str, learner: str) -> bool:
    try:
        manifest = read_submission(path, cohort).manifest
    except UserError:
        return False
    return (manifest.module, manifest.learner_id) == (slug, learner)
