"""The missingness map: where tags are missing, and what each way of handling it does to a list."""

from collections.abc import Collection, Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

from smeprofile import charts
from smeprofile.ask.controls import status
from smeprofile.widgets.controls import ROW, WIDE

DISPOSITIONS = ("保留缺失", "填 0", "填同业中位数", "剔除该户")


def missingness_map(
    profile: pd.DataFrame, titles: Mapping[str, str], *, low_is_good: Collection[str] = ()
) -> w.Widget:
    """Return the missingness map 缺失热图 and what each way of handling it does to the list.

    ``profile`` has one row per customer with ``industry`` and the columns named in ``titles``
    (column → 中文). The list takes the best share: the highest, or the lowest of ``low_is_good``.
    """
    column = w.Dropdown(
        options=[(title, name) for name, title in titles.items()],
        description="哪个标签",
        style=WIDE,
        layout=ROW,
    )
    way = w.RadioButtons(options=DISPOSITIONS, description="缺失怎么办", style=WIDE, layout=ROW)
    share = w.IntSlider(
        50, 10, 90, 10, description="入选前百分之几", style=WIDE, layout=ROW, readout_format="d"
    )
    words, picture = w.HTML(), w.HTML(heat_map_html(profile, titles))

    def draw(_=None) -> None:
        low = column.value in low_is_good
        words.value = disposition_html(
            profile[column.value].rename(titles[column.value]),
            dispose(profile, column.value, way.value),
            way=way.value,
            share=share.value / 100,
            low_is_good=low,
        )

    for control in (column, way, share):
        control.observe(draw, "value")
    draw()
    return w.VBox([picture, column, way, share, words])


def dispose(profile: pd.DataFrame, column: str, way: str) -> pd.Series:
    """Return ``column`` with its gaps handled one of the ``DISPOSITIONS`` ways.

    >>> t = pd.DataFrame({"industry": ["批发业"] * 3, "x": [1.0, 3.0, None]})
    >>> dispose(t, "x", "填同业中位数").tolist()
    [1.0, 3.0, 2.0]
    """
    values = profile[column].astype(float)
    if way == "填 0":
        return values.fillna(0)
    if way == "填同业中位数":
        return values.fillna(values.groupby(profile["industry"]).transform("median"))
    return values.dropna() if way == "剔除该户" else values


def disposition_html(
    seen: pd.Series, values: pd.Series, *, way: str, share: float, low_is_good: bool
) -> str:
    """Return, in words, what handling gaps one ``way`` does to a list of the best ``share``.

    ``seen`` is the tag as known, ``values`` the same after ``dispose``.
    """
    gaps = seen.index[seen.isna()]
    ranked = values.dropna().sort_values(ascending=low_is_good, kind="stable")
    listed = ranked.index[: round(len(ranked) * share)]
    order = "从低到高" if low_is_good else "从高到低"
    lines = [
        f"「{seen.name}」缺失 <b>{len(gaps):,}</b> 户，占 {len(gaps) / len(seen):.0%}。",
        f"选择“{way}”后，{order}排序 {len(ranked):,} 户，平均 {ranked.mean():,.2f}，"
        f"入选前 {share:.0%} 共 <b>{len(listed):,}</b> 户。",
        f"入选的客户里，有 <b>{len(listed.intersection(gaps)):,}</b> 户的数是填出来的，不是看见的。",
        _CONSEQUENCE[way].format(gaps=len(gaps), filled=len(gaps.intersection(ranked.index))),
    ]
    if way == "填同业中位数" and (left := len(gaps.difference(ranked.index))):
        lines.append(f"另有 {left:,} 户的同业也全缺，填不了，没有排进来。")
    return status("<br>".join(lines))


_CONSEQUENCE = {
    "保留缺失": "有 {gaps:,} 户不排序，单列一张“待补资料”名单，由客户经理去问：没看见，就说没看见。",
    "填 0": "{gaps:,} 户被当成 0：排经营，他们一律垫底；排逾期，他们一律“最安全”。",
    "填同业中位数": "{filled:,} 户变成了“同业的普通人”：好的和差的都看不出来，须另设一列标记它是填的。",
    "剔除该户": "{gaps:,} 户从此没人管：资料不全的多是新办和首贷的小微，正是这次要找的人。",
}


def heat_map_html(profile: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """Return the share missing by industry and tag, as an image with its words."""
    missing = (
        profile[list(titles)].isna().groupby(profile["industry"]).mean().rename(columns=titles)
    )
    missing = missing.loc[missing.mean(axis=1).sort_values(ascending=False).index]
    figure, axes = plt.subplots(figsize=(7, 0.36 * len(missing) + 1.4))
    sns.heatmap(
        missing, annot=True, fmt=".0%", cmap="cividis_r", vmin=0, vmax=1, ax=axes, cbar=False
    )
    worst, tag = missing.stack().idxmax()
    axes.set(xlabel="", ylabel="", title=f"{worst}的「{tag}」缺得最多：{missing.stack().max():.0%}")
    axes.tick_params(axis="x", rotation=0)
    axes.tick_params(axis="y", rotation=0)
    alt = f"各行业各标签缺失率热图，{worst}的{tag}缺失率最高，为{missing.stack().max():.0%}。"
    return charts.as_html(figure, alt)
