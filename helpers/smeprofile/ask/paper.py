"""A test paper as one widget: an item at a time, kept at every change, taken up where it was left."""

from collections.abc import Callable
from html import escape

import ipywidgets as w
from IPython.display import display

from smeprofile.answers import here
from smeprofile.ask.controls import Number, OneOf, Pair, SomeOf, button, not_a_number, status
from smeprofile.ask.question import Shown
from smeprofile.errors import UserError
from smeprofile.items import VERDICTS, Question, load_paper, seat_of, variant_at
from smeprofile.learner import learner_name
from smeprofile.params import load_cohort

_HOW = {
    "single": "单选",
    "multiple": "多选：全部选对才得分",
    "numeric": "填数",
    "judge": "判断并选理由：都对才得分",
}


def paper(form: str) -> dict[str, object]:
    """Display the paper ``form`` and return what is given, a dict that follows the widget.

    It holds ``seat``; ``reached``, how many items were shown; ``answers``, item → response; and
    ``finished``, "是" once handed in by the button. Raises ``UserError`` for an unknown form.

    >>> paper("mid")
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 没有名为 mid 的试卷。只有 pre 和 post。
    """
    if notice := here().notice:
        print(notice)
    shown = PaperForm(form)
    display(shown)
    return shown.result


class PaperForm(Shown):
    """The paper ``form`` at this learner's seat; ``result`` always holds what is given now."""

    def __init__(self, form: str):
        super().__init__("paper")
        self.form, self.paper = form, load_paper(form)
        saved = here().get(form)
        self.result = self._read(saved and saved.value)
        self._known = dict(self.result["answers"])  # as the file had them when last looked at
        self.at = self._first_open()
        self.words = w.HTML()
        actions = {"上一题": self.back, "下一题": self.next, "清空本题": self.clear,
                   "到没答的题": self.to_open, "交卷": self.finish}  # fmt: skip
        self.buttons = {text: button(text, action) for text, action in actions.items()}
        self.row = w.HBox(list(self.buttons.values()))
        self.row.add_class("sme-ask-buttons")
        self._reach()
        self._draw()
        self._say("")

    def back(self) -> None:
        """Go to the item before."""
        self._go(self.at - 1)

    def next(self) -> None:
        """Go to the next item."""
        self._go(self.at + 1)

    def to_open(self) -> None:
        """Go to the first item without an answer."""
        self._go(self._first_open())

    def clear(self) -> None:
        """Take the answer of this item back."""
        self.result["answers"].pop(self._item.name, None)
        self._draw()
        self._keep("本题清空了。")

    def finish(self) -> None:
        """Say that the paper is done; it may still be changed until it is handed in."""
        left = len(self.paper.items) - len(self.result["answers"])
        self.result["finished"] = "是"
        note = f"还有 {left} 题没有答，算未答，不得分。" if left else "每一题都答了。"
        self._keep(f"记下了：答完了。{note}交作业以前都可以改。接着运行下面的检查。")

    def fallback(self) -> str:
        """Return how far the paper is, as HTML."""
        return f"<p>{self.paper.title}：{self._progress()}。运行这一格，试卷就会出现。</p>"

    def _read(self, value: object) -> dict[str, object]:
        """Return of a saved ``value`` what can be shown again."""
        value = value if isinstance(value, dict) else {}
        answers = value.get("answers") if isinstance(value.get("answers"), dict) else {}
        reached = value.get("reached")
        seat = value["seat"] if isinstance(value.get("seat"), str) else _own_seat()
        return {
            "seat": seat,
            "reached": reached if type(reached) is int else 0,
            "answers": {
                item.name: answers[item.name]
                for item in self.paper.items
                if _fits(item, answers.get(item.name), seat)
            },
            "finished": "是" if value.get("finished") == "是" else None,
        }

    def _first_open(self) -> int:
        given = self.result["answers"]
        return next((n for n, q in enumerate(self.paper.items) if q.name not in given), 0)

    @property
    def _item(self) -> Question:
        return self.paper.items[self.at]

    def _go(self, to: int) -> None:
        if not 0 <= to < len(self.paper.items):
            self._say("这已经是最后一题。" if to > 0 else "这已经是第一题。")
            return
        self.at = to
        self._keep("")  # first, as another open copy may have answered this item
        self._draw()

    def _draw(self) -> None:
        """Show the item in one step: no head of one item ever stands over another's control."""
        item = self._item
        shown = item.variants[variant_at(self.result["seat"], item.name)]
        count = f"第 {self.at + 1} / {len(self.paper.items)} 题"
        head = w.HTML(f"<b>{self.paper.title}　{count}</b>（{_HOW[item.kind]}）")
        stem = w.HTML(f'<div class="sme-ask-prompt">{_plain(shown.stem)}</div>')
        control, read, show = _control(item, shown.order)
        show(self.result["answers"].get(item.name))
        control.watch(lambda: self._changed(item, read))  # its own item's, however late it comes
        self.buttons["上一题"].disabled = self.at == 0
        self.buttons["下一题"].disabled = self.at == len(self.paper.items) - 1
        self.children = [head, stem, control, self.row, self.words]

    def _changed(self, item: Question, read: Callable[[], object]) -> None:
        value = read()
        words = "已保存。"
        if isinstance(value, str):  # what was there before is on the screen no more
            words = f"{not_a_number(value, item.unit)}这题现在算没有答。"
            value = None
        if value is None:
            self.result["answers"].pop(item.name, None)
        else:
            self.result["answers"][item.name] = value
        self._keep(words)

    def _reach(self) -> None:
        self.result["reached"] = max(self.result["reached"], self.at + 1)

    def _keep(self, words: str) -> None:
        """Keep what was done here; of the other items, take what another open copy has kept."""
        self._reach()
        try:
            kept = here().update(self.form, self._merged).value
        except UserError as error:
            words = f"注意：{escape(str(error))}"
        else:
            self.result.update(kept)
            self._known = dict(kept["answers"])
        self._say(words)

    def _merged(self, value: object) -> dict[str, object]:
        theirs, mine = self._read(value), self.result["answers"]
        touched = {n for n in mine.keys() | self._known.keys() if mine.get(n) != self._known.get(n)}
        answers = {n: a for n, a in theirs["answers"].items() if n not in touched}
        return {
            "seat": self.result["seat"],
            "reached": max(theirs["reached"], self.result["reached"]),
            "answers": answers | {n: a for n, a in mine.items() if n in touched},
            "finished": theirs["finished"] or self.result["finished"],
        }

    def _progress(self) -> str:
        return f"已答 {len(self.result['answers'])} / {len(self.paper.items)}"

    def _say(self, words: str) -> None:
        self.words.value = status(f"{words}{self._progress()}。")


