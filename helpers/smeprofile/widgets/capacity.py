"""Channel capacities: the linear program solved again at every move, its shadow prices in words."""

from collections.abc import Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.uplift import Allocation, allocate, shadow_words
from smeprofile.widgets.controls import ROW, WIDE

_BARS = 6  # with more choices, those that nobody gets are left out
_MOST = 3  # times the capacity a slider goes to


def channel_capacity(
    uplift: pd.DataFrame,
    cost_cny: Mapping[str, float],
    capacity: Mapping[str, float],
    *,
    value_cny: float,
    budget_cny: float,
    channel_of: Mapping[str, str] | None = None,
    weight: pd.Series | float = 1.0,
    blocked: pd.Series | None = None,
) -> w.Widget:
    """Return sliders for each capacity, the budget and the value, and the best allocation.

    ``uplift``: customers × choices, what a contact adds to the chance of an application; a choice is a
    channel, or a product by a channel where ``channel_of`` says which. ``capacity`` by channel,
    contacts a month (those it leaves out have none); ``value_cny`` of one application, times the
    ``weight`` of its choice; ``blocked``: who must not be contacted.
    """
    rooms = {name: _slider(int(most), f"{name}名额") for name, most in capacity.items()}
    budget = _slider(int(budget_cny), "预算（元）")
    worth = w.IntSlider(int(value_cny), min=1000, max=40_000, step=1000,
                        description="一笔进件值（元）", style=WIDE, layout=ROW)  # fmt: skip
    view, last = w.HTML(), {}

    def draw(_=None) -> None:
        limits = {name: slider.value for name, slider in rooms.items()}
        told = allocate(
            uplift * weight * worth.value,
            cost_cny,
            limits,
            channel_of=channel_of,
            budget_cny=budget.value,
            blocked=blocked,
        )
        view.value = capacity_html(told, uplift, before=last.get("told"))
        last["told"] = told

    controls = [*rooms.values(), budget, worth]
    for control in controls:
        control.observe(draw, "value")
    draw()
    return w.VBox([*controls, view])


def _slider(most: int, title: str) -> w.IntSlider:
    step = max(1, most // 10)  # counted so that it can stand at ``most``
    return w.IntSlider(most, min=most % step, max=max(10, _MOST * most), step=step,
                       description=title, style=WIDE, layout=ROW)  # fmt: skip


def capacity_html(
    told: Allocation, uplift: pd.DataFrame, *, before: Allocation | None = None
) -> str:
    """Return the allocation as a chart, and in words what it is worth and each limit's price.

    >>> charts.theme()
    >>> gain = pd.DataFrame({"走访": [0.03, 0.03], "电话": [0.01, 0.01]})
    >>> told = allocate(gain * 10_000, {"走访": 120, "电话": 12}, {"走访": 1, "电话": 5}, budget_cny=500)
    >>> "再多 1 个值" in capacity_html(told, gain)
    True
    """
    counts = told.plan.sum()
    came = float((told.plan * uplift.reindex(columns=told.plan.columns).fillna(0)).to_numpy().sum())
    lines = [_change(told, before)] if before is not None else []
    lines.append(
        f"联系 {counts.sum():,.0f} 户，预计多来 {came:z,.1f} 笔，净收益 <b>{told.value_cny:z,.0f}</b> 元。"
    )
    lines += shadow_words(told)
    left = len(told.plan) - counts.sum()
    if left > 0.5:
        lines.append(
            f"有 {left:,.0f} 户这个月不联系：免打扰，或联系一次的成本比多带来的还高，或名额不够。"
        )
    return status(_chart(counts, told.value_cny) + f"<p>{'<br>'.join(lines)}</p>")


def _chart(counts: pd.Series, value_cny: float) -> str:
    if len(counts) > _BARS:
        counts = counts[counts > 0.5] if counts.max() > 0.5 else counts[:1]
    figure, axes = plt.subplots(figsize=(7, max(2.2, 0.8 + 0.3 * len(counts))))
    bars = axes.barh(list(counts.index)[::-1], counts[::-1], color=charts.PALETTE[0])
    axes.bar_label(bars, fmt="{:,.0f}", padding=3)
    title = f"最好的分法净收益 {value_cny:z,.0f} 元"
    axes.set(title=title, xlabel="联系的户数", ylabel="")
    axes.set_xlim(0, max(counts.max(), 1) * 1.15)
    told = "，".join(f"{name} {n:,.0f} 户" for name, n in counts.items())
    return charts.as_html(figure, f"{title}：{told}。")


def _change(now: Allocation, before: Allocation) -> str:
    by = now.value_cny - before.value_cny
    if abs(by) < 0.5:
        return "比刚才：净收益没有变。"
    return f"比刚才：净收益{'多' if by > 0 else '少'} {abs(by):,.0f} 元。"
