"""A table's rows as DuckDB reads them, wherever they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from smeprofile.errors import UserError
from smeprofile.intake.convert import literal
from smeprofile.intake.text import TextFile


@dataclass(frozen=True)
class Rows:
    """SQL of the rows; ``numbered`` has ``__file`` and ``__row`` as well, as its reader counts.

    ``names`` are the columns in SQL, one for each of ``headers``; ``where`` is for people.
    """

    where: str
    plain: str
    numbered: str
    headers: list[str]
    names: list[str]
    texts: Mapping[str, TextFile] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """Return header → column in SQL."""
        return dict(zip(self.headers, self.names, strict=True))

    def place(self, file: str, row: int) -> str:
        """Return where a row is, in Chinese."""
        if file in self.texts:
            row = self.texts[file].row_as_seen(row)
        return f"{f'文件 {file}' if file else self.where} 第 {row} 行"


def of_parquet(paths: list[Path], *, where: str = "") -> Rows:
    """Return the rows of parquet files with the same columns."""
    headers = [_names_in(path) for path in paths]
    for path, names in zip(paths, headers, strict=True):
        _check_same(path, names, paths[0], headers[0])
    listed = ", ".join(literal(str(path)) for path in paths)
    options = "hive_partitioning = false, binary_as_string = true"
    if len(paths) > 1:  # numbers as text in one of them make them text in all
        options += ", union_by_name = true"
    file = "''" if where else literal(paths[0].name)
    if len(paths) > 1:
        file = "parse_filename(__path)"
    return Rows(
        where or f"文件 {paths[0].name}",
        f"select * from read_parquet([{listed}], {options})",
        f"select {file} __file, file_row_number + 1 __row, * from read_parquet([{listed}], "
        f"{options}, file_row_number = true, filename = '__path')",
        headers[0],
        headers[0],
    )


def _names_in(path: Path) -> list[str]:
    try:
        return pq.read_schema(path).names
    except (pa.ArrowInvalid, OSError):
        raise UserError(f"读不了 {path.name}：不是完好的 parquet 文件。请重新导出。") from None


def _check_same(path: Path, headers: list[str], first: Path, expected: list[str]) -> None:
    odd = sorted(set(headers) ^ set(expected))
    if odd:
        raise UserError(
            f"文件 {path.name} 的列与 {first.name} 不同：“{odd[0]}”只有一个有。"
            "同一张表的分片应一样。"
        )


def of_text(con: duckdb.DuckDBPyConnection, table: str, paths: list[Path], scratch: Path) -> Rows:
    """Return the rows of CSV files or sheets with the same headers, all fields as text."""
    texts = [TextFile(p, table, scratch / f"{table}_{k}.csv") for k, p in enumerate(paths)]
    plain, numbered = [], []
    for text in texts:
        if text.headers != texts[0].headers:
            raise UserError(
                f"文件 {text.shown} 的表头与 {texts[0].shown} 不同。同一张表的分片应一样。"
            )
        read = f"read_parquet({literal(str(text.load(con)))}, file_row_number = {{}})"
        plain.append(f"select * from {read.format('false')}")
        numbered.append(
            f"select {literal(text.shown)} __file, file_row_number + 2 __row, * "
            f"from {read.format('true')}"
        )
    headers = texts[0].headers
    return Rows(
        f"文件 {texts[0].shown}",
        " union all ".join(plain),
        " union all ".join(numbered),
        headers,
        [f"c{k}" for k, _ in enumerate(headers, start=1)],
        {text.shown: text for text in texts},
        tuple(text.remark for text in texts if text.remark),
    )


def of_memory(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> Rows:
    """Return the rows of a DataFrame."""
    headers = [str(name) for name in frame.columns]
    names = [f"c{k}" for k, _ in enumerate(headers, start=1)]
    arrays = [_array(frame.iloc[:, k]) for k, _ in enumerate(names)]
    con.register(f"m_{table}", pa.table(arrays, names))
    return Rows(
        f"表 {table}",
        f"select * from m_{table}",
        f"select '' __file, row_number() over () __row, * from m_{table}",
        headers,
        names,
    )


def _array(column: pd.Series) -> pa.Array:
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # several kinds of value: read them as text
        return pa.array([None if pd.isna(x) else _text(x) for x in column], pa.string())


def _text(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value)) if whole else str(value)
