"""Graded exercises for people who don't code: what they choose is the variable that is checked."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

import ipywidgets as w
from IPython.display import display

from smeprofile.answers import here
from smeprofile.ask.controls import Number, OneOf, in_words, not_a_number
from smeprofile.ask.question import Item


def choices(
    name: str, rows: Mapping[str, str], options: Sequence[str] | Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Display the rows, each with the options (or its own), and return row → choice, "" for none.

    The dict follows every later change in the widget, so a check reads what is chosen now. What is
    saved in ``answers.json`` is shown first; what there doesn't fit counts as not chosen. When
    that file can't be read, one line says so. All texts are plain.

    >>> choices("redline", {"r1": "客户只是口头同意，今天就查征信"}, ["允许", "禁止"])
    题目：运行这一格，题目就会出现。
    {'r1': ''}
    """
    own = options if isinstance(options, Mapping) else dict.fromkeys(rows, options)
    controls = {
        row: OneOf(own[row], label=f"{row}　{text}", across=True) for row, text in rows.items()
    }
    return _displayed(Graded("choices", name, rows, Rows(controls), blank=""))


def number(
    name: str, prompts: Mapping[str, str], *, units: Mapping[str, str] | None = None
) -> dict[str, float | None]:
    """Display a field for each prompt and return row → number, None for none, as ``choices`` does.

    >>> number("ratio", {"a": "票流比"}, units={"a": "%"})
    题目：运行这一格，题目就会出现。
    {'a': None}
    """
    units = units or {}
    controls = {
        row: Number(f"{row}　{text}", unit=units.get(row, ""), at_once=False)
        for row, text in prompts.items()
    }
    return _displayed(Graded("number", name, prompts, Rows(controls), blank=None))


def _displayed(graded: "Graded") -> dict:
    if notice := here().notice:
        print(notice)
    display(graded)
    return graded.result


class Rows(w.VBox):
    """One control per row, read together as row → answer, without the rows that have none."""

    def __init__(self, controls: Mapping[str, w.Widget]):
        super().__init__(list(controls.values()))
        self.controls = controls

    def read(self) -> dict[str, object]:
        given = {row: control.read() for row, control in self.controls.items()}
        unread = self.unread()
        return {row: v for row, v in given.items() if v is not None and row not in unread}

    def unread(self) -> dict[str, str]:
        """Return row → what was typed there for a number but isn't one."""
        numbers = {r: c for r, c in self.controls.items() if isinstance(c, Number)}
        return {r: typed for r, c in numbers.items() if isinstance(typed := c.read(), str)}

    def show(self, value: object) -> None:
        for row, control in self.controls.items():
            control.show(value.get(row) if isinstance(value, dict) else None)

    def watch(self, changed: Callable[[], None]) -> None:
        for control in self.controls.values():
            control.watch(changed)


_DONE = {"choices": "已选", "number": "已填"}


class Graded(Item):
    """Rows kept at every change; ``result`` is one dict that always holds what is given now."""

    def __init__(self, kind: str, name: str, rows: Mapping[str, str], control: Rows, blank: object):
        super().__init__(kind, name, "", control)
        self.rows, self.blank, self.result = rows, blank, {}
        self.lay_out({"撤销": self.undo, "重做": self.redo})
        self.follow()
        self.say(self.progress())

    def show_saved(self) -> None:
        """Bring the rows and ``result`` to what is saved."""
        super().show_saved()
        self._fill()
        self._known = dict(self.result)

    def changed(self) -> None:
        """Keep the rows changed here; of the others, take what another open copy has kept."""
        self._forgotten = None
        self._fill()
        if self.say(self.progress(), self._merge):
            self.say(f"{self.progress()}，已保存。{self._problems()}")

    def stepped_back(self, step: Callable[[], object]) -> bool:
        """Take the ``step`` and say how much is answered now."""
        return super().stepped_back(step) and self.say(f"已撤销。{self.progress()}")

    def progress(self) -> str:
        """Return how many rows are answered."""
        done = sum(value != self.blank for value in self.result.values())
        return f"{_DONE[self.kind]} {done} / {len(self.rows)}"

    def fallback(self) -> str:
        """Return the rows and what is chosen as a table."""
        head = "".join(f'<th scope="col">{title}</th>' for title in ("编号", "内容", "回答"))
        body = "".join(
            f'<tr><th scope="row">{escape(row)}</th><td>{escape(text)}</td>'
            f"<td>{self._cell(row)}</td></tr>"
            for row, text in self.rows.items()
        )
        return f"<table><tr>{head}</tr>{body}</table><p>{self.progress()}</p>"

    def _merge(self) -> None:
        mine = {row: now for row, now in self.result.items() if now != self._known[row]}

        def merged(kept: object) -> dict:
            kept = kept if isinstance(kept, dict) else {}
            # With the blanks: so that a form half filled shows as such.
            return {row: kept.get(row, self.blank) for row in self.rows} | mine

        kept = here().update(self.name, merged).value
        with self.showing():
            for row in (row for row in self.rows if kept[row] != self.result[row]):
                self.control.controls[row].show(kept[row])
        self._fill()
        self._known = dict(self.result)

    def _fill(self) -> None:
        given = self.control.read()
        self.result.update({row: given.get(row, self.blank) for row in self.rows})

    def _cell(self, row: str) -> str:
        value = self.result[row]
        return "（未答）" if value == self.blank else escape(in_words(value))

    def _problems(self) -> str:
        unread = self.control.unread()
        units = {row: self.control.controls[row].unit for row in unread}
        return "".join(
            f"<p>{escape(r)}：{not_a_number(t, units[r])}</p>" for r, t in unread.items()
        )
