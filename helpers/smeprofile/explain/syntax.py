"""Code that Python can't read: full-width characters first, then what its message says."""

import keyword
import re
import unicodedata
import warnings
from dataclasses import replace

from smeprofile.explain.case import Case, python_only
from smeprofile.explain.phrases import SYNTAX, said
from smeprofile.explain.words import Told

_KINDS = {"SyntaxError", "IndentationError", "TabError"}
_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\''
    r'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*',
    re.S,
)
# Each word: the character, its name, what to type instead.
_TABLE = """
，中文逗号, 。中文句号. 、中文顿号, ；中文分号; ：中文冒号: ？中文问号? ！中文感叹号! —中文破折号-
（中文左括号( ）中文右括号) 【中文左方括号[ 】中文右方括号] 《中文左书名号< 》中文右书名号>
“中文左引号" ”中文右引号" ‘中文左引号' ’中文右引号' 「中文左引号" 」中文右引号" ＂全角引号" ＇全角引号'
＝全角等号= ＋全角加号+ －全角减号- ＊全角乘号* ／全角斜杠/ ％全角百分号% ＜全角小于号< ＞全角大于号>
｛全角左花括号{ ｝全角右花括号} ＿全角下划线_ ＃全角井号# –短横线- −减号- ×乘号* ÷除号/
"""
_CHARACTERS = {word[0]: (word[1:-1], word[-1]) for word in _TABLE.split()}
_CHARACTERS |= {"≤": ("小于等于号", "<="), "≥": ("大于等于号", ">="), "≠": ("不等号", "!=")}


def explain(case: Case) -> Told | None:
    """Return what is wrong with the way the code is written, for errors of syntax only."""
    if case.kind not in _KINDS:
        return None
    return _foreign(case) or _said_by_line(case) or said(case, SYNTAX)


def completed(case: Case) -> Case:
    """Return ``case`` with what Python says where IPython only says "incomplete input"."""
    if "incomplete input" not in case.message:
        return case
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(python_only(case.source), "<cell>", "exec")
    except SyntaxError as error:
        return replace(case, kind="SyntaxError", message=error.msg, line=error.lineno)
    except Exception:  # deeper than the parser can go
        return case
    return case


def _foreign(case: Case) -> Told | None:
    places = _blamed(case)
    named = re.search(r"character (?:'(.)' )?\(?U\+(?:([0-9A-F]{4})\b)?", case.message)
    if places:
        line, column, character = places[0]
        where = f"第 {line} 行第 {column} 个字符"
    elif named and any(named.groups()):  # within the braces of an f-string
        where, character = "这里有个字符", named[1] or chr(int(named[2], 16))
    else:
        return None
    name, instead = _named(character)
    shown = f"「{character}」" if character.isprintable() else ""
    if not instead.strip():
        return Told(
            f"{where}是{name}{shown}，Python 不认识。",
            "多半是从网页、Word 或聊天窗口里复制来的，或用中文输入法打的。",
            ("删掉它，需要的话换成普通空格。", *_others(places)),
        )
    return Told(
        f"{where}是{name}{shown}，Python 不认识。",
        "多半是用中文输入法打的。引号里的文字和 # 后面的注释不受影响。",
        (
            f"切到英文输入法，把它改成「{instead}」。",
            *_others(places),
            "如果这一行本来是一段文字，两头要加英文引号。",
        ),
    )


def _blamed(case: Case) -> list[tuple[int, int, str]]:
    """Return the characters that the message is about, though it may not say so."""
    places = foreign_characters(case.source, case.line)
    if "unterminated" in case.message:  # one end of a text in Chinese quotes; pairs belong to it
        quotes = [place for place in places if place[0] == case.line and place[2] in "“”‘’＂＇"]
        return quotes[-1:] if len(quotes) % 2 else []
    if "invalid syntax" in case.message:  # a word with full-width letters
        return [place for place in places if place[0] == case.line]
    return places if "U+" in case.message else []


def _others(places: list[tuple[int, int, str]]) -> list[str]:
    others = [f"第 {line} 行第 {column} 个" for line, column, _ in places[1:6]]
    more = " 等" if len(places) > 6 else ""
    return [f"还有 {len(places) - 1} 处也要改：{'、'.join(others)}{more}。"] if others else []


def foreign_characters(source: str, line: int | None = None) -> list[tuple[int, int, str]]:
    """Return line, column and character of all that Python can't read, outside strings.

    Full-width letters and digits may be part of a name; they count on the failing ``line`` only.

    >>> foreign_characters('print（"，"）  # 注释，不算')
    [(1, 6, '（'), (1, 10, '）')]
    """
    code = _STRING_OR_COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), python_only(source))
    return [
        (n, column, character)
        for n, text in enumerate(code.split("\n"), 1)
        for column, character in enumerate(text, 1)
        if not character.isascii()
        if not f"a{character}".isidentifier() or (n == line and "！" <= character <= "～")
    ]


def _named(character: str) -> tuple[str, str]:
    """Return a character's name and what to type instead."""
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    instead = unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) == "Zs":
        return ("全角空格" if character == "\u3000" else "特殊的空格"), " "
    if unicodedata.category(character)[0] == "C":
        return "一个看不见的字符", ""
    if not instead.isascii():
        return "特殊符号", ""
    return (
        "全角数字" if instead.isdigit() else "全角字母" if instead.isalpha() else "特殊符号"
    ), instead


def _said_by_line(case: Case) -> Told | None:
    """Look at the line itself where Python says "invalid syntax", or misses a colon too early."""
    line = _STRING_OR_COMMENT.sub('""', case.code_line)
    if re.match(r"else\s*if\b", line):
        return Told("else if 要写成 elif。", "Python 里没有 else if。", ("改成 elif。",))
    if case.message != "invalid syntax":
        return None
    if re.match(r"(if|elif|while)\b.*\bthen\b", line):
        return Told(
            "条件后面多了 then。", "Python 里没有 then，条件后面是冒号。", ("把 then 改成 :。",)
        )
    word = re.match(r"(\w*)\s*(=(?!=))?", line)
    if word[2] and keyword.iskeyword(word[1]):
        return Told(
            f"{word[1]} 不能当变量名。",
            "它是 Python 自己要用的词。",
            (f"换一个名字，如 {word[1]}_1。",),
        )
    if number := re.search(r"\d\s*([\u4e00-\u9fff%]+)", line):
        return Told(
            f"数字后面直接写了“{number[1]}”。",
            "代码里的数字不能带单位或百分号。",
            ("去掉单位，只留数字：1万 写成 10000，5% 写成 0.05。", "要的是文字，就加上英文引号。"),
        )
    if re.match(r"(if|elif|else|for|while|def|class|with|try|except)\b", line) and ":" not in line:
        return said(replace(case, message="expected ':'"), SYNTAX)
    return None
