"""``smeprofile build``: from text, parameters and seed to the course, byte for byte the same."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from rich.progress import Progress

from smeprofile import facts, simulate
from smeprofile.buildcache import (
    PACKAGE,
    Cache,
    Sums,
    digest,
    imported,
    lying,
    record_of,
    state_of,
    versions,
)
from smeprofile.cells import is_changed, read_notebook
from smeprofile.data.large import ensure
from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError
from smeprofile.items import FOLDER as PAPERS
from smeprofile.items import bank, write_papers
from smeprofile.notebooks import frozen, stale
from smeprofile.notebooks.calibration_page import write_calibration
from smeprofile.notebooks.data_page import data_page
from smeprofile.notebooks.editions import as_trainee, master
from smeprofile.notebooks.facts_page import cited, facts_page
from smeprofile.notebooks.runs import NOT_READ, Run, prove, runs, unproved, warm
from smeprofile.notebooks.source import Source, read_module, text_in, text_of
from smeprofile.notebooks.tag_page import tag_page
from smeprofile.params import Cohort, load_cohort, refuse_other_secret, with_secret
from smeprofile.paths import MARKER, base_of, home, solutions
from smeprofile.simulate import manifest
from smeprofile.trial.plan import planned

STEMS = ("lesson", "practice")
DATA = "datasets"
_LARGE = f"{DATA}/large/"
_MAKES_DATA = "from smeprofile.simulate import class_data"


@dataclass(frozen=True)
class Built:
    """What a build did: files written (or stale, with ``check``), relative to the course.

    ``n_run``: notebooks run, the others being proved already. ``why``: reasons of what is stale.
    ``runs``: what stands for each notebook, run now or before.
    """

    files: list[str]
    out: Path
    n_run: int = 0
    why: dict[str, str] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)


def sources(folder: Path, cohort: Cohort, names: Iterable[str] = ()) -> list[Source]:
    """Return the parsed sources in ``folder`` of the named modules (all by default), in order."""
    slugs = [cohort.module(name).slug for name in names] or [m.slug for m in cohort.modules]
    paths = [folder / slug / f"{stem}.py" for slug in slugs for stem in STEMS]
    texts = [text_in(path) for path in paths if path.is_file()]
    if any("{{ truth." in text for text in texts):
        from smeprofile.notebooks import truth  # the generator: slow to import

        truth.prepare(texts, cohort)  # of all at once, side by side
    return [read_module(folder, slug, stem, cohort) for slug in slugs for stem in STEMS]


def build(
    names: Iterable[str] = (),
    *,
    params: Path | None = None,
    out: Path | None = None,
    shown: bool = False,
) -> Built:
    """Write data and notebooks, after running every notebook in a fresh kernel.

    ``names`` limits the notebooks to these modules. Nothing is written unless all of them hold:
    solutions run through papermill without an error or a warning, in the blank course only checks
    fail, and every sample is judged as its source says. What nothing has changed for since it was
    made or run isn't made or run again.
    ``shown``: what the notebooks showed is kept for ``runs.shown_by``.
    Raises ``UserError`` otherwise.

    >>> build(params=Path("另一家银行.yml"))
    Traceback (most recent call last):
    smeprofile.errors.UserError: 用 --params 生成另一个班次时，请同时用 --out 指定输出目录，以免覆盖本课程。
    """
    root, names = base_of(params), list(names)
    if params is not None and (out is None or out.resolve() == root.resolve()):
        raise UserError(
            "用 --params 生成另一个班次时，请同时用 --out 指定输出目录，以免覆盖本课程。"
        )
    warm()
    cohort, target = load_cohort(params, root=root), (out or root).resolve()
    refuse_other_secret(cohort, root)
    _refuse_other_class(cohort, target)
    dropped = _dropped(cohort, target)
    cache = Cache(solutions().parent)
    state = state_of(cache, root, names, params)
    with TemporaryDirectory(prefix="smeprofile-build-") as folder:
        staging = Path(folder)
        parsed = sources(solutions(), cohort, names)
        _refuse_unfit(parsed, cohort)
        for source in parsed:
            frozen.refuse_changed(source, cohort, target / "grading")
        key = data_key(cohort, cache)
        data = _data(cohort, staging, target, cache, key)
        stage(staging, root, cohort, parsed, made=_manifest(staging, target), params=params)
        course = staging if (staging / DATA / manifest.NAME).is_file() else target
        wanted = runs(parsed, cohort, cache, key, staging / PAPERS)
        n_run = prove(wanted, cache, course, shown=shown)
        changed = _differing(staging, target)
        _install(staging, target, changed)
        for path in (*dropped, *_left_over(data, target)):
            path.unlink()
        for folder in {path.parent for path in dropped}:
            if not any(folder.iterdir()):
                folder.rmdir()
        files = data | cache.sums((target / name for name in _files(staging)), target)
    until = facts.fit_until(_cited(parsed)).isoformat()
    made = {"state": state, "files": files, "lying": lying(target), "until": until}
    cache.write(record_of(target, names), made)
    return Built(changed, target, n_run, runs=wanted)


def _refuse_other_class(cohort: Cohort, target: Path) -> None:
    """Raise ``UserError`` where another class's edition lies: its data and papers would be gone."""
    if (target / MARKER).is_file():
        there = load_cohort(root=target).cohort_id
        if there != cohort.cohort_id:
            raise UserError(
                f"{target} 里是班次 {there} 的课程，这次要生成的是 {cohort.cohort_id}：会盖掉它的数据和试卷。"
                "要更新它，请加上它的 --params；要另做一版，请换一个目录。"
            )


