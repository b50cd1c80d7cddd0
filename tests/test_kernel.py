"""In a kernel of our JupyterLab every error is told in words, its traceback one click away."""

import ast
import asyncio
import os
import re
import shutil
from contextlib import contextmanager

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from smeprofile.explain import STUB
from smeprofile.lab import SETTINGS, prepare
from smeprofile.params import load_cohort
from smeprofile.paths import home

SUMMARY = "原始报错（给老师或懂代码的同事看）"
CELLS = {
    "read": "core = 1",
    "answer": f"def dedupe(table):\n    {STUB}",
    "check": "dedupe(1)['a']",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A prepared workspace: its folder and environment, and a notebook saved in it."""
    base = tmp_path_factory.mktemp("kernel") / "小微 课程"
    (base / "datasets").mkdir(parents=True)
    (base / "course" / "02").mkdir(parents=True)
    shutil.copy(home() / "datasets" / "cohort.yml", base / "datasets")
    nbformat.write(new_notebook(cells=[]), base / "course" / "02" / "practice.ipynb")
    setup = prepare(base, base / "workspace", load_cohort())
    texts = [new_markdown_cell("## 读取"), new_markdown_cell("### 第 9 题　客户去重")]
    code = [new_code_cell(source, id=name) for name, source in CELLS.items()]
    cells = [texts[0], code[0], texts[1], code[1], code[2]]
    nbformat.write(new_notebook(cells=cells), setup.workspace / "practice.ipynb")
    return setup


class Kernel:
    """A running kernel; calling it runs a cell and gives what that showed."""

    def __init__(self, runner, manager, client):
        self.runner, self.manager, self.client = runner, manager, client

    def __call__(self, code, *, cell_id=None, interrupt_after=None):
        return self.runner.run(self._outputs(code, cell_id, interrupt_after))

    async def _outputs(self, code, cell_id, interrupt_after):
        session = self.client.session
        request = session.msg("execute_request", {"code": code}, metadata={"cellId": cell_id})
        self.client.shell_channel.send(request)
        outputs, state = [], ""
        while state != "idle":
            got = await self.client.get_iopub_msg(timeout=60)
            if got["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            state = got["content"].get("execution_state", "")
            if interrupt_after and got["msg_type"] == "execute_input":
                await asyncio.sleep(interrupt_after)
                await self.manager.interrupt_kernel()
            if got["msg_type"] in ("stream", "error", "display_data", "execute_result"):
                outputs.append((got["msg_type"], got["content"]))
        await self.client.get_shell_msg(timeout=60)
        return outputs


@contextmanager
def kernel_of(lab, **env):
    env = {"PATH": os.environ["PATH"], "HOME": str(lab.workspace), **lab.env, **env}
    with asyncio.Runner() as runner, (lab.workspace / "kernel.log").open("w") as log:
        manager = AsyncKernelManager()
        start = manager.start_kernel(env=env, cwd=str(lab.workspace), stderr=log, stdout=log)
        runner.run(start)
        client = manager.client()
        client.start_channels()
        try:
            runner.run(client.wait_for_ready(timeout=60))
            yield Kernel(runner, manager, client)
        finally:
            client.stop_channels()
            runner.run(manager.shutdown_kernel(now=True))


@pytest.fixture(scope="module")
def run(lab):
    with kernel_of(lab, JPY_SESSION_NAME=str(lab.workspace / "practice.ipynb")) as kernel:
        yield kernel


def lines(outputs):
    return [output["traceback"] for kind, output in outputs if kind == "error"]


def raw(outputs):
    return [output["data"] for kind, output in outputs if kind == "display_data"]


# --- what an error shows ---------------------------------------------------------------------


def test_an_error_is_three_lines_in_chinese(run):
    assert lines(run("x = 0\n1 / x")) == [
        [
            "出了什么事：第 2 行 1 / x：除数为零。",
            "可能的原因：分母没有数据，或那一行本来就是 0。",
            "试试：1. 先打印分母看看。",
            "　　　2. 分母为 0 的，先想清楚该算缺失还是去掉。",
        ]
    ]


def test_it_is_still_an_error_to_jupyter_and_stops_what_follows(run):
    (kind, output), *_ = run("1 / 0")
    assert (kind, output["ename"], output["evalue"]) == (
        "error",
        "ZeroDivisionError",
        "division by zero",
    )


def test_the_whole_traceback_follows_folded_and_without_colours(run):
    shown = run("def half(x):\n    return 1 / x\n\nhalf(0)")
    assert [kind for kind, _ in shown] == ["error", "display_data"]
    html, text = raw(shown)[0]["text/html"], raw(shown)[0]["text/plain"]
    assert html.startswith(f'<details class="sme-raw"><summary>{SUMMARY}</summary><pre>')
    assert "return 1 / x" in html and "ZeroDivisionError" in html
    assert "\x1b" not in html + text


def test_a_traceback_is_shown_as_text_not_as_html(run):
    html = raw(run("raise ValueError('<b>&')"))[0]["text/html"]
    assert "<b>" not in html and "&lt;b&gt;&amp;" in html


def test_a_failed_check_is_its_message_alone(run):
    shown = run("assert 1 == 2, '应为 2'")
    assert (lines(shown), raw(shown)) == ([["检查未通过：应为 2"]], [])


def test_a_check_that_finds_nothing_says_that_it_passed_and_what_that_means(run):
    (shown,) = raw(run("assert True", cell_id="practice-redline-check"))
    assert shown["text/plain"].startswith("检查通过，可以交。")
    assert raw(run("assert True", cell_id="practice-redline")) == []
    assert raw(run("assert False, '还没有选'", cell_id="practice-redline-check")) == []


def test_a_check_that_says_nothing_is_told_in_three_parts(run):
    shown = run("assert 1 == 2")
    assert "结果与预期不符" in lines(shown)[0][0]
    assert len(raw(shown)) == 1


def test_our_own_messages_stand_as_they_are_with_the_way_into_the_helpers(run):
    shown = run("from smeprofile.schemas import table_schema\ntable_schema('没有')")
    assert lines(shown)[0][0].startswith("没有名为 没有 的表。")
    assert "schemas.py" in raw(shown)[0]["text/html"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print（1)", "第 1 行第 6 个字符是中文左括号「（」"),
        ("x = 1\n  y = 2", "前面多了空格"),
        ("x = 1\nprint(1", "第 2 行 print(1：左括号 ( 没有配上右括号"),
        ("return 1", "return 写在了函数外面"),
        ("%没有这个命令", "以 % 开头的命令用不了"),
        ("raise ExceptionGroup('一组', [ValueError(1)])", "ExceptionGroup"),
        ("class A:\n    def __repr__(self):\n        raise ValueError('坏')\n\nA()", "坏"),
        ("import sys\nsys.exit(1)", "代码要求退出"),
        ("from IPython.display import HTML\n\nHTML(filename='没有')", "找不到文件 没有"),
    ],
)
def test_every_way_to_fail_is_told(run, code, words):
    shown = run(code)
    assert words in lines(shown)[0][0]
    assert SUMMARY in raw(shown)[0]["text/plain"]


def test_an_interruption_is_no_error_of_the_trainee(run):
    shown = run("import time\ntime.sleep(60)", interrupt_after=0.5)
    assert lines(shown) == [["你停止了运行，这不是错误。要继续，就重新运行这个单元格。"]]


def test_a_warning_is_left_alone(run):
    shown = run("import warnings\nwarnings.warn('当心')")
    assert [kind for kind, _ in shown] == ["stream"]


def test_what_is_shown_and_kept_is_bounded(run):
    for code in ("assert False, '应为 1，现为' + '1' * 9_000_000", "float('元' * 9_000_000)"):
        shown = run(code)
        assert len(str(shown)) < 200_000
        assert shown[0][1]["evalue"].endswith(("1", "元"))
    assert "could not convert" in raw(shown)[0]["text/html"]


# --- what is known around it -----------------------------------------------------------------


def test_a_variable_of_a_cell_not_run_names_the_cell(run):
    assert "“读取”下面以 core = 1 开头的单元格" in lines(run("core + 1"))[0][1]


def test_an_answer_not_given_is_told_and_no_longer_once_it_was_run_though_not_saved(run):
    run(CELLS["answer"], cell_id="answer")
    assert "“第 9 题　客户去重”的答题单元格还没有作答" in lines(run(CELLS["check"]))[0][1]
    run("def dedupe(table):\n    print('作答了')", cell_id="answer")
    assert "忘了写 return" in lines(run(CELLS["check"], cell_id="check"))[0][1]


def test_the_line_in_the_answer_that_a_check_runs_into_is_quoted(run):
    run("def to_cny(text):\n    return [float(t) for t in [text]][0]", cell_id="cny")
    (first, *_), *_ = lines(
        run("x = 1\nassert to_cny('500万元') == 5_000_000", cell_id="cny-check")
    )
    assert "函数 to_cny 所在单元格的第 2 行 return [float(t) for t in [text]][0]：文字" in first
    assert "第 2 行 assert" not in first


def test_an_answer_called_otherwise_than_its_check_asks_is_to_be_renamed(run):
    run("def Dedupe(table):\n    return {'A': 1}\n\nglobals().pop('dedupe', 0)", cell_id="answer")
    shown = lines(run(CELLS["check"], cell_id="answer-check"))[0]
    assert "把答题单元格里的 Dedupe 改成 dedupe" in shown[2]
    run("def dedupe(table):\n    return {'A': 1}", cell_id="answer")
    shown = lines(run(CELLS["check"], cell_id="answer-check"))[0]
    assert "把答题单元格里的 A 改成 a" in shown[2]


def test_the_columns_and_keys_at_hand_are_compared(run):
    run("import pandas as pd\ntable = pd.DataFrame({'客户号': [1], '年收入': [2]})")
    for code in (
        "table['年收人']",
        "(table\n .assign(x=1)\n .groupby('年收人')\n)",
        "table.年收人",
    ):
        assert "有一个相近的 年收入" in lines(run(code))[0][1]
    run("def income(firm):\n    return firm['年收人']")
    assert "有一个相近的 年收入" in lines(run("income({'年收入': 1})"))[0][1]


def test_variables_at_hand_are_compared(run):
    run("customers = 1")
    assert "有一个相近的名字 customers" in lines(run("custmers"))[0][1]
    assert "相近" not in lines(run("count"))[0][1]  # IPython's own Out


def test_looking_around_runs_no_code_of_the_trainee(run):
    run(
        "class Loud(dict):\n"
        "    def keys(self): print('被调用了')\n"
        "    __iter__ = __len__ = __repr__ = __dir__ = keys\n"
        "    __class__ = property(keys)\n"
        "loud = Loud()"
    )
    shown = run("pass\nloud['a']")  # IPython itself looks closely at a single line
    assert [kind for kind, _ in shown] == ["error", "display_data"]


@pytest.mark.parametrize("content", ["", "[]", '{"cells": [{}]}', '{"cells": [1]}', '"\\ud800"'])
def test_a_notebook_that_cannot_be_read_is_done_without(lab, content):
    path = lab.workspace / "broken.ipynb"
    path.write_text(content, encoding="utf-8")
    with kernel_of(lab, JPY_SESSION_NAME="elsewhere/broken.ipynb") as run:
        assert "还没有定义" in lines(run("core"))[0][0]


# --- what it leaves alone --------------------------------------------------------------------


def test_it_leaves_no_name_behind(run):
    names = run("print(sorted(n for n in globals() if not n.startswith('_i')))")[0][1]["text"]
    ours = [n for n in ast.literal_eval(names) if re.search("sme|setup|startup|teller", n)]
    assert ours == []


def test_when_our_own_code_fails_the_usual_traceback_appears(lab):
    with kernel_of(lab, JPY_SESSION_NAME="practice.ipynb") as run:
        run("import smeprofile.explain\ndel smeprofile.explain.explain_error")
        for code, kind in {"1 / 0": "ZeroDivisionError", "print（": "SyntaxError"}.items():
            shown = run(code)
            assert [kind for kind, _ in shown] == ["error"]
            assert kind in lines(shown)[0][-1]


def test_a_kernel_that_is_no_notebooks_keeps_its_tracebacks(lab):
    with kernel_of(lab) as run:
        assert "Traceback" in "".join(lines(run("1 / 0"))[0])


def test_nothing_is_imported_before_the_first_error(lab):
    with kernel_of(lab, JPY_SESSION_NAME="practice.ipynb") as fresh:
        code = "import sys; print({'smeprofile.explain', 'pandas', 'nbformat'} & set(sys.modules))"
        assert fresh(code)[0][1]["text"] == "set()\n"


def test_a_kernel_without_our_package_says_so_once_and_what_to_do(lab, tmp_path):
    (tmp_path / "smeprofile.py").write_text("", encoding="utf-8")  # hides the package
    env = {"JPY_SESSION_NAME": "practice.ipynb", "PYTHONPATH": str(tmp_path)}
    with kernel_of(lab, **env) as run:
        said = run("1 + 1")[0][1]["text"]
        assert "“内核 → 更改内核…”，选“Python 3 (ipykernel)”" in said
        assert [kind for kind, _ in run("1 + 1")] == ["execute_result"]


def test_the_startup_file_can_be_read_by_python_3_8():
    source = (SETTINGS / "startup" / "00-smeprofile.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 8))
