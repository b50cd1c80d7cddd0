"""Submissions graded side by side, with one of them at a time in nbgrader and the gradebook.

nbgrader's steps and the gradebook take turns; while a learner's notebook runs in its sandbox, its
turn is given up and another submission goes on.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

T, R = TypeVar("T"), TypeVar("R")
_LOCK = threading.Lock()
_MINE = threading.local()
_ACROSS: list[FileLock | nullcontext] = [nullcontext()]  # the last one holds


@contextmanager
def turn() -> Iterator[None]:
    """Wait for this thread's turn and hold it."""
    with _LOCK, _ACROSS[-1]:
        _MINE.held = True
        try:
            yield
        finally:
            _MINE.held = False


@contextmanager
def across(path: Path | None) -> Iterator[None]:
    """Take turns with other processes too, by a lock on the file ``path``; not when it is None."""
    _ACROSS.append(FileLock(path) if path else nullcontext())
    try:
        yield
    finally:
        _ACROSS.pop()


@contextmanager
def aside() -> Iterator[None]:
    """Let others have their turn meanwhile; nothing where no turn is held."""
    if not getattr(_MINE, "held", False):
        yield
        return
    lock = _ACROSS[-1]
    lock.__exit__(None, None, None)
    _LOCK.release()
    try:
        yield
    finally:
        _LOCK.acquire()
        lock.__enter__()


def side_by_side(work: Callable[[T], R], items: Iterable[T], workers: int) -> Iterator[R]:
    """Yield ``work(item)`` for each item, in order, of ``workers`` at once.

    When the caller stops, by Ctrl-C say, what hasn't begun is not begun.
    """

    def one(item: T) -> R:
        try:
            return work(item)
        finally:
            with suppress(RuntimeError):  # none was made in this thread
                asyncio.get_event_loop_policy().get_event_loop().close()

    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(one, items)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
