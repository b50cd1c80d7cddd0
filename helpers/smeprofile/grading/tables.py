"""Our tables, beside nbgrader's own in the gradebook's database.

So one backup, one server and one deletion are enough. A row names its learner by the id alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import MetaData, delete, select
from sqlalchemy.engine import Connection

from smeprofile.grading.course import Course

TABLES = MetaData()  # filled by the modules that use them; a row has its learner in learner_id


@contextmanager
def connection(course: Course) -> Iterator[Connection]:
    """Give a connection to the gradebook's database; what it did is kept unless it raises."""
    with course.gradebook() as gradebook, gradebook.engine.begin() as database:
        TABLES.create_all(database)
        yield database


def rows_of(course: Course, learner: str) -> dict[str, list[dict[str, object]]]:
    """Return all rows of a learner by table, less our prefix; tables that hold none are missing."""
    found = {}
    with connection(course) as database:
        for table in TABLES.sorted_tables:
            mine = select(table).where(table.c.learner_id == learner)
            rows = database.execute(mine.order_by(*table.primary_key)).mappings()
            found[table.name.removeprefix("smeprofile_")] = [dict(row) for row in rows]
    return {name: rows for name, rows in found.items() if rows}


def forget(course: Course, learner: str) -> int:
    """Delete all rows of a learner; return how many there were."""
    with connection(course) as database:
        done = [
            database.execute(delete(table).where(table.c.learner_id == learner))
            for table in TABLES.sorted_tables
        ]
    return sum(result.rowcount for result in done)
