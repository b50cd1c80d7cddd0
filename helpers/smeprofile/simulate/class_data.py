"""The class data: the bank's tables, one branch's messy exports, and the list of what was made."""

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from smeprofile.disk import write_file
from smeprofile.params import Cohort
from smeprofile.schemas import SCHEMAS, conform
from smeprofile.simulate import activity, branch, manifest, sources, writer
from smeprofile.simulate.defects import ALL_DEFECTS
from smeprofile.simulate.exported import exported, setting, unlinked
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.world import arrow_schema, whole_tables
from smeprofile.simulate.writer import Progress, TableFile, sha256_of

# Not committed: made from the seed on first use, in datasets/large.
LARGE = ("flows", "flows_monthly", "balances", "invoices", "invoices_monthly", "tax")
_LOSE_UNLINKED = (*branch.LINKED, "invoices", "invoices_monthly")
Reader = Callable[[str], pa.Table]


def class_tables(
    cohort: Cohort, *, defects: Collection[str] = ALL_DEFECTS
) -> dict[str, pd.DataFrame]:
    """Return all tables of the class by name, in memory; for small cohorts.

    For the exported customers they are what perfect cleaning of the five exports gives: only
    what was knowable on ``cohort.as_of``, breaches of consent included. With the defect
    ``bad_uscc`` a firm whose credit code can't be mended keeps its row, without a code, and has
    no tax, invoice or bureau records: nothing links them.
    """
    raw, firms = whole_tables(setting(cohort)), exported(cohort)
    known = _known(cohort, firms, raw.__getitem__, defects)
    made = raw | dict(_changed(firms, known, raw.__getitem__, defects))
    return {name: conform(name, made[name].to_pandas()) for name in SCHEMAS}


def visit_themes(cohort: Cohort) -> pd.DataFrame:
    """Return one row per visit of the class table ``visits``: ``visit_id`` and its true theme.

    For graders only; it is never written with the class data.
    """
    visits = activity.visits(cohort, exported(cohort))
    known = visits[visits["visit_date"] <= pd.Timestamp(cohort.as_of)]
    return known[["visit_id", "theme"]].reset_index(drop=True)


def write_sources(
    cohort: Cohort, folder: Path, *, defects: Collection[str] = ALL_DEFECTS
) -> dict[str, str]:
    """Write the five source exports to ``folder``; return each file's SHA-256 by name.

    Raises ``ValueError`` for a defect that does not exist.
    """
    unknown = set(defects) - ALL_DEFECTS
    if unknown:
        raise ValueError(f"没有这种数据缺陷：{sorted(unknown)}")
    raw = _needed(setting(cohort)).__getitem__
    return _write_sources(
        cohort, folder, _everything(cohort, exported(cohort), raw, defects), defects
    )


