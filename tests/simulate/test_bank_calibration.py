"""The bank looks as it should: every target holds, over several seeds and for the class itself."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from smeprofile.simulate import Setting, calibration, history, targets, whole_tables
from smeprofile.simulate.exported import setting

SEEDS = (11, 12, 13)


@pytest.fixture(scope="module")
def banks():
    return [calibration.read(Setting(20_000, 48, date(2025, 12, 31), s)) for s in SEEDS]


@pytest.fixture(scope="module")
def several(banks):
    """Each figure's mean over banks that differ only in their luck."""
    return pd.DataFrame([targets.measures(bank) for bank in banks]).mean()


@pytest.fixture(scope="module")
def class_bank(cohort):
    return calibration.read(setting(cohort))


@pytest.fixture(scope="module")
def of_class(class_bank):
    return targets.measures(class_bank)


@pytest.mark.full
@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda t: t.key)
def test_a_target_holds_over_several_seeds(several, target):
    assert target.low <= several[target.key] <= target.high


@pytest.mark.parametrize("target", (*targets.TARGETS, *targets.SIZES), ids=lambda t: t.key)
def test_a_target_holds_for_the_class(of_class, target):
    assert target.low <= of_class[target.key] <= target.high


def test_every_figure_measured_has_a_target(of_class):
    assert set(of_class) == {t.key for t in (*targets.TARGETS, *targets.SIZES)}


@pytest.mark.full
def test_the_larger_live_longer(banks):
    firms = pd.concat([bank["customers"] for bank in banks])
    gone = firms["registration_status"] == "注销"
    share = gone.groupby(firms["size_class"]).mean()
    assert share["微型"] > share["小型"] > share["中型"]


def test_unmatured_batches_are_not_counted_as_good():
    chains = pd.DataFrame({"start": [0, 0, 20], "bad": [3.0, np.nan, np.nan]})
    assert calibration.cumulative_bad(chains, 12, last_month=24) == 0.5


def test_the_longer_overdue_the_fewer_come_back(class_bank):
    matrix = history.migration_matrix(class_bank)
    stays = [matrix.iloc[k, k + 1] for k in range(4)]
    assert stays == sorted(stays)


def test_history_and_snapshot_tell_the_same_on_the_last_day(class_bank):
    book = history.standing(class_bank, class_bank.end)
    loans = class_bank["drawdowns"].set_index("loan_id").reindex(book.index)
    assert np.allclose(book["balance_cny"], loans["balance_cny"])
    assert (book["dpd"] == loans["dpd"]).all()


def test_young_firms_need_less_and_ask_more_often(class_bank):
    table = history.demand_by_stage(class_bank)
    assert table.loc["初创", "median_need_cny"] < table.loc["成长", "median_need_cny"]
    assert table["applications_per_100"].idxmax() == "初创"


def test_a_better_score_is_a_lower_risk(class_bank):
    shares = history.bad_by_score(class_bank, 4)["bad_share"]
    assert shares.iloc[0] > shares.iloc[-1]


def test_bank_learns_less_from_those_it_chose_than_from_random_approvals(class_bank):
    truth = class_bank["truth_applications"].set_index("application_id")["pd_12m"]
    decided = class_bank["decisions"].set_index("application_id")
    random = decided.index[decided["is_random_approval"]]
    chosen = decided.index[decided["is_approved"] & ~decided["is_random_approval"]]
    assert truth[random].mean() > truth[chosen].mean()


def lead_of_purchases(trades):
    """How many months before sales purchases move, over the year: the lag they fit best."""
    made = whole_tables(Setting(4000, 36, date(2025, 12, 31), 5), only=STOCK)
    firms, months = (made[name].to_pandas() for name in ("customers", "invoices_monthly"))
    kept = firms.loc[firms["industry_code"].str[0].isin(list(trades)), "customer_id"]
    rows = months[months["customer_id"].isin(kept)]
    by_month = rows.groupby("month")[["sales_cny", "purchase_cny"]].sum()
    fit = [by_month["purchase_cny"].corr(by_month["sales_cny"].shift(-lag)) for lag in (0, 1, 2)]
    return int(np.argmax(fit))


STOCK = {"customers", "invoices_monthly"}


def test_manufacturing_buys_stock_ahead_of_its_sales_and_services_do_not():
    assert lead_of_purchases("C") > lead_of_purchases("LM") == 0
