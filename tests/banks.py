"""Small synthetic banks for the tests of ``smeprofile.simulate``: any size, end and luck."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from smeprofile.schemas import SCHEMAS
from smeprofile.simulate import Setting, whole_tables

_MONTH_ENDS = st.dates(date(2021, 2, 1), date(2031, 1, 1)).map(
    lambda day: day.replace(day=1) - timedelta(days=1)
)
SETTINGS = st.builds(
    Setting,
    customers=st.integers(60, 300),
    months=st.integers(3, 18),
    end=st.dates(date(2021, 1, 1), date(2030, 12, 31)) | _MONTH_ENDS,
    seed=st.integers(0, 2**128 - 1),
    grain=st.just("both"),
)
DATES = {  # every date and time of the observed tables
    (table.name, column.name)
    for table in SCHEMAS.values()
    for column in table.columns
    if column.kind in ("日期", "时间")
}

# The day each row became known. A month is known once it is over, so before the day if it starts
# before it: the day is the first of a month.
KNOWN = {
    "flows": "date", "flows_monthly": "month", "balances": "month", "invoices": "date",
    "invoices_monthly": "month", "tax": "arrived_date", "financials": "arrived_date",
    "inquiries": "inquired_at", "guarantees": "start_date", "legal_events": "date",
    "applications": "applied_at", "decisions": "decided_at", "facilities": "start_date", "drawdowns": "disbursed_date",
    "repayments": "paid_date", "contacts": "contact_date", "customer_survey": "survey_date",
    "consents": "granted_date", "customers": "opened_date", "lpr": "date",
}  # fmt: skip


class Bank:
    """A bank's tables by name, as pandas frames; shown as its setting when a test fails."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.end = pd.Timestamp(setting.end)

    def __repr__(self) -> str:
        return repr(self.setting)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return frames(self.setting)[name].copy(deep=False)

    @property
    def observed(self) -> list[str]:
        """Names of the tables without the truth."""
        return [name for name in frames(self.setting) if name in SCHEMAS]


@lru_cache(maxsize=32)
def frames(setting: Setting) -> dict[str, pd.DataFrame]:
    """Return all tables of a bank; made once for all tests of a file."""
    return {name: table.to_pandas() for name, table in whole_tables(setting, truth=True).items()}


def any_bank(test: Callable) -> Callable:
    """Run ``test(bank=…)`` on banks of any size, end and seed.

    All tests draw the same ones (one ``seed``), so that each is made once. Nothing is shrunk: a
    bank with another seed is another bank, not a simpler one.
    """
    few = settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
    return seed(4)(few(given(bank=SETTINGS.map(Bank))(test)))


def fen(yuan: pd.Series) -> pd.Series:
    """Return money in whole fen."""
    return (yuan * 100).round().astype("int64")


def days(moments: pd.Series) -> pd.Series:
    """Return the day of each moment."""
    return moments.dt.floor("D")


def looked_up(keys: pd.Series, table: pd.DataFrame, by: str, column: str) -> pd.Series:
    """Return ``column`` of the row of ``table`` that each key names; missing where there is none."""
    return keys.map(table.set_index(by)[column])


def opened_and_closed(bank: Bank, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the first and last day of each row's customer's account, as known on the last day."""
    customers = bank["customers"]
    opened = looked_up(rows["customer_id"], customers, "customer_id", "opened_date")
    closed = looked_up(rows["customer_id"], customers, "customer_id", "deregistered_date")
    return opened, closed.fillna(bank.end)


def daily(bank: Bank) -> pd.DataFrame:
    """Return one row per day an account was open: ``customer_id``, ``month``, ``balance`` in fen.

    Worked out from the single entries: the balance at a day's end is what the last entry up to
    that day left, or what the month opened with.
    """
    months, flows = bank["balances"], bank["flows"]
    opened, closed = opened_and_closed(bank, months)
    first = np.maximum(months["month"], opened)
    last = np.minimum(months["month"] + pd.offsets.MonthEnd(1), closed)
    n_days = (last - first).dt.days + 1
    grid = months.loc[months.index.repeat(n_days), ["customer_id", "month", "opening_cny"]]
    place = grid.groupby(level=0).cumcount()
    grid = grid.assign(date=first.loc[grid.index] + pd.to_timedelta(place, unit="D"))
    ends = flows.sort_values("flow_id").groupby(["customer_id", "date"])["balance_cny"].last()
    grid = grid.merge(ends.reset_index(), on=["customer_id", "date"], how="left")
    left = grid.groupby(["customer_id", "month"])["balance_cny"].ffill()
    return grid.assign(balance=fen(left.fillna(grid["opening_cny"])))
