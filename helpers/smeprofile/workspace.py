"""The trainee's own copy of the course: created, brought up to date, never trampled on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat

from smeprofile.cells import is_changed, merge, read_notebook
from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError

PRIVATE = ".smeprofile"  # settings, logs and backups; hidden in JupyterLab
START_PAGE = "start.md"
_ANSWERS = "answers.json"  # belongs to the trainee, whatever the course ships
_BACKUPS_KEPT = 5


@dataclass(frozen=True)
class Change:
    """One file of the workspace that was added or updated, or that could not be read."""

    path: str  # relative to the workspace, with forward slashes
    kind: Literal["new", "updated", "unreadable"]


def locate(home: Path, named: Path | None = None) -> Path:
    """Return the workspace: the one named, else the one we are in, else ``home/workspace``.

    Raises ``UserError`` if it would be the course itself.

    >>> locate(Path("/tmp/课程"), Path("/tmp/我的练习")).name
    '我的练习'
    """
    here = Path.cwd()
    inside = (folder for folder in (here, *here.parents) if (folder / PRIVATE).is_dir())
    workspace = (named or next(inside, home / "workspace")).absolute()
    if workspace == home or workspace.is_relative_to(home / "course"):
        raise UserError(
            f"{workspace} 是课程本身，不能当工作区。请用 --workspace 指定另一个文件夹。"
        )
    return workspace


def sync(home: Path, workspace: Path, *, released: Path | None) -> list[Change]:
    """Bring the workspace up to date with ``home/course``; return what changed, by path.

    A module that ``released`` (the exchange's outbound folder) holds comes from there, and only
    once the trainee has fetched it. Files the trainee added are left alone; cells they changed
    are kept (see :func:`smeprofile.cells.merge`).

    Raises ``UserError`` if the course is missing or broken, or the workspace can't be written.

    >>> sync(Path("没有课程"), Path("工作区"), released=None)
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 没有课程/course 里没有 start.md。请重新解压课程包，...
    """
    course = home / "course"
    if not (course / START_PAGE).is_file():
        raise UserError(
            f"{course.as_posix()} 里没有 {START_PAGE}。请重新解压课程包，或运行 smeprofile build。"
        )
    try:
        sources = _sources(course, workspace, released)
        placed = (_place(source, workspace, path) for path, source in sorted(sources.items()))
        return [change for change in placed if change]
    except OSError as error:
        raise UserError(
            f"整理工作区 {workspace} 时出错：{in_words(error)}。"
            "请确认文件夹可以写入，或用 --workspace 换一个。"
        ) from None


def _sources(course: Path, workspace: Path, released: Path | None) -> dict[Path, Path]:
    """Return workspace-relative path → the file that it comes from."""
    sources = {path.relative_to(course): path for path in _files(course)}
    for module in released.iterdir() if released and released.is_dir() else ():
        sources = {path: source for path, source in sources.items() if path.parts[0] != module.name}
        if (workspace / module.name).is_dir():
            sources |= {path.relative_to(released): path for path in _files(module)}
    return sources


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.name != _ANSWERS:
            yield path


def _place(source: Path, workspace: Path, path: Path) -> Change | None:
    target = workspace / path
    if not target.exists():
        write_file(target, source.read_bytes())
        return Change(path.as_posix(), "new")
    if path.suffix == ".ipynb":
        return _update_notebook(source, workspace, path)
    if target.read_bytes() == source.read_bytes():
        return None
    _back_up(workspace, path)
    write_file(target, source.read_bytes())
    return Change(path.as_posix(), "updated")


def _update_notebook(source: Path, workspace: Path, path: Path) -> Change | None:
    target, new = workspace / path, _course_notebook(source)
    try:
        theirs = read_notebook(target)
    except ValueError:
        return _set_beside(source, target, path)
    merged = merge(theirs, new)
    if merged == theirs:
        return None
    if is_changed(theirs):
        _back_up(workspace, path)
    data = source.read_bytes() if merged == new else f"{nbformat.v4.writes(merged)}\n".encode()
    write_file(target, data)
    return Change(path.as_posix(), "updated")


def _course_notebook(source: Path) -> nbformat.NotebookNode:
    try:
        return read_notebook(source)
    except ValueError as error:
        raise UserError(
            f"课程文件 {source} 坏了（{error}）。请重新解压课程包，或联系教师。"
        ) from None


def _set_beside(source: Path, target: Path, path: Path) -> Change:
    """Leave an unreadable notebook alone: something of it may still be rescued by hand."""
    beside = target.with_suffix(".new.ipynb")
    if not beside.exists():  # the trainee may be working in it already
        write_file(beside, source.read_bytes())
    return Change(path.as_posix(), "unreadable")


def _back_up(workspace: Path, path: Path) -> None:
    """Keep the present file as ``backup/<module>/<name>-<n>``, n counting up; keep the last few."""
    folder = workspace / PRIVATE / "backup" / path.parent
    kept = {}
    for old in folder.glob(f"{path.stem}-*{path.suffix}"):
        number = old.stem.removeprefix(f"{path.stem}-")
        if number.isdecimal():
            kept[int(number)] = old
    following = max(kept, default=0) + 1
    write_file(folder / f"{path.stem}-{following}{path.suffix}", (workspace / path).read_bytes())
    for number in sorted(kept)[: max(0, len(kept) + 1 - _BACKUPS_KEPT)]:
        kept[number].unlink()
