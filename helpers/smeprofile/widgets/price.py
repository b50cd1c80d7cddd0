"""The pricing waterfall (定价瀑布): from the price of funds to the floor, beside list and market price."""

from collections.abc import Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import OneOf, status
from smeprofile.pricing import Costs, lgd_mortgage, raroc, waterfall
from smeprofile.simulate import assumptions as a
from smeprofile.widgets.controls import ROW

_WIDE = {"description_width": "12em"}
# name → (title, unit, low, high, step, the step of the waterfall it moves)
_SLIDERS = {
    "pd": ("违约概率 PD", "%", 0.2, 8.0, 0.2, "预期损失"),
    "ltv": ("抵押率 LTV", "%", 30.0, 120.0, 5.0, "预期损失"),
    "cheap": ("支小再贷款占比", "%", 0.0, 100.0, 5.0, "资金成本"),
    "weight": ("风险权重", "%", 50.0, 100.0, 5.0, "资本回报"),
    "deposits": ("综合贡献", "%", 0.0, 2.0, 0.1, "综合贡献"),
}
SECURITIES = ("信用", "保证", "抵押")


def price_waterfall(
    case: Mapping[str, float | str], *, list_rate: float, market_rate: float
) -> w.Widget:
    """Return sliders for risk, security, funds, capital and contribution, and the floor they lead to.

    ``case``: where the controls start; ``pd, ltv, cheap, weight, deposits`` in percent and
    ``security``. ``list_rate`` and ``market_rate`` are 0–1.
    """
    sliders = {name: _slider(case, name) for name in _SLIDERS}
    security = OneOf(SECURITIES, label="担保方式", across=True)
    security.show(case["security"])
    view, last = w.HTML(), {}

    def draw(change=None) -> None:
        now = {name: round(slider.value, 6) for name, slider in sliders.items()}
        now["security"] = security.value or case["security"]
        if now == last.get("case"):  # a slider that is drawn sends its value back
            return
        moved = next((n for n, s in sliders.items() if change and s is change["owner"]), None)
        moved = "security" if change and change["owner"] is security else moved
        view.value = price_html(
            now, last.get("case"), moved, list_rate=list_rate, market_rate=market_rate
        )
        last["case"] = now

    for control in (*sliders.values(), security):
        control.observe(draw, "value")
    draw()
    return w.VBox([security, *sliders.values(), view])


def _slider(case: Mapping[str, float | str], name: str) -> w.FloatSlider:
    title, unit, low, high, step, _ = _SLIDERS[name]
    return w.FloatSlider(float(case[name]), min=low, max=high, step=step, style=_WIDE, layout=ROW,
                         readout_format=".1f", description=f"{title}（{unit}）")  # fmt: skip


def lgd_of(case: Mapping[str, float | str]) -> float:
    """Return the loss given default of a case: by its security, a mortgage's by its LTV.

    >>> round(lgd_of({"security": "抵押", "ltv": 70}), 3), lgd_of({"security": "信用", "ltv": 70})
    (0.206, 0.72)
    """
    if case["security"] == "抵押":
        return lgd_mortgage(float(case["ltv"]) / 100)
    return a.LGD[case["security"]]


def floor_of(case: Mapping[str, float | str]) -> pd.Series:
    """Return the waterfall of a case, as ``smeprofile.pricing.waterfall`` does."""
    return waterfall(float(case["pd"]) / 100, lgd_of(case), costs=_costs(case),
                     contribution=float(case["deposits"]) / 100)  # fmt: skip


def _costs(case: Mapping[str, float | str]) -> Costs:
    return Costs(cheap_share=float(case["cheap"]) / 100, risk_weight=float(case["weight"]) / 100)


