"""What Python's own messages say, in words: pattern → what happened, likely cause, what to try.

A group named ``type…`` is the name of a type and is put into Chinese. Messages differ a little
between Python 3.11 and 3.14, so the patterns look for the words that stay.
"""

import re
from collections.abc import Mapping

from smeprofile.explain.case import Case, short
from smeprofile.explain.words import RESTART, Told

Phrases = tuple[tuple[str, str, str, tuple[str, ...]], ...]

TYPES = {
    "DataFrame": "表（DataFrame）",
    "Series": "一列数据（Series）",
    "NoneType": "空值 None",
    "bool": "真假值",
    "builtin_function_or_method": "函数",
    "dict": "字典",
    "ellipsis": "省略号 ...",
    "float": "小数",
    "function": "函数",
    "int": "整数",
    "list": "列表",
    "method": "方法",
    "module": "模块",
    "set": "集合",
    "str": "文字",
    "tuple": "元组",
}

_PAIR = "一个单元格里，左右括号要一样多、种类要配对。"
_COUNT = "两边的个数不一样。"
_ONE_EQUAL = (
    "条件里只写了一个等号 =。",
    "一个 = 是赋值；比较是否相等要写两个 ==。",
    ("把 = 改成 ==。",),
)
_QUOTES = (
    "文字要用一对相同的英文引号括起来；文字里有同样的引号、换了行，或一边打成了中文引号，都会这样。"
)

