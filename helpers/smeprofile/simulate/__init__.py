"""The synthetic class data: a true world, what may be known of it, and its messy exports."""

import hashlib
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from smeprofile.disk import write_file
from smeprofile.params import Cohort
from smeprofile.schemas import SCHEMAS, conform
from smeprofile.simulate import activity, credit, files, sources
from smeprofile.simulate.customers import DAY, FATAL_FLAWS, firms
from smeprofile.simulate.defects import ALL_DEFECTS, DEFECTS

__all__ = [
    "ALL_DEFECTS",
    "DEFECTS",
    "class_tables",
    "visit_themes",
    "write_class_data",
    "write_sources",
]


def class_tables(
    cohort: Cohort, *, defects: Collection[str] = ALL_DEFECTS
) -> dict[str, pd.DataFrame]:
    """Return the tidy tables by name: what perfect cleaning of the five sources gives.

    They hold only what was knowable on ``cohort.as_of``. With the defect ``bad_uscc`` a firm
    whose credit code cannot be mended keeps its row, without a code, and has no tax or bureau
    records: nothing links them. ``flows`` come straight from the bank's own ledger.
    """
    world = _knowable(_world(cohort, defects), pd.Timestamp(cohort.as_of))
    if "bad_uscc" in defects:
        world = _without_unlinked(world)
    world["customers"] = world.pop("firms")
    return {name: conform(name, world[name]) for name in SCHEMAS}


def visit_themes(cohort: Cohort) -> pd.DataFrame:
    """Return one row per visit of the class table ``visits``: ``visit_id`` and its true theme.

    For graders only; it is never written with the class data.
    """
    visits = _knowable(_world(cohort, ALL_DEFECTS), pd.Timestamp(cohort.as_of))["visits"]
    return visits[["visit_id", "theme"]].reset_index(drop=True)


def write_sources(
    cohort: Cohort, folder: Path, *, defects: Collection[str] = ALL_DEFECTS
) -> dict[str, str]:
    """Write the five source exports to ``folder``; return each file's SHA-256 by name.

    Raises ``ValueError`` for a defect that does not exist.
    """
    unknown = set(defects) - ALL_DEFECTS
    if unknown:
        raise ValueError(f"没有这种数据缺陷：{sorted(unknown)}")
    world = _world(cohort, defects)
    if "post_as_of_records" not in defects:
        world = _knowable(world, pd.Timestamp(cohort.as_of))
    return _write(Path(folder), sources.render(cohort, world, defects))


def write_class_data(cohort: Cohort, folder: Path) -> dict[str, str]:
    """Write ``tables/*.parquet`` and ``sources/*`` under ``folder``; return SHA-256 by path."""
    tables = {
        f"tables/{name}.parquet": files.parquet(frame)
        for name, frame in class_tables(cohort).items()
    }
    exports = write_sources(cohort, Path(folder) / "sources")
    return _write(Path(folder), tables) | {f"sources/{name}": sha for name, sha in exports.items()}


def _write(folder: Path, contents: dict[str, bytes]) -> dict[str, str]:
    for name, content in contents.items():
        write_file(folder / name, content)
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def _world(cohort: Cohort, defects: Collection[str]) -> dict[str, pd.DataFrame]:
    """Return everything that is true, beyond the observation date too, by table name."""
    customers = firms(cohort)
    consents, inquiries = credit.consents_and_inquiries(cohort, customers, defects)
    return {
        "firms": customers,
        "consents": consents,
        "inquiries": inquiries,
        "external_loans": credit.loans(cohort, inquiries),
        "tax": activity.tax(cohort, customers),
        "flows": activity.flows(cohort, customers),
        "app_events": activity.app_events(cohort, customers),
        "visits": activity.visits(cohort, customers),
    }


def _knowable(world: dict[str, pd.DataFrame], as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return ``world`` as it could be known at the end of ``as_of``."""
    end = as_of + DAY
    known = dict(world)
    dates = {"firms": "opened_date", "consents": "granted_date", "inquiries": "inquired_at",
             "flows": "date", "app_events": "occurred_at", "visits": "visit_date"}  # fmt: skip
    for name, column in dates.items():
        known[name] = world[name][world[name][column] < end].reset_index(drop=True)
    withdrawn = known["consents"]["withdrawn_date"]
    known["consents"] = known["consents"].assign(withdrawn_date=withdrawn.where(withdrawn < end))
    known["tax"] = world["tax"][world["tax"]["month"] <= activity.last_tax_month(as_of)]
    shown = world["external_loans"]["inquiry_id"].isin(known["inquiries"]["inquiry_id"])
    known["external_loans"] = world["external_loans"][shown]
    return known


def _without_unlinked(world: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    unlinked = world["firms"]["flaw"].isin(FATAL_FLAWS)
    linked = dict(world)
    linked["firms"] = world["firms"].assign(uscc=world["firms"]["uscc"].mask(unlinked))
    lost = world["firms"].loc[unlinked, "customer_id"]
    for name in ("tax", "inquiries", "external_loans"):
        linked[name] = world[name][~world[name]["customer_id"].isin(lost)]
    return linked
