"""``smeprofile profile``: profiles, coverage and report, written all or none."""

import json
import shutil
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from smeprofile.card.portfolio import report
from smeprofile.errors import UserError
from smeprofile.intake import Intake, open_tables
from smeprofile.tags import pipeline, state
from smeprofile.tags.clock import Clock
from smeprofile.tags.engine import DuckDB, Progress, Spark, engine_of
from smeprofile.tags.profile import coverage_of, plan_of

FILES = ("profiles.parquet", "coverage.json", "report.html")


def run(
    source: Path,
    as_of: date,
    out: Path,
    *,
    use: str = "授信审批",
    mapping: Path | None = None,
    backend: str = "duckdb",
    kept: Path | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Profile the tables in folder ``source``, write ``FILES`` into ``out``, return the coverage.

    ``kept`` is a folder for the profile's state: the rows in ``source`` are added to it first, and
    the profile is that of all it has. When anything fails, ``out`` and ``kept`` are as they were.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     rows = "customer_id,date,direction,amount_cny,summary\\nA,2025-11-03,in,800,货款\\n"
    ...     _ = Path(place, "flows.csv").write_text(rows)
    ...     told = run(Path(place), date(2025, 12, 31), Path(place, "out"))
    ...     made = sorted(path.name for path in Path(place, "out").iterdir())
    >>> made, float(told.set_index("tag").loc["effective_inflow_cny", "filled_share"])
    (['coverage.json', 'profiles.parquet', 'report.html'], 1.0)
    """
    if kept is not None and backend != "duckdb":
        raise UserError("状态由 DuckDB 保存，--state 不能与 --backend spark 同用。请去掉其中一个。")
    # A state may be asked for more by a later version.
    only = pipeline.READ if kept is None else None
    with open_tables(source, mapping=mapping, only=only, progress=progress) as intake:
        adding = nullcontext() if kept is None else state.added(kept, intake, as_of)
        with adding as made:
            engine = engine_of(intake, backend, progress)
            return _write(intake, engine, Clock(as_of), use, out, made)


def _write(
    intake: Intake, engine: DuckDB | Spark, clock: Clock, use: str, out: Path, made: object = None
) -> pd.DataFrame:
    """Write ``FILES`` into ``out`` and return the coverage (``sp.coverage`` and ``filled_share``).

    ``filled_share`` is the share of customers of whom the tag is known. Raises ``UserError`` when
    no customer is registered by then; ``out`` is then as it was.
    """
    out = out.resolve()  # "." has no name
    draft = out.with_name(f".{out.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        table = plan_of(intake, engine, clock, use, made)
        engine.to_parquet(table, draft / FILES[0])
        coverage = _measured(coverage_of(intake.given, use), draft / FILES[0], clock.as_of)
        told = {"as_of": clock.as_of.isoformat(), "use": use, "notes": intake.notes,
                "tags": coverage.astype(object).where(coverage.notna(), None).to_dict("records")}  # fmt: skip
        text = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
        (draft / FILES[1]).write_text(text + "\n", encoding="utf-8")
        page = report(draft / FILES[0], coverage, as_of=clock.as_of, use=use, notes=intake.notes)
        (draft / FILES[2]).write_text(page, encoding="utf-8")
        out.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (draft / name).replace(out / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return coverage


def _measured(coverage: pd.DataFrame, path: Path, as_of: date) -> pd.DataFrame:
    file = pq.ParquetFile(path)
    n = file.metadata.num_rows
    if not n:
        raise UserError(f"{as_of} 及以前没有已开户的客户。请检查观察点和开户日期。")
    missing = dict.fromkeys(file.schema_arrow.names, 0)
    for batch in file.iter_batches(columns=[t for t in pipeline.TAGS if t in missing]):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            missing[name] += column.null_count
    share = [round(1 - missing[tag] / n, 6) if tag in missing else None for tag in coverage["tag"]]
    return coverage.assign(filled_share=share)
