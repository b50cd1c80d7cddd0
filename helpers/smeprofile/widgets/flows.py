"""The statement filter (流水筛选器): leave one kind of money out, see the sales that remain."""

from collections.abc import Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.statements import NOT_SALES, PASSING, kinds_of, monthly_inflow
from smeprofile.widgets.controls import ROW, WIDE

_WHY = {
    "同名划转": "自己账户之间倒手，左口袋进右口袋",
    "贷款发放": "借来的钱，将来要还",
    "退款": "付出去的货款退回来，不是卖货",
    "往来款": "股东、关联方的资金往来",
    PASSING: "进来两天之内又原额转走，像是刷出来的",
}


def flow_filter(flows: pd.DataFrame, customers: Mapping[str, str], *, as_of: str) -> w.Widget:
    """Return a view of one customer's last twelve months of inflow, with a box for each exclusion.

    ``flows``: the class table; ``customers``: name shown → customer_id.
    """
    who = w.Dropdown(options=list(customers.items()), description="客户", style=WIDE, layout=ROW)
    wide = w.Layout(width="40em")
    boxes = [
        w.Checkbox(False, description=f"剔除{kind}：{why}", indent=False, layout=wide)
        for kind, why in _WHY.items()
    ]
    view = w.HTML()
    by_customer = dict(list(flows.groupby("customer_id")))

    def draw(_=None) -> None:
        out = [kind for kind, box in zip(_WHY, boxes, strict=True) if box.value]
        view.value = inflow_html(by_customer[who.value], out, as_of=as_of)

    for control in (who, *boxes):
        control.observe(draw, "value")
    draw()
    return w.VBox([who, w.HTML("勾上一项，就把这一种钱剔除："), *boxes, view])


def inflow_html(flows: pd.DataFrame, leave_out: list[str], *, as_of: str) -> str:
    """Return a chart of one customer's monthly inflow and, in words, what is counted that isn't sales."""
    months = pd.date_range(end=pd.Timestamp(as_of), periods=13, freq="ME")[1:].to_period("M")
    months = months.to_timestamp()
    shown = monthly_inflow(flows, months=months, leave_out=leave_out)
    real = monthly_inflow(flows, months=months)
    figure, axes = plt.subplots(figsize=(7, 2.6))
    axes.bar(months.strftime("%y-%m"), shown / 1e4, color="#999999", label="现在算进去的")
    axes.bar(
        months.strftime("%y-%m"), real / 1e4, color=charts.PALETTE[0], width=0.5, label="有效流入"
    )
    total, true = shown.sum(), real.sum()
    axes.set(title=f"现在算出的年流入 {total / 1e4:,.0f} 万元", xlabel="月份", ylabel="万元")
    axes.margins(y=0.3)  # room for the legend above the bars
    axes.legend(loc="upper left", ncols=2)
    alt = f"近 12 个月每月流入的柱形图：现在算进去的合计 {total / 1e4:,.0f} 万元，有效流入 {true / 1e4:,.0f} 万元。"
    picture = charts.as_html(figure, alt)
    lines = [
        f"现在算出的年流入是 <b>{total / 1e4:,.1f}</b> 万元，有效流入是 <b>{true / 1e4:,.1f}</b> 万元。"
    ]
    year = flows[flows["date"] >= months[0]]
    kinds = kinds_of(year)
    absent = [kind for kind in leave_out if not (kinds == kind).any()]
    passed = [kind for kind in absent if kind in set(year["summary"][kinds == PASSING])]
    none = [kind for kind in absent if kind not in passed]
    lines += [f"已剔除：{'、'.join(leave_out)}。"] if leave_out else []
    lines += [f"这户一年里没有{'、'.join(none)}，剔不剔都一样。"] if none else []
    lines += [f"这户的{'、'.join(passed)}都是{PASSING}，算在那一项里。"] if passed else []
    left = [kind for kind in (*NOT_SALES, PASSING) if kind not in leave_out]
    extra = total / true - 1 if true > 0 else None
    if extra is None:
        lines.append("全部剔除后没有销售回款：这个账户不能用来证明他在经营。")
    elif total - true > 0.005:
        lines.append(
            f"多算了 {extra:.0%}：照这个数定额度，额度也多给 {extra:.0%}。还没剔除：{'、'.join(left)}。"
        )
    else:
        lines.append("不是卖货的钱都剔除了；定额度以前还要除以（1 + 税率）。")
    return status(picture + "<p>" + "<br>".join(lines) + "</p>")
