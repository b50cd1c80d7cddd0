"""The data lineage: leave a step out, see how many rows it would have kept away."""

from collections.abc import Mapping

import ipywidgets as w

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.data.lineage import Lineage
from smeprofile.widgets.controls import ROW, WIDE


def lineage_view(lineages: Mapping[str, Lineage]) -> w.Widget:
    """Return the data lineage 数据血缘图: choose a source, leave a step out, see the rows change."""
    source = w.Dropdown(options=list(lineages), description="数据来源", style=WIDE, layout=ROW)
    boxes, flow = w.VBox(), w.HTML()

    def draw(_=None) -> None:
        skip = {box.description for box in boxes.children if not box.value}
        flow.value = lineage_html(lineages[source.value], skip)

    def choose(_=None) -> None:
        steps = lineages[source.value].steps
        wide = w.Layout(width="40em")
        boxes.children = [
            w.Checkbox(True, description=step.name, indent=False, layout=wide) for step in steps
        ]
        for box in boxes.children:
            box.observe(draw, "value")
        draw()

    source.observe(choose, "value")
    choose()
    return w.VBox([source, w.HTML("去掉勾选，看看跳过这一步会怎样："), boxes, flow])


def lineage_html(lineage: Lineage, skip: set[str]) -> str:
    """Return one source's flow as HTML: a bar per stage, then what the skipped steps cost."""
    counts, full = lineage.counts(skip), lineage.counts()
    total = len(lineage.raw)
    stages = [(f"原始导出 {lineage.source}", total)]
    stages += list(zip(counts["步骤"], counts["之后"], strict=True))
    bars = "".join(_bar(name, n, total, lineage.unit) for name, n in stages)
    final, right = stages[-1][1], full["之后"].iloc[-1]
    words = f"现在得到 <b>{final:,}</b> {lineage.unit}，进入表 <code>{lineage.table}</code>。"
    if skip:
        why = "；".join(s.if_skipped for s in lineage.steps if s.name in skip)
        words += (
            f"比全部照做多 {final - right:,} {lineage.unit}。后果：{why}。"
            if final > right
            else f"和全部照做一样多：这份导出里没有只靠这一步挡住的。别的导出里有，就会：{why}。"
        )
    return status(f"{bars}<p>{words}</p>")


def _bar(name: str, n: int, total: int, unit: str) -> str:
    width = 100 * n / max(total, 1)
    return (
        f'<div style="margin:2px 0">{name}：{n:,} {unit}'
        f'<div aria-hidden="true" style="background:{charts.PALETTE[0]};height:10px;'
        f'width:{width:.1f}%"></div></div>'
    )