def write_class_data(
    cohort: Cohort,
    folder: Path,
    *,
    is_secret: bool = False,
    workers: int | None = None,
    progress: Progress = lambda done, total: None,
) -> dict[str, str]:
    """Write ``tables/``, ``large/``, ``sources/`` and ``manifest.json`` under ``folder``.

    ``is_secret`` notes that the seed is not the public one. Returns SHA-256 by path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".class-") as staging:
        drafts = Path(staging)
        writer.write(setting(cohort), drafts, workers=workers, progress=progress)
        raw, firms = _reader(drafts), exported(cohort)
        everything = _everything(cohort, firms, raw, ALL_DEFECTS)
        _write_tables(
            drafts, _changed(firms, _linked(everything, cohort, ALL_DEFECTS), raw, ALL_DEFECTS)
        )
        tables = manifest.described({name: drafts / f"{name}.parquet" for name in SCHEMAS}, LARGE)
        for name, entry in tables.items():
            place = folder / entry["file"]
            place.parent.mkdir(exist_ok=True)
            (drafts / f"{name}.parquet").replace(place)
    sums = _write_sources(cohort, folder / "sources", everything, ALL_DEFECTS)
    sums = {f"sources/{name}": sha for name, sha in sums.items()}
    sums |= {entry["file"]: entry["sha256"] for entry in tables.values()}
    return sums | {manifest.NAME: manifest.write(folder, tables, is_secret=is_secret)}


def write_large(
    cohort: Cohort, folder: Path, *, progress: Progress = lambda done, total: None
) -> dict[str, str]:
    """Write the large tables to ``folder``; return each one's SHA-256 by name.

    In this process, and in small steps: a trainee's machine has little memory, and a script that
    asks for a table is not prepared to be imported again by other processes.
    """
    writer.write(setting(cohort), folder, only=set(LARGE), chunk=2000, workers=1, progress=progress)
    lost = unlinked(exported(cohort))
    raw = _reader(folder)
    _write_tables(
        folder, ((name, _less(raw(name), lost)) for name in LARGE if name in _LOSE_UNLINKED)
    )
    return {name: sha256_of(folder / f"{name}.parquet") for name in LARGE}


@lru_cache(maxsize=1)  # sixteen defects are switched over the same bank
def _needed(of: Setting) -> dict[str, pa.Table]:
    return whole_tables(of, only=set(branch.NEEDED))


def _reader(folder: Path) -> Reader:
    return lambda name: pq.read_table(folder / f"{name}.parquet")


def _everything(
    cohort: Cohort, firms: pd.DataFrame, raw: Reader, defects: Collection[str]
) -> branch.Frames:
    ids = pa.array(firms["customer_id"], pa.string())

    def rows(name: str) -> pd.DataFrame:
        table = raw(name)
        return conform(name, table.filter(pc.is_in(table["customer_id"], ids)).to_pandas())

    return branch.everything(cohort, firms, rows, defects)


def _known(
    cohort: Cohort, firms: pd.DataFrame, raw: Reader, defects: Collection[str]
) -> branch.Frames:
    return _linked(_everything(cohort, firms, raw, defects), cohort, defects)


def _linked(everything: branch.Frames, cohort: Cohort, defects: Collection[str]) -> branch.Frames:
    known = branch.knowable(everything, cohort)
    return branch.without_unlinked(known) if "bad_uscc" in defects else known


def _changed(
    firms: pd.DataFrame, known: branch.Frames, raw: Reader, defects: Collection[str]
) -> Iterable[tuple[str, pa.Table]]:
    """Yield the tables that differ from the bank's, because one branch's exports must fit them."""
    lost = unlinked(firms) if "bad_uscc" in defects else []
    customers = raw("customers")
    yield "customers", _put(customers, "customers", known["firms"], firms["customer_id"])
    yield "consents", _put(raw("consents"), "consents", known["consents"], firms["customer_id"])
    own = known["inquiries"]["inquiry_id"]
    yield "inquiries", _put(_less(raw("inquiries"), lost), "inquiries", known["inquiries"], own)
    for name in _LOSE_UNLINKED:
        if name != "inquiries":
            yield name, _less(raw(name), lost)
    for name in ("app_events", "visits"):
        yield name, _arrow(name, known[name])


def _put(table: pa.Table, name: str, rows: pd.DataFrame, keys: pd.Series) -> pa.Table:
    """Return ``table`` with ``rows`` in place of those whose column ``keys.name`` is in ``keys``."""
    others = table.filter(pc.invert(pc.is_in(table[keys.name], pa.array(keys, pa.string()))))
    both = pa.concat_tables([others, _arrow(name, rows)])
    return both.sort_by([(key, "ascending") for key in SCHEMAS[name].keys])


def _arrow(name: str, rows: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(
        conform(name, rows), schema=arrow_schema(name), preserve_index=False
    )


def _less(table: pa.Table, lost: list[str]) -> pa.Table:
    """Return ``table`` without the customers ``lost``."""
    return table.filter(pc.invert(pc.is_in(table["customer_id"], pa.array(lost, pa.string()))))


def _write_tables(folder: Path, tables: Iterable[tuple[str, pa.Table]]) -> None:
    for name, table in tables:
        with TableFile(folder / f"{name}.parquet", name) as file:
            file.add(table)


def _write_sources(
    cohort: Cohort, folder: Path, everything: branch.Frames, defects: Collection[str]
) -> dict[str, str]:
    told = everything if "post_as_of_records" in defects else branch.knowable(everything, cohort)
    contents = sources.render(cohort, told, defects)
    for name, content in contents.items():
        write_file(folder / name, content)
    return {name: sha256_of(folder / name) for name in contents}
