"""Every error a trainee is likely to meet is told in words that lead on; none breaks the telling."""

import builtins
import importlib.resources
import json
import re
import traceback
import unicodedata
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipykernel.kernelspec import get_kernel_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import smeprofile
from smeprofile.explain import STUB, Told, explain_error, kind_of, one_line
from smeprofile.explain.syntax import foreign_characters
from smeprofile.explain.words import KINDS

PACKAGE = Path(smeprofile.__file__).parent


def told(code, **known):
    """What is told of the error that ``code`` really ends with, as a cell of its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(code, "<cell>", "exec"), {})
    except BaseException as error:
        if isinstance(error, SyntaxError):
            message, line = error.msg, error.lineno
        else:
            frames = traceback.extract_tb(error.__traceback__)
            message, line = str(error), [f.lineno for f in frames if f.filename == "<cell>"][-1]
        return explain_error(kind_of(type(error)), message, source=code, line=line, **known)
    pytest.fail(f"no error: {code}")


def words(told):
    return "\n".join(told.lines())


# --- full-width characters -------------------------------------------------------------------

PUNCTUATION = dict(
    zip("，。：；（）【】“”‘’！＝＋－＊／％＜＞｛｝＿", ",.:;()[]\"\"''!=+-*/%<>{}_", strict=True)
)


@pytest.mark.parametrize(("character", "instead"), PUNCTUATION.items())
def test_full_width_punctuation_is_named_with_its_place_and_what_to_type(character, instead):
    it = told(f'x = "，。"  # （注）\ny = [1 {character} 2]')
    assert it.what.startswith("第 2 行第 8 个字符是")
    assert f"「{character}」" in it.what
    assert f"改成「{instead}」" in it.advice[0]


@pytest.mark.parametrize("character", "０７９ａｚＡＺ")
def test_a_full_width_digit_or_letter_that_python_stumbles_on_is_named(character):
    it = told(f"ｘ = 1\ny = 1 {character}")
    assert it.what.startswith("第 2 行第 7 个字符是全角")
    assert f"改成「{unicodedata.normalize('NFKC', character)}」" in it.advice[0]


@pytest.mark.parametrize(
    ("character", "name"),
    [("\u3000", "全角空格"), ("\u00a0", "特殊的空格"), ("\u200b", "一个看不见的字符")],
)
def test_blanks_that_python_cannot_read_are_named(character, name):
    it = told(f"x = 1\ny{character}= 1")
    assert it.what == f"第 2 行第 2 个字符是{name}，Python 不认识。"


def test_one_chinese_quote_at_the_end_of_a_text_is_found_behind_the_unterminated_string():
    assert told('x = 1\nprint("你好”)').what.startswith("第 2 行第 10 个字符是中文右引号「”」")


def test_full_width_characters_within_an_f_string_are_named():
    assert "「，」" in told("f'{1，2}'").what


def test_all_other_places_are_listed():
    assert told("f（1，2）").advice[1] == "还有 2 处也要改：第 1 行第 4 个、第 1 行第 6 个。"


def test_full_width_text_is_not_blamed_for_another_error():
    assert "少了冒号" in told('ｘ = "，"  # （）\nif ｘ\n    print("。")').what


CHINESE = st.text("，。：；（）【】“”‘’！＝ａ１　年收入", max_size=12)


@given(CHINESE, CHINESE, CHINESE)
def test_strings_and_comments_are_never_blamed(one, two, three):
    source = f"x = '{one}' + \"{two}\" + '''{one}\n{three}'''  # {three}\n%time （"
    assert [] == foreign_characters(source, 1)


@given(
    st.lists(st.sampled_from(["x", "年收入", "=", "1", "'，'", '"。"', "\n", "#（", "+", "(", ")"]))
)
def test_code_that_compiles_holds_nothing_to_blame(tokens):
    source = " ".join(tokens)
    try:
        compile(source, "<cell>", "exec")
    except SyntaxError:
        return
    assert [] == foreign_characters(source)


def test_the_text_in_chinese_quotes_is_not_blamed_for_a_quote_missing_at_the_end():
    for code in ('x = "客户说“好”', "x = '客户“甲”和‘乙’", 'x = "客户\ny = “好”'):
        assert "引号没有配对" in told(code).what
    assert "第 12 个字符是中文右引号「”」" in told('x = "客户说“好””').what


def test_an_unclosed_text_full_of_backslashes_is_told_in_time():
    assert "引号没有配对" in told('x = """C:' + "\\a" * 40).what
    assert "引号没有配对" in told("x = '''C:" + "\\a" * 40).what


