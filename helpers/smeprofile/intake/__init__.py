"""A bank's own tables, in any common format, read and checked before anything is computed.

Nothing passes through Python row by row: DuckDB reads, converts and checks, out of core.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from smeprofile.dictionary import SCHEMAS
from smeprofile.errors import UserError
from smeprofile.intake import check, files
from smeprofile.intake.mapping import TableMapping, columns_of, read_mapping

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Intake", "open_tables"]

# Without these a table says nothing: whose row it is, and when.
_MUST = ("customer_id", "date", "month", "due_date", "paid_date", "inquired_at", "applied_at",
         "decided_at", "contact_date", "survey_date", "loan_id", "facility_id")  # fmt: skip
_KEYLESS = ("products", "channels", "branches", "lpr")


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
    memory_gb: float = 4,
    progress: Any = None,
) -> Intake:
    """Return the tables of a folder, or of a mapping name → DataFrame, path or Ibis table.

    Raises ``UserError`` that names file, row, column and rule, up to five findings at once;
    nothing is kept then. ``progress(text)`` is told what is being read.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"客户号": ["007"], "日期": ["2025/3/5"], "金额": ["1,000"]})
    >>> with open_tables({"invoices": rows}) as intake:
    ...     intake.tables["invoices"].select("customer_id", "date", "amount_cny").to_pandas()
      customer_id        date  amount_cny
    0         007  2025-03-05      1000.0
    """
    import ibis

    scratch = files.scratch_folder()
    folder = Path(scratch.name)
    con = ibis.duckdb.connect(
        memory_limit=f"{memory_gb}GB",
        temp_directory=str(folder / "spill"),
        autoinstall_known_extensions=False,
    )
    intake = Intake(con, {}, {}, _scratch=scratch)
    try:
        rules = read_mapping(mapping)
        if isinstance(source, Mapping):
            given = {name: _one(name, value) for name, value in source.items()}
        else:
            given, intake.notes = files.find(Path(source), rules)
        for name, value in given.items():
            if progress:
                progress(f"读取并核对 {name}（{SCHEMAS[name].title}）")
            _add(intake, name, value, rules.get(name, TableMapping()), folder)
    except BaseException:
        intake.close()
        raise
    return intake


def _one(name: str, value: Any) -> Any:
    if name not in SCHEMAS:
        raise UserError(f"没有名为 {name} 的表。现有：{'、'.join(SCHEMAS)}。")
    if not isinstance(value, str | Path):
        return value
    path = Path(value)
    if not path.exists():
        raise UserError(f"找不到 {path}（表 {name}）。请检查路径。")
    if path.is_file() and path.suffix.lower() not in files.FORMATS:
        raise UserError(f"认不得 {path.name} 的格式：应为 parquet、csv 或 xlsx。")
    return files.parts_of(path)


def _add(intake: Intake, name: str, value: Any, mapping: TableMapping, folder: Path) -> None:
    raw = intake.con.con
    if isinstance(value, list):
        rows, headers, remarks = files.relation(raw, name, value, folder)
    else:
        rows, headers, remarks = _from_memory(raw, name, value)
    where = f"文件 {value[0].name}" if isinstance(value, list) else f"表 {name}"
    columns, extra = columns_of(SCHEMAS[name], mapping, headers, where)
    _check_given(name, columns, headers, where)
    intake.notes += remarks
    if extra:
        intake.notes.append(f"{where} 的这些列没有用到：{'、'.join(extra)}")
    types = dict(
        raw.execute(f"select column_name, column_type from (describe {rows.plain})").fetchall()
    )
    table = check.Source(name, rows, columns, types, mapping)
    raw.execute(f"create temp view v_{name} as {table.select()}")
    check.check(raw, table, where)
    intake.notes += table.remarks(where)
    intake.tables[name] = intake.con.table(f"v_{name}")
    intake.given[name] = frozenset(table.given)


def _from_memory(raw: Any, name: str, value: Any) -> tuple[files.Rows, list[str], list[str]]:
    table = value.to_pyarrow() if hasattr(value, "to_pyarrow") else _arrow(value)
    raw.register(f"m_{name}", table)
    numbered = f"select '{name}' __file, row_number() over () __row, * from m_{name}"
    return files.Rows(f"select * from m_{name}", numbered), table.column_names, []


def _arrow(frame: pd.DataFrame) -> pa.Table:
    columns = {str(name): _array(frame.iloc[:, k]) for k, name in enumerate(frame.columns)}
    if len(columns) < frame.shape[1]:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise UserError(f"数据框里的列“{twice}”出现了不止一次。请改名。")
    return pa.table(columns)


def _array(column: pd.Series) -> pa.Array:
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # several kinds of value: read them as text
        return pa.array([None if pd.isna(x) else str(x) for x in column], pa.string())


def _check_given(name: str, columns: dict[str, str], headers: list[str], where: str) -> None:
    table = SCHEMAS[name]
    must = [c for c in table.columns if c.name in _MUST and c.name not in columns]
    for column in [] if name in _KEYLESS else must:
        if column.name in table.keys or column.name in ("customer_id", "date"):
            raise UserError(
                f"{where} 缺少列 {column.name}（{column.title}）。文件里有：{'、'.join(headers)}。"
                "列名不同的，请用映射文件写明。"
            )
