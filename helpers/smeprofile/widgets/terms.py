"""The desk of two industries' terms (两行业方案台): price and repayment of each, and what a year becomes."""

from collections.abc import Iterable, Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import OneOf, status
from smeprofile.bank import Market
from smeprofile.cases import industry
from smeprofile.widgets.controls import WIDE, guessed, moved, table

_SEEDS = (1, 2)  # two years of luck, averaged: still well under a second
_MOVED = ("m1", "m2", "s1", "s2")
_LONG = w.Layout(width="40em")
_WIDE = WIDE | {"description_width": "20em"}
_GROWS = {"放款额": "lent_cny", "年末余额": "balance_cny", "新客户数": "n_lines"}


def terms_desk(market: Market) -> w.Widget:
    """Return sliders for the two industries' price and repayment, and what a year of both becomes.

    Everything is compared with the uniform terms in the same market, on the same luck.
    """
    start = industry.UNIFORM
    sliders = {
        row: w.SelectionSlider(options=industry.OPTIONS[row], value=start[row], style=_WIDE,
                               description=industry.TITLES[row], layout=_LONG,
                               continuous_update=False)
        for row in _MOVED
    }  # fmt: skip
    guess = OneOf(("变多", "差不多", "变少"), label="先猜：下一步两个行业的利润会", across=True)
    desk = _Desk(_year(start, market))

    def move(_=None) -> None:
        choices = start | {row: slider.value for row, slider in sliders.items()}
        desk.move_to(choices, _year(choices, market), guess.value)
        guess.value = None

    for slider in sliders.values():
        slider.observe(move, "value")
    guess.observe(lambda change: change["new"] and desk.note_guess(change["new"]), "value")
    return w.VBox([guess, *sliders.values(), desk.view])


class _Desk:
    """What is shown: the uniform year, the present one, and in words what the last move did."""

    def __init__(self, first: pd.DataFrame) -> None:
        self.choices, self.first, self.now = dict(industry.UNIFORM), first, first
        self.view = w.HTML()
        self.say("现在就是统一方案。先猜一个方向，再动。")

    def move_to(self, choices: Mapping[str, str], now: pd.DataFrame, guess: str | None) -> None:
        what = moved(industry.TITLES, self.choices, choices)
        gained = _gain(now, self.now)
        self.choices, self.now = dict(choices), now
        told = _guessed(guess, gained) if guess else ""
        size = f"两个行业的利润{'多' if gained > 0 else '少'} {abs(gained):.1f} 万元"
        self.say(told, f"{what}。这一步{size if abs(gained) >= 0.05 else '几乎不动利润'}。")

    def note_guess(self, guess: str) -> None:
        self.say(f"你猜利润会“{guess}”。现在动一条看看。")

    def say(self, *lines: str) -> None:
        self.view.value = terms_html(self.choices, self.first, self.now, lines)


def terms_html(
    choices: Mapping[str, str], first: pd.DataFrame, now: pd.DataFrame, lines: Iterable[str]
) -> str:
    """Return the desk's figures as HTML: the uniform year beside the present one, after ``lines``.

    ``first`` and ``now``: as ``industry.years`` returns them.
    """
    told = [
        *lines,
        _which_growth(first, now),
        *(f"不合规：{text}" for text in industry.breaches(choices)),
    ]
    words = "<br>".join(line for line in told if line)
    return status(f"{_chart(first, now)}{_table(first, now)}<p>{words}</p>")


def _year(choices: Mapping[str, str], market: Market) -> pd.DataFrame:
    return industry.years(choices, market, _SEEDS)


def _gain(now: pd.DataFrame, before: pd.DataFrame) -> float:
    return float(now.loc["合计", "value_cny"] - before.loc["合计", "value_cny"]) / 1e4


def _guessed(guess: str, gained: float) -> str:
    true = "差不多" if abs(gained) < 0.5 else "变多" if gained > 0 else "变少"
    return guessed(guess, true)


def _change(first: pd.DataFrame, now: pd.DataFrame, name: str, row: str = "合计") -> float:
    before = first.loc[row, name]
    return float(now.loc[row, name] / before - 1) if before else np.nan


def _percent(change: float) -> str:
    return "原来没有" if np.isnan(change) else f"{change:+z.0%}"


def _which_growth(first: pd.DataFrame, now: pd.DataFrame) -> str:
    """Say by how much each of the three grew, and that they are not the same."""
    told = {name: _change(first, now, column) for name, column in _GROWS.items()}
    if any(np.isnan(value) for value in told.values()) or max(map(abs, told.values())) < 0.005:
        return ""
    listed = "，".join(f"{name} {_percent(value)}" for name, value in told.items())
    apart = max(told.values()) - min(told.values()) > 0.1
    return f"比统一方案：{listed}。" + ("说“增长”要说清是哪一个。" if apart else "")


_SHOWN = {
    "接受率": ("taken_share", "{:.1%}", 1),
    "新客户数（户）": ("n_lines", "{:,.0f}", 1),
    "新放款额（万元）": ("lent_cny", "{:,.0f}", 1e-4),
    "年末余额（万元）": ("balance_cny", "{:,.0f}", 1e-4),
    "平均利率（按放款额）": ("rate", "{:.2%}", 1),
    "12 个月坏账率": ("bad_rate_12m", "{:.2%}", 1),
    "利润 V（万元）": ("value_cny", "{:z,.1f}", 1e-4),
}


def _cell(year: pd.DataFrame, row: str, name: str) -> str:
    key, form, scale = _SHOWN[name]
    value = year.loc[row, key] * scale
    return "没有" if np.isnan(value) else form.format(value)


def _table(first: pd.DataFrame, now: pd.DataFrame) -> str:
    heads = [f"{row}：{when}" for row in industry.INDUSTRIES for when in ("统一", "现在")]
    rows = [(name, [_cell(year, row, name) for row in industry.INDUSTRIES for year in (first, now)])
            for name in _SHOWN]  # fmt: skip
    return table(("指标", *heads), rows, width="34em")


def _chart(first: pd.DataFrame, now: pd.DataFrame) -> str:
    figure, axes = plt.subplots(figsize=(7.5, 2.6))
    places, width = np.arange(len(_GROWS)), 0.38
    drawn = zip(
        industry.INDUSTRIES, (charts.PALETTE[0], charts.PALETTE[1]), ("", "//"), strict=True
    )
    for k, (row, colour, hatch) in enumerate(drawn):
        values = np.array([_change(first, now, column, row) for column in _GROWS.values()])
        bars = axes.bar(places + (k - 0.5) * width, np.nan_to_num(values) * 100, width, color=colour,
                        hatch=hatch, edgecolor="white", label=row)  # fmt: skip
        axes.bar_label(bars, list(map(_percent, values)), padding=2, fontsize=9)
    axes.axhline(0, color="#000000", linewidth=0.8)
    axes.axhline(30, color=charts.PALETTE[2], linestyle="--", linewidth=1)
    axes.margins(y=0.2)
    whole = _gain(now, first)
    title = f"和统一方案比：利润{'多' if whole >= 0 else '少'} {abs(whole):.1f} 万元"
    axes.set(
        title=title, ylabel="比统一方案（%；虚线是三成）", xticks=places, xticklabels=list(_GROWS)
    )
    axes.legend(loc="upper right")
    said = "；".join(
        f"{row}：" + "，".join(f"{name} {_percent(_change(first, now, column, row))}" for name, column in _GROWS.items())
        for row in industry.INDUSTRIES
    )  # fmt: skip
    return charts.as_html(figure, f"{title}。{said}。虚线是三成。")
