"""``smeprofile gradebook --restore``: a backup put back whole, or nothing changed."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISLNK

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import delete, inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError
from smeprofile.grading.backup import FILES, FOLDERS, FORMAT, MANIFEST, REVISION, backup
from smeprofile.grading.course import CONFIG_FILE, CUT_SHORT, Course, open_course
from smeprofile.grading.desk import COMMENT_BANK
from smeprofile.grading.tablefile import Schema, made, row_of
from smeprofile.grading.tables import TABLES, connection
from smeprofile.params import load_cohort

_ROWS = 500  # inserted at once
SETTINGS = f"{CONFIG_FILE}.restored"  # a program, and it may name another database: for a person


class Manifest(BaseModel):
    """``manifest.json`` of a backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    cohort_id: str
    versions: dict[str, str]
    tables: dict[str, Schema]
    rows: dict[str, int]
    sha256: dict[str, str]


@dataclass(frozen=True)
class Restored:
    """What was put back, and the copy of what was there before; None where there was nothing.

    ``settings``: the backup's, put beside those that are there; None where they are the same.
    """

    path: Path
    n_rows: int
    n_files: int
    before: Path | None
    settings: Path | None

    def __str__(self) -> str:
        kept = f"\n恢复前的样子在 {self.before}。" if self.before else ""
        if self.settings:
            kept += f"\n备份里的设置没有启用，放在 {self.settings}：看过以后，要用的抄进 {CONFIG_FILE}。"
        return f"已从 {self.path} 恢复：成绩册 {self.n_rows} 行，文件 {self.n_files} 个。{kept}"


def restore(path: Path, *, course: Course | None = None) -> Restored:
    """Put the backup ``path`` back: all of it, in place of all that is there.

    What is there is backed up first. The database may be another engine than the one backed up, so
    the settings, which name it, stay as they are; those of the backup are put beside.
    Raises ``UserError`` when the zip is damaged, changed, of another cohort or layout, or when
    anything fails on the way; everything is as it was then.
    """
    course = course or open_course(mending=True)
    manifest = _verified(path)
    cut_short, before = course.root / CUT_SHORT, None
    if cut_short.is_file():  # what is there is of two states; the one before was kept then
        named = cut_short.read_text(encoding="utf-8")
        before = Path(named) if named else None
    elif not _is_empty(course):
        before = backup(_unused(course.root), course=course).path
    stage = course.root / f".restore-{os.getpid()}"
    try:
        _unpack(path, manifest, stage)
        settings = _aside(stage, course.root)
        with connection(course) as database:  # rolls back when what follows raises
            _fill(database, path, manifest)
            with _swapped(course.root, stage, before):
                database.commit()
            cut_short.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"没有恢复，一切照旧：{in_words(error)}。") from None
    except (ValueError, SQLAlchemyError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"没有恢复，一切照旧：{path} 放不进这个成绩册（{reason}）。") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if not cut_short.is_file():
            for left in course.root.glob(".restore-*"):
                shutil.rmtree(left, ignore_errors=True)
    n_files = sum(name.startswith("files/") for name in manifest.sha256)
    return Restored(path, sum(manifest.rows.values()), n_files, before, settings)


def _is_empty(course: Course) -> bool:
    there = any((course.root / name).exists() for name in (*FOLDERS, *FILES))
    with course.gradebook() as gradebook:
        return not (there or gradebook.students or gradebook.assignments)


def _unused(root: Path) -> Path:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"before-restore-{now}{more}.zip" for more in ("", *(f"-{n}" for n in range(2, 99))))
    return next(root / name for name in names if not (root / name).exists())


