"""The IPC cross-check (交叉检验): one year's sales by three methods, and what must be explained."""

import ipywidgets as w
import pandas as pd

from smeprofile.ask.controls import status
from smeprofile.widgets.controls import ROW, WIDE

METHODS = ("流水法", "开票法", "成本法")
_COST_STEP = 0.05  # per cent: electricity is less than half a per cent of sales in some trades
TOLERANCE = 0.10  # a larger gap to the middle one must be explained
_EXPLAIN = {
    ("流水法", False): "流水法偏低：钱可能走他行、收现金或进了个人卡，也可能是你把结算占比估高了。要他行流水来对。",
    ("流水法", True): "流水法偏高：看看同名划转、往来款剔干净没有，或者结算占比估低了。",
    ("开票法", False): "开票法偏低：零售和服务业本来开票就少，先问开票率；也可能有收入没有入账。",
    ("开票法", True): "开票法偏高：查红冲减了没有、有没有替别人开票。",
    ("成本法", False): "成本法偏低：用进货算的，有的进货没有票；用电费算的，有的电费不从本行付。也可能成本占比估高了。",
    ("成本法", True): "成本法偏高：用进货算的，可能在囤货，去看库存；用电费算的，电表上可能还有别家。也可能成本占比估低了。",
}  # fmt: skip


def estimates(
    case: pd.Series, *, settled: float, invoiced: float, cost: float, by: str
) -> pd.Series:
    """Return one year's sales without VAT in yuan, by method.

    ``case``: ``inflow_cny`` (effective, VAT in), ``invoiced_cny`` (net, without VAT), ``vat_rate``,
    ``purchase_cny`` and ``utility_cny``. Shares 0–1 of the sales: ``settled`` through this bank,
    ``invoiced``, and ``cost`` of the item ``by`` ("purchase_cny", or "utility_cny", which is paid
    from the same account and so stands for the settled part only).

    >>> case = pd.Series({"inflow_cny": 565_000, "vat_rate": 0.13, "invoiced_cny": 900_000,
    ...     "purchase_cny": 600_000, "utility_cny": 20_000})
    >>> estimates(case, settled=0.5, invoiced=0.9, cost=0.6, by="purchase_cny").round().tolist()
    [1000000.0, 1000000.0, 1000000.0]
    """
    part = settled if by == "utility_cny" else 1.0
    sales = (
        case["inflow_cny"] / (1 + case["vat_rate"]) / settled,
        case["invoiced_cny"] / invoiced,
        case[by] / part / cost,
    )
    return pd.Series(sales, index=METHODS)


def cross_check(cases: pd.DataFrame) -> w.Widget:
    """Return sliders for what a manager must assume, and the three estimates they lead to.

    ``cases``: one row per customer, its index the name shown; the columns of :func:`estimates`,
    and ``settled``, ``invoiced``, ``purchase_share`` and ``utility_share``, where the sliders start.
    """
    who = w.Dropdown(options=list(cases.index), description="客户", style=WIDE, layout=ROW)
    ways = [("进货", "purchase_cny"), ("电费", "utility_cny")]
    by = w.Dropdown(options=ways, description="成本法用", style=WIDE, layout=ROW)
    settled, invoiced = (_share(text) for text in ("走本行的占比", "开票率"))
    cost = _share("成本占销售额", _COST_STEP)
    view = w.HTML()

    def draw(_=None) -> None:
        found = estimates(cases.loc[who.value], settled=settled.value / 100, by=by.value,
                          invoiced=invoiced.value / 100, cost=cost.value / 100)  # fmt: skip
        view.value = estimates_html(found)

    def start(_=None) -> None:
        case = cases.loc[who.value]
        settled.value, invoiced.value = 100 * case["settled"], 100 * case["invoiced"]
        share = 100 * case["purchase_share" if by.value == "purchase_cny" else "utility_share"]
        cost.value = max(round(share / _COST_STEP), 1) * _COST_STEP
        draw()

    for control in (who, by):
        control.observe(start, "value")
    for control in (settled, invoiced, cost):
        control.observe(draw, "value")
    start()
    return w.VBox([who, by, settled, invoiced, cost, view])


def _share(text: str, step: float = 1.0) -> w.FloatSlider:
    # In per cent: what is typed into the number beside a slider is read as it stands, without the %.
    return w.FloatSlider(60, min=5 if step == 1 else step, max=100, step=step, style=WIDE, layout=ROW,
                         readout_format=".0f" if step == 1 else ".2f", description=f"{text}（%）")  # fmt: skip


def estimates_html(found: pd.Series) -> str:
    """Return the estimates as a table, each one's gap to the middle one, and what to ask for."""
    middle = found.median()
    gaps = found / middle - 1
    wide = gaps.abs() > TOLERANCE
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{found[name] / 1e4:,.1f} 万元</td>'
        f"<td>{gaps[name]:+z.1%}</td><td>{'须解释' if wide[name] else '对得上'}</td></tr>"
        for name in found.index
    )
    head = "".join(
        f'<th scope="col">{t}</th>' for t in ("方法", "年销售额（不含税）", "和中间的比", "结论")
    )
    lines = [_EXPLAIN[name, bool(gaps[name] > 0)] for name in found.index if wide[name]]
    words = (
        "<br>".join(lines)
        or f"都和中间的数相差不超过 {TOLERANCE:.0%}，可以取中间的数：{middle / 1e4:,.1f} 万元。"
    )
    return status(f"<table><tr>{head}</tr>{rows}</table><p>{words}</p>")
