"""Everything true of the exported branch, beyond the observation date too, and what was knowable."""

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from smeprofile.params import Cohort
from smeprofile.schemas import conform
from smeprofile.simulate import activity, breaches
from smeprofile.simulate.assumptions import TAX_DUE_DAY
from smeprofile.simulate.exported import DAY, future_span, setting, unlinked
from smeprofile.simulate.firm_tables import capital
from smeprofile.simulate.world import chunk_tables

# Tables of the bank that the exports are rendered from.
NEEDED = frozenset(
    ("customers", "consents", "inquiries", "external_loans", "tax", "invoices_monthly")
)
LINKED = ("inquiries", "external_loans", "tax")  # to the customer by the credit code alone
Frames = dict[str, pd.DataFrame]


def everything(
    cohort: Cohort,
    firms: pd.DataFrame,
    rows: Callable[[str], pd.DataFrame],
    defects: Collection[str],
) -> Frames:
    """Return what is true of the customers ``firms`` (``exported``), by table name.

    ``rows`` gives their rows of a table of the bank. ``firms`` comes back with one row per firm
    and all that the core system knows; the last ones (``is_future``) opened their account after
    the observation date.
    """
    inquiries, loans, tax = rows("inquiries"), rows("external_loans"), rows("tax")
    serial = inquiries["inquiry_id"].str[9:].astype(int)
    n_made = serial.groupby(inquiries["customer_id"]).max()
    own = inquiries[inquiries["institution"] == cohort.bank.name].reset_index(drop=True)
    consents, own = breaches.spoiled(cohort, rows("consents"), own, defects, spare=unlinked(firms))
    late = breaches.after_as_of(cohort, consents, own, n_made)
    return {
        "firms": _core(cohort, firms, rows("customers")),
        "consents": breaches.late_withdrawals(cohort, consents, spare=late["consent_id"]),
        "inquiries": pd.concat([own, late], ignore_index=True),
        "external_loans": pd.concat([loans, _shown_again(own, loans, late)], ignore_index=True),
        "tax": pd.concat([tax, _not_due(cohort, tax, rows("invoices_monthly"))], ignore_index=True),
        "app_events": activity.app_events(cohort, firms),
        "visits": activity.visits(cohort, firms),
    }  # fmt: skip


def knowable(branch: Frames, cohort: Cohort) -> Frames:
    """Return ``branch`` as it could be known at the end of the observation date."""
    end, known = pd.Timestamp(cohort.as_of) + DAY, dict(branch)
    dates = {"firms": "opened_date", "consents": "granted_date", "inquiries": "inquired_at",
             "tax": "arrived_date", "app_events": "occurred_at", "visits": "visit_date"}  # fmt: skip
    for name, column in dates.items():
        known[name] = branch[name][branch[name][column] < end].reset_index(drop=True)
    withdrawn = known["consents"]["withdrawn_date"]
    known["consents"] = known["consents"].assign(withdrawn_date=withdrawn.where(withdrawn < end))
    shown = branch["external_loans"]["inquiry_id"].isin(known["inquiries"]["inquiry_id"])
    known["external_loans"] = branch["external_loans"][shown]
    return known


def without_unlinked(branch: Frames) -> Frames:
    """Return ``branch`` less what a credit code that can't be mended would have to link."""
    firms, linked = branch["firms"], dict(branch)
    lost = unlinked(firms)
    linked["firms"] = firms.assign(uscc=firms["uscc"].mask(firms["customer_id"].isin(lost)))
    for name in LINKED:
        linked[name] = branch[name][~branch[name]["customer_id"].isin(lost)]
    return linked


