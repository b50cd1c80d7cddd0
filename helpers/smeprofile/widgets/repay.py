"""Repayment against cash flow (还款方式现金流对比): instalments beside a business's year."""

from collections.abc import Mapping, Sequence

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import OneOf, status
from smeprofile.pricing import METHODS, annual_rates, schedule, shortfall
from smeprofile.widgets.controls import ROW, WIDE

Seasons = Mapping[str, Sequence[float]]


def repayment_calendar(seasons: Seasons, *, amount: float = 60, rate: float = 4.8) -> w.Widget:
    """Return controls for business, method, amount (万元) and rate (%), and the year they lead to.

    ``seasons``: name → twelve months' cash left by the business before the loan is paid, 万元; the
    first month is the one after the loan is disbursed.
    """
    business = OneOf(list(seasons), label="生意")
    method = OneOf(list(METHODS), label="还款方式")
    business.show(next(iter(seasons)))
    method.show(METHODS[2])
    much = w.IntSlider(
        amount, min=10, max=200, step=5, description="借款（万元）", style=WIDE, layout=ROW
    )
    price = w.FloatSlider(rate, min=2, max=12, step=0.2, readout_format=".1f",
                          description="合同利率（%）", style=WIDE, layout=ROW)  # fmt: skip
    view, last = w.HTML(), {}

    def draw(change=None) -> None:
        now = (business.value, method.value, much.value, price.value)
        view.value = repayment_html(seasons, *now, before=last.get("now") if change else None)
        last["now"] = now

    for control in (business, method, much, price):
        control.observe(draw, "value")
    draw()
    return w.VBox([business, method, much, price, view])


def repayment_html(
    seasons: Seasons,
    business: str,
    method: str,
    amount: float,
    rate: float,
    *,
    before: tuple | None = None,
) -> str:
    """Return the year as a chart and in words: which months are short, what the loan really costs.

    ``before``: business, method, amount and rate of a moment ago, to say what has changed.
    """
    plan = schedule(amount, rate / 100, 12, method)
    left = shortfall(plan["payment_cny"], seasons[business])
    lines = [_changed(seasons, before, left)] if before else []
    lines.append(_short(plan["payment_cny"], left))
    if heavy := _heavy(plan["payment_cny"], seasons[business]):
        lines.append(heavy)
    cost = annual_rates(plan["payment_cny"], amount)
    lines.append(
        f"一年利息 {plan['interest_cny'].sum():.2f} 万元；合同利率 {rate:.1f}%，"
        f"<b>APR {cost['APR']:.2%}，EAR {cost['EAR']:.2%}</b>。{_flat(method, rate, cost['APR'])}"
    )
    return status(
        _chart(seasons[business], plan, left, business, method) + f"<p>{'<br>'.join(lines)}</p>"
    )


def _short(payments: pd.Series, left: pd.Series) -> str:
    months = left.index[left < -0.005]
    if not len(months):
        return "每个月都还得出：这一年没有缺口。"
    worst = int(left.idxmin())
    listed = "、".join(str(m) for m in months)
    return (f"第 {listed} 个月钱不够，最紧是第 {worst} 个月，累计差 {-left.min():.1f} 万元"
            f"（那个月要还 {payments[worst]:.1f} 万元）：<b>还款与现金流错配</b>。")  # fmt: skip


def _heavy(payments: pd.Series, inflows: Sequence[float]) -> str:
    """Say how many months' cash the largest payment takes, where that is more than three."""
    usual, most = sum(inflows) / len(inflows), payments.max()
    if usual <= 0 or most < 3 * usual:
        return ""
    if most < 2 * payments.median():
        return f"月月都重：每个月要还 {payments.median():.1f} 万元上下，等于平均 {payments.median() / usual:.0f} 个月留下的钱，靠这门生意还不上。"
    return (f"第 {int(payments.idxmax())} 个月一次要还 {most:.1f} 万元，等于平均 {most / usual:.0f} 个月留下的钱："
            "前面收到的钱要留得住，挪去做别的就还不上。")  # fmt: skip


def _flat(method: str, rate: float, apr: float) -> str:
    if method != METHODS[-1]:
        return ""
    return f"本金月月在还，利息却按最初的本金收：真实成本是合同利率的 {apr * 100 / rate:.2f} 倍。"


def _changed(seasons: Seasons, before: tuple, left: pd.Series) -> str:
    business, method, amount, rate = before
    old = shortfall(schedule(amount, rate / 100, 12, method)["payment_cny"], seasons[business])
    counts = int((old < -0.005).sum()), int((left < -0.005).sum())
    return f"比刚才：不够的月份从 {counts[0]} 个到 {counts[1]} 个，年末手里的钱从 {old.iloc[-1]:.1f} 到 {left.iloc[-1]:.1f} 万元。"


def _chart(
    inflows: Sequence[float], plan: pd.DataFrame, left: pd.Series, business: str, method: str
) -> str:
    figure, axes = plt.subplots(figsize=(7, 3))
    axes.bar(plan.index - 0.2, inflows, width=0.4, color=charts.PALETTE[5], label="生意留下的钱")
    axes.bar(
        plan.index + 0.2, plan["payment_cny"], width=0.4, color=charts.PALETTE[2], label="要还的钱"
    )
    axes.plot(left.index, left, color="#000000", marker="o", markersize=4, label="还款后累计的钱")
    axes.axhline(0, color="#000000", linewidth=0.8)
    n_short = int((left < -0.005).sum())
    title = f"{method}：{n_short} 个月不够还" if n_short else f"{method}：月月够还"
    axes.set(title=title, xlabel="放款后第几个月", ylabel="万元", xticks=range(1, 13))
    axes.margins(y=0.25)
    axes.legend(ncols=3, loc="upper left", fontsize=9)
    alt = f"{business}，{method}：十二个月的现金流入、应还款和还款后累计的钱；{title}，累计最低 {left.min():.1f} 万元。"
    return charts.as_html(figure, alt)
