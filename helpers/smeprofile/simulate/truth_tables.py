"""What only the generator knows."""

import numpy as np
import pyarrow as pa

from smeprofile.dictionary import OPERATING, STAGES, UPLIFT_TYPES
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import columns as c
from smeprofile.simulate import marketing
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.firm_tables import deregistered
from smeprofile.simulate.lending import SECURITY
from smeprofile.simulate.plans import NEVER, lgd
from smeprofile.simulate.setting import first_day

_PRODUCTS, _CHANNELS = tuple(a.PRODUCTS), tuple(a.CHANNELS)
Columns = dict[str, pa.Array]


def truth_customers(x: Chunk) -> Columns:
    """Return the columns of ``truth_customers``."""
    t, months = x.t, x.setting.months_all
    stopped = (x.life.operating > 0) & x.life.is_open
    first_stop = np.where(stopped.any(1), first_day(months[stopped.argmax(1)]), NEVER)
    gone = deregistered(x)
    left = first_day(months[np.minimum(x.life.exit_at, len(months) - 1)])
    return {
        "customer_id": c.texts(x.ids),
        "quality": c.numbers(t.quality),
        "honesty": c.numbers(t.honesty),
        "price_sensitivity": c.numbers(t.price_sensitivity),
        "speed_sensitivity": c.numbers(t.speed_sensitivity),
        "settlement_share": c.numbers(t.settlement),
        "invoiced_share": c.numbers(t.invoiced),
        "net_margin": c.numbers(t.margin),
        "own_funds_share": c.numbers(t.own_funds),
        "frailty": c.numbers(t.frailty),
        "ring_id": c.whole(t.ring, t.ring < 0),
        "uplift_type": c.words(UPLIFT_TYPES, t.uplift),
        "shutdown_month": c.days(first_stop),
        "exit_month": c.days(np.where(gone < NEVER, left, NEVER)),
        "first_credit_month": c.days(_first_credit(x)),
    }


def _first_credit(x: Chunk) -> np.ndarray:
    """Return the first day of the month of each customer's first credit anywhere, or NEVER."""
    e, last = x.elsewhere, x.setting.months_all[-1]
    has = (e.start <= e.end) & (e.start <= last)
    month = np.where(has, e.start, NEVER).min(1)
    fac = x.facilities
    if fac:
        np.minimum.at(month, fac["who"], fac["start"] + x.setting.months_all[0])
    return np.where(month < NEVER, first_day(np.minimum(month, last)), NEVER)


def truth_months(x: Chunk) -> Columns:
    """Return the columns of ``truth_months``."""
    skip = len(x.setting.months_all) - len(x.setting.months_shown)
    who, k = np.nonzero(x.life.is_open[:, skip:])
    at = (who, k + skip)
    return {
        "customer_id": c.words(x.ids, who),
        "month": c.month_days(x.setting.months_shown[k]),
        "stage": c.words(STAGES, x.life.stage[at]),
        "operating": c.words(OPERATING, x.life.operating[at]),
        "revenue_cny": c.numbers(x.life.sales[at], digits=2),
        "need_cny": c.numbers(x.life.need[at], digits=2),
        "default_hazard": c.numbers(x.lending.book.hazard[at], digits=8),
        "exit_hazard": c.numbers(x.life.exit_hazard[at], digits=8),
    }


def truth_outcomes(x: Chunk) -> Columns:
    """Return the columns of ``truth_outcomes``."""
    rows = marketing.outcomes(x.setting, x.lending)
    return {
        "customer_id": c.words(x.ids, rows["who"]),
        "product_id": c.words(_PRODUCTS, rows["product"]),
        "channel_id": c.words(_CHANNELS, rows["channel"]),
        "p0": c.numbers(rows["p0"]),
        "p1": c.numbers(rows["p1"]),
        "y0": c.flags(rows["y0"]),
        "y1": c.flags(rows["y1"]),
    }


def truth_applications(x: Chunk) -> Columns:
    """Return the columns of ``truth_applications``."""
    apps = x.applications
    if not apps:
        return {}
    told = np.flatnonzero(apps["applied"] < (x.setting.end_day + 1) * 86400)
    who = apps["who"][told]
    loss = lgd(x.setting, x.t, {"customer": who, "security": SECURITY[apps["product"][told]]})
    return {
        "application_id": c.texts(apps["id"][told]),
        "customer_id": c.words(x.ids, who),
        "pd_12m": c.numbers(apps["pd_12m"][told]),
        "lgd": c.numbers(loss),
    }
