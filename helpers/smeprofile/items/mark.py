"""Marking a paper: right, wrong, untried and not reached are kept apart, and never mixed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from IPython.display import HTML, display

from smeprofile.items.blueprint import blueprint
from smeprofile.items.item import is_right
from smeprofile.items.paper import Keys, Paper, variant_at

State = Literal["right", "wrong", "untried", "not_reached"]
STATES = {"right": "答对", "wrong": "答错", "untried": "未答", "not_reached": "未到达"}
TOLD = "smeprofile_told"  # marks an output of a check that its learner is to see
GAPS = {"known": "已掌握", "partly": "部分掌握", "gap": "缺口", "unknown": "未知"}


@dataclass(frozen=True)
class Response:
    """One item as one learner left it; ``mistake`` names what a wrong answer points to, or ""."""

    name: str
    module: str
    position: int  # from 1
    variant: int
    response: object  # None where there is none
    state: State
    mistake: str = ""

    @property
    def points(self) -> int:
        """1 for a right answer, else 0."""
        return int(self.state == "right")


@dataclass(frozen=True)
class Marked:
    """A marked paper."""

    seat: str
    responses: list[Response]

    @property
    def points(self) -> int:
        """The number of right answers."""
        return sum(response.points for response in self.responses)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Module → how many items ended in each state."""
        found: dict[str, Counter] = {}
        for response in self.responses:
            found.setdefault(response.module, Counter())[response.state] += 1
        return {m: {state: found[m][state] for state in STATES} for m in sorted(found)}


def mark(given: object, paper: Paper, keys: Keys) -> Marked:
    """Return the paper ``given`` marked. What it holds beyond the paper, or amiss, counts nothing.

    ``given``: ``{"seat": …, "reached": n, "answers": {item: response}}`` as ``ask.paper`` keeps it.
    ``reached`` is how many items were shown, one after the other: the rest is not reached.
    """
    given = given if isinstance(given, Mapping) else {}
    seat, reached, answers = (
        str(given.get("seat", ""))[:40],
        given.get("reached"),
        given.get("answers"),
    )
    answers = answers if isinstance(answers, Mapping) else {}
    reached = reached if type(reached) is int else 0
    last = max(
        (n for n, q in enumerate(paper.items, 1) if answers.get(q.name) is not None), default=0
    )
    responses = []
    for position, question in enumerate(paper.items, 1):
        variant = variant_at(seat, question.name)
        response = answers.get(question.name)
        key, mistakes = keys[question.name][variant]
        if response is None:
            state = "untried" if position <= max(reached, last) else "not_reached"
        else:
            state = "right" if is_right(question.kind, response, key) else "wrong"
        named = [n for result, n in mistakes if is_right(question.kind, response, result)]
        mistake = named[0] if state == "wrong" and named else ""
        responses.append(Response(question.name, question.module, position, variant, response,
                                  state, mistake))  # fmt: skip
    return Marked(seat, responses)


def gap_of(counts: Mapping[str, int]) -> str:
    """Return what a module's counts say: "known", "partly", "gap", or "unknown" with no answer.

    >>> gap_of({"right": 1, "wrong": 0, "untried": 1, "not_reached": 0})
    'partly'
    >>> gap_of({"right": 0, "wrong": 0, "untried": 2, "not_reached": 0})
    'unknown'
    """
    right, wrong = counts.get("right", 0), counts.get("wrong", 0)
    if not right + wrong:
        return "unknown"
    if right == sum(counts.values()):
        return "known"
    return "partly" if right else "gap"


def gap_map_html(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Return the gap map as an HTML table that can be read back (see :func:`read_gap_map`)."""
    head = "".join(f'<th scope="col">{t}</th>' for t in ("模块", *STATES.values(), "判断"))
    rows = "".join(
        f'<tr data-gap-module="{escape(m)}"'
        + "".join(f' data-{state.replace("_", "-")}="{int(c.get(state, 0))}"' for state in STATES)
        + f'><th scope="row">{escape(m)} {escape(blueprint().topic(m).title)}</th>'
        + "".join(f"<td>{int(c.get(state, 0))}</td>" for state in STATES)
        + f"<td>{GAPS[gap_of(c)]}</td></tr>"
        for m, c in counts.items()
    )
    return f'<table class="sme-gaps"><tr>{head}</tr>{rows}</table>'


def told(marked: Marked) -> str:
    """Return what a learner is told of a marked paper, as HTML: the map and likely mistakes, no key."""
    mistakes = Counter(r.mistake for r in marked.responses if r.mistake)
    named = "；".join(escape(m) for m, _ in mistakes.most_common(6))
    likely = f"<p>最像是这些误解：{named}。</p>" if named else ""
    total = len(marked.responses)
    return (
        f"<p>答对 {marked.points} / {total} 题。每个模块只有 2–3 题：下表是提示，不是结论。"
        "一题都没答的模块记「未知」，不算不会。</p>" + gap_map_html(marked.counts) + likely
    )


def tell(marked: Marked) -> None:
    """Display what a learner is told, marked so that the feedback page keeps it."""
    display(HTML(told(marked)), metadata={TOLD: True})
