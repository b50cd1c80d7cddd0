"""The Qini curve: contact the first so many of a list, and see how many more come, at what cost."""

from collections.abc import Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.widgets.controls import ROW, WIDE

_STEP = 5  # per cent of the list
_LINES = ("-", "--", ":", "-.")
Curves = Mapping[str, pd.DataFrame]


def qini_explorer(
    lists: Mapping[str, tuple[Curves, int, float]], *, n_listed: int, value_cny: float
) -> w.Widget:
    """Return a choice of channel, sliders for the share contacted and the value, and what follows.

    ``lists``: channel → its curves, the contacts of the experiment they were counted in, and what
    one contact costs, yuan. ``curves``: ranking → what ``qini_curve`` gave of that channel's rows
    only (rows of other channels cost something else); the first one is what is spoken of. They are
    told for a list of ``n_listed``. ``value_cny`` of one application: where its slider starts.
    """
    channel = w.Dropdown(options=list(lists), description="渠道", style=WIDE, layout=ROW)
    share = w.IntSlider(30, min=0, max=100, step=_STEP,
                        description="联系名单前（%）", style=WIDE, layout=ROW)  # fmt: skip
    worth = w.FloatSlider(value_cny, min=1000, max=max(20_000, 2 * value_cny), step=500,
                          readout_format=".0f", description="一笔进件值（元）", style=WIDE, layout=ROW)  # fmt: skip
    scaled = {
        name: _for_list(curves, n_listed / n_treated)
        for name, (curves, n_treated, _) in lists.items()
    }
    view = w.HTML()

    def draw(_=None) -> None:
        cost = lists[channel.value][2]
        told = qini_html(scaled[channel.value], share.value / 100, n_listed=n_listed,
                         cost_cny=cost, value_cny=worth.value)  # fmt: skip
        view.value = f"<p>{channel.value}：联系一次 {cost:,.0f} 元。</p>{told}"

    for control in (channel, share, worth):
        control.observe(draw, "value")
    draw()
    return w.VBox([channel, share, worth, view])


def _for_list(curves: Curves, scale: float) -> dict[str, pd.DataFrame]:
    return {name: curve.assign(extra=curve["extra"] * scale) for name, curve in curves.items()}


def qini_html(
    curves: Curves, share: float, *, n_listed: int, cost_cny: float, value_cny: float
) -> str:
    """Return the curves, the present point on each, and in words what it brings and costs.

    >>> charts.theme()
    >>> line = pd.DataFrame({"share": [0.0, 0.5, 1.0], "extra": [0.0, 8.0, 10.0]})
    >>> html = qini_html({"按增益": line}, 0.5, n_listed=1000, cost_cny=12, value_cny=3000)
    >>> "多来 8.0 笔" in html and "净收益 18,000 元" in html
    True
    """
    main, first = next(iter(curves.items()))
    n = round(share * n_listed)
    extra = {name: _at(curve, share) for name, curve in curves.items()}
    extra["随便挑"] = share * float(first["extra"].iloc[-1])
    lines = [
        f"联系前 {share:.0%}，{n:,} 户：{main}多来 {extra[main]:,.1f} 笔；"
        + "；".join(f"{name} {x:,.1f} 笔" for name, x in extra.items() if name != main)
        + "。",
        f"花 {n * cost_cny:,.0f} 元，净收益 {extra[main] * value_cny - n * cost_cny:,.0f} 元。",
        _next_step(first, share, n_listed, cost_cny, value_cny),
        _best(first, n_listed, cost_cny, value_cny),
    ]
    return status(_chart(curves, share, main, extra) + f"<p>{'<br>'.join(filter(None, lines))}</p>")


def _at(curve: pd.DataFrame, share: float) -> float:
    return float(np.interp(share, curve["share"], curve["extra"]))


def _next_step(
    curve: pd.DataFrame, share: float, n_listed: int, cost_cny: float, value_cny: float
) -> str:
    if share >= 1:
        return "名单上的都联系了。"
    step = min(0.1, 1 - share)
    more = _at(curve, share + step) - _at(curve, share)
    spent = step * n_listed * cost_cny
    further = "一成" if step == 0.1 else "剩下的"
    if more < 0.05:
        fewer = f"，反而少 {-more:,.1f} 笔" if more <= -0.05 else ""
        return f"再多联系{further}：多花 {spent:,.0f} 元，一笔也不多来{fewer}：这一段不值得。"
    each = spent / more
    verdict = "划算" if each < value_cny else "不划算"
    return f"再多联系{further}：多花 {spent:,.0f} 元，多来 {more:,.1f} 笔，每多来一笔要 {each:,.0f} 元，{verdict}。"


def _best(curve: pd.DataFrame, n_listed: int, cost_cny: float, value_cny: float) -> str:
    shares = np.arange(0, 101, _STEP) / 100
    net = [_at(curve, s) * value_cny - s * n_listed * cost_cny for s in shares]
    best = int(np.argmax(net))
    if best == 0:
        return "按这条线，联系一次的成本比它多带来的还贵：一户也不联系最省。"
    return f"按这条线算，联系前 {shares[best]:.0%} 净收益最高，{net[best]:,.0f} 元（线本身有误差，看大概的位置）。"


def _chart(curves: Curves, share: float, main: str, extra: Mapping[str, float]) -> str:
    figure, axes = plt.subplots(figsize=(7, 3))
    for (name, curve), style, colour in zip(curves.items(), _LINES, charts.PALETTE, strict=False):
        axes.plot(curve["share"] * 100, curve["extra"], style, color=colour, label=name)
    last = float(curves[main]["extra"].iloc[-1])
    axes.plot([0, 100], [0, last], color="#000000", linewidth=1, label="随便挑")
    axes.plot(share * 100, extra[main], "o", color=charts.PALETTE[2], ms=9)
    axes.axvline(share * 100, color="#999999", linestyle=":", linewidth=1)
    title = f"联系前 {share:.0%}，{main}比随便挑{_more(extra[main] - extra['随便挑'])}"
    axes.set(title=title, xlabel="联系名单的前百分之几", ylabel="多来的进件（笔）")
    axes.legend(fontsize=9, loc="upper left")
    axes.set_ylim(top=max(last, *(c["extra"].max() for c in curves.values())) * 1.35)
    alt = f"Qini 曲线：{title}；全部联系多来 {last:,.1f} 笔。"
    return charts.as_html(figure, alt)


def _more(by: float) -> str:
    return f"多 {by:,.1f} 笔" if by >= 0.05 else f"少 {-by:,.1f} 笔" if by <= -0.05 else "一样多"
