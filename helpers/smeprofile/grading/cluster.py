"""Grading on other machines: the same unit of work, handed out by joblib's Dask backend.

Its workers must see the course's folder, and ours, at the same paths. With an SQLite gradebook they
take turns by a lock beside it, which is for one machine; for several, use a server (``db_url``).
"""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from joblib import Parallel, delayed, parallel_config

from smeprofile.errors import UserError
from smeprofile.grading.course import Course, environment, open_course
from smeprofile.grading.feedback import Returned
from smeprofile.grading.one import Way, make_known
from smeprofile.grading.rows import Row
from smeprofile.grading.turns import across
from smeprofile.nursery import PLACE, nursery
from smeprofile.paths import HOME_VARIABLE, home

if TYPE_CHECKING:
    from dask.distributed import Client

LOCK = ".grading.lock"
_SECONDS = 20
_ONE = threading.Lock()  # a worker grades one at a time: what it needs is of the whole process
_KEPT = ExitStack()


def on_cluster(
    address: str, way: Way, course: Course, entries: list[tuple[str, str]]
) -> Iterator[tuple[Row, Returned]]:
    """Yield each entry's row and pages, in order, from the workers of the scheduler at ``address``.

    Raises ``UserError`` when Dask isn't installed or nobody answers.
    """
    for assignment in {assignment for assignment, _ in entries}:
        make_known(course, assignment)
    place = home() if way.root is None else None
    with _client(address), parallel_config("dask", wait_for_workers_timeout=_SECONDS):
        todo = (delayed(_there)(way, place, entry) for entry in entries)
        yield from Parallel(return_as="generator")(todo)


def _client(address: str) -> "Client":
    try:
        from dask.distributed import Client
    except ImportError:
        raise UserError(
            "--cluster 要用 Dask。请先运行 pip install -c requirements.lock -e '.[cluster]'。"
        ) from None
    try:
        return Client(address, timeout=_SECONDS)
    except (OSError, ValueError) as error:
        raise UserError(f"连不上 Dask 调度器 {address}：{error}。请检查地址和网络。") from None


def _there(way: Way, place: Path | None, entry: tuple[str, str]) -> tuple[Row, Returned]:
    """Grade one submission in a worker's process."""
    with _ONE, ExitStack() as held:
        if place:
            held.enter_context(environment({HOME_VARIABLE: str(place)}))
        course = open_course(way.root)
        if way.sandbox and PLACE not in os.environ:  # begun by the first, used by all
            with environment({"PYTHONHASHSEED": "0"}):
                _KEPT.enter_context(nursery())
        is_file = course.directory().db_url.startswith("sqlite")
        held.enter_context(across(course.root / LOCK if is_file else None))
        held.enter_context(way.ready(course))
        return way.one(course, entry)
