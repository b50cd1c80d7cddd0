"""Writers whose bytes depend on the content only: no clock, no library build number."""

import io
import json
import re
import sqlite3
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_EPOCH = datetime(1980, 1, 1)  # the earliest time a zip entry can carry


def parquet(frame: pd.DataFrame) -> bytes:
    """Return ``frame`` as parquet, without pandas's own metadata (it names pandas's version)."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    texts = [
        f.with_type(pa.string()) if pa.types.is_large_string(f.type) else f for f in table.schema
    ]
    buffer = io.BytesIO()
    pq.write_table(table.cast(pa.schema(texts)), buffer, compression="zstd")
    return buffer.getvalue()


def csv_gbk(frame: pd.DataFrame) -> bytes:
    """Return ``frame`` as CSV in GBK with CRLF line ends, as a core system exports it."""
    return frame.to_csv(index=False, lineterminator="\r\n").encode("gbk")


def json_text(value: Any) -> bytes:
    """Return ``value`` as UTF-8 JSON with sorted keys."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def xlsx(sheets: dict[str, list[list[Any]]]) -> bytes:
    """Return a workbook of ``sheets`` (rows of cells), stored uncompressed and undated."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return stable(raw.getvalue())


def stable(book: bytes) -> bytes:
    """Return an xlsx workbook stored uncompressed, undated, of no library's build: equal content, equal bytes."""
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            entry.create_system = 0  # otherwise it tells Windows from Unix
            target.writestr(entry, _undated(source.read(name)))
    return fixed.getvalue()


def _undated(part: bytes) -> bytes:
    stamp = _EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    part = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
    return re.sub(rb"(Openpyxl |<AppVersion>)[\d.]+", rb"\g<1>3.1", part)


def sqlite(tables: dict[str, pd.DataFrame]) -> bytes:
    """Return a database of text ``tables``, with the writing library's version zeroed."""
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA page_size = 4096")
    for name, frame in tables.items():
        columns = ", ".join(f'"{column}" TEXT' for column in frame.columns)
        connection.execute(f'CREATE TABLE "{name}" ({columns})')
        marks = ", ".join("?" * len(frame.columns))
        rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
        connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
    connection.commit()
    content = bytearray(connection.serialize())
    connection.close()
    content[96:100] = bytes(4)  # SQLITE_VERSION_NUMBER of the last writer
    return bytes(content)
