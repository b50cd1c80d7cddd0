"""Cleaning: one function per kind of dirt, and the whole way from five sources to tidy tables."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api import types

from smeprofile import uscc
from smeprofile.data import sources
from smeprofile.dictionary import INDUSTRIES
from smeprofile.errors import UserError
from smeprofile.params import Cohort
from smeprofile.schemas import conform
from smeprofile.simulate.activity import last_tax_month

_CURRENCIES = {"": "CNY", "元": "CNY", "美元": "USD", "欧元": "EUR", "港元": "HKD", "港币": "HKD",
               "英镑": "GBP", "日元": "JPY"}  # fmt: skip
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}
_AMOUNT = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(万|亿)?(\D*)")
# Day 0 of date serial numbers; Excel's allows for its 29 February 1900.
EPOCHS = {"excel": "1899-12-30", "sas": "1960-01-01", "unix": "1970-01-01"}
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|(\d\d)(\d\d)|年(\d{1,2})月(\d{1,2})日)"
    r"(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?"
)
# 1970-2099 as Excel counts; the other epochs would put these numbers beyond 2029.
_SURELY_EXCEL = range(25_569, 73_051)


def to_cny(
    text: object,
    *,
    bare_unit_cny: float = 10_000,
    fx_rates_cny: Mapping[str, float] | None = None,
) -> float:
    """Return an amount such as ``"1,200万港元"`` in yuan; blank or missing is NaN, never 0.

    A number without any unit counts ``bare_unit_cny`` yuan each (the core system: 万元).
    ``fx_rates_cny`` gives the yuan for one unit of each foreign currency, by ISO code.
    Raises ``ValueError``, in Chinese, for what cannot be read and for a currency without rate.

    >>> to_cny("500万元"), to_cny("5,000,000元"), to_cny("500"), to_cny("")
    (5000000.0, 5000000.0, 5000000.0, nan)
    >>> to_cny("100万美元", fx_rates_cny={"USD": 7.0})
    7000000.0
    """
    if _is_blank(text):
        return float("nan")
    plain = "".join(unicodedata.normalize("NFKC", str(text)).split())
    match = _AMOUNT.fullmatch(plain.removeprefix("人民币"))
    if match is None:
        raise ValueError(f"看不懂的金额 {text!r}，应形如 500万元、5,000,000元 或 100万美元")
    digits, scale, currency = match.groups(default="")
    number = Decimal(digits.replace(",", ""))
    if not scale and not currency:
        return float(number * Decimal(str(bare_unit_cny)))
    return float(number * _SCALES[scale] * _rate(currency, fx_rates_cny or {}, text))


def _rate(currency: str, rates: Mapping[str, float], text: object) -> Decimal:
    code = _CURRENCIES.get(currency, currency)
    if code == "CNY":
        return Decimal(1)
    if code not in rates:
        raise ValueError(
            f"金额 {text!r} 的单位或币种“{currency}”没有换算办法，请给出它的汇率或改正单位"
        )
    return Decimal(str(rates[code]))


def to_cny_column(
    column: pd.Series,
    *,
    bare_unit_cny: float = 10_000,
    fx_rates_cny: Mapping[str, float] | None = None,
) -> pd.Series:
    """Return ``to_cny`` of each value; ``UserError`` names the column and record it fails on."""
    return _each(column, lambda text: to_cny(text, bare_unit_cny=bare_unit_cny,
                                             fx_rates_cny=fx_rates_cny), "float64")  # fmt: skip


def parse_date(text: object, *, serial_epoch: str | None = None) -> pd.Timestamp:
    """Return the day that ``text`` names, at midnight; blank or missing is ``NaT``.

    Read are 2019-03-05, 2019/3/5, 20190305, 2019年3月5日 (a time of day is dropped), and day
    numbers: as Excel's where only that makes sense, else only when ``serial_epoch`` says whose
    they are (``"excel"``, ``"sas"``, ``"unix"``). Raises ``ValueError``, in Chinese, otherwise.

    >>> parse_date("2019年3月5日") == parse_date("20190305") == parse_date("43529")
    True
    >>> parse_date(15074, serial_epoch="sas")
    Timestamp('2001-04-09 00:00:00')
    """
    if _is_blank(text):
        return pd.NaT
    if isinstance(text, date):
        return pd.Timestamp(text).normalize()
    plain = unicodedata.normalize("NFKC", str(text)).strip()
    serial = re.fullmatch(r"(-?\d{1,6})(?:\.\d*)?", plain)
    if serial:
        return _from_serial(int(serial[1]), serial_epoch)
    match = _DATE.fullmatch(plain.removesuffix(".0"))
    if match is None:
        raise ValueError(
            f"看不懂的日期 {text!r}，应形如 2019-03-05、2019/3/5、20190305 或 2019年3月5日"
        )
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return pd.Timestamp(year=year, month=month, day=day)
    except ValueError:
        raise ValueError(f"没有 {text!r} 这一天") from None


def _from_serial(number: int, epoch: str | None) -> pd.Timestamp:
    if epoch is None and number not in _SURELY_EXCEL:
        raise ValueError(
            f"{number} 像是日期序列号，但看不出起点，"
            f"请用 serial_epoch 说明是 {'、'.join(EPOCHS)} 哪一种"
        )
    return pd.Timestamp(EPOCHS[epoch or "excel"]) + pd.Timedelta(days=number)


def parse_dates(column: pd.Series, *, serial_epoch: str | None = None) -> pd.Series:
    """Return ``parse_date`` of each value; ``UserError`` names the column and record it fails on.

    >>> parse_dates(pd.Series(["2025/1/2", None]), serial_epoch=None).isna().tolist()
    [False, True]
    """
    return _each(column, lambda text: parse_date(text, serial_epoch=serial_epoch), "M8[us]")


def _each(column: pd.Series, function: Any, dtype: str) -> pd.Series:
    values = []
    for number, value in enumerate(column, start=1):
        try:
            values.append(function(value))
        except ValueError as error:
            raise UserError(f"列 {column.name} 第 {number} 条：{error}。") from None
    return pd.Series(values, index=column.index, name=column.name, dtype=dtype)


def _is_blank(value: object) -> bool:
    return bool(pd.isna(value)) or (isinstance(value, str) and not value.strip())


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


def clean_tables(folder: Path, cohort: Cohort) -> dict[str, pd.DataFrame]:
    """Return the tidy tables made from the five exports in ``folder``, all but ``flows``.

    Each is what was knowable on ``cohort.as_of``. Tax and bureau records whose credit code no
    customer has are left out: they cannot be linked. Raises ``UserError`` as the readers do.
    """
    folder = Path(folder)
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
    dates = {c: parse_dates(core[c]) for c in ("established_date", "opened_date", "updated_at")}
    core = core.assign(**dates, customer_id="C" + core["customer_id"])
    firms, merged = drop_duplicate_customers(as_of_filter(core, "opened_date", cohort.as_of))
    # A wish not to be called counts whichever of the firm's numbers it was noted under.
    noted = _kept_ids(contacts, _as_mapping(merged))
    refused = noted.loc[contacts["do_not_contact"] == "1"]
    capital = {
        f"{c}_cny": to_cny_column(firms[c], fx_rates_cny=cohort.fx_rates_cny)
        for c in ("subscribed_capital", "paid_in_capital")
    }
    tidy = firms.assign(
        **capital,
        name=firms["name"].str.strip(),
        uscc=firms["uscc"].where(firms["is_uscc_valid"]),
        industry=firms["industry_code"].map(INDUSTRIES),
        n_insured=pd.to_numeric(firms["n_insured"].replace("", None)).astype("Int64"),
        avg_daily_balance_cny=to_cny_column(firms["avg_daily_balance"], bare_unit_cny=1),
        do_not_contact=firms["customer_id"].isin(refused),
    )
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
        inquired_at=times.dt.tz_localize(None), customer_id=reports["uscc"].map(links)
    )
    known = as_of_filter(reports, "inquired_at", cohort.as_of).dropna(subset="customer_id")
    return known, loans.merge(known[["inquiry_id", "customer_id"]], on="inquiry_id")


def _tax(folder: Path, links: pd.Series, cohort: Cohort) -> pd.DataFrame:
    lines = sources.read_tax(folder / "tax_filings.xlsx").drop_duplicates()
    lines = lines.assign(customer_id=lines["uscc"].map(uscc.normalize).map(links))
    linked = lines.dropna(subset="customer_id")
    unit = linked["unit"].map({"元": 1, "万元": 10_000})
    # Text months have no day: the first stands for the month.
    month = parse_dates(linked["month"].str.slice(0, 7) + "-01")
    tidy = linked.assign(
        month=month,
        invoiced_cny=(linked["invoiced"] * unit).round(2),
        red_cny=(linked["red"] * unit).round(2),
    )
    return tidy[month <= last_tax_month(pd.Timestamp(cohort.as_of))]


def _app_events(folder: Path, kept: Mapping[str, str], cohort: Cohort) -> pd.DataFrame:
    log = sources.read_app_log(folder / "app_log.parquet").drop_duplicates("event_id")
    beijing = log["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    rows = log.assign(customer_id=_kept_ids(log, kept), occurred_at=beijing)
    return as_of_filter(rows, "occurred_at", cohort.as_of)
