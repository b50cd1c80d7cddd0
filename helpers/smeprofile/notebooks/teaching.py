"""``smeprofile teach``: what an instructor reads, made from the sources: answers and teaching notes.

Both hold the answers: they are written apart from the course and never go into it or a bundle.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from smeprofile.ask import names as names_of_checks
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.notebooks.editions import prose
from smeprofile.notebooks.source import Exercise, Sample, Source, read_module, role_of
from smeprofile.params import TRACK_NAMES, Cohort, ModuleInfo, load_cohort
from smeprofile.paths import home, solutions
from smeprofile.simulate import LARGE

_TEMPLATES = Path(__file__).with_name("templates")
_FOR = {"all": "全员必做", "analyst": TRACK_NAMES["analyst"]}
_ASIDE = (
    "答案、隐藏测试都在这里：只给带教老师，不要发给学员。由 smeprofile teach 生成，改请改源文件。"
)


@dataclass(frozen=True)
class Taught:
    """What was written, one folder's files by module."""

    folder: Path
    files: list[Path]

    def __str__(self) -> str:
        return f"已写 {len(self.files)} 个文件到 {self.folder}。里面有答案，只给带教老师。"


def teach(names: Iterable[str] = (), out: Path | None = None) -> Taught:
    """Write of each named module (all by default) the solutions to read and the teaching notes.

    ``out`` is ``dist/teaching`` of the course by default. Raises ``UserError`` when a module is
    unknown, or ``out`` lies in what trainees get.
    """
    cohort = load_cohort()
    modules = [cohort.module(name) for name in names] or cohort.modules
    folder = Path(out) if out is not None else home() / "dist" / "teaching"
    for given in ("course", "datasets"):
        if folder.resolve().is_relative_to((home() / given).resolve()):
            raise UserError(f"{folder} 会随课程发给学员，而里面有答案。请写到别处。")
    files = []
    for module in modules:
        lesson, practice = (
            read_module(solutions(), module.slug, stem, cohort) for stem in ("lesson", "practice")
        )
        text = f"{nbformat.writes(reading(module, practice, cohort))}\n"
        page = notes(module, lesson, practice, cohort)
        for name, data in ((f"{module.slug}.ipynb", text), (f"{module.slug}.html", page)):
            write_file(folder / name, data.encode())
            files.append(folder / name)
    return Taught(folder, files)


def reading(module: ModuleInfo, practice: Source, cohort: Cohort) -> NotebookNode:
    """Return the practice as a notebook to read: task, answer, discussion, typical mistakes.

    The checks with their hidden tests are its appendix.
    """
    title = f"# {module.slug[:2]} {module.title}：参考答案与讨论\n\n{_ASIDE}"
    cells = [new_markdown_cell(title)]
    for before, cell in _with_next(practice.cells):
        role = role_of(before)
        if role == "task":
            cells += _exercise(practice, before, cohort)
        elif role is None and not (cell is not None and role_of(cell) == "check"):
            cells.append(_plain(before, cohort))
    cells.append(new_markdown_cell("## 附录：检查、隐藏测试与评分表"))
    for exercise in practice.exercises.values():
        cells.append(new_markdown_cell(f"### {exercise.title}"))
        if exercise.rubric:
            cells.append(new_markdown_cell(_part(practice, "rubric", exercise.name)))
        else:
            cells.append(new_code_cell(_part(practice, "check", exercise.name)))
    for number, cell in enumerate(cells, start=1):
        cell.id = f"teach-{number}"
    about = {"module": practice.module, "notebook": "teaching"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "smeprofile": about})


def notes(module: ModuleInfo, lesson: Source, practice: Source, cohort: Cohort) -> str:
    """Return one page of HTML for who teaches the module, from the two sources alone."""
    sections = _sections(lesson, cohort)
    page = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    page.filters["markdown"] = lambda text: Markup(markdown2html(text))
    return page.get_template("teaching.html.j2").render(
        module=module,
        cohort=cohort,
        aside=_ASIDE,
        objectives=next((s.text for s in sections if s.title.startswith("学完你能")), ""),
        points=next((s.text for s in sections if s.title.startswith("要点")), ""),
        first=_first(sections),
        large=sorted(
            n for n in LARGE if any(f'load("{n}"' in c.source for c in _code(lesson, practice))
        ),
        sections=[s for s in sections[1:] if not s.title.startswith("学完你能")],
        exercises=[_row(practice, exercise, cohort) for exercise in practice.exercises.values()],
        minutes=module.lesson_minutes + module.practice_minutes,
    )


