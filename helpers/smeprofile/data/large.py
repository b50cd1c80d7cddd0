"""The large class tables: not committed, made from the seed where they are first asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from filelock import FileLock

from smeprofile.disk import in_words
from smeprofile.errors import UserError
from smeprofile.params import Cohort, class_secret, load_cohort, refuse_other_secret, with_secret
from smeprofile.simulate import LARGE, manifest, write_large
from smeprofile.simulate.manifest import Manifest
from smeprofile.simulate.writer import Progress, sha256_of

_FIRST = "第一次使用逐月流水等大表，正在由种子生成，约需半分钟……"
_AGAIN = "课程数据有更新，正在重新生成逐月流水等大表，约需半分钟……"


def ensure(name: str, root: Path) -> Path:
    """Return the path of the large table ``name`` of the course in ``root``, made if need be.

    It is what the manifest says: a table of an earlier edition is made again. All are made at
    once; of several kernels that ask at the same time one makes them and the others wait. Raises
    ``UserError`` where they can't be made: without the secret, with another pyarrow, in a folder
    that can't be written.
    """
    folder = root / "datasets" / "large"
    listed = manifest.read(folder.parent)
    path = folder / f"{name}.parquet"
    if _is_current(path, listed):
        return path
    cohort = _cohort(root, listed)
    try:
        folder.mkdir(exist_ok=True)
        with FileLock(folder / ".lock"):
            if not _is_current(path, listed):
                _make(folder, cohort, listed, _AGAIN if path.is_file() else _FIRST)
    except OSError as error:
        raise UserError(
            f'写不了大表：{in_words(error)}。请有写权限的人（如管理员）先运行一次 sp.load("{name}")。'
        ) from None
    return path


def _is_current(path: Path, listed: Manifest) -> bool:
    return path.is_file() and sha256_of(path) == listed.tables[path.stem]["sha256"]


def _cohort(root: Path, listed: Manifest) -> Cohort:
    """Return the parameters to make the tables from; ``UserError`` where they would not fit."""
    cohort = load_cohort(root=root)
    if listed.is_secret and not class_secret():
        raise UserError(
            "本班的数据由班次密钥生成，这台电脑没有密钥，不能自己生成大表。"
            "请向老师要 datasets/large 文件夹（完整的学员包里有）。"
        )
    if listed.pyarrow != pa.__version__:
        raise UserError(
            f"大表要用 pyarrow {listed.pyarrow} 生成，现在装的是 {pa.__version__}。"
            f"请运行 pip install pyarrow=={listed.pyarrow}，或重新运行 smeprofile build。"
        )
    if not listed.is_secret:
        return cohort
    refuse_other_secret(cohort, root)
    return with_secret(cohort)


def _make(folder: Path, cohort: Cohort, listed: Manifest, says: str) -> None:
    with (
        TemporaryDirectory(dir=folder, prefix=".making-") as staging,
        _told(says, cohort.n_customers) as progress,
    ):
        sums = write_large(cohort, Path(staging), progress=progress)
        wrong = [name for name in LARGE if sums[name] != listed.tables[name]["sha256"]]
        if wrong:
            raise UserError(
                f"生成的大表与清单 datasets/manifest.json 对不上：{'、'.join(wrong)}。"
                "改过 cohort.yml 或程序的，请运行 smeprofile build；没有改过的，请向老师要 datasets/large 文件夹。"
            )
        for name in LARGE:
            (Path(staging) / f"{name}.parquet").replace(folder / f"{name}.parquet")


@contextmanager
def _told(says: str, total: int) -> Iterator[Progress]:
    """Say what is being done and how far it is: on stderr, or in a notebook below the cell."""
    from rich.console import Console  # not before there is something to show
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if console.is_jupyter:  # rich's own bar there is a widget that not every runner can show
        yield _in_notebook(says)
        return
    console.print(says)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("生成大表", total=total)
        yield lambda done, _: bar.update(task, completed=done)


def _in_notebook(says: str) -> Progress:
    from IPython.display import display

    shown = display({"text/plain": says}, raw=True, display_id=True)

    def update(done: int, total: int) -> None:
        shown.update({"text/plain": f"{says}{done:,} / {total:,} 户"}, raw=True)

    return update
