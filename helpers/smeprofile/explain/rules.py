"""The rules in the order they are tried; the first that fits has the word."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from smeprofile.explain import names, syntax
from smeprofile.explain.case import Case, NotebookLike, plain_message, short
from smeprofile.explain.phrases import VALUES, said
from smeprofile.explain.words import ASK, KINDS, RUN_ALL, Told

_UNKNOWN = ("代码运行出错", "前面某一步的结果不对，或这段代码的写法不对。")
_READ_AGAIN = "再看一遍题目和提示。"
_AS_WRITTEN = {"TypeError", "SyntaxError", "MergeError"}  # running again ends the same way


def explain_error(
    kind: str,
    message: str,
    *,
    source: str = "",
    line: int | None = None,
    notebook: NotebookLike | None = None,
    namespace: Collection[str] = (),
    cell_id: str = "",
    within: tuple[str, int, str] | None = None,
) -> Told:
    """Return what the error ``kind``: ``message`` means; never raises.

    ``source`` is the cell that was running and ``line`` the line in it, counted from 1; where it
    called a function of another cell that failed, ``within`` is that function's name, the line in
    its cell and the code there. ``cell_id`` tells the running cell from others with its source.
    ``namespace`` holds the names there are where one was missing: variables for a NameError,
    columns or keys for a KeyError, attributes for an AttributeError.

    >>> explain_error("NameError", "name 'custmers' is not defined", namespace=["customers"]).cause
    '可能是名字打错了：有一个相近的名字 customers。'
    >>> explain_error("SyntaxError", "invalid character '（' (U+FF08)", source="print（1)").what
    '第 1 行第 6 个字符是中文左括号「（」，Python 不认识。'
    """
    message = plain_message(message)
    if told := _said_already(kind, message):
        return told
    cells = notebook.cells if notebook else ()
    case = syntax.completed(
        Case(kind, message, source, line, cells, set(namespace), cell_id, within)
    )
    told = next(told for rule in _RULES if (told := rule(case)))
    return _placed(told, case)


_OURS = ("LearnerError", "RunStopped", "Uncrossable")  # of a trial: their names say nothing


def one_line(kind: str, message: str) -> str:
    """Return one Chinese sentence for an error of type ``kind`` with the given message.

    An assertion's message is meant for the learner already and is returned as it is.

    >>> one_line("AssertionError", "应为 5 行：是不是漏了缺失值？")
    '应为 5 行：是不是漏了缺失值？'
    >>> one_line("NameError", "name 'answer' is not defined")
    '变量 answer 还没有定义：可能还没作答，或前面的单元没有运行成功'
    >>> one_line("KeyError", "'行业'")
    "找不到这个列名或键（KeyError: '行业'）"
    """
    message = plain_message(message)
    if kind == "AssertionError":
        return message or KINDS[kind][0]
    unknown = re.match(r"name '(.+?)' is not defined", message)
    if kind == "NameError" and unknown:
        return f"变量 {unknown[1]} 还没有定义：可能还没作答，或前面的单元没有运行成功"
    return _in_short(kind, message)


def _in_short(kind: str, message: str) -> str:
    what = KINDS.get(kind, _UNKNOWN)[0]
    if kind in _OURS:
        return what if kind != "RunStopped" or not message else message
    return f"{what}（{kind}: {message}）" if message else f"{what}（{kind}）"


def _said_already(kind: str, message: str) -> Told | None:
    """Some messages are meant for people; an interruption is no error."""
    if kind == "AssertionError" and message:
        return Told(f"检查未通过：{message}")
    if kind == "UserError" and message:
        return Told(message)
    if kind in ("KeyboardInterrupt", "CancelledError"):
        return Told("你停止了运行，这不是错误。要继续，就重新运行这个单元格。")
    return None


def _said_by_message(case: Case) -> Told | None:
    return said(case, VALUES.get(case.kind, ()))


def _by_kind(case: Case) -> Told:
    what, cause, *advice = KINDS.get(case.kind, _UNKNOWN)
    if advice:
        return Told(f"{what}。", cause, tuple(advice))
    again = () if case.kind in _AS_WRITTEN else (RUN_ALL,)
    what = f"{_in_short(case.kind, short(case.message))}。"
    return Told(what, cause, (*again, _READ_AGAIN, ASK))


def _placed(told: Told, case: Case) -> Told:
    """Return ``told`` with the line that failed, where there is more than one."""
    if not told.cause or told.what.startswith("第 "):
        return told
    if case.within:
        name, line, code = case.within
        place = f"函数 {name} 所在单元格的第 {line} 行 {short(code)}"
    elif case.code_line and "\n" in case.source.strip():
        place = f"第 {case.line} 行 {short(case.code_line)}"
    else:
        return told
    return replace(told, what=f"{place}：{told.what}")


_RULES: tuple[Callable[[Case], Told | None], ...] = (
    syntax.explain,
    names.blank,
    names.variable,
    names.key,
    names.attribute,
    names.library,
    _said_by_message,
    _by_kind,
)
