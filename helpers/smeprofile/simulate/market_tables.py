"""Observed tables about marketing, and the fixed ones: products, channels, branches, LPR."""

import numpy as np
import pandas as pd
import pyarrow as pa

from smeprofile.dictionary import CONCERNS, REPAYMENT_METHODS
from smeprofile.rules.lpr import lpr
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import columns as c
from smeprofile.simulate import marketing
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.firm_tables import branch_ids
from smeprofile.simulate.plans import NEVER
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.traits import event_ids

_PRODUCTS, _CHANNELS = tuple(a.PRODUCTS), tuple(a.CHANNELS)
Columns = dict[str, pa.Array]


def contacts(x: Chunk) -> Columns:
    """Return the columns of ``contacts``."""
    rows = x.contacts
    if not rows:
        return {}
    return {
        "contact_id": c.texts(rows["id"]),
        "customer_id": c.words(x.ids, rows["who"]),
        "contact_date": c.days(rows["day"]),
        "product_id": c.words(_PRODUCTS, rows["product"]),
        "channel_id": c.words(_CHANNELS, rows["channel"]),
        "is_randomised": c.flags(rows["experiment"]),
        "is_treated": c.flags(rows["treated"]),
    }


def contact_responses(x: Chunk) -> Columns:
    """Return the columns of ``contact_responses``: what was known of them by the last day."""
    rows = x.contacts
    if not rows:
        return {}
    apps = x.applications
    day = np.full(len(rows["app"]), NEVER)
    answered = np.flatnonzero(rows["app"] >= 0)
    if len(answered):
        day[answered] = apps["applied"][apps["row"][rows["app"][answered]]] // 86400
    day = np.where(day <= x.setting.end_day, day, NEVER)
    return {
        "contact_id": c.texts(rows["id"]),
        "customer_id": c.words(x.ids, rows["who"]),
        "responded": c.flags(day < NEVER),
        "response_date": c.days(day),
        "opted_out": c.flags(rows["opted_out"]),
    }


def customer_survey(x: Chunk) -> Columns:
    """Return the columns of ``customer_survey``."""
    rows = marketing.surveys(x.setting, x.t, x.life)
    no = ~rows["wants"]
    return {
        "survey_id": c.texts(event_ids("S", x.t.who[rows["who"]], rows["serial"])),
        "customer_id": c.words(x.ids, rows["who"]),
        "survey_date": c.days(rows["day"]),
        "wants_loan": c.flags(rows["wants"]),
        "amount_wanted_cny": c.numbers(rows["amount"], no, digits=2),
        "tenor_months": c.whole(rows["tenor"], no),
        "repayment_method": c.words(REPAYMENT_METHODS, np.where(no, -1, rows["method"])),
        "top_concern": c.words(CONCERNS, rows["concern"]),
        "channel_id": c.words(_CHANNELS, rows["channel"]),
    }


def fixed_tables(setting: Setting) -> dict[str, pa.Table]:
    """Return the tables that no customer is in: products, channels, branches and LPR."""
    products = pd.DataFrame(
        [
            (key, p.name, p.security, float(p.min_line_cny), float(p.max_line_cny),
             max(p.tenors), "、".join(p.methods), p.spread)
            for key, p in setting.terms.products
        ],
        columns=["product_id", "name", "security", "min_line_cny", "max_line_cny",
                 "max_tenor_months", "repayment_methods", "spread"],
    )  # fmt: skip
    channels = pd.DataFrame(
        [(key, h.name, h.unit_cost_cny, h.monthly_capacity) for key, h in a.CHANNELS.items()],
        columns=["channel_id", "name", "unit_cost_cny", "monthly_capacity"],
    ).astype({"monthly_capacity": "Int64"})
    ids = branch_ids(setting)
    region = np.repeat(setting.terms.region_names, a.BRANCHES_PER_REGION)
    kind = np.tile(["一", "二", "三"][: a.BRANCHES_PER_REGION], len(setting.terms.regions))
    branches = pd.DataFrame(
        {
            "branch_id": ids,
            "name": [f"{place.rstrip('区县')}{k}支行" for place, k in zip(region, kind, strict=True)],
            "region": region,
            # About 200 customers to a manager at the one bank whose figure is public (泰隆, 2024).
            "n_rm": [
                max(2, round(setting.customers * setting.terms.region_shares[k // a.BRANCHES_PER_REGION]
                             / a.BRANCHES_PER_REGION / 200))
                for k in range(len(ids))
            ],
        }
    )  # fmt: skip
    table = lpr(setting.terms.lpr)
    frames = {
        "products": products, "channels": channels, "branches": branches,
        "lpr": table[table["date"] <= pd.Timestamp(setting.end)].astype({"date": "M8[us]"}),
    }  # fmt: skip
    return {
        name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in frames.items()
    }