def told(check: str, sample: Sample) -> str:
    """Return what the learner who makes this mistake is told, as the check says it.

    What is worked out only when it runs is shown as "…".

    >>> told('assert x > 0, f"利率 {x}：应为正数"', Sample("取反", "应为正数", "x = -1"))
    '利率 …：应为正数'
    """
    for node in ast.walk(ast.parse(check)):
        if isinstance(node, ast.Assert) and node.msg is not None:
            text = _words(node.msg)
            if sample.says in text:
                return text
    return f"…{sample.says}…"


@dataclass
class _Section:
    title: str
    text: str
    n_checks: int


def _sections(lesson: Source, cohort: Cohort) -> list[_Section]:
    """Return what stands under each heading of a lesson, first what stands before the second."""
    found: list[_Section] = []
    for cell in lesson.cells:
        if cell.cell_type == "code":
            if found and "ask." in cell.source:
                found[-1].n_checks += len(set(names_of_checks(cell.source)))
            continue
        for part in re.split(r"^(?=##? )", prose(cell.source, cohort), flags=re.MULTILINE):
            title, _, text = part.strip().partition("\n")
            if title.startswith("#"):
                found.append(_Section(title.lstrip("# "), text.strip(), 0))
    return found


def _first(sections: list[_Section]) -> str:
    """Return what is to be learnt before, as the lesson's first lines say it."""
    found = re.search(r"\*\*前置\*\* ([^·\n]+)", sections[0].text if sections else "")
    return found[1].strip().removeprefix("无") if found else ""


def _row(practice: Source, exercise: Exercise, cohort: Cohort) -> dict[str, object]:
    said = prose(_part(practice, "discussion", exercise.name), cohort)
    check = _part(practice, "check", exercise.name)
    return {
        "title": exercise.title,
        "points": exercise.points,
        "who": _FOR[exercise.track],
        "mistakes": [(s.mistake, s.earns, told(check, s)) for s in exercise.samples],
        "discussion": re.sub(r"[^。？！：\n*]+？", r"**\g<0>**", said),  # what to ask the class
    }


def _exercise(practice: Source, task: NotebookNode, cohort: Cohort) -> Iterator[NotebookNode]:
    exercise = practice.exercises[task.metadata.task]
    yield new_markdown_cell(prose(task.source, cohort))
    yield new_markdown_cell("**参考答案**")
    make = new_markdown_cell if exercise.rubric else new_code_cell
    yield make(exercise.solution.strip())
    if said := _part(practice, "discussion", exercise.name):
        yield new_markdown_cell(f"**讨论**\n\n{prose(said, cohort)}")
    check = _part(practice, "check", exercise.name)
    parts = ["**常见错误**"]
    for sample in exercise.samples:
        earns = f"，得 {sample.earns:g} 分" if sample.earns else ""
        parts.append(
            f"{sample.mistake}{earns}。反馈会说：“{told(check, sample)}”\n\n"
            + _shown(sample.source.strip(), in_words=bool(exercise.rubric))
        )
    yield new_markdown_cell("\n\n".join(parts))


def _shown(answer: str, *, in_words: bool) -> str:
    return re.sub("^", "> ", answer, flags=re.M) if in_words else f"```python\n{answer}\n```"


def _plain(cell: NotebookNode, cohort: Cohort) -> NotebookNode:
    if cell.cell_type == "markdown":
        return new_markdown_cell(prose(cell.source, cohort))
    return new_code_cell(cell.source)


def _part(source: Source, role: str, name: str) -> str:
    """Return the source of an exercise's ``role``, "" where it has none."""
    return "\n\n".join(c.source for c in source.cells if c.metadata.get(role) == name)


def _code(*sources: Source) -> list[NotebookNode]:
    return [cell for source in sources for cell in source.cells if cell.cell_type == "code"]


def _with_next(cells: list[NotebookNode]) -> Iterator[tuple[NotebookNode, NotebookNode | None]]:
    yield from zip(cells, [*cells[1:], None], strict=True)


def _words(node: ast.expr) -> str:
    """Return the text of an expression as far as it stands there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_words, node.values))
    if isinstance(node, ast.BinOp):
        return _words(node.left) + _words(node.right)
    return "…"
