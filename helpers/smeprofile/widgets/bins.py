"""Moving cut points (分箱拖动): one feature's bins, their bad rates, WOE and IV, in words."""

from collections.abc import Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.credit import woe_table
from smeprofile.credit.woe import MISSING
from smeprofile.widgets.controls import ROW, WIDE

_STARTS = (0.25, 0.5, 0.75)
_NAMES = ("第一刀", "第二刀", "第三刀")
_THIN = 0.05  # share of the sample under which a bin is thin; with few bad, its rate is luck
_FEW_BAD = 10


def bin_mover(
    sample: pd.DataFrame, features: Mapping[str, str], *, bad: str = "is_bad"
) -> w.Widget:
    """Return three cut points to move along one feature, and what the bins then say.

    ``sample``: one row per observation, ``bad`` known in each; ``features``: name shown → column of
    numbers. The stops are every fifth percentile, so that a step moves customers.
    """
    which = w.Dropdown(options=list(features.items()), description="特征", style=WIDE, layout=ROW)
    sliders = [
        w.SelectionSlider(options=[("", 0.0)], description=name, style=WIDE, layout=ROW)
        for name in _NAMES
    ]
    view = w.HTML()
    quiet = [False]

    def draw(_=None) -> None:
        if quiet[0]:
            return
        cuts = [slider.value for slider in sliders]
        name = next(shown for shown, column in features.items() if column == which.value)
        view.value = bins_html(sample[which.value], sample[bad], cuts, name)

    def start(_=None) -> None:
        quiet[0] = True
        stops = np.nanquantile(sample[which.value].astype(float), np.arange(0.05, 1, 0.05))
        stops = np.unique(stops.round(3)).tolist()
        for slider, share in zip(sliders, _STARTS, strict=True):
            slider.options = [(f"{stop:g}", stop) for stop in stops]
            slider.value = stops[round(share * (len(stops) - 1))]
        quiet[0] = False
        draw()

    which.observe(start, "value")
    for slider in sliders:
        slider.observe(draw, "value")
    start()
    return w.VBox([which, *sliders, view])


def bins_html(values: pd.Series, is_bad: pd.Series, cuts: list[float], name: str) -> str:
    """Return, as HTML, the bins of ``values`` cut at ``cuts``: chart, table, and what to think of it.

    >>> charts.theme()
    >>> html = bins_html(pd.Series(range(100)), pd.Series([1] * 20 + [0] * 80), [50.0], "年限")
    >>> "坏账率一路往下" in html
    True
    """
    table = woe_table(values, is_bad.astype(int), edges=sorted(set(cuts)))
    head = ("箱", "户次", "坏", "坏账率", "WOE", "IV")
    rows = "".join(
        f'<tr><th scope="row">{name_}</th><td>{row.n:,.0f}</td><td>{row.n_bad:,.0f}</td>'
        f"<td>{row.bad_rate:.2%}</td><td>{row.woe:+.2f}</td><td>{row.iv:.3f}</td></tr>"
        for name_, row in table.iterrows()
    )
    heads = "".join(f'<th scope="col">{text}</th>' for text in head)
    lines = "<br>".join(_said(table, len(cuts)))
    return status(f"{_picture(table, name)}<table><tr>{heads}</tr>{rows}</table><p>{lines}</p>")


def _picture(table: pd.DataFrame, name: str) -> str:
    figure, axes = plt.subplots(figsize=(7, 2.4))
    colours = [charts.PALETTE[1] if b == MISSING else charts.PALETTE[0] for b in table.index]
    axes.bar(table.index.astype(str), table["bad_rate"] * 100, color=colours)
    way = _way(table)
    axes.set(
        title=f"{name}：坏账率{way}，IV 合计 {table['iv'].sum():.3f}",
        xlabel="箱",
        ylabel="坏账率（%）",
    )
    return charts.as_html(figure)


def _way(table: pd.DataFrame) -> str:
    rates = table["bad_rate"].drop(MISSING, errors="ignore")
    but = "（缺失箱除外）" if MISSING in table.index else ""
    if len(rates) < 2:
        return f"只有一箱{but}"
    if rates.is_monotonic_decreasing:
        return f"一路往下{but}"
    return f"{'一路往上' if rates.is_monotonic_increasing else '有升有降'}{but}"


def _said(table: pd.DataFrame, n_cuts: int) -> list[str]:
    way, iv = _way(table), table["iv"].sum()
    lines = [f"坏账率{way}，IV 合计 <b>{iv:.3f}</b>。"]
    if way.startswith("有升有降"):
        lines.append("不单调：除非业务上说得通，否则并箱或挪刀，不然客户变好一点，分数反而掉。")
    is_thin, is_few = table["n"] / table["n"].sum() < _THIN, table["n_bad"] < _FEW_BAD
    told = {
        f"不到样本的 {_THIN:.0%}，坏账率多半是运气": is_thin & is_few,
        f"不到样本的 {_THIN:.0%}，坏户倒不少：想想要不要并给旁边的箱": is_thin & ~is_few,
    }
    lines += [
        f"太薄的箱：{'、'.join(map(str, table.index[which]))}，{why}。"
        for why, which in told.items()
        if which.any()
    ]
    if (few := is_few & ~is_thin).any():
        names = "、".join(map(str, table.index[few]))
        lines.append(f"坏户不到 {_FEW_BAD} 的箱：{names}，多一户少一户，WOE 就变很多。")
    if MISSING in table.index:
        rate, whole = table.loc[MISSING, "bad_rate"], table["n_bad"].sum() / table["n"].sum()
        side = "比平均高" if rate > whole else "不比平均高"
        lines.append(f"缺失箱的坏账率 {rate:.2%}，{side}：先问为什么缺，不要填 0。")
    if (n_bins := len(table.index.drop(MISSING, errors="ignore"))) <= n_cuts:
        lines.append(f"{n_cuts} 刀只切出 {n_bins} 箱：有刀重在一起，或者切出的箱里没有客户。")
    return lines
