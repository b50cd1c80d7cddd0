"""A plain nbgrader course of four exercises with hidden tests, to be handed in to in odd ways."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

SECRET = "hidden-3f9a"
SETUP = (
    "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
)
DATA = "sales = pd.DataFrame({'shop': ['a', 'b', 'a'], 'cny': [10.0, 20.0, 30.0]})"
REFERENCE = {
    "total": "def total(frame):\n    return frame.groupby('shop')['cny'].sum()",
    "rate": "rate = 0.035",
    "table": "table = sales.assign(share=sales['cny'] / sales['cny'].sum())",
    "model": "model = LinearRegression().fit([[1], [2], [3]], [2, 4, 6])",
}
CHECKS = {
    "total": "assert callable(total)\n"
    "### BEGIN HIDDEN TESTS\n"
    f"asked = pd.DataFrame({{'shop': ['x', 'y', 'x', '{SECRET}'], 'cny': [1.0, 2.0, 4.5, 7.25]}})\n"
    f"expected = pd.Series({{'x': 5.5, 'y': 2.0, '{SECRET}': 7.25}})\n"
    "got = total(asked)\n"
    "assert got.loc['x'] == 5.5\n"
    "assert sorted(got) == sorted(expected)\n"
    f"assert {{'{SECRET}', 'x', 'y'}} == set(got.index)\n"
    "### END HIDDEN TESTS",
    "rate": "assert rate is not None\n"
    "### BEGIN HIDDEN TESTS\n"
    "assert abs(rate - 0.035) < 1e-9\nassert rate == 0.035 and not rate > 1\n"
    "### END HIDDEN TESTS",
    "table": "assert 'share' in table.columns\n"
    "### BEGIN HIDDEN TESTS\n"
    "assert table['share'].equals(sales['cny'] / sales['cny'].sum())\n"
    "assert len(table) == 3\n"
    "### END HIDDEN TESTS",
    "model": "assert model is not None\n"
    "### BEGIN HIDDEN TESTS\n"
    "assert isinstance(model, LinearRegression)\n"
    "assert np.allclose(model.predict([[10.0], [20.0]]), [20, 40])\n"
    "assert np.isclose(model.coef_[0], 2)\n"
    "### END HIDDEN TESTS",
}


def course(answers, *, tests=True):
    cells = [new_code_cell(SETUP), new_code_cell(DATA, metadata=mark("data", locked=True))]
    for name, check in CHECKS.items():
        text = check if tests else check.partition("### BEGIN")[0]
        locked = mark(f"{name}-check", grade=True, locked=True, points=1)
        cells += [
            new_markdown_cell(f"## {name}"),
            new_code_cell(answers.get(name, ""), metadata=mark(name, solution=True)),
            new_code_cell(text, metadata=locked),
        ]
    return new_notebook(cells=cells)


def mark(name, *, solution=False, grade=False, locked=False, points=None):
    found = {"grade_id": name, "solution": solution, "grade": grade, "locked": locked,
             "schema_version": 3, "task": False}  # fmt: skip
    return {"nbgrader": found | ({"points": points} if grade else {})}


def write(root, parts, made, name="p1"):
    folder = root.joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, folder / f"{name}.ipynb")
    return folder


def hand_in(root, learner, made):
    return write(root, ("submitted", learner.replace(" ", "_"), "ps1"), made)
