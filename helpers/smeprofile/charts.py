"""One look for every figure: Chinese font, colours safe in print and for colour-blind eyes."""

import base64
import importlib.util
from dataclasses import replace
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import seaborn as sns
from IPython.display import HTML, display
from matplotlib import font_manager
from matplotlib.figure import Figure

FAMILY = "Noto Sans SC"
# Okabe & Ito's colours, in an order whose greys also differ in print.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000")


@cache
def _register_font() -> None:
    package = Path(importlib.util.find_spec("zhplot").origin).parent
    path = package / "fonts" / "NotoSansSC-Regular.ttf"
    manager = font_manager.fontManager
    manager.addfont(path)
    regular = next(entry for entry in manager.ttflist if Path(entry.fname) == path)
    # The file has one weight. Listing it as bold too keeps bold titles from logging a fallback.
    manager.ttflist.append(replace(regular, weight=700))


def theme() -> None:
    """Set seaborn's theme and then the Chinese font, which ``sns.set_theme`` would drop.

    >>> theme()
    >>> mpl.rcParams["font.family"]
    ['Noto Sans SC']
    """
    _register_font()
    sns.set_theme(style="whitegrid", palette=PALETTE)
    mpl.rcParams.update(
        {
            "font.family": [FAMILY],
            "axes.unicode_minus": False,
            "figure.figsize": (8, 4.2),
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "svg.fonttype": "none",
        }
    )


def as_html(figure: Figure, alt: str) -> str:
    """Return the figure as an ``<img>`` with its alternative text, and close it.

    Raises ``ValueError`` when ``alt`` says nothing: a screen reader has only these words.

    >>> from matplotlib.figure import Figure
    >>> as_html(Figure(), "一张空白的图，没有数据。")[:30]
    '<img alt="一张空白的图，没有数据。" style='
    """
    if len(alt.strip()) < 10:
        raise ValueError("alt 要用一句话说清图里看到什么（至少 10 个字）。")
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    mpl.pyplot.close(figure)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{escape(alt)}" style="max-width:100%" src="data:image/png;base64,{data}">'


def show(figure: Figure, alt: str) -> None:
    """Display the figure once, with the words a screen reader reads in its place."""
    display(HTML(as_html(figure, alt)))
