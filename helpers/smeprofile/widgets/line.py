"""The working-capital waterfall (额度缺口瀑布图): from what the business ties up to the new line."""

from collections.abc import Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.demand import working_capital
from smeprofile.widgets.controls import ROW

_EVEN = 0.5  # 万元: a surplus or shortage up to that prints as 0
_WIDE = {"description_width": "11em"}
# name → (title, unit, low, high, step, what proves it)
_CONTROLS = {
    "growth": ("预计增长率", "%", -30, 50, 1, "在手订单，近 12 个月开票和流水的同比"),
    "margin": ("销售利润率", "%", -10, 30, 1, "利润表，对着进货单和成本单据核一遍"),
    "receivable": ("应收周转天数", "天", 0, 180, 5, "应收明细、对账单、主要买家合同上的账期"),
    "inventory": ("存货周转天数", "天", 0, 180, 5, "盘点表、出入库单，到仓库看一眼"),
    "payable": ("应付周转天数", "天", 0, 180, 5, "应付明细、采购合同上的账期"),
    "own": ("自有资金", "万元", 0, 500, 10, "资产负债表、银行对账单、股东投入的凭证"),
    "loans": ("现有流贷", "万元", 0, 500, 10, "借款合同；征信报告要有授信审批的授权才能查"),
    "other": ("其他渠道资金", "万元", 0, 500, 10, "股东、亲友借款的转账和借条，要当面问出来"),
}  # fmt: skip


def line_of(case: Mapping[str, float]) -> pd.Series:
    """Return the steps from turnover days to the new line of one customer, money in 万元.

    ``case``: ``revenue`` (万元), ``cost_share``, ``growth`` and ``margin`` (%), days of
    ``receivable`` and ``advance`` (on revenue), ``inventory``, ``prepaid`` and ``payable`` (on cost),
    ``own``, ``loans`` and ``other`` (万元). The formula is that of ``working_capital``; ``surplus`` is
    need − all money at hand, which may be below 0.

    >>> case = {"revenue": 2400, "cost_share": 0.75, "growth": 10, "margin": 5, "receivable": 60,
    ...     "advance": 15, "inventory": 75, "prepaid": 10, "payable": 40, "own": 180, "loans": 150, "other": 60}
    >>> line_of(case)[["turnover_days", "turns", "need_cny", "gap_cny"]].astype(float).round(1).tolist()
    [90.0, 4.0, 627.0, 237.0]
    """
    revenue, cost = case["revenue"], case["revenue"] * case["cost_share"]
    accounts = {
        "revenue_cny": revenue,
        "cost_cny": cost,
        "net_profit_cny": revenue * case["margin"] / 100,
    }
    for base, names in (
        (revenue, ("receivable", "advance")),
        (cost, ("inventory", "prepaid", "payable")),
    ):
        accounts |= {f"{name}_cny": case[name] * base / 360 for name in names}
    money = {f"{to}_cny": case[name] for to, name in
             (("own_funds", "own"), ("loans", "loans"), ("other_channels", "other"))}  # fmt: skip
    told = working_capital(pd.DataFrame([accounts]), growth=case["growth"] / 100, **money).iloc[0]
    return pd.concat([told, pd.Series({"surplus": told["need_cny"] - sum(money.values())})])


def credit_gap(case: Mapping[str, float]) -> w.Widget:
    """Return sliders for what a manager finds out, and the waterfall to the new line.

    ``case``: as for ``line_of``; the sliders start there.
    """
    sliders = {name: _slider(case, name) for name in _CONTROLS}
    view, last = w.HTML(), {}

    def draw(change=None) -> None:
        now = dict(case) | {name: slider.value for name, slider in sliders.items()}
        moved = next((n for n, s in sliders.items() if change and s is change["owner"]), None)
        view.value = line_html(now, last.get("case"), moved)
        last["case"] = now

    for slider in sliders.values():
        slider.observe(draw, "value")
    draw()
    return w.VBox([*sliders.values(), view])


