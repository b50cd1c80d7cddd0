"""The controls of questions: native, labelled, each read and shown as plain JSON.

Every control has ``read`` (the present answer, None while there is none), ``show`` (put a saved
answer back; what doesn't fit counts as none) and ``watch`` (call back on each change). ``todo``
says what to do first. Radio buttons stand where a list would be natural: in JupyterLab an arrow
key in a list moves to the next cell instead.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape

import ipywidgets as w

_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)(%?)", re.ASCII)
# Full-width to ASCII; not NFKC, which makes 32 of 3².
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("−"): "-"}


# What "1%" is in a unit; in others, such as 户 or 万元, it is no number.
_PER_CENT = {"%": 1, "个百分点": 1, "": 100, "倍": 100}


def parse_number(text: str, *, unit: str = "") -> float | None:
    """Return the plain number in ``text``, None if there is none.

    "30%" is 30 where the unit is % or 个百分点, 0.3 where it is 倍 or none, no number of 户 or 万元.

    Full-width digits and thousands separators are fine.

    >>> parse_number("１，２３４．５"), parse_number("30%"), parse_number("30%", unit="%"), parse_number("3 万")
    (1234.5, 0.3, 30.0, None)
    """
    plain = text.translate(_PLAIN).strip()
    found = _NUMBER.fullmatch(plain)
    if not found or not any(map(str.isdigit, plain)) or len(plain) > 40:
        return None
    scale = _PER_CENT.get(unit) if found[2] else 1
    return None if scale is None else float(Decimal(found[1].replace(",", "")) / scale)


def status(html: str) -> str:
    """Return ``html`` as a region that a screen reader reads out when it changes.

    >>> status("已保存")
    '<div role="status">已保存</div>'
    """
    return f'<div role="status">{html}</div>'


def in_words(value: object) -> str:
    """Return a saved answer as text, not yet escaped.

    >>> in_words(["甲", "乙"]), in_words(0.3)
    ('甲；乙', '0.3')
    """
    if isinstance(value, list):
        return "；".join(map(in_words, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value)


def button(text: str, action: Callable[[], None]) -> w.Button:
    """Return a button that calls ``action``; as wide as its text.

    >>> button("检查", lambda: print("按下")).click()
    按下
    """
    made = w.Button(description=text, layout={"width": "auto"})
    made.on_click(lambda _: action())
    return made


def unlike(options: Iterable[str]) -> list[str]:
    """Return ``options`` as a list; ``ValueError`` if two are the same.

    >>> unlike(["甲", "甲"])
    Traceback (most recent call last):
    ...
    ValueError: 选项不能重复：['甲', '甲']
    """
    options = list(options)
    if len(set(options)) < len(options):
        raise ValueError(f"选项不能重复：{options}")
    return options


class OneOf(w.RadioButtons):
    """One option, by radio buttons. ``options`` may be a mapping value → label."""

    todo = "先选一项"

    def __init__(self, options: Sequence[str] | Mapping, *, label: str = "", across: bool = False):
        labels = options if isinstance(options, Mapping) else {o: o for o in unlike(options)}
        super().__init__(
            options=[(label, value) for value, label in labels.items()],
            value=None,
            description=label,
            tooltip="",  # else the label's own tooltip reads "null"
            orientation="horizontal" if across else "vertical",
            layout={"width": "100%"},
        )
        self._known = list(labels)

    def read(self) -> object:
        return self.value

    def show(self, value: object) -> None:
        same = [k for k in self._known if k == value and type(k) is type(value)]  # 1 is not True
        self.value = same[0] if same else None

    def watch(self, changed: Callable[[], None]) -> None:
        self.observe(lambda _: changed(), "value")


class SomeOf(w.VBox):
    """Any number of options, by checkboxes; none ticked is no answer. Maybe value → label."""

    todo = "先勾选"

    def __init__(self, options: Sequence[str] | Mapping[str, str]):
        labels = options if isinstance(options, Mapping) else {o: o for o in unlike(options)}
        wide = w.Layout(width="auto")  # with margins, 100% would be wider than the box
        self._boxes = {
            value: w.Checkbox(description=label, indent=False, layout=wide)
            for value, label in labels.items()
        }
        super().__init__(list(self._boxes.values()))

    def read(self) -> list[str] | None:
        return [value for value, box in self._boxes.items() if box.value] or None

    def show(self, value: object) -> None:
        ticked = value if isinstance(value, list) else []
        fits = all(option in list(self._boxes) for option in ticked)  # a part is another answer
        for option, box in self._boxes.items():
            box.value = fits and option in ticked

    def watch(self, changed: Callable[[], None]) -> None:
        for box in self.children:
            box.observe(lambda _: changed(), "value")


class Number(w.Text):
    """A number typed as text, so that nothing typed differs from nothing understood.

    What can't be understood is read as the text itself. With ``at_once`` every keystroke counts,
    else only what is there on Enter or on leaving the field.
    """

    todo = "先填一个数"

    def __init__(self, label: str, *, unit: str = "", at_once: bool = True):
        said = f"{label}（{unit}）" if unit else label
        super().__init__(
            description=said,
            continuous_update=at_once,
            # However long the label, room for a number is left beside it.
            layout={"width": "100%", "max_width": f"{max(30, len(said) + 10)}em"},
            style={"description_width": "initial"},
        )
        self.unit = unit

    def read(self) -> float | str | None:
        text = self.value.strip()
        value = parse_number(text, unit=self.unit)
        return (text or None) if value is None else value

    def show(self, value: object) -> None:
        fits = isinstance(value, int | float | str) and not isinstance(value, bool)
        self.value = in_words(value) if fits else ""

    def watch(self, changed: Callable[[], None]) -> None:
        self.observe(lambda _: changed(), "value")

    def on_enter(self, action: Callable[[], None]) -> None:
        """Call ``action`` when Enter is pressed."""
        self.on_msg(lambda _, content, __: content.get("event") == "submit" and action())


def not_a_number(text: str, unit: str) -> str:
    """Return, as HTML, what is wrong with a number that can't be read and what to type.

    >>> not_a_number("3万元", "万元")
    '读不懂这个数：「3万元」。不要写单位，只填数字；这里的单位是万元。'
    """
    written = "不要写单位，" if re.search("[万亿元%％]", text) else ""
    expected = f"；这里的单位是{escape(unit)}" if unit else ""
    return f"读不懂这个数：「{escape(text[:40])}」。{written}只填数字{expected}。"


class Order(w.VBox):
    """Items to be put in order: choose one, move it up or down. As first shown is no answer."""

    todo = "先用「上移」「下移」排好"

    def __init__(self, items: Sequence[str]):
        self._first = unlike(items)
        self._items = list(self._first)
        self._changed: Callable[[], None] = lambda: None
        self.chooser = OneOf(self._items, label="选一项，再移动")
        self.words = w.HTML()
        self.up = button("上移", lambda: self._move(-1))
        self.down = button("下移", lambda: self._move(1))
        super().__init__([self.chooser, w.HBox([self.up, self.down]), self.words])
        self._draw(None)

    def read(self) -> list[str] | None:
        return None if self._items == self._first else list(self._items)

    def show(self, value: object) -> None:
        fits = isinstance(value, list) and sorted(map(str, value)) == sorted(self._first)
        self._items = list(value if fits else self._first)
        self._draw(None)

    def watch(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def _move(self, step: int) -> None:
        item = self.chooser.value
        if item is None:
            self.words.value = status("先在上面选一项，再移动。")
            return
        at = self._items.index(item)
        to = min(max(at + step, 0), len(self._items) - 1)
        self._items.insert(to, self._items.pop(at))
        self._draw(item)
        self._changed()

    def _draw(self, chosen: str | None) -> None:
        ranks = [f"{n}. {item}" for n, item in enumerate(self._items, 1)]
        numbered = "；".join(ranks)
        with self.chooser.hold_sync():
            self.chooser.options = list(zip(ranks, self._items, strict=True))
            self.chooser.value = chosen
        self.words.value = status(f"现在的顺序：{escape(numbered)}")


class Pair(w.VBox):
    """A verdict and a reason; no answer until both are given."""

    todo = "判断和理由都要选"

    def __init__(self, verdicts: Sequence[str], reasons: Sequence[str]):
        self.verdict = OneOf(verdicts, label="判断", across=True)
        self.reason = OneOf(reasons, label="理由")
        super().__init__([self.verdict, self.reason])

    def read(self) -> list[str] | None:
        both = [self.verdict.read(), self.reason.read()]
        return None if None in both else both

    def show(self, value: object) -> None:
        both = value if isinstance(value, list) and len(value) == 2 else [None, None]
        for part, given in zip(self.children, both, strict=True):
            part.show(given)
        if self.read() is None:
            self.verdict.value = self.reason.value = None

    def watch(self, changed: Callable[[], None]) -> None:
        self.verdict.watch(changed)
        self.reason.watch(changed)


class Words(w.Textarea):
    """A few sentences of the trainee's own."""

    def __init__(self, label: str):
        super().__init__(
            description=label,
            continuous_update=False,
            rows=3,
            layout={"width": "100%", "max_width": "50em"},
            style={"description_width": "initial"},
        )

    def read(self) -> str | None:
        return self.value.strip() or None

    def show(self, value: object) -> None:
        self.value = value if isinstance(value, str) else ""

    def watch(self, changed: Callable[[], None]) -> None:
        self.observe(lambda _: changed(), "value")
