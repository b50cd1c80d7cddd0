"""Where the course lives: one rule, used by lessons, commands and grading alike."""

import os
from pathlib import Path

from smeprofile.errors import UserError

HOME_VARIABLE = "SMEPROFILE_HOME"
MARKER = Path("datasets") / "cohort.yml"


def home() -> Path:
    """Return the folder that holds ``course/`` and ``datasets/``.

    Looked for in this order: the environment variable ``SMEPROFILE_HOME``; the current
    folder and its parents; the checkout this package is installed from.

    Raises ``UserError`` when none of them holds ``datasets/cohort.yml``.
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        if (Path(named) / MARKER).is_file():
            return Path(named).resolve()
        raise UserError(f"环境变量 {HOME_VARIABLE} 指向 {named}，但那里没有 {MARKER.as_posix()}。")
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / MARKER).is_file():
            return folder
    raise UserError(
        f"在 {here} 及其上级目录里找不到课程（{MARKER.as_posix()}）。请先进入课程目录再运行。"
    )


def solutions() -> Path:
    """Return the folder of the sources: the course's own, else that of the checkout we run from.

    An edition built with ``--out`` has no sources; its instructor grades from the checkout.
    Raises ``UserError`` where there are none, as in a trainee's bundle.

    >>> solutions().name
    'solutions'
    """
    for root in (home(), Path(__file__).resolve().parents[2]):
        if (root / "solutions").is_dir():
            return root / "solutions"
    raise UserError(f"{home()} 里没有 solutions/：生成、发布和批改要在完整的课程目录里进行。")


def base_of(params: Path | None) -> Path:
    """Return the course that a build starts from: a file ``params`` is laid over the sources' own.

    >>> (base_of(Path("other.yml")) / MARKER).is_file()
    True
    """
    return home() if params is None else solutions().parent


def class_data() -> list[Path]:
    """Return what a submission may read of the course: its data folder, none where it isn't here."""
    try:
        return [home() / "datasets"]
    except UserError:  # a course of somebody else's
        return []
