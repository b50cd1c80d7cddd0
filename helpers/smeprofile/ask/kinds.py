"""Self-check questions: what may be answered, and how each answer is judged and explained."""

import ast
import hashlib
import math
from collections.abc import Mapping, Sequence
from html import escape

from smeprofile.ask.controls import Number, OneOf, Order, Pair, SomeOf, not_a_number
from smeprofile.ask.question import Question, Verdict, right, wrong

KEYED = ("single", "multiple", "numeric", "ordering", "judge")
_SLACK = 1e-9  # 0.1 + 0.2 is as good as 0.3


def single(
    name: str,
    prompt: str,
    options: Sequence[str],
    *,
    key: str,
    why: Mapping[str, str] | None = None,
    hints: Sequence[str] = (),
) -> Question:
    """Return a question with one right option. ``why`` says of each option why it is so.

    Prompt, reasons and hints are HTML, options are plain text.

    >>> question = single("a", "先查什么？", ["流水", "抵押物"], key="流水")
    >>> question.judge("抵押物").outcome
    'wrong'
    """
    why = _about(options, [key], why)

    def judge(choice: str) -> Verdict:
        return (right if choice == key else wrong)(why.get(choice, ""))

    return Question("single", name, prompt, OneOf(options), judge, hints)


def multiple(
    name: str,
    prompt: str,
    options: Sequence[str],
    *,
    key: Sequence[str],
    why: Mapping[str, str] | None = None,
    hints: Sequence[str] = (),
) -> Question:
    """Return a question where all options of ``key``, and no others, are right.

    >>> question = multiple("a", "看什么？", ["流水", "票据", "属相"], key=["流水", "票据"])
    >>> question.judge(["流水"]).words
    '✗ 不对。还有该选的没有选。'
    """
    why = _about(options, key, why)

    def judge(choices: list[str]) -> Verdict:
        extra = [choice for choice in choices if choice not in key]
        if len(choices) == len(key) and not extra:
            return right(_reasons(choices, why))
        missing = "" if len(choices) - len(extra) == len(key) else "还有该选的没有选。"
        unfit = f"有 {len(extra)} 项不该选。" if extra else ""
        return wrong(unfit + missing + _reasons(extra, why))

    return Question("multiple", name, prompt, SomeOf(options), judge, hints)


def numeric(
    name: str,
    prompt: str,
    *,
    key: float,
    tolerance: float = 0,
    unit: str = "",
    why: str = "",
    near: Mapping[float, str] | None = None,
    hints: Sequence[str] = (),
) -> Question:
    """Return a question for a number in ``unit``, right within ``tolerance`` of ``key``.

    ``near`` maps a typical wrong number to what likely went wrong.

    >>> question = numeric("a", "票流比？", key=0.8, near={1.25: "除反了。"})
    >>> question.judge(1.25).words
    '✗ 不对。除反了。'
    """

    def is_close(value: float, to: float) -> bool:
        return math.isclose(value, to, rel_tol=_SLACK, abs_tol=tolerance * (1 + _SLACK))

    def judge(value: float | str) -> Verdict:
        if isinstance(value, str):
            return Verdict("error", not_a_number(value, unit))
        if is_close(value, key):
            return right(why)
        return wrong(next((text for to, text in (near or {}).items() if is_close(value, to)), ""))

    question = Question("numeric", name, prompt, Number("你的答案", unit=unit), judge, hints)
    question.control.on_enter(question.check)
    return question


def ordering(
    name: str,
    prompt: str,
    items_as_shown: Sequence[str],
    *,
    key: Sequence[str],
    why: str = "",
    hints: Sequence[str] = (),
) -> Question:
    """Return a question where the items are to be put into the order of ``key``.

    >>> question = ordering("a", "先后？", ["放款", "审批", "进件"], key=["进件", "审批", "放款"])
    >>> question.judge(["进件", "放款", "审批"]).words
    '✗ 不对。从第 2 项起，先后不对。'
    """
    key = list(key)
    if sorted(key) != sorted(items_as_shown) or key == list(items_as_shown):
        raise ValueError(f"key 要和 items_as_shown 是同样几项，先后不同：{key}")

    def judge(order: list[str]) -> Verdict:
        if order == key:
            return right(why)
        first = next(n for n, item in enumerate(order) if item != key[n])
        return wrong(f"从第 {first + 1} 项起，先后不对。")

    return Question("ordering", name, prompt, Order(items_as_shown), judge, hints)


def judge(
    name: str,
    prompt: str,
    *,
    verdicts: Sequence[str] = ("对", "错"),
    reasons: Sequence[str],
    key: tuple[str, str],
    why: Mapping[str, str] | None = None,
    hints: Sequence[str] = (),
) -> Question:
    """Return a judgement with its reason; both must be right. ``key`` is (verdict, reason).

    Reasons are shown in an order of the question's own, whichever its author wrote first.

    >>> question = judge("a", "流水大就是好客户。", reasons=["可能过账", "没有抵押"], key=("错", "可能过账"))
    >>> question.judge(["错", "没有抵押"]).words
    '✗ 判断对，理由不对。再读一遍题目，或看看提示。'
    """
    why = _about([*verdicts, *reasons], key, why)

    def judged(answer: list[str]) -> Verdict:
        fits = [given == expected for given, expected in zip(answer, key, strict=True)]
        if all(fits):
            return right("".join(why.get(given, "") for given in answer))
        said = [why.get(given, "") for given, fit in zip(answer, fits, strict=True) if not fit]
        return wrong("".join(said), what=_FITS[tuple(fits)])

    return Question("judge", name, prompt, Pair(verdicts, _dealt(name, reasons)), judged, hints)


def _dealt(name: str, reasons: Sequence[str]) -> list[str]:
    """Return the reasons in an order that follows from their words: authors put the right one first."""
    return sorted(reasons, key=lambda reason: hashlib.sha256(f"{name}/{reason}".encode()).digest())


_FITS = {
    (True, False): "判断对，理由不对",
    (False, True): "判断不对，理由对",
    (False, False): "判断和理由都不对",
}


def names(source: str) -> list[str]:
    """Return the names of the questions with a key that a code cell asks, in order.

    >>> names('from smeprofile import ask\\nask.single("cash_flow", "题干", [], key="")')
    ['cash_flow']
    """
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    found = [call.args[0].value for call in calls if _is_question(call)]
    return list(dict.fromkeys(found))


def _is_question(call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="ask"), attr=kind),
            args=[ast.Constant(value=str()), *_],
        ):
            return kind in KEYED
    return False


def _about(
    options: Sequence[str], key: Sequence[str], why: Mapping[str, str] | None
) -> Mapping[str, str]:
    """Return the reasons; ``ValueError`` if they or the key speak of no such option."""
    strange = {*key, *(why or {})} - set(options)
    if strange or not key:
        raise ValueError(f"key 和 why 只能用题目里的选项，没有：{sorted(strange)}")
    return why or {}


def _reasons(choices: Sequence[str], why: Mapping[str, str]) -> str:
    return "".join(f"<p>{escape(c)}：{why[c]}</p>" for c in choices if why.get(c))
