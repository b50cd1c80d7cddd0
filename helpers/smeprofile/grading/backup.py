"""``smeprofile gradebook --backup``: all that grading knows, in one zip that any engine can take in."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import sqlalchemy

from smeprofile.disk import in_words
from smeprofile.errors import UserError
from smeprofile.grading.course import CONFIG_FILE, Course, open_course
from smeprofile.grading.desk import COMMENT_BANK
from smeprofile.grading.roster import ROSTER
from smeprofile.grading.tablefile import lines_of, schema_of, tables_of
from smeprofile.grading.tables import connection
from smeprofile.params import load_cohort

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("source", "submitted", "autograded", "feedback")
FILES = (ROSTER, "released.json", COMMENT_BANK)
REVISION = "alembic_version"  # nbgrader's own table: how its tables are laid out
_PIECE = 2**20


@dataclass(frozen=True)
class Backup:
    """What was packed: rows of all tables, files; ``left`` are links and the like, not followed."""

    path: Path
    n_rows: int
    n_files: int
    left: list[str]

    def __str__(self) -> str:
        left = f"\n链接和特殊文件没有备份：{'、'.join(self.left)}。" if self.left else ""
        return f"已备份到 {self.path}：成绩册 {self.n_rows} 行，文件 {self.n_files} 个。{left}"


def backup(path: Path, *, course: Course | None = None) -> Backup:
    """Write gradebook, sources, hand-ins, graded work, class list and settings into the zip ``path``.

    The same state gives the same bytes. Raises ``UserError`` when ``path`` exists already, is no
    ``.zip``, lies in what is packed, or can't be written; there is no file then. What lies in the
    exchange isn't collected yet and isn't packed.
    """
    course = course or open_course()
    _refuse_odd(path, course)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            made = _pack(archive, course, path)
        draft.replace(path)
    except OSError as error:
        raise UserError(f"没有备份成：{in_words(error)}。请换个位置。") from None
    finally:
        draft.unlink(missing_ok=True)
    return made


def _refuse_odd(path: Path, course: Course) -> None:
    if path.suffix != ".zip" or path.exists():
        reason = "已存在" if path.exists() else "不是 .zip"
        raise UserError(f"--backup 的文件 {path} {reason}。请换一个 .zip 文件名。")
    if any(path.resolve().is_relative_to(course.root / name) for name in FOLDERS):
        raise UserError(f"{path} 在要备份的文件夹里。请放到别处。")


def _pack(archive: zipfile.ZipFile, course: Course, path: Path) -> Backup:
    tables, sums, n_rows = {}, {}, {}
    with connection(course) as database:
        for table in tables_of(database):
            name = f"tables/{table.name}.jsonl"
            counted = _Counted(lines_of(database, table))
            sums[name] = _write(archive, name, counted)
            tables[table.name], n_rows[table.name] = schema_of(table), counted.n
    files, left = _files(course.root)
    for name in files:
        sums[f"files/{name}"] = _write(archive, f"files/{name}", _pieces(course.root / name))
    manifest = {
        "format": FORMAT,
        "cohort_id": load_cohort().cohort_id,
        "versions": {name: version(name) for name in ("smeprofile", "nbgrader")}
        | {"sqlalchemy": sqlalchemy.__version__},
        "tables": tables,  # those that others refer to first
        "rows": n_rows,
        "sha256": sums,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    _write(archive, MANIFEST, [f"{text}\n".encode()])
    return Backup(path, sum(n_rows.values()), len(files), left)


def _files(root: Path) -> tuple[list[str], list[str]]:
    """Return the names of the files to pack, and of what isn't a file."""
    paths = [root / name for name in (*FILES, CONFIG_FILE)]
    for folder in FOLDERS:
        paths += (root / folder).rglob("*")
    names = {path.relative_to(root).as_posix(): path for path in paths}
    odd = [n for n, p in names.items() if p.is_symlink() or (p.exists() and not _is_plain(p))]
    files = [n for n, p in names.items() if n not in odd and p.is_file()]
    return sorted(files), sorted(odd)


def _is_plain(path: Path) -> bool:
    return path.is_file() or path.is_dir()


class _Counted:
    """Counts what is taken from it."""

    def __init__(self, lines: Iterable[bytes]):
        self.lines, self.n = lines, 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.n += 1
            yield line


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """Write one entry, dated 1980, and return its hash."""
    digest, entry = hashlib.sha256(), zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
