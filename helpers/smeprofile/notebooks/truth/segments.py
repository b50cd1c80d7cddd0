"""Module 04: how often the stage told from flows is the true one, and what the segments are."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from smeprofile.params import Cohort
from smeprofile.segments import NAMES, cluster, fitting, lrfmc, rank_transform, stage, traits
from smeprofile.simulate.exported import setting
from smeprofile.simulate.world import arrow_schema, chunk_tables
from smeprofile.tags import profile

FIRST, K, SEED = 3000, 4, 4  # the customers, number of segments and seed of the practice
_TABLES = {"customers", "flows_monthly", "invoices_monthly", "facilities", "drawdowns", "repayments",
           "truth_months"}  # fmt: skip
_PLACES = "甲乙丙丁戊己庚"


@lru_cache(maxsize=4)
def _known(cohort: Cohort) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the profile of the bank's first customers still registered, and their true last month."""
    s = setting(cohort)
    made = chunk_tables(s, 0, min(FIRST, s.customers), truth=True, only=_TABLES)
    tables = {name: table.cast(arrow_schema(name)).to_pandas() for name, table in made}
    months = tables.pop("truth_months")
    real = months[months["month"] == months["month"].max()].set_index("customer_id")
    found = profile(tables, s.end).set_index("customer_id", drop=False).rename_axis(None)
    found = found[found["registration_status"] != "注销"]
    return found, real.reindex(found.index)


def _agreement(cohort: Cohort) -> dict[str, float]:
    """Return shares 0–1 among firms in business: how often each way of telling the stage is right."""
    found, real = _known(cohort)
    inside = real["operating"] == "正常经营"
    told, true, age = stage(found)[inside], real["stage"][inside], found["age_years"][inside]
    by_age = pd.Series(np.select([age <= 3, age <= 7], ["初创", "成长"], "成熟"), index=age.index)
    falling = true == "衰退"
    shares = {
        "rules_right": (told == true)[told.notna()].mean(),
        "age_right": (by_age == true)[told.notna()].mean(),
        "mature_right": (true == "成熟")[told.notna()].mean(),
        "untold": told.isna().mean(),
        "declines": falling.mean(),
        "told_decline": (told == "衰退").mean(),
        "declines_found": (told[falling] == "衰退").mean(),
        "declines_found_by_age": (by_age[falling] == "衰退").mean(),
        "told_decline_is_true": falling[told == "衰退"].mean(),
        "told_decline_is_mature": (true[told == "衰退"] == "成熟").mean(),
    }
    return {name: round(float(share), 3) for name, share in shares.items()}


def _segments(cohort: Cohort) -> dict[str, list[str]]:
    """Return segment → its traits, as the practice reckons them."""
    ranks = rank_transform(lrfmc(_known(cohort)[0]))
    found = traits(ranks, cluster(ranks, k=K, seed=SEED))
    return {_PLACES[k - 1]: held for k, held in sorted(found.items())}


def _named(cohort: Cohort) -> dict[str, str]:
    """Return the model answer: a name each segment bears out, and its two clearest traits."""
    rows: dict[str, str] = {}
    for place, held in _segments(cohort).items():
        name = fitting(held)[0]
        backed = next(trait for trait in held if trait in NAMES[name])
        other = next(trait for trait in held if trait != backed)
        rows |= {f"{place}名": name, f"{place}一": backed, f"{place}二": other}
    return rows


def _upside_down(cohort: Cohort) -> dict[str, str]:
    """Return the model answer with a name on the first segment that its numbers contradict."""
    held = _segments(cohort)["甲"]
    others = [name for name, claims in NAMES.items() if claims and name not in fitting(held)]
    return _named(cohort) | {"甲名": others[-1]}


def _false_trait(cohort: Cohort) -> dict[str, str]:
    """Return the model answer with a trait that the first segment hasn't."""
    held = _segments(cohort)["甲"]
    opposite = {"大": "小", "小": "大", "多": "少", "少": "多", "长": "短", "短": "长"}
    return _named(cohort) | {"甲二": held[0][:-1] + opposite[held[0][-1]]}


VALUES: dict[str, Callable[[Cohort], object]] = {
    "stage_agreement": _agreement,
    "segment_last": lambda cohort: f"C{FIRST:08}",  # the last customer looked at
    "segment_names": _named,
    "segment_upside_down": _upside_down,
    "segment_false_trait": _false_trait,
    "segment_risky": lambda cohort: _named(cohort) | {"甲名": "高风险客户"},
}