def _fits(item: Question, answer: object, seat: str) -> bool:
    """Return whether the item's control can show ``answer``: what it can't isn't answered."""
    order = item.variants[variant_at(seat, item.name)].order
    match item.kind:
        case "numeric":
            return type(answer) in (int, float)
        case "single":
            return type(answer) is int and answer in order
        case "multiple":
            return isinstance(answer, list) and bool(answer) and all(
                type(one) is int and one in order for one in answer
            )  # fmt: skip
    return answer in [[v, o] for v in range(len(VERDICTS)) for o in order]


def _own_seat() -> str:
    try:
        who = learner_name()
    except UserError:  # a system user with a Chinese name, say
        who = ""
    return seat_of(load_cohort().cohort_id, who)


def _plain(stem: str) -> str:
    return "<br>".join(map(escape, stem.split("<br>")))


def _control(
    item: Question, order: list[int]
) -> tuple[w.Widget, Callable[[], object], Callable[[object], None]]:
    """Return an item's control, and how its answer is read and shown in the paper's terms."""
    labels = {at: item.options[at] for at in order}
    match item.kind:
        case "numeric":
            control = Number("你的答案", unit=item.unit, at_once=False)
            return control, control.read, control.show
        case "single":
            control = OneOf(labels)
            return control, control.read, control.show
        case "multiple":
            control = SomeOf(labels)
            return control, lambda: _sorted(control.read()), control.show
    control = Pair(VERDICTS, [item.options[at] for at in order])

    def read() -> list[int] | None:
        both = control.read()
        return both and [VERDICTS.index(both[0]), item.options.index(both[1])]

    def show(value: object) -> None:
        control.show(value and [VERDICTS[value[0]], item.options[value[1]]])

    return control, read, show


def _sorted(value: list[int] | None) -> list[int] | None:
    return sorted(value) if value else None
