"""``smeprofile profile``: profiles, coverage and report, written all or none."""

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from smeprofile.errors import UserError
from smeprofile.intake import Intake
from smeprofile.tags import pipeline
from smeprofile.tags.clock import Clock
from smeprofile.tags.engine import DuckDB, Spark
from smeprofile.tags.profile import coverage_of, plan_of

FILES = ("profiles.parquet", "coverage.json", "report.html")


def write(
    intake: Intake, engine: DuckDB | Spark, clock: Clock, use: str, out: Path, made: object = None
) -> pd.DataFrame:
    """Write ``FILES`` into ``out`` and return the coverage (``sp.coverage`` and ``filled_share``).

    ``filled_share`` is the share of customers of whom the tag is known. Raises ``UserError`` when
    no customer is registered by then; ``out`` is then as it was.
    """
    from smeprofile.card import report  # a higher layer, for the one page that shows all

    draft = out.with_name(f".{out.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        table = plan_of(intake, engine, clock, use, made)
        engine.to_parquet(table, draft / FILES[0])
        coverage = _measured(coverage_of(intake, use), draft / FILES[0], clock.as_of)
        told = {"as_of": clock.as_of.isoformat(), "use": use, "notes": intake.notes,
                "tags": coverage.to_dict("records")}  # fmt: skip
        text = json.dumps(told, ensure_ascii=False, indent=1)
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
    share = [
        round(1 - missing[tag] / n, 6) if tag in missing else None for tag in coverage["tag"]
    ]
    return coverage.assign(filled_share=share)