SYNTAX: Phrases = (
    ("inconsistent use of tabs", "缩进里混用了 Tab 和空格。", "复制来的代码和自己打的混在一起。",
     ("删掉这几行行首的空白，统一用空格重新缩进（每级 4 个）。",)),
    ("expected an indented block", "这里该缩进，却没有。",
     "上一行以冒号结尾（如 if、for、def），下一行要往右缩进。",
     ("在这一行前面加 4 个空格（按一次 Tab 键）。", "还没想好写什么，就先写一行缩进的 pass。")),
    ("unexpected indent", "这一行前面多了空格。", "同一层的代码要左对齐。", ("删掉这一行前面多出的空格。",)),
    ("unindent does not match", "这一行和上面哪一行都没有对齐。", "行首的空格多了或少了。",
     ("让这一行和同一层的上一行对齐。",)),
    (r"f-string: (?:unmatched '[\[({]'|expecting '}')", "f 文字的大括号没有配对，或里面用了和外面一样的引号。",
     "f\"…{{变量}}…\" 里，每个 {{ 都要有 }}；里外的引号要不同。",
     ("大括号里改用单引号，如 f\"{{own['n']}}\"。", "或补上少的括号。")),
    (r"'(?P<open>.)' was never closed", "左括号 {open} 没有配上右括号。", _PAIR,
     ("从这一行起，看看哪里少了右括号。",)),
    (r"closing parenthesis '(?P<close>.)' does not match opening parenthesis '(?P<open>.)'",
     "括号不配对：以 {open} 开头，却以 {close} 结尾。", _PAIR,
     ("补上少的那一半，或把两个括号改成同一种。",)),
    (r"unmatched '(?P<close>.)'", "多了一个 {close}。", _PAIR, ("删掉多出的，或在前面补上另一半。",)),
    (r"f-string: single", "f 文字里的大括号没有配对。",
     "f\"…{{变量}}…\" 里，每个 {{ 都要有 }}。", ("删掉多出的 }}，或补上少的 {{。",)),
    (r"unterminated .*string", "引号没有配对。", _QUOTES, ("看看这一行，把两边的引号改成一对英文引号。",)),
    (r"unicodeescape", "文字里的反斜杠 \\ 被当成了特殊符号。", "多半是 Windows 的路径，如 C:\\Users。",
     ("在引号前加 r：r\"C:\\Users\\…\"。", "或把 \\ 都改成 /。")),
    (r"unexpected character after line continuation", "反斜杠 \\ 后面还有别的字符。",
     "\\ 只能放在一行的最后；除号是 /。", ("除法改成 /；不需要换行就删掉 \\。",)),
    (r"Maybe you meant '=='.* or ':='", *_ONE_EQUAL),
    (r"cannot contain assignment", "括号里的 = 用得不对。",
     "参数名里有减号、点或引号；或者想比较，却只写了一个 =。", ("比较用 ==；参数名只用字母、数字和下划线。",)),
    (r"cannot assign to", "等号左边不能赋值。", "等号左边应是变量名：不能是数字、文字、算式或函数。",
     ("把变量名放左边，值放右边。", "想比较是否相等，就把 = 改成 ==。", "变量名里不能有减号，请改成下划线 _。")),
    (r"expected 'else' after 'if'", "if 后面少了 else。", "写在值里的 if，两种情形都要给值。",
     ("写成 x = 甲 if 条件 else 乙。", "只在条件成立时才做的，另起一行写 if 条件:。")),
    (r"expected ':'", "少了冒号。", "if、for、while、def、else 这类行要以英文冒号结尾。", ("在这一行末尾加上 :。",)),
    (r"forgot a comma", "两个值之间少了逗号。", "列表和参数之间要用英文逗号隔开；也可能是少了引号或运算符。",
     ("看看这一行，补上少的符号。",)),
    (r"Missing parentheses in call to '(?P<name>\w+)'", "{name} 后面少了括号。",
     "这是旧版 Python 的写法。", ("写成 {name}(…)。",)),
    (r"invalid decimal literal|leading zeros|invalid .*literal", "数字的写法不对。",
     "数字后面不能直接跟字母，前面不能补 0；变量名不能以数字开头。", ("要的是文字（如客户号），就加英文引号。",)),
    (r"'(?P<word>return|yield|await)' outside", "{word} 写在了函数外面。", "函数里的行没有缩进，或不需要 {word}。",
     ("让它和函数里的其他行对齐；不在函数里就删掉它。",)),
    (r"'break' outside|'continue' not properly", "break 和 continue 只能用在循环里。", "循环里的行没有缩进。",
     ("让它和循环里的其他行对齐。",)),
    (r"positional argument follows keyword", "参数的次序不对。", "写了名字的参数（如 axis=1）要放在最后。",
     ("把没写名字的参数移到前面。",)),
    (r"keyword argument repeated(?:: (?P<name>\w+))?", "同一个参数写了两遍。", "复制时多留了一个。", ("只留一个。",)),
    (r"expected 'except' or 'finally'", "try 后面少了 except。", "try 和 except 要成对。",
     ("补上 except，或去掉 try。",)),
    (r"invalid syntax", "这一行的写法 Python 看不懂。", "多半是少了冒号、逗号、引号或括号；错也可能在上一行。",
     ("看看这一行和上一行的标点。", "这一行如果是说明文字，在前面加 #。")),
)  # fmt: skip

_NUMBERS = (
    "先看数据：哪些值不是纯数字。",
    '去掉逗号、空格和单位再转，如 text.replace(",", "")；注意“万”要乘 10000。',
)
# Said of attributes as well, in names.py.
ASK_FIRST = '空白要先判断，如 c.strip() if isinstance(c, str) else ""。'
NOT_CALLED = (
    "函数后面少了圆括号。",
    "只写名字不会算，如 .mean 要写成 .mean()。",
    ("在函数名后面加上 ()。",),
)
NO_TEXT = (
    "这里不是文字，是小数或缺失值。",
    "表里的空白是 NaN，Python 当它是小数，不能当文字用。",
    (ASK_FIRST, "本来是数的，先用 str(…) 变成文字。"),
)
_CALLABLE = "(?:method|function|builtin_function_or_method)"
_GROUP = "(?P<type>list|tuple|dict|set)"
_ONE_NUMBER = "要的是一个数，就先算成一个：.sum()、.mean()、.iloc[0]。"
_TOGETHER = (
    "要拼成文字：用 str(…) 把数变成文字。",
    "要计算：用 float(…) 或 pd.to_numeric(…) 把文字变成数；是日期的，用 pd.to_datetime(…)。",
)
_ARGUMENTS = ("看看函数定义那一行有哪些参数，照着给。",)

