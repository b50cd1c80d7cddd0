"""Names that aren't there: variables, columns, attributes, libraries — and answers not yet given."""

import builtins
import keyword
import re
import sys

from smeprofile.explain.case import Case, close_to, defined, is_blank, short, used
from smeprofile.explain.phrases import ASK_FIRST, NO_TEXT, NOT_CALLED, TYPES
from smeprofile.explain.words import CHANGE_KERNEL, RESTART, RUN_ABOVE, Told

_USUAL = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "sns": "import seaborn as sns",
    "sp": "import smeprofile as sp",
}
_STANDARD = {"collections", "datetime", "itertools", "json", "math", "os", "random", "re", "sys"}
_LIBRARIES = {"pandas", "numpy", "matplotlib", "seaborn", "sklearn", "openpyxl", "smeprofile"}
# Of tables and columns, in versions of pandas that books and websites still teach.
_GONE = {"append": "pd.concat([甲, 乙])", "applymap": ".map(…)", "as_matrix": ".to_numpy()",
         "iteritems": ".items()", "ix": ".loc[…] 或 .iloc[…]", "sort": ".sort_values(…)"}  # fmt: skip
_AGAIN = "再运行这个单元格。"
_ANSWER_FIRST = ("先作答（写完删掉“pass”那一行），运行答题单元格。", _AGAIN)
_LISTED = 8  # columns named in a sentence


def blank(case: Case) -> Told | None:
    """Return what to say of an answer that was never given: ``____``, ``...`` or only the stub."""
    if re.match(r"name '_{3,}'", case.message):
        return _unfilled("____")
    if "'ellipsis'" in case.message:
        return _unfilled("...")
    if case.kind not in ("TypeError", "AttributeError") or "NoneType" not in case.message:
        return None
    what = "这里用到的结果是空值 None。"
    above = [n for n in case.unanswered() if used(case.source) & defined(case.cells[n].source)]
    if above or is_blank(case.source):
        where = _answer_cell(above[0], case) if above else "这个单元格"
        return Told(what, f"{where}还没有作答，所以没有结果。", _ANSWER_FIRST)
    lacking = re.search(r"no attribute '(\w+)'", case.message)
    if lacking and hasattr(str, lacking[1]):
        return Told(
            what,
            "表里这一格是空白；或者前面的函数忘了写 return，操作带了 inplace=True。",
            (ASK_FIRST, "函数最后一行写上 return 结果。"),
        )
    return Told(
        what,
        "前面的函数忘了写 return；或者把带 inplace=True 的操作、print 的结果赋给了变量。",
        (
            "看看这个变量是哪一行来的，用 print(变量) 看看它是不是 None。",
            "函数最后一行写上 return 结果。",
        ),
    )


def _unfilled(mark: str) -> Told:
    return Told(
        f"还有空没填：{mark}。",
        f"代码里的 {mark} 是留给你填的位置。",
        (f"把 {mark} 换成你的答案。", _AGAIN),
    )


def variable(case: Case) -> Told | None:
    """Return why a variable isn't there, and in which cell it would be defined."""
    if case.kind not in ("NameError", "UnboundLocalError"):
        return None
    if local := re.search(r"variable '(.+?)' where it is not associated", case.message):
        return Told(
            f"变量 {local[1]} 还没有值就用了。",
            f"函数里给 {local[1]} 赋过值，它就只属于这个函数，要先赋值再用。",
            ("在函数里先给它一个初值，或当作参数传进来。",),
        )
    missing = re.search(r"name '(.+?)' is not defined", case.message)
    if not missing:
        return None
    return _undefined(missing[1], case)


def _undefined(name: str, case: Case) -> Told:
    what = f"变量 {name} 还没有定义。"
    cells = case.defining(name)
    if above := [n for n in cells if n < case.current]:
        return _not_run(what, above[-1], case)
    if case.current in cells:
        return Told(
            what,
            "它在这个单元格里才定义，但用得太早，或者定义它的那一行没有运行到。",
            ("把定义它的那一行移到前面。",),
        )
    if cells:
        return Told(
            what,
            f"它在后面的单元格里才定义：{case.place(cells[0])}。",
            ("先运行那个单元格，或看看是不是跳过了一步。", _AGAIN),
        )
    if (nearest := case.directly_above()) in case.unanswered():
        return _not_answered(what, nearest, case)
    return _misspelt(what, name, case)


