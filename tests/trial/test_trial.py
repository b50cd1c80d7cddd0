"""Cells run in one box, checks in another: what a check sees of an answer, and what it doesn't."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from conftest import missing
from smeprofile.nursery import nursery
from smeprofile.sandbox import Limits, Unavailable, refuse_without
from smeprofile.trial import Terms, trial
from smeprofile.trial.box import box, greeted, pair, start
from smeprofile.trial.plan import Check

ANSWER = """
import numpy as np, pandas as pd
from collections import namedtuple
from sklearn.linear_model import LinearRegression
number, text = 3, "甲"
def double(x, *, by=2): return x * by
def sort_it(values): values.sort()
def grow(frame): frame["new"] = 1
def fails(): raise ZeroDivisionError("secret")
def fails_oddly():
    class Odd(Exception): pass
    raise Odd
def leaves(): raise SystemExit
def count():
    n = 0
    while True:
        n += 1
        yield n
def few(): yield from "abc"
def noisy(x): print("heard", x); return x
def make(): return double
class Shop:
    city = "青屿"
    def __init__(self, n): self.n = n
    def sales(self): return self.n * 2
    def __eq__(self, other): return True
    def __getitem__(self, key): return key + 1
    def __len__(self): return 7
shop = Shop(4)
Row = namedtuple("Row", "a b")
row = Row(1, 2)
model = LinearRegression().fit([[1.0], [2.0]], [2.0, 4.0])
class Liar(LinearRegression):
    def score(self, X, y): return 1.0
liar = Liar().fit([[1.0], [2.0]], [5.0, -4.0])
frame = pd.DataFrame({"a": [1, 2]})
class Yes:
    def equals(self, other): return True
yes = Yes()
module = np
import matplotlib.pyplot as plt
figure, axes = plt.subplots(1, 2)
axes[0].plot([1, 2, 3], [4, 5, 6], label="本行")
axes[0].set(title="余额", xlabel="月", ylabel="万元", ylim=(0, 10))
axes[0].legend()
axes[1].bar(["甲", "乙"], [1, 2])
plt.close()
"""
# What the check says → the error it ends with, None when it passes
CHECKS = {
    "assert number == 3 and text == '甲'": None,
    "assert number == 4": "AssertionError",
    "assert double(21) == 42 and double(2, by=5) == 10": None,
    "import inspect\nassert list(inspect.signature(double).parameters) == ['x', 'by']": None,
    "assert callable(double) and double.__name__ == 'double'": None,
    "values = [3, 1, 2]\nassert sort_it(values) is None and values == [1, 2, 3]": None,
    "import pandas as pd\nt = pd.DataFrame({'a': [1]})\ngrow(t)\nassert list(t.columns) == ['a', 'new']": None,
    "try:\n    fails()\nexcept ZeroDivisionError as e:\n    assert not e.args\nelse:\n    assert False": None,
    "fails()": "ZeroDivisionError",
    "fails_oddly()": "Exception",  # the nearest that is known
    "leaves()": "LearnerError",
    "assert list(few()) == ['a', 'b', 'c']": None,
    "list(count())": "Uncrossable",
    "assert noisy(5) == 5": None,
    "assert make()(4) == 8": None,
    "assert shop.n == 4 and shop.sales() == 8 and shop[1] == 2 and len(shop) == 7": None,
    "assert Shop(5).sales() == 10 and Shop.city == '青屿'": None,
    "assert shop == 4": "Uncrossable",
    "assert shop": "Uncrossable",
    "assert shop.nothing": "AttributeError",
    "shop.n = 5": "Uncrossable",
    "assert row == (1, 2)": None,
    "from sklearn.linear_model import LinearRegression\nassert isinstance(model, LinearRegression)": None,
    "import numpy as np\nassert np.allclose(model.predict([[3.0]]), [6.0])": None,
    "assert model.get_params()['fit_intercept'] is True and 0 < model.score([[1.0], [3.0]], [2.0, 6.0])": None,
    "assert liar.score([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0]) > 0.9": "AssertionError",
    "assert yes.equals(3)": "Uncrossable",
    "ax = figure.axes[0]\nassert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ('余额', '月', '万元')": None,
    "assert figure.axes[0].get_title() == '利率'": "AssertionError",
    "ax = axes[0]\nassert ax.get_ylim() == (0, 10) and len(ax.lines) == 1 and list(ax.lines[0].get_ydata()) == [4, 5, 6]": None,
    "assert [t.get_text() for t in axes[0].get_legend().get_texts()] == ['本行']": None,
    "assert len(axes[1].patches) == 2 and [p.get_height() for p in axes[1].patches] == [1, 2]": None,
    "assert [t.get_text() for t in figure.axes[1].get_xticklabels()] == ['甲', '乙']": None,
    "from matplotlib.axes import Axes\nassert isinstance(figure.axes[0], Axes)": None,
    "assert frame['a'].sum() == 3\nframe['b'] = 1": None,
    "assert module": "NameError",
    "assert not_there": "NameError",
    "double(lambda: 1)": "Uncrossable",
    "assert double(frame)['a'].tolist() == [2, 4]": None,
    "import pickle\npickle.dumps(shop)": "Uncrossable",
    "import copy\ncopy.deepcopy(shop)": "Uncrossable",
    "assert f'{double}' == '<学员的 double>'": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def kennel():
    """A nursery for all; skipped where there is no sandbox."""
    try:
        refuse_without()
    except Unavailable as why:
        missing(f"a sandbox ({why})")
    with nursery():
        yield


def tried(folder, cells, plans, **terms):
    """Return what each cell said: the messages' kinds and their contents."""
    said = {place: [] for place in range(len(cells))}

    def say(place, message):
        said[place].append((message["msg_type"], message["content"]))

    trial(dict(enumerate(cells)), plans, say, Terms(**terms), work=folder, papers=folder)
    return said


