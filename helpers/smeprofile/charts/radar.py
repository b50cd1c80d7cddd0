"""A radar of segments: one line a segment, one spoke a measure."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from smeprofile.charts import PALETTE

_LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
_MARKS = "os^Dv*X"


def radar(places: pd.DataFrame, *, title: str) -> Figure:
    """Return a figure of ``places``: a row per segment (its index the name shown), 0–1 on each spoke.

    Lines differ in stroke and mark too, so that print in grey can be read. Raises ``ValueError``
    for fewer than three columns: they make no area.

    >>> places = pd.DataFrame([[0.2, 0.5, 0.9]], index=["新客户"], columns=["关系", "流入", "用信"])
    >>> len(radar(places, title="新客户").axes[0].lines)
    1
    """
    if places.shape[1] < 3:
        raise ValueError(f"雷达图至少要三项指标，现为 {places.shape[1]} 项。")
    figure, axes = plt.subplots(figsize=(7, 3.9), subplot_kw={"projection": "polar"})
    angles = np.linspace(0, 2 * np.pi, places.shape[1], endpoint=False)
    for n, (name, row) in enumerate(places.iterrows()):
        style = {"color": PALETTE[n % 7], "linestyle": _LINES[n % 7], "marker": _MARKS[n % 7]}
        values = row.to_numpy(dtype=float)
        axes.plot(
            [*angles, angles[0]], [*values, values[0]], label=str(name), markersize=5, **style
        )
    axes.set_xticks(angles, [str(column) for column in places.columns])
    axes.set_yticks([0.25, 0.5, 0.75, 1], ["0.25", "0.50", "0.75", "1.00"], fontsize=7)
    axes.set_ylim(0, 1)
    axes.tick_params(axis="x", pad=6)
    for text, angle in zip(axes.get_xticklabels(), angles, strict=True):
        side = round(float(np.cos(angle)), 6)  # names stand outside of the circle
        text.set_horizontalalignment("center" if side == 0 else "left" if side > 0 else "right")
    axes.set_title(title, loc="center", pad=14)
    axes.legend(loc="center left", bbox_to_anchor=(1.5, 0.5), fontsize=9)
    return figure


def told(places: pd.DataFrame) -> str:
    """Return the radar's alternative text: each segment's highest and lowest spoke.

    >>> told(pd.DataFrame([[0.2, 0.5, 0.9]], index=["新客户"], columns=["关系", "流入", "用信"]))
    '雷达图，各群在各指标上的平均名次。新客户：用信最高 0.90，关系最低 0.20。'
    """
    lines = [
        f"{name}：{row.idxmax()}最高 {row.max():.2f}，{row.idxmin()}最低 {row.min():.2f}"
        for name, row in places.iterrows()
    ]
    return f"雷达图，各群在各指标上的平均名次。{'；'.join(lines)}。"
