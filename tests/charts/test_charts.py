"""Figures speak Chinese without warnings and carry words for those who can't see them."""

import base64
import itertools
import logging
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties, fontManager

from smeprofile import charts
from smeprofile.errors import UserError

# --- font ------------------------------------------------------------------------------------

RESETS = {
    "nothing": lambda: None,
    "sns.set_theme": sns.set_theme,
    "sns.set": lambda: sns.set(style="ticks"),
    "sns.set_style": lambda: sns.set_style("white"),
    "sns.set_context": lambda: sns.set_context("talk"),
    "ggplot": lambda: plt.style.use("ggplot"),
    "seaborn style": lambda: plt.style.use("seaborn-v0_8"),
    "default style": lambda: plt.style.use("default"),
    "rcdefaults": mpl.rcdefaults,
}


def pixels(text):
    figure = plt.figure(figsize=(1, 1))
    figure.text(0.2, 0.2, text, size=40)
    figure.canvas.draw()  # a missing glyph warns, and warnings are errors here
    return bytes(figure.canvas.buffer_rgba())


@pytest.mark.parametrize("reset", RESETS.values(), ids=RESETS)
def test_chinese_is_drawn_in_our_font_whatever_is_set_after_the_theme(reset):
    reset()
    assert fontManager.findfont(FontProperties()).endswith("NotoSansSC-Regular.ttf")
    assert pixels("客") != pixels("户")  # two missing glyphs would be two equal boxes


@pytest.mark.parametrize("reset", RESETS.values(), ids=RESETS)
def test_title_set_after_a_reset_on_an_older_figure_has_every_glyph(reset):
    figure, axes = plt.subplots()
    axes.bar(["批发业"], [-1])
    reset()
    axes.set_title("客户画像：票流比 −5 %", weight="bold")
    axes.annotate("缺失", (0, 0))
    figure.canvas.draw()


@pytest.mark.parametrize("weight", ["light", "normal", "semibold", "bold", "black"])
def test_no_weight_logs_that_the_font_lacks_it(caplog, weight):
    with caplog.at_level(logging.WARNING, logger="matplotlib.font_manager"):
        figure, axes = plt.subplots()
        axes.set_title("小微企业", weight=weight)
        figure.canvas.draw()
    assert caplog.messages == []


def test_a_font_asked_for_by_name_is_used():
    found = fontManager.findfont(FontProperties(family="DejaVu Sans"))
    assert found.endswith("DejaVuSans.ttf")


# --- image -----------------------------------------------------------------------------------


def bars():
    figure, axes = plt.subplots()
    axes.bar(["批发业", "住宿业"], [1200, 3])
    axes.set(title="批发业最多", ylabel="户数")
    return figure


def picture(html):
    return base64.b64decode(re.search(r'base64,([^"]+)"', html)[1])


def test_image_carries_its_alternative_text():
    html = charts.as_html(bars(), '批发业占比最高，其次是"住宿业"。')
    assert 'alt="批发业占比最高，其次是&quot;住宿业&quot;。"' in html


def test_alternative_text_is_computed_when_not_given():
    assert f'alt="{charts.describe(bars())}"' in charts.as_html(bars())


def test_empty_alternative_text_is_refused():
    with pytest.raises(ValueError, match="alt"):
        charts.as_html(bars(), "图")


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_same_figure_gives_same_bytes(kind):
    assert charts.as_html(bars(), kind=kind) == charts.as_html(bars(), kind=kind)


def test_svg_has_neither_fonts_nor_scripts_nor_a_date():
    svg = picture(charts.as_html(bars(), kind="svg")).decode()
    assert re.findall(r"<text|<script|font-family|dc:date|https?://matplotlib", svg) == []
    assert svg.count("<path") > 10


@pytest.mark.parametrize("part", [lambda f: f, lambda f: f.axes[0]], ids=["figure", "axes"])
def test_figure_and_axes_show_the_same(part):
    assert charts.as_html(bars()) == charts.as_html(part(bars()))


def test_seaborn_grid_is_shown_whole(months):
    grid = sns.relplot(months, x="月份", y="金额", col="组", kind="line")
    assert charts.as_html(grid).startswith('<img alt="共 2 幅图。图 1，折线图：组 = 甲。')