def _not_run(what: str, number: int, case: Case) -> Told:
    if number in case.unanswered():
        return _not_answered(what, number, case)
    return Told(
        what,
        f"它在前面的单元格里定义：{case.place(number)}。那个单元格还没有运行，或运行时出了错。",
        (RUN_ABOVE, _AGAIN),
    )


def _not_answered(what: str, number: int, case: Case) -> Told:
    where = _answer_cell(number, case)
    return Told(what, f"{where}还没有作答，或名字和题目要求的不一样。", _ANSWER_FIRST)


def _answer_cell(number: int, case: Case) -> str:
    return f"{case.section(number) or '上面'}的答题单元格"


def _misspelt(what: str, name: str, case: Case) -> Told:
    near = close_to(name, _known(name, case))
    if near and case.checking:
        return _renamed(what, name, near)
    if near:
        return Told(
            what,
            f"可能是名字打错了：有一个相近的名字 {near}。",
            (f"改成 {near}（大小写也要一样）。",),
        )
    if name in _USUAL or name in _LIBRARIES | _STANDARD:
        line = _USUAL.get(name, f"import {name}")
        return Told(what, "它是一个库，还没有导入。", (f"在最上面加一行 {line}，运行它。", _AGAIN))
    if not name.isascii():
        return Told(
            what,
            "如果它是一段文字或列名，两头少了英文引号；如果是变量，它还没有定义。",
            (f'文字和列名写成 "{name}"。', RUN_ABOVE),
        )
    return Told(
        what,
        "名字打错了，或定义它的单元格还没有运行。",
        (RUN_ABOVE, "对照前面的单元格，看看名字有没有写错。"),
    )


def _known(name: str, case: Case) -> set[str]:
    """Return the names that ``name`` may have been meant to be."""
    if case.checking:
        return defined(_answer(case))
    own = {*case.names, *case.all_defined()}
    # A shorter name is close to one of Python's own by chance.
    return own | {*vars(builtins), *keyword.kwlist} if len(name) > 3 else own


def _answer(case: Case) -> str:
    """Return the source of the answer that a check is about."""
    above = case.directly_above()
    return case.cells[above].source if above is not None else ""


def _renamed(what: str, name: str, near: str) -> Told:
    """Return what to say where a check misses ``name``: to rename there would spoil the check."""
    return Told(
        what,
        f"题目要的名字是 {short(name)}，答案里写成了 {short(near)}。",
        (f"把答题单元格里的 {short(near)} 改成 {short(name)}，运行它。", _AGAIN),
    )


def key(case: Case) -> Told | None:
    """Return which column or key is missing, and the ones there are."""
    if case.kind not in ("KeyError", "UndefinedVariableError") or not case.message:
        return None
    name, there = _key_named(case.message), sorted(case.names)
    what = f"找不到列或键 {short(name)}。"
    if case.message.startswith("local variable"):  # of query, with an @
        return _undefined(name, case)
    if case.kind == "UndefinedVariableError" and name in case.all_defined() | defined(case.source):
        return Told(
            what,
            "query、eval 的引号里，直接写的名字是列名；它却是一个变量。",
            (f"变量前面加 @：写成 @{short(name)}。",),
        )
    if case.checking:
        return _lacking(what, name, _answer(case))
    if re.fullmatch(r"-?\d+", name):
        return _no_row(what)
    if name in there:
        return _elsewhere(what, case.message)
    listed = "、".join(map(short, there[:_LISTED]))
    more = f" 等 {len(there)} 个" if len(there) > _LISTED else ""
    have = f"现有：{listed}{more}。" if there else ""
    if near := close_to(name, there):
        cause = f"名字写错了：有一个相近的 {short(near)}。{have}"
        return Told(what, cause, (f"改成 {short(near)}。",))
    return Told(
        what,
        f"名字写错了，或前面的步骤改过、删过它。{have}",
        ("用 表名.columns 看看有哪些列。", "名字要一模一样：空格、大小写、全角半角都算。"),
    )


def _key_named(message: str) -> str:
    """Return the first name in a list, as pandas tells most, else in quotes, else all there is."""
    quoted = re.search(r"\['?((?<=')[^']*|-?\d+)", message)
    quoted = quoted or re.search(r"'(?:Column not found: )?([^']*)'", message)
    return quoted[1] if quoted else message


def _lacking(what: str, name: str, answer: str) -> Told:
    written = set(re.findall(r"\w+", answer))
    if name not in written and (near := close_to(name, written)):
        return _renamed(what, name, near)
    return Told(
        what,
        "题目要有它，答案里却没有。",
        ("对照题目，在答题单元格里补上，运行它。", _AGAIN),
    )


