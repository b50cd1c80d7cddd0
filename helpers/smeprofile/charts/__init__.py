"""One look for every figure: Chinese font, colours safe in print and for colour-blind eyes."""

import base64
import importlib.util
from dataclasses import replace
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from IPython.display import HTML, display
from matplotlib import font_manager
from matplotlib.figure import Figure

from smeprofile.charts.marks import distinguish
from smeprofile.charts.words import describe
from smeprofile.disk import write_file
from smeprofile.errors import UserError

__all__ = ["PALETTE", "as_html", "describe", "save", "show", "theme"]

FAMILY = "Noto Sans SC"
# Okabe & Ito's colours without yellow, which vanishes on white, in an order in which neighbours'
# greys differ too.
PALETTE = ("#0072B2", "#E69F00", "#D55E00", "#000000", "#CC79A7", "#56B4E9", "#009E73")
_SHORTEST_ALT = 10  # characters


def theme() -> None:
    """Set the look of every figure drawn from now on, whatever theme is set after it.

    Tables show what a cell says in full: pandas would cut a sentence short without a word.

    >>> theme()
    >>> mpl.rcParams["font.family"]
    ['Noto Sans SC']
    """
    _register_font()
    pd.set_option("display.max_colwidth", None)
    sns.set_theme(style="whitegrid", palette=PALETTE)
    mpl.rcParams.update(
        {
            "font.family": [FAMILY],
            "axes.unicode_minus": False,
            "figure.figsize": (8, 4.2),
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
        }
    )


@cache
def _register_font() -> None:
    """Make our font known, and the one that "sans-serif" means.

    ``sns.set_theme()``, most styles and ``mpl.rcdefaults()`` ask for "sans-serif", whose fonts
    have no Chinese: that the name leads to ours is what outlives them all.
    """
    package = Path(importlib.util.find_spec("zhplot").origin).parent
    path = package / "fonts" / "NotoSansSC-Regular.ttf"
    manager, find = font_manager.fontManager, font_manager.fontManager.findfont
    manager.addfont(path)
    regular = next(entry for entry in manager.ttflist if Path(entry.fname) == path)
    # The file has one weight. Listing it as every weight keeps bold titles from logging a fallback.
    manager.ttflist += [replace(regular, weight=weight) for weight in range(100, 1000, 100)]

    def findfont(prop: Any, *args: Any, **options: Any) -> str:
        if isinstance(prop, font_manager.FontProperties) and "sans-serif" in prop.get_family():
            prop = prop.copy()
            prop.set_family([FAMILY])
        return find(prop, *args, **options)

    manager.findfont = font_manager.findfont = findfont


def show(drawing: Any, alt: str | None = None, *, kind: Literal["png", "svg"] = "png") -> None:
    """Display a figure once, with the words a screen reader reads in its place."""
    display(HTML(as_html(drawing, alt, kind=kind)))


def as_html(drawing: Any, alt: str | None = None, *, kind: Literal["png", "svg"] = "png") -> str:
    """Return a figure as an ``<img>`` with its alternative text, and close it.

    ``drawing`` is a figure, an axes or one of seaborn's grids. Without ``alt`` the text is
    computed from the data: see :func:`describe`. Same figure, same bytes.

    Raises ``ValueError`` when ``alt`` says nothing, or there is nothing in the figure to tell.

    >>> as_html(Figure(), "一张空白的图，没有数据。")[:30]
    '<img alt="一张空白的图，没有数据。" style='
    """
    figure = _figure(drawing)
    alt = describe(figure) if alt is None else alt
    if len(alt.strip()) < _SHORTEST_ALT:
        raise ValueError(f"alt 要用一句话说清图里看到什么（至少 {_SHORTEST_ALT} 个字）。")
    data = base64.b64encode(_image(figure, kind, dpi=110)).decode()
    mpl.pyplot.close(figure)
    mime = {"png": "image/png", "svg": "image/svg+xml"}[kind]
    return f'<img alt="{escape(alt)}" style="max-width:100%" src="data:{mime};base64,{data}">'


def save(drawing: Any, path: str | Path) -> Path:
    """Write a figure to ``path``, a .png (200 dpi) or .svg file, and return the path.

    Raises ``UserError`` for any other kind of file.

    >>> save(Figure(), "走势.jpg")
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 不能把图存成 走势.jpg：只支持 .png 和 .svg。请改文件名的后缀。
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise UserError(f"不能把图存成 {path}：只支持 .png 和 .svg。请改文件名的后缀。")
    write_file(path, _image(_figure(drawing), kind, dpi=200))
    return path


def _figure(drawing: Any) -> Figure:
    figure = getattr(drawing, "figure", None)
    if not isinstance(figure, Figure):
        raise ValueError(
            f"要一张图、一个坐标系或 seaborn 的网格图，现为 {type(drawing).__name__}。"
            "plt.subplots 给出多个坐标系时，请传它给的第一个值。"
        )
    return figure


def _image(figure: Figure, kind: str, *, dpi: int) -> bytes:
    """Return the figure's file; text in SVG as outlines, so that no reader needs our font."""
    distinguish(figure)
    unsaid = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}[kind]
    buffer = BytesIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "smeprofile"}):
        figure.savefig(buffer, format=kind, dpi=dpi, bbox_inches="tight", metadata=unsaid)
    return buffer.getvalue()
