"""One item that a trainee answers: prompt, control, buttons, a line that says what happened."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

import ipywidgets as w

from smeprofile.answers import Answer, Outcome, here
from smeprofile.ask.controls import button, in_words, status
from smeprofile.errors import UserError

_OUTCOMES = {"right": "对", "wrong": "不对", "error": "读不懂"}
_RUN = "运行这一格，题目就会出现。"


class Shown(w.VBox):
    """A box of widgets with a static page in its place, where no kernel runs: saved, exported."""

    def __init__(self, kind: str, children: Sequence[w.Widget] = ()):
        super().__init__(children)
        self.add_class("sme-ask")
        self.add_class(f"sme-ask-{kind}")

    def fallback(self) -> str:
        """Return the static page as HTML."""
        return "".join(child.fallback() for child in self.children if isinstance(child, Shown))

    def __repr__(self) -> str:
        return f"题目：{_RUN}"

    def _repr_mimebundle_(self, **kwargs: object) -> dict:
        return super()._repr_mimebundle_(**kwargs) | {"text/html": self.fallback()}


class Item(Shown):
    """A named item whose answer is kept in ``answers.json`` and comes back when shown again."""

    def __init__(self, kind: str, name: str, prompt: str, control: w.Widget):
        super().__init__(kind)
        self.kind, self.name, self.prompt, self.control = kind, name, prompt, control
        self.status = w.HTML()
        self._forgotten: Answer | None = None
        self._is_showing = False

    def lay_out(self, buttons: Mapping[str, Callable[[], None]], *more: w.Widget) -> None:
        """Place the parts, in reading order, and show what is saved."""
        self.buttons = {text: button(text, action) for text, action in buttons.items()}
        row = w.HBox(list(self.buttons.values()))
        row.add_class("sme-ask-buttons")
        prompt = w.HTML(f'<div class="sme-ask-prompt">{self.prompt}</div>' if self.prompt else "")
        self.children = [prompt, self.control, row, *more, self.status]
        self.show_saved()
        if here().notice:
            self.say("")

    def saved(self) -> Answer | None:
        """Return the answer as kept."""
        return here().get(self.name)

    def show_saved(self) -> None:
        """Bring the control to the saved answer, without taking that for a change."""
        answer = self.saved()
        with self.showing():
            self.control.show(answer and answer.value)

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Take what happens to the control meanwhile for no change by the trainee."""
        self._is_showing = True
        try:
            yield
        finally:
            self._is_showing = False

    def follow(self) -> None:
        """Call ``changed`` whenever the trainee, not we, changes the control."""
        self.control.watch(lambda: self._is_showing or self.changed())

    def changed(self) -> None:
        """Do what a change of the control calls for."""
        raise NotImplementedError

    def say(self, html: str, write: Callable[[], object] | None = None, *, done: str = "") -> bool:
        """Do what ``write`` does, say ``html``, then ``done`` or why it wasn't; return whether."""
        trouble = None
        try:
            if write:
                write()
        except UserError as error:
            trouble = str(error)
        note = trouble or here().notice
        told = f"<p>注意：{escape(note)}</p>" if note else ""
        self.status.value = status(html + ("" if trouble else done) + told)
        return trouble is None

    def undo(self) -> None:
        """Go back to the answer before; right after ``redo``, to the one that was forgotten."""
        forgotten, answer = self._forgotten, self.saved()
        if forgotten is None and (answer is None or answer.value is None):
            self.say("没有可以撤销的作答。")
        elif forgotten is None:
            self.stepped_back(lambda: here().undo(self.name))
        elif self.stepped_back(lambda: here().restore(self.name, forgotten)):
            self._forgotten = None

    def stepped_back(self, step: Callable[[], object]) -> bool:
        """Take the ``step`` and show where it led; return whether that worked."""
        done = self.say("", step, done="已撤销。")
        self.show_saved()
        return done

    def redo(self) -> None:
        """Forget the answer; ``undo`` brings it back as long as this widget lives."""
        self._forgotten = self.saved() or self._forgotten
        words = "已清空，可以重新作答。按「撤销」能找回。"
        self.say("", lambda: here().reset(self.name), done=words)
        self.show_saved()

    def fallback(self) -> str:
        """Return the prompt and the saved answer as HTML."""
        answer = self.saved()
        lines = [f"<div>{self.prompt}</div>", f"<p>{_RUN}</p>"]
        if answer and answer.value is not None:
            judged = f"（{_OUTCOMES[answer.outcome]}）" if answer.outcome else ""
            lines.append(f"<p>已保存的回答：{escape(in_words(answer.value))}{judged}</p>")
        return "".join(lines)


