"""``sp.profile`` and ``sp.coverage``: the profile of every customer, and what it couldn't tell."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa

from smeprofile.errors import UserError
from smeprofile.intake import Intake, open_tables
from smeprofile.tags import consent, marts, pipeline
from smeprofile.tags.clock import Clock
from smeprofile.tags.engine import DuckDB, Progress, Spark, engine_of
from smeprofile.tags.tag import USES, Tag, item_of

Tables = Mapping[str, Any] | Path | str
_DTYPES = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int64Dtype(), pa.int8(): pd.Int64Dtype(),
           pa.bool_(): pd.BooleanDtype()}  # fmt: skip


def profile(
    tables: Tables,
    as_of: date | str,
    *,
    use: str = "授信审批",
    mapping: Path | None = None,
    backend: str = "duckdb",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return one row per customer registered by ``as_of``: every tag that ``tables`` can tell.

    ``tables``: a folder, or a mapping name → DataFrame, path or Ibis table; any subset of the
    dictionary's. Without ``customers``, there is a row for whoever occurs in the others. Nothing
    dated after ``as_of`` counts; ``tags.TAGS`` says for each column what it is, its window, unit and
    meaning of missing. A tag whose source or authorisation for ``use`` is lacking isn't a column
    (see ``coverage``); where a customer's own consent is lacking, its value is missing and
    ``consent_…`` says why. ``…_peer_rank`` is the place among firms of the same section and size
    class, 0–1. Rows are in order of ``customer_id``. ``backend``: ``duckdb`` or ``spark``.

    Raises ``UserError`` for tables that break the dictionary's rules, a wrong date, and no customer.

    >>> flows = pd.DataFrame({"customer_id": ["A", "A"], "date": ["2025-11-03", "2025-12-04"],
    ...     "direction": ["in", "in"], "amount_cny": [800.0, 500.0], "summary": ["货款", "退款"]})
    >>> profile({"flows": flows}, "2025-12-31")[["customer_id", "effective_inflow_cny"]]
      customer_id  effective_inflow_cny
    0           A                 800.0
    """
    clock = Clock(day_of(as_of))
    with open_tables(tables, mapping=mapping, only=pipeline.READ, progress=progress) as intake:
        engine = engine_of(intake, backend, progress)
        table = engine.to_arrow(plan_of(intake, engine, clock, use))
    return as_frame(table, clock)


def plan_of(
    intake: Intake, engine: DuckDB | Spark, clock: Clock, use: str, made: Any = None
) -> Any:
    """Return the profile as an Ibis table in ``engine``, rows in order of ``customer_id``.

    ``made``: the monthly marts, where they are kept (see ``state``) rather than made anew.
    """
    if use not in USES:
        raise UserError(f"没有名为 {use} 的用途。可选：{'、'.join(USES)}。")
    plan = pipeline.Plan(engine.tables, intake.given, clock, use)
    if not plan.tags:
        reasons = {pipeline.why_not(tag, plan.given, use) for tag in pipeline.TAGS.values()}
        raise UserError(f"算不出任何标签：{'；'.join(sorted(reasons)[:3])}。")
    if made is None:
        made = marts.build(engine.tables, intake.given, clock, engine.keep)
    table = pipeline.expression(plan, made, engine.keep)
    day = ibis.literal(clock.as_of, type="date")
    return table.mutate(as_of=day).relocate("as_of", after="customer_id").order_by("customer_id")


def day_of(text: date | str) -> date:
    """Return the observation date; ``UserError`` for what is none, or not a day."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else pd.Timestamp(text).date()
        if pd.isna(day):  # the last day of an empty table, say
            raise ValueError
        return day
    except (ValueError, TypeError):
        raise UserError(f"观察点 {text!r} 不是日期，应形如 2025-12-31。") from None


def as_frame(table: pa.Table, clock: Clock) -> pd.DataFrame:
    """Return the profile as a data frame; ``UserError`` where there is no customer."""
    if not table.num_rows:
        raise UserError(f"{clock.as_of} 及以前没有已开户的客户。请检查观察点和开户日期。")
    frame = table.to_pandas(types_mapper=_DTYPES.get, date_as_object=False)
    return frame.astype({"as_of": "datetime64[us]"})


def coverage(tables: Tables, *, use: str = "授信审批", mapping: Path | None = None) -> pd.DataFrame:
    """Return one row per tag: ``tag``, ``title``, ``dimension``, ``status``, ``reason``.

    ``status`` is 已计算, 缺来源 or 不得使用; ``reason`` says which table or column is lacking, what
    the law or the bank's rule forbids, or what can't be checked.

    >>> flows = pd.DataFrame({"customer_id": ["A"], "date": ["2025-11-03"], "direction": ["in"],
    ...     "amount_cny": [800.0], "summary": ["货款"]})
    >>> told = coverage({"flows": flows}).set_index("tag")
    >>> told.loc["effective_inflow_cny", "status"], told.loc["night_share", "reason"]
    ('已计算', '缺 表 flows_monthly（月度流水） 或 flows.hour（入账时点）')
    """
    with open_tables(tables, mapping=mapping, only=pipeline.READ) as intake:
        return coverage_of(intake.given, use)


def coverage_of(given: Mapping[str, frozenset[str]], use: str) -> pd.DataFrame:
    """Return ``coverage`` of the tables and columns ``given``."""
    rows = [
        (tag.name, tag.title, tag.dimension, *_status(tag, given, use))
        for tag in pipeline.TAGS.values()
    ]
    return pd.DataFrame(rows, columns=["tag", "title", "dimension", "status", "reason"])


def _status(tag: Tag, given: Mapping[str, frozenset[str]], use: str) -> tuple[str, str]:
    if why_not := pipeline.why_not(tag, given, use):
        return ("缺来源" if why_not.startswith("缺") else "不得使用"), why_not
    used = dict.fromkeys(item_of(name) for name in tag.tables if name in given)
    unchecked = [item for item in used if item in consent.needed(use)]
    if unchecked and "consents" not in given:
        return "已计算", f"没有授权表，没有核对{'、'.join(unchecked)}的授权；使用前须确认"
    if tag.personal:
        return "已计算", "没有核对企业主本人的同意；使用前须确认"
    return "已计算", ""
