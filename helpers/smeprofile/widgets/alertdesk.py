"""The alert desk (预警台): move a rule, see false alarms, who was caught, how early, and what it saved."""

from collections.abc import Iterable, Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import OneOf, status
from smeprofile.cases import early_warning
from smeprofile.widgets.controls import WIDE, guessed, moved, table

_LONG = w.Layout(width="40em")
_SHOWN = {
    "工单": ("n_orders", "{:,.0f} 件", 1),
    "其中已经逾期": ("n_overdue", "{:,.0f} 件", 1),
    "误报占比": ("false_share", "{:.0%}", 1),
    "后来变坏的，赶上几成": ("caught_share", "{:.0%}", 1),
    "提前（中位数）": ("lead_days", "{:.0f} 天", 1),
    "净省下（万元）": ("value_cny", "{:,.1f}", 1e-4),
}


def alert_desk(
    rows: pd.DataFrame,
    came: pd.DataFrame,
    rates: pd.Series,
    *,
    hours: int,
    start: Mapping[str, str] = early_warning.OLD,
) -> w.Widget:
    """Return sliders for the desk's choices, and what a year of work orders under them came to.

    ``rows``: what ``watch_rows`` returns, of ripe months; ``came``: what ``came_true`` makes of them;
    ``rates``: what ``bad_rates`` returns, of an earlier time; ``hours`` of staff a month.
    """
    sliders = {
        row: w.SelectionSlider(options=list(options), value=start[row], description=title,
                               style=WIDE | {"description_width": "15em"}, layout=_LONG, continuous_update=False)
        for row, (title, options) in early_warning.FIELDS.items()
    }  # fmt: skip
    guess = OneOf(("多省", "差不多", "少省"), label="先猜：下一步会", across=True)
    view, seen = w.HTML(), {}

    def year(choices: Mapping[str, str]) -> dict[str, float]:
        sent = early_warning.played(choices, rows, rates, hours=hours)
        return early_warning.figures_of(sent, came)

    def move(_=None) -> None:
        choices = {row: slider.value for row, slider in sliders.items()}
        now, before = year(choices), seen["now"]
        lines = [
            _guessed(guess.value, before, now),
            _compared(seen["choices"], choices, before, now),
        ]
        seen.update(now=now, choices=choices)
        guess.value = None
        view.value = alerts_html(seen["first"], now, lines)

    def note(change: Mapping) -> None:
        if change["new"]:
            view.value = alerts_html(
                seen["first"], seen["now"], [f"你猜“{change['new']}”。现在动一条看看。"]
            )

    first = year(start)
    seen.update(first=first, now=first, choices=dict(start))
    view.value = alerts_html(first, first, ["现在是现行做法。先猜一个方向，再动一条。"])
    for slider in sliders.values():
        slider.observe(move, "value")
    guess.observe(note, "value")
    return w.VBox([guess, *sliders.values(), view])


def alerts_html(first: Mapping, now: Mapping, lines: Iterable[str]) -> str:
    """Return the figures of a year's orders beside those of the first desk, after ``lines`` in words.

    >>> charts.theme()
    >>> told = {"n_orders": 2, "n_overdue": 0, "false_share": 0.5, "caught_share": 0.1, "lead_days": 40.0,
    ...     "value_cny": 9e3}
    >>> "提前" in alerts_html(told, told, ["先猜。"])
    True
    """
    words = "<br>".join(line for line in [*lines, _of_late(now)] if line)
    return status(f"{_chart(first, now)}{_table(first, now)}<p>{words}</p>")


def _cell(name: str, year: Mapping) -> str:
    key, form, scale = _SHOWN[name]
    return "没有" if pd.isna(year[key]) else form.format(year[key] * scale)


def _table(first: Mapping, now: Mapping) -> str:
    rows = [(name, (_cell(name, first), _cell(name, now))) for name in _SHOWN]
    return table(("指标", "现行做法", "现在"), rows)


def _chart(first: Mapping, now: Mapping) -> str:
    figure, axes = plt.subplots(figsize=(7, 1.9))
    worth = [first["value_cny"] / 1e4, now["value_cny"] / 1e4]
    bars = axes.barh(["现行做法", "现在"][::-1], worth[::-1], color=[charts.PALETTE[0], "#999999"])
    axes.bar_label(bars, fmt="{:,.1f}", padding=3)
    axes.axvline(0, color="#000000", linewidth=1)
    axes.margins(x=0.15)
    title = f"一年的工单净省下 {worth[1]:,.1f} 万元"
    axes.set(title=title, xlabel="净省下（万元，事后看）", ylabel="")
    return charts.as_html(figure, f"{title}，现行做法 {worth[0]:,.1f} 万元。")


def _guessed(guess: str | None, before: Mapping, now: Mapping) -> str:
    if not guess:
        return ""
    by = now["value_cny"] - before["value_cny"]
    same = abs(by) <= 0.03 * abs(before["value_cny"])
    came = "差不多" if same else "多省" if by > 0 else "少省"
    return guessed(guess, came)


def _compared(before: Mapping, after: Mapping, old: Mapping, now: Mapping) -> str:
    parts = [f"{name}从 {_cell(name, old)} 到 {_cell(name, now)}" for name in _SHOWN
             if _cell(name, old) != _cell(name, now)]  # fmt: skip
    return f"{moved(early_warning.TITLES, before, after)}。{'，'.join(parts) or '这一步什么也没有变：人手先用完了，或排序已经把它们放在后面'}。"


def _of_late(now: Mapping) -> str:
    if not now["n_overdue"]:
        return "工单都派给了还没有逾期的。"
    return f"{now['n_overdue']} 件派给了已经逾期的：预警在逾期之后才响，没有提前期。"
