"""The contact threshold (触达阈值): move it, see who is visited, who is missed and what it is worth."""

import ipywidgets as w
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.demand.contacts import by_threshold
from smeprofile.widgets.controls import ROW, WIDE

_STEPS = np.round(np.arange(0, 0.61, 0.01), 2)


def contact_threshold(
    scored: pd.DataFrame, *, places: int, value_cny: float, cost_cny: float
) -> w.Widget:
    """Return sliders for the threshold and the number of visits, and what they lead to.

    ``scored``: one row per customer, ``probability`` predicted and whether it ``asked`` afterwards.
    """
    at = w.IntSlider(30, min=0, max=60, description="触达阈值（%）", style=WIDE, layout=ROW)
    step = max(len(scored) // 100, 1)  # counted so that it can stand at ``places``
    room = w.IntSlider(places, min=places % step, max=max(len(scored), 1), step=step,
                       description="名额（户）", style=WIDE, layout=ROW)  # fmt: skip
    view, last = w.HTML(), {}

    def draw(_=None) -> None:
        told = by_threshold(
            scored, _STEPS, places=room.value, value_cny=value_cny, cost_cny=cost_cny
        )
        now = told.iloc[at.value]
        view.value = threshold_html(told, now, last.get("row"), places=room.value)
        last["row"] = now

    for control in (at, room):
        control.observe(draw, "value")
    draw()
    return w.VBox([at, room, view])


def threshold_html(
    told: pd.DataFrame, now: pd.Series, before: pd.Series | None, *, places: int
) -> str:
    """Return the value at every threshold as a chart, the present one as a table, and it in words."""
    return status(_chart(told, now) + _table(now) + f"<p>{_words(told, now, before, places)}</p>")


def _chart(told: pd.DataFrame, now: pd.Series) -> str:
    worth = told["value_cny"] / 1e4
    best = told.loc[worth.idxmax()]
    figure, axes = plt.subplots(figsize=(7, 2.6))
    axes.plot(told["threshold"] * 100, worth, color=charts.PALETTE[0])
    axes.plot(
        now["threshold"] * 100, now["value_cny"] / 1e4, marker="o", color=charts.PALETTE[2], ms=9
    )
    title = f"阈值 {now['threshold']:.0%} 的净收益是 {now['value_cny'] / 1e4:,.1f} 万元"
    axes.set(title=title, xlabel="触达阈值（%）", ylabel="净收益（万元）")
    alt = f"{title}；各阈值里最高的是 {best['threshold']:.0%}，{worth.max():,.1f} 万元。"
    return charts.as_html(figure, alt)


def _table(now: pd.Series) -> str:
    precision = "没有" if pd.isna(now["precision"]) else f"{now['precision']:.0%}"
    cells = {
        "上名单": f"{now['n_listed']:,.0f} 户",
        "去拜访": f"{now['n_visited']:,.0f} 户",
        "命中（真来申请）": f"{now['n_hits']:,.0f} 户",
        "漏掉": f"{now['n_missed']:,.0f} 户",
        "查准率": precision,
        "查全率": f"{now['recall']:.0%}",
    }
    head = "".join(f'<th scope="col">{name}</th>' for name in cells)
    return (
        f"<table><tr>{head}</tr><tr>{''.join(f'<td>{c}</td>' for c in cells.values())}</tr></table>"
    )


def _words(told: pd.DataFrame, now: pd.Series, before: pd.Series | None, places: int) -> str:
    lines = []
    if before is not None:
        lines.append(_compared(now - before))
    left = now["n_listed"] - now["n_visited"]
    if left > 0:
        lines.append(
            f"名单比名额多 {left:,.0f} 户，只能按概率从高到低去前 {places:,} 户：再往下调阈值，也多去不了一户。"
        )
    elif places > now["n_visited"]:
        lines.append(
            f"还有 {places - now['n_visited']:,.0f} 个名额空着，{now['n_missed']:,.0f} 户会来的没有去。"
        )
    best = told.loc[told["value_cny"].idxmax()]
    if now["value_cny"] < 0:
        why = "阈值太低了" if best["threshold"] > now["threshold"] else "去的这几户，命中得太少"
        lines.append(f"白跑的成本已经超过命中带来的收益：{why}。")
    short = (best["value_cny"] - now["value_cny"]) / 1e4
    lines.append(f"和最好的阈值比，少 {short:,.1f} 万元。" if short > 0.05 else "净收益已是最高。")
    return "<br>".join(lines)


def _compared(by: pd.Series) -> str:
    changes = [
        _more(by["n_listed"], "户上名单"), _more(by["n_visited"], "户去拜访"),
        _more(by["n_hits"], "户命中"), _more(by["value_cny"] / 1e4, "万元净收益", digits=1),
    ]  # fmt: skip
    return f"比刚才{'，'.join(filter(None, changes)) or '没有变化'}。"


def _more(by: float, what: str, *, digits: int = 0) -> str:
    if round(abs(by), digits) == 0:
        return ""
    return f"{'多' if by > 0 else '少'} {abs(by):,.{digits}f} {what}"
