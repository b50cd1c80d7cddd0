"""Who asked after a day, amounts at their cap, thresholds, rankings: module 07's parts."""

import numpy as np
import pandas as pd
import pytest

from smeprofile.demand import FEATURES, by_threshold, censored_mean, panel
from smeprofile.demand.example import TABLES
from smeprofile.errors import UserError
from smeprofile.verdicts import rank_share


def rows(day="2025-06-30", **changed):
    return panel(TABLES | changed, [day], horizon_months=6).set_index("customer_id")


def test_who_has_a_line_in_force_is_not_asked_about():
    assert rows().index.tolist() == ["C1", "C2"]
    assert rows("2025-12-31").index.tolist() == ["C1", "C2", "C3"]  # it has ended


def test_what_comes_after_the_day_changes_no_feature():
    later = {
        name: table[table[column] <= "2025-06-30"]
        for name, column in (
            ("applications", "applied_at"),
            ("financials", "arrived_date"),
            ("customer_survey", "survey_date"),
        )
        if len(table := TABLES[name])
    }
    pd.testing.assert_frame_equal(rows()[FEATURES], rows(**later)[FEATURES])


def test_the_first_new_application_counts_and_a_renewal_does_not():
    assert rows()["amount_cny"].tolist()[:1] == [500_000]
    assert rows("2025-12-31")["amount_cny"].isna().all()


@pytest.mark.parametrize("day", ["2025-06-30", "2025-12-31"])
def test_a_day_at_the_seam_of_two_halves_belongs_to_the_first(day):
    last = pd.DataFrame({"customer_id": ["C1"], "applied_at": [pd.Timestamp("2025-12-31 10:00")],
                         "product_id": "F1", "kind": "新增", "amount_cny": 7e4})  # fmt: skip
    assert rows(day, applications=last)["amount_cny"].notna()["C1"] == (day == "2025-06-30")


def test_an_unknown_feature_is_missing_and_not_zero():
    assert np.isnan(rows().loc["C2", ["days_since_applied", "log_need_cny"]].astype(float)).all()
    assert rows().loc["C2", "says_wants"] == 1


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(UserError, match="facilities"):
        panel({"customers": TABLES["customers"], "applications": None}, [], horizon_months=6)


def test_a_cap_treated_as_the_amount_or_left_out_is_too_low():
    need = pd.Series(np.exp(np.random.default_rng(1).normal(12.5, 0.8, 3_000)))
    asked = need.clip(upper=400_000)
    dropped, kept, fitted = (
        asked[asked < 400_000].mean(), asked.mean(), censored_mean(asked, 400_000),
    )  # fmt: skip
    assert dropped < kept < 0.85 * need.mean()
    assert fitted == pytest.approx(need.mean(), rel=0.05)


def test_each_amount_has_its_own_cap():
    need = pd.Series(np.exp(np.random.default_rng(2).normal(12.5, 0.8, 3_000)))
    caps = pd.Series(np.where(np.arange(3_000) % 2, 300_000.0, 900_000.0))
    fitted = censored_mean(np.minimum(need, caps), caps)
    assert fitted == pytest.approx(need.mean(), rel=0.05)


def test_nothing_below_the_cap_tells_nothing():
    with pytest.raises(UserError, match="不到 10 笔"):
        censored_mean(pd.Series([500_000.0] * 40), 500_000)


SCORED = pd.DataFrame({"probability": [0.1, 0.9, 0.4, 0.4], "asked": [False, True, False, True]})


def test_hits_and_misses_add_up_at_every_threshold():
    told = by_threshold(SCORED, np.arange(0, 1.1, 0.1), places=9, value_cny=10, cost_cny=1)
    assert (told["n_hits"] + told["n_missed"] == 2).all()
    assert told["n_listed"].is_monotonic_decreasing
    assert told["precision"].isna().tolist()[-1]


def test_more_places_than_customers_change_nothing():
    few, many = (
        by_threshold(SCORED, [0.0], places=n, value_cny=10, cost_cny=1).loc[0] for n in (2, 99)
    )
    assert (few["n_visited"], many["n_visited"]) == (2, 4)
    assert few["n_hits"] < many["n_hits"]


def test_a_missing_probability_is_refused():
    with pytest.raises(UserError, match="没有预测概率"):
        by_threshold(SCORED.assign(probability=None), [0.1], places=2, value_cny=10, cost_cny=1)


def test_a_ranking_the_wrong_way_round_earns_nothing():
    truth = {"a": 1, "b": 2, "c": 3}
    assert rank_share(truth, truth) == 1
    assert rank_share({"a": 3, "b": 2, "c": 1}, truth) == 0
