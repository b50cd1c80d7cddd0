"""The approval desk (审批台): move a rule, see hours, approval, bads, manual share and profit move."""

from collections.abc import Iterable, Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import OneOf, status
from smeprofile.bank import Market
from smeprofile.cases import quick_loan
from smeprofile.cases.hours import hours_at
from smeprofile.widgets.controls import WIDE, guessed, moved, table

PROMISE_HOURS = 24
_SEEDS = (1, 2)  # two years of luck, averaged: still well under a second
_MOVED = ("d1", "d2", "d3", "d4", "d5")
_LONG = w.Layout(width="40em")
_WIDE = WIDE | {"description_width": "18em"}


def approval_desk(market: Market, start: Mapping[str, str] = quick_loan.OLD) -> w.Widget:
    """Return sliders for cut-off, manual band and lines, and what a year of 快速贷 becomes.

    ``start``: choices as in ``quick_loan.FIELDS``, where the sliders begin and what is compared with.
    """
    sliders = {
        row: w.SelectionSlider(options=list(options), value=start[row], description=title,
                               style=_WIDE, layout=_LONG, continuous_update=False)
        for row, (title, options) in quick_loan.FIELDS.items() if row in _MOVED
    }  # fmt: skip
    guess = OneOf(("变快", "差不多", "变慢"), label="先猜：下一步 P90 会", across=True)
    desk = _Desk(start, _year(start, market))

    def move(_=None) -> None:
        desk.choices = dict(start) | {row: slider.value for row, slider in sliders.items()}
        desk.move_to(_year(desk.choices, market), guess.value)
        guess.value = None

    for slider in sliders.values():
        slider.observe(move, "value")
    guess.observe(lambda change: change["new"] and desk.note_guess(change["new"]), "value")
    return w.VBox([guess, *sliders.values(), desk.view])


class _Desk:
    """What is shown: the first year, the present one, and in words what the last move did."""

    def __init__(self, start: Mapping[str, str], first: Mapping) -> None:
        self.choices, self.first, self.now = dict(start), first, first
        self._before, self.view = dict(start), w.HTML()
        self.say("现在就是旧流程。先猜一个方向，再动。")

    def move_to(self, now: Mapping, guess: str | None) -> None:
        what, before = moved(quick_loan.TITLES, self._before, self.choices), self.now
        self.now, self._before = now, dict(self.choices)
        told = _guessed(guess, before["hours_p90"], now["hours_p90"]) if guess else ""
        self.say(told, _compared(now, before, what))

    def note_guess(self, guess: str) -> None:
        self.say(f"你猜 P90 会“{guess}”。现在动一条规则看看。")

    def say(self, *lines: str) -> None:
        self.view.value = desk_html(self.first, self.now, lines)


def desk_html(first: Mapping, now: Mapping, lines: Iterable[str]) -> str:
    """Return the desk's figures as HTML: how fast, beside what it costs, after ``lines`` in words.

    Each year is what ``years`` averages to, with ``hours``, those of every case (infinite:
    undecided).
    """
    told = [*lines, _promise(now["hours_p90"]), _price_of_speed(now, first)]
    words = "<br>".join(line for line in told if line)
    return status(f"{_chart(first, now)}{_table(first, now)}<p>{words}</p>")


def _guessed(guess: str, before: float, now: float) -> str:
    """Say whether the guess came true; a twentieth, or half an hour, is much the same."""
    same = now == before or (np.isfinite(before) and abs(now - before) <= max(0.5, 0.05 * before))
    true = "差不多" if same else "变快" if now < before else "变慢"
    return guessed(guess, true)


def _year(choices: Mapping[str, str], market: Market) -> dict[str, object]:
    """Return the mean figures of a few years, and all their hours together."""
    plays = [quick_loan.played_year(choices, market, seed) for seed in _SEEDS]
    told = pd.DataFrame([quick_loan.figures_of(played, market) for played in plays]).mean()
    hours = pd.concat([quick_loan.quick_applications(played)["hours"] for played in plays])
    return told.to_dict() | {"hours": hours.to_numpy(), "hours_p90": hours_at(hours)}


