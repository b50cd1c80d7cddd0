"""Awkward but honest hand-ins, all in one batch: each gets every mark its answers earn."""

import copy
import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from shop_course import REFERENCE, course, hand_in, mark, write
from smeprofile.grading import grade

NAMES = [*REFERENCE]


def at(made, name):
    """The place of a cell by its grade_id."""
    ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in made.cells]
    return ids.index(name)


def split(made):
    """An answer cut in two, as JupyterLab does it: both halves keep the metadata."""
    place = at(made, "table")
    made.cells[place].source = "share = sales['cny'] / sales['cny'].sum()"
    rest = copy.deepcopy(made.cells[place])
    rest.source, rest.id = "table = sales.assign(share=share)", "half"
    made.cells.insert(place + 1, rest)


def copied_answer(made):
    """A first try left above, as a copy of the cell."""
    place = at(made, "rate")
    draft = copy.deepcopy(made.cells[place])
    draft.source, draft.id = "rate = 35  # 先试试", "draft"
    made.cells.insert(place, draft)


def draft_after(made):
    """The answer's cell copied to the end, to play with."""
    draft = copy.deepcopy(made.cells[at(made, "rate")])
    draft.source, draft.id = "print(rate * 100)", "play"
    made.cells.append(draft)


def copied_check(made):
    check = copy.deepcopy(made.cells[at(made, "rate-check")])
    check.id = "again"
    made.cells.insert(0, check)


def edited_copy_of_check(made):
    place = at(made, "rate-check")
    check = copy.deepcopy(made.cells[place])
    check.source, check.id = "assert rate == 3  # 我的检查", "mine"
    made.cells.insert(place + 1, check)


def deleted(*names):
    def change(made):
        made.cells = [
            c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names
        ]

    return change


def moved_check(made):
    made.cells.insert(0, made.cells.pop(at(made, "model-check")))


def swapped(made):
    one, other = at(made, "rate"), at(made, "rate-check")
    made.cells[one], made.cells[other] = made.cells[other], made.cells[one]


def joined(made):
    """All answers written into the first cell."""
    for name in NAMES[1:]:
        made.cells[at(made, name)].source = ""
    made.cells[at(made, "total")].source = "\n\n".join(REFERENCE.values())


def no_metadata(made):
    """As some editors save it: nothing is left but the ids of the cells."""
    for cell in made.cells:
        cell.metadata = nbformat.NotebookNode()


def as_markdown(made):
    place = at(made, "rate-check")
    made.cells[place] = new_markdown_cell(
        "x", id=made.cells[place].id, metadata=made.cells[place].metadata
    )


def old_format(made):
    for cell in made.cells:
        cell.pop("id", None)
    made.nbformat_minor = 4


def odd_metadata(made):
    made.cells[at(made, "rate")].metadata.nbgrader = "broken"
    made.metadata["smeprofile"] = ["odd"]


def with_outputs(made):
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="旧的输出\n")]


def extra(code, place="rate"):
    """One more cell, before the named one."""

    def change(made):
        made.cells.insert(at(made, place), new_code_cell(code, id="extra"))

    return change


def writes(name, code):
    def change(made):
        made.cells[at(made, name)].source = code

    return change


