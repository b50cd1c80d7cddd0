"""A whole bank on disk: one parquet file per table, memory bounded whatever its size."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from smeprofile.disk import in_words
from smeprofile.errors import UserError
from smeprofile.simulate.market_tables import fixed_tables
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.world import CHUNK, arrow_schema, chunk_tables, chunks, table_names

ROWS_PER_GROUP = 131_072
Progress = Callable[[int, int], None]


class TableFile:
    """One parquet file, written in row groups of a fixed size: its bytes don't show the chunks."""

    def __init__(self, path: Path, name: str) -> None:
        self.schema = arrow_schema(name)
        self._writer = pq.ParquetWriter(
            path, self.schema, compression="zstd", store_schema=False, use_dictionary=True
        )
        self._waiting: list[pa.Table] = []
        self._n_waiting = 0

    def add(self, table: pa.Table) -> None:
        """Append rows."""
        self._waiting.append(table.cast(self.schema))
        self._n_waiting += table.num_rows
        if self._n_waiting >= ROWS_PER_GROUP:
            rows = pa.concat_tables(self._waiting)
            done = self._n_waiting - self._n_waiting % ROWS_PER_GROUP
            for start in range(0, done, ROWS_PER_GROUP):
                self._write(rows.slice(start, ROWS_PER_GROUP))
            self._waiting, self._n_waiting = [rows.slice(done)], self._n_waiting - done

    def _write(self, rows: pa.Table) -> None:
        self._writer.write_table(rows.combine_chunks(), row_group_size=ROWS_PER_GROUP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is None and (self._n_waiting or not self._waiting):
            rows = pa.concat_tables(self._waiting) if self._waiting else self.schema.empty_table()
            self._write(rows)
        self._writer.close()


def write(
    setting: Setting,
    out: Path,
    *,
    truth: Path | None = None,
    only: set[str] | None = None,
    chunk: int = CHUNK,
    workers: int | None = None,
    progress: Progress = lambda done, total: None,
) -> dict[str, str]:
    """Write every table of the bank to ``out`` and, if asked for, what is hidden to ``truth``.

    Files appear whole, all at the end: an interrupted run leaves ``out`` as it was. ``only``
    limits the tables. Returns each file's SHA-256 by table name.

    Raises ``UserError`` when a folder can't be written.
    """
    names = [n for n in table_names(setting, truth=truth is not None) if only is None or n in only]
    folders = {name: truth if name.startswith("truth_") else out for name in names}
    made: list[Path] = []
    try:
        for folder in (out, truth) if truth else (out,):
            made = _make_folder(folder) + made
        with TemporaryDirectory(dir=out, prefix=".simulate-") as staging:
            drafts = {name: Path(staging) / f"{name}.parquet" for name in names}
            _write_all(setting, drafts, chunk, workers, progress)
            sums = {name: sha256_of(path) for name, path in drafts.items()}
            _move_all({path: folders[name] / f"{name}.parquet" for name, path in drafts.items()})
    except BaseException as error:
        _remove_empty(made)
        if said := _in_words(error):
            raise UserError(said) from None
        raise
    return sums


def _in_words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"写不了仿真数据：{in_words(error)}。请检查输出目录。"
    if isinstance(error, BrokenProcessPool):
        return "有一个计算进程被系统中止，多半是内存不够。请关掉别的程序，或少用几个进程再试。"
    return ""


def _make_folder(folder: Path) -> list[Path]:
    """Create ``folder`` and return the folders that were not there before, the innermost first."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # not empty: somebody else's by now
            folder.rmdir()


def _move_all(drafts: dict[Path, Path]) -> None:
    """Put every draft in its place; should one fail, all files are again as they were."""
    before = {path: draft.with_suffix(".old") for draft, path in drafts.items() if path.is_file()}
    done: list[Path] = []
    try:
        for path, kept in before.items():
            copyfile(path, kept)
        for draft, path in drafts.items():
            done.append(path)
            _move(draft, path)
    except BaseException:  # Ctrl-C too
        for path in done:
            path.unlink(missing_ok=True)
            if path in before:
                _move(before[path], path)
        raise


def _move(draft: Path, path: Path) -> None:
    try:
        draft.replace(path)
    except OSError:  # another disk
        near = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        copyfile(draft, near)
        near.replace(path)


def _write_all(
    setting: Setting, drafts: dict[str, Path], chunk: int, workers: int | None, progress: Progress
) -> None:
    files = {name: TableFile(path, name) for name, path in drafts.items()}
    try:
        for name, table in fixed_tables(setting).items():
            if name in files:
                files[name].add(table)
        spans = chunks(setting, chunk)
        for done, tables in enumerate(_in_order(setting, spans, list(drafts), workers), start=1):
            for name, content in tables:
                files[name].add(pa.ipc.open_file(content).read_all())
            progress(spans[done - 1][1], setting.customers)
    except BaseException as error:
        for file in files.values():
            file.__exit__(type(error))
        raise
    for file in files.values():
        file.__exit__(None)


def _in_order(
    setting: Setting, spans: list[tuple[int, int]], names: list[str], workers: int | None
) -> Iterator[list[tuple[str, pa.Buffer]]]:
    """Yield each chunk's tables, in order of the chunks; at most ``workers`` + 1 are in memory."""
    workers = min(workers or os.cpu_count() or 1, len(spans))
    if workers <= 1:
        for span in spans:
            yield make(setting, *span, names)
        return
    # Spawned, not forked: Arrow and BLAS have threads of their own. Ctrl-C is for this process.
    context, ignore = get_context("spawn"), (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(workers, context, signal.signal, ignore) as pool:
        waiting = []
        try:
            for span in spans:
                waiting.append(pool.submit(make, setting, *span, names))
                if len(waiting) > workers:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()


def make(setting: Setting, low: int, high: int, names: list[str]) -> list[tuple[str, pa.Buffer]]:
    """Return one chunk's tables as Arrow files."""
    truth = any(name.startswith("truth_") for name in names)
    return [
        (name, _packed(table))
        for name, table in chunk_tables(setting, low, high, truth=truth, only=set(names))
    ]


def _packed(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