def test_figure_is_closed_once_shown(capsys):
    charts.show(bars())
    assert plt.get_fignums() == []


def test_what_is_no_drawing_is_refused_in_chinese():
    with pytest.raises(ValueError, match=r"要一张图.*现为 ndarray"):
        charts.as_html(plt.subplots(2)[1])


def test_saved_png_has_print_resolution(tmp_path):
    path = charts.save(bars(), tmp_path / "图" / "a.png")
    assert plt.imread(path).shape[1] > 7 * 200  # the default figure is 8 inches wide


def test_saved_svg_is_the_shown_one(tmp_path):
    path = charts.save(bars(), tmp_path / "a.SVG")
    assert path.read_bytes() == picture(charts.as_html(bars(), kind="svg"))


def test_other_file_kinds_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(UserError, match=r"a\.pdf：只支持 \.png 和 \.svg"):
        charts.save(bars(), tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


# --- colours ---------------------------------------------------------------------------------

FIRST = charts.PALETTE[:5]
# Machado, Oliveira & Fernandes (2009), "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", table 1, severity 1.0; on linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
RGB_TO_XYZ = np.array(  # sRGB, each row divided by D65 white
    [[0.4339, 0.3762, 0.1899], [0.2126, 0.7152, 0.0722], [0.0178, 0.1095, 0.8727]]
)


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = RGB_TO_XYZ @ np.clip(rgb, 0, 1)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(colour):
    return RGB_TO_XYZ[1] @ linear(colour)


@pytest.mark.parametrize("matrix", VISION.values(), ids=VISION)
def test_first_five_colours_differ_to_every_eye(matrix):
    seen = [lab(np.array(matrix) @ linear(colour)) for colour in FIRST]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert nearest > 15  # ΔE; 2.3 is just noticeable side by side


def test_neighbours_among_the_first_five_differ_in_grey_print():
    lightness = [lab(linear(colour))[0] for colour in FIRST]
    assert min(abs(a - b) for a, b in itertools.pairwise(lightness)) > 15


def test_no_two_of_the_first_five_are_the_same_grey():
    lightness = [lab(linear(colour))[0] for colour in FIRST]
    assert min(abs(a - b) for a, b in itertools.combinations(lightness, 2)) > 6


@pytest.mark.parametrize("name", ["text.color", "axes.labelcolor", "xtick.color", "ytick.color"])
def test_words_stand_out_from_the_background(name):
    background = luminance(mpl.rcParams["axes.facecolor"])
    assert (background + 0.05) / (luminance(mpl.rcParams[name]) + 0.05) >= 4.5


def test_plots_take_the_palette_in_order(months):
    axes = sns.barplot(months, x="月份", y="金额", hue="组", saturation=1)
    assert [to_hex(g[0].get_facecolor()).upper() for g in axes.containers] == list(FIRST[:2])


def dashes(artists):
    return [artist.get_linestyle() for artist in artists]


def test_lines_differ_without_colour_and_so_do_their_samples(months):
    axes = sns.lineplot(months, x="月份", y="金额", hue="组")
    charts.as_html(axes)
    drawn = [line for line in axes.lines if len(line.get_xdata())]
    assert dashes(drawn) == ["-", "--"]
    assert dashes(axes.get_legend().legend_handles) == ["-", "--"]


def test_bars_differ_without_colour_and_their_error_bars_stay_whole(months):
    axes = sns.barplot(months, x="月份", y="金额", hue="组")
    charts.as_html(axes)
    hatches = [bar.get_hatch() or "" for group in axes.containers for bar in group]
    assert hatches == ["", "", "", "//", "//", "//"]
    assert [s.get_hatch() or "" for s in axes.get_legend().legend_handles] == ["", "//"]
    assert set(dashes(axes.lines)) == {"-"}


def test_dashes_that_someone_chose_are_kept():
    figure, axes = plt.subplots()
    axes.plot([1, 2], [1, 2], ":", label="甲")
    axes.plot([1, 2], [2, 1], label="乙")
    charts.as_html(figure)
    assert dashes(axes.lines) == [":", "-"]


def test_a_table_says_long_sentences_in_full():
    charts.theme()
    sentence = "查得到的客户分得更开，放到全部客户就看不出来；" * 5
    assert sentence in pd.DataFrame({"答复": [sentence]}).to_html()
