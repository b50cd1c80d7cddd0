"""Module 09: what no experiment shows of one customer, and the market its campaign is marked on."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from smeprofile import campaign
from smeprofile.bank import grading_seeds, market
from smeprofile.params import Cohort
from smeprofile.simulate.exported import setting
from smeprofile.simulate.world import arrow_schema, chunk_tables
from smeprofile.uplift import FEATURES, TLearner, described, experiment

_PART = 5_000  # customers looked at, so that a value takes seconds
_TABLES = {"customers", "contacts", "contact_responses", "applications", "financials", "truth_outcomes",
           "truth_customers"}  # fmt: skip
_OFFER = ("F1", "H2")  # told by telephone about the quick loan
_TOP = 0.2
_MARKET, _LUCKS = 4_000, 8


@lru_cache(maxsize=2)
def _tables(cohort: Cohort) -> dict[str, pd.DataFrame]:
    """Return the tables of the first customers of the cohort's bank, with their truth."""
    s = setting(cohort)
    made = chunk_tables(s, 0, min(_PART, s.customers), truth=True, only=_TABLES)
    return {name: table.cast(arrow_schema(name)).to_pandas() for name, table in made}


@lru_cache(maxsize=2)
def _seen(cohort: Cohort) -> dict[str, object]:
    """Return how much of the true uplift a fifth of the customers holds, by whom they are ranked.

    True uplift is p1 − p0 on the last day, of one offer; the models are fit on the experiment of
    the same customers, once a customer and without channels: what they can know of a customer.
    """
    t, end = _tables(cohort), pd.Timestamp(cohort.as_of)
    outcomes = t["truth_outcomes"]
    one = outcomes[(outcomes["product_id"] == _OFFER[0]) & (outcomes["channel_id"] == _OFFER[1])]
    one = one[one["p0"] > 0].assign(contact_date=end)
    now = described(one[["customer_id", "contact_date"]], t)
    tau = (one.set_index("customer_id")["p1"] - one.set_index("customer_id")["p0"]).reindex(
        now["customer_id"]
    )
    tau = tau.set_axis(now.index)
    rows = experiment(t)
    model = TLearner().fit(rows[FEATURES], rows["is_treated"], rows["responded"])
    lot = pd.Series(np.random.default_rng(1).random(len(now)), index=now.index)
    ranked = {
        "真值": tau,
        "增益模型": model.predict(now[FEATURES]),
        "响应模型": model.response(now[FEATURES]),
        "随便挑": lot,
    }
    k = max(1, round(_TOP * len(now)))
    held = {
        name: float(tau[score.nlargest(k).index].sum() / tau.sum())
        for name, score in ranked.items()
    }
    types = t["truth_customers"].set_index("customer_id")["uplift_type"]
    return {
        "n": len(now), "held": held,
        "types": types.reindex(now["customer_id"]).value_counts(normalize=True).round(4).to_dict(),
        "mean": float(tau.mean()), "harmed": float((tau < 0).mean()),
    }  # fmt: skip


@lru_cache(maxsize=2)
def _best(cohort: Cohort) -> dict[str, str]:
    return campaign.best(market(_MARKET, _market_seed(cohort)), _lucks(cohort)[:4])


def _market_seed(cohort: Cohort) -> int:
    return grading_seeds("09:market", cohort=cohort)[0]


def _lucks(cohort: Cohort) -> list[int]:
    return grading_seeds("09:luck", _LUCKS, cohort=cohort)


VALUES: dict[str, Callable[[Cohort], object]] = {
    "uplift_seen": lambda cohort: _seen(cohort),
    "uplift_market": lambda cohort: [_MARKET, _market_seed(cohort)],
    "uplift_lucks": _lucks,
    "uplift_campaign": lambda cohort: campaign.form_of(_best(cohort)),
}
