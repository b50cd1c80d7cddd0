"""What a figure shows is told in words that its data bear out."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.colors import to_hex

from smeprofile import charts


def described(draw, **labels):
    _, axes = plt.subplots()
    drawn = draw(axes)
    axes.set(**labels)
    return charts.describe(drawn if hasattr(drawn, "figure") else axes)


def test_line_tells_first_last_highest_and_lowest(months):
    expected = (
        "折线图：先升后降。横轴：月份，纵轴：金额（元）。起 1,000（2025-01-01），止 1,750（2025-03-01），"
        "最高 2,500（2025-02-01），最低 1,000（2025-01-01）。"
    )
    one = months[:3]
    labels = {"title": "先升后降", "xlabel": "月份", "ylabel": "金额（元）"}
    assert expected == described(lambda a: a.plot(one["月份"], one["金额"]), **labels)
    assert expected == described(lambda a: sns.lineplot(one, x="月份", y="金额", ax=a), **labels)


def test_pandas_periods_are_told_as_periods(months):
    amounts = months[:3].set_index("月份")["金额"]
    assert "最高 2,500（2025-02）" in described(lambda a: amounts.plot(ax=a))


def test_missing_points_are_not_the_lowest():
    told = described(lambda a: a.plot([1, 2, 3], [5.0, np.nan, 7.0]))
    assert told == "折线图。起 5（1），止 7（3），最高 7（3），最低 5（1）。"


def test_series_are_named_by_their_labels(months):
    def draw(axes):
        for name, rows in months.groupby("组"):
            axes.plot(rows["月份"], rows["金额"], label=name)
        axes.axhline(0)

    assert "2 条线：乙、甲。乙：起 3（2025-01-01）" in described(draw)


def test_series_are_named_by_colour_where_seaborn_draws_them_in_another_order(months):
    told = described(lambda a: sns.kdeplot(months, x="金额", hue="组", ax=a))
    axes = plt.gca()
    drawn = [to_hex(line.get_color()) for line in axes.lines]
    samples = {
        to_hex(s.get_color()): n
        for s, n in zip(axes.get_legend().legend_handles, "甲乙", strict=True)
    }
    assert f"2 条线：{'、'.join(samples[colour] for colour in drawn)}。" in told


def test_error_bars_are_no_series(months):
    told = described(lambda a: sns.pointplot(months, x="组", y="金额", ax=a))
    assert (
        told
        == "折线图。横轴：组，纵轴：金额。起 1,750（甲），止 2（乙），最高 1,750（甲），最低 2（乙）。"
    )


@pytest.mark.parametrize(
    ("draw", "kind"),
    [
        (lambda a: a.bar(["批发业", "住宿业"], [1200, 3]), "柱状图"),
        (lambda a: a.barh(["批发业", "住宿业"], [1200, 3]), "条形图"),
        (lambda a: pd.Series([1200, 3], ["批发业", "住宿业"]).plot.bar(ax=a), "柱状图"),
        (lambda a: sns.barplot(x=["批发业", "住宿业"], y=[1200, 3], ax=a), "柱状图"),
        (lambda a: sns.barplot(y=["批发业", "住宿业"], x=[1200, 3], ax=a), "条形图"),
    ],
)
def test_bars_tell_the_highest_and_lowest(draw, kind):
    assert described(draw) == f"{kind}。2 根柱；最高 1,200（批发业），最低 3（住宿业）。"


def test_grouped_bars_tell_the_group_too(months):
    told = described(lambda a: sns.barplot(months, x="组", y="金额", hue="组", legend=True, ax=a))
    assert "最高 1,750（甲，甲），最低 2（乙，乙）" in told


def test_years_have_no_comma():
    assert "最高 3,000（2023）" in described(lambda a: a.bar([2022, 2023], [1, 3000]))


def test_shares_are_told_as_percentages():
    def draw(axes):
        axes.bar(["甲", "乙"], [0.256, 0.5])
        axes.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1))

    assert "最高 50.0%（乙），最低 25.6%（甲）" in described(draw)


STACK = pd.DataFrame({"好": [30, 5], "坏": [10, 5]}, ["批发业", "住宿业"])


@pytest.mark.parametrize(
    ("draw", "kind"),
    [
        (lambda a, t: t.plot.bar(stacked=True, ax=a), "堆叠柱状图"),
        (lambda a, t: t.plot.barh(stacked=True, ax=a), "堆叠条形图"),
    ],
)
def test_stacked_bars_tell_their_wholes(draw, kind):
    expected = (
        f"{kind}。2 组：好、坏。2 根柱；合计最高 40（批发业），最低 10（住宿业）；"
        "各段最高 30（好，批发业），最低 5（好，住宿业）。"
    )
    assert expected == described(lambda a: draw(a, STACK))
    parts = STACK.div(STACK.sum(axis=1), axis=0)
    assert "2 根柱；合计都是 1；各段最高 0.75（好，批发业）" in described(lambda a: draw(a, parts))


def test_equal_bars_have_no_highest():
    assert described(lambda a: a.bar(["甲", "乙"], [2, 2])) == "柱状图。2 根柱；都是 2。"


@pytest.mark.parametrize(
    "draw", [lambda a, x: a.hist(x, bins=3), lambda a, x: sns.histplot(x=x, bins=3, ax=a)]
)
def test_histogram_tells_its_fullest_bin(draw):
    told = described(lambda a: draw(a, [0, 1, 2, 3, 15, 15, 30]), xlabel="", ylabel="")
    assert told == "直方图。3 段；最高的一段 4（0 到 10）。"


def test_scatter_tells_number_and_ranges():
    told = described(lambda a: a.scatter([1, 2, 3.5], [10, 1e6, np.nan]))
    assert told == "散点图。2 个点，横轴从 1 到 2，纵轴从 10 到 1,000,000。"


def test_caps_of_error_bars_are_no_points():
    told = described(lambda a: a.errorbar([1, 2], [3, 5], yerr=[2, 9], fmt="o", capsize=4))
    assert told == "带误差线的散点图。2 个点，横轴从 1 到 2，纵轴从 3 到 5。"


@pytest.mark.parametrize(
    ("scale", "ticks", "names"),
    [
        ("log", [0.25, 1, 4], ["0.25", "1", "4"]),
        ("log", [0.25, 1, 4], ["四分之一", "一", "四"]),
        ("linear", [0, 2, 4], ["0", "2", "4"]),
        ("linear", [0, 2, 4], ["0%", "200%", "400%"]),
    ],
)
def test_ranges_on_a_measured_axis_are_numbers_wherever_its_ticks_are_set(scale, ticks, names):
    def draw(axes):
        axes.scatter([0.14, 1, 5.3], [1, 2, 3])
        axes.set(xscale=scale, xticks=ticks, xticklabels=names)

    assert "横轴从 0.14 到 5.3，" in described(draw)


def test_a_histogram_stays_one_when_its_ticks_are_set():
    def draw(axes):
        axes.hist([1, 20, 20, 300], bins=[0.1, 1, 10, 100, 1000])
        axes.set(xscale="log", xticks=[1, 100], xticklabels=["1", "100"])

    assert "直方图。4 段；最高的一段 2（10 到 100）。" in described(draw)


def test_rows_named_by_hand_keep_their_names_between_the_ticks():
    def draw(axes):
        axes.scatter([1, 2], [0.2, 0.8])
        axes.set(yticks=[0, 1], yticklabels=["批发业", "住宿业"])

    assert "纵轴从 批发业 到 住宿业" in described(draw)


def test_months_numbered_from_one_at_places_from_nought_are_names():
    def draw(axes):
        axes.bar(range(3), [3, 1, 2])
        axes.set(xticks=range(3), xticklabels=["01", "02", "03"])

    assert "最高 3（01），最低 1（02）" in described(draw)


def test_scatter_by_group_tells_the_groups(months):
    assert "2 类：甲、乙。" in described(
        lambda a: sns.scatterplot(months, x="月份", y="金额", hue="组", ax=a)
    )


def test_heat_map_tells_rows_and_columns_and_not_its_colour_bar():
    table = pd.DataFrame(
        [[0.1, np.nan], [0.9, 0.5]], index=["批发业", "住宿业"], columns=["纳税", "流水"]
    )
    told = described(lambda a: sns.heatmap(table, ax=a))
    assert (
        told
        == "热图。2 行 2 列；最高 0.9（行：住宿业，列：纳税），最低 0.1（行：批发业，列：纳税）。"
    )


def test_box_plot_tells_the_medians(months):
    told = described(lambda a: sns.boxplot(months, x="组", y="金额", ax=a), xlabel="", ylabel="")
    assert told == "箱线图。2 个箱；中位数最高 1,750（甲），最低 2（乙）。"


def test_pie_tells_the_shares():
    told = described(lambda a: a.pie([3, 1], labels=["甲", "乙"]))
    assert told == "饼图。2 块；最高 75.0%（甲），最低 25.0%（乙）。"


def test_long_descriptions_are_cut_after_a_whole_sentence():
    rng = np.random.default_rng(1)
    told = described(
        lambda a: a.plot(rng.normal(size=(9, 3)), label=["甲", "乙", "丙"]), title="长" * 60
    )
    assert told.endswith("。其余从略。") and len(told) <= 206


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (lambda a: None, "什么都没有"),
        (lambda a: a.plot([], []), "什么都没有"),
        (lambda a: a.stackplot([1, 2], [1, 2]), "请用 alt="),
        (lambda a: a.boxplot([[1, 2, 3], [2, 3, 4]]), "请用 alt="),
    ],
)
def test_what_cannot_be_told_is_not_made_up(draw, reason):
    with pytest.raises(ValueError, match=reason):
        described(draw)
