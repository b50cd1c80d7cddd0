"""Cleaning: firms recorded twice, what wasn't known yet, and the whole way to tidy tables."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
from pandas.api import types

from smeprofile import uscc
from smeprofile.data import sources
from smeprofile.data.parse import parse_dates, to_cny_column
from smeprofile.dictionary import INDUSTRIES
from smeprofile.errors import UserError
from smeprofile.params import Cohort, load_cohort
from smeprofile.schemas import conform


def drop_duplicate_customers(core: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per firm, and one row per dropped record: ``old_id`` → ``kept_id``.

    Records are one firm when their normalised, valid ``uscc`` agree; the latest ``updated_at``
    is kept (of equals, the lower number). A record without a valid code is kept, flagged
    ``is_uscc_valid = False``: a name alone proves nothing. ``uscc`` comes back normalised.

    >>> code = uscc.make(1)
    >>> core = pd.DataFrame({"customer_id": ["C1", "C2"], "uscc": [code, f" {code.lower()}"],
    ...                      "updated_at": ["2025-01-01", "2025-06-01"]})
    >>> drop_duplicate_customers(core)[1].to_dict("records")
    [{'old_id': 'C1', 'kept_id': 'C2'}]
    """
    code = core["uscc"].map(uscc.normalize)
    marked = core.assign(
        uscc=code, is_uscc_valid=code.map(uscc.is_valid).astype(bool),
        _updated=parse_dates(core["updated_at"]),
    )  # fmt: skip
    ordered = marked.sort_values(["_updated", "customer_id"], ascending=[False, True])
    valid = ordered[ordered["is_uscc_valid"]]
    kept = valid.drop_duplicates("uscc").set_index("uscc")["customer_id"]
    dropped = valid[valid.duplicated("uscc")]
    merged = pd.DataFrame(
        {"old_id": dropped["customer_id"], "kept_id": dropped["uscc"].map(kept)}
    ).sort_values("old_id", ignore_index=True)
    firms = marked.drop(index=dropped.index).drop(columns="_updated")
    return firms.reset_index(drop=True), merged


def as_of_filter(frame: pd.DataFrame, column: str, as_of: date | str) -> pd.DataFrame:
    """Return the rows whose ``column`` lies on or before the day ``as_of``, Beijing time.

    A time with a zone is converted first. A row without a time is left out: nothing shows that
    it was known then. Raises ``UserError`` when the column does not hold dates.

    >>> log = pd.DataFrame({"ts": pd.to_datetime(["2025-12-31T15:59Z", "2025-12-31T16:00Z"])})
    >>> len(as_of_filter(log, "ts", "2025-12-31"))
    1
    """
    times = frame[column]
    if not types.is_datetime64_any_dtype(times):
        raise UserError(f"列 {column} 还不是日期。请先用 parse_dates 转换。")
    if times.dt.tz is not None:
        times = times.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    return frame[times < pd.Timestamp(as_of).normalize() + pd.Timedelta(days=1)].copy()


def clean_tables(
    folder: Path | None = None, cohort: Cohort | None = None
) -> dict[str, pd.DataFrame]:
    """Return the tidy tables made from the five exports in ``folder``; by default the class's own.

    Each holds what was knowable on ``cohort.as_of`` of the exported customers: ``inquiries`` the
    bank's own only, ``tax`` the returns it had by then. Tax and bureau records whose credit code
    no customer has are left out: they cannot be linked. Raises ``UserError`` as the readers do.

    >>> sorted(clean_tables())
    ['app_events', 'consents', 'customers', 'external_loans', 'inquiries', 'tax', 'visits']
    """
    cohort = cohort or load_cohort()
    folder = Path(folder) if folder else sources.source_path("crm.sqlite").parent
    crm = sources.read_crm(folder / "crm.sqlite")
    customers, merged = _customers(folder, crm["customers"], cohort)
    kept = _as_mapping(merged)
    links = customers.dropna(subset="uscc").set_index("uscc")["customer_id"]
    inquiries, loans = _bureau(folder, links, cohort)
    tables = {
        "customers": customers,
        "consents": _consents(crm["consents"], kept, cohort),
        "inquiries": inquiries,
        "external_loans": loans,
        "tax": _tax(folder, links, cohort),
        "app_events": _app_events(folder, kept, cohort),
        "visits": _visits(crm["visits"], kept, cohort),
    }
    return {name: conform(name, frame) for name, frame in tables.items()}


