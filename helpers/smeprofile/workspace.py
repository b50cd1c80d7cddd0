"""The trainee's own copy of the course: created, brought up to date, never trampled on."""

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import nbformat

from smeprofile.answers import FILE as ANSWERS  # the trainee's, whatever the course ships
from smeprofile.cells import is_changed, merge, read_notebook
from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError
from smeprofile.paths import MARKER

PRIVATE = ".smeprofile"  # settings, logs and backups; hidden in JupyterLab
_BACKUPS_KEPT = 5


@dataclass(frozen=True)
class Backup:
    """The trainee's files as they were before something altered them."""

    number: int  # counts up
    folder: Path

    @property
    def at(self) -> datetime:
        """When it was made, in local time."""
        return datetime.fromtimestamp(self.folder.stat().st_mtime).astimezone()

    @property
    def files(self) -> list[str]:
        """Its files, relative to the workspace, with forward slashes."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in files)


@dataclass(frozen=True)
class Change:
    """One file of the workspace that was added or updated, or that could not be read."""

    path: str  # relative to the workspace, with forward slashes
    kind: Literal["new", "updated", "unreadable"]


@dataclass(frozen=True)
class _Update:
    """What is to be told of one file of the course, and what is to be written; None: nothing."""

    change: Change
    path: Path  # of what is written, relative to the workspace
    data: bytes | None


def locate(home: Path, named: Path | None = None) -> Path:
    """Return the workspace: the one named, else the one we are in, else ``home/workspace``.

    Raises ``UserError`` if it would be the course itself, or its gradebook's folder.

    >>> locate(Path("/tmp/课程"), Path("/tmp/我的练习")).name
    '我的练习'
    """
    here = Path.cwd()
    inside = filter(_is_workspace, (here, *here.parents))
    workspace = (named or next(inside, home / "workspace")).absolute()
    if workspace in (home, home / "grading") or workspace.is_relative_to(home / "course"):
        raise UserError(
            f"{workspace} 是课程本身，不能当工作区。请用 --workspace 指定另一个文件夹。"
        )
    return workspace


def _is_workspace(folder: Path) -> bool:
    """Return whether a folder is a trainee's; `smeprofile mark` has its settings in ``grading``."""
    is_grading = folder.name == "grading" and (folder.parent / MARKER).is_file()
    return (folder / PRIVATE).is_dir() and not is_grading


def sync(home: Path, workspace: Path, *, released: Path | None) -> list[Change]:
    """Bring the workspace up to date with ``home/course``; return what changed, by path.

    A module that ``released`` (the exchange's outbound folder) holds comes from there, and only
    once the trainee has fetched it. Files the trainee added are left alone; cells they changed
    are kept (see :func:`smeprofile.cells.merge`). Before a module is altered in which the trainee
    worked, its changed notebooks and answers go into a backup.

    Raises ``UserError`` if the course is missing or broken, or the workspace can't be written.

    >>> sync(Path("没有课程"), Path("工作区"), released=None)
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 没有课程/course 里没有课程。请重新解压课程包，...
    """
    course = home / "course"
    if not any(course.glob("*/*.ipynb")):
        raise UserError(
            f"{course.as_posix()} 里没有课程。请重新解压课程包，或运行 smeprofile build。"
        )
    try:
        sources = _sources(course, workspace, released)
        planned = [_planned(source, workspace, path) for path, source in sorted(sources.items())]
        updates = [update for update in planned if update]
        altered = {update.path for update in updates if update.change.kind == "updated"}
        _back_up(workspace, list(_at_risk(workspace, altered)))
        for update in updates:
            if update.data is not None:
                write_file(workspace / update.path, update.data)
        _drop_old_backups(workspace)
    except OSError as error:
        raise UserError(
            f"整理工作区 {workspace} 时出错：{in_words(error)}。"
            "请确认文件夹可以写入，或用 --workspace 换一个。"
        ) from None
    return [update.change for update in updates]


def backups(workspace: Path) -> list[Backup]:
    """Return the backups of ``workspace``, oldest first.

    >>> backups(Path("没有这个工作区"))
    []
    """
    folders = (workspace / PRIVATE / "backup").glob("*")
    kept = [Backup(int(f.name), f) for f in folders if f.name.isdecimal() and f.is_dir()]
    return sorted(kept, key=lambda backup: backup.number)


