"""What the class data say a product's loans cost: its bad rate, loss given default and floor price."""

import pandas as pd

from smeprofile.credit import bad_within, loan_months
from smeprofile.data import load
from smeprofile.pricing.floor import floor_price
from smeprofile.pricing.vat import FREE_MULTIPLE
from smeprofile.rules.lpr import lpr_on
from smeprofile.simulate import assumptions as a

FEW = 200  # chains of renewals under which a bad rate is luck


def product_prices(as_of: str) -> pd.DataFrame:
    """Return one row per product, by ``product_id``: ``name, security, list_rate, n, n_bad, pd_12m,
    lgd, floor_rate``; rates 0–1.

    ``pd_12m``: of the chains of renewals whose first twelve months are known, the share that was
    more than 90 days late or written off in them; with fewer than ``FEW`` of them the whole bank's.
    ``lgd`` is the generator's mean by security [P]. ``list_rate`` is the one-year LPR of the day
    and the spread; ``floor_rate`` pays for the bank's own terms, without deposits and before VAT.
    """
    chains = chain_outcomes(as_of)
    counts = chains.groupby("product_id")["is_bad"].agg(n="size", n_bad="sum")
    told = load("products").set_index("product_id").join(counts).fillna({"n": 0, "n_bad": 0})
    own, whole = told["n_bad"] / told["n"], chains["is_bad"].mean()
    told["pd_12m"] = own.where(told["n"] >= FEW, whole).astype(float)
    told["lgd"] = told["security"].map(a.LGD).astype(float)
    told["list_rate"] = (lpr_on(as_of, 12, load("lpr")) + told["spread"]).round(4)
    told["floor_rate"] = [
        floor_price(p, x) for p, x in zip(told["pd_12m"], told["lgd"], strict=True)
    ]
    shown = ["name", "security", "list_rate", "n", "n_bad", "pd_12m", "lgd", "floor_rate"]
    return told[shown].astype({"n": int, "n_bad": int})


def chain_outcomes(as_of: str) -> pd.DataFrame:
    """Return one row per chain of renewals whose first year is known: ``chain_id, product_id, is_bad``."""
    drawdowns = load("drawdowns")
    months = loan_months(drawdowns, load("schedules"), load("repayments"), through=as_of)
    known = bad_within(months).dropna(subset="is_bad")
    first = drawdowns.set_index("loan_id")["facility_id"].reindex(known["chain_id"])
    sold = load("facilities").set_index("facility_id")["product_id"]
    known = known.assign(
        product_id=sold.reindex(first).to_numpy(), is_bad=known["is_bad"].astype(int)
    )
    return known.dropna(subset="product_id")[["chain_id", "product_id", "is_bad"]]


def rates_of_lines(facilities: pd.DataFrame, lpr: pd.DataFrame) -> pd.DataFrame:
    """Return ``facilities`` with ``lpr_1y`` in force on ``start_date`` and ``free_up_to`` (1.5 times it).

    Rows keep their order and index.
    """
    told = lpr.sort_values("date")[["date", "lpr_1y"]]
    days = facilities[["start_date"]].reset_index(drop=True).reset_index().sort_values("start_date")
    found = pd.merge_asof(days, told, left_on="start_date", right_on="date").set_index("index")
    rate = found["lpr_1y"].sort_index().to_numpy()
    return facilities.assign(lpr_1y=rate, free_up_to=(rate * FREE_MULTIPLE).round(8))
