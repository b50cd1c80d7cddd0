"""The live profile (实时画像看板): a customer's days replayed, one at a time, nothing from later on."""

import asyncio
from html import escape

import ipywidgets as w
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import OneOf, button, status
from smeprofile.monitor.replay import OVERDUE, Moment, Replay, first_warning
from smeprofile.widgets.controls import ROW, WIDE, table

_PAUSE_SECONDS = 1.0
_MOST_ENTRIES = 5
_GUESSED_DAYS = 7
_FIGURES = {
    "balance_cny": ("账户余额", "{:,.0f} 元"),
    "mtd_effective_inflow_cny": ("本月至今有效流入", "{:,.0f} 元"),
    "pace": ("本月至今 ÷ 上月同期", "{:.0%}"),
    "recency_days": ("末次货款流入距今", "{:.0f} 天"),
    "effective_inflow_cny": ("近 12 个整月有效流入", "{:,.0f} 元"),
    "inflow_growth_q1": ("近一季同比", "{:+.0%}"),
    "pass_through_rate": ("快进快出率", "{:.1%}"),
    "dpd": ("逾期天数", "{:.0f} 天"),
}


def replay_board(replay: Replay) -> w.Widget:
    """Return the board: a customer, a day, buttons to step and to play, and what moved since yesterday."""
    days = [f"{day:%Y-%m-%d}" for day in replay.days]
    who = w.Dropdown(options=replay.customers, description="客户", style=WIDE, layout=ROW)
    day = w.SelectionSlider(
        options=days,
        value=days[0],
        description="日期",
        style=WIDE,
        layout=ROW,
        continuous_update=False,
    )
    guess = OneOf(("预警会变多", "不变", "预警会变少"), label="先猜：再过七天", across=True)
    board = _Board(replay, who, day, guess)
    steps = [
        button("前一天", lambda: board.step(-1)),
        button("后一天", lambda: board.step(1)),
        button("后七天", lambda: board.step(7)),
        board.player,
    ]
    return w.VBox([who, guess, day, w.HBox(steps), board.view])


class _Board:
    """What is shown, and the guess that waits for the next move."""

    def __init__(
        self, replay: Replay, who: w.Dropdown, day: w.SelectionSlider, guess: OneOf
    ) -> None:
        self.replay, self.who, self.day, self.guess = replay, who, day, guess
        self.view, self.player = w.HTML(), button("播放", self.play)
        self._playing: asyncio.Task | None = None
        self._place = 0
        self._guessed_at: int | None = None
        who.observe(lambda _: self._other(), "value")
        day.observe(lambda _: self._moved(), "value")
        guess.observe(lambda change: change["new"] and self._noted(), "value")
        self.draw("")

    def _other(self) -> None:
        self.guess.value = self._guessed_at = None
        self.draw("")

    def _noted(self) -> None:
        if self._place + _GUESSED_DAYS >= len(self.replay.days):
            self.guess.value = self._guessed_at = None
            self.draw(f"后面不满 {_GUESSED_DAYS} 天了，猜了也看不到：先往回走几天再猜。")
            return
        self._guessed_at = self._place
        self.draw(self._waiting())

    def _waiting(self) -> str:
        return (
            f"你猜“{self.guess.value}”。走满 {_GUESSED_DAYS} 天再看。" if self.guess.value else ""
        )

    def step(self, days: int) -> bool:
        """Move by so many days; return whether there was anywhere to go."""
        to = min(max(self._place + days, 0), len(self.replay.days) - 1)
        moved, self.day.index = to != self._place, to
        return moved

    def play(self) -> None:
        """Start to step a day a second, or stop."""
        if self._playing is not None:
            self._playing.cancel()
            self._stopped()
            return
        self._playing = asyncio.ensure_future(self._go_on())
        self.player.description = "暂停"

    async def _go_on(self) -> None:
        while self.step(1):
            await asyncio.sleep(_PAUSE_SECONDS)
        self._stopped()

    def _stopped(self) -> None:
        self._playing, self.player.description = None, "播放"

    def _moved(self) -> None:
        self._place, begun = self.day.index, self._guessed_at
        is_over = begun is not None and self._place >= begun + _GUESSED_DAYS
        told = self._guessed(begun) if is_over else self._waiting()
        if is_over:
            self.guess.value = self._guessed_at = None
        self.draw(told)

    def _guessed(self, before: int) -> str:
        after = before + _GUESSED_DAYS  # a step may have led further
        now, then = (len(self._moment(k).alerts) for k in (after, before))
        came = "预警会变多" if now > then else "预警会变少" if now < then else "不变"
        said = self.guess.value
        return f"到 {self.replay.days[after]:%m-%d} 满 {_GUESSED_DAYS} 天。" + (
            f"你猜“{said}”：猜对了。"
            if said == came
            else f"你猜“{said}”，其实从 {then} 条到 {now} 条：想想为什么。"
        )

    def _moment(self, place: int) -> Moment:
        return self.replay.moment(self.who.value, place)

    def draw(self, said: str) -> None:
        past = self.replay.past(self.who.value, self._place)
        yesterday = self._moment(self._place - 1) if self._place else None
        self.view.value = moment_html(
            self.who.value, self._moment(self._place), yesterday, past, said
        )