# --- syntax ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("print(1", "左括号 ( 没有配上右括号"),
        ("x = {1: 2", "左括号 { 没有配上右括号"),
        ("x = (1]", "以 ( 开头，却以 ] 结尾"),
        ("x)", "多了一个 )"),
        ("print('a", "引号没有配对"),
        ("'''abc", "引号没有配对"),
        ("f'{a'", "没有配对"),
        ("if x = 1: pass", "只写了一个等号"),
        ("print(1=2)", "括号里的 = 用得不对"),
        ("1 = x", "等号左边不能赋值"),
        ("a-b = 1", "等号左边不能赋值"),
        ("if x\n  1", "少了冒号"),
        ("for i in x\n  1", "少了冒号"),
        ("def f()\n  1", "少了冒号"),
        ("if x print(1)", "少了冒号"),
        ("[1 2]", "少了逗号"),
        ("print 'a'", "print 后面少了括号"),
        ("x = 1万", "数字后面直接写了“万”"),
        ("x = 5%", "数字后面直接写了“%”"),
        ("x = 007", "数字的写法不对"),
        ("1x = 3", "数字的写法不对"),
        ("class = 3", "class 不能当变量名"),
        ("def f():\nx = 1", "这里该缩进"),
        ("x = 1\n  y = 2", "前面多了空格"),
        ("if 1:\n    x = 1\n  y = 2", "没有对齐"),
        ("if 1:\n\tx = 1\n        y = 2", "混用了 Tab 和空格"),
        ("return 1", "return 写在了函数外面"),
        ("break", "只能用在循环里"),
        (r"x = 'C:\Users\a'", "反斜杠"),
        ("x = 1 \\ 2", "反斜杠"),
        ("f(a=1, 2)", "参数的次序不对"),
        ("f(a=1, a=2)", "同一个参数写了两遍"),
        ("try:\n  1\nx", "try 后面少了 except"),
        ("x = 1 if 2 > 1", "if 后面少了 else"),
        ("else if 2: pass", "else if 要写成 elif"),
        ("if 1:\n    x = 1\nelse if 2:\n    x = 2", "else if 要写成 elif"),
        ("if x > 3 then\n    y = 1", "条件后面多了 then"),
        ("if x > 3 then:\n    y = 1", "条件后面多了 then"),
        ("x = = 1", "这一行的写法 Python 看不懂"),
    ],
)  # fmt: skip
def test_code_that_cannot_be_read_is_told(code, what):
    assert what in told(code).what


def test_what_ipython_calls_incomplete_is_told_in_full():
    it = explain_error("SyntaxError", "incomplete input", source="%matplotlib inline\nx = [1,\n")
    assert it.what == "第 2 行 x = [1,：左括号 [ 没有配上右括号。"


def test_the_failing_line_is_quoted_where_there_are_several():
    assert told("x = 1\n1 / 0").what == "第 2 行 1 / 0：除数为零。"


# --- blanks and cells not run ----------------------------------------------------------------

TASK = "### 第 6 题　读核心系统导出（8 分）\n\n读成 `core`。"


def notebook(*sources):
    """Code cells, and Markdown for what starts with ``#``."""
    return new_notebook(
        cells=[
            new_markdown_cell(source) if source.startswith("#") else new_code_cell(source)
            for source in sources
        ]
    )


@pytest.mark.parametrize("code", ["x = ____", "x = ... + 1", "x = ...\nx['a']"])
def test_a_blank_left_open_is_told(code):
    assert "还有空没填" in told(code).what


@pytest.mark.parametrize("code", ["f(1)['a']", "f(1).columns", "f(1) + 1", "len(f(1))"])
def test_none_from_a_function_that_is_still_the_stub_is_an_answer_not_given(code):
    answer = f"def f(x):\n    {STUB}"
    it = told(
        f"def f(x): pass\n{code}",
        notebook=notebook(TASK, answer, f"def f(x): pass\n{code}"),
    )
    assert it.cause == "“第 6 题　读核心系统导出（8 分）”的答题单元格还没有作答，所以没有结果。"


def test_none_from_a_function_that_is_answered_is_a_missing_return():
    code = "f = print\nf(1)['a']"
    assert "忘了写 return" in told(code, notebook=notebook(TASK, "def f(x):\n    1", code)).cause


