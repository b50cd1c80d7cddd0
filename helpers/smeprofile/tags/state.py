"""The profile's state on disk: the monthly marts, to which each day's rows are added.

One mechanism for daily updates, for a replay, and for what is too large to read again. A folder
holds the marts, the other tables with later rows in place of earlier ones, and the flows of the
last days, since money may go out again after it came in.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import ibis
import ibis.expr.types as ir

from smeprofile.errors import UserError
from smeprofile.intake import Intake
from smeprofile.schemas import SCHEMAS
from smeprofile.statements import PASS_DAYS
from smeprofile.tags import marts

_TIME = {"flows": "date", "invoices": "date", "flows_monthly": "month",
         "invoices_monthly": "month", "balances": "month"}  # fmt: skip
# A plan in force is replaced whole: one that was shortened has fewer terms.
_WHOLE = {"schedules": ["loan_id"]}


@contextmanager
def added(folder: Path, new: Intake, as_of: date) -> Iterator[dict[str, ir.Table]]:
    """Add the rows of ``new`` to the state in ``folder``, made if there is none; yield its marts.

    Inside, ``new`` holds the state's tables. The state is replaced once the block is through, and
    stays as it was when the block fails: the same rows can then be given again.

    Flows, invoices and balances must be later than what is there already: a row counted twice
    can't be told from two. Rows of other tables replace those of the same key, a loan's schedule all
    that was there of it. Raises ``UserError`` when rows come late, columns are fewer, or ``as_of`` lies before the last row.

    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> from smeprofile.intake import open_tables
    >>> day = pd.DataFrame({"customer_id": ["A"], "date": ["2025-12-30"], "direction": ["in"],
    ...     "amount_cny": [800.0], "summary": ["货款"]})
    >>> with TemporaryDirectory() as place:
    ...     for more in (day, day.assign(date="2025-12-31")):
    ...         with (open_tables({"flows": more}) as new,
    ...               added(Path(place) / "state", new, date(2025, 12, 31)) as made):
    ...             print(made["flow_months"].sales_fen.sum().execute() / 100)
    800.0
    1600.0
    """
    folder = folder.resolve()  # "." has no name
    old = _read(folder)
    through = _through(new, old)
    last = max((_end(name, text) for name, text in through.items()), default=date.min)
    if as_of < last:
        raise UserError(
            f"并入后的状态到 {last}，不能看 {as_of} 的画像。请用完整数据另算，不写 --state。"
        )
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        _write(new, folder, draft, through, old)
        yield _attached(draft, new)
        _swap(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _attached(folder: Path, intake: Intake) -> dict[str, ir.Table]:
    """Put the state's tables into ``intake`` and return its marts."""
    told = _read(folder)
    intake.tables = {
        path.stem: intake.con.read_parquet(path) for path in sorted((folder / "tables").glob("*"))
    }
    intake.given = {name: frozenset(columns) for name, columns in told["given"].items()}
    made = {
        tuple(path.stem.split(".")): intake.con.read_parquet(path)
        for path in sorted((folder / "marts").glob("*.parquet"))
    }
    return marts.combined(made)


def _end(name: str, text: str) -> date:
    day = date.fromisoformat(text)
    if _TIME[name] == "date":
        return day
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _read(folder: Path) -> dict:
    kept = folder.with_name(f".{folder.name}.old")
    if not folder.exists() and kept.exists():  # stopped between the two renames of a swap
        kept.rename(folder)
    path = folder / "state.json"
    if not path.exists():
        if folder.exists() and any(folder.iterdir()):
            raise UserError(f"{folder} 里有别的文件，不是画像状态。请换一个空的目录。")
        return {}
    return json.loads(path.read_text(encoding="utf-8"))


def _through(new: Intake, old: dict) -> dict[str, str]:
    """The last day of each table that is summed; late rows are refused."""
    through = dict(old.get("through", {}))
    for name, table in marts.usable(new.tables, new.given).items():
        column = table[_TIME[name]]
        first, last = (
            table.aggregate(first=column.min(), last=column.max())
            .to_pyarrow()
            .to_pylist()[0]
            .values()
        )
        if last is None:
            continue
        if name in through and first.isoformat() <= through[name]:
            raise UserError(
                f"表 {name} 有 {first} 的行，而状态已并入到 {through[name]}：再并会重复计数。"
                "请只给之后的行；要改历史，请换一个目录重新计算。"
            )
        through[name] = last.isoformat()
    for name, columns in old.get("given", {}).items():
        fewer = set(columns) - set(new.given.get(name, columns))
        if fewer:
            raise UserError(f"表 {name} 这次缺少列 {sorted(fewer)[0]}，状态里有。请补上再并。")
        more = set(new.given.get(name, columns)) - set(columns)
        if more and name in _TIME:
            raise UserError(
                f"表 {name} 这次多了列 {sorted(more)[0]}，状态里以前的行没有，合在一起会算错。"
                "请去掉这一列再并，或换一个目录从头计算。"
            )
        keys = set(SCHEMAS[name].keys) - set(columns)
        if keys and name in new.tables and name not in _TIME:
            raise UserError(
                f"表 {name} 没有列 {sorted(keys)[0]}，分不出新行和旧行，再并会重复计数。"
                "请带上这一列，换一个目录从头计算。"
            )
    return through


