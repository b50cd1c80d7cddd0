"""What was built from what: so that nothing is made twice, and what is stale can be explained.

Kept in ``.build/`` of the checkout, which may be deleted at any time. Only the standard library is
imported: a build that has nothing to do should end at once.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from smeprofile import _PUBLIC
from smeprofile.paths import base_of, solutions

PACKAGE = Path(__file__).resolve().parent
FOLDER = ".build"
Sums = dict[str, str]  # file → SHA-256


def digest(*parts: object) -> str:
    """Return one SHA-256 of all parts.

    >>> digest("a", {"b": 1})[:8]
    '8b5348e0'
    """
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Cache:
    """The records of one checkout. Sums of files are remembered with size and time."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self._known: dict[str, list] = self.read("sums") or {}

    def read(self, name: str) -> dict | None:
        """Return the record of that name; None when there is none, or none that can be read."""
        try:
            return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, name: str, record: Mapping) -> None:
        """Keep the record under that name, and the sums known by now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for file, what in ((name, record), ("sums", self._known)):
            draft = self.folder / f".{file}.{os.getpid()}.tmp"
            draft.write_text(json.dumps(what, ensure_ascii=False), encoding="utf-8")
            draft.replace(self.folder / f"{file}.json")

    def sum_of(self, path: Path) -> str:
        """Return the file's SHA-256, "" when there is no such file."""
        try:
            now = path.stat()
        except OSError:
            return ""
        known = self._known.get(str(path))
        if known is None or known[:2] != [now.st_size, now.st_mtime_ns]:
            known = [now.st_size, now.st_mtime_ns, _sha256(path)]
            self._known[str(path)] = known
        return known[2]

    def sums(self, paths: Iterable[Path], root: Path) -> Sums:
        """Return the sum of each file, by its path from ``root``."""
        return {path.relative_to(root).as_posix(): self.sum_of(path) for path in paths}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> str:
    """Return a digest of Python and of every installed distribution's version."""
    folders = {Path(entry) for entry in sys.path if entry.endswith("site-packages")}
    names = {p.name for folder in folders for p in folder.glob("*.dist-info")}
    return digest(sys.version, sorted(names))


def state_of(cache: Cache, root: Path, names: Iterable[str], params: Path | None) -> dict:
    """Return all that a build of the course at ``root`` depends on, but the data it makes."""
    checkout = cache.folder.parent
    named = [checkout / "requirements.lock", root / "datasets" / "cohort.yml", params]
    folders = (p for top in (checkout / "solutions", PACKAGE) for p in sorted(top.rglob("*")))
    files = [p for p in (*folders, *filter(None, named))
             if p.is_file() and "__pycache__" not in p.parts]  # fmt: skip
    held = Path(os.environ.get("SMEPROFILE_SECRET_FILE", ""))
    secret = [os.environ.get("SMEPROFILE_SECRET"), held.is_file() and _sha256(held)]
    return {"inputs": {str(path): cache.sum_of(path) for path in files}, "names": [*names],
            "versions": versions(), "secret": digest(secret)}  # fmt: skip


def record_of(target: Path, names: Iterable[str]) -> str:
    """Return the name of the record of the last build of these modules into ``target``."""
    return f"built-{digest(str(target), [*names])[:16]}"


def is_settled(names: Iterable[str], params: Path | None, out: Path | None) -> bool:
    """Say whether the last build used just what is there now, and its files are untouched.

    No other notebook or table lies beside them, and no fact that was cited has expired since.
    """
    names, root = [*names], base_of(params)
    cache, target = Cache(solutions().parent), (out or root).resolve()
    kept = cache.read(record_of(target, names))
    return (
        kept is not None
        and kept["state"] == state_of(cache, root, names, params)
        and all(cache.sum_of(target / file) == sha for file, sha in kept["files"].items())
        and kept["lying"] == lying(target)
        and date.today().isoformat() <= kept["until"]
    )


def lying(target: Path) -> list[str]:
    """Return the notebooks and tables in a course, whoever made them; what is hidden aside."""
    made = ("course/**/*.ipynb", "datasets/tables/*.parquet", "datasets/large/*.parquet")
    found = [path.relative_to(target) for pattern in made for path in target.glob(pattern)]
    return sorted(p.as_posix() for p in found if not any(n.startswith(".") for n in p.parts))


def imported(code: str) -> set[Path]:
    """Return the files of our package that ``code`` imports, directly or not, and their data files.

    Imports inside functions count: they may be reached.

    >>> files = {path.name for path in imported("from smeprofile import uscc")}
    >>> "uscc.py" in files, "lab.py" in files
    (True, False)
    """
    found: set[Path] = set()
    waiting = list(_files_named(code))
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".py":
            waiting += _imports_of(path, path.stat().st_mtime_ns)
            waiting += _data_in(path.parent)
    return found


@cache
def _imports_of(path: Path, changed: int) -> tuple[Path, ...]:
    return tuple(_files_named(path.read_text(encoding="utf-8")))


@cache
def _data_in(folder: Path) -> tuple[Path, ...]:
    if folder == PACKAGE:
        return ()
    return tuple(p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc"))


def _files_named(code: str) -> Iterable[Path]:
    nodes = list(ast.walk(ast.parse(code)))
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            if "smeprofile" in names:  # what it offers is imported on first use
                names += [_PUBLIC[name] for name in used & set(_PUBLIC)]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if node.module == "smeprofile":
                names += [_PUBLIC[a.name] for a in node.names if a.name in _PUBLIC]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "smeprofile":
                yield from _files_of(name)


def _files_of(name: str) -> Iterable[Path]:
    path = PACKAGE
    yield path / "__init__.py"
    for part in name.split(".")[1:]:
        path = path / part
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if file.is_file():
                yield file
