"""Run a notebook in a fresh kernel and say in words what went wrong."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import papermill
from nbclient import NotebookClient
from nbformat import NotebookNode

from smeprofile.errors import UserError
from smeprofile.paths import HOME_VARIABLE

# Else every kernel prints a warning about local TCP into the build's output.
_QUIET = ["--IPKernelApp.log_level=ERROR"]
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@contextmanager
def course_at(home: Path) -> Iterator[None]:
    """Let every kernel started meanwhile take its data from ``home``."""
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ[HOME_VARIABLE]
        else:
            os.environ[HOME_VARIABLE] = before


def run_with_papermill(notebook: NotebookNode, values: Mapping[str, object]) -> NotebookNode:
    """Return ``notebook`` executed by papermill with ``values`` injected; an error ends it.

    Only values that the ``parameters`` cell names are passed.

    Raises ``UserError`` naming notebook, cell and error.
    """
    with TemporaryDirectory() as folder:
        given, ran = Path(folder, "given.ipynb"), Path(folder, "ran.ipynb")
        nbformat.write(notebook, given)
        known = papermill.inspect_notebook(given)
        try:
            papermill.execute_notebook(
                given,
                ran,
                parameters={name: values[name] for name in known},
                cwd=folder,
                progress_bar=False,
                extra_arguments=_QUIET,
                shutdown_kernel="immediate",
            )
        except papermill.PapermillExecutionError as error:
            name = "/".join(notebook.metadata.smeprofile[k] for k in ("module", "notebook"))
            raise UserError(
                f"{name} 的参考答案跑不通（第 {error.cell_index + 1} 个单元）："
                f"{error.ename}: {error.evalue}"
            ) from None
        return _whole(nbformat.read(ran, as_version=4))


def run(
    notebook: NotebookNode,
    *,
    folder: Path,
    timeout_seconds: int = 120,
    with_widgets: bool = False,
) -> NotebookNode:
    """Return ``notebook`` executed cell by cell in ``folder``; a failed cell does not end it.

    ``with_widgets``: what controls show is kept in the metadata; nbconvert's own HTML of such a
    notebook asks a CDN for widgets.
    """
    client = NotebookClient(
        notebook,
        timeout=timeout_seconds,
        allow_errors=True,
        store_widget_state=with_widgets,
        extra_arguments=_QUIET,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
    )
    return _whole(client.execute())


def _whole(notebook: NotebookNode) -> NotebookNode:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return a cell's outputs with what a stream said in one go put together.

    A kernel sends it in pieces, cut by the clock. nbclient's own option also moves across pictures.

    >>> from nbformat.v4 import new_output
    >>> pieces = [new_output("stream", name="stdout", text=text) for text in ("一", "二")]
    >>> [output.text for output in joined(pieces)]
    ['一二']
    """
    whole: list[NotebookNode] = []
    for output in outputs:
        last = whole[-1] if whole else None
        if last and output.output_type == "stream" == last.output_type and last.name == output.name:
            last.text += output.text
        else:
            whole.append(output)
    return whole


def error_of(cell: NotebookNode) -> str | None:
    """Return ``"Type: message"`` of the error the cell ended with, or None.

    >>> from nbformat.v4 import new_code_cell, new_output
    >>> failed = new_output("error", ename="AssertionError", evalue="应为 5 行")
    >>> error_of(new_code_cell(outputs=[failed]))
    'AssertionError: 应为 5 行'
    """
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}"
    return None


def stderr_of(notebook: NotebookNode) -> str:
    """Return everything the notebook's cells wrote to stderr."""
    return "".join(
        _ANSI.sub("", output.text)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    )


def cells_with_bare_images(notebook: NotebookNode) -> list[int]:
    """Return the places, from 1, of cells that show a picture without alternative text.

    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> picture = new_output("display_data", {"image/png": "iVBORw0KGgo="})
    >>> cells_with_bare_images(new_notebook(cells=[new_code_cell(), new_code_cell(outputs=[picture])]))
    [2]
    """
    return [
        number
        for number, cell in enumerate(notebook.cells, start=1)
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
    ]


def failed_checks(notebook: NotebookNode) -> dict[str, str]:
    """Return, for each check that failed in an executed notebook, exercise name → error."""
    return {
        cell.metadata.nbgrader.grade_id.removesuffix("-check"): error
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade") and (error := error_of(cell))
    }


def other_errors(notebook: NotebookNode) -> list[str]:
    """Return the errors of all cells that are not checks."""
    return [
        error
        for cell in notebook.cells
        if not cell.metadata.get("nbgrader", {}).get("grade") and (error := error_of(cell))
    ]