VALUES: dict[str, Phrases] = {
    "TypeError": (
        (r"(?P<name>[\w.<>]+)\(\) missing \d+ required .*arguments?: (?P<lacking>.+)",
         "调用 {name} 时少给了参数 {lacking}。", "函数要的每个参数都得给，没有默认值的不能省。", _ARGUMENTS),
        (r"fillna\(\) got an unexpected keyword argument 'method'", "fillna 没有叫 method 的参数。",
         "旧版 pandas 有它，现在的没有了。", ("用前一个值填，改用 .ffill()；用后一个值填，改用 .bfill()。",)),
        (r"(?P<name>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<given>\w+)'",
         "{name} 没有叫 {given} 的参数。", "参数名写错了，或版本不同。", _ARGUMENTS),
        (r"'(?P<given>\w+)' is an invalid keyword argument for (?P<name>[\w.]+)",
         "{name} 没有叫 {given} 的参数。", "参数名写错了，或版本不同。", _ARGUMENTS),
        (r"(?P<name>[\w.<>]+)\(\) got multiple values for argument '(?P<given>\w+)'",
         "给 {name} 的参数 {given} 给了两次。", "一次按位置给，一次又按名字给。", ("只留一个。",)),
        (r"(?P<name>[\w.<>]+)(?:\(\))? (?:takes|expected) .*(?:given|got|no arguments)",
         "给 {name} 的参数个数不对。", "参数多了或少了：逗号多打了，或忘了用方括号 [ ] 把几个值包成一个列表。", _ARGUMENTS),
        (rf"'(?:{_CALLABLE}|type)' object is not subscriptable",
         "函数后面用了方括号。", "调用函数要用圆括号 ( )。", ("把 [ ] 改成 ( )。",)),
        (rf"['\"]{_CALLABLE}['\"]|(?:type|passed to|number, not) {_CALLABLE}\b", *NOT_CALLED),
        (r"'float' object is not subscriptable|type 'float' (?:has no len|is not)|bytes-like object, got 'float'",
         *NO_TEXT),
        (r"'r?(?:and|or)_'|for [&|]=?:", "& 或 | 的两边不都是条件。",
         "& 和 | 比 >、== 先算：条件不加圆括号，会先拿数或文字去和一整列连。",
         ("每个条件加圆括号：df[(条件甲) & (条件乙)]。",)),
        (r"(?:[Ii]nvalid comparison|unsupported operand|not supported|[Cc]an(?:not|'t) (?:add|compare|perform|use operands))"
         r".*\b(?:[Dd]ate|[Tt]ime(?:stamp|delta)|[Mm]8)|Addition/subtraction of integers",
         "日期或时长，和别的数据混在一起用了。", "日期只能和日期比、和日期减；加减的是一段时间，不是一个数。",
         ("还是文字的日期，先用 pd.to_datetime(…) 变成日期；单个日期写成 pd.Timestamp(\"2025-12-31\")。",
          "加减天数用 pd.Timedelta(days=90)，加减月数用 pd.DateOffset(months=6)。",
          "两个日期相减得到时长：一列用 .dt.days 取天数，单个用 .days。")),
        (rf"(?:unsupported operand|not supported between|can only concatenate).*?\b{_GROUP}\b",
         "{type}不能整个拿来计算、比较或拼接。", "Python 不会一个一个替你算。",
         ("一个一个算：[x - 1 for x in 列表]；或先变成一列：pd.Series(列表)。",
          "要的是一个数，就先用 sum(…)、len(…) 算成一个。")),
        (r"can only concatenate|must be str, not|can't multiply sequence|bad operand type"
         r"|not supported for dtype|Invalid comparison between dtype|number, not str|type str doesn't|dtype\('<U"
         r"|(?:unsupported operand type|not supported between).*'str'",
         "文字和数混在一起用了。", "看着像数的文字（如 \"100\"）不能直接和数计算、比较或拼接。", _TOGETHER),
        (r"Cannot perform reduction .*dtype", "有的列是文字，不能算。", "求和、平均只能用在数字列上。",
         ("先选出数字列，如 df[[\"列名\"]]。", "列里看着是数的，用 pd.to_numeric(…) 转成数。")),
        (r"'(?P<type>\w+)' object is not callable", "{type}后面多了圆括号。",
         "圆括号是调用函数；取列、取元素用方括号 [ ]；或者前面把函数名（如 sum）用作了变量名。",
         ("看看这里的括号该不该有、该用哪种。", "曾把函数名用作变量名的：改掉那个名字，" + RESTART)),
        (r"'(?P<type>\w+)' object is not subscriptable", "{type}不能用方括号取值。", "变量不是你以为的那种数据。",
         ("用 type(变量) 看看它是什么。",)),
        (r"(?:argument must be .* number, not '|real number, not |format string passed to )(?P<type>\w+)",
         "这里要一个数，给的却是{type}。", "一整列、列表和表都是一组值，不能当一个数用。",
         (_ONE_NUMBER, "用 type(变量) 看看它是什么。")),
        (r"is not iterable|non-iterable|is not a container|only list-like|must be an iterable",
         "这里要一组值，却只给了一个。", "如 for、in、sum、isin 要用列表这类一组值。",
         ("单个值用方括号包起来，如 [5]。", "答案该是一组值的，看看是不是只算出了一个。", "要数到 n，用 range(n)。")),
        (r"indices must be integers", "取元素时，方括号里用错了东西。", "列表和文字只能用序号（整数）取，不能用名字取。",
         ("用 type(变量) 看看它是不是你以为的字典或表。",)),
        (r"unhashable type: '(?P<type>\w+)'", "{type}不能当字典的键，也不能放进集合。", "键只能是文字、数或元组。",
         ("换成元组 (…)，或只取其中一个值。",)),
        (r"has no len\(\)", "这个值没有长度。", "len 只能用在列表、文字、表这类有个数的东西上。", ("用 type(变量) 看看它是什么。",)),
    ),
    "ValueError": (
        (r"(?:could not convert string to float: |invalid literal for int.*?: |Unable to parse string )"
         r"(?P<text>'.*?'|.+)",
         "文字 {text} 不能直接变成数。", "里面有逗号、空格、单位（如 万、元、%），或是空的。", _NUMBERS),
        (r"format code '.' for object of type 'str'", "文字不能写成 :.2f 这样的数的格式。",
         "看着像数的文字（如 \"100\"）也还是文字。", ("先用 float(…) 变成数，或删掉冒号后面的格式。",)),
        (r"same length|Length mismatch|does not match length|could not be broadcast|same first dimension"
         r"|inconsistent numbers of samples", "几组数据的个数对不上。",
         "放在一起的列、列名或数组，" + _COUNT, ("用 len(…) 看看各有几个。", "看看前面筛选时是不是只筛了其中一个。")),
        (r"not enough values to unpack|too many values to unpack", "等号左边的变量和右边的值，个数对不上。", _COUNT,
         ("数一数右边有几个值，左边就写几个变量。",)),
        (r"truth value of .* is ambiguous", "一整列数据不能直接放进 if、and、or、not。", "一列里有真有假，Python 不知道听谁的。",
         ("筛选时，“且”用 &，“或”用 |，“非”用 ~，每个条件加圆括号：df[(条件甲) & (条件乙)]。", _ONE_NUMBER)),
        (r"cannot assign without a target", *_ONE_EQUAL),
        (r"time data|month must be|day is out of range|Unknown datetime|unconverted data", "日期读不出来。",
         "写法和给的格式不一样，或没有这一天。", ("先看几行原样，再对照 format 的写法。",)),
        (r"Bin edges must be unique", "分箱的边界有重复。", "很多行是同一个值（如 0），几个分位数就相等了。",
         ("在 qcut、cut 里加上 duplicates=\"drop\"，看看剩下几箱。", "或自己写边界：pd.cut(一列, [0, 1, 5, 10])。")),
        (r"bins must increase", "分箱的边界没有从小到大。", "边界写反了，或前面算出来的次序不对。", ("从小到大排好：sorted(边界)。",)),
        (r"Invalid frequency: (?P<name>\w+)", "频率 {name} 用不了。", "名字写错了，或是旧版 pandas 的写法。",
         ("按月末写 \"ME\"，按季末写 \"QE\"，按年末写 \"YE\"，按月初写 \"MS\"。",)),
        (r"NaN|non-finite|missing values", "数据里有缺失值，这一步不能处理。", "缺失值不能变成整数，也不能直接放进模型。",
         ("先想清楚缺失怎么处置，再转换。",)),
        (r"empty sequence|argument is empty", "数据是空的。", "前面的筛选一行也没有留下。", ("看看筛选条件；用 len(…) 数一数还剩几行。",)),
        (r"trying to merge on", "合并用的列，两张表里类型不同。", "一边是文字，一边是数（如客户号丢了前导零）。",
         ("先用 astype(str) 把两边变成同一种类型。",)),
    ),
    "AttributeError": (
        (r"Can only use \.str", "这一列不是文字，不能用 .str。", "列里是数字、日期或缺失值。",
         ("先用 .astype(str) 变成文字，或看看是不是选错了列。",)),
        (r"Can only use \.dt", "这一列不是日期，不能用 .dt。", "日期还是一段文字。", ("先用 pd.to_datetime(…) 变成日期。",)),
    ),
    "MergeError": (
        (r"No common columns", "两张表没有同名的列，不知道按什么合并。", "没有写 on，就按同名的列合并。",
         ("写上 left_on=\"左表的列\"、right_on=\"右表的列\"。",)),
    ),
    "UnicodeDecodeError": (
        (r"utf-8", "文件不是 UTF-8 编码，读不出来。", "核心系统或 Excel 导出的 CSV，多半是 GBK 编码。",
         ("读的时候加上 encoding=\"gb18030\"。",)),
    ),
    "PermissionError": (
        (r"'(?P<path>[^']*)'$", "没有权限读写文件 {path}。", "文件正在别的程序（如 Excel）里打开，或这个文件夹不让写。",
         ("关掉正在打开它的程序，再运行。", "或把结果存到笔记本所在的文件夹。")),
    ),
    "FileNotFoundError": (
        (r"'(?P<path>[^']*)'$", "找不到文件 {path}。", "文件名或路径写错了，或文件不在笔记本所在的文件夹。",
         ("在左侧文件列表里看看它在哪里、叫什么。", "课程的数据不用写路径：用 sp.load(\"表名\") 或 source_path(\"文件名\")。")),
    ),
    "SchemaError": (
        (r"column '(?P<name>.+?)' not in dataframe", "表里少了列 {name}。", "列名写错了，或前面的步骤删过、改过它。",
         ("对照数据字典补上这一列。",)),
        (r"[Cc]olumn '(?P<name>.+?)' failed .* failure cases: (?P<cases>.+)", "列 {name} 里有不合规定的值：{cases}。",
         "超出了规定的范围，或单位不对。", ("先清洗这些值再用。",)),
    ),
}  # fmt: skip


def said(case: Case, phrases: Phrases) -> Told | None:
    """Return the words of the first phrase whose pattern is in the message."""
    for pattern, what, cause, advice in phrases:
        if match := re.search(pattern, case.message):
            words = _in_words(match.groupdict(""))
            return Told(*(text.format_map(words) for text in (what, cause)),
                        tuple(text.format_map(words) for text in advice))  # fmt: skip
    return None


def _in_words(groups: Mapping[str, str]) -> dict[str, str]:
    return {
        name: TYPES.get(text, text) if name.startswith("type") else short(text)
        for name, text in groups.items()
    }
