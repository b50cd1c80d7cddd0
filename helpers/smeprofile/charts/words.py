"""What a figure shows, in words, computed from the data it draws."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Wedge

from smeprofile.charts.marks import bar_groups, colour, data_lines, legend_of
from smeprofile.charts.places import amount, band, is_named, number, place

_LIMIT = 200  # characters, about as much as one listens to
_SERIES_TOLD = 3


class _Value(NamedTuple):
    """One number a chart shows, the same in words, and the words for where it is."""

    value: float
    text: str
    where: str

    def __str__(self) -> str:
        return f"{self.text}（{self.where}）"


def describe(drawing: Any) -> str:
    """Return in Chinese, in some 200 characters, what a figure, an axes or a seaborn grid shows.

    Of each axes: kind, title, axes' names and series' names; first, last, highest and lowest of
    lines; highest and lowest of bars, if stacked of the whole and of the parts, of medians in
    seaborn's box plots, of heat maps and pies;
    the fullest bin of histograms; number and ranges of points.

    Raises ``ValueError`` if there is nothing in the figure, or only charts of other kinds.

    >>> axes = Figure().add_subplot(title="批发业最多", ylabel="户数")
    >>> _ = axes.bar(["批发业", "住宿业"], [1200, 3])
    >>> describe(axes)
    '柱状图：批发业最多。纵轴：户数。2 根柱；最高 1,200（批发业），最低 3（住宿业）。'
    """
    figure = drawing.figure
    told = [story for axes in _charts(figure) if (story := _story(axes))]
    if not told:
        raise ValueError(_unknown(figure))
    sentences = [f"{title}。"] if (title := figure.get_suptitle()) else []
    if len(told) > 1:
        sentences.append(f"共 {len(told)} 幅图。")
        told = [[f"图 {n}，{first}", *others] for n, (first, *others) in enumerate(told, 1)]
    return _shortened([*sentences, *(sentence for story in told for sentence in story)])


def _charts(figure: Figure) -> list[Axes]:
    """Return the axes that show data, not what another's colours mean."""
    coloured = [one for axes in figure.axes for one in (*axes.collections, *axes.images)]
    keys = {one.colorbar.ax for one in coloured if one.colorbar}
    return [axes for axes in figure.axes if axes not in keys]


def _unknown(figure: Figure) -> str:
    drawn = [(*a.patches, *a.images, *a.collections, *data_lines(a)) for a in figure.axes]
    if any(drawn):
        return "这种图算不出替代文字。请用 alt= 写一句话，说清图里看到什么。"
    return "图里什么都没有，写不出替代文字。请先画图，再显示。"


def _story(axes: Axes) -> list[str]:
    for tell in (_heat_map, _boxes, _bars, _pie, _lines_and_points):
        if facts := tell(axes):
            return [*_head(axes, facts[0]), *filter(None, facts[1:])]
    return []


def _head(axes: Axes, kind: str) -> Iterator[str]:
    title = axes.get_title("left") or axes.get_title() or axes.get_title("right")
    kind = "带误差线的" * any(isinstance(c, ErrorbarContainer) for c in axes.containers) + kind
    yield f"{kind}：{title}。" if title else f"{kind}。"
    names = [("横轴", axes.get_xlabel()), ("纵轴", axes.get_ylabel())]
    if named := [f"{axis}：{name}" for axis, name in names if name]:
        yield "，".join(named) + "。"


def _shortened(sentences: Iterable[str]) -> str:
    text = ""
    for sentence in sentences:
        if text and len(text) + len(sentence) > _LIMIT:
            return f"{text}其余从略。"
        text += sentence
    return text


# Each of these returns the kind of chart and its facts, or nothing if the axes holds no such chart.


def _heat_map(axes: Axes) -> list[str]:
    mesh = next((one for one in axes.collections if isinstance(one, QuadMesh)), None)
    if mesh is None:
        return []
    corners = mesh.get_coordinates()
    rows = [band(axes.yaxis, *sorted(edge), i) for i, edge in enumerate(pairwise(corners[:, 0, 1]))]
    columns = [band(axes.xaxis, *edge, i) for i, edge in enumerate(pairwise(corners[0, :, 0]))]
    values = np.ma.filled(np.ma.asarray(mesh.get_array(), dtype=float), np.nan)
    cells = [
        _Value(value, number(value), f"行：{row}，列：{column}")
        for row, line in zip(rows, values.reshape(len(rows), len(columns)), strict=True)
        for column, value in zip(columns, line, strict=True)
    ]
    return ["热图", f"{len(rows)} 行 {len(columns)} 列；{_extremes(cells)}。"]


