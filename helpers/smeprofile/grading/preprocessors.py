"""Steps added to nbgrader's own, named in the course's configuration."""

import json
from contextlib import suppress
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from smeprofile.answers import FILE, Answer, read_answers
from smeprofile.cells import fingerprint, is_control, is_form
from smeprofile.explain import one_line
from smeprofile.grading.hidden import Secrets, hidden, verdict, visible
from smeprofile.items import TOLD
from smeprofile.start.returned import BLANK, track_of

_WIDGET = "application/vnd.jupyter.widget-view+json"
_PARTLY = "错在哪、得分怎么来，见反馈里这一题检查下面的说明"
NO_RESPONSE = "No response."  # nbgrader's own comment on an untouched answer
Step = tuple[NotebookNode, ResourcesDict]


class NoteIssued(NbGraderPreprocessor):
    """Note in a released notebook what each cell was, as the built course does."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Return the notebook with ``issued`` in its metadata."""
        nb.metadata.setdefault("smeprofile", NotebookNode())
        nb.metadata.smeprofile["issued"] = {cell.id: fingerprint(cell) for cell in nb.cells}
        return nb, resources


class StderrAside(NbGraderPreprocessor):
    """Let no check fail over what it wrote to stderr: a missing font is not a wrong answer."""

    def preprocess_cell(self, cell: NotebookNode, resources: ResourcesDict, index: int) -> Step:
        """Return the cell with stderr shown as ordinary output."""
        if is_grade(cell):
            for output in cell.get("outputs", []):
                if output.output_type == "stream":
                    output.name = "stdout"
        return cell, resources


class NoteAnswers(NbGraderPreprocessor):
    """Write what was chosen in a control into its cell, as a comment.

    A control's answer is kept in ``answers.json``: to nbgrader its cell looks untouched, and to a
    person who grades it tells nothing.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Return the notebook with the comments; as it is where there are no usable answers."""
        folder = Path(resources["metadata"]["path"])
        with suppress(OSError, ValueError):
            given = read_answers((folder / FILE).read_bytes())
            for cell in nb.cells:
                if is_form(cell):
                    _note(cell, given.get(cell.metadata.nbgrader.grade_id))
        return nb, resources


def _note(cell: NotebookNode, answer: Answer | None) -> None:
    rows = answer.value if answer else None
    if isinstance(rows, dict) and any(value not in ("", None) for value in rows.values()):
        plain = json.dumps(answer.value, ensure_ascii=False)  # one line: a comment it stays
        cell.source += f"\n# 学员的回答：{plain}"


