"""The live board and the alert desk: every move says what moved; nothing from later on is shown."""

import asyncio
import dataclasses

import pandas as pd
import pytest

from banks import Bank
from profiles import END, tables
from smeprofile import charts, monitor
from smeprofile.cases import early_warning
from smeprofile.monitor.watch import TABLES
from smeprofile.simulate import Setting
from smeprofile.widgets import alert_desk, moment_html, replay_board
from widget_parts import control, cut_off, walk, words


@pytest.fixture
def replay():
    flows, days = tables()["flows"], pd.date_range(end=END, periods=12)
    who = flows.loc[flows["date"] >= days[0], "customer_id"].value_counts().index[:2].tolist()
    return monitor.Replay(flows, tables()["schedules"], tables()["repayments"], customers=who, days=days)  # fmt: skip


@pytest.fixture
def board(replay):
    charts.theme()
    return replay_board(replay)


def press(widget, text):
    next(
        b for b in walk(widget) if getattr(b, "description", "") == text and hasattr(b, "click")
    ).click()


def test_a_day_on_is_a_day_on_and_back_is_back(board):
    first = words(board)
    press(board, "后一天")
    assert control(board, "日期").value == "2025-12-21" and words(board) != first
    press(board, "前一天")
    assert words(board) == first
    press(board, "前一天")  # there is none before
    assert words(board) == first


def test_nothing_from_later_on_is_shown(board):
    assert "2025-12-20" in words(board) and "2025-12-21" not in words(board)


@pytest.mark.parametrize("said", ["预警会变多", "不变", "预警会变少"])
def test_a_guess_is_told_after_seven_days_whether_it_came_true(board, replay, said):
    then, now = (len(replay.moment(replay.customers[0], place).alerts) for place in (1, 8))
    came = "预警会变多" if now > then else "预警会变少" if now < then else "不变"
    told = f"你猜“{said}”：猜对了。" if said == came else f"你猜“{said}”，其实从 {then} 条到 {now} 条：想想为什么。"  # fmt: skip
    guess = control(board, "先猜")
    press(board, "后一天")
    guess.value = said
    for _ in range(7):
        assert f"你猜“{said}”。走满 7 天再看。" in words(board) and guess.value == said
        assert told not in words(board)
        press(board, "后一天")
    assert told in words(board) and guess.value is None
    press(board, "后一天")
    assert "你猜" not in words(board)


@pytest.mark.parametrize(("grow", "came"), [(1, "预警会变多"), (-1, "预警会变少")])
def test_a_guess_is_right_where_alerts_went_that_way(board, replay, monkeypatch, grow, came):
    real = replay.moment

    def moment(who, place):
        names = map(str, range(20 + grow * place))
        return dataclasses.replace(real(who, place), alerts=dict.fromkeys(names, replay.days[0]))

    monkeypatch.setattr(replay, "moment", moment)
    control(board, "先猜").value = came
    press(board, "后七天")
    assert f"你猜“{came}”：猜对了。" in words(board)


def test_a_guess_is_about_seven_days_also_where_the_slider_went_further(board, replay, monkeypatch):
    real = replay.moment

    def moment(who, place):
        names = map(str, range(3 if place > 7 else 1))
        return dataclasses.replace(real(who, place), alerts=dict.fromkeys(names, replay.days[0]))

    monkeypatch.setattr(replay, "moment", moment)
    control(board, "先猜").value = "不变"
    control(board, "日期").index = 11
    assert "你猜“不变”：猜对了。" in words(board)


def test_a_guess_without_seven_days_to_come_is_not_taken(board):
    guess = control(board, "先猜")
    control(board, "日期").index = 5  # of 12 days, six are left
    guess.value = "不变"
    assert guess.value is None and "你猜“" not in words(board) and "先往回走几天" in words(board)


def test_an_alert_as_old_as_the_replay_may_be_older(replay):
    now, (first, later) = replay.moment(replay.customers[0], 1), replay.days[:2]
    told = lambda **alerts: moment_html("客户", dataclasses.replace(now, alerts=alerts), None, past)  # noqa: E731
    past = replay.past(replay.customers[0], 1)
    charts.theme()
    assert "久无货款（12-20 或更早起）" in told(久无货款=first)
    assert "久无货款（12-21 起）" in told(久无货款=later)
    assert "比逾期至少早 1 天" in told(久无货款=first, 当前逾期=later)
    assert "先后看不出来" in told(久无货款=first, 当前逾期=first)


def test_without_entries_this_months_inflow_stands_still_but_on_the_last_day(replay):
    now, past = replay.moment(replay.customers[0], 11), replay.past(replay.customers[0], 11)
    quiet = dataclasses.replace(now, entries=now.entries.head(0))
    charts.theme()
    assert "本月流入不动" not in moment_html("客户", quiet, None, past)


def test_a_guess_about_one_customer_is_not_anothers(board):
    guess, who = control(board, "先猜"), control(board, "客户")
    guess.value = "不变"
    who.value = who.options[1]
    press(board, "后七天")
    assert guess.value is None and "你猜" not in words(board)


def test_another_customer_is_another_board(board):
    who = control(board, "客户")
    before = words(board)
    who.value = who.options[1]
    assert words(board) != before and who.options[1] in words(board)


def test_it_plays_to_the_last_day_and_stops(board, monkeypatch):
    monkeypatch.setattr("smeprofile.widgets.replay._PAUSE_SECONDS", 0)

    async def play():
        press(board, "播放")
        for _ in range(40):
            await asyncio.sleep(0)

    asyncio.run(play())
    assert control(board, "日期").value == f"{END}"
    assert any(getattr(b, "description", "") == "播放" for b in walk(board))


@pytest.fixture(scope="module")
def year():
    made = Bank(Setting(customers=1_200, months=40, end=END, seed=4))
    bank = {name: made[name] for name in TABLES}
    months = monitor.months_of(bank, END)
    ends = pd.date_range(end=END, periods=22, freq="ME")
    rows = monitor.watch_rows(bank, months, ends)
    came = monitor.came_true(rows, monitor.first_m1(months), pd.Timestamp(END))
    ripe = rows[rows["as_of"].isin(ends[:12])].reset_index(drop=True)
    return ripe, came, monitor.bad_rates(came)


def test_every_move_of_the_desk_says_what_moved(year):
    charts.theme()
    desk = alert_desk(*year, hours=10)
    assert cut_off(desk) == []
    assert "现在是现行做法" in words(desk) and ">nan" not in words(desk)
    for _row, (title, options) in early_warning.FIELDS.items():
        slider = control(desk, title)
        slider.value = next(label for label in options if label != slider.value)
        assert f"{title}：从“" in words(desk)


def test_a_desk_that_leaves_the_overdue_to_others_says_so(year):
    charts.theme()
    desk = alert_desk(*year, hours=10, start=early_warning.REFERENCE)
    assert "工单都派给了还没有逾期的" in words(desk)
    guess = control(desk, "先猜")
    guess.value = "少省"
    control(desk, "已经逾期的").value = "排在最前"
    assert "你猜“少省”" in words(desk) and guess.value is None
    assert "件派给了已经逾期的" in words(desk)