@pytest.mark.parametrize("answer", [STUB, f"core = None\n{STUB}"])
def test_the_answer_variable_is_missing_because_its_cell_is_blank(answer):
    it = told("core.columns", notebook=notebook(TASK, answer, "# 检查", "core.columns"))
    assert it.cause.startswith("“第 6 题　读核心系统导出（8 分）”的答题单元格还没有作答")


@pytest.mark.parametrize(
    "definition",
    [
        "core = 1",
        "import pandas as core",
        "from a import b as core",
        "def core():\n    pass",
        "class core:\n    pass",
        "for core in []:\n    pass",
        "with open('a') as core:\n    pass",
        "a, (core, b) = 1, (2, 3)",
        "%matplotlib inline\ncore = 1",
    ],
)
def test_a_name_defined_in_an_earlier_cell_names_that_cell(definition):
    it = told("core", notebook=notebook("## 数据：一行是什么", definition, "## 后来", "core"))
    first = definition.splitlines()[-1 if definition.startswith("%") else 0]
    assert f"“数据：一行是什么”下面以 {first} 开头的单元格" in it.cause
    assert "运行选中单元格上方的所有单元格" in it.advice[0]


def test_a_name_local_to_a_function_is_not_taken_for_a_definition():
    code = "def f():\n    core = 1"
    assert "前面的单元格" not in told("core", notebook=notebook(code, "core")).cause


def test_a_name_defined_only_later_says_so():
    it = told("core", notebook=notebook("core", "## 读取", "core = 1"))
    assert it.cause == "它在后面的单元格里才定义：“读取”下面以 core = 1 开头的单元格。"


def test_a_name_used_before_its_line_says_so():
    code = "print(core)\ncore = 1"
    assert "用得太早" in told(code, notebook=notebook(code)).cause


@pytest.mark.parametrize(
    ("code", "near"), [("custmers", "customers"), ("Print", "print"), ("true", "True")]
)
def test_a_name_defined_nowhere_is_compared_with_those_there_are(code, near):
    assert f"有一个相近的名字 {near}" in told(code, namespace=["customers"]).cause


@pytest.mark.parametrize(
    ("code", "line"), [("pd.NA", "import pandas as pd"), ("math.pi", "import math")]
)
def test_a_library_that_was_not_imported_is_named_with_its_import(code, line):
    assert line in told(code).advice[0]


@pytest.mark.parametrize("code", ["text", "start", "item", "inf", "id_", "code", "calendar"])
def test_a_word_that_is_like_one_of_pythons_by_chance_is_not_corrected(code):
    assert "运行选中单元格上方的所有单元格" in told(code).advice[0]


def check(code, answer):
    """What is told of ``code``, the check below ``answer``."""
    cells = notebook(TASK, answer, "# 检查", code)
    cells.cells[-1].id = "practice-core-check"
    return told(code, notebook=cells, cell_id="practice-core-check")


@pytest.mark.parametrize(
    ("code", "answer", "wrong", "right"),
    [
        ("assert to_cny('1') == 1", "def tocny(text):\n    return 1", "tocny", "to_cny"),
        ("assert len(core) == 1", "Core = [1]", "Core", "core"),
        ("assert {'Days': 1}['days'] == 1", "def due():\n    return {'Days': 1}", "Days", "days"),
        ("assert dict(年收人=1)['年收入']", "core = dict(年收人=1)", "年收人", "年收入"),
    ],
)
def test_the_answer_is_to_be_renamed_not_what_the_check_asks_for(code, answer, wrong, right):
    assert check(code, answer).advice[0] == f"把答题单元格里的 {wrong} 改成 {right}，运行它。"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("assert {'amount': 1}['days']", "core = {'amount': 1}"),
        ("assert {'amount': 1, 'day': 2}['days']", "core = {'amount': 1}  # not days"),
        ("assert prnt(core)", "core = 1"),
        ("assert ''.uper()", "core = ''"),
        ("assert len.loc", "core = len"),
    ],
)
def test_nothing_in_a_check_is_to_be_changed(code, answer):
    it = check(code, answer)
    assert "改成" not in words(it) and "()" not in words(it)
    assert it.cause and it.advice


