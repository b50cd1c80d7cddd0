"""The pilot: the same bytes from a seed, nothing told before its day, and what it is made of."""

import numpy as np
import pandas as pd
import pytest

from smeprofile.errors import UserError
from smeprofile.partner import AFTER, BANK, PARTNER, columns, fit, fit_all, pilot
from smeprofile.partner.join import USABLE, join_consented


@pytest.fixture(scope="module")
def told():
    return pilot(customers=3_000, seed=8, months=36)


@pytest.fixture(scope="module")
def joined(told):
    tables = (told.applications, told.deliveries, told.bank_consents, told.partner_consents)
    return join_consented(*tables)


def test_same_seed_same_pilot(told):
    pilot.cache_clear()
    again = pilot(customers=3_000, seed=8, months=36)
    for name in ("applications", "deliveries", "bank_consents", "partner_consents"):
        pd.testing.assert_frame_equal(getattr(told, name), getattr(again, name))


def test_those_let_through_by_lot_stand_for_more_than_themselves(told):
    apps = told.applications
    assert (apps.loc[~apps["by_lot"], "weight"] == 1).all()
    assert (apps.loc[apps["by_lot"], "weight"] > 3).all()


def test_figures_are_there_after_their_month_only(told):
    later = told.deliveries["published_date"] - told.deliveries["month"]
    assert later.min() >= pd.Timedelta(days=28)


def test_who_is_on_the_platform_is_not_drawn_by_lot(told, joined):
    on = joined["why"] != "平台上没有这一户"
    assert 0.25 < on.mean() < 0.6
    assert abs(joined.loc[on, "is_service"].mean() - joined.loc[~on, "is_service"].mean()) > 0.03


def test_what_is_known_only_afterwards_is_in_the_delivery_but_not_in_the_join(told, joined):
    assert set(AFTER) <= set(told.deliveries.columns)
    assert not set(AFTER) & set(joined.columns)


def test_models_tell_log_odds_and_points_and_refuse_gaps(joined):
    rows = joined[joined["why"] == USABLE]
    model = fit(rows, (*BANK, *PARTNER))
    assert type(model).from_dict(model.to_dict()) == model
    assert ((model.chance(rows) > 0) & (model.chance(rows) < 1)).all()
    assert np.average(model.chance(rows)) == pytest.approx(rows["is_bad"].mean(), abs=1e-3)
    with pytest.raises(UserError, match="分开"):
        model.log_odds(joined)


def test_a_figure_that_is_worse_takes_points_away(joined):
    rows = joined[joined["why"] == USABLE].copy()
    rng = np.random.default_rng(1)
    chance = 1 / (1 + np.exp(2 + 0.02 * (rows["score"] - 630) - 3 * columns(rows)["late_to_suppliers"].add(2.4)))  # fmt: skip
    rows["is_bad"] = (rng.uniform(size=len(rows)) < chance).astype(int)
    models = fit_all(rows)
    one = rows.head(1)
    worse = one.assign(late_to_suppliers=0.6)
    better = one.assign(late_to_suppliers=0.01)
    assert models.points_added(worse)[0] < models.points_added(better)[0]
    assert abs(models.points_added(worse)[0]) <= 40


def test_a_score_that_says_nothing_is_not_turned_into_points(joined):
    rows = joined[joined["why"] == USABLE].copy()
    rows["is_bad"] = (rows["score"] > rows["score"].median()).astype(int)
    rows.loc[rows.index[:20], "is_bad"] = 1 - rows["is_bad"].head(20)
    with pytest.raises(UserError, match="样本太小"):
        fit_all(rows)


def test_shares_of_none_and_all_are_numbers_and_percentages_are_refused():
    told = columns(pd.DataFrame({"refund_rate": [0.0, 0.0001, 0.9999, 1.0]}), ("refund_rate",))
    assert np.isfinite(told["refund_rate"]).all() and told["refund_rate"].is_monotonic_increasing
    with pytest.raises(UserError, match="refund_rate 应在 0 到 1"):
        columns(pd.DataFrame({"refund_rate": [3.0]}), ("refund_rate",))
