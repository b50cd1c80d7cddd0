"""``smeprofile build``: from text, parameters and seed to the course, byte for byte the same."""

import shutil
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from rich.progress import Progress

from smeprofile import simulate
from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError
from smeprofile.notebooks.calibration_page import write_calibration
from smeprofile.notebooks.data_page import data_page
from smeprofile.notebooks.editions import as_trainee, master, parameters
from smeprofile.notebooks.execute import (
    course_at,
    failed_checks,
    other_errors,
    run,
    run_with_papermill,
    stderr_of,
)
from smeprofile.notebooks.source import Source, read_module
from smeprofile.notebooks.tag_page import tag_page
from smeprofile.params import Cohort, load_cohort, with_secret
from smeprofile.paths import MARKER, home, solutions
from smeprofile.simulate import manifest

STEMS = ("lesson", "practice")
DATA = "datasets"
_LARGE = f"{DATA}/large/"


@dataclass(frozen=True)
class Built:
    """What a build did: files written (or stale, with ``--check``), relative to the course."""

    files: list[str]
    out: Path


def sources(folder: Path, cohort: Cohort, names: Iterable[str] = ()) -> list[Source]:
    """Return the parsed sources in ``folder`` of the named modules (all by default), in order."""
    slugs = [cohort.module(name).slug for name in names] or [m.slug for m in cohort.modules]
    return [read_module(folder, slug, stem) for slug in slugs for stem in STEMS]


def build(
    names: Iterable[str] = (), *, params: Path | None = None, out: Path | None = None
) -> Built:
    """Write data and notebooks, after running every notebook in a fresh kernel.

    ``names`` limits the notebooks to these modules. Nothing is written unless all of them hold:
    solutions run through papermill without an error or a warning, and in the blank course only
    checks fail. Raises ``UserError`` otherwise.

    >>> build(params=Path("另一家银行.yml"))
    Traceback (most recent call last):
    smeprofile.errors.UserError: 用 --params 生成另一个班次时，请同时用 --out 指定输出目录，以免覆盖本课程。
    """
    if params is not None and out is None:
        raise UserError(
            "用 --params 生成另一个班次时，请同时用 --out 指定输出目录，以免覆盖本课程。"
        )
    root, names = home(), list(names)
    cohort, target = load_cohort(params, root=root), (out or root).resolve()
    with TemporaryDirectory(prefix="smeprofile-build-") as folder:
        staging = Path(folder)
        parsed = sources(solutions(), cohort, names)
        stage(staging, root, cohort, parsed, params=params)
        with course_at(staging):
            _run_all(parsed, cohort)
        changed = _differing(staging, target)
        _install(staging, target, changed)
        for path in _left_over(staging, target):
            path.unlink()
    return Built(changed, target)


def check(names: Iterable[str] = ()) -> Built:
    """Return which files of the committed course differ from what its sources make.

    The large tables aren't committed: the manifest's sums stand for them.
    """
    root = home()
    cohort = load_cohort(root=root)
    with TemporaryDirectory(prefix="smeprofile-check-") as folder:
        parsed = sources(solutions(), cohort, names)
        staging = Path(folder)
        stage(staging, root, cohort, parsed)
        stale = [name for name in _differing(staging, root) if not name.startswith(_LARGE)]
        stale += [p.relative_to(root).as_posix() for p in _left_over(staging, root, large=False)]
    known = {f"course/{s.module}/{s.stem}.ipynb" for s in sources(solutions(), cohort)}
    there = {p.relative_to(root).as_posix() for p in (root / "course").rglob("*.ipynb")}
    return Built(sorted(stale + list(there - known)), root)


def stage(
    folder: Path, root: Path, cohort: Cohort, parsed: list[Source], *, params: Path | None = None
) -> None:
    """Write into ``folder`` everything the build makes, unexecuted."""
    data = folder / DATA
    data.mkdir(parents=True)
    _write_data(cohort, data)
    if params is None:
        shutil.copyfile(root / MARKER, folder / MARKER)
    else:
        (folder / MARKER).write_text(cohort.to_yaml(), encoding="utf-8", newline="\n")
    page = data_page(cohort, manifest.read(data))
    (data / "README.md").write_text(page, encoding="utf-8", newline="\n")
    (data / "TAGS.md").write_text(tag_page(), encoding="utf-8", newline="\n")
    for source in parsed:
        path = folder / "course" / source.module / f"{source.stem}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_notebook(as_trainee(master(source, cohort)), path)


def _write_data(cohort: Cohort, folder: Path) -> None:
    real = with_secret(cohort)
    with Progress(transient=True) as progress:
        bar = progress.add_task("生成班级数据", total=cohort.n_customers)
        simulate.write_class_data(
            real, folder, is_secret=real != cohort,
            progress=lambda done, _: progress.update(bar, completed=done),
        )  # fmt: skip
        progress.add_task("校准（约半分钟）", total=None)
        write_calibration(real, folder)


def _write_notebook(notebook: NotebookNode, path: Path) -> None:
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def _run_all(parsed: list[Source], cohort: Cohort) -> None:
    jobs = [(job, source) for source in parsed for job in (_run_solved, _run_blank)]
    # Processes, not threads: papermill changes the working directory of the whole process.
    with (
        Progress(transient=True) as progress,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
    ):
        bar = progress.add_task("运行笔记本", total=len(jobs))
        running = [pool.submit(job, source, cohort) for job, source in jobs]
        for done in as_completed(running):
            done.result()
            progress.advance(bar)


def _run_solved(source: Source, cohort: Cohort) -> None:
    ran = run_with_papermill(master(source, cohort), parameters(cohort))
    if warned := stderr_of(ran).strip():
        raise UserError(f"{source.module}/{source.stem} 的参考答案有警告：{warned.splitlines()[0]}")


def _run_blank(source: Source, cohort: Cohort) -> None:
    name = f"{source.module}/{source.stem}"
    with TemporaryDirectory() as folder:
        ran = run(as_trainee(master(source, cohort)), folder=Path(folder))
    if errors := other_errors(ran):
        raise UserError(f"{name} 的空白版在检查以外的单元出错：{errors[0]}")
    if passing := set(source.exercises) - set(failed_checks(ran)):
        raise UserError(f"{name} 的空白版通过了检查：{'、'.join(sorted(passing))}。")


def _files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _differing(staging: Path, target: Path) -> list[str]:
    def same(name: str) -> bool:
        return (target / name).is_file() and (target / name).read_bytes() == (
            staging / name
        ).read_bytes()

    return [name for name in _files(staging) if not same(name)]


def _left_over(staging: Path, target: Path, *, large: bool = True) -> list[Path]:
    """Return class tables in ``target`` that are no longer made."""
    folders = ("tables", "large") if large else ("tables",)
    there = [p for name in folders for p in sorted((target / DATA / name).glob("*.parquet"))]
    return [p for p in there if not (staging / p.relative_to(target)).exists()]


def _install(staging: Path, target: Path, names: list[str]) -> None:
    try:
        for name in names:
            write_file(target / name, (staging / name).read_bytes())
    except OSError as error:
        raise UserError(f"写不了课程文件：{in_words(error)}。请检查输出目录。") from None
