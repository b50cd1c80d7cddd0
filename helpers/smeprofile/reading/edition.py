"""Write the reading edition: one page a notebook, an index, a search that needs no server."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbformat import NotebookNode

from smeprofile.buildcache import Cache
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.notebooks.editions import prose
from smeprofile.notebooks.runs import Run, shown_by
from smeprofile.notebooks.source import read_module, role_of
from smeprofile.params import Cohort
from smeprofile.paths import solutions
from smeprofile.reading.about import ABOUT, about
from smeprofile.reading.cells import Read, prose_html, readable

EXECUTED = "executed"  # in the instructor's edition: what two builds are compared by
_INDEX = "search-index.js"
_KINDS = {"lesson": "课程", "practice": "练习"}
_TEMPLATES = Path(__file__).with_name("templates")


class _Page(NamedTuple):
    """One page: where it lies, whose it is, and what it holds."""

    name: str
    module: str
    kind: str
    read: Read


def write_reading(
    runs: Iterable[Run], cohort: Cohort, folder: Path, *, course: Path, answers: bool = False
) -> str:
    """Write pages of the notebooks that were run into ``folder``; return what to do with it.

    ``answers``: the instructor's edition, with answers, hidden tests and discussions, and the
    executed notebooks, by which two builds are compared. ``course``: the folder that was built.

    Raises ``UserError`` when ``folder`` lies in what trainees get.
    """
    for given in ("course", "datasets"):
        if answers and folder.resolve().is_relative_to((course / given).resolve()):
            raise UserError(f"{folder} 会随课程发给学员，而里面有答案。请写到别处。")
    if not answers and (folder / ABOUT).exists():
        raise UserError(f"{folder} 里有带答案的阅读版。给学员的请写到另一个文件夹。")
    was_ours = (folder / _INDEX).is_file()
    cache, pages, files = Cache(solutions().parent), [], {}
    for run in sorted(runs, key=lambda one: one.name):
        module, stem = run.name.split("/")
        if run.kind != ("solved" if answers or stem == "lesson" else "blank"):
            continue
        ran = shown_by(run, cache)
        after = _discussions(module, cohort) if answers and stem == "practice" else {}
        html = readable(ran if answers else _unjudged(ran), after=after)
        pages.append(_Page(f"{module}/{stem}.html", module, _KINDS[stem], html))
        if answers:
            files[f"{EXECUTED}/{run.name}.ipynb"] = f"{nbformat.writes(_settled(ran))}\n"
    files |= _pages(pages, cohort, answers=answers)
    if answers:
        files[ABOUT] = about(cohort, course, [page.module for page in pages])
    for name, text in files.items():
        write_file(folder / name, text.encode())
    ours = [p for kind in _KINDS for p in folder.glob(f"[0-9][0-9]_*/{kind}.html") if was_ours]
    ours += folder.glob(f"{EXECUTED}/*/*.ipynb") if answers else []
    for path in ours:  # of modules that are no more
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
    told = "有答案，只给带教老师" if answers else "没有答案，可以发给学员"
    return f"阅读版 {len(pages)} 页：打开 {folder / 'index.html'}（{told}；不用联网）。"


def _pages(pages: list[_Page], cohort: Cohort, *, answers: bool) -> dict[str, str]:
    site = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    titles = {m.slug: f"{m.slug[:2]} {m.title}" for m in cohort.modules}
    contents = [
        (titles[slug], [(p.kind, p.name) for p in pages if p.module == slug])
        for slug in dict.fromkeys(p.module for p in pages)
    ]
    common = {"cohort": cohort, "contents": contents, "answers": answers}
    files = {"index.html": site.get_template("index.html.j2").render(**common, up="", now="")}
    for page in pages:
        files[page.name] = site.get_template("page.html.j2").render(
            **common,
            up="../",
            now=page.name,
            title=f"{titles[page.module]} · {page.kind}",
            body=Markup(page.read.html),
            sections=[s for s in page.read.sections if s.level == 2],
        )
    found = [
        [p.name, s.anchor, f"{titles[p.module]} · {p.kind}", s.title, " ".join(s.text.split())]
        for p in pages
        for s in p.read.sections
    ]
    files[_INDEX] = f"const SECTIONS = {json.dumps(found, ensure_ascii=False)};\n"
    for name in ("search.js", "style.css"):
        files[name] = (_TEMPLATES / name).read_text(encoding="utf-8")
    return files


def _unjudged(ran: NotebookNode) -> NotebookNode:
    """Return a blank practice without what its checks said: nothing is answered yet."""
    for cell in ran.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            cell.outputs = []
    return ran


def _settled(ran: NotebookNode) -> NotebookNode:
    """Return an executed notebook without clock times and process-made ids: same run, same bytes."""
    ran.metadata.pop("papermill", None)
    for number, cell in enumerate(ran.cells):
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = f"injected-{number}"
    text, seen = nbformat.writes(ran), {}
    kept = ran.metadata.get("widgets", {})
    for states in kept.values():
        for key in states["state"]:
            seen[key] = f"{len(seen):032x}"
    for old, new in seen.items():
        text = text.replace(old, new)
    return nbformat.reads(text, as_version=4)


def _discussions(module: str, cohort: Cohort) -> dict[str, str]:
    """Return the discussion of each exercise as HTML, by the id of the cell it follows."""
    source = read_module(solutions(), module, "practice", cohort)
    found = {}
    for cell in source.cells:
        if role_of(cell) == "discussion":
            name = cell.metadata.discussion
            role = "written" if source.exercises[name].rubric else "check"
            told = prose_html(prose(cell.source, cohort))
            found[f"practice-{name}-{role}"] = f'<div class="discussion"><b>讨论</b>{told}</div>'
    return found
