"""Run every notebook that nothing has proved yet: solved without an error, blank with checks only,
each sample judged as the source says.

A proof holds for the notebook's text, the helper code it imports, the data, and the versions. What
the run showed is kept beside it, for the edition to read and for the comparison of two builds.
"""

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from multiprocessing import active_children, forkserver, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

import nbformat
from nbformat.v4 import new_code_cell
from rich.progress import Progress

from smeprofile import buildcache
from smeprofile.buildcache import Cache, digest, imported
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.items.paper import PAPERS_VARIABLE
from smeprofile.notebooks.editions import as_trainee, master, parameters
from smeprofile.notebooks.execute import (
    cells_with_bare_images,
    course_at,
    failed_checks,
    other_errors,
    run,
    run_with_papermill,
    stderr_of,
)
from smeprofile.notebooks.samples import judged, misjudged, of_own_branch, with_samples
from smeprofile.notebooks.source import Source
from smeprofile.nursery import LEARNER, VARIABLES, nursery
from smeprofile.params import Cohort

_MOST_KEPT = 200  # notebooks with what they showed
_OURS = ("notebooks/execute.py", "notebooks/runs.py", "notebooks/samples.py", "nursery.py",
         "moves.py")  # fmt: skip
_BUILDER = "instructor"  # as whom notebooks are run: who builds must not show in what they print
_MOVES = "from smeprofile.moves import move_all\n\nprint(*move_all(), sep='；', end='')"
# What no notebook reads of the parameters, the learning path aside.
NOT_READ = {"modules", "cohort_name", "pass_share", "time_zone", "late", "attempts"}


class Run(NamedTuple):
    """One notebook to be run: solved, blank, or with each sample of its source and its check."""

    name: str
    text: str
    kind: Literal["solved", "blank", "samples"]
    values: dict[str, object]
    source: Source
    key: str
    papers: str  # the folder of the test papers


def runs(
    parsed: Iterable[Source], cohort: Cohort, cache: Cache, data_key: str, papers: Path
) -> list[Run]:
    """Return all runs of the notebooks made from ``parsed``; lessons have nothing left blank.

    ``papers``: the folder of the test papers, which count for the notebooks that ask them.
    """
    read = cohort.model_dump(mode="json", exclude=NOT_READ)
    ours = [cache.sum_of(buildcache.PACKAGE / name) for name in _OURS]
    common = digest(ours, data_key, read, buildcache.versions())
    made = []
    for source in parsed:
        whole = master(source, cohort)
        code = "\n".join(cell.source for cell in whole.cells if cell.cell_type == "code")
        used = [cache.sum_of(path) for path in sorted(imported(code))]
        if "ask.paper(" in code or "ask.path(" in code:
            used += [_sum(path) for path in sorted(papers.glob("*.json"))]
        if "ask.path(" in code:  # leads through the edition's own modules
            used.append(digest(cohort.model_dump(mode="json", include={"modules"})))
        name, values = f"{source.module}/{source.stem}", parameters(cohort)
        for kind in ("solved", "blank", "samples") if source.exercises else ("solved",):
            text = nbformat.writes(as_trainee(whole) if kind == "blank" else whole)
            samples = [e.samples for e in source.exercises.values()] if kind == "samples" else []
            key = digest(common, used, text, kind, [repr(s) for s in samples])
            made.append(Run(name, text, kind, values, source, key, str(papers)))
    return made


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def prove(wanted: Iterable[Run], cache: Cache, course: Path, *, shown: bool = False) -> int:
    """Run what isn't proved yet with the data of ``course``; return how many were run.

    ``shown``: what the runs showed is wanted too (``shown_by``), and what wasn't kept is run again.
    Raises ``UserError`` for the first that fails; what was proved by then stays so.
    """
    proved = cache.read("proved") or {}
    wanted = list(wanted)
    todo = [
        one
        for one in wanted
        if one.key not in proved or (shown and not _is_kept_longer(cache, one.key))
    ]
    if not todo:
        return 0
    keep = {one.key: one.name for one in wanted if one.key in proved}
    others = set(active_children())
    with (
        TemporaryDirectory(prefix="smeprofile-runs-", ignore_cleanup_errors=True) as scratch,
        Progress(transient=True) as progress,
        nursery() if len(todo) > 1 else nullcontext({}) as env,
        ProcessPoolExecutor((os.cpu_count() or 1) + 1, mp_context=_context()) as pool,
    ):
        bar = progress.add_task("运行笔记本", total=len(todo))
        # The longest first, as far as one can tell: the last to end should not be the last to
        # start, and lessons draw figures.
        todo.sort(key=lambda one: ("/lesson" not in one.name, -len(one.text)))
        running = {pool.submit(_run, one, str(course), env, scratch): one for one in todo}
        try:
            for done in as_completed(running):
                one = running[done]
                _keep(cache, one.key, done.result())
                keep[one.key] = one.name
                progress.update(bar, advance=1, description=f"运行笔记本（{one.name} 完成）")
        except BaseException:  # Ctrl-C too: a notebook may run for minutes yet
            for worker in set(active_children()) - others:
                worker.kill()  # nbclient answers anything gentler at leisure
            pool.shutdown(cancel_futures=True)
            raise
        finally:
            cache.write("proved", _latest(proved, keep))
    return len(todo)