def _strays(cohort: Cohort, root: Path) -> list[str]:
    """Return the notebooks in the course that aren't those of its modules."""
    known = {f"course/{m.slug}/{stem}.ipynb" for m in cohort.modules for stem in STEMS}
    return [name for name in lying(root) if name.endswith(".ipynb") and name not in known]


def _dropped(cohort: Cohort, target: Path) -> list[Path]:
    """Return the notebooks of modules that are no longer listed; ``UserError`` for somebody's own."""
    strays = {name: target / name for name in _strays(cohort, target)}
    if own := [name for name, path in strays.items() if not _is_as_built(path)]:
        raise UserError(
            f"{target} 里有不属于这个班次的笔记本：{'、'.join(own)}。cohort.yml 的 modules 里没有它，"
            "它会进学员包；它不是生成的（或者改过），程序不敢删。请先把它移走。"
        )
    return list(strays.values())


def _is_as_built(path: Path) -> bool:
    try:
        notebook = read_notebook(path)
    except ValueError:
        return False
    about = notebook.metadata.get("smeprofile", {})
    is_named = (about.get("module"), about.get("notebook")) == (path.parent.name, path.stem)
    return is_named and not is_changed(notebook)


def check(names: Iterable[str] = ()) -> Built:
    """Return which files of the committed course differ from what its sources make, and why.

    The large tables aren't committed: the manifest's sums stand for them. Where nothing differs, what
    nothing has proved yet is run as ``build`` runs it, and ``UserError`` raised for what doesn't hold.
    """
    warm()
    root, names = home(), list(names)
    cohort, cache = load_cohort(root=root), Cache(solutions().parent)
    refuse_other_secret(cohort, root)
    with TemporaryDirectory(prefix="smeprofile-check-") as folder:
        parsed, staging = sources(solutions(), cohort, names), Path(folder)
        _refuse_unfit(parsed, cohort)
        key = data_key(cohort, cache)
        record = cache.read(f"data-{key}")
        listed = f"{DATA}/{manifest.NAME}"
        if not record or record["files"][listed] != cache.sum_of(root / listed):
            record = {"files": _made(cohort, staging, cache, key)}
        data, made = record["files"], _manifest(staging, root)
        stage(staging, root, cohort, parsed, made=made)
        found = {name for name in _differing(staging, root) if name not in data}
        found |= {name for name, sha in data.items() if cache.sum_of(root / name) != sha}
        found = {name for name in found if not name.startswith(_LARGE)}
        found |= {p.relative_to(root).as_posix() for p in _left_over(data, root, large=False)}
        found |= {*_strays(cohort, root)}
        last = cache.read(record_of(root, names))
        why = stale.reasons(found, staging, root, last, state_of(cache, root, names, None))
    if found:
        return Built(sorted(found), root, why=why)
    wanted = runs(parsed, cohort, cache, key, root / PAPERS)
    if unproved(wanted, cache):
        for name in simulate.LARGE:  # else the first kernel makes them, and says so in its notebook
            ensure(name, root)
    return Built([], root, prove(wanted, cache, root), runs=wanted)