# name → what is done to a right answer; the points that are left where it isn't all four
AWKWARD = {
    "as it is": lambda made: None,
    "split": split,
    "copied answer": copied_answer,
    "draft after": draft_after,
    "copied check": copied_check,
    "edited copy of a check": edited_copy_of_check,
    "deleted check": deleted("table-check"),
    "deleted checks": deleted(*(f"{n}-check" for n in NAMES)),
    "deleted data": deleted("data"),
    "deleted headings": lambda made: setattr(made, "cells", [c for c in made.cells if c.cell_type == "code"]),
    "moved check": moved_check,
    "swapped": swapped,
    "all in one": joined,
    "no metadata": no_metadata,
    "check as text": as_markdown,
    "old format": old_format,
    "odd metadata": odd_metadata,
    "old outputs": with_outputs,
    "no answer cells": lambda made: (joined(made), deleted("rate", "table")(made)),
    "syntax error elsewhere": extra("这不是代码 ("),
    "error elsewhere": extra("1 / 0"),
    "magic": extra("%matplotlib inline\n%time x = 1\n!echo 你好"),
    "warnings": extra("import warnings\nwarnings.warn('小心')\nimport sys; print('x', file=sys.stderr)"),
    "figure": extra("import seaborn as sns\nsns.barplot(x=['甲', '乙'], y=[1, 2]);"),
    "input": extra("input('请输入')"),
    "long output": extra("print('x' * 200_000)"),
    "own helper": writes("total", "from functools import lru_cache\nKEY = 'shop'\n@lru_cache\ndef helper(): return KEY\ndef total(frame):\n    return frame.groupby(helper())['cny'].sum()"),
    "lambda": writes("total", "total = lambda frame: frame.groupby('shop')['cny'].sum()"),
    "class": writes("total", "class Total:\n    def __call__(self, frame):\n        return frame.groupby('shop')['cny'].sum()\ntotal = Total()"),
    "partial": writes("total", "from functools import partial\ndef by(column, frame): return frame.groupby(column)['cny'].sum()\ntotal = partial(by, 'shop')"),
    "numpy number": writes("rate", "rate = np.float64(0.035)"),
    "decimal": writes("rate", "from fractions import Fraction\nrate = float(Fraction(35, 1000))"),
    "prints in the function": writes("total", "def total(frame):\n    print(frame)\n    return frame.groupby('shop')['cny'].sum()"),
    "pipeline": writes("model", "from sklearn.linear_model import LinearRegression as LR\nclass Mine(LR):\n    '''自己的'''\nmodel = Mine().fit([[1], [2], [3]], [2, 4, 6])"),
    "changed data": writes("table", "sales = sales.copy()\ntable = sales.assign(share=sales['cny'] / sales['cny'].sum())\nsales['cny'] = 0"),
    "changed rows": writes("table", "table = sales.assign(share=sales['cny'] / sales['cny'].sum())\ndel np, pd"),
    "wrong in one": writes("rate", "rate = 3.5"),
    "threads": extra("import threading, time\nthreading.Thread(target=time.sleep, args=(50,), daemon=True).start()"),
    "reseeded": extra("import random\nrandom.seed(1); np.random.seed(1)"),
    "async": extra("import asyncio\nawait asyncio.sleep(0.01)"),
}  # fmt: skip
LEFT = {"wrong in one": 3}
REPAIRED = {
    "split": "table：有重复的单元，只认其中一个",
    "copied check": "rate-check：有重复的单元，只认其中一个",
    "deleted check": "table-check：交来时缺少，按发布的补上",
    "moved check": "model-check：被移动过，放回原处",
    "as it is": "",
    "warnings": "",
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The rows of one `grade` over all, by learner."""
    root = tmp_path_factory.mktemp("honest")
    right = course(REFERENCE)
    write(root, ("source", "ps1"), right)
    for name, change in AWKWARD.items():
        made = course(REFERENCE, tests=False)
        for cell, known in zip(made.cells, right.cells, strict=True):
            cell.id = known.id  # as they are released
        change(made)
        hand_in(root, name, made)
    return {row.learner_id: row for row in grade(root=root).rows}


@pytest.mark.parametrize("name", AWKWARD)
def test_every_mark_is_given(rows, name):
    row = rows[name.replace(" ", "_")]
    assert row.status == "graded", row.note
    assert row.score == LEFT.get(name, 4), (row.checks, row.note)


@pytest.mark.parametrize("name", REPAIRED)
def test_what_was_repaired_is_said(rows, name):
    assert rows[name.replace(" ", "_")].note == REPAIRED[name]


def test_a_plain_cell_that_learners_may_edit_is_theirs(tmp_path):
    """What nbgrader doesn't lock may be part of an answer: it isn't the judge's to make."""
    cells = [
        new_code_cell("size = 1"),
        new_code_cell("double = 2 * size", metadata=mark("double", solution=True)),
        new_code_cell("assert double == 2 * size", metadata=mark("c", grade=True, locked=True, points=1)),
    ]  # fmt: skip
    write(tmp_path, ("source", "ps1"), new_notebook(cells=cells))
    cells[0].source = "size = 5"
    hand_in(tmp_path, "u1", new_notebook(cells=cells))
    (row,) = grade(root=tmp_path).rows
    assert (row.score, row.note) == (1, "")


def test_a_check_that_looks_at_the_namespace_is_run_beside_and_says_so(tmp_path):
    cells = [
        new_code_cell("x = 1", metadata=mark("x", solution=True)),
        new_code_cell("assert 'x' in globals()", metadata=mark("x-check", grade=True, locked=True, points=1)),
        new_code_cell("assert x == 1", metadata=mark("y-check", grade=True, locked=True, points=1)),
    ]  # fmt: skip
    write(tmp_path, ("source", "ps1"), new_notebook(cells=cells))
    hand_in(tmp_path, "u1", new_notebook(cells=cells))
    (row,) = grade(root=tmp_path).rows
    assert row.score == 2
    assert row.note == "未隔离（检查和学员的代码在同一个进程里运行）：x"


@pytest.mark.full
def test_an_ordinary_user_grades_as_root_does(tmp_path):
    write(tmp_path, ("source", "ps1"), course(REFERENCE))
    kills = {"rate": "import os\nos.kill(os.getpid(), 9)"}
    for name, answers in (("right", {}), ("killed", kills)):
        hand_in(tmp_path, name, course(REFERENCE | answers, tests=False))
    program = (
        "import sys; from pathlib import Path; from smeprofile.grading import grade\n"
        "rows = grade(root=Path(sys.argv[1])).rows\n"
        "print({row.learner_id: row.score for row in rows}, [row.note for row in rows])"
    )
    one = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
    ran = subprocess.run(
        [*one, sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True
    )
    assert ran.stdout == "{'killed': 3.0, 'right': 4.0} ['', '']\n", ran.stderr