def _slider(case: Mapping[str, float], name: str) -> w.IntSlider:
    title, unit, low, high, step, _ = _CONTROLS[name]
    return w.IntSlider(int(case[name]), min=low, max=high, step=step, style=_WIDE, layout=ROW,
                       description=f"{title}（{unit}）")  # fmt: skip


def line_html(
    case: Mapping[str, float], before: Mapping[str, float] | None, moved: str | None
) -> str:
    """Return the waterfall and, in words, what moved it and what document proves that."""
    told = line_of(case)
    lines = [f"周转天数合计 {told['turnover_days']:.0f} 天"]
    if told["why_not"]:
        lines[0] += f"：{told['why_not']}。客户占用上下游的钱，改看现金流和具体用途，不能硬套。"
        picture = ""
    else:
        lines[0] += f"，一年周转 {told['turns']:.1f} 次，营运资金量 {told['need_cny']:,.0f} 万元。"
        picture = _chart(case, told)
        lines.append(_verdict(told))
    if moved and before is not None:
        lines.insert(0, _moved(case, before, moved))
    return status(picture + "<p>" + "<br>".join(lines) + "</p>")


def _verdict(told: pd.Series) -> str:
    if abs(told["surplus"]) <= _EVEN:
        return "已有的钱正好够：<b>没有缺口</b>，再给就是多给。"
    if told["surplus"] > 0:
        return f"扣掉已有的钱，<b>新增额度 {told['gap_cny']:,.0f} 万元</b>。"
    return f"已有的钱比营运资金量多 {-told['surplus']:,.0f} 万元：<b>没有缺口</b>，再给就是多给。"


def _moved(case: Mapping[str, float], before: Mapping[str, float], name: str) -> str:
    title, unit, *_, proof = _CONTROLS[name]
    old, new = line_of(before), line_of(case)
    step = "已有的钱" if name in ("own", "loans", "other") else "营运资金量"
    if old["why_not"] or new["why_not"]:
        effect = "公式能不能用变了" if old["why_not"] != new["why_not"] else "公式仍不适用"
    else:
        effect = (
            f"动的是“{step}”这一步，新增额度从 {old['gap_cny']:,.0f} 到 {new['gap_cny']:,.0f} 万元"
        )
    return f"{title}从 {before[name]:g} 到 {case[name]:g} {unit}：{effect}。要凭据：{proof}。"


def _chart(case: Mapping[str, float], told: pd.Series) -> str:
    is_short = told["surplus"] > _EVEN
    last = "多出的钱" if told["surplus"] < -_EVEN else "新增额度"
    names = ["营运资金量", "自有资金", "现有流贷", "其他渠道资金", last]
    taken = [case["own"], case["loans"], case["other"]]
    ends = [told["need_cny"] - sum(taken[:n]) for n in range(4)]
    figure, axes = plt.subplots(figsize=(7, 2.8))
    heights = [told["need_cny"], *taken, ends[-1]]
    bottoms = [0, *ends[1:], 0]
    colours = [
        charts.PALETTE[0],
        *[charts.PALETTE[1]] * 3,
        charts.PALETTE[6 if is_short else 2],
    ]
    axes.bar(names, heights, bottom=bottoms, color=colours)
    for place, (height, bottom) in enumerate(zip(heights, bottoms, strict=True)):
        sign = "−" if 0 < place < 4 else ""
        axes.annotate(
            f"{sign}{abs(height):,.0f}",
            (place, max(bottom + height, bottom)),
            ha="center",
            va="bottom",
        )
    axes.axhline(0, color="black", linewidth=0.8)
    title = f"新增额度 {told['gap_cny']:,.0f} 万元" if is_short else "没有缺口：已有的钱够用"
    axes.set(title=title, xlabel="", ylabel="万元")
    axes.margins(y=0.2)
    alt = f"瀑布图：营运资金量 {told['need_cny']:,.0f} 万元，减自有资金 {taken[0]:,.0f}、现有流贷 {taken[1]:,.0f}、其他渠道资金 {taken[2]:,.0f} 万元。{title}。"
    return charts.as_html(figure, alt)