class HideTests(NbGraderPreprocessor):
    """Make a graded notebook fit for its learner: verdicts instead of tracebacks and tests."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Step:
        """Return the notebook without anything hidden; the summary goes to the resources."""
        nb.metadata.pop("widgets", None)  # else the page asks a CDN for them
        checks = [cell.source for cell in nb.cells if is_grade(cell)]
        shown = "\n".join(visible(c.source) if is_grade(c) else c.source for c in nb.cells)
        secrets = Secrets(checks, shown)
        verdicts: dict[str, str] = {}
        blank: set[str] = set()
        for cell in nb.cells:
            _translate_comment(cell)
            if cell.metadata.get("nbgrader", {}).get("comment") == BLANK:
                blank.add(cell.metadata.nbgrader.grade_id)
            if cell.cell_type == "code":
                cell.outputs = [_fit(cell, output, secrets, verdicts) for output in cell.outputs]
                cell.outputs = [output for output in cell.outputs if output]
            if is_grade(cell):
                cell.source = visible(cell.source)
                name = cell.metadata.nbgrader.grade_id.removesuffix("-check")
                if cell.cell_type == "code" and name in blank:
                    cell.outputs = [_words("没有作答。")]  # not what Python says of nothing
            if is_control(cell):
                cell.source = ""  # put away in the practice too; a form's table is shown instead
        waiting = _waiting(nb, resources)
        resources["summary"] = _summary(nb, verdicts, waiting)
        texts = [
            c.source for c in nb.cells if c.cell_type == "markdown" and c.source.startswith("# ")
        ]
        resources["heading"] = texts[0].splitlines()[0].lstrip("# ") if texts else ""
        return nb, resources


def _fit(
    cell: NotebookNode, output: NotebookNode, secrets: Secrets, verdicts: dict[str, str]
) -> NotebookNode | None:
    if output.output_type == "error":
        if is_grade(cell):
            told = verdict(cell.source, output, secrets)
            verdicts[cell.metadata.nbgrader.grade_id] = told
            return _words(f"检查未通过：{told}")
        hides = secrets.in_output(output.evalue)
        return _words(one_line(output.ename, "" if hides else output.evalue))
    if is_grade(cell) and output.get("metadata", {}).get(TOLD):  # made to be told
        verdicts.setdefault(cell.metadata.nbgrader.grade_id, _PARTLY)
        return output
    output.get("data", {}).pop(_WIDGET, None)  # the page has no kernel: the table stands in
    texts = [output.text] if output.output_type == "stream" else map(str, output.data.values())
    if html := output.get("data", {}).get("text/html"):  # pandas heads the index with nothing
        output.data["text/html"] = str(html).replace("<th></th>", "<td></td>")
    if any(secrets.in_output(text) for text in texts):
        return _words("（这里的输出含有不公开的检查内容，已略去）")
    if is_grade(cell) and hidden(cell.source) and not _is_figure(output):
        return None  # may quote what a hidden test gave to the learner's function
    return output


def _words(text: str) -> NotebookNode:
    return NotebookNode(output_type="stream", name="stderr", text=text)


def _is_figure(output: NotebookNode) -> bool:
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def _translate_comment(cell: NotebookNode) -> None:
    if cell.metadata.get("nbgrader", {}).get("comment") == NO_RESPONSE:
        cell.metadata.nbgrader.comment = BLANK


def _waiting(nb: NotebookNode, resources: ResourcesDict) -> set[str]:
    """Return the cells that a person has yet to mark; they are noted in the notebook too."""
    written = {c.metadata.nbgrader.grade_id: c for c in nb.cells if is_grade(c) and is_solution(c)}
    if not written:
        return set()
    known = resources["nbgrader"]
    who = known["notebook"], known["assignment"], known["student"]
    with Gradebook(known["db_url"]) as gradebook:
        found = gradebook.find_submission_notebook(*who)
        waiting = {grade.name for grade in found.grades if grade.needs_manual_grade}
    for name in waiting & written.keys():
        written[name].metadata.nbgrader["waits"] = True
    return waiting


def _summary(
    nb: NotebookNode, verdicts: dict[str, str], waiting: set[str]
) -> list[dict[str, object]]:
    """Return one row per graded cell: exercise, title, track, score, points, what is wrong.

    The start page reads the rows back from the page's HTML.
    """
    marks = {c.metadata.nbgrader.grade_id: c for c in nb.cells if c.metadata.get("nbgrader")}
    rows = []
    for grade_id, cell in marks.items():
        if not is_grade(cell):
            continue
        name = grade_id.removesuffix("-check")
        task, answer = marks.get(f"{name}-task"), marks.get(name, cell)
        blank = is_solution(answer) and answer.metadata.nbgrader.get("comment") == BLANK
        passed = cell.metadata.nbgrader.score >= cell.metadata.nbgrader.points
        told = "等老师评分" if grade_id in waiting else verdicts.get(grade_id, "")
        if is_solution(cell) and not told:  # in words: what the instructor says of it
            told = cell.metadata.nbgrader.get("comment") or ""
        rows.append(
            {
                "anchor": grade_id,
                "exercise": name,
                "track": track_of(task.source if task else ""),
                "title": task.source.splitlines()[0].lstrip("# ") if task else name,
                "score": cell.metadata.nbgrader.score,
                "points": cell.metadata.nbgrader.points,
                "passed": passed,
                "note": "通过" if passed else BLANK if blank else told,
            }
        )
    return rows