def test_the_line_of_the_answer_that_failed_is_quoted_and_not_the_checks():
    it = explain_error(
        "ValueError", "could not convert string to float: '5万'",
        source="x = 1\nassert to_cny('5万')", line=2, within=("to_cny", 3, "return float(text)"),
    )  # fmt: skip
    assert (
        it.what == "函数 to_cny 所在单元格的第 3 行 return float(text)：文字 '5万' 不能直接变成数。"
    )


def test_of_two_cells_with_the_same_code_the_one_that_runs_is_known():
    cells = notebook("core", "## 读取", "core = 1", "core")
    first, *_, last = cells.cells
    assert "它在后面的单元格里才定义" in told("core", notebook=cells, cell_id=first.id).cause
    assert "它在前面的单元格里定义" in told("core", notebook=cells, cell_id=last.id).cause


def test_a_chinese_word_without_quotes_is_taken_for_text():
    assert "少了英文引号" in told("{}[行业]").cause


# --- other errors ----------------------------------------------------------------------------

FRAME = "import pandas as pd\ndf = pd.DataFrame({'客户号': ['1'], '年收入': [2]})\n"


@pytest.mark.parametrize(
    ("code", "words_told"),
    [
        ("{}['行业']", "找不到列或键 行业"),
        (FRAME + "df['年收人']", "找不到列或键 年收人"),
        (FRAME + "df[['年收人', '客户号']]", "找不到列或键 年收人"),
        (FRAME + "df.groupby('行业')", "找不到列或键 行业"),
        (FRAME + "df.query('行业 > 1')", "找不到列或键 行业"),
        (FRAME + "线 = 1\ndf.query('年收入 > 线')", "写成 @线"),
        (FRAME + "df.query('年收入 > @线')", "变量 线 还没有定义"),
        (FRAME + "df.年收人", "表（DataFrame）没有 年收人 这个属性或方法"),
        (FRAME + "df('年收入')", "表（DataFrame）后面多了圆括号"),
        (FRAME + "df.assign(z=[1, 2, 3])", "个数对不上"),
        (FRAME + "df.append(df)", "改用 pd.concat"),
        (FRAME + "df.fillna(method='ffill')", "改用 .ffill()"),
        (FRAME + "df.set_axis(['a'], axis=1)", "个数对不上"),
        (FRAME + "pd.qcut(df['年收入'].repeat(4), 4)", "duplicates="),
        (FRAME + "pd.cut(df['年收入'], [2, 1])", "没有从小到大"),
        (FRAME + "df.set_axis(pd.to_datetime(['2025-01-01'])).resample('M').sum()", '写 "ME"'),
        (FRAME + "pd.DataFrame({'a': [1], 'b': [1, 2]})", "个数对不上"),
        (FRAME + "if df['年收入'] > 1: pass", "不能直接放进 if"),
        (FRAME + "df['客户号'] + 1", "文字和数混在一起"),
        (FRAME + "df['客户号'] > 1", "文字和数混在一起"),
        (FRAME + "df.mean()", "有的列是文字"),
        (FRAME + "df['年收入'].str.len()", "不能用 .str"),
        (FRAME + "df['客户号'].dt.year", "不能用 .dt"),
        (FRAME + "df.iloc[5]", "序号超出了范围"),
        (FRAME + "df.merge(df.assign(客户号=[1]), on='客户号')", "两张表里类型不同"),
        (FRAME + "pd.Series(['1,000万']).astype(float)", "文字 '1,000万' 不能直接变成数"),
        (FRAME + "pd.to_numeric(pd.Series(['1,000万']))", "文字 '1,000万' 不能直接变成数"),
        (FRAME + "pd.Series([1.0, None]).astype(int)", "有缺失值"),
        (FRAME + "pd.to_datetime('2025/13/01', format='%Y/%m/%d')", "日期读不出来"),
        ("float('1,000万')", "文字 '1,000万' 不能直接变成数"),
        ("int('1,000')", "文字 '1,000' 不能直接变成数"),
        ("a, b = 1, 2, 3", "个数对不上"),
        ("a, b = (1,)", "个数对不上"),
        ("max([])", "数据是空的"),
        ("'a' + 1", "文字和数混在一起"),
        ("import math\nmath.isclose('120', 120)", "文字和数混在一起"),
        ("round('1.25', 1)", "文字和数混在一起"),
        ("import numpy as np\nnp.array(['a']) - 1", "文字和数混在一起"),
        ("'2025-12-31' - 90", "pd.to_datetime"),
        ("f'{\"3\":.2f}'", "先用 float(…) 变成数"),
        (FRAME + "f\"{df['年收入']:.2f}\"", "给的却是一列数据（Series）"),
        (FRAME + "float(df['年收入'])", "给的却是一列数据（Series）"),
        ("import math\nmath.sqrt([1])", "给的却是列表"),
        ("int([1])", "给的却是列表"),
        ("[1] - 2", "列表不能整个拿来计算"),
        ("[1] + 2", "列表不能整个拿来计算"),
        ("[1] > 2", "列表不能整个拿来计算"),
        (FRAME + "df['客户号'].isin('1')", "这里要一组值"),
        (FRAME + "pd.concat(df)", "这里要一组值"),
        (FRAME + "df.merge(pd.DataFrame({'z': [1]}))", "两张表没有同名的列"),
        (FRAME + "df.query(\"客户号 = '1'\")", "只写了一个等号"),
        (FRAME + "if df['年收入'] > 1: pass", "要的是一个数，就先算成一个"),
        ("len({}[5])", "没有这个行号"),
        (FRAME + "df.loc[5]", ".iloc"),
        (FRAME + "df['年收入'][-1]", ".iloc"),
        (FRAME + "df.loc[[5]]", "找不到列或键 5。"),
        (FRAME + "df.groupby('客户号')['收入']", "找不到列或键 收入。"),
        (FRAME + "df.pivot(index='客户号', columns='年收入', values='收入')", "找不到列或键 收入。"),
        ("1 + 'a'", "文字和数混在一起"),
        ("'a' < 1", "文字和数混在一起"),
        ("None + 1", "空值 None"),
        ("def f(a): pass\nf()", "调用 f 时少给了参数 'a'"),
        ("def f(*, k): pass\nf()", "调用 f 时少给了参数 'k'"),
        ("def f(): pass\nf(1)", "给 f 的参数个数不对"),
        ("len(1, 2)", "给 len 的参数个数不对"),
        ("range()", "给 range 的参数个数不对"),
        ("class A: pass\nA(1)", "给 A 的参数个数不对"),
        ("def f(a): pass\nf(b=1)", "f 没有叫 b 的参数"),
        ("open('a', b=1)", "open 没有叫 b 的参数"),
        ("def f(a): pass\nf(1, a=2)", "参数 a 给了两次"),
        ("sum = 1\nsum([1])", "整数后面多了圆括号"),
        ("len[1]", "函数后面用了方括号"),
        ("3['a']", "整数不能用方括号取值"),
        ("[1]['a']", "方括号里用错了东西"),
        ("'a'['b']", "方括号里用错了东西"),
        ("for i in 3: pass", "这里要一组值"),
        ("3 in 3", "这里要一组值"),
        ("a, b = 1", "这里要一组值"),
        ("{[]: 1}", "列表不能当字典的键"),
        ("len(3)", "没有长度"),
        ("def f():\n    x += 1\nf()", "变量 x 还没有值就用了"),
        ("import smeprofil", "找不到库 smeprofil"),
        ("import 没有这个库", "课程环境里没有它"),
        ("from math import sqrtt", "math 里没有 sqrtt"),
        ("open('没有.csv')", "找不到文件 没有.csv"),
        ("raise PermissionError(13, 'Permission denied', 'a.xlsx')", "没有权限读写文件 a.xlsx"),
        ("'客户号'.encode('gbk').decode()", 'encoding="gb18030"'),
        ("1 / 0", "除数为零"),
        ("[][3]", "序号超出了范围"),
        ("def f(): f()\nf()", "函数反复调用自己"),
        ("raise MemoryError", "内存不够"),
        ("raise TimeoutError", "等得太久"),
        ("raise NotImplementedError", "还没有写"),
        ("assert 1 == 2", "结果与预期不符"),
        ("import pandera.pandas as pa\n" + FRAME + "pa.DataFrameSchema({'z': pa.Column()})(df)",
         "表里少了列 z"),
        ("import pandera.pandas as pa\n" + FRAME
         + "pa.DataFrameSchema({'年收入': pa.Column(checks=pa.Check.ge(9))}).validate(df, lazy=True)",
         "没有通过规定的检查"),
        ("import pandera.pandas as pa\n" + FRAME
         + "pa.DataFrameSchema({'年收入': pa.Column(checks=pa.Check.ge(9))}).validate(df)",
         "列 年收入 里有不合规定的值：2"),
    ],
)  # fmt: skip
def test_an_error_is_told_in_three_parts(code, words_told):
    it = told(code)
    assert words_told in words(it)
    assert it.cause and it.advice


