"""The segment explorer (分群探索): choose k and the measures, see whether the groups can be trusted."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.charts.radar import radar, told
from smeprofile.errors import UserError
from smeprofile.segments import choose_k, cluster, rank_transform, traits
from smeprofile.widgets.controls import ROW, WIDE

STABLE, SMALL, RULING = 0.8, 0.05, 0.6
_CUSTOMERS, _REPEATS = 1200, 6
_ROOM = 'style="padding: 0.1em 0.8em"'


class Trial(NamedTuple):
    """One way to cluster, and how it came out."""

    labels: pd.Series
    silhouette: float
    ari_mean: float
    ari_low: float


def segment_explorer(
    values: pd.DataFrame, titles: Mapping[str, str], *, seed: int, unfit: Mapping[str, str]
) -> w.Widget:
    """Return controls for k, the measures and ranking, and in words what changed.

    ``values``: one row per customer, plain numbers; ``titles``: column → name shown, in order, the
    first four ticked; ``unfit``: column → why one can't cluster by it. At most 1,200 customers, drawn
    by ``seed``, are clustered, so that every move is answered at once.
    """
    some = values[list(titles)].dropna()
    some = some.sample(min(len(some), _CUSTOMERS), random_state=seed)
    k = w.IntSlider(4, min=2, max=7, description="分成几群（k）", style=WIDE, layout=ROW)
    wide = w.Layout(width="40em")
    boxes = {
        name: w.Checkbox(n < 4, description=title, indent=False, layout=wide)
        for n, (name, title) in enumerate(titles.items())
    }
    ranked = w.Checkbox(True, description="先换成名次（0 到 1）", indent=False, layout=wide)
    view, before = w.HTML(), []

    @lru_cache(maxsize=64)
    def tried(columns: tuple[str, ...], k: int, is_ranked: bool) -> Trial:
        return _trial(some[list(columns)], k=k, seed=seed, ranked=is_ranked)

    def draw(_=None) -> None:
        columns = tuple(name for name, box in boxes.items() if box.value)
        view.value = _drawn(lambda: tried(columns, k.value, ranked.value), before,
                            some[list(columns)], titles, unfit, k.value, ranked.value)  # fmt: skip

    for control in (k, *boxes.values(), ranked):
        control.observe(draw, "value")
    draw()
    return w.VBox([k, w.HTML("用哪些指标："), *boxes.values(), ranked, view])


def _trial(frame: pd.DataFrame, *, k: int, seed: int, ranked: bool) -> Trial:
    points = rank_transform(frame) if ranked else frame
    labels = cluster(points, k=k, seed=seed)
    found = choose_k(points, ks=[k], seed=seed, repeats=_REPEATS).loc[k]
    return Trial(labels, *(float(found[n]) for n in ("silhouette", "ari_mean", "ari_low")))


def _drawn(
    trial: Callable[[], Trial], before: list[Trial], frame: pd.DataFrame,
    titles: Mapping[str, str], unfit: Mapping[str, str], k: int, ranked: bool,
) -> str:  # fmt: skip
    """Return the view of one trial; ``before`` holds the last one, and is brought up to date."""
    if frame.columns.empty:
        return status("<p>一项指标也没有选：至少勾一项。</p>")
    try:
        found = trial()
    except UserError as error:
        return status(f"<p>{error}少分几群，或换几项指标。</p>")
    shown = segments_html(frame, found, titles=titles, unfit=unfit, ranked=ranked)
    moved = _compared(before[0], found) if before else ""
    before[:] = [found]
    names = "、".join(titles[name] for name in frame.columns)
    return status(f"<p>按{names}，分成 {k} 群。{moved}</p>{shown}")


def _compared(old: Trial, new: Trial) -> str:
    return (f"和上一步比：轮廓系数 {old.silhouette:.2f} → {new.silhouette:.2f}，"
            f"ARI 平均 {old.ari_mean:.2f} → {new.ari_mean:.2f}。")  # fmt: skip


def segments_html(
    frame: pd.DataFrame, found: Trial, *, titles: Mapping[str, str], unfit: Mapping[str, str],
    ranked: bool = True,
) -> str:  # fmt: skip
    """Return picture, sizes and traits of the segments, and what speaks against using them."""
    ranks = rank_transform(frame)
    places = ranks.groupby(found.labels).mean().rename(columns=titles)
    places.index = [f"第 {k} 群" for k in places.index]
    counts = found.labels.value_counts().sort_index()
    words = traits(ranks, found.labels, titles)
    rows = "".join(
        f'<tr><th scope="row" {_ROOM}>第 {k} 群</th><td {_ROOM}>{n:,}</td>'
        f"<td {_ROOM}>{n / len(frame):.0%}</td>"
        f"<td {_ROOM}>{'、'.join(words[k]) or '和大家差不多'}</td></tr>"
        for k, n in counts.items()
    )
    head = "".join(
        f'<th scope="col" {_ROOM}>{text}</th>' for text in ("群", "户数", "占比", "特征")
    )
    warned = _warnings(frame, counts, titles, unfit, ranked)
    lines = [_trusted(found, fit=not warned), *warned]
    return (f"{_picture(places)}<table><tr>{head}</tr>{rows}</table>"
            f"{''.join(f'<p>{line}</p>' for line in lines)}")  # fmt: skip


def _trusted(found: Trial, *, fit: bool) -> str:
    numbers = (f"轮廓系数 <b>{found.silhouette:.2f}</b>，ARI 平均 <b>{found.ari_mean:.2f}</b>、"
               f"较差的一成 <b>{found.ari_low:.2f}</b>。")  # fmt: skip
    if found.ari_low >= STABLE:
        return (
            numbers
            + "换一批客户，分法基本不变"
            + ("：可以往下看特征。" if fit else "。稳不等于有用：")
        )
    return numbers + "<b>不稳</b>：换一批客户就换一种分法。照它派活，下个月名单又全变了。"


def _warnings(
    frame: pd.DataFrame, counts: pd.Series, titles: Mapping[str, str], unfit: Mapping[str, str],
    ranked: bool,
) -> list[str]:  # fmt: skip
    lines = [f"<b>不能用{titles[n]}分群</b>：{unfit[n]}" for n in frame.columns if n in unfit]
    if list(frame.columns) == ["age_years"]:
        lines.append(
            "<b>只用了经营年限</b>：这是按年龄切块，不是分群。年龄不等于阶段，老企业里有的在长，有的在缩。"
        )
    spread = frame.var()
    share = spread.max() / spread.sum() if spread.sum() > 0 else 0
    if not ranked and len(frame.columns) > 1 and share > RULING:
        lines.append(f"<b>没有换成名次</b>：{titles[spread.idxmax()]}的数最大，一项占了距离的 {share:.0%}，"
                     "别的指标等于没用。")  # fmt: skip
    flat = [titles[n] for n in frame.columns if frame[n].nunique() == 1]
    lines += [f"{'、'.join(flat)}人人一样，勾不勾都不起作用。"] if flat else []
    if counts.min() < SMALL * len(frame):
        lines.append(f"最小的一群只有 {counts.min():,} 户：不值得单独配一套做法。")
    return lines


def _picture(places: pd.DataFrame) -> str:
    title = "各群的平均名次（0.50 是大家的平均）"
    if places.shape[1] >= 3:
        return charts.as_html(radar(places, title=title), told(places))
    figure, axes = plt.subplots(figsize=(7, 2.6))
    places.plot.bar(ax=axes, rot=0, color=list(charts.PALETTE[: places.shape[1]]))
    axes.set(title=title, xlabel="", ylabel="平均名次", ylim=(0, 1.25))
    axes.legend(loc="upper left", ncols=2)
    return charts.as_html(figure)
