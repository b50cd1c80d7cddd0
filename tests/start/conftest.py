"""A trainee's workspace, written file by file: real notebooks, answers, hand-ins and feedback."""

import json
import shutil
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from smeprofile.cells import fingerprint
from smeprofile.learner import LEARNER_VARIABLE
from smeprofile.params import load_cohort
from smeprofile.paths import HOME_VARIABLE
from smeprofile.start.choices import Choices
from smeprofile.start.progress import course_progress
from smeprofile.submit import EXCHANGE_VARIABLE

COHORT = Path(__file__).parents[2] / "datasets" / "cohort.yml"
SMALL = {"cohort_id": "tiny", "cohort_name": "小班", "seed": 1, "n_customers": 200}
TASK = "### 第 {n} 题　{name}（{points} 分，{who}）\n请作答。"
WHO = {"all": "全员必做", "analyst": "分析岗"}


def lesson(names):
    """A lesson with one self-check per name, each under a heading of its own."""
    cells = [new_markdown_cell("# 课程", id="top")]
    for name in names:
        cells.append(new_markdown_cell(f"## {name} 这一节", id=f"head-{name}"))
        source = f'ask.single("{name}", "题干", ["甲", "乙"], key="甲")'
        cells.append(new_code_cell(source, id=f"ask-{name}"))
    return issue(cells, "lesson")


def practice(tracks):
    """A practice notebook as issued: exercise → track."""
    cells = []
    for n, (name, track) in enumerate(tracks.items(), start=1):
        task = TASK.format(n=n, name=name, points=5, who=WHO[track])
        cells += [
            new_markdown_cell(task, id=f"{name}-t", metadata=mark(f"{name}-task")),
            new_code_cell("pass", id=f"{name}-a", metadata=mark(name, solution=True)),
            new_code_cell("assert", id=f"{name}-c", metadata=mark(f"{name}-check", grade=True)),
        ]
    return issue(cells, "practice")


def mark(grade_id, **flags):
    return {"nbgrader": {"grade_id": grade_id, "grade": False, "solution": False, **flags}}


def issue(cells, stem):
    prints = {cell.id: fingerprint(cell) for cell in cells}
    about = {"module": "02_tiny", "notebook": stem, "issued": prints}
    return new_notebook(cells=cells, metadata={"smeprofile": about})


class Trainee:
    """One workspace in a course folder of its own, without an exchange until it is opened."""

    def __init__(self, home: Path):
        self.home, self.workspace = home, home / "工作区"
        (home / "datasets").mkdir(parents=True)
        self.workspace.mkdir()
        self.takes("02_tiny")

    def takes(self, *slugs, day=(), **titles):
        """Take a course of these modules; those of ``day`` are in the one-day path."""
        modules = [
            {
                "slug": slug,
                "title": titles.get(slug, f"模块{slug[:2]}"),
                "lesson_minutes": 30,
                "practice_minutes": 45,
                "is_diagnostic": slug.startswith("00"),
            }
            | ({"day_minutes": 20} if slug in day else {})
            for slug in slugs
        ]
        whole = yaml.safe_load(COHORT.read_text(encoding="utf-8")) | SMALL | {"modules": modules}
        (self.home / "datasets" / "cohort.yml").write_text(
            yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8"
        )
        self.cohort = load_cohort(root=self.home)

    def gets(self, slug="02_tiny", checks=("q1", "q2"), exercises=None):
        """Have a module in the workspace."""
        tracks = exercises or {"red": "all", "code": "analyst"}
        self.write(lesson(checks), slug, "lesson.ipynb")
        self.write(practice(tracks), slug, "practice.ipynb")

    def path(self, slug, name):
        return self.workspace / slug / name

    def write(self, notebook, slug, name):
        self.path(slug, name).parent.mkdir(parents=True, exist_ok=True)
        self.path(slug, name).write_text(nbformat.v4.writes(notebook), encoding="utf-8")

    def edits(self, cell, source, slug="02_tiny", name="practice.ipynb"):
        """Change the source of one cell."""
        with self._cell(cell, slug, name) as found:
            found.source = source

    def runs(self, cell, *, fails=False, slug="02_tiny", name="practice.ipynb"):
        """Run one cell, with an error or without."""
        with self._cell(cell, slug, name) as found:
            found.execution_count = 1
            found.outputs = [new_output("error", ename="AssertionError", evalue="错")] * fails

    @contextmanager
    def _cell(self, cell, slug, name):
        notebook = nbformat.read(self.path(slug, name), as_version=4)
        yield next(c for c in notebook.cells if c.id == cell)
        self.write(notebook, slug, name)

    def answers(self, slug="02_tiny", **outcomes):
        """Answer items: name → outcome, or a value of another kind that isn't judged."""
        items = {
            name: {
                "value": "甲" if judged(outcome) else outcome,
                "outcome": outcome if judged(outcome) else None,
                "attempts": 1,
                "hints": 0,
                "earlier": [],
            }
            for name, outcome in outcomes.items()
        }
        text = json.dumps({"format": 1, "answers": items}, ensure_ascii=False)
        self.path(slug, "answers.json").write_text(text, encoding="utf-8")

    def hands_in(self, at="2026-01-05 09:00:00.000000 UTC", slug="02_tiny"):
        """Leave what nbgrader leaves in the cache; return that folder."""
        copy = self.workspace / ".smeprofile" / "cache" / "tiny" / f"zhang.san+{slug}+{at}"
        copy.mkdir(parents=True)
        for path in self.path(slug, "").glob("*.*"):
            shutil.copy(path, copy)
        (copy / "submission_secret.txt").write_text("secret", encoding="utf-8")
        return copy

    def receives(self, html=None, at="2026-01-05 09:00:00.000000 UTC", slug="02_tiny", **scores):
        """Have a feedback page in the workspace, or one with these scores, name=(score, track)."""
        page = self.workspace / slug / "feedback" / at / "practice.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(html or feedback_page(scores), encoding="utf-8")
        return page

    def course(self, choices=None):
        return course_progress(self.home, self.workspace, self.cohort, choices or Choices())

    @property
    def module(self):
        """The first module's progress."""
        return self.course()[0]


def judged(outcome):
    return outcome in ("right", "wrong", "error")


def feedback_page(scores):
    """The part of a feedback page that is read; each exercise is worth 5 points."""
    rows = "".join(
        f'<tr data-exercise="{name}" data-track="{track}" data-score="{score}" data-points="5">'
        f'<td><a href="#{name}-check">{name} 题</a></td><td>{score} / 5</td><td>再想想</td></tr>'
        for name, (score, track) in scores.items()
    )
    return f"<html><body><table><tbody>{rows}</tbody></table></body></html>"


@pytest.fixture
def trainee(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "课程 甲"))
    monkeypatch.setenv(LEARNER_VARIABLE, "zhang.san")
    monkeypatch.delenv(EXCHANGE_VARIABLE, raising=False)
    return Trainee(tmp_path / "课程 甲")