DATED = FRAME + "df = df.assign(文字='2025-12-31', 日期=pd.Timestamp('2025-12-31'))\n"


@pytest.mark.parametrize(
    "code",
    [
        "df['文字'] > pd.Timestamp('2025-12-31')",
        "df['文字'] - pd.Timedelta(days=90)",
        "'2025-12-31' - pd.Timedelta(days=3)",
        "df['日期'] + 6",
        "pd.Timestamp('2025-12-31') - 6",
        "df['日期'] > 5",
        "df['日期'] - df['文字']",
        "df['日期'] + df['日期']",
        "df['日期'] - pd.Timestamp('2025-12-31') > 90",
        "df['日期'] - 1.5 * df['年收入']",
        "df['日期'].dt.date > '2025-12-31'",
        "df['日期'].dt.date > pd.Timestamp('2025-12-31')",
        "import datetime\ndatetime.date(2025, 12, 31) - 90",
    ],
)
def test_dates_are_not_taken_for_numbers(code):
    it = told(DATED + code)
    assert "日期或时长，和别的数据混在一起" in it.what
    assert "float(…)" not in words(it)


@pytest.mark.parametrize(
    "code",
    [
        "df[df['年收入'] > 100 & df['客户号'] == '1']",
        "df[df['客户号'] == '1' & df['年收入'] > 3]",
        "df[df['客户号'] == '1' | df['年收入'] == 3]",
        "df['年收入'] > 1 & '1'",
    ],
)
def test_conditions_without_brackets_are_told(code):
    it = told(FRAME + code)
    assert "& 或 | 的两边不都是条件" in it.what
    assert "每个条件加圆括号" in it.advice[0]