def _customers(
    folder: Path, contacts: pd.DataFrame, cohort: Cohort
) -> tuple[pd.DataFrame, pd.DataFrame]:
    core = sources.read_core(folder / "core_customers.csv")
    core = core.assign(
        **{
            name: parse_dates(core[name])
            for name in core.columns
            if name.endswith(("_date", "_at"))
        },
        customer_id="C" + core["customer_id"],
    )
    firms, merged = drop_duplicate_customers(as_of_filter(core, "opened_date", cohort.as_of))
    # A wish not to be called counts whichever of the firm's numbers it was noted under.
    noted = _kept_ids(contacts, _as_mapping(merged))
    refused = noted.loc[contacts["do_not_contact"] == "1"]
    capital = {
        f"{c}_cny": to_cny_column(firms[c], fx_rates_cny=cohort.fx_rates_cny).round(2)
        for c in ("subscribed_capital", "paid_in_capital")
    }
    amounts = {
        f"{c}_cny": to_cny_column(firms[c], bare_unit_cny=1)
        for c in ("annual_revenue", "total_assets", "avg_daily_balance")
    }
    counts = {
        c: pd.to_numeric(firms[c].replace("", None)).astype("Int64")
        for c in ("n_insured", "n_staff")
    }
    tidy = firms.assign(
        **capital, **amounts, **counts,
        **{c: firms[c] == "是" for c in ("is_tech", "owns_premises")},
        name=firms["name"].str.strip(),
        uscc=firms["uscc"].where(firms["is_uscc_valid"]),
        industry=firms["industry_code"].map(INDUSTRIES),
        do_not_contact=firms["customer_id"].isin(refused),
    )  # fmt: skip
    return tidy, merged


def _as_mapping(merged: pd.DataFrame) -> dict[str, str]:
    return dict(zip(merged["old_id"], merged["kept_id"], strict=True))


def _kept_ids(rows: pd.DataFrame, kept: Mapping[str, str]) -> pd.Series:
    ids = "C" + rows["customer_id"]
    return ids.map(lambda number: kept.get(number, number))


def _consents(raw: pd.DataFrame, kept: Mapping[str, str], cohort: Cohort) -> pd.DataFrame:
    dates = {c: parse_dates(raw[c]) for c in ("granted_date", "withdrawn_date")}
    known = as_of_filter(
        raw.assign(**dates, customer_id=_kept_ids(raw, kept)), "granted_date", cohort.as_of
    )
    # A withdrawal still to come was not known, so on that day there was none.
    later = known["withdrawn_date"] > pd.Timestamp(cohort.as_of)
    return known.assign(withdrawn_date=known["withdrawn_date"].mask(later))


def _visits(raw: pd.DataFrame, kept: Mapping[str, str], cohort: Cohort) -> pd.DataFrame:
    rows = raw.assign(customer_id=_kept_ids(raw, kept), visit_date=parse_dates(raw["visit_date"]))
    return as_of_filter(rows, "visit_date", cohort.as_of)


def _bureau(folder: Path, links: pd.Series, cohort: Cohort) -> tuple[pd.DataFrame, pd.DataFrame]:
    reports, loans = sources.read_bureau(folder / "bureau_reports.json")
    times = pd.to_datetime(reports["inquired_at"], utc=True).dt.tz_convert("Asia/Shanghai")
    reports = reports.assign(
        inquired_at=times.dt.tz_localize(None), customer_id=reports["uscc"].map(links),
        institution=cohort.bank.name, seen_in_id=None,
    )  # fmt: skip
    known = as_of_filter(reports, "inquired_at", cohort.as_of).dropna(subset="customer_id")
    loans = loans.assign(maturity_date=parse_dates(loans["maturity_date"]))
    return known, loans.merge(known[["inquiry_id", "customer_id"]], on="inquiry_id")


def _tax(folder: Path, links: pd.Series, cohort: Cohort) -> pd.DataFrame:
    lines = sources.read_tax(folder / "tax_filings.xlsx").drop_duplicates()
    lines = lines.assign(customer_id=lines["uscc"].map(uscc.normalize).map(links))
    linked = lines.dropna(subset="customer_id")
    unit = linked["unit"].map({"元": 1, "万元": 10_000})
    # Text months have no day: the first stands for the month.
    month = parse_dates(linked["month"].str.slice(0, 7) + "-01")
    amounts = {f"{c}_cny": (linked[c] * unit).round(2) for c in sources.TAX_AMOUNTS}
    tidy = linked.assign(month=month, **amounts, arrived_date=parse_dates(linked["arrived_date"]))
    return as_of_filter(tidy, "arrived_date", cohort.as_of)


def _app_events(folder: Path, kept: Mapping[str, str], cohort: Cohort) -> pd.DataFrame:
    log = sources.read_app_log(folder / "app_log.parquet").drop_duplicates("event_id")
    beijing = log["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    rows = log.assign(customer_id=_kept_ids(log, kept), occurred_at=beijing)
    return as_of_filter(rows, "occurred_at", cohort.as_of)
