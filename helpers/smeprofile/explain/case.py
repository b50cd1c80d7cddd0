"""One error and what is known around it: the cell, the notebook, the names that exist."""

import re
import symtable
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

# What stands in a trainee's cell for the answer: a statement, so that a function with it still
# parses; one that shows nothing when run.
STUB = "pass  # 请作答，写完删掉这一行"

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_MAGIC = re.compile(r"^[ \t]*(?:[%!?]|get_ipython\(\)).*$", re.M)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*$", re.M)
_BLANK = re.compile(r"(?<!\w)_{4,}(?!\w)|(?:^|=)[ \t]*\.\.\.[ \t]*(?:#.*)?$", re.M)
_WIDTH = 40  # characters of code quoted within a sentence
_READ = 2000  # characters of a message that are read; some hold a whole table


class Cell(Protocol):
    """A cell of a notebook."""

    id: str
    cell_type: str
    source: str


class NotebookLike(Protocol):
    """What is read of a notebook."""

    cells: Sequence[Cell]


@dataclass(frozen=True)
class Case:
    """An error; ``line`` counts from 1 within ``source``, the cell that was running.

    Where it called a function of another cell that failed, ``within`` is that function's name,
    the line in its cell and the code there.
    """

    kind: str
    message: str
    source: str
    line: int | None
    cells: Sequence[Cell]
    names: Collection[str]
    cell_id: str = ""
    within: tuple[str, int, str] | None = None

    @property
    def checking(self) -> bool:
        """Whether a check itself misses a name: then the answer's name is the wrong one."""
        return self.cell_id.endswith("-check") and not self.within

    @property
    def code_line(self) -> str:
        """The line that failed, or an empty text."""
        lines = self.source.splitlines()
        return lines[self.line - 1].strip() if 0 < (self.line or 0) <= len(lines) else ""

    @property
    def current(self) -> int:
        """The running cell's number in the notebook, or one past the last when it isn't there."""
        wanted = _essence(self.source)
        same = [n for n, cell in self._code() if _essence(cell.source) == wanted]
        itself = [n for n in same if self.cells[n].id == self.cell_id]
        return (itself or same)[0] if same and wanted else len(self.cells)

    def defining(self, name: str) -> list[int]:
        """Return which cells define ``name``, by number."""
        return [n for n, cell in self._code() if name in defined(cell.source)]

    def all_defined(self) -> set[str]:
        """Return all names that the notebook defines."""
        return {name for _, cell in self._code() for name in defined(cell.source)}

    def unanswered(self) -> list[int]:
        """Return which cells above still hold what an answer should replace, nearest first."""
        above = [n for n, cell in self._code() if n < self.current and is_blank(cell.source)]
        return above[::-1]

    def directly_above(self) -> int | None:
        """Return the nearest code cell above, by number."""
        return max((n for n, _ in self._code() if n < self.current), default=None)

    def section(self, number: int) -> str:
        """Return the heading above a cell, or an empty text."""
        markdown = (c.source for c in self.cells[:number] if c.cell_type == "markdown")
        headings = [heading for source in markdown for heading in _HEADING.findall(source)]
        return f"“{headings[-1]}”" if headings else ""

    def place(self, number: int) -> str:
        """Return where a cell is, in words: the heading above it and its first line."""
        code = _essence(self.cells[number].source).splitlines()
        first = f"以 {short(code[0])} 开头的单元格" if code else "一个单元格"
        section = self.section(number)
        return f"{section}下面{first}" if section else first

    def _code(self) -> Iterator[tuple[int, Cell]]:
        return ((n, cell) for n, cell in enumerate(self.cells) if cell.cell_type == "code")


def plain_message(message: str) -> str:
    """Return ``message`` without colours and outer blanks, and no longer than can be read."""
    return _start(_ANSI.sub("", message).strip(), _READ)


def python_only(source: str) -> str:
    """Return ``source`` with the lines of IPython's own commands left empty."""
    return _MAGIC.sub("", source)


def _essence(source: str) -> str:
    return python_only(source).strip()


def defined(source: str) -> set[str]:
    """Return the names that a cell defines when run; none when it can't be parsed.

    >>> sorted(defined("import pandas as pd\\nfor i in range(3):\\n    total = i"))
    ['i', 'pd', 'total']
    """
    return {s.get_name() for s in _symbols(source) if s.is_assigned() or s.is_imported()}


def used(source: str) -> set[str]:
    """Return the names that a cell reads."""
    return {s.get_name() for s in _symbols(source) if s.is_referenced()}


def _symbols(source: str) -> list[symtable.Symbol]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return symtable.symtable(python_only(source), "<cell>", "exec").get_symbols()
    except Exception:  # whatever unfinished code makes the parser raise
        return []


def is_blank(source: str) -> bool:
    """Return whether a cell still holds the stub, ``...`` or ``____`` in place of an answer.

    >>> is_blank("x = ..."), is_blank("x = 1")
    (True, False)
    """
    return STUB in source or bool(_BLANK.search(source))


def close_to(name: str, names: Collection[str]) -> str | None:
    """Return the one of ``names`` that ``name`` was probably meant to be.

    >>> close_to("custmers", ["customers", "tax"]), close_to("年收人", ["年收入"])
    ('customers', '年收入')
    >>> close_to("ture", ["True"]), close_to("text", ["next"])
    ('True', None)
    """
    wanted = name.strip().lower()
    by_lower = {other.lower(): other for other in sorted(names) if other != name}
    turned = [other for other in by_lower if sorted(other) == sorted(wanted)]
    cutoff = 0.8 if name.isascii() else 0.6  # of three Chinese characters one may be wrong
    found = turned or get_close_matches(wanted, by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else None


def short(text: str) -> str:
    """Return ``text`` as one short line."""
    return _start(" ".join(text.split()), _WIDTH)


def _start(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