def unproved(wanted: Iterable[Run], cache: Cache) -> list[Run]:
    """Return the runs that nothing has proved yet."""
    proved = cache.read("proved") or {}
    return [one for one in wanted if one.key not in proved]


def shown_by(one: Run, cache: Cache) -> nbformat.NotebookNode:
    """Return the notebook as it was when it ran, with all that it showed."""
    return nbformat.reads(gzip.decompress(_kept(cache, one.key).read_bytes()), as_version=4)


def _kept(cache: Cache, key: str) -> Path:
    return cache.folder / "shown" / f"{key}.ipynb.gz"


def _is_kept_longer(cache: Cache, key: str) -> bool:
    """Say whether what the run showed is there; it then is among the last to be given up.

    Other editions may be built at the same time, and keep theirs.
    """
    try:
        os.utime(_kept(cache, key))
    except FileNotFoundError:
        return False
    return True


def _keep(cache: Cache, key: str, text: str) -> None:
    path = _kept(cache, key)
    write_file(path, gzip.compress(text.encode(), compresslevel=1, mtime=0))
    last = sorted(path.parent.glob("*.gz"), key=lambda p: p.stat().st_mtime_ns)[:-_MOST_KEPT]
    for old in last:
        old.unlink(missing_ok=True)


def warm() -> None:
    """Start the process that workers are forked from, while the caller has other things to do."""
    if hasattr(os, "fork"):
        _context()
        forkserver.ensure_running()


def _latest(proved: dict[str, str], keep: dict[str, str]) -> dict[str, str]:
    """Old proofs stay for a while: a change taken back needs no new run."""
    return dict([*(proved | keep).items()][-2000:])


def _context() -> BaseContext:
    # Processes, not threads: papermill changes the working directory of the whole process.
    if not hasattr(os, "fork"):
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["smeprofile.quick", "smeprofile.notebooks.execute"])
    return context


def _run(one: Run, course: str, env: dict[str, str], scratch: str) -> str:
    tempfile.tempdir = scratch  # who is ended clears nothing away
    for name in VARIABLES:  # the process this one was forked from may be older
        os.environ.pop(name, None)
    os.environ.update(env | {PAPERS_VARIABLE: one.papers, LEARNER: _BUILDER})
    os.environ["JUPYTER_RUNTIME_DIR"] = scratch
    play = {"solved": _run_solved, "blank": _run_blank, "samples": _run_samples}[one.kind]
    with course_at(Path(course)):
        return _started(lambda: nbformat.writes(play(one, nbformat.reads(one.text, as_version=4))))


def _started(play: Callable[[], str], tries: int = 3) -> str:
    """Play; again if another kernel, started in the same moment, took a port that was free.

    One of the two then dies at once, or is taken for the other: what it says has another's signature.
    """
    try:
        return play()
    except (RuntimeError, ValueError) as error:
        if tries > 1 and re.search("died before replying|Invalid Signature", str(error)):
            return _started(play, tries - 1)
        raise


def _run_solved(one: Run, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.cells.append(new_code_cell(_MOVES, id="moves"))
    ran = run_with_papermill(notebook, one.values)
    if warned := stderr_of(ran).strip():
        raise UserError(f"{one.name} 的参考答案有警告：{warned.splitlines()[0]}")
    if amiss := "".join(output.get("text", "") for output in ran.cells.pop().outputs):
        raise UserError(f"{one.name} 的控件一动就出错，学员在 JupyterLab 里看不见：{amiss}。")
    if bare := cells_with_bare_images(ran):
        raise UserError(
            f"{one.name} 第 {bare[0]} 个单元的图没有替代文字，读屏软件读不出：请用 show(图)。"
        )
    return ran


def _run_blank(one: Run, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    with TemporaryDirectory() as folder:
        ran = run(notebook, folder=Path(folder), with_widgets=True)
    if errors := other_errors(ran):
        raise UserError(f"{one.name} 的空白版在检查以外的单元出错：{errors[0]}")
    if passing := {e.name for e in judged(one.source)} - set(failed_checks(ran)):
        raise UserError(f"{one.name} 的空白版通过了检查：{'、'.join(sorted(passing))}。")
    return ran


def _run_samples(one: Run, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    with TemporaryDirectory() as folder:
        ran = run(with_samples(notebook, one.source, Path(folder)), folder=Path(folder))
    if amiss := misjudged(one.source, ran, of_own_branch(one.source)):
        raise UserError(f"{one.name} 的样例没有按写的判：{'；'.join(amiss)}。")
    return ran
