"""What is drawn in an axes, series by series; and marks that tell series apart without colour."""

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (1, 3)))
_HATCHES = ("", "//", "..", "xx", "\\\\", "oo", "++")


def data_lines(axes: Axes) -> list[Line2D]:
    """Return the lines that show data: not reference lines, seaborn's samples, nor caps of errors.

    >>> axes = Figure().add_subplot()
    >>> _ = axes.axhline(1), axes.plot([], []), axes.plot([1, 2], [3, 4])
    >>> len(data_lines(axes))
    1
    """
    errors = [one for one in axes.containers if isinstance(one, ErrorbarContainer)]
    caps = [cap for _, ends, _ in errors for cap in ends]
    return [
        line
        for line in axes.lines
        if len(line.get_xdata()) and line.get_transform() is axes.transData and line not in caps
    ]


def bar_groups(axes: Axes) -> list[BarContainer]:
    """Return the groups of bars, one for each series.

    >>> axes = Figure().add_subplot()
    >>> _ = axes.bar(["甲", "乙"], [1, 2]), axes.bar(["甲", "乙"], [3, 4])
    >>> [len(group) for group in bar_groups(axes)]
    [2, 2]
    """
    return [group for group in axes.containers if isinstance(group, BarContainer) and group.patches]


def legend_of(axes: Axes) -> Legend | None:
    """Return the axes' legend, or else the one its figure has for all axes.

    >>> legend_of(Figure().add_subplot())
    """
    return axes.get_legend() or next(iter(axes.figure.legends), None)


def distinguish(figure: Figure) -> None:
    """Give series that only colour tells apart dashes or hatches too, in their legend as well.

    Done when a figure is shown, not by ``axes.prop_cycle``: that would dash seaborn's error bars
    and leave its lines alone.

    >>> figure = Figure()
    >>> _ = figure.add_subplot().plot([[1, 2], [3, 4]])
    >>> distinguish(figure)
    >>> [line.get_linestyle() for line in figure.axes[0].lines]
    ['-', '--']
    """
    for axes in figure.axes:
        lines = data_lines(axes)
        if all(line.get_linestyle() == "-" and line.get_marker() == "None" for line in lines):
            _mark(axes, lines, Line2D, "linestyle", _DASHES)
        bars = [bar for group in bar_groups(axes) for bar in group]
        if not any(bar.get_hatch() for bar in bars) and len(bar_groups(axes)) > 1:
            _mark(axes, bars, Patch, "hatch", _HATCHES)


def _mark(
    axes: Axes, artists: Sequence[Artist], kind: type[Artist], name: str, marks: Sequence
) -> None:
    """Set one mark for each colour, where there are several, on the artists and their samples."""
    of_colour = dict(zip(dict.fromkeys(map(colour, artists)), marks, strict=False))
    if len(of_colour) < 2:
        return
    legend = legend_of(axes)
    samples = [s for s in (legend.legend_handles if legend else ()) if isinstance(s, kind)]
    for artist in [*artists, *samples]:
        if colour(artist) in of_colour:
            artist.set(**{name: of_colour[colour(artist)]})


def colour(artist: Artist) -> str:
    """Return a line's colour, or the one that a bar or another patch is filled with.

    >>> colour(Line2D([], [], color="black"))
    '#000000'
    """
    return to_hex(artist.get_color() if isinstance(artist, Line2D) else artist.get_facecolor())