@dataclass(frozen=True)
class Verdict:
    """How an answer was judged, and what to say about it as HTML."""

    outcome: Outcome
    words: str


def right(why: str = "") -> Verdict:
    """Return the verdict on a right answer.

    >>> right("订单是真的").words
    '✓ 对。订单是真的'
    """
    return Verdict("right", f"✓ 对。{why}")


def wrong(why: str = "", *, what: str = "不对") -> Verdict:
    """Return the verdict on a wrong answer.

    >>> wrong().words
    '✗ 不对。再读一遍题目，或看看提示。'
    """
    return Verdict("wrong", f"✗ {what}。{why or '再读一遍题目，或看看提示。'}")


class Question(Item):
    """An item with a key: checked on demand, with hints and explanations."""

    def __init__(
        self,
        kind: str,
        name: str,
        prompt: str,
        control: w.Widget,
        judge: Callable[[object], Verdict],
        hints: Sequence[str],
    ):
        super().__init__(kind, name, prompt, control)
        self.judge, self.hints = judge, tuple(hints)
        self.tiers = w.HTML()
        hint = {"提示": self.hint} if hints else {}
        actions = {"检查": self.check} | hint | {"撤销": self.undo, "重做": self.redo}
        self.lay_out(actions, self.tiers)
        answer, value = self.saved(), self.control.read()
        if answer and answer.outcome and value is not None:
            self.say(self.judge(value).words)
        self.follow()

    def changed(self) -> None:
        """Take the verdict away: it was on another answer."""
        self.say("")

    def check(self) -> None:
        """Judge the present answer, keep it and say why."""
        value = self.control.read()
        if value is None:
            self.say(f"还没有作答。{self.control.todo}，再按「检查」。")
            return
        self._forgotten = None
        self._judged(value)
        self._draw_hints()  # another widget of this name may have opened some

    def undo(self) -> None:
        """Go back to the last checked answer, or from there to the one before."""
        value, answer = self.control.read(), self.saved()
        if value is not None and answer and answer.value not in (None, value):
            self.show_saved()
            if (again := self.control.read()) is None:  # the options are others by now
                self.say("上次的回答和现在的题目对不上，请重新作答。")
                return
            self._judged(again, "已改回上次检查的回答。", counts=False)
        else:
            super().undo()

    def stepped_back(self, step: Callable[[], object]) -> bool:
        """Take the ``step``, show where it led, and judge that answer anew."""
        done = super().stepped_back(step)
        if done and (value := self.control.read()) is not None:
            self._judged(value, "已撤销。", counts=False)
        return done

    def hint(self) -> None:
        """Open the next hint; those seen stay visible."""
        seen = min(self._seen() + 1, len(self.hints))
        self._draw_hints(seen)
        try:
            here().hint(self.name, seen)
        except UserError as error:
            self.say(escape(str(error)))

    def show_saved(self) -> None:
        """Bring control and hints to what is saved."""
        super().show_saved()
        self._draw_hints()

    def _judged(self, value: object, before: str = "", *, counts: bool = True) -> None:
        verdict, put = self.judge(value), here().put
        keep = lambda: put(self.name, value, outcome=verdict.outcome, counts=counts)  # noqa: E731
        self.say(before + verdict.words, keep)

    def _seen(self) -> int:
        answer = self.saved()
        return min(answer.hints, len(self.hints)) if answer else 0

    def _draw_hints(self, seen: int | None = None) -> None:
        seen, n = self._seen() if seen is None else seen, len(self.hints)
        lines = [f"<p>提示 {i}：{text}</p>" for i, text in enumerate(self.hints[:seen], 1)]
        self.tiers.value = status("".join(lines)) if lines else ""
        if n:
            self.buttons["提示"].description = f"提示（{min(seen + 1, n)}/{n}）"
