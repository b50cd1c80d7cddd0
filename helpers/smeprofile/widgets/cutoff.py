"""The cut-off (分数线): approval, bad rate and profit, and what one more step costs."""

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.credit import cutoff_table
from smeprofile.widgets.controls import ROW, WIDE

_STEP = 5
_FEW = 0.02  # share that passes under which a bad rate is luck: not drawn


def cutoff_slider(
    score: pd.Series, is_bad: pd.Series, *, gain_cny: float, loss_cny: float
) -> w.Widget:
    """Return a slider for the cut-off and one for the loss of a bad customer, and what they lead to.

    ``score`` and ``is_bad``: one row per customer whose outcome is known; ``gain_cny`` earned from
    a good one, ``loss_cny`` lost by a bad one (where its slider starts).
    """
    table = cutoff_table(score, is_bad, gain_cny=gain_cny, loss_cny=loss_cny, step=_STEP)
    middle = int(score.median() // _STEP * _STEP)
    line = w.IntSlider(middle, min=int(table.index[0]), max=int(table.index[-1]), step=_STEP,
                       description="分数线", style=WIDE, layout=ROW)  # fmt: skip
    loss = w.FloatSlider(loss_cny / 1e4, min=1, max=max(80, loss_cny / 5e3), step=1, readout_format=".0f",
                         description="坏客户亏（万元）", style=WIDE, layout=ROW)  # fmt: skip
    view = w.HTML()

    def draw(_=None) -> None:
        now = cutoff_table(score, is_bad, gain_cny=gain_cny, loss_cny=loss.value * 1e4, step=_STEP)
        view.value = cutoff_html(now, line.value, n=len(score))

    for control in (line, loss):
        control.observe(draw, "value")
    draw()
    return w.VBox([line, loss, view])


def cutoff_html(table: pd.DataFrame, cutoff: int, *, n: int) -> str:
    """Return, as HTML, what a cut-off brings among ``n`` customers, and what the next step costs.

    ``table`` is what ``cutoff_table`` returns.

    >>> charts.theme()
    >>> made = cutoff_table(pd.Series([590, 610] * 5), pd.Series([1, 0] * 5), gain_cny=1e4, loss_cny=9e4)
    >>> "通过 100%" in cutoff_html(made, 590, n=10)
    True
    """
    here, best = table.loc[cutoff], table["profit_cny"].max()
    rate = "没有人通过" if pd.isna(here["bad_rate"]) else f"坏账率 {here['bad_rate']:.2%}"
    lines = [f"分数线 {cutoff} 分：通过 {here['approval_rate']:.0%}，{rate}，"
             f"利润 <b>{here['profit_cny'] / 1e4:z,.0f}</b> 万元。"]  # fmt: skip
    lines.append(_against(here["profit_cny"], best, int(table["profit_cny"].idxmax())))
    if cutoff < table.index[-1]:
        lines.append(_next(table, cutoff, n))
    return status(f"{_curves(table, cutoff)}<p>{'<br>'.join(lines)}</p>")


def _against(profit: float, best: float, where: int) -> str:
    if best <= 0:
        return "这样的损失下，没有一条线能赚钱：一户也不放，亏得最少。"
    if profit >= 0.95 * best:
        return "离最好的不到 5%：这一带都可以，挑一个说得清的整数。"
    return f"比最好的（{where} 分，{best / 1e4:,.0f} 万元）少 {(best - profit) / 1e4:,.0f} 万元。"


def _next(table: pd.DataFrame, cutoff: int, n: int) -> str:
    here, after = table.loc[cutoff], table.loc[cutoff + _STEP]
    fewer = round((here["approval_rate"] - after["approval_rate"]) * n)
    bad = int(here["n_bad"] - after["n_bad"])
    change = (after["profit_cny"] - here["profit_cny"]) / 1e4
    if not fewer:
        return "再抬一格，一户也不少：这一格里没有客户。"
    worth = f"多 {change:,.0f} 万元，划算" if change > 0 else f"少 {-change:,.0f} 万元，不划算"
    worth = "变不到半万元，两可" if abs(change) <= 0.5 else worth
    return f"再抬一格（{_STEP} 分）：少放 {fewer:,} 户，其中坏客户 {bad} 户，利润{worth}。"


def _curves(table: pd.DataFrame, cutoff: int) -> str:
    figure, grid = plt.subplots(1, 3, figsize=(9, 2.5))
    shown = {
        "通过率（%）": table["approval_rate"] * 100,
        "坏账率（%）": table["bad_rate"].where(table["approval_rate"] > _FEW) * 100,
        "利润（万元）": table["profit_cny"] / 1e4,
    }
    for axes, (name, values), colour in zip(grid, shown.items(), charts.PALETTE, strict=False):
        axes.plot(values.index, values, color=colour)
        axes.axvline(cutoff, color="#000000", linestyle="--", linewidth=1)
        axes.set(title=name, xlabel="分数线")
    figure.tight_layout()
    alt = f"三条曲线：通过率、坏账率、利润随分数线的变化，虚线在 {cutoff} 分。"
    return charts.as_html(figure, alt)
