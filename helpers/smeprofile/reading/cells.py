"""A notebook's cells as HTML: prose, folded code, and what the code showed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from textwrap import dedent

from latex2mathml.converter import convert
from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from smeprofile.reading.controls import VIEW, States, as_html, states_of

_CONTROL_NOTE = '<p class="aside">控件要在 JupyterLab 里动手；这里是打开时的样子。</p>'
_MATH = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<!\s)\$(?![\d$])", re.DOTALL)
_NOTEBOOK_LINK = re.compile(r'(href="[^":]+)\.ipynb(?=["#])')
_MARKS = re.compile(r"^[ \t]*# (BEGIN|END) (HIDDEN TESTS|SOLUTION)\n?", re.MULTILINE)
_SOLUTION = re.compile(r"# BEGIN SOLUTION\n(.*?)[ \t]*# END SOLUTION", re.DOTALL)


@dataclass
class Section:
    """What stands under one heading, for the contents and the search."""

    anchor: str
    title: str
    level: int
    text: str = ""


@dataclass
class Read:
    """A notebook to read: its HTML and its sections."""

    html: str
    sections: list[Section] = field(default_factory=list)


def readable(notebook: NotebookNode, *, after: dict[str, str] | None = None) -> Read:
    """Return an executed notebook as HTML; headings get anchors.

    Code of a control isn't shown; other code is folded, answers aren't. ``after``: HTML to follow a
    cell, by its id.
    """
    states, parts, sections = states_of(notebook), [], [Section("top", "", 1)]
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            continue  # says what the cell before it says
        if cell.cell_type == "markdown":
            html = _headed(prose_html(cell.source), sections)
        else:
            html = "".join(_code(cell, states))
            sections[-1].text += f" {text_of(html)}"
        parts.append(
            f'<div class="cell {cell.cell_type}" data-cell="{escape(cell.id)}">{html}</div>'
        )
        parts.append((after or {}).get(cell.id, ""))
    return Read("\n".join(parts), [s for s in sections if s.title or s.text.strip()])


def prose_html(text: str) -> str:
    """Return Markdown as HTML, LaTeX as MathML.

    >>> "<math" in prose_html("增益 $g = x$"), prose_html("a").strip()
    (True, '<p>a</p>')
    """
    html = re.sub(r'<a class="anchor-link".*?</a>', "", markdown2html(text))
    html = _NOTEBOOK_LINK.sub(r"\1.html", html)  # the page stands where the notebook does
    parts = re.split(r"(<code.*?</code>|<pre.*?</pre>)", html, flags=re.DOTALL)
    return "".join(p if k % 2 else _MATH.sub(_math, p) for k, p in enumerate(parts))


def text_of(html: str) -> str:
    """Return the words of a piece of HTML, code and pictures left out.

    >>> text_of("<p>好  客户</p><script>x</script>")
    '好 客户'
    """
    bare = re.sub(r"<(style|script|details)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def _math(found: re.Match) -> str:
    try:
        return convert(unescape(found[1] or found[2]), "block" if found[1] else "inline")
    except Exception:  # what it can't read stays as written
        return found[0]


def _headed(html: str, sections: list[Section]) -> str:
    out = []
    for part in re.split(r"(?=<h[1-4][ >])", html):
        if found := re.match(r"<h([1-4])[^>]*>(.*?)</h\1>", part, re.DOTALL):
            anchor, rest = f"s{len(sections)}", part[found.end() :]
            sections.append(Section(anchor, text_of(found[2]), int(found[1]), text_of(rest)))
            part = f'<h{found[1]} id="{anchor}">{found[2]}</h{found[1]}>{rest}'
        else:
            sections[-1].text += f" {text_of(part)}"
        out.append(part)
    return "".join(out)


def _code(cell: NotebookNode, states: States) -> Iterator[str]:
    mark = cell.metadata.get("nbgrader", {})
    if mark.get("solution") and (found := _SOLUTION.search(cell.source)):
        yield _source(found[1], "参考答案", is_open=True)
    elif not cell.metadata.get("jupyter", {}).get("source_hidden"):
        name = "检查" if mark.get("grade") else "答题区" if mark.get("solution") else "代码"
        yield _source(cell.source, name)
    for output in cell.get("outputs", []):
        yield from shown(output, states)


def _source(text: str, name: str, *, is_open: bool = False) -> str:
    told = escape(_MARKS.sub("", dedent(text)).strip())
    opened = " open" if is_open else ""
    code = f"<pre><code>{told}</code></pre>"
    return f"<details{opened}><summary>{name}</summary>{code}</details>" if told else ""


def shown(output: NotebookNode, states: States) -> Iterator[str]:
    """Yield what one output shows, as HTML."""
    kind = output.output_type
    if kind == "stream":
        yield f"<pre>{escape(output.text)}</pre>"
    elif kind == "error":
        yield f'<pre class="failed">{escape(output.evalue)}</pre>'
    elif view := output.data.get(VIEW):
        yield f'<div class="widget">{as_html(view["model_id"], states)}{_CONTROL_NOTE}</div>'
    elif html := output.data.get("text/html"):
        html = html.replace("<th></th>", "<td></td>")  # above pandas' index: a header of nothing
        yield f'<div class="output">{html}</div>'
    elif text := output.data.get("text/plain"):
        yield f"<pre>{escape(text)}</pre>"
