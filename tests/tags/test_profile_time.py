"""Nothing dated after the observation date can change a profile."""

from datetime import date

import pandas as pd
import pytest

from banks import KNOWN
from profiles import SMALL, profiled, tables
from smeprofile.tags import TAGS, profile

DAY = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)
# Told once, of the last day: known before it only if the customer's record wasn't touched since.
SNAPSHOT = ["size_class", "paid_in_ratio", "n_insured", "is_tech", "owns_premises"]


@pytest.mark.full
def test_another_future_leaves_the_profile_as_it_was():
    """Two banks that are one until DAY; do-not-contact is kept out: it binds backwards, by rule."""
    one, other = profiled(SMALL, BEFORE), profiled(SMALL.another_future(DAY), BEFORE)
    assert len(one) > 100
    known = one[SNAPSHOT].notna() & other[SNAPSHOT].notna()
    pd.testing.assert_frame_equal(one[SNAPSHOT].where(known), other[SNAPSHOT].where(known))
    ranks = [name for name in one if name.endswith("_peer_rank")]
    apart = [*SNAPSHOT, *ranks, "do_not_contact"]
    pd.testing.assert_frame_equal(one.drop(columns=apart), other.drop(columns=apart))


def test_rows_of_the_future_change_nothing():
    """Every dated table again, its rows thirty years on, under other keys."""
    later = {}
    for name, rows in tables().items():
        more = rows.iloc[::3].copy()
        if name in KNOWN or name == "schedules":
            for column in more.select_dtypes("datetime").columns:
                more[column] = (more[column] + pd.DateOffset(years=30)).astype(rows[column].dtype)
            if "year" in more.columns:
                more["year"] += 30
            for column in [c for c in rows.columns if c.endswith("_id")]:
                if column != "customer_id" or name == "customers":
                    more[column] = (
                        more[column] + 500_000
                        if pd.api.types.is_integer_dtype(rows[column])
                        else more[column].str[:1] + "9" + more[column].str[2:]
                    )
            rows = pd.concat([rows, more], ignore_index=True)
        later[name] = rows
    pd.testing.assert_frame_equal(profiled(), profile(later, "2025-12-31"))


def test_row_and_column_order_change_nothing():
    mixed = {
        name: rows.sample(frac=1, random_state=3).iloc[:, ::-1] for name, rows in tables().items()
    }
    pd.testing.assert_frame_equal(profiled(), profile(mixed, "2025-12-31"))


@pytest.mark.parametrize("as_of", ["2025-12-30", "2025-12-31"])
def test_a_month_counts_once_it_is_over(as_of):
    rows = pd.DataFrame(
        {"customer_id": "A", "month": pd.to_datetime(["2025-11-01", "2025-12-01"]),
         "sales_in_cny": [100.0, 900.0]}
    )  # fmt: skip
    told = profile({"flows_monthly": rows}, as_of).iloc[0]
    assert told["effective_inflow_cny"] == (100 if as_of == "2025-12-30" else 1000)


def test_every_tag_says_all_that_must_be_known_of_it():
    for tag in TAGS.values():
        for name in ("title", "definition", "window", "unit", "missing", "update", "owner"):
            assert getattr(tag, name), (tag.name, name)
        assert tag.needs and tag.valid_days > 0 and tag.uses and tag.sensitivity, tag.name
        assert tag.definition[-1] not in "。；"
    assert len({tag.title for tag in TAGS.values()}) == len(TAGS)