def restore(workspace: Path, module: str | None = None, number: int | None = None) -> list[str]:
    """Bring back the files of the newest backup, or of ``number``; return those that changed.

    ``module`` narrows it to one module's files. The present files become a backup first, so that
    restoring once more undoes it. Raises ``UserError`` if there is no such backup.

    >>> restore(Path("工作区"))
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 工作区 里还没有备份。课程更新要动到你改过的模块时，才会先留一份。
    """
    chosen = _chosen(workspace, module, number)
    try:
        wanted = [path for path in chosen.files if module in (None, path.split("/")[0])]
        kept, present = _contents(chosen.folder, wanted), _contents(workspace, wanted)
        changed = {path: data for path, data in kept.items() if present.get(path) != data}
        _back_up(workspace, [Path(path) for path in changed if path in present])
        for path, data in changed.items():
            write_file(workspace / path, data)
        _drop_old_backups(workspace)
    except OSError as error:
        raise UserError(
            f"没有全部找回：{in_words(error)}。请关掉正用着它的程序，"
            f"再运行 smeprofile restore --number {chosen.number}。"
        ) from None
    return list(changed)


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
        if path.is_file() and not hidden and path.name != ANSWERS:
            yield path


def _planned(source: Path, workspace: Path, path: Path) -> _Update | None:
    target = workspace / path
    if not target.exists():
        return _Update(Change(path.as_posix(), "new"), path, source.read_bytes())
    if path.suffix == ".ipynb":
        return _planned_notebook(source, workspace, path)
    if target.read_bytes() == source.read_bytes():
        return None
    return _Update(Change(path.as_posix(), "updated"), path, source.read_bytes())


def _planned_notebook(source: Path, workspace: Path, path: Path) -> _Update | None:
    new = _course_notebook(source)
    try:
        theirs = read_notebook(workspace / path)
    except ValueError:
        return _set_beside(source, workspace, path)
    merged = merge(theirs, new)
    if merged == theirs:
        return None
    data = source.read_bytes() if merged == new else f"{nbformat.v4.writes(merged)}\n".encode()
    return _Update(Change(path.as_posix(), "updated"), path, data)


def _course_notebook(source: Path) -> nbformat.NotebookNode:
    try:
        return read_notebook(source)
    except ValueError as error:
        raise UserError(
            f"课程文件 {source} 坏了（{error}）。请重新解压课程包，或联系教师。"
        ) from None


def _set_beside(source: Path, workspace: Path, path: Path) -> _Update:
    """Leave an unreadable notebook alone: something of it may still be rescued by hand."""
    beside = path.with_suffix(".new.ipynb")
    in_use = (workspace / beside).exists()  # the trainee may be working in it already
    change = Change(path.as_posix(), "unreadable")
    return _Update(change, beside, None if in_use else source.read_bytes())


def _at_risk(workspace: Path, altered: Collection[Path]) -> Iterator[Path]:
    """Yield what is the trainee's in the modules where the files ``altered`` lie."""
    for module in sorted({path.parts[0] for path in altered if len(path.parts) > 1}):
        for found in sorted((workspace / module).rglob("*")):
            path = found.relative_to(workspace)
            hidden = any(part.startswith(".") for part in path.parts)
            if found.is_file() and not hidden and _is_theirs(found, path in altered):
                yield path


def _is_theirs(path: Path, is_altered: bool) -> bool:
    """Return whether a file holds work; of a plain file that is altered nobody can tell."""
    if path.suffix != ".ipynb":
        return path.name == ANSWERS or is_altered
    try:
        return is_changed(read_notebook(path))
    except ValueError:
        return True


def _back_up(workspace: Path, paths: Collection[Path]) -> None:
    """Keep the files ``paths`` as the next backup: all of them or, on failure, none."""
    if not paths:
        return
    folder = workspace / PRIVATE / "backup"
    number = max((backup.number for backup in backups(workspace)), default=0) + 1
    draft = folder / ".new"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for path in paths:
            write_file(draft / path, (workspace / path).read_bytes())
        draft.rename(folder / str(number))
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _drop_old_backups(workspace: Path) -> None:
    for backup in backups(workspace)[:-_BACKUPS_KEPT]:
        shutil.rmtree(backup.folder, ignore_errors=True)


def _contents(folder: Path, paths: list[str]) -> dict[str, bytes]:
    """Return those of the files ``paths`` that ``folder`` holds, by path."""
    return {path: (folder / path).read_bytes() for path in paths if (folder / path).is_file()}


def _chosen(workspace: Path, module: str | None, number: int | None) -> Backup:
    kept = backups(workspace)
    if not kept:
        raise UserError(f"{workspace} 里还没有备份。课程更新要动到你改过的模块时，才会先留一份。")
    if number is not None and number not in [backup.number for backup in kept]:
        known = "、".join(str(backup.number) for backup in kept)
        raise UserError(f"没有编号为 {number} 的备份。现有：{known}。")
    for backup in reversed(kept):
        of_module = module is None or any(f.startswith(f"{module}/") for f in backup.files)
        if number in (None, backup.number) and of_module:
            return backup
    where = "备份里" if number is None else f"备份 {number} 里"
    raise UserError(f"{where}没有 {module}。运行 smeprofile restore --list 看每个备份里有什么。")
