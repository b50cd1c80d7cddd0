"""The live state equals a full rebuild, refuses late rows, and a replay shows nothing from later on."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles import END, tables
from smeprofile.errors import UserError
from smeprofile.monitor import Live, Replay, days_overdue
from smeprofile.monitor.live import TAGS
from smeprofile.tags import profile, update

LAST = pd.Timestamp(END)


def entries():
    return tables()["flows"].sort_values(["date", "flow_id"], ignore_index=True)


def cut_at(cuts):
    """The state that comes of adding the entries in the parts between ``cuts``."""
    rows, live, since = entries(), Live(), pd.Timestamp.min
    for until in [*sorted(cuts), LAST]:
        live.add(rows[(rows["date"] > since) & (rows["date"] <= until)])
        since = until
    return live.tags(END)


@pytest.mark.parametrize("as_of", ["2025-12-31", "2025-11-17", "2025-02-28"])
def test_daily_rows_give_what_sp_profile_gives(as_of):
    rows = entries()
    rows = rows[rows["date"] <= as_of]
    live, days = Live(), pd.date_range(end=as_of, periods=9)
    live.add(rows[rows["date"] < days[0]])
    for day in days:
        live.add(rows[rows["date"] == day])
    whole = profile({"flows": rows}, as_of).set_index("customer_id")[list(TAGS)].astype(float)
    pd.testing.assert_frame_equal(live.tags(as_of), whole, check_names=False, atol=1e-6)


@settings(max_examples=8)
@given(st.lists(st.integers(1, 700), max_size=4, unique=True))
def test_where_the_rows_are_cut_changes_nothing(back):
    made = cut_at([LAST - pd.Timedelta(days=k) for k in back])
    pd.testing.assert_frame_equal(made, cut_at([]), check_exact=True)


def test_late_rows_are_refused_and_change_nothing():
    live, rows = Live(), entries()
    live.add(rows)
    before = live.tags(END)
    with pytest.raises(UserError, match="再并会重复计数"):
        live.add(rows.tail(1))
    pd.testing.assert_frame_equal(live.tags(END), before)
    with pytest.raises(UserError, match="不能看 2025-12-30 的画像"):
        live.tags("2025-12-30")


def test_sp_update_gives_what_sp_profile_gives(tmp_path):
    rows, cut = entries(), LAST - pd.Timedelta(days=3)
    update(tmp_path / "state", {"flows": rows[rows["date"] <= cut]}, cut)
    told = update(tmp_path / "state", {"flows": rows[rows["date"] > cut]}, date(2025, 12, 31))
    pd.testing.assert_frame_equal(told, profile({"flows": rows}, END, use="贷后管理"))


def test_days_overdue_know_only_what_was_paid_by_the_day():
    due = pd.DataFrame({"customer_id": ["A"], "loan_id": ["L"], "term_no": [1], "principal_cny": [100.0],
                        "interest_cny": [0.0], "due_date": pd.to_datetime(["2025-12-21"])})  # fmt: skip
    paid = due.assign(kind="逾期", paid_date=pd.Timestamp("2025-12-24"))
    told = days_overdue(due, paid, pd.date_range("2025-12-21", "2025-12-25"))
    assert told.loc["A"].tolist() == [0, 1, 2, 0, 0]


def a_replay(flows, days):
    who = flows["customer_id"].drop_duplicates().head(3).tolist()
    return Replay(flows, tables()["schedules"], tables()["repayments"], customers=who, days=days)


def test_a_replay_is_the_same_whatever_comes_later():
    days = pd.date_range(end=END, periods=20)
    one = a_replay(entries(), days)
    other = a_replay(entries()[entries()["date"] <= days[9]], days)
    for who in one.customers:
        a, b = one.moment(who, 9), other.moment(who, 9)
        assert repr(a.figures) == repr(b.figures) and a.alerts == b.alerts
        pd.testing.assert_frame_equal(one.past(who, 9), other.past(who, 9))
        assert a.entries["date"].eq(days[9]).all()


def test_a_replay_knows_no_pace_without_a_month_to_date():
    rows = entries()
    who = rows["customer_id"].iloc[0]
    silent = (rows["customer_id"] == who) & (rows["date"] >= LAST.replace(day=1))
    days = pd.date_range(end=END, periods=20)
    replay = a_replay(rows[~silent], days)
    told = [replay.moment(c, k).figures for c in replay.customers for k in range(len(days))]
    unknown = [f["pace"] for f in told if pd.isna(f["mtd_effective_inflow_cny"])]
    assert len(unknown) >= len(days) and pd.isna(unknown).all()
    assert not pd.isna([f["pace"] for f in told]).all()


def test_a_replay_without_a_day_is_refused():
    with pytest.raises(UserError, match="回放要有客户、有日子"):
        a_replay(entries(), pd.DatetimeIndex([]))


def test_a_replay_without_a_customer_is_refused():
    with pytest.raises(UserError, match="回放要有客户"):
        Replay(entries(), tables()["schedules"], tables()["repayments"], customers=["X"],
               days=pd.date_range(end=END, periods=2))  # fmt: skip
