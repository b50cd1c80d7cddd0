"""Where the expressions run: DuckDB in this process, or a Spark session."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from smeprofile.errors import UserError
from smeprofile.intake import Intake

Progress = Callable[[str], None]


class DuckDB:
    """Keeps intermediate tables in DuckDB, which spills to disk what memory can't hold."""

    def __init__(self, intake: Intake, progress: Progress | None) -> None:
        self.con, self.tables, self._progress = intake.con, intake.tables, progress
        # Rows are numbered no more; only the result is put in order.
        intake.con.raw_sql("set preserve_insertion_order = false")

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Store ``table`` under ``name`` and return it."""
        _tell(self._progress, name)
        return self.con.create_table(f"k_{name}", table, temp=True)

    def to_arrow(self, table: ir.Table) -> pa.Table:
        """Run ``table`` and return it whole."""
        _tell(self._progress, "result")
        return table.to_pyarrow()

    def to_parquet(self, table: ir.Table, path: Path) -> None:
        """Run ``table`` and write it; it need not fit into memory."""
        _tell(self._progress, "result")
        # The second version's encodings are written faster, and are smaller.
        self.con.to_parquet(table, path, compression="zstd", parquet_version="v2")


class Spark:
    """Runs on a Spark session; what intake has checked is handed over as parquet files."""

    def __init__(self, intake: Intake, session: Any, progress: Progress | None) -> None:
        import ibis

        self._session, self._progress = session, progress
        self._con = ibis.pyspark.connect(session)
        self.tables = {name: self._hand_over(intake, name) for name in intake.tables}

    def _hand_over(self, intake: Intake, name: str) -> ir.Table:
        path = Path(intake.scratch) / f"spark_{name}.parquet"
        intake.con.to_parquet(intake.tables[name], path)
        return self._con.read_parquet(path, table_name=f"in_{name}")

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Run ``table``, keep the result as a view under ``name`` and return it."""
        _tell(self._progress, name)
        # A checkpoint forgets how it was made: plans of plans would outgrow the driver.
        rows = self._session.sql(self._con.compile(table)).localCheckpoint()
        rows.createOrReplaceTempView(f"k_{name}")
        return self._con.table(f"k_{name}")

    def to_arrow(self, table: ir.Table) -> pa.Table:
        """Run ``table`` and return it whole: one row per customer fits into memory."""
        _tell(self._progress, "result")
        return table.to_pyarrow()

    def to_parquet(self, table: ir.Table, path: Path) -> None:
        """Run ``table`` and write it as one file."""
        pq.write_table(self.to_arrow(table), path, compression="zstd")


def engine_of(intake: Intake, backend: str, progress: Progress | None) -> DuckDB | Spark:
    """Return the engine of that name, with the tables of ``intake``."""
    if backend == "duckdb":
        return DuckDB(intake, progress)
    if backend == "spark":
        return Spark(intake, _spark_session(), progress)
    raise UserError(f"没有名为 {backend} 的后端。可选：duckdb、spark。")


def _spark_session() -> Any:
    """Return the running Spark session, or a local one; ``UserError`` when Spark isn't there."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UserError(
            "没有装 Spark。请先运行 pip install 'smeprofile[spark]'，或不写 --backend spark。"
        ) from None
    return (
        SparkSession.getActiveSession()
        or SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )


_STEPS = (("signed", "核对授权"), ("flow", "流水标签"), ("invoice", "税票标签"),
          ("facts", "基本情况"), ("part", "逐项标签"), ("spine", "客户名单"),
          ("tagged", "合成画像"), ("result", "同业分位与写出"))  # fmt: skip


def _tell(progress: Progress | None, name: str) -> None:
    if progress:
        progress(next((text for begin, text in _STEPS if name.startswith(begin)), name))
