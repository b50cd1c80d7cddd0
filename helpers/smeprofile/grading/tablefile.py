"""Tables of a database as text that any other engine can take in: exact values, one row a line."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import isfinite

from nbgrader.api import Base
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
)
from sqlalchemy.engine import Connection

from smeprofile.grading.tables import TABLES

_KINDS = {
    "boolean": Boolean,
    "datetime": DateTime,
    "float": Float,
    "integer": Integer,
    "interval": Interval,
    "bytes": LargeBinary,
    "string": String,
    "text": Text,
}
Schema = list[list]  # of each column: name, kind, length, whether it is of the key


def tables_of(database: Connection) -> list[Table]:
    """Return all tables of the database, those that others refer to first.

    nbgrader's and ours have the types they were defined with: what SQLite calls a date may be a
    length of time.
    """
    names = inspect(database).get_table_names()
    found = MetaData()
    known = {**Base.metadata.tables, **TABLES.tables}
    for name in sorted(names):
        if name in known:
            known[name].to_metadata(found)
    for name in sorted(set(names) - set(found.tables)):
        _plain(name, schema_of(Table(name, MetaData(), autoload_with=database)), found)
    return list(found.sorted_tables)


def schema_of(table: Table) -> Schema:
    """Return the columns of a table in words that no engine owns.

    >>> schema_of(Table("t", MetaData(), Column("a", String(8), primary_key=True)))
    [['a', 'string', 8, True]]
    """
    return [[c.name, *_kind(c), c.primary_key] for c in table.columns]


def made(name: str, schema: Schema, database: Connection) -> Table:
    """Return the table, made in the database if it isn't there; ``ValueError`` if it differs.

    nbgrader's and ours are made as they are defined.
    """
    defined = {**Base.metadata.tables, **TABLES.tables}.get(name)
    table = _plain(name, schema, MetaData()) if defined is None else defined
    if inspect(database).has_table(name):
        there = {column["name"] for column in inspect(database).get_columns(name)}
    else:
        there = set(table.columns.keys())
        table.create(database)
    if there != {column[0] for column in schema} or there != set(table.columns.keys()):
        raise ValueError(f"表 {name} 的列不一样，可能来自别的版本")
    return table


def lines_of(database: Connection, table: Table) -> Iterator[bytes]:
    """Yield one line of JSON for each row, in the order they were put in.

    nbgrader asks for a notebook's cells without an order of its own, and repairs rely on it.
    """
    for row in database.execute(select(table)):
        values = [_said(value) for value in row]
        yield f"{json.dumps(values, ensure_ascii=False)}\n".encode()


def row_of(line: bytes, schema: Schema) -> dict[str, object]:
    """Return the row that a line holds; ``ValueError`` where it isn't one of the table.

    >>> row_of(b'["ann", {"datetime": "2026-01-05T10:00:00"}]', [["who"], ["at"]])
    {'who': 'ann', 'at': datetime.datetime(2026, 1, 5, 10, 0)}
    """
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(schema):
        raise ValueError("有一行的列数不对")
    return {column[0]: _read(value) for column, value in zip(schema, values, strict=True)}


def _plain(name: str, schema: Schema, metadata: MetaData) -> Table:
    columns = [
        Column(column, _KINDS[kind](length) if length else _KINDS[kind](), primary_key=is_key)
        for column, kind, length, is_key in schema
    ]
    return Table(name, metadata, *columns)


def _kind(column: Column) -> tuple[str, int | None]:
    kind = column.type.as_generic(allow_nulltype=True)
    of = [Boolean, DateTime, Interval, Text, String, LargeBinary, Integer, Float]
    names = {kind: name for name, kind in _KINDS.items()}
    found = next((names[one] for one in of if isinstance(kind, one)), "text")
    return found, getattr(kind, "length", None) if found == "string" else None


def _said(value: object) -> object:
    """Return a value as JSON holds it: what JSON has no word for under the name of its kind."""
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return {"datetime": plain.isoformat()}
    if isinstance(value, timedelta):
        return {"interval": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()}
    if isinstance(value, float) and not isfinite(value):
        return {"float": repr(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)  # an Enum's value, say


def _read(value: object) -> object:
    if not isinstance(value, dict):
        return value
    ((kind, said),) = value.items()
    return _READERS[kind](said)


_READERS = {
    "datetime": datetime.fromisoformat,
    "interval": lambda parts: timedelta(*parts),
    "bytes": b64decode,
    "float": float,
}