@pytest.mark.parametrize(
    "code",
    [
        "df['年收入'].mean / 2",
        "2 / df['年收入'].mean",
        "df['年收入'] > df['年收入'].mean",
        "round(df['年收入'].mean, 2)",
        "float(df['年收入'].mean)",
        "for i, row in df.iterrows: pass",
        "df['年收入'].mean.round(2)",
        "df.groupby('客户号').sum.reset_index()",
        "len(df.head)",
        "'户数' + df['客户号'].nunique",
        "'a'.upper + 'b'",
        "f\"{df['年收入'].mean:.2f}\"",
        "import math\nmath.sqrt(df['年收入'].mean)",
        "def rate(): pass\nrate / 2",
    ],
)
def test_a_function_without_brackets_is_told(code):
    assert "函数后面少了圆括号" in told(FRAME + code).what


@pytest.mark.parametrize(
    "code",
    ["c.strip()", "len(c)", "c[:3]", "'a' in c", "__import__('re').sub('a', 'b', c)"],
)
def test_a_missing_value_among_texts_is_told(code):
    it = told(FRAME + f"pd.Series(['a', None]).map(lambda c: {code})")
    assert "小数或缺失值" in it.what
    assert "isinstance(c, str)" in it.advice[0]


def test_an_empty_cell_of_a_table_is_no_forgotten_return_alone():
    it = told(FRAME + "pd.Series(['a', None], dtype=object).map(lambda c: c.strip())")
    assert it.cause.startswith("表里这一格是空白")
    assert "isinstance(c, str)" in it.advice[0]


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("df['客户号', '年收入']", '写成两层方括号：表名[["列一", "列二"]]。'),
        ("df.drop('年收入')", 'drop(columns=["列名"])'),
        ("df.loc['年收入']", ".loc[行, 列] 先写行"),
        ("df.merge(df.set_axis(['号', '年收入'], axis=1), on='客户号')", "merge 的 on"),
        ("df.groupby('客户号').sum()['客户号']", ".reset_index()"),
    ],
)
def test_a_column_looked_for_in_the_wrong_place_is_not_called_misspelt(code, advice):
    it = told(FRAME + code, namespace=["客户号", "年收入"])
    assert advice in words(it)
    assert "写错了" not in words(it) and "现有" not in words(it)


