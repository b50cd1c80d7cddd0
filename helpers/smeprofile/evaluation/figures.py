"""The report's charts: shapes tell series apart, so that they can be read in grey."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from smeprofile.charts import PALETTE, as_html, theme
from smeprofile.effect import Change
from smeprofile.effect.itemanalysis import EBEL

BLUE, ORANGE, VERMILION, BLACK = PALETTE[:4]
_VERDICTS = {  # marker, colour, words
    "up": ("^", BLUE, "进步超出误差"),
    "within": ("o", "white", "变化在误差之内"),
    "down": ("x", VERMILION, "退步超出误差"),
}
_NOT_JUDGED = {"": ("o", "white", "误差算不出，没有判断")}


def before_after(pre: pd.Series, post: pd.Series, change: Change | None, most: int) -> str:
    """Return each learner's two scores as an ``<img>``; above the diagonal is progress.

    Without ``change`` (no error to be had) nobody is judged.
    """
    theme()
    both = pd.concat({"pre": pre, "post": post}, axis=1).dropna()
    shown = _VERDICTS if change else _NOT_JUDGED
    verdicts = pd.Series([change.verdict(who) if change else "" for who in both.index], both.index)
    figure, axes = plt.subplots(figsize=(6, 5.2))
    axes.plot([0, most], [0, most], color=BLACK, linewidth=1)
    if change:
        for side in (-change.threshold, change.threshold):
            axes.plot([0, most], [side, most + side], color=BLACK, linewidth=0.8, linestyle=":")
    for verdict, (marker, colour, words) in shown.items():
        mine = both[verdicts == verdict]
        if len(mine):
            edge = {} if marker == "x" else {"edgecolors": BLACK}
            axes.scatter(mine["pre"], mine["post"], marker=marker, c=colour, s=52, linewidths=1.2,
                         label=f"{words}（{len(mine)} 人）", zorder=3, **edge)  # fmt: skip
    n_above = int((both["post"] > both["pre"]).sum())
    axes.set(xlim=(0, most), ylim=(0, most), aspect="equal", xlabel="前测（答对题数）",
             ylabel="后测（答对题数）", title=f"{len(both)} 人里 {n_above} 人后测多对")  # fmt: skip
    axes.legend(loc="lower right")
    counts = "，".join(f"{w} {int((verdicts == v).sum())} 人" for v, (_, _, w) in shown.items())
    error = "虚线是误差范围" if change else "误差算不出，没有画误差范围"
    alt = (
        f"散点图，每点一人，横轴前测、纵轴后测，满分 {most} 题；实线是没有变化，{error}。"
        f"{len(both)} 人里 {n_above} 人在实线以上。{counts}。"
    )
    return as_html(figure, alt)


def module_shares(modules: pd.DataFrame) -> str:
    """Return the share of items right before and after, module by module, as an ``<img>``."""
    theme()
    rows = modules.dropna(subset=["pre_share", "post_share"]).iloc[::-1]
    at = np.arange(len(rows))
    figure, axes = plt.subplots(figsize=(8, 0.42 * len(rows) + 1.4))
    axes.hlines(at, 100 * rows["pre_share"], 100 * rows["post_share"], color="#777777", zorder=1)
    axes.scatter(100 * rows["pre_share"], at, marker="o", c="white", edgecolors=BLACK, label="前测")
    axes.scatter(100 * rows["post_share"], at, marker="D", c=BLUE, edgecolors=BLACK, label="后测")
    axes.set_yticks(at, rows["title"])
    risen = int((rows["post_share"] > rows["pre_share"]).sum())
    axes.set(xlim=(0, 100), xlabel="答对率（%，未答按 0）", ylabel="",
             title=f"{len(rows)} 个模块里 {risen} 个答对率上升")  # fmt: skip
    axes.legend(loc="lower right")
    told = "；".join(
        f"{r['title']} {r['pre_share']:.0%} → {r['post_share']:.0%}"
        for r in rows.iloc[::-1].to_dict("records")
    )
    return as_html(figure, f"点线图，各模块前测和后测的答对率。{told}。")


def item_map(tables: dict[str, pd.DataFrame], names: dict[str, str]) -> str:
    """Return difficulty and discrimination of all items as an ``<img>``."""
    theme()
    figure, axes = plt.subplots(figsize=(7, 4.4))
    least = EBEL[-2][0]
    axes.axhline(least, color=BLACK, linewidth=1, linestyle=":")
    told, looks = [], (("o", "white"), ("D", BLUE))
    for (form, table), (marker, colour) in zip(tables.items(), looks, strict=False):
        axes.scatter(100 * table["difficulty"], table["discrimination"], marker=marker, c=colour,
                     edgecolors=BLACK, label=names[form], zorder=3)  # fmt: skip
        weak = int((table["discrimination"] < least).sum())
        told.append(f"{names[form]} {len(table)} 题，{weak} 题区分度不到 {least}")
    axes.set(xlim=(0, 100), xlabel="答对率（%，只算作答的人）", ylabel="区分度（高分组 − 低分组）",
             title="虚线以下的题分不出会与不会")  # fmt: skip
    axes.legend(loc="upper right")
    return as_html(figure, f"散点图，每点一题，横轴答对率、纵轴区分度。{'；'.join(told)}。")


def opinions(rows: pd.DataFrame, scales: dict[str, str]) -> str:
    """Return what was said of each module, means from 1 to 5, as an ``<img>``; "" without any."""
    rows = rows.dropna(subset=list(scales), how="all").iloc[::-1]
    if rows.empty:
        return ""
    theme()
    at = np.arange(len(rows))
    figure, axes = plt.subplots(figsize=(8, 0.42 * len(rows) + 1.4))
    looks = (("D", BLUE), ("x", VERMILION), ("o", "white"))
    for (name, words), (marker, colour) in zip(scales.items(), looks, strict=True):
        edge = {} if marker == "x" else {"edgecolors": BLACK}
        axes.scatter(rows[name], at, marker=marker, c=colour, s=46, label=words, zorder=3, **edge)
    axes.set_yticks(at, rows["title"])
    axes.set(xlim=(0.8, 5.2), xticks=range(1, 6), xlabel="均分（1–5）", ylabel="",
             title="学员怎么说每一课")  # fmt: skip
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    told = "；".join(
        f"{r['title']} " + "、".join(f"{w} {r[s]:.1f}" for s, w in scales.items() if r[s] == r[s])
        for r in rows.iloc[::-1].to_dict("records")
    )
    return as_html(figure, f"点图，各模块的学员评分均分，1 到 5。{told}。")


def minutes(rows: pd.DataFrame) -> str:
    """Return minutes said beside minutes planned, as an ``<img>``; "" without any."""
    rows = rows.dropna(subset=["minutes"]).iloc[::-1]
    if rows.empty:
        return ""
    theme()
    at = np.arange(len(rows))
    figure, axes = plt.subplots(figsize=(8, 0.42 * len(rows) + 1.4))
    axes.barh(
        at, rows["minutes"], color="#b9c4d0", edgecolor=BLACK, height=0.55, label="自报中位数"
    )
    axes.scatter(
        rows["planned"], at, marker="|", s=320, linewidths=3, c=BLACK, label="计划", zorder=3
    )
    axes.set_yticks(at, rows["title"])
    over = int((rows["minutes"] >= 2 * rows["planned"]).sum())
    axes.set(xlabel="分钟", ylabel="", title=f"{over} 个模块用时是计划的两倍以上")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    told = "；".join(
        f"{r['title']} 计划 {r['planned']} 分钟、自报 {r['minutes']:g} 分钟"
        for r in rows.iloc[::-1].to_dict("records")
    )
    return as_html(figure, f"条形图，各课自报用时的中位数和计划分钟数。{told}。")


def class_plans(plans: pd.DataFrame, old: float, reference: float) -> str:
    """Return the V of the class's plans between the old plan and the reference, as an ``<img>``."""
    theme()
    figure, axes = plt.subplots(figsize=(8, 2.6))
    values, broken = plans["value_cny"] / 1e4, plans["broken"] != ""
    height = np.arange(len(plans)) % 5 * 0.1
    for which, marker, colour, words in (
        (~broken, "o", BLUE, "合规"),
        (broken, "x", VERMILION, "违规，记零分"),
    ):
        if which.any():
            edge = {} if marker == "x" else {"edgecolors": BLACK}
            axes.scatter(values[which], height[which], marker=marker, c=colour, s=52, zorder=3,
                         label=f"{words}（{int(which.sum())} 份）", **edge)  # fmt: skip
    axes.axvline(old / 1e4, color=BLACK, linestyle="--", label="照旧")
    axes.axvline(reference / 1e4, color=BLACK, label="参考方案")
    above = int(((plans["value_cny"] > old) & ~broken).sum())
    title = f"{len(plans)} 份方案里 {above} 份合规而且高于照旧（仿真）"
    axes.set(title=title, xlabel="十二个月的 V（万元，仿真）", yticks=[], ylim=(-0.15, 0.75))
    axes.legend(loc="upper center", ncols=4, fontsize=9)
    alt = f"点图，{title}。照旧 {old / 1e4:.1f} 万元，参考 {reference / 1e4:.1f} 万元，班里从 {values.min():.1f} 到 {values.max():.1f} 万元。"
    return as_html(figure, alt)
