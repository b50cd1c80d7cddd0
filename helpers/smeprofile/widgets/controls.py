"""What the lesson widgets' controls share: their size, and the words and tables that answer a move."""

from collections.abc import Iterable, Mapping

import ipywidgets as w

WIDE = {"description_width": "9em"}
ROW = w.Layout(width="34em")


def guessed(guess: str, came: str) -> str:
    """Return whether what was guessed before a move came true.

    >>> guessed("变多", "变少")
    '你猜“变多”，其实变少：想想为什么。'
    """
    if guess == came:
        return f"你猜“{guess}”：猜对了。"
    return f"你猜“{guess}”，其实{came}：想想为什么。"


def moved(titles: Mapping[str, str], before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Return which choices changed, from what to what.

    >>> moved({"d1": "通过线"}, {"d1": "600"}, {"d1": "620"})
    '通过线：从“600”到“620”'
    """
    changed = [row for row in titles if row in now and now[row] != before[row]]
    return "；".join(f"{titles[row]}：从“{before[row]}”到“{now[row]}”" for row in changed)


def table(head: Iterable[str], rows: Iterable[tuple[str, Iterable[str]]], *, width: str = "26em") -> str:  # fmt: skip
    """Return a table as HTML, the first cell of each row its heading.

    >>> table(("指标", "现在"), [("通过率", ["60%"])], width="9em")[:31]
    '<table style="min-width: 9em"><'
    """
    top = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for name, cells in rows
    )
    return f'<table style="min-width: {width}"><tr>{top}</tr>{body}</table>'
