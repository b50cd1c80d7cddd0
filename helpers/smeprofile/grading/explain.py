"""What an error of the kernel means, in words for a learner."""

import re

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WORDS = {
    "KeyError": "找不到这个列名或键",
    "IndexError": "序号超出了范围",
    "AttributeError": "对象没有这个属性或方法",
    "TypeError": "数据类型不对，或调用方式不对",
    "ValueError": "取值不合适",
    "ZeroDivisionError": "除数为零",
    "SyntaxError": "代码写法不合语法",
    "IndentationError": "缩进不对",
    "ModuleNotFoundError": "找不到要导入的库",
    "ImportError": "导入失败",
    "FileNotFoundError": "找不到文件",
    "RecursionError": "函数反复调用自己，停不下来",
    "MemoryError": "内存不够",
    "CellTimeoutError": "运行超时：可能有停不下来的循环",
    "DeadKernelError": "内核中途退出",
}


def explain(kind: str, message: str) -> str:
    """Return one Chinese sentence for an error of type ``kind`` with the given message.

    An assertion's message is meant for the learner already and is returned as it is.

    >>> explain("AssertionError", "应为 5 行：是不是漏了缺失值？")
    '应为 5 行：是不是漏了缺失值？'
    >>> explain("NameError", "name 'answer' is not defined")
    '变量 answer 还没有定义：可能还没作答，或前面的单元没有运行成功'
    >>> explain("KeyError", "'行业'")
    "找不到这个列名或键（KeyError: '行业'）"
    """
    message = _ANSI.sub("", message).strip()
    if kind == "AssertionError":
        return message or "结果与预期不符"
    unknown = re.match(r"name '(.+?)' is not defined", message)
    if kind == "NameError" and unknown:
        return f"变量 {unknown[1]} 还没有定义：可能还没作答，或前面的单元没有运行成功"
    detail = f"{kind}: {message}" if message else kind
    return f"{_WORDS.get(kind, '代码运行出错')}（{detail}）"