@pytest.mark.parametrize(
    ("kind", "message", "what"),
    [
        ("SyntaxError", "f-string: unmatched '['", "里面用了和外面一样的引号"),
        ("SyntaxError", "f-string: unmatched '('", "里面用了和外面一样的引号"),
        ("SyntaxError", "f-string: expecting '}'", "里面用了和外面一样的引号"),
        ("TypeError", "argument of type 'float' is not a container or iterable", "小数或缺失值"),
        ("ValueError", "too many values to unpack (expected 2, got 3)", "个数对不上"),
        ("TypeError", "argument of type 'int' is not a container or iterable", "这里要一组值"),
        ("TypeError", "cannot use 'list' as a dict key (unhashable type: 'list')", "列表不能当字典的键"),
        ("TypeError", "f() got an unexpected keyword argument 'a'. Did you mean 'b'?", "没有叫 a 的参数"),
        ("NameError", "name 'x' is not defined. Did you mean: 'y'?", "变量 x 还没有定义"),
        ("SyntaxError", "invalid syntax. Did you mean 'for'?", "这一行的写法 Python 看不懂"),
        ("SyntaxError", "unterminated f-string literal (detected at line 1)", "引号没有配对"),
    ],
)  # fmt: skip
def test_wordings_of_later_pythons_are_told_as_well(kind, message, what):
    assert what in explain_error(kind, message).what


@pytest.mark.parametrize(
    ("code", "names", "near"),
    [
        ("{}['年收人']", ["年收入", "客户号"], "年收入"),
        ("{}['Income']", ["income"], "income"),
        ("{}['行业']", ["行业代码", "年收入"], "行业代码"),
        ("''.uper()", dir(str), "upper"),
        ("from math import sqrtt", ["sqrt", "sin"], "sqrt"),
        ("{}['txa']", ["tax", "loan"], "tax"),
        (FRAME + "df.groupby('客户号')['收入']", ["年收入", "客户号"], "年收入"),
        (FRAME + "df.pivot(index='客户号', columns='年收入', values='收入')", ["年收入"], "年收入"),
    ],
)
def test_a_close_name_is_offered(code, names, near):
    assert told(code, namespace=names).advice == (f"改成 {near}。",)


def test_the_columns_there_are_are_listed():
    names = [f"列{n}" for n in range(9)]
    assert told("{}['x']", namespace=names).cause.endswith(
        "列0、列1、列2、列3、列4、列5、列6、列7 等 9 个。"
    )


def test_a_kernel_without_our_package_is_the_wrong_kernel():
    it = explain_error("ModuleNotFoundError", "No module named 'smeprofile'")
    assert "更改内核…" in it.advice[0]


def test_a_missing_library_is_not_to_be_installed():
    assert "不要用 pip install" in told("import 没有这个库").advice[0]


def test_a_file_named_like_a_library_is_found_out():
    message = "partially initialized module 'random' has no attribute 'choice' (most likely …)"
    assert "重名" in explain_error("AttributeError", message).cause


# --- what stands as it is --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "message", "line"),
    [
        ("AssertionError", "应为 5 行。\n是不是漏了缺失值？", "检查未通过：应为 5 行。\n是不是漏了缺失值？"),
        ("UserError", "没有名为 a 的表。", "没有名为 a 的表。"),
        ("KeyboardInterrupt", "", "你停止了运行，这不是错误。要继续，就重新运行这个单元格。"),
    ],
)  # fmt: skip
def test_messages_meant_for_people_stand_alone(kind, message, line):
    assert explain_error(kind, message, source="1\n2", line=2).lines() == [line]


@pytest.mark.parametrize("kind", ["AssertionError", "UserError"])
def test_a_message_that_holds_a_whole_table_is_cut(kind):
    (line,) = explain_error(kind, "应为 5 行，现为" + "1" * 9_000_000).lines()
    assert "应为 5 行，现为111" in line and line.endswith("1…")
    assert len(line) < 3000 and len(one_line(kind, "1" * 9_000_000)) < 3000


@pytest.mark.parametrize("kind", ["TypeError", "SyntaxError", "MergeError"])
def test_what_another_run_would_not_change_is_not_to_be_run_again(kind):
    assert "重新运行" not in words(explain_error(kind, "odd"))
    assert "重新运行" in words(explain_error("ValueError", "odd"))


def test_an_unknown_error_gives_its_kind_and_message_and_the_way_to_the_teacher():
    it = told("class 离奇Error(Exception): pass\nraise 离奇Error('x' * 99)")
    assert "代码运行出错（离奇Error: xxx" in it.what
    assert "发给老师" in it.advice[-1]
    assert len(it.what) < 150


