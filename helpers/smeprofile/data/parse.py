"""Single values read: an amount in yuan, a day; blank stays missing, the unreadable is refused."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from smeprofile.errors import UserError

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

    >>> to_cny("500万元"), to_cny("5,000,000元"), to_cny("500"), to_cny("500万人民币"), to_cny("")
    (5000000.0, 5000000.0, 5000000.0, 5000000.0, nan)
    >>> to_cny("100万美元", fx_rates_cny={"USD": 7.0})
    7000000.0
    """
    if _is_blank(text):
        return float("nan")
    plain = "".join(unicodedata.normalize("NFKC", str(text)).split())
    match = _AMOUNT.fullmatch(plain.removeprefix("人民币").removesuffix("人民币"))
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
