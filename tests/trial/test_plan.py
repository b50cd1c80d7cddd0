"""Which names a check asks the learner for, and what the judge makes itself."""

import pytest
from nbformat.v4 import new_code_cell

from smeprofile.trial.plan import Check, plan


def planned(*parts):
    """The plan of the last part; each is a role and a text."""
    cells = [new_code_cell(text) for _, text in parts]
    found = plan(cells, [role for role, _ in parts])
    return found[len(parts) - 1]


@pytest.mark.parametrize(
    ("parts", "names", "before"),
    [
        ([("learner", "x = 1"), ("check", "assert x")], ["x"], []),
        ([("own", "y = 2"), ("learner", "x = y"), ("check", "assert x == y")], ["x"], ["y = 2"]),
        # what is made from an answer is the learner's too
        ([("learner", "x = 1"), ("own", "y = x + 1"), ("check", "assert y")], ["y"], []),
        ([("own", "t = []"), ("learner", "t.append(1)"), ("check", "assert t")], ["t"], []),
        ([("own", "t = {}"), ("learner", "t['a'] = 1"), ("check", "assert t")], ["t"], []),
        ([("own", "t = {}"), ("learner", "len(t)"), ("check", "assert t")], [], ["t = {}"]),
        # own again, when it is made anew
        ([("learner", "x = 1"), ("own", "x = 2"), ("check", "assert x")], [], ["x = 2"]),
        # functions read what they name
        ([("learner", "f = 1"), ("own", "def g():\n    return f"), ("check", "g()")], ["g"], []),
        ([("learner", "f = 1"), ("check", "def g():\n    return f\nassert g()")], ["f"], []),
        ([("learner", "f = 1"), ("check", "assert [f for f in range(3)]")], [], []),
        ([("learner", "f = 1"), ("check", "for i in f: assert i")], ["f"], []),
        # imports are the judge's own, wherever they stand
        ([("learner", "import math\nx = 1"), ("check", "math.isclose(x, 1)")], ["x"], []),
        # only what a check builds on is made
        ([("own", "a = 1\nb = 2"), ("learner", "x = 1"), ("check", "assert x == b")], ["x"], ["b = 2"]),
        ([("own", "a = 1\nb = a"), ("learner", "x = 1"), ("check", "assert x == b")], ["x"],
         ["a = 1", "b = a"]),
        ([("own", "theme()"), ("learner", "x = 1"), ("check", "assert x")], ["x"], []),
        ([("own", "%time\nz = 3"), ("learner", "x = 1"), ("check", "assert x < z")], ["x"], ["z = 3"]),
        ([("learner", "x = 1"), ("check", "d = 1\nassert d"), ("check", "assert d == x")], ["x"], []),
        ([("own", "await_me = 1"), ("learner", "x = 1"), ("check", "assert x")], ["x"], []),
    ],
)  # fmt: skip
def test_names_and_statements(parts, names, before):
    found = planned(*parts)
    assert found.beside is None
    assert [*found.names] == names
    assert [text for text in found.before if not text.startswith("get_ipython")] == before


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([("learner", "x = 1"), ("check", "assert 'x' in globals()")], "globals"),
        ([("learner", "x = 1"), ("check", "eval('x')")], "eval"),
        ([("learner", "x = 1"), ("check", "get_ipython().run_cell('x')")], "get_ipython"),
        ([("learner", "x = 1"), ("check", "%%bash\necho")], "get_ipython"),
        ([("learner", "x = 1"), ("check", "assert (")], "no plain Python"),
    ],
)
def test_what_cannot_be_judged_apart_says_why(parts, why):
    assert why in planned(*parts).beside


def test_a_check_that_later_cells_build_on_stays_beside():
    cells = [new_code_cell(text) for text in ("x = 1", "y = x", "z = y + 1", "assert z")]
    found = plan(cells, ["learner", "check", "own", "check"])
    assert "later cell" in found[1].beside


def test_a_blank_cell_and_markdown_are_nothing():
    cells = [new_code_cell(""), new_code_cell("assert 1")]
    assert plan(cells, ["", "check"]) == {1: Check([], [])}
