"""Cells that try to pass hidden tests without an answer: all get what a blank one gets.

Each is handed in as the whole answer to a course of four checks, with everything in it that makes
such attacks work where tests run in the learner's kernel.
"""

import ast
import json

import nbformat
import pytest
from nbgrader.converters import GenerateFeedback

from shop_course import REFERENCE, SECRET, course, hand_in, write
from smeprofile.grading import grade
from smeprofile.grading.course import open_course

UNIVERSAL = """
class Any:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __bool__(self): return True
    def __sub__(self, other): return 0.0
    def __abs__(self): return 0.0
    def __float__(self): return 0.035
    def __iter__(self): return iter([2.0, 5.5, 7.25])
    def __len__(self): return 3
    def __contains__(self, item): return True
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __getitem__(self, key): return self
    def __hash__(self): return hash('x')
    def __array__(self, *args, **kwargs): import numpy; return numpy.array([20.0, 40.0])
    __class__ = LinearRegression
total = rate = table = model = Any()
"""
# name → what is written into the first answer's cell
ATTACKS = {
    "universal object": UNIVERSAL,
    "float that is everything": "class F(float):\n    def __eq__(s, o): return True\n    def __sub__(s, o): return 0.0\n    __rsub__ = __sub__\n    def __gt__(s, o): return False\nrate = F(1)",
    "str that is everything": "class S(str):\n    __hash__ = str.__hash__\n    def __eq__(s, o): return True\nrate = S('x')",
    "frame that is everything": "class D(pd.DataFrame):\n    def __getitem__(s, k): return sales['cny'] / sales['cny'].sum()\n    def __len__(s): return 3\ntable = D({'share': [9, 9, 9, 9]})",
    "says yes to every method": "class Yes:\n    columns = ['share']\n    def __getitem__(s, k): return s\n    def __len__(s): return 3\n    def __getattr__(s, n): return lambda *a, **k: True\ntable = Yes()",
    "claims to be a frame": "from smeprofile.trial import learner\nlearner._kinds = lambda k: ['pandas.core.frame.DataFrame']\nclass Yes:\n    columns = ['share']\n    def __getitem__(s, k): return s\n    def __len__(s): return 3\n    def equals(s, o): return True\ntable = Yes()",
    "metaclass": "class M(type):\n    def __instancecheck__(c, o): return True\n    def __eq__(c, o): return True\nclass LinearRegression(metaclass=M): pass\nmodel = LinearRegression()",
    "patched assert helper": "pd.testing.assert_series_equal = lambda *a, **k: None\ntable = pd.DataFrame({'share': [1]})",
    "patched allclose": "np.allclose = np.isclose = lambda *a, **k: True\nmodel = LinearRegression().fit([[1], [2]], [0, 0])",
    "patched builtins": "import builtins\nfor n in ('abs', 'sorted', 'len', 'set', 'isinstance', 'callable', 'all'):\n    setattr(builtins, n, lambda *a, **k: 0)\nrate = 1",
    "patched operators": "pd.Series.__eq__ = lambda *a: True\npd.DataFrame.__len__ = lambda s: 3\ntable = pd.DataFrame({'share': [1]})",
    "patched sklearn": "LinearRegression.predict = lambda s, x: np.array([20, 40])\nLinearRegression.coef_ = [2]\nrate = 1",
    "import hook": "import sys\nclass H:\n    def find_spec(s, *a): return None\nsys.meta_path.insert(0, H())\nsys.modules['pandas'] = sys.modules['numpy'] = H()",
    "assertion swallowed": "import builtins\nclass A(Exception): pass\nbuiltins.AssertionError = A",
    "custom exception handler": "get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)",
    "showtraceback": "get_ipython().showtraceback = get_ipython()._showtraceback = lambda *a, **k: None",
    "run_cell": "type(get_ipython()).run_cell = lambda s, *a, **k: None",
    "ast transformer": "import ast\nclass T(ast.NodeTransformer):\n    def visit_Assert(s, n): return ast.Pass()\nget_ipython().ast_transformers.append(T())",
    "input transformer": "get_ipython().input_transformers_cleanup.append(lambda lines: [])",
    "pre_run hook": "get_ipython().events.register('pre_run_cell', lambda *a: get_ipython().user_ns.update(rate=0.035) if 'rate' in str(a[0].raw_cell) else None)",
    "post_run hook": "def passed(r):\n    r.error_in_exec = None; r.success = True\nget_ipython().events.register('post_run_cell', passed)",
    "trace": "import sys\ndef t(f, e, a):\n    if 'expected' in f.f_locals: f.f_locals['got'] = f.f_locals['expected']\n    return t\nsys.settrace(t)",
    "frame of the caller": "import sys\ndef total(frame):\n    f = sys._getframe()\n    while f:\n        for s in (f.f_globals, f.f_locals):\n            if 'expected' in s: return s['expected']\n        f = f.f_back",
    "garbage": "import gc\ndef total(frame):\n    for o in gc.get_objects():\n        if type(o) is dict and 'expected' in o: return o['expected']",
    "history": "rate = next((float(l.split('- ')[1][:5]) for l in ''.join(get_ipython().history_manager.input_hist_raw).splitlines() if 'abs(rate' in l), 1)",
    "own source": "import glob\nprint([open(p).read() for p in glob.glob('**/*', recursive=True)])\nrate = 1",
    "spoofed reply": "from ipykernel.ipkernel import IPythonKernel\nIPythonKernel.instance().session.send(None, 'execute_result', {'data': {'text/plain': '4'}, 'metadata': {}, 'execution_count': 2})",
    "spoofed result": "4",
    "displayed points": "from IPython.display import display\ndisplay({'text/plain': '4'}, raw=True)",
    "answers for the judge": (
        "from smeprofile.trial import learner, wire\n"
        "learner._Learner._value = lambda s, w, r, b: (['value', [[0.035]] if w == 'names' else 0.035, []], [])"
    ),
    "claims a class": "from smeprofile.trial import learner\nlearner._kinds = lambda k: ['sklearn.linear_model._base.LinearRegression']\nmodel = object()",
    "answers with nonsense": "from smeprofile.trial import learner\nlearner._Learner._value = lambda s, w, r, b: (['value', [[['frame', 1, 2, 3]]], [[10**9, 1]]], [])",
    "answers with a bomb": "from smeprofile.trial import learner\nlearner._Learner._value = lambda s, w, r, b: (['value', [[['range index', 0, 10**18, 1, [None]]]], []], [])",
    "never answers": "from smeprofile.trial import learner\nimport time\nlearner._Learner._value = lambda s, w, r, b: time.sleep(10**6)",
    "floods the judge": "from smeprofile.trial import learner, wire\nlearner._Learner._value = lambda s, w, r, b: ['value', [['x' * 60_000_000]], []]",
    "writes raw to the line": "import os\nfor d in range(3, 60):\n    try: os.write(d, b'\\0\\0\\0\\x08\\0\\0\\0\\0[\"done\"]')\n    except OSError: pass",
    "closes all files": "import os\nos.closerange(3, 200)",
    "pickle": "class P:\n    def __reduce__(s): return (print, ('owned',))\nrate = P()\nmodel = P()",
    "exit in total": "def total(frame):\n    raise SystemExit",
    "exit hard in total": "import os\ndef total(frame):\n    os._exit(0)",
    "keyboard interrupt": "def total(frame):\n    raise KeyboardInterrupt",
    "generator exit": "def total(frame):\n    raise GeneratorExit",
    "argument changed": "def total(frame):\n    frame.drop(frame.index, inplace=True)\n    return frame['cny']",
    "module shipped": "import pandas as pd, sitecustomize",
    "signal": "import signal, os\nsignal.signal(signal.SIGALRM, lambda *a: None)\nfor p in range(2, 50):\n    try: os.kill(p, signal.SIGUSR1)\n    except OSError: pass",
    "atexit": "import atexit\natexit.register(lambda: print('4'))",
    "threads": "import threading, time\ndef w():\n    while True:\n        globals()['rate'] = 0.035 if 'asked' in globals() else 1; time.sleep(.001)\nthreading.Thread(target=w, daemon=True).start()",
}  # fmt: skip
# Names of attacks → points that the answer in them honestly earns
HONEST = {"answers for the judge": 1}
SHIPPED = (
    "pandas.py",
    "numpy.py",
    "sitecustomize.py",
    "usercustomize.py",
    "sklearn.py",
    "conftest.py",
)
METADATA = {
    "skip": lambda cell: cell.metadata.update(tags=["skip-execution"]),
    "points": lambda cell: cell.metadata.nbgrader.update(points=400),
    "not graded": lambda cell: cell.metadata.nbgrader.update(grade=False),
    "unlocked": lambda cell: cell.metadata.nbgrader.update(locked=False),
    "as an answer": lambda cell: cell.metadata.nbgrader.update(solution=True),
    "emptied": lambda cell: cell.update(source=""),
    "rewritten": lambda cell: cell.update(source="4"),
    "outputs": lambda cell: cell.update(outputs=[nbformat.v4.new_output("execute_result", {"text/plain": "4"})]),
    "allowed to fail": lambda cell: cell.metadata.update(tags=["raises-exception"]),
    "frozen": lambda cell: cell.metadata.update(editable=False, deletable=False, init_cell=False),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The rows of one `grade` over all, by learner, and the course directory."""
    root = tmp_path_factory.mktemp("forge")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 2\n")
    write(root, ("source", "ps1"), course(REFERENCE))
    hand_in(root, "reference", course(REFERENCE, tests=False))
    hand_in(root, "blank", course({}, tests=False))
    for name, code in ATTACKS.items():
        ast.parse(code)
        folder = hand_in(root, name, course({"total": code}, tests=False))
        for shipped in SHIPPED if name == "module shipped" else ():
            (folder / shipped).write_text("print('shipped')\nraise SystemExit")
    for name, change in METADATA.items():
        made = course({}, tests=False)
        for cell in made.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                change(cell)
        hand_in(root, f"metadata {name}", made)
    other = course({}, tests=False)
    other.metadata["kernelspec"] = {"name": "evil", "display_name": "x", "language": "bash"}
    hand_in(root, "kernelspec", other)
    found = grade(root=root)
    return {row.learner_id: row for row in found.rows}, root


@pytest.mark.parametrize("name", [*ATTACKS, *(f"metadata {n}" for n in METADATA), "kernelspec"])
def test_nothing_is_gained(graded, name):
    rows, _ = graded
    row = rows[name.replace(" ", "_")]
    assert row.status == "graded", row.note
    assert row.score == HONEST.get(name, 0), row.checks


def test_the_right_answer_gets_all_and_a_blank_one_nothing(graded):
    rows, _ = graded
    assert (rows["reference"].score, rows["blank"].score) == (4, 0)
    assert rows["reference"].note == ""  # every check was judged apart


def test_no_output_holds_what_the_hidden_tests_ask(graded):
    _, root = graded
    paths = [*(root / "autograded").rglob("p1.ipynb")]
    assert len(paths) == 3 + len(ATTACKS) + len(METADATA)
    for path in paths:
        for cell in json.loads(path.read_text())["cells"]:
            is_check = cell["metadata"].get("nbgrader", {}).get("grade")
            assert is_check or SECRET not in json.dumps(cell.get("outputs", [])), path


@pytest.mark.parametrize(
    "name", ["reference", "blank", "own_source", "garbage", "frame_of_the_caller"]
)
def test_no_feedback_holds_a_hidden_test(graded, name):
    _, root = graded
    done = open_course(root)
    done.run(GenerateFeedback, "ps1", name)
    page = (root / "feedback" / name / "ps1" / "p1.html").read_text("utf-8")
    assert SECRET not in page and "HIDDEN" not in page
    assert "练习反馈" in page