def price_html(
    case: Mapping[str, float | str],
    before: Mapping[str, float | str] | None,
    moved: str | None,
    *,
    list_rate: float,
    market_rate: float,
) -> str:
    """Return the waterfall and, in words, which step moved and whether the prices cover the floor."""
    steps = floor_of(case)
    lines = [_moved(case, before, moved)] if moved and before is not None else []
    lines.append(
        f"违约损失率 LGD {lgd_of(case):.0%}，预期损失 {steps['预期损失']:.2%}，<b>最低价 {steps['最低价']:.2%}</b>。"
    )
    for name, rate in (("挂牌价", list_rate), ("同行报价", market_rate)):
        lines.append(_covers(name, rate, case, steps["最低价"]))
    return status(_chart(steps, list_rate, market_rate) + "<p>" + "<br>".join(lines) + "</p>")


def _covers(name: str, rate: float, case: Mapping[str, float | str], floor: float) -> str:
    earned = raroc(rate, float(case["pd"]) / 100, lgd_of(case), costs=_costs(case),
                   contribution=float(case["deposits"]) / 100)  # fmt: skip
    gap = rate - floor
    verdict = (
        f"高出 {gap * 100:.2f} 个百分点，够"
        if gap >= -1e-12
        else f"还差 {-gap * 100:.2f} 个百分点，不够"
    )
    return f"{name} {rate:.2%}：比最低价{verdict}；RAROC {earned:.1%}（股东要求 {Costs().target_roe:.0%}）。"


def _moved(case: Mapping[str, float | str], before: Mapping[str, float | str], name: str) -> str:
    old, new = floor_of(before), floor_of(case)
    if name == "security":
        title, change, step = "担保方式", f"：从{before[name]}到{case[name]}", "预期损失"
    else:
        title, unit, *_, step = _SLIDERS[name]
        change = f"：从 {before[name]:g} 到 {case[name]:g}{unit}"
    if name == "ltv" and case["security"] != "抵押":
        return f"{title}{change}，现在是{case['security']}，没有抵押物，用不上。"
    by = (new["最低价"] - old["最低价"]) * 100
    if abs(by) < 0.005:
        return f"{title}{change}，最低价没有变。"
    also = "，资金成本也跟着小动" if name == "weight" else ""
    return f"{title}{change}，动的是“{step}”这一步{also}，最低价{'升' if by > 0 else '降'} {abs(by):.2f} 个百分点。"


def _chart(steps: pd.Series, list_rate: float, market_rate: float) -> str:
    parts = steps.drop(["增值税", "最低价"]) * 100
    ends = parts.cumsum()
    figure, axes = plt.subplots(figsize=(7, 3))
    colours = [charts.PALETTE[0 if value >= 0 else 6] for value in parts]
    axes.bar(parts.index, parts, bottom=ends - parts, color=colours)
    axes.bar(["最低价"], [steps["最低价"] * 100], color=charts.PALETTE[1])
    box = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    for place, (value, end) in enumerate(zip(parts, ends, strict=True)):
        top = (place, max(end, end - value))
        axes.annotate(
            f"{value:+.2f}", top, (0, 3), textcoords="offset points", ha="center", bbox=box
        )
    top = (len(parts), steps["最低价"] * 100)
    axes.annotate(
        f"{steps['最低价']:.2%}", top, (0, 3), textcoords="offset points", ha="center", bbox=box
    )
    for name, rate, dash in (("挂牌价", list_rate, "--"), ("同行报价", market_rate, ":")):
        axes.axhline(
            rate * 100, color="#000000", linestyle=dash, linewidth=1.2, label=f"{name} {rate:.2%}"
        )
    covered = "够" if list_rate >= steps["最低价"] else "不够"
    title = f"最低价 {steps['最低价']:.2%}，挂牌价{covered}"
    axes.set(title=title, xlabel="", ylabel="年利率（%）")
    axes.set_ylim(0, max(ends.max(), list_rate * 100, market_rate * 100) * 1.3)
    axes.legend(ncols=2, loc="upper left")
    told = "、".join(f"{name} {value:+.2f}" for name, value in parts.items())
    alt = f"定价瀑布图（百分点）：{told}，合计最低价 {steps['最低价']:.2%}；挂牌价 {list_rate:.2%}，同行报价 {market_rate:.2%}。"
    return charts.as_html(figure, alt)