def data_key(cohort: Cohort, cache: Cache) -> str:
    """Return a digest of all that the class data and their calibration are made from."""
    page = PACKAGE / "notebooks" / "calibration_page.py"
    code = imported(_MAKES_DATA) | imported(page.read_text(encoding="utf-8")) | {page}
    read = with_secret(cohort).model_dump(mode="json", exclude=NOT_READ)
    return digest(read, sorted(cache.sums(code, PACKAGE).items()), versions())


def _data(cohort: Cohort, staging: Path, target: Path, cache: Cache, key: str) -> Sums:
    """Make the data in ``staging`` unless ``target`` has them; return the sum of every file."""
    record = cache.read(f"data-{key}")
    if record and all(cache.sum_of(target / name) == sha for name, sha in record["files"].items()):
        return record["files"]
    return _made(cohort, staging, cache, key)


def _made(cohort: Cohort, staging: Path, cache: Cache, key: str) -> Sums:
    data = staging / DATA
    data.mkdir(parents=True)
    _write_data(cohort, data)
    sums = cache.sums((staging / name for name in _files(staging)), staging)
    cache.write(f"data-{key}", {"files": sums})
    return sums


def _manifest(staging: Path, target: Path) -> manifest.Manifest:
    there = (staging / DATA / manifest.NAME).is_file()
    return manifest.read((staging if there else target) / DATA)


def stage(
    folder: Path,
    root: Path,
    cohort: Cohort,
    parsed: list[Source],
    *,
    made: manifest.Manifest,
    params: Path | None = None,
) -> None:
    """Write into ``folder`` what the build makes beside the data ``made``, unexecuted."""
    data = folder / DATA
    data.mkdir(parents=True, exist_ok=True)
    if params is None:
        shutil.copyfile(root / MARKER, folder / MARKER)
    else:
        (folder / MARKER).write_text(cohort.to_yaml(), encoding="utf-8", newline="\n")
    texts = {
        f"{module.slug}/{stem}": text_of(solutions(), module.slug, stem, cohort)
        for module in cohort.modules
        for stem in STEMS
    }
    pages = {"README": data_page(cohort, made), "TAGS": tag_page(),
             "FACTS": facts_page(texts)}  # fmt: skip
    for name, text in pages.items():
        (data / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
    if (solutions() / "items").is_dir():
        write_papers(bank(solutions()), cohort, folder / PAPERS)
    for source in parsed:
        path = folder / "course" / source.module / f"{source.stem}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_notebook(as_trainee(master(source, cohort)), path)


def _cited(parsed: Iterable[Source]) -> set[str]:
    return {key for s in parsed for cell in s.cells for key in cited(cell.source)}


def _refuse_unfit(parsed: Iterable[Source], cohort: Cohort) -> None:
    parsed = list(parsed)
    facts.refuse_unfit(_cited(parsed), date.today())
    for source in parsed:
        for name, check in planned(master(source, cohort), is_ours=True).items():
            if check.beside is not None:
                raise UserError(
                    f"{source.module} 的检查 {name} 没法和学员的代码隔开（{check.beside}）。"
                    "请改写检查：只看变量、函数和模型，不看命名空间和运行记录。"
                )


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


def _files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _differing(staging: Path, target: Path) -> list[str]:
    def same(name: str) -> bool:
        return (target / name).is_file() and (target / name).read_bytes() == (
            staging / name
        ).read_bytes()

    return [name for name in _files(staging) if not same(name)]


def _left_over(data: Sums, target: Path, *, large: bool = True) -> list[Path]:
    """Return class tables in ``target`` that are no longer made."""
    folders = ("tables", "large") if large else ("tables",)
    there = [p for name in folders for p in sorted((target / DATA / name).glob("*.parquet"))]
    return [p for p in there if p.relative_to(target).as_posix() not in data]


def _install(staging: Path, target: Path, names: list[str]) -> None:
    try:
        for name in names:
            write_file(target / name, (staging / name).read_bytes())
    except OSError as error:
        raise UserError(f"写不了课程文件：{in_words(error)}。请检查输出目录。") from None