def test_several_things_to_try_are_numbered():
    assert Told("甲。", "乙。", ("丙。", "丁。")).lines()[2:] == ["试试：1. 丙。", "　　　2. 丁。"]


# --- for grading -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "message", "sentence"),
    [
        ("AssertionError", "\x1b[31m应为 2\x1b[0m", "应为 2"),
        ("AssertionError", "", "结果与预期不符"),
        ("NameError", "name 'x' is not defined. Did you mean: 'y'?",
         "变量 x 还没有定义：可能还没作答，或前面的单元没有运行成功"),
        ("ValueError", "", "取值不合适（ValueError）"),
        ("OddError", "odd", "代码运行出错（OddError: odd）"),
        ("CellTimeoutError", "", "运行超时：可能有停不下来的循环（CellTimeoutError）"),
    ],
)  # fmt: skip
def test_one_line_is_a_sentence_for_a_feedback_page(kind, message, sentence):
    assert one_line(kind, message) == sentence


# --- the words -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_without_a_full_stop_and_a_cause_with_one(kind):
    what, cause, *advice = KINDS[kind]
    assert not what.endswith("。")
    assert all(text.endswith("。") for text in (cause, *advice))


def test_every_error_of_python_that_ends_a_cell_is_told_without_english_only():
    kinds = [
        n for n, c in vars(builtins).items() if isinstance(c, type) and issubclass(c, Exception)
    ]
    silent = [k for k in kinds if not re.search(r"[\u4e00-\u9fff]", words(explain_error(k, "")))]
    assert silent == []


def test_menus_are_called_as_the_language_pack_calls_them():
    texts = [path.read_text(encoding="utf-8") for path in (PACKAGE / "explain").glob("*.py")]
    texts += [path.read_text(encoding="utf-8") for path in PACKAGE.glob("jupyter/startup/*.py")]
    named = {label for text in texts for label in re.findall(r"“(?:运行|内核) → ([^”]+)”", text)}
    pack = importlib.resources.files("jupyterlab_language_pack_zh_CN") / "locale" / "zh_CN"
    catalogue = json.loads((pack / "LC_MESSAGES" / "jupyterlab.json").read_text(encoding="utf-8"))
    english = ["Run All Above Selected Cell", "Run All Cells", "Restart Kernel…", "Change Kernel…"]
    assert named == {catalogue[text][0] for text in english}


def test_the_kernel_is_called_as_the_list_of_kernels_calls_it():
    advice = explain_error("ModuleNotFoundError", "No module named 'smeprofile'").advice[0]
    assert f"“{get_kernel_dict()['display_name']}”" in advice


# --- it never fails --------------------------------------------------------------------------

CODE = st.text(
    "abx_=+-*/%.,:;()[]{}'\"\\#\n\t !?0123456789，。（）“”　\u00a0\x00行业ａ１f\ud800", max_size=60
)
MESSAGES = st.one_of(
    st.text(max_size=60),
    st.sampled_from([
        "name '{}' is not defined", "'{}' object has no attribute '{}'", "invalid character '{}' (U+{})",
        "No module named '{}'", "{}() missing 1 required positional argument: '{}'", "incomplete input",
        "cannot import name '{}' from '{}'", "'{}' was never closed", "unterminated string {}", "'{}'",
        "invalid syntax", "could not convert string to float: {}", "'NoneType' {}", "'ellipsis' {}",
        "invalid non-printable character U+{}",
    ]).flatmap(lambda form: CODE.map(lambda text: form.replace("{}", text))),
)  # fmt: skip


@st.composite
def notebooks(draw):
    sources = draw(st.lists(st.one_of(CODE, st.just(STUB), st.just("# 标题")), max_size=4))
    kinds = [draw(st.sampled_from([new_code_cell, new_markdown_cell])) for _ in sources]
    return new_notebook(cells=[kind(s) for kind, s in zip(kinds, sources, strict=True)])


@given(
    kind=st.one_of(st.sampled_from(sorted(KINDS)), st.text(max_size=20)),
    message=MESSAGES,
    source=CODE,
    line=st.one_of(st.none(), st.integers(-2, 9)),
    notebook=st.one_of(st.none(), notebooks()),
    namespace=st.sets(CODE, max_size=4),
)
def test_whatever_the_error_something_is_told(kind, message, **known):
    assert explain_error(kind, message, **known).what
    assert one_line(kind, message)
