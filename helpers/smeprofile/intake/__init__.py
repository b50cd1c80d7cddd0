"""A bank's own tables, in any common format, read and checked before anything is computed.

Nothing passes through Python row by row: DuckDB reads, converts and checks, out of core.
"""

import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from smeprofile.dictionary import SCHEMAS
from smeprofile.errors import UserError
from smeprofile.intake import check, files, rows
from smeprofile.intake.convert import literal
from smeprofile.intake.mapping import TableMapping, columns_of, read_mapping
from smeprofile.intake.source import Source

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Intake", "open_tables"]


@dataclass
class Intake:
    """Tables with every column of the dictionary; what a file lacks is NULL and not ``given``."""

    con: Any
    tables: dict[str, "ir.Table"]
    given: dict[str, frozenset[str]]
    notes: list[str] = field(default_factory=list)
    _scratch: Any = None

    @property
    def scratch(self) -> str:
        """Return the folder of temporary files."""
        return self._scratch.name

    def close(self) -> None:
        """Close the connection and remove what was written on the way."""
        self.con.disconnect()
        self._scratch.cleanup()

    def __enter__(self) -> "Intake":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_tables(
    source: Path | str | Mapping[str, Any],
    *,
    mapping: Path | None = None,
    only: Mapping[str, Collection[str]] | None = None,
    memory_gb: float = 4,
    progress: Callable[[str], None] | None = None,
) -> Intake:
    """Return the tables of a folder, or of a mapping name → DataFrame, path or Ibis table.

    Raises ``UserError`` that names file, row, column and rule, up to five findings at once;
    nothing is kept then. ``only``: table → the columns that will be read; its others, but for keys
    and days, are left out and not checked, as ``notes`` say. ``progress(text)`` is told what is
    being read.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"客户号": ["007"], "日期": ["2025/3/5"], "金额": ["1,000"]})
    >>> with open_tables({"invoices": rows}) as intake:
    ...     intake.tables["invoices"].select("customer_id", "date", "amount_cny").to_pandas()
      customer_id        date  amount_cny
    0         007  2025-03-05      1000.0
    """
    intake = _empty(memory_gb)
    try:
        rules = read_mapping(mapping)
        given = _named(source, rules, mapping, intake.notes)
        findings, more, unread = [], 0, []
        for name, value in given.items():
            if progress:
                progress(f"读取并核对 {name}（{SCHEMAS[name].title}）")
            rule, wanted = rules.get(name, TableMapping()), (only or {}).get(name)
            told, n, left = _add(intake, name, value, rule, wanted)
            findings, more = findings + told, more + n - len(told)
            unread += [f"{SCHEMAS[name].title}的{'、'.join(left)}"] if left else []
        if findings:
            raise UserError(_in_words(findings, more))
        if unread:
            intake.notes.append(f"用不到的列没有核对：{'；'.join(unread)}")
    except BaseException:
        intake.close()
        raise
    return intake


def _empty(memory_gb: float) -> Intake:
    import ibis  # slow to import

    scratch = tempfile.TemporaryDirectory(prefix="smeprofile-", ignore_cleanup_errors=True)
    con = ibis.duckdb.connect(
        memory_limit=f"{memory_gb}GB",
        temp_directory=str(Path(scratch.name) / "spill"),
        autoinstall_known_extensions=False,  # nothing is fetched from the network
        autoload_known_extensions=False,
    )
    con.raw_sql("SET enable_progress_bar = false")  # in a notebook it draws a bar, and leaves it
    return Intake(con, {}, {}, _scratch=scratch)


def _in_words(findings: list[str], more: int) -> str:
    shown = findings[: check.SHOWN]
    more += len(findings) - len(shown)
    return "\n".join([*shown, *([f"（另有 {more} 类问题）"] if more else [])])


def _named(
    source: Path | str | Mapping[str, Any],
    rules: dict[str, TableMapping],
    mapping: Path | None,
    notes: list[str],
) -> dict[str, Any]:
    if isinstance(source, Mapping):
        return {name: _one(name, value) for name, value in source.items()}
    given, passed = files.find(Path(source), rules)
    passed = [name for name in passed if mapping is None or name != Path(mapping).name]
    if passed:
        notes.append(f"没有用到：{'、'.join(passed)}")
    return given


def _one(name: str, value: Any) -> Any:
    if name not in SCHEMAS:
        raise UserError(f"没有名为 {name} 的表。现有：{'、'.join(SCHEMAS)}。")
    if isinstance(value, str | Path):
        return files.parts_named(name, Path(value))
    if isinstance(value, pd.DataFrame) or hasattr(value, "to_parquet"):
        return value
    raise UserError(
        f"表 {name} 应为 DataFrame、文件路径或 Ibis 表，现在是 {type(value).__name__}。"
    )


def _add(
    intake: Intake, name: str, value: Any, mapping: TableMapping, only: Collection[str] | None
) -> tuple[list[str], int, list[str]]:
    """Add a table; return what is wrong with it, how much, and the columns left out."""
    con, notes = intake.con.con, intake.notes
    read = _rows(con, name, value, Path(intake.scratch))
    columns, extra = columns_of(SCHEMAS[name], mapping, read.headers, read.where)
    wanted = set(columns) if only is None else {*only, *check.always(name)}
    left = [column.title for column in SCHEMAS[name].columns if column.name in {*columns} - wanted]
    columns = {column: header for column, header in columns.items() if column in wanted}
    types = con.execute(f"select column_name, column_type from (describe {read.plain})").fetchall()
    source = Source(name, read, columns, dict(types), mapping)
    check.refuse_without(source)
    source, findings, n = check.check(con, source)
    if not findings:
        con.execute(f"create temp view v_{name} as {_once(con, source, Path(intake.scratch))}")
        findings = check.repeated(con, source, f"v_{name}")
        n = len(findings)
    if findings:
        return findings, n, left
    for text in read.texts.values():
        text.discard()
    notes += read.remarks
    if extra:
        notes.append(f"{read.where} 的这些列没有用到：{'、'.join(extra)}")
    notes += source.remarks
    intake.tables[name] = intake.con.table(f"v_{name}")
    intake.given[name] = frozenset(source.given)
    return [], 0, left


def _rows(con: Any, name: str, value: Any, scratch: Path) -> rows.Rows:
    if isinstance(value, pd.DataFrame):
        return rows.of_memory(con, name, value)
    if not isinstance(value, list):  # an Ibis table: copied, so that all are in one place
        path = scratch / f"{name}_ibis.parquet"
        value.to_parquet(path)
        return rows.of_parquet([path], where=f"表 {name}")
    if value[0].suffix.lower() == ".parquet":
        return rows.of_parquet(value)
    return rows.of_text(con, name, value, scratch)


def _once(con: Any, source: Source, scratch: Path) -> str:
    """Return SQL of the checked table: text is converted here, once and for all."""
    if not (source.is_slow or source.rows.texts):
        return source.select()
    path = scratch / f"{source.name}.parquet"
    con.execute(f"copy ({source.select()}) to {literal(str(path))} (format parquet)")
    return f"select * from read_parquet({literal(str(path))})"
