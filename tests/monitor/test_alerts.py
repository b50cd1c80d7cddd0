"""Alerts know nothing of later days; too late is no warning, not ripe is no false alarm."""

import numpy as np
import pandas as pd
import pytest

from banks import Bank
from smeprofile.errors import UserError
from smeprofile.monitor import (
    bad_rates,
    came_true,
    caught_at,
    chance_model,
    chance_of,
    features,
    first_m1,
    lead_times,
    months_of,
    raised,
    rule_report,
    sheet,
    watch_rows,
)
from smeprofile.monitor.watch import TABLES
from smeprofile.simulate import Setting

END = pd.Timestamp("2025-12-31")
SETTING = Setting(customers=1_500, months=40, end=END.date(), seed=21)


@pytest.fixture(scope="module")
def bank():
    made = Bank(SETTING)
    return {name: made[name] for name in TABLES}


@pytest.fixture(scope="module")
def months(bank):
    return months_of(bank, END)


def ends(n, until=END):
    return pd.date_range(end=until, periods=n, freq="ME")


@pytest.fixture(scope="module")
def rows(bank, months):
    return watch_rows(bank, months, ends(24))


def test_rows_of_a_day_are_the_same_when_nothing_later_is_known(bank, rows):
    day = ends(24)[9]
    dated = {"drawdowns": "disbursed_date", "repayments": "paid_date", "facilities": "start_date",
             "flows_monthly": "month", "balances": "month"}  # fmt: skip
    past = {name: t[t[dated[name]] <= day] if name in dated else t for name, t in bank.items()}
    then = watch_rows(past, months_of(past, day), [day])
    now = rows[rows["as_of"] == day].reset_index(drop=True)
    pd.testing.assert_frame_equal(then, now, check_exact=True)


def test_signals_are_what_their_definitions_say(bank, rows):
    row = rows[rows["inflow_change"].notna() & (rows["as_of"] == pd.Timestamp("2025-09-30"))].iloc[
        0
    ]
    sales = (
        bank["flows_monthly"]
        .query("customer_id == @row.customer_id")
        .set_index("month")["sales_in_cny"]
    )
    now, before = (sales[f"{year}-07" : f"{year}-09"].sum() for year in (2025, 2024))
    assert row["inflow_change"] == pytest.approx(now / before - 1)
    year = sales["2024-10":"2025-09"].sum()
    assert row["debt_to_inflow"] == pytest.approx(row["balance_cny"] / year)


def test_a_festival_month_that_stands_alone_is_left_out(bank, months):
    row = (
        watch_rows(bank, months, [pd.Timestamp("2025-04-30")])
        .dropna(subset="inflow_change")
        .iloc[0]
    )
    sales = (
        bank["flows_monthly"]
        .query("customer_id == @row.customer_id")
        .set_index("month")["sales_in_cny"]
    )
    now, before = (sales[[f"{year}-03-01", f"{year}-04-01"]].sum() for year in (2025, 2024))
    assert row["inflow_change"] == pytest.approx(now / before - 1)


def test_days_without_a_loan_are_refused(bank, months):
    with pytest.raises(UserError, match="没有在账的贷款"):
        watch_rows(bank, months, [pd.Timestamp("2025-11-15")])


def test_what_is_missing_raises_no_alert():
    empty = pd.DataFrame({name: [None] for name in ("inflow_change", "deposit_change", "days_to_due",
                          "debt_to_inflow", "n_late_12m", "utilization", "dpd")})  # fmt: skip
    assert not raised(empty).to_numpy().any()


def test_an_event_is_the_first_month_end_overdue(months):
    events, overdue = first_m1(months), months[months["dpd"] > 0]
    assert len(events) and events["m1_date"].le(events["month_end"]).all()
    assert set(events["customer_id"]) <= set(overdue["customer_id"])
    assert not events.duplicated(["customer_id", "month_end"]).any()


def test_rows_that_are_not_ripe_are_neither_hits_nor_false_alarms(rows, months):
    told = came_true(rows, first_m1(months), END)
    young = told["as_of"] > pd.Timestamp("2025-06-30")
    assert told.loc[young, "hit"].isna().all() and told.loc[~young, "hit"].notna().all()
    assert (told["dpd"] == 0).all()


def at(**days):
    return pd.DataFrame({"customer_id": list(days), "as_of": pd.to_datetime(list(days.values()))})


