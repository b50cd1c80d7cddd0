"""The vintage heat map (MOB 热图): change what is counted, see the same book look different."""

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.credit import pooled, vintage
from smeprofile.widgets.controls import ROW, WIDE

MOBS = (3, 6, 9, 12, 15, 18, 21, 24, 30, 36)
_MOST = {"quarter": 16, "month": 24}  # cohorts shown, the latest
_CHOICES = {
    "口径": (("续贷链口径", "chain"), ("借据口径", "loan")),
    "分母": (("首次放款金额", "amount"), ("笔数", "count")),
    "坏的定义": (("逾期超过 90 天", 90), ("逾期超过 60 天", 60), ("逾期超过 30 天", 30)),
    "批次": (("按季", "quarter"), ("按月", "month")),
}


def vintage_map(months: pd.DataFrame) -> w.Widget:
    """Return a heat map of cohorts by month on book, with a choice for every convention.

    ``months``: what ``credit.loan_months`` returns, all of it.
    """
    boxes = {
        name: w.Dropdown(options=options, description=name, style=WIDE, layout=ROW)
        for name, options in _CHOICES.items()
    }
    view, before = w.HTML(), {}

    def draw(_=None) -> None:
        unit, weight, dpd, by = (box.value for box in boxes.values())
        table = vintage(months, by=by, unit=unit, weight=weight, bad_dpd=dpd).tail(_MOST[by])
        labels = [box.label for box in boxes.values()]
        # Quarters and months show different years: one is no "before" of the other.
        view.value = vintage_html(table, labels, before.get(by, {}))
        before.clear()
        before[by] = shares(table)

    for box in boxes.values():
        box.observe(draw, "value")
    draw()
    return w.VBox([*boxes.values(), view])


def shares(table: pd.DataFrame) -> dict[int, float]:
    """Return month on book → pooled bad share of the cohorts that reached it, at 12 and 24.

    >>> shares(pd.DataFrame({"base": [1.0], 12: [0.5]}))
    {12: 0.5}
    """
    found = {mob: pooled(table, mob) for mob in (12, 24)}
    return {mob: share for mob, share in found.items() if pd.notna(share)}


def vintage_figure(table: pd.DataFrame, title: str, *, mobs: tuple[int, ...] = MOBS) -> Figure:
    """Return a heat map of a vintage table in per cent; what is not matured is hatched, not coloured."""
    shown = table[_reached(table, mobs)] * 100
    figure, axes = plt.subplots(figsize=(7.6, 1.3 + 0.27 * len(shown)))
    axes.patch.set(facecolor="white", edgecolor="#8a8a8a", hatch="////")
    sns.heatmap(shown, annot=True, fmt=".1f", cmap="Blues", vmin=0, linewidths=0.5,
                annot_kws={"size": 8}, cbar_kws={"label": "累计坏账率（%）"}, ax=axes)  # fmt: skip
    axes.set(title=title, xlabel="账龄（月末数，放款当月为 0）；斜线格未成熟", ylabel="放款批次")
    axes.grid(visible=False)
    axes.tick_params(axis="y", rotation=0)
    return figure


def _reached(table: pd.DataFrame, mobs: tuple[int, ...]) -> list[int]:
    """Return those of ``mobs`` that a cohort has reached; of a book too young, all it has reached."""
    known = [mob for mob in table.columns.drop(["n", "base"]) if table[mob].notna().any()]
    return [mob for mob in mobs if mob in known] or known


def vintage_html(table: pd.DataFrame, labels: list[str], before: dict[int, float]) -> str:
    """Return the heat map and, in words, the convention, what changed, and what may not be read.

    ``labels``: the choices as shown; ``before``: the pooled shares under the choices before.
    """
    now = shares(table)
    title = f"{labels[0]}、{labels[1]}、{labels[2]}"
    raw = int(table[_reached(table, MOBS)].isna().sum().sum())
    alt = f"放款批次与账龄的热图（{title}），{len(table)} 个批次，{raw} 格未成熟。"
    picture = charts.as_html(vintage_figure(table, title), alt)
    lines = [
        f"口径：{'；'.join(labels)}。分母是整批的{labels[1]}，提前还清的也在里面。",
        *[_moved(mob, share, before.get(mob)) for mob, share in now.items()],
        _ranked(table),
        f"图里 {raw} 格未成熟：画斜线，不能读成零，也不能拿来和成熟的批次比。",
        *[
            "借据口径下，一年期的借据续贷一次就换一个编号，账龄从零数起：续贷以后才坏的，记不到原来那笔钱的第 24 个月上。"
        ]
        * labels[0].startswith("借据"),
    ]
    return status(picture + "<p>" + "<br>".join(line for line in lines if line) + "</p>")


def _moved(mob: int, share: float, before: float | None) -> str:
    change = "" if before is None else f"（改之前 {before:.2%}）"
    return f"账龄满 {mob} 个月的批次合起来，累计坏账率 <b>{share:.2%}</b>{change}。"


def _ranked(table: pd.DataFrame) -> str:
    """Say which cohorts are worst and best at month 12, the one month on book that is compared."""
    known = table[12].dropna() if 12 in table.columns else pd.Series(dtype=float)
    if known.nunique() < 2:
        return "满 12 个月的批次太少，还分不出好坏。"
    worst, best = known.idxmax(), known.idxmin()
    return f"同样看账龄 12 个月：最差的批次是 {worst}（{known[worst]:.2%}），最好的是 {best}（{known[best]:.2%}）。"