def _boxes(axes: Axes) -> list[str]:
    lines = [line for group in axes.containers for line in getattr(group, "medians", ())]
    medians = []
    for x, y in (line.get_data() for line in lines):
        flat = y[0] == y[-1]
        scale, axis = (axes.yaxis, axes.xaxis) if flat else (axes.xaxis, axes.yaxis)
        value, middle = (y[0], np.mean(x)) if flat else (x[0], np.mean(y))
        medians.append(_Value(value, amount(scale, value), place(axis, float(middle))))
    return ["箱线图", f"{len(medians)} 个箱；中位数{_extremes(medians)}。"] if medians else []


def _bars(axes: Axes) -> list[str]:
    groups = bar_groups(axes)
    if not groups:
        return []
    upright = groups[0].orientation != "horizontal"
    axis, scale = (axes.xaxis, axes.yaxis) if upright else (axes.yaxis, axes.xaxis)
    spans = [[_span(bar, upright) for bar in group] for group in groups]
    is_histogram = not is_named(axis) and _touching(spans[0])
    names = _names(axes, groups)

    def told(size: float, start: float, end: float, name: str = "") -> _Value:
        middle = place(axis, (start + end) / 2)
        where = f"{place(axis, start)} 到 {place(axis, end)}" if is_histogram else middle
        return _Value(size, amount(scale, size), "，".join(filter(None, [name, where])))

    pieces = [
        told(size, start, end, name)
        for name, group in zip(names, spans, strict=True)
        for start, end, size in group
    ]
    sums = _sums(spans)
    is_stacked = len(sums) < len(pieces) and _stacked(groups, upright)
    wholes = [told(size, *at) for at, size in sums.items()] if is_stacked else pieces
    if is_histogram:
        top = max(wholes, key=lambda one: one.value)
        return ["直方图", _listed(names, "组"), f"{len(spans[0])} 段；最高的一段 {top}。"]
    kind = "堆叠" * is_stacked + ("柱状图" if upright else "条形图")
    said = f"合计{_extremes(wholes)}；各段" if is_stacked else ""
    return [kind, _listed(names, "组"), f"{len(wholes)} 根柱；{said}{_extremes(pieces)}。"]


def _stacked(groups: Sequence[BarContainer], upright: bool) -> bool:
    """Return whether bars of a later group stand on those of one before."""
    bars = [bar for group in groups[1:] for bar in group]
    return any((bar.get_y() if upright else bar.get_x()) != 0 for bar in bars)


def _sums(spans: Sequence[Sequence[tuple[float, float, float]]]) -> dict[tuple[float, float], float]:  # fmt: skip
    """Return where each stack of bars begins and ends along their axis → the sum of its bars."""
    sums: dict[tuple[float, float], float] = {}
    for start, end, size in (bar for group in spans for bar in group):
        at = round(start, 9), round(end, 9)
        sums[at] = sums.get(at, 0.0) + (size if np.isfinite(size) else 0.0)
    return sums


def _span(bar: Any, upright: bool) -> tuple[float, float, float]:
    """Return where a bar begins and ends along its axis, and its size."""
    start, width = (bar.get_x(), bar.get_width()) if upright else (bar.get_y(), bar.get_height())
    return float(start), float(start + width), bar.get_height() if upright else bar.get_width()


def _touching(spans: Sequence[tuple[float, float, float]]) -> bool:
    edges = [(one[1], other[0]) for one, other in pairwise(spans)]
    return bool(edges) and np.allclose(*zip(*edges, strict=True), rtol=1e-6, atol=0)


def _pie(axes: Axes) -> list[str]:
    wedges = [one for one in axes.patches if isinstance(one, Wedge)]
    shares = [(one.theta2 - one.theta1) / 360 for one in wedges]
    values = [
        _Value(share, f"{share:.1%}", one.get_label())
        for share, one in zip(shares, wedges, strict=True)
    ]
    return ["饼图", f"{len(values)} 块；{_extremes(values)}。"] if values else []