def error(said):
    """The name of the error that a cell ended with, if any."""
    return next((content["ename"] for kind, content in said if kind == "error"), None)


NAMES = ["number", "text", "double", "sort_it", "grow", "fails", "fails_oddly", "leaves", "count",
         "few", "noisy", "make", "shop", "Shop", "row", "model", "liar", "yes", "frame", "module", "not_there", "figure", "axes"]  # fmt: skip


@pytest.fixture(scope="module")
def checked(kennel, tmp_path_factory):
    """What each of the checks said."""
    plans = {n: Check([], NAMES) for n in range(1, len(CHECKS) + 1)}
    said = tried(tmp_path_factory.mktemp("work"), [ANSWER, *CHECKS], plans)
    assert said.pop(0) == []
    return dict(zip(CHECKS, said.values(), strict=True))


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_ends_as_it_should(checked, check):
    assert error(checked[check]) == CHECKS[check], checked[check]
    assert "secret" not in str(checked[check])
    assert "heard" not in str(checked[check])


def test_each_check_sees_the_answer_as_it_stood_there(kennel, tmp_path):
    cells = ["x = 1", "assert x == 1", "x = 2", "assert x == 2", "x"]
    said = tried(tmp_path, cells, {1: Check([], ["x"]), 3: Check([], ["x"])})
    assert [error(said[n]) for n in range(5)] == [None] * 5
    assert said[4][0][1]["execution_count"] == 5


def test_modules_beside_the_notebook_are_found_by_learner_and_judge(kennel, tmp_path):
    (tmp_path / "beside.py").write_text("RATE = 2\n", encoding="utf-8")
    cells = ["import beside\nrate = beside.RATE", "import beside\nassert rate == beside.RATE"]
    said = tried(tmp_path, cells, {1: Check(["import beside"], ["rate"])})
    assert [error(said[n]) for n in range(2)] == [None, None], said


def test_what_the_judge_makes_itself_is_not_the_learners(kennel, tmp_path):
    cells = ["rate = 9", "rate_now = 2", "assert rate_now == rate"]
    said = tried(tmp_path, cells, {2: Check(["rate = 2"], ["rate_now"])})
    assert error(said[2]) is None


def test_a_dead_cell_is_left_out_and_the_rest_goes_on(kennel, tmp_path):
    cells = ["x = 1", "y = x + 1", "import os; os._exit(1)", "z = y + 1", "assert z == 3"]
    said = tried(tmp_path, cells, {4: Check([], ["z"])})
    assert [error(said[n]) for n in range(5)] == [None, None, "RunStopped", None, None]


def test_an_answer_that_never_ends_costs_only_its_own_check(kennel, tmp_path):
    cells = ["def f():\n    while True: pass\nx = 1", "f()", "assert x == 1"]
    plans = {1: Check([], ["f"]), 2: Check([], ["x"])}
    said = tried(tmp_path, cells, plans, cell_seconds=2)
    assert error(said[1]) == "TimeoutError"
    assert error(said[2]) is None


def test_a_judge_that_ends_is_followed_by_another(kennel, tmp_path):
    cells = ["x = 1", "import os; os._exit(1)", "assert x == rate"]
    said = tried(tmp_path, cells, {1: Check(["rate = 1"], []), 2: Check([], ["x"])})
    assert error(said[1]) == "RunStopped"
    assert error(said[2]) is None


