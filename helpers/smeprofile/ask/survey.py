"""Questions without a key: what a trainee thinks is kept, never judged."""

from collections.abc import Callable, Mapping, Sequence

import ipywidgets as w

from smeprofile.answers import here
from smeprofile.ask.controls import Number, OneOf, SomeOf, Words, not_a_number
from smeprofile.ask.question import Item, Shown


class Survey(Item):
    """An item that is kept as soon as it is given; ``refuse`` says what can't be kept, or None."""

    def __init__(
        self,
        kind: str,
        name: str,
        prompt: str,
        control: w.Widget,
        refuse: Callable[[object], str | None] = lambda _: None,
    ):
        super().__init__(kind, name, prompt, control)
        self.refuse = refuse
        typed = isinstance(control, w.Text | w.Textarea)
        self.lay_out({"保存": self.changed} if typed else {})
        self.follow()

    def changed(self) -> None:
        """Keep the answer, or say why not."""
        value, answer = self.control.read(), self.saved()
        if value is None and answer is None:
            self.say("还没有填写。")
        elif problem := self.refuse(value):
            self.say(f"没有保存。{problem}")
        else:
            self.say("", lambda: here().put(self.name, value, counts=False), done="已保存。")


def pick(name: str, prompt: str, options: Sequence[str] | Mapping[str, str]) -> Survey:
    """Return a choice of one option, none of them right or wrong; of a mapping code → label.

    >>> pick("role", "你的岗位？", ["客户经理", "分析岗"]).control.read() is None
    True
    """
    return Survey("pick", name, prompt, OneOf(options))


def tick(name: str, prompt: str, options: Mapping[str, str], most: int) -> Survey:
    """Return a choice of up to ``most`` options, code → label; the answer is a list of codes.

    >>> tick("tasks", "你做哪些事？", {"visit": "走访"}, most=3).control.read() is None
    True
    """

    def refuse(value: list[str] | None) -> str | None:
        n = len(value or [])
        return f"至多选 {most} 项，现在 {n} 项。请先去掉 {n - most} 项。" if n > most else None

    return Survey("tick", name, f"{prompt}（至多 {most} 项）", SomeOf(options), refuse)


def rating(name: str, prompt: str, low: str = "低", high: str = "高", top: int = 5) -> Survey:
    """Return a scale from 1, ``low``, to ``top``, ``high``; the answer is the number.

    >>> [label for label, _ in rating("useful", "有用吗？", "没用", "有用", 3).control.options]
    ['1 没用', '2', '3 有用']
    """
    words = {1: f"1 {low}", top: f"{top} {high}"}
    labels = {n: words.get(n, str(n)) for n in range(1, top + 1)}
    return Survey("rating", name, prompt, OneOf(labels, across=True))


def text(name: str, prompt: str, max_chars: int = 500) -> Survey:
    """Return a field for at most ``max_chars`` characters of the trainee's own.

    >>> text("wish", "还想学什么？").control.description
    '你的回答（至多 500 字）'
    """

    def refuse(value: str | None) -> str | None:
        length = len(value or "")
        return f"至多 {max_chars} 字，现在 {length} 字。" if length > max_chars else None

    return Survey("text", name, prompt, Words(f"你的回答（至多 {max_chars} 字）"), refuse)


def course_feedback() -> Shown:
    """Return the questions that end the course.

    >>> [item.name for item in course_feedback().children]
    ['course_satisfied', 'course_used', 'course_recommend', 'course_change']
    """
    items = [
        rating("course_satisfied", "总的来说，你对这门课满意吗？", "很不满意", "很满意"),
        rating("course_used", "学到的东西，下个月在岗位上用得上吗？", "用不上", "马上要用"),
        rating("course_recommend", "你会向同事推荐这门课吗？", "不会", "一定会"),
        text("course_change", "只能改一处的话，改哪里？（可空）", max_chars=500),
    ]
    return Shown("feedback", items)


def lesson_feedback() -> Shown:
    """Return the five questions that end every lesson.

    >>> [item.name.removeprefix("feedback_") for item in lesson_feedback().children]
    ['useful', 'difficulty', 'use', 'minutes', 'unclear']
    """

    def refuse(value: object) -> str | None:
        if isinstance(value, str):
            return not_a_number(value, "分钟")
        return None if value is None or 0 <= value <= 6000 else "分钟数应在 0 到 6000 之间。"

    minutes = Number("用时", unit="分钟，可空", at_once=False)
    items = [
        rating("feedback_useful", "这一课有用吗？", "没用", "很有用"),
        rating("feedback_difficulty", "这一课难吗？", "很容易", "很难"),
        rating("feedback_use", "这一课的内容，下个月在岗位上用得上吗？", "用不上", "马上要用"),
        Survey("minutes", "feedback_minutes", "这一课用了多少分钟？", minutes, refuse),
        text("feedback_unclear", "最没讲清楚的一点是什么？（可空）", max_chars=500),
    ]
    return Shown("feedback", items)