def _lines_and_points(axes: Axes) -> list[str]:
    drawn = data_lines(axes)
    lines = _series([line for line in drawn if line.get_linestyle() != "None"], axes)
    clouds = [one.get_offsets() for one in axes.collections if isinstance(one, PathCollection)]
    clouds += [line.get_xydata() for line in drawn if line.get_linestyle() == "None"]
    points = np.ma.filled(np.ma.concatenate([np.empty((0, 2)), *clouds]), np.nan)
    points = points[np.isfinite(points).all(axis=1)]
    kinds = ["散点"] * bool(len(points)) + ["折线"] * bool(lines)
    if not kinds:
        return []
    names = _names(axes, lines)
    told = [_line(axes, name, line) for name, line in zip(names, lines, strict=True)]
    return [
        "加".join(kinds) + "图",
        _listed(names, "条线"),
        *told[:_SERIES_TOLD],
        _cloud(axes, points),
    ]


def _series(lines: Sequence[Line2D], axes: Axes) -> Sequence[Line2D]:
    """Return the lines that are series; without names, error bars and boxes are lines as well."""
    if any(_names(axes, lines)):
        return lines
    longest = max((len(line.get_xdata()) for line in lines), default=0)
    same = [line for line in lines if len(line.get_xdata()) == longest and _leads_on(line)]
    return same if len(same) <= _SERIES_TOLD else []


def _leads_on(line: Line2D) -> bool:
    x = line.get_xdata(orig=False)
    return len(x) == 1 or x[0] != x[-1]


def _line(axes: Axes, name: str, line: Line2D) -> str:
    plotted = zip(line.get_xdata(), line.get_ydata(orig=False), strict=True)
    values = [
        _Value(y, amount(axes.yaxis, y), place(axes.xaxis, x)) for x, y in plotted if np.isfinite(y)
    ]
    if not values:
        return ""
    return f"{name and name + '：'}起 {values[0]}，止 {values[-1]}，{_extremes(values)}。"


def _cloud(axes: Axes, points: np.ndarray) -> str:
    if not len(points):
        return ""
    low, high = points.min(axis=0), points.max(axis=0)
    across, up = [
        f"{place(axis, a)} 到 {place(axis, b)}"
        for axis, a, b in zip((axes.xaxis, axes.yaxis), low, high, strict=True)
    ]
    kinds = _listed(_legend_texts(axes), "类") if not data_lines(axes) else ""
    return f"{len(points):,} 个点，横轴从 {across}，纵轴从 {up}。{kinds}"


def _extremes(values: Sequence[_Value]) -> str:
    known = [one for one in values if np.isfinite(one.value)]
    if not known:
        return "全部缺失"
    top, bottom = max(known, key=lambda one: one.value), min(known, key=lambda one: one.value)
    if len(known) > 1 and np.isclose(top.value, bottom.value, rtol=1e-9, atol=0):
        return f"都是 {top.text}"
    return f"最高 {top}，最低 {bottom}"


def _names(axes: Axes, artists: Sequence[Artist]) -> list[str]:
    """Return the series' names, by colour from the legend where seaborn keeps them; else empty."""
    own = [str(artist.get_label()) for artist in artists]
    legend = legend_of(axes)
    if not legend or not any(name.startswith("_") for name in own):
        return ["" if name.startswith("_") else name for name in own]
    samples = [
        (colour(sample), text)
        for sample, text in zip(legend.legend_handles, _legend_texts(axes), strict=True)
        if isinstance(sample, Line2D | Patch)
    ]
    drawn = [
        colour(artist[0] if isinstance(artist, BarContainer) else artist) for artist in artists
    ]
    told = dict(samples)
    is_clear = len(set(drawn)) == len(drawn) and len(told) == len(samples)
    return [told.get(one, "") if is_clear else "" for one in drawn]


def _legend_texts(axes: Axes) -> list[str]:
    legend = legend_of(axes)
    return [text.get_text() for text in legend.get_texts()] if legend else []


def _listed(names: Sequence[str], unit: str) -> str:
    return f"{len(names)} {unit}：{'、'.join(names)}。" if len(names) > 1 and any(names) else ""
