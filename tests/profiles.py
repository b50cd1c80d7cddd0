"""Small banks and their profiles, made once for all tests that look at them."""

from datetime import date
from functools import cache

import pandas as pd

from banks import Bank
from smeprofile.schemas import SCHEMAS
from smeprofile.simulate import Setting
from smeprofile.tags import profile

END = date(2025, 12, 31)
SMALL = Setting(customers=150, months=26, end=END, seed=5, grain="both")


@cache
def tables(setting: Setting = SMALL) -> dict[str, pd.DataFrame]:
    """Return the observed tables of a bank."""
    bank = Bank(setting)
    return {name: bank[name] for name in bank.observed if name in SCHEMAS}


@cache
def profiled(setting: Setting = SMALL, as_of: date = END, use: str = "授信审批") -> pd.DataFrame:
    """Return a bank's profile; callers must not change it."""
    return profile(tables(setting), as_of, use=use)


def flow(day, amount, summary="货款", direction="in", customer="A", **more):
    """One entry, as a row of ``flows``."""
    return {"customer_id": customer, "date": day, "direction": direction, "amount_cny": amount,
            "summary": summary, **more}  # fmt: skip


def of_flows(rows, as_of="2025-12-31", **more):
    """The profile of one customer who has nothing but these flows."""
    return profile({"flows": pd.DataFrame(rows)}, as_of, **more).iloc[0]