def _no_row(what: str) -> Told:
    return Told(
        what,
        "没有这个行号、客户号或键：.loc 找的是行的名字，不是第几行；这一行也可能已经筛掉了。",
        (
            "按第几行取，用 .iloc[…]：从 0 数起，最后一行是 -1。",
            "用 表名.index 看看有哪些行；字典用 list(字典) 看看有哪些键。",
        ),
    )


def _elsewhere(what: str, message: str) -> Told:
    """Return why a name that does exist isn't found."""
    if message.startswith("("):
        return Told(
            what,
            "取几列却只写了一层方括号，就成了找一个合起来的名字。",
            ('写成两层方括号：表名[["列一", "列二"]]。',),
        )
    if "not found in axis" in message:
        return Told(
            what,
            "drop 默认找的是行，不是列；或者这张表没有这一列，别的表才有。",
            ('删列写成 drop(columns=["列名"])。',),
        )
    return Told(
        what,
        "别处有这个名字，这一步找的却不是那里：可能是另一张表，可能 .loc 在找行，"
        "也可能分组、set_index 之后它成了行的名字。",
        (
            '取列写成 表名["列名"]；.loc[行, 列] 先写行。',
            "merge 的 on 要两张表都有的列；名字不同就用 left_on、right_on。",
            "分组以后要当列用，先 .reset_index()。",
        ),
    )


def attribute(case: Case) -> Told | None:
    """Return which attribute is missing, with one that comes close."""
    match = re.search(r"'([\w.]+)' .*has no attribute '(\w+)'", case.message)
    if case.kind != "AttributeError" or not match:
        return None
    owner, name = TYPES.get(match[1], match[1]), match[2]
    what = f"{owner}{' ' if owner.isascii() else ''}没有 {name} 这个属性或方法。"
    if re.search(r"partially initialized|consider renaming", case.message):
        return _shadowed(what, match[1])
    if owner in ("函数", "方法") and not case.checking:
        return Told(*NOT_CALLED)
    if match[1] in ("DataFrame", "Series") and name in _GONE:
        return Told(what, "旧版 pandas 有它，现在的没有了。", (f"改用 {_GONE[name]}。",))
    if owner == "小数" and hasattr(str, name):
        return Told(*NO_TEXT)
    if (near := close_to(name, case.names)) and not case.checking:
        return Told(what, f"名字写错了：有一个相近的 {near}。", (f"改成 {near}。",))
    return Told(
        what,
        "名字写错了，或这个变量不是你以为的那种数据。",
        ("用 type(变量) 看看它是什么。", '取列可以写成 表名["列名"]。'),
    )


def library(case: Case) -> Told | None:
    """Return why an import fails; a missing ``smeprofile`` means a kernel of another Python."""
    if case.kind not in ("ModuleNotFoundError", "ImportError"):
        return None
    if re.search(r"partially initialized|consider renaming", case.message):
        return _shadowed("导入失败。", "要导入的库")
    if lost := re.search(r"cannot import name '(\w+)' from '([\w.]+)'", case.message):
        near = close_to(lost[1], case.names)
        advice = f"改成 {near}。" if near else "对照课程里的写法，大小写也要一样。"
        return Told(f"{lost[2]} 里没有 {lost[1]}。", "名字写错了，或库的版本不同。", (advice,))
    missing = re.search(r"No module named '([^']+)'", case.message)
    return _no_library(missing[1]) if missing else None


def _no_library(name: str) -> Told:
    what, top = f"找不到库 {name}。", name.partition(".")[0]
    if name == "smeprofile":
        return Told(what, "这个笔记本连到的内核不是课程环境的。", (CHANGE_KERNEL,))
    near = close_to(top, _LIBRARIES | sys.stdlib_module_names)
    if near and top not in _LIBRARIES:
        return Told(what, f"库名打错了：有一个相近的 {near}。", (f"改成 {near}。",))
    return Told(
        what,
        "课程环境里没有它，课程也用不到它。",
        ("不用安装，也不要用 pip install：会弄乱课程环境。", "确实需要，请问老师。"),
    )


def _shadowed(what: str, library: str) -> Told:
    return Told(
        what,
        f"你的文件夹里有一个 .py 文件和 {library} 重名，Python 先读了它。",
        ("给那个 .py 文件换个名字。", RESTART),
    )
