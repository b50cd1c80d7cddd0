"""A trainee's notebook: which cells were issued, which were changed, how a new edition is merged.

The build writes ``metadata.smeprofile.issued`` (cell id → fingerprint) into every notebook; a cell
that no longer matches its fingerprint is the trainee's and is never altered.
"""

import copy
import hashlib
from collections import defaultdict
from pathlib import Path

import nbformat
from nbformat import NotebookNode

# JupyterLab and the kernel write these on every save; resetting them would rewrite every notebook.
_RUNTIME_METADATA = ("kernelspec", "language_info", "widgets")


def fingerprint(cell: NotebookNode) -> str:
    """Return the first 12 hex digits of SHA-256 over the cell's type and source.

    >>> from nbformat.v4 import new_markdown_cell
    >>> fingerprint(new_markdown_cell("# 客户画像"))
    '2f87518e4b39'
    """
    return hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]


def issued(notebook: NotebookNode) -> dict[str, str]:
    """Return cell id → fingerprint as issued; empty for a notebook that isn't the course's.

    >>> issued(nbformat.v4.new_notebook())
    {}
    """
    return dict(notebook.metadata.get("smeprofile", {}).get("issued", {}))


def is_changed(notebook: NotebookNode) -> bool:
    """Return whether a cell was edited, added or deleted since issue; outputs don't count.

    >>> is_changed(nbformat.v4.new_notebook())
    False
    """
    return {cell.id: fingerprint(cell) for cell in notebook.cells} != issued(notebook)


def is_control(cell: NotebookNode) -> bool:
    """Return whether the cell shows a control and hides its code.

    >>> is_control(nbformat.v4.new_code_cell("x = 1"))
    False
    """
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def is_form(cell: NotebookNode) -> bool:
    """Return whether the cell is an exercise that is answered by a control.

    >>> is_form(nbformat.v4.new_code_cell("x = 1"))
    False
    """
    return is_control(cell) and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def parse_notebook(text: str) -> NotebookNode:
    """Return the notebook in ``text``; ``ValueError`` says in Chinese why it isn't a usable one.

    >>> parse_notebook('{"cells": [')
    Traceback (most recent call last):
    ...
    ValueError: 不是完整的笔记本文件
    """
    try:
        notebook = nbformat.v4.reads(text)
        ids = [str(cell["id"]) for cell in notebook.cells]
    except Exception:  # whatever a broken file makes the parser raise
        raise ValueError("不是完整的笔记本文件") from None
    if len(set(ids)) < len(ids):
        raise ValueError("有两个单元格编号相同")
    try:
        nbformat.validate(notebook)
    except Exception:  # an id that is no text makes nbformat raise a TypeError of its own
        raise ValueError("不符合笔记本格式") from None
    return notebook


def read_notebook(path: Path) -> NotebookNode:
    """Return the notebook in the file ``path``; ``ValueError`` as in :func:`parse_notebook`.

    >>> read_notebook(Path("没有这个文件.ipynb"))
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: '没有这个文件.ipynb'
    """
    try:
        return parse_notebook(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ValueError("不是 UTF-8 文本") from None


def merge(theirs: NotebookNode, new: NotebookNode) -> NotebookNode:
    """Return edition ``new`` with everything the trainee did in ``theirs``; neither is modified.

    Edited and added cells are kept whole, added ones after the cell they followed. A deleted cell
    stays deleted unless its text is new or nbgrader grades it. Outputs stay where the source does.
    Without issued fingerprints every cell that differs counts as edited.

    >>> note = nbformat.v4.new_markdown_cell("第一版", id="intro")
    >>> old = nbformat.v4.new_notebook(cells=[note])
    >>> old.metadata["smeprofile"] = {"issued": {"intro": fingerprint(note)}}
    >>> new = copy.deepcopy(old)
    >>> new.cells[0].source = "第二版"
    >>> merge(old, new).cells[0].source
    '第二版'
    """
    was_issued, mine = issued(theirs), {cell.id: cell for cell in theirs.cells}
    extras = _extras(theirs, {cell.id for cell in new.cells}, was_issued)
    cells = extras[None]
    for cell in new.cells:
        cells += _settled(cell, mine.get(cell.id), was_issued.get(cell.id)) + extras[cell.id]
    metadata = dict(new.metadata)
    metadata |= {key: theirs.metadata[key] for key in _RUNTIME_METADATA if key in theirs.metadata}
    return copy.deepcopy(NotebookNode({**new, "cells": cells, "metadata": NotebookNode(metadata)}))


def _extras(theirs: NotebookNode, known: set[str], was_issued: dict[str, str]) -> dict:
    """Return the trainee's cells that ``new`` doesn't have, by the id of the cell they follow."""
    extras, anchor = defaultdict(list), None
    for cell in theirs.cells:
        if cell.id in known:
            anchor = cell.id
        elif fingerprint(cell) != was_issued.get(cell.id):
            extras[anchor].append(cell)
    return extras


def _settled(
    new: NotebookNode, mine: NotebookNode | None, was_issued: str | None
) -> list[NotebookNode]:
    """Return what one cell of the new edition becomes: the trainee's, the new one, or nothing."""
    print_new = fingerprint(new)
    if mine is None:
        stays_deleted = was_issued == print_new and "nbgrader" not in new.metadata
        return [] if stays_deleted else [new]
    if fingerprint(mine) not in (was_issued, print_new):
        return [mine]
    if new.cell_type == "code" and fingerprint(mine) == print_new:
        ran = {"outputs": mine.outputs, "execution_count": mine.execution_count}
        return [NotebookNode({**new, **ran})]
    return [new]