def _verified(path: Path) -> Manifest:
    """Return the manifest of a backup once every byte of it was checked."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            for name, expected in manifest.sha256.items():
                digest = hashlib.sha256()
                with archive.open(name) as file:
                    while piece := file.read(2**20):
                        digest.update(piece)
                if digest.hexdigest() != expected:
                    raise ValueError(f"{name} 在备份后被改过")
    except OSError as error:
        raise UserError(f"不能恢复：{in_words(error)}。") from None
    except ValueError as error:
        raise UserError(f"不能恢复 {path}：{error}。") from None
    except Exception:  # whatever a damaged zip makes the library raise
        raise UserError(f"不能恢复 {path}：不是完整的 zip 文件。") from None
    return manifest


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    infos = archive.infolist()
    if len({info.filename for info in infos}) < len(infos):
        raise ValueError("里面有同名的文件")
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValidationError):
        raise ValueError(f"{MANIFEST} 缺失或不合规定，不是 smeprofile 的备份") from None
    cohort_id = load_cohort().cohort_id
    if manifest.format != FORMAT:
        raise ValueError("备份的格式不认识，请用做备份的那个版本恢复")
    if manifest.cohort_id != cohort_id:
        raise ValueError(f"它属于班次 {manifest.cohort_id}，现在是 {cohort_id}")
    if {info.filename for info in infos} != {MANIFEST, *manifest.sha256}:
        raise ValueError(f"里面的文件和 {MANIFEST} 列出的不一致")
    if manifest.tables.keys() != manifest.rows.keys():
        raise ValueError(f"{MANIFEST} 列出的表前后不一致")
    if odd := [
        i.filename for i in infos if S_ISLNK(i.external_attr >> 16) or not _is_safe(i, manifest)
    ]:
        raise ValueError(f"不该有 {odd[0]}")
    return manifest


def _is_safe(info: zipfile.ZipInfo, manifest: Manifest) -> bool:
    """Return whether an entry has a place that a backup gives it."""
    top, _, rest = info.filename.partition("/")
    if top == "tables":
        return rest.removesuffix(".jsonl") in manifest.tables
    parts = rest.split("/")
    if top != "files" or "\\" in rest or {"", ".", ".."} & set(parts):
        return info.filename == MANIFEST
    return rest in (*FILES, CONFIG_FILE) or (parts[0] in FOLDERS and len(parts) > 1)


def _unpack(path: Path, manifest: Manifest, stage: Path) -> None:
    """Write all files beside where they will be."""
    with zipfile.ZipFile(path) as archive:
        needed = sum(info.file_size for info in archive.infolist())
        if needed > shutil.disk_usage(stage.parent).free:
            raise ValueError(f"磁盘放不下，要 {needed // 2**20} MB")
        stage.mkdir()
        for name in manifest.sha256:
            if name.startswith("files/"):
                target = stage / name.removeprefix("files/")
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)


def _aside(stage: Path, root: Path) -> Path | None:
    """Have the backup's settings put beside ours, not in their place; return where, if they differ."""
    staged, ours = stage / CONFIG_FILE, root / CONFIG_FILE
    if not staged.is_file():
        return None
    if ours.is_file() and ours.read_bytes() == staged.read_bytes():
        staged.unlink()
        return None
    staged.rename(stage / SETTINGS)
    return root / SETTINGS


def _fill(database: Connection, path: Path, manifest: Manifest) -> None:
    """Put the backup's rows in place of all rows there are, within the caller's transaction."""
    _refuse_other_layout(database, path, manifest)
    for table in TABLES.sorted_tables:  # first: SQLite takes back a table only once rows changed
        database.execute(delete(table))
    tables = {n: made(n, schema, database) for n, schema in manifest.tables.items()}
    for table in reversed(tables.values()):
        database.execute(delete(table))
    for name, table in tables.items():
        rows = list(_rows(path, name, manifest.tables[name]))
        if len(rows) != manifest.rows[name]:
            raise ValueError(f"表 {name} 的行数和 {MANIFEST} 写的不一致")
        for start in range(0, len(rows), _ROWS):
            database.execute(table.insert(), rows[start : start + _ROWS])


def _refuse_other_layout(database: Connection, path: Path, manifest: Manifest) -> None:
    ours = {row[0] for row in database.execute(text("SELECT id FROM course"))}
    if other := ours - {manifest.cohort_id, "default_course"}:
        raise ValueError(f"这个数据库里还有别的课程 {'、'.join(sorted(other))}")
    if REVISION in manifest.tables and inspect(database).has_table(REVISION):
        here = {row[0] for row in database.execute(text(f"SELECT version_num FROM {REVISION}"))}
        theirs = {r["version_num"] for r in _rows(path, REVISION, manifest.tables[REVISION])}
        if here != theirs:
            raise ValueError("nbgrader 的版本不一样，成绩册的结构不同")


def _rows(path: Path, name: str, schema: Schema) -> Iterator[dict[str, object]]:
    with zipfile.ZipFile(path) as archive, archive.open(f"tables/{name}.jsonl") as file:
        for line in file:
            yield row_of(line, schema)


@contextmanager
def _swapped(root: Path, stage: Path, before: Path | None) -> Iterator[None]:
    """Put what is staged in place of what is there; the other way round again when it raises.

    Killed in between, files and gradebook are of two states: the mark that is left says so.
    """
    aside, moved = stage / ".aside", []
    aside.mkdir()
    was_cut_short = (root / CUT_SHORT).is_file()
    write_file(root / CUT_SHORT, str(before or "").encode())
    try:
        for name in (*FOLDERS, *FILES, SETTINGS):
            if name in (COMMENT_BANK, SETTINGS) and not (stage / name).exists():
                continue  # what is there stays: earlier backups hold neither
            for source, target in ((root / name, aside / name), (stage / name, root / name)):
                if source.exists():
                    source.rename(target)
                    moved.append((source, target))
        yield
    except BaseException:
        for source, target in reversed(moved):
            with suppress(FileNotFoundError):
                target.rename(source)
        if not was_cut_short:
            (root / CUT_SHORT).unlink()
        raise