_SHOWN = {
    "P90 时效（自然小时）": ("hours_p90", "{:.1f}", 1),
    "通过率": ("approval_rate", "{:.1%}", 1),
    "人工率": ("manual_share", "{:.1%}", 1),
    "12 个月坏账率": ("bad_rate_12m", "{:.2%}", 1),
    "首贷户占比": ("first_loan_share", "{:.1%}", 1),
    "快速贷的利润 V（万元）": ("value_cny", "{:z.1f}", 1e-4),
}


def _cell(name: str, year: Mapping) -> str:
    key, form, scale = _SHOWN[name]
    value = year[key] * scale
    return "没有" if np.isnan(value) else "没完" if np.isinf(value) else form.format(value)


def _table(first: Mapping, now: Mapping) -> str:
    rows = [(name, (_cell(name, first), _cell(name, now))) for name in _SHOWN]
    return table(("指标", "旧流程", "现在"), rows)


def _chart(first: Mapping, now: Mapping) -> str:
    figure, axes = plt.subplots(figsize=(7.5, 2.8))
    for name, year, style, colour in (("旧流程", first, "--", "#000000"), ("现在", now, "-", charts.PALETTE[0])):  # fmt: skip
        hours = np.sort(year["hours"])
        done = np.arange(1, len(hours) + 1) / len(hours) * 100
        axes.plot(
            hours[np.isfinite(hours)], done[np.isfinite(hours)], style, color=colour, label=name
        )
    axes.axvline(PROMISE_HOURS, color=charts.PALETTE[2], linewidth=1)
    axes.axhline(90, color=charts.PALETTE[2], linewidth=1)
    within = float((now["hours"] <= PROMISE_HOURS).mean())
    title = f"现在 {within:.0%} 的进件在 {PROMISE_HOURS} 小时内有结果"
    axes.set(
        title=title,
        xscale="log",
        xlabel="从进件到有结果（自然小时，对数刻度）",
        ylabel="已有结果（%）",
    )
    axes.set_xticks([0.2, 1, 4, 24, 72, 240], labels=["0.2", "1", "4", "24", "72", "240"])
    axes.minorticks_off()
    axes.legend(loc="lower right")
    old = float((first["hours"] <= PROMISE_HOURS).mean())
    return charts.as_html(
        figure, f"{title}，旧流程是 {old:.0%}。两条累计曲线，红线是 {PROMISE_HOURS} 小时和九成。"
    )


def _compared(now: Mapping, before: Mapping, what: str) -> str:
    parts = [f"{name}从 {_cell(name, before)} 到 {_cell(name, now)}" for name in _SHOWN
             if _cell(name, before) != _cell(name, now)]  # fmt: skip
    return f"{what}。{'，'.join(parts) or '这一步什么也没有变：别的规则先卡住了'}。"


def _promise(hours: float) -> str:
    if hours <= PROMISE_HOURS:
        return f"九成进件 {hours:.1f} 小时内有结果，{PROMISE_HOURS} 小时守得住：这是这两年的运气，换了运气还要再试。"
    told = "年末还等不到" if np.isinf(hours) else f"要等 {hours:.1f} 小时"
    return f"九成进件都有结果，{told}，{PROMISE_HOURS} 小时守不住。"


def _price_of_speed(now: Mapping, first: Mapping) -> str:
    fewer = first["manual_share"] - now["manual_share"]
    worse = now["bad_rate_12m"] - first["bad_rate_12m"]
    worth = (now["value_cny"] - first["value_cny"]) / 1e4
    if abs(fewer) < 0.005 and abs(worth) < 0.05:
        return ""
    told = []
    if abs(fewer) >= 0.005:
        told.append(f"每百件{'少' if fewer > 0 else '多'}看 {abs(fewer) * 100:.0f} 件")
    if abs(worse) >= 0.00005:  # not where it isn't known either
        told.append(f"坏账率{'高' if worse > 0 else '低'} {abs(worse) * 100:.2f} 个百分点")
    if abs(worth) >= 0.05:
        told.append(f"利润{'多' if worth > 0 else '少'} {abs(worth):.1f} 万元")
    is_paid = now["hours_p90"] < first["hours_p90"] and worse >= 0.00005
    paid = "快是用坏账换来的，合不合算看利润。" if is_paid else ""
    return f"和旧流程比：{'，'.join(told)}。{paid}"