def test_an_alert_on_the_day_or_after_is_late():
    events = pd.DataFrame(
        {"customer_id": list("ABC"), "m1_date": pd.to_datetime(["2025-06-22"] * 3)}
    )
    told = lead_times(at(A="2025-06-22", B="2025-06-30", C="2025-05-31"), events)
    assert told["lead_days"].isna().tolist() == [True, True, False]
    assert told["late"].tolist() == [True, True, False]
    assert told["lead_days"].iloc[2] == 22


def test_events_of_the_same_label_keep_their_own_alert():
    events = pd.DataFrame(
        {"customer_id": ["A", "B"], "m1_date": pd.to_datetime(["2025-11-21"] * 2)},
        index=pd.Index([7, 7], name="branch"),
    )
    told = lead_times(at(A="2025-09-30", B="2025-10-31"), events)
    assert told["lead_days"].tolist() == [52, 21]
    assert told.index.equals(events.index)


def test_an_alert_long_before_is_none():
    events = pd.DataFrame({"customer_id": ["A"], "m1_date": pd.to_datetime(["2025-11-22"])})
    assert lead_times(at(A="2025-01-31"), events)["lead_days"].isna().all()


def test_the_report_adds_up(rows, months):
    told = rule_report(rows, first_m1(months), END)
    known = told.dropna(subset="precision")
    assert np.allclose(known["precision"] + known["false_share"], 1)
    assert told["caught"].between(0, 1).all()
    assert told.loc["当前逾期", "n"] == 0  # never before an event


def test_a_planted_warning_is_found(rows, months):
    """A rule that sees the future is caught by its lift; one by lot has none."""
    events = first_m1(months)
    told = came_true(rows, events, END)
    hits = set(
        map(
            tuple, told.loc[told["hit"].fillna(False), ["customer_id", "as_of"]].to_numpy().tolist()
        )
    )
    keyed = pd.Series(
        list(map(tuple, rows[["customer_id", "as_of"]].to_numpy().tolist())), rows.index
    )
    lot = pd.Series(np.random.default_rng(1).uniform(size=len(rows)) < 0.3, rows.index)
    report = rule_report(rows, events, END, {
        "神": lambda t: keyed.reindex(t.index).isin(hits) if len(t) == len(rows) else told.loc[t.index, "hit"],
        "抽签": lambda t: lot.reindex(t.index),
    })  # fmt: skip
    assert report.loc["神", "precision"] == 1
    assert 0.7 < report.loc["抽签", "lift"] < 1.3


def test_the_worst_rule_says_the_chance(rows, months):
    rates = bad_rates(came_true(rows, first_m1(months), END))
    chance = chance_of(rows, rates)
    none = ~raised(rows).drop(columns="当前逾期").any(axis=1)
    assert (chance[none] == rates["没有预警"]).all()
    assert chance.max() <= rates.max() and chance.min() >= rates.min()


def test_a_model_is_fitted_on_ripe_rows_only(rows, months):
    told = came_true(rows, first_m1(months), END)
    model = chance_model(told)
    assert features(rows).notna().to_numpy().all()
    assert 0 < model.predict_proba(features(rows))[:, 1].mean() < 0.2
    with pytest.raises(UserError, match="只有一种结果"):
        chance_model(told.assign(goes_bad=pd.array([False] * len(told), dtype="boolean")))


def test_who_sees_the_outcome_catches_all_and_nobody_more(rows, months):
    told = came_true(rows, first_m1(months), END)
    told = told[told["goes_bad"].notna()].reset_index(drop=True)
    bad = told[told["goes_bad"].astype(bool)]
    assert caught_at(bad, bad["balance_cny"], 10_000) == pytest.approx(1)
    assert 0 <= caught_at(told, told["balance_cny"], 3) <= 1


@pytest.mark.parametrize(
    ("second", "caught"), [("2025-02-28", 1), ("2025-03-31", 1), ("2025-04-30", 0)]
)
def test_nobody_is_called_on_twice_within_three_months(second, caught):
    days = pd.to_datetime(["2025-01-31", second] * 2)
    told = pd.DataFrame({"customer_id": ["A", "A", "B", "B"], "as_of": days, "goes_bad": [False, False, False, True],
                         "balance_cny": 1.0, "security": "信用"})  # fmt: skip
    first_a = pd.Series([2, 2, 1, 1])
    assert caught_at(told, first_a, 1) == caught


def test_the_sheet_has_a_row_an_alert_and_no_raw_missing_value(rows):
    told = sheet(rows.head(200))
    assert not told.isna().to_numpy().any() and not told.isin(["nan", "+nan%"]).to_numpy().any()