def test_the_time_for_all_is_kept_and_checks_still_run(kennel, tmp_path):
    cells = ["x = 1", "import time; time.sleep(60)", "y = 1", "assert x == 1"]
    said = tried(tmp_path, cells, {3: Check([], ["x"])}, limits=Limits(seconds=8), grace_seconds=2)
    assert error(said[1]) in ("KeyboardInterrupt", "RunStopped")
    assert error(said[2]) in ("RunStopped", None)
    assert error(said[3]) is None


def test_checks_have_time_of_their_own_after_the_cells(kennel, tmp_path):
    slow = "import time; time.sleep(1.5); assert x == 1"
    cells = ["x = 1", slow, slow, "y = 2"]
    plans = {1: Check([], ["x"]), 2: Check([], ["x"])}
    said = tried(tmp_path, cells, plans, limits=Limits(seconds=2), cell_seconds=5)
    assert [error(said[n]) for n in range(4)] == [None] * 4


def test_an_answer_whose_process_ends_is_not_said_to_be_missing(kennel, tmp_path):
    ends = "import os\nclass Ends(list):\n    def __iter__(self): os._exit(1)\nx, y = Ends(), 1"
    plans = {1: Check([], ["x"]), 2: Check([], ["y"])}
    said = tried(tmp_path, [ends, "assert x == []", "assert y == 1"], plans)
    assert [error(said[n]) for n in range(3)] == [None, "RunStopped", None]


def test_what_all_begin_with_is_made_anew_once_it_has_ended(kennel, tmp_path):
    first, again = [start([("x = 1", 1)], tmp_path, ()).result() for _ in range(2)]
    assert first == again
    known = psutil.process_iter(["cwd"])
    next(one for one in known if one.info["cwd"] == f"{first.place}.d").kill()
    begun = start([("x = 1", 1)], tmp_path, ()).result()
    with box("learner", tmp_path, (), Limits(), begun=begun) as side:
        assert side.ask(["run", "x", 2], 30)[1]["content"]["data"] == {"text/plain": "1"}


def test_what_all_begin_with_is_tried_again_after_a_fault(kennel, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["smeprofile.trial.box"], "asking", broken)
        assert start([("y = 1", 1)], tmp_path, ()).result() is None
    assert start([("y = 1", 1)], tmp_path, ()).result()


def started_as(number):
    """Start a process that has this number."""
    for _ in range(20):  # others start some, too
        try:
            Path("/proc/sys/kernel/ns_last_pid").write_text(str(number - 1), encoding="ascii")
        except OSError:
            break
        process = subprocess.Popen(["sleep", "20"])
        if process.pid == number:
            return process
        process.kill()
        process.wait()
    return missing("root, who may choose the number of a process,")


def test_a_signal_never_hits_another_process_that_has_its_number(kennel):
    ours, theirs = pair()
    with theirs, subprocess.Popen(["sh", "-c", "printf !; read x"], stdin=-1, stdout=theirs) as one:
        side = greeted(ours)
        one.communicate()
    with started_as(one.pid) as other:
        side.end()
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.2)
        other.kill()


def test_what_programs_write_is_heard_as_in_a_kernel(kennel, tmp_path):
    cells = [
        "import subprocess, os\nsubprocess.run(['echo', '外面'])\nos.write(2, b'raw')\nprint('in')"
    ]
    texts = [c for kind, c in tried(tmp_path, cells, {})[0] if kind == "stream"]
    assert {(c["name"], c["text"]) for c in texts} == {
        ("stdout", "in\n"), ("stdout", "外面\n"), ("stderr", "raw"),
    }  # fmt: skip


def test_what_is_plain_in_the_right_answer_must_be_in_others(kennel, tmp_path):
    cells = [
        ANSWER,
        "assert double(2) == 4 and number == 3",
        "assert shop.n == 4",
        "assert list(few()) == ['a', 'b', 'c']",
        "make()",
        "assert [*few()] == ['a', 'b', 'c']\nassert not isinstance(few(), list)",
    ]
    names = ["double", "number", "shop", "few", "make"]
    found = {}

    def say(place, message):
        found.setdefault(place, []).append((message["msg_type"], message["content"]))

    plans = {
        1: Check([], names),
        2: Check([], names, plain=("shop",)),
        3: Check([], names, is_told_plainly=True),
        4: Check([], names),
        5: Check([], names, is_told_plainly=True),
    }
    noted = trial(dict(enumerate(cells)), plans, say, Terms(), work=tmp_path, papers=tmp_path)
    assert {n: error(said) for n, said in found.items()} == {2: "Uncrossable"} | (
        {4: None} if 4 in found else {}
    )
    assert noted[1] == (("number",), True)
    assert noted[3] == (("number",), False)
    assert noted[4] == (("number",), False)