def moment_html(
    customer: str, now: Moment, yesterday: Moment | None, past: pd.DataFrame, said: str = ""
) -> str:
    """Return one day of the board as HTML: chart, figures beside yesterday's, entries, alerts in words."""
    lines = [said, *_of_alerts(now, yesterday)]
    words = "<br>".join(line for line in lines if line)
    return status(
        f"{_chart(customer, now, past)}{_figures(now, yesterday)}{_entries(now)}<p>{words}</p>"
    )


def _chart(customer: str, now: Moment, past: pd.DataFrame) -> str:
    sales, owned = past["sales_cny"].sum() / 1e4, now.figures["balance_cny"] / 1e4
    title = (
        f"{customer} 到 {now.day:%Y-%m-%d}：60 天收货款 {sales:,.1f} 万元，余额 {owned:,.1f} 万元"
    )
    figure, (top, low) = plt.subplots(2, 1, figsize=(7.5, 3.6), sharex=True)
    top.bar(past.index, past["sales_cny"] / 1e4, color=charts.PALETTE[0])
    top.set(ylabel="货款（万元）", title=title)
    low.plot(past.index, past["balance_cny"] / 1e4, color=charts.PALETTE[3])
    low.set(ylabel="余额（万元）", xlabel="日期（月-日）")
    for number, (name, since) in enumerate(now.alerts.items()):
        style = "-" if name == OVERDUE else "--"
        at, late = max(since, past.index[0]), since > past.index[-15]
        low.axvline(at, color=charts.PALETTE[2], linestyle=style)
        low.annotate(name, (at, 1), xycoords=("data", "axes fraction"), fontsize=8, ha="right" if late else "left",
                     xytext=(-2 if late else 2, -10 - 10 * (number % 3)), textcoords="offset points")  # fmt: skip
    low.xaxis.set_major_formatter(mdates.DateFormatter("%m-%d"))
    figure.align_ylabels()
    figure.tight_layout()
    alt = f"{title}；预警：{'、'.join(now.alerts) or '没有'}。"
    return charts.as_html(figure, alt)


def _shown(name: str, moment: Moment | None) -> str:
    if moment is None:
        return "—"
    value = moment.figures[name]
    return "未知" if pd.isna(value) else _FIGURES[name][1].format(value).replace("-", "−")


def _figures(now: Moment, yesterday: Moment | None) -> str:
    rows = []
    for name, (title, _) in _FIGURES.items():
        before, today = _shown(name, yesterday), _shown(name, now)
        today = today if today == before or yesterday is None else f"<b>{today}</b>"
        rows.append((title, (before, today)))
    return table(("画像", "昨天", "今天"), rows)


def _entries(now: Moment) -> str:
    if now.entries.empty:
        still = (
            "余额不动；这个月走完了，本月流入并进整月"
            if now.day.is_month_end
            else "余额和本月流入不动"
        )
        return f"<p>{now.day:%Y-%m-%d} 没有流水：{still}，末次流入的天数照样加一。</p>"
    told = [
        f"{'收' if row.direction == 'in' else '付'} {row.amount_cny:,.2f} 元（{escape(row.summary)}）"
        for row in now.entries.head(_MOST_ENTRIES).itertuples()
    ]
    more = len(now.entries) - len(told)
    return f"<p>当天并入 {len(now.entries)} 笔：{'；'.join(told)}{f'；还有 {more} 笔' if more else ''}。</p>"


def _of_alerts(now: Moment, yesterday: Moment | None) -> list[str]:
    lines = [f"现在响着 {len(now.alerts)} 条预警：" + "，".join(f"{n}（{d:%m-%d} {'或更早' * (d == now.begun)}起）" for n, d in now.alerts.items()) + "。"
             if now.alerts else "现在没有预警。没有预警不等于没有风险。"]  # fmt: skip
    before = yesterday.alerts if yesterday else now.alerts
    new, gone = (
        [n for n in now.alerts if n not in before],
        [n for n in before if n not in now.alerts],
    )
    lines += [f"今天新响：{'、'.join(new)}。"] if new else []
    lines += [f"今天停了：{'、'.join(gone)}。"] if gone else []
    if OVERDUE in now.alerts:
        lines.append(f"逾期第 {now.figures['dpd']:.0f} 天。{_lead(now)}")
    return lines


def _lead(now: Moment) -> str:
    """Say by how much what still rings was before the overdue, as far as the replay can know."""
    warned, late = first_warning(now.alerts), now.alerts[OVERDUE]
    if warned == late == now.begun:
        return "回放开始时，逾期和预警都已经在响，先后看不出来。"
    if warned is None or warned >= late:
        return "没有从逾期以前一直响到现在的预警；先前响过又停了的，这里不算。"
    least = "至少" * (warned == now.begun)
    return f"还响着的预警里，最早的比逾期{least}早 {(late - warned).days} 天。"
