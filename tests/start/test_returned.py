"""Scores come back from our own feedback page, and from nothing else."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from smeprofile.grading.course import nbgrader_config
from smeprofile.grading.feedback import FeedbackExporter
from smeprofile.grading.preprocessors import HideTests
from smeprofile.start.returned import Mark, read_marks


def graded(name, task, score):
    """The cells of one graded exercise of 8 points."""

    def about(grade_id, **flags):
        return {"nbgrader": {"grade_id": grade_id, "grade": False, "solution": False, **flags}}

    return [
        new_markdown_cell(task, metadata=about(f"{name}-task", locked=True)),
        new_code_cell("x = 1", metadata=about(name, solution=True)),
        new_code_cell(
            "assert x", metadata=about(f"{name}-check", grade=True, score=score, points=8.0)
        ),
    ]


@pytest.fixture(scope="module")
def html(tmp_path_factory, cohort):
    """A page by the real template, of two exercises."""
    cells = [
        *graded("red", "### 第 1 题　“红线” <1>（8 分，全员必做）\n请选。", 8.0),
        *graded("code", "### 第 2 题　函数（8 分，分析岗）\n请写。", 2.5),
        new_markdown_cell("<table><tr data-exercise='x' data-score='9'><td>我的</td></tr></table>"),
    ]
    exporter = FeedbackExporter(config=nbgrader_config(tmp_path_factory.mktemp("c"), cohort))
    for step in (HideTests, "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"):
        exporter.register_preprocessor(step, enabled=True)
    about = {"assignment": "02", "student": "z", "score": 10.5, "max_score": 16, "late_penalty": 0}
    return exporter.from_notebook_node(new_notebook(cells=cells), resources={"nbgrader": about})[0]


def test_marks_are_read_from_the_page_that_our_template_writes(html):
    assert (
        Mark("red", "第 1 题　“红线” <1>（8 分，全员必做）", "all", 8.0, 8.0, "通过"),
        Mark("code", "第 2 题　函数（8 分，分析岗）", "analyst", 2.5, 8.0, ""),
    ) == read_marks(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<table></table>",
        "<table><tr><td>第 1 题</td><td>8 / 8</td><td></td></tr></table>",
        '<table><tr data-exercise="a"><td>1</td><td>2</td><td>3</td></tr></table>',
        '<table><tr data-exercise data-track="all" data-score="x" data-points="5">'
        "<td>1</td><td>2</td><td>3</td></tr></table>",
        '<table><tr data-exercise="a" data-track="all" data-score="nan" data-points="5">'
        "<td>1</td><td>2</td><td>3</td></tr></table>",
        '<table><tr data-exercise="a" data-track="all" data-score="1" data-points="5">',
        '<table><tr data-exercise="a" data-track="??" data-score="1" data-points="5">'
        "<td>1</td><td>2</td><td>3</td></tr></table>",
        "<table><tr data-exercise=<<<>",
    ],
)
def test_any_other_page_has_no_marks(html):
    assert () == read_marks(html)


def test_a_truncated_page_has_no_marks(html):
    cut = html[: html.index('data-exercise="code"') + 40]
    assert () == read_marks(cut)