def _write(new: Intake, folder: Path, draft: Path, through: dict[str, str], old: dict) -> None:
    (draft / "marts").mkdir()
    (draft / "tables").mkdir()
    con, sources = new.con, marts.usable(new.tables, new.given)
    before = _recent(con, folder)
    if "flows" in sources and before is not None:
        sources["flows"] = before.union(sources["flows"])
    made = marts.pieces(sources, _as_it_is)
    again = (
        marts.pieces({"flows": before}, _as_it_is)
        if before is not None and "flows" in sources
        else {}
    )
    kept = {tuple(path.stem.split(".")): path for path in (folder / "marts").glob("*.parquet")}
    for key in sorted({*made, *kept}):
        table = made.get(key)
        if key not in kept:
            table = marts.summed(key[0], table)
        elif table is not None:
            table = marts.merge(key[0], con.read_parquet(kept[key]), table, less=again.get(key))
        else:
            table = con.read_parquet(kept[key])
        order = [name for name in table.columns if name in marts.PARTY_KEYS]
        con.to_parquet(table.order_by(order), draft / "marts" / f"{key[0]}.{key[1]}.parquet")
    if "flows" in sources:
        con.to_parquet(_last_days(sources["flows"], through["flows"]), draft / "recent.parquet")
    elif (folder / "recent.parquet").exists():
        shutil.copyfile(folder / "recent.parquet", draft / "recent.parquet")
    _write_others(new, folder, draft)
    given = old.get("given", {}) | {name: sorted(columns) for name, columns in new.given.items()}
    text = json.dumps({"through": through, "given": given}, ensure_ascii=False, indent=1)
    (draft / "state.json").write_text(text + "\n", encoding="utf-8")


def _as_it_is(_: str, table: ir.Table) -> ir.Table:
    return table


def _recent(con: ibis.BaseBackend, folder: Path) -> ir.Table | None:
    path = folder / "recent.parquet"
    return con.read_parquet(path) if path.exists() else None


def _last_days(flows: ir.Table, through: str) -> ir.Table:
    since = date.fromisoformat(through) - timedelta(days=PASS_DAYS)
    return flows.filter(flows.date >= since).order_by(["customer_id", "date", "flow_id"])


def _write_others(new: Intake, folder: Path, draft: Path) -> None:
    """Tables that aren't summed: a later row takes the place of the earlier one of its key.

    Raises ``UserError`` for a plan that begins later than the one it would replace.
    """
    kept = {path.stem: path for path in (folder / "tables").glob("*.parquet")}
    for name in sorted({*kept, *new.tables} - set(_TIME)):
        table = new.tables.get(name)
        if name in kept:
            old = new.con.read_parquet(kept[name])
            keys = _WHOLE.get(name, list(SCHEMAS[name].keys))
            if table is not None and name == "schedules":
                _refuse_part_of_plan(old, table)
            table = old if table is None else old.join(table, keys, how="anti").union(table)
        new.con.to_parquet(
            table.order_by(list(SCHEMAS[name].keys)), draft / "tables" / f"{name}.parquet"
        )


def _refuse_part_of_plan(old: ir.Table, new: ir.Table) -> None:
    first, was = (t.group_by("loan_id").agg(term=t.term_no.min()) for t in (new, old))
    both = first.join(was, "loan_id", rname="was_{name}")
    part = both.filter(both.term > both.was_term).order_by("loan_id").limit(1).to_pyarrow()
    if loan := part["loan_id"].to_pylist():
        raise UserError(
            f"表 schedules 里借据 {loan[0]} 的计划从第 {part['term'][0]} 期起，少了前面的期次。"
            "一笔借据的计划有变化，请给出它现行的全部期次。"
        )


def _swap(draft: Path, folder: Path) -> None:
    kept = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(kept, ignore_errors=True)
    if folder.exists():
        folder.rename(kept)
    draft.rename(folder)
    shutil.rmtree(kept, ignore_errors=True)