def _core(cohort: Cohort, firms: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per firm: the customer table's fields, capital as registered, and flaws."""
    future = _future(cohort, *customers.loc[0, ["region", "branch_id"]])
    known = customers.merge(firms[["customer_id", "number", "flaw", "old_id"]], on="customer_id")
    rows = pd.concat([known.assign(is_future=False), future], ignore_index=True)
    registered = capital(setting(cohort), rows["number"].to_numpy())
    currencies = np.array(["CNY", *sorted(cohort.fx_rates_cny)])
    return rows.assign(
        is_twice=rows["old_id"].notna(),
        currency=currencies[registered["currency"]],
        subscribed_wan=registered["wan"],
        paid_in_wan=registered["paid_wan"],
    )


def _future(cohort: Cohort, region: str, branch_id: str) -> pd.DataFrame:
    low, high = future_span(cohort)
    table = dict(chunk_tables(setting(cohort), low, high, only={"customers"}))["customers"]
    rows = conform("customers", table.to_pandas())
    opened = pd.Timestamp(cohort.as_of) + pd.to_timedelta(1 + np.arange(high - low) % 14, unit="D")
    return rows.assign(
        number=np.arange(low + 1, high + 1),
        region=region,
        branch_id=branch_id,
        opened_date=opened, updated_at=opened, avg_daily_balance_cny=0.0,
        registration_status="存续", deregistered_date=pd.NaT,
        flaw="", old_id=None, is_future=True,
    )  # fmt: skip


def _shown_again(own: pd.DataFrame, loans: pd.DataFrame, late: pd.DataFrame) -> pd.DataFrame:
    """Return the loans that late reports show: those of the customer's last report before."""
    last = own.sort_values("inquired_at").drop_duplicates("customer_id", keep="last")
    again = late[["customer_id", "inquiry_id"]].merge(
        last[["customer_id", "inquiry_id"]], on="customer_id", suffixes=("", "_before")
    )
    found = loans.rename(columns={"inquiry_id": "inquiry_id_before"})
    return again.merge(found, on=["customer_id", "inquiry_id_before"])[loans.columns]


def _not_due(cohort: Cohort, tax: pd.DataFrame, monthly: pd.DataFrame) -> pd.DataFrame:
    """Return returns of the two months whose filing is still to come on the observation date.

    Amounts are those invoiced in the month or, where it isn't over yet, a year before.
    """
    last = tax.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    sums = tax.groupby("customer_id")[["vat_due_cny", "taxable_sales_cny"]].sum()
    burden = (sums["vat_due_cny"] / sums["taxable_sales_cny"]).fillna(0.01)
    parts = []
    for month in _months_not_due(cohort):
        now = monthly[monthly["month"] == month]
        before = monthly[monthly["month"] == month - pd.DateOffset(years=1)]
        before = before[~before["customer_id"].isin(now["customer_id"])]
        rows = pd.concat([now, before], ignore_index=True)
        rows = rows[rows["customer_id"].isin(last.index)]
        sold = (rows["sales_cny"] - rows["red_cny"]).round(2)
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": rows["customer_id"], "month": month,
                    "status": np.where(rows["sales_cny"] == 0, "零申报", "已申报"),
                    "invoiced_cny": rows["sales_cny"], "red_cny": rows["red_cny"],
                    "taxable_sales_cny": sold,
                    "vat_due_cny": (sold * rows["customer_id"].map(burden)).round(2),
                    "tax_grade": rows["customer_id"].map(last["tax_grade"]),
                    "arrived_date": _due(month),
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True).astype(tax.dtypes)[tax.columns]


def _months_not_due(cohort: Cohort) -> list[pd.Timestamp]:
    as_of = pd.Timestamp(cohort.as_of)
    this = as_of.replace(day=1)
    months = [this + pd.DateOffset(months=k) for k in (-1, 0, 1)]
    return [month for month in months if _due(month) > as_of][:2]


def _due(month: pd.Timestamp) -> pd.Timestamp:
    """Return the day a month's return is due, and at the bank: before, it isn't known."""
    return month + pd.DateOffset(months=1, days=TAX_DUE_DAY - 1)
