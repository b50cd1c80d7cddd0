"""The form of an explanation, and the words for each kind of error that nothing else fits."""

from dataclasses import dataclass

# As JupyterLab's Chinese menus name them; a test compares them with the language pack.
RUN_ABOVE = "选中现在这个单元格，点菜单“运行 → 运行选中单元格上方的所有单元格”。"
RUN_ALL = "从上到下重新运行一遍：菜单“运行 → 运行所有单元格”。"
RESTART = "点菜单“内核 → 重启内核…”，再从上到下重新运行。"
CHANGE_KERNEL = "点菜单“内核 → 更改内核…”，选“Python 3 (ipykernel)”，再从上到下重新运行。"
ASK = "还不行，就把下面的“原始报错”发给老师。"


@dataclass(frozen=True)
class Told:
    """An error in words. Without a cause, ``what`` says all there is to say."""

    what: str
    cause: str = ""
    advice: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the lines to show.

        >>> Told("除数是 0。", "分母没有数据。", ("先看分母。",)).lines()
        ['出了什么事：除数是 0。', '可能的原因：分母没有数据。', '试试：先看分母。']
        """
        if not self.cause:
            return [self.what]
        steps = self.advice
        if len(steps) > 1:
            steps = [f"{n}. {step}" for n, step in enumerate(steps, 1)]
        head, rest = steps[:1], steps[1:]
        return [
            f"出了什么事：{self.what}",
            f"可能的原因：{self.cause}",
            *(f"试试：{step}" for step in head),
            *(f"　　　{step}" for step in rest),
        ]


# Kind → what happened, in a few words without a full stop; the likely cause; what to try.
KINDS: dict[str, tuple[str, ...]] = {
    "AssertionError": ("结果与预期不符", "前面某一步的结果不对，或还没有作答。"),
    "AttributeError": ("对象没有这个属性或方法", "名字写错了，或这个对象不是你以为的那种。"),
    "CellTimeoutError": ("运行超时：可能有停不下来的循环", "循环的条件一直成立。"),
    "ConnectionError": (
        "连不上网络",
        "课程不联网，这段代码却要访问网络。",
        "去掉访问网络的那一行。",
    ),
    "LearnerError": ("答案里的函数报错了", "用题里的例子先试一试。"),
    "RunStopped": ("没有运行到底", "代码停住了、用尽了内存，或退出了。"),
    "Uncrossable": (
        "答案的类型检查不了",
        "题目要的是数、文字、表或函数，交来的是别的东西，或大得传不过来。",
    ),
    "DeadKernelError": ("内核中途退出", "多半是内存不够。"),
    "EOFError": ("要读的内容已经到头", "文件是空的，或不完整。"),
    "EmptyDataError": ("文件里没有数据", "文件是空的，或读错了文件。"),
    "FileExistsError": ("同名文件已存在", "以前已经写过这个文件。"),
    "FileNotFoundError": (
        "找不到文件",
        "文件名或路径写错了，或文件不在笔记本所在的文件夹。",
        "在左侧文件列表里看看它在哪里、叫什么。",
    ),
    "ImportError": ("导入失败", "名字写错了，或库的版本不同。"),
    "IndentationError": ("缩进不对", "行首的空格多了、少了，或没有对齐。"),
    "IndexError": (
        "序号超出了范围",
        "序号从 0 数起：5 个元素的序号是 0 到 4；或者数据是空的。",
        "用 len(…) 看看有几个。",
    ),
    "IsADirectoryError": ("这是文件夹，不是文件", "路径少写了文件名。"),
    "JSONDecodeError": ("不是完整的 JSON 文本", "读错了文件，或文件不完整。"),
    "KeyError": ("找不到这个列名或键", "名字写错了，或前面的步骤改过、删过它。"),
    "LookupError": ("找不到要找的东西", "名字或序号写错了。"),
    "MemoryError": (
        "内存不够",
        "一次处理的数据太多，或有停不下来的循环。",
        "关掉不用的笔记本。",
        RESTART,
    ),
    "MergeError": ("两张表合并不了", "合并用的列有重复，或名字不一致。"),
    "ModuleNotFoundError": ("找不到要导入的库", "库名写错了，或课程环境里没有这个库。"),
    "NameError": ("变量还没有定义", "名字打错了，或定义它的单元格还没有运行。"),
    "NotADirectoryError": ("路径中有一段是文件，不是文件夹", "路径写错了。"),
    "NotImplementedError": (
        "这个功能还没有写",
        "这里留给你作答，还没有写。",
        "写上你的答案，删掉 raise 那一行。",
    ),
    "OSError": ("读写文件时出错", "路径写错了，或磁盘满了。"),
    "OverflowError": ("数太大了", "算式或单位可能不对。"),
    "ParserError": ("文件读不成表", "分隔符不对，或有的行列数不同。"),
    "PermissionError": (
        "没有权限读写这个文件",
        "文件正在别的程序（如 Excel）里打开，或这个文件夹不让写。",
        "关掉正在打开它的程序，再运行。",
    ),
    "RecursionError": (
        "函数反复调用自己，停不下来",
        "函数里又调用了同名的函数，没有停下来的条件。",
        "看看函数里是不是写了它自己的名字。",
    ),
    "RuntimeError": ("运行时出错", "前面某一步的结果不对。"),
    "SchemaError": ("数据没有通过规定的检查", "有的列缺少、类型不对，或取值不在范围内。"),
    "SchemaErrors": ("数据没有通过规定的检查", "有的列缺少、类型不对，或取值不在范围内。"),
    "StopIteration": (
        "已经取完，没有下一个了",
        "数据是空的，或已经取过一遍。",
        "看看数据有几行；要再取，就从头运行这个单元格。",
    ),
    "SyntaxError": ("代码写法不合语法", "多半是标点、引号或括号少了、多了；错也可能在上一行。"),
    "SystemExit": (
        "代码要求退出",
        "代码里有 exit、quit 或 sys.exit。",
        "去掉这一句，笔记本里用不到它。",
    ),
    "TabError": ("缩进不对", "行首混用了 Tab 和空格。"),
    "TimeoutError": ("等得太久，已经放弃", "要做的事太多，或对方没有应答。", "少取一些数据再试。"),
    "TypeError": ("数据类型不对，或调用方式不对", "把文字当成了数，或参数没有给对。"),
    "URLError": ("连不上网络", "课程不联网，这段代码却要访问网络。", "去掉访问网络的那一行。"),
    "UnboundLocalError": ("变量还没有值就用了", "在函数里先用、后赋值。"),
    "UndefinedVariableError": ("找不到这个列名", "名字写错了，或前面的步骤改过它。"),
    "UnicodeDecodeError": ("文件的编码不对", "文件多半是 GBK 编码，却按 UTF-8 读。"),
    "UnicodeEncodeError": ("有的字写不成这种编码", "文字里有这种编码没有的字。"),
    "UsageError": (
        "以 % 开头的命令用不了",
        "命令名打错了，或课程环境里没有它。",
        "不是命令就去掉开头的 %。",
    ),
    "ValueError": ("取值不合适", "数据的内容或个数不符合要求。"),
    "ZeroDivisionError": (
        "除数为零",
        "分母没有数据，或那一行本来就是 0。",
        "先打印分母看看。",
        "分母为 0 的，先想清楚该算缺失还是去掉。",
    ),
}


def kind_of(error: type[BaseException]) -> str:
    """Return the nearest kind of ``error`` that there are words for, else its own name.

    >>> kind_of(UnicodeError), kind_of(BaseException)
    ('ValueError', 'BaseException')
    """
    names = [kind.__name__ for kind in error.__mro__]
    return next((name for name in names if name in KINDS), names[0])
