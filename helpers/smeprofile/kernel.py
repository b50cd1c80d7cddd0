"""Errors in a kernel of ``smeprofile lab``: in words first, the raw traceback one click away.

The startup file loads it for notebooks and nbgrader's Validate; grading, rehearsals and papermill
run kernels of their own without it.
"""

import json
import linecache
import os
import re
import sys
import traceback
from collections.abc import Iterator
from html import escape
from itertools import islice
from pathlib import Path
from types import FrameType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from smeprofile.explain import Told

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PASSED = "检查通过，可以交。它只看形式和最常见的错；答得对不对，批改后看反馈。"
_SUMMARY = "原始报错（给老师或懂代码的同事看）"
_Frames = list[tuple[FrameType, int]]
_MANY = 500  # names looked at in one dict or table
_LONG = 20_000  # characters shown of a message or traceback, either of which may hold a table


def setup(shell: "InteractiveShell") -> None:
    """Make ``shell`` tell errors in words; where that fails, the usual traceback appears."""
    teller = _Teller(shell)
    shell.events.register("pre_run_cell", teller.note)
    shell.events.register("post_run_cell", teller.passed)
    shell._showtraceback = teller.tell  # what every way to show an error ends in, but for two:
    shell.show_usage_error = teller.tell_usage
    shell.set_custom_exc((BaseExceptionGroup,), teller.tell_group)


class _Teller:
    """Remembers what was run, so that the notebook as saved can be brought up to date."""

    def __init__(self, shell: "InteractiveShell"):
        self.shell, self.show = shell, shell._showtraceback
        self.path = _notebook_path()
        self.ran: dict[str, str] = {}  # cell id → source as last run
        self.cell_id = ""

    def note(self, info: "ExecutionInfo") -> None:
        self.cell_id = info.cell_id or ""
        if info.cell_id and info.raw_cell:
            self.ran[info.cell_id] = info.raw_cell

    def passed(self, result: "ExecutionResult") -> None:
        """Say of a check that found nothing that it ran: silence looks like a key not pressed."""
        if result.success and (result.info.cell_id or "").endswith("-check"):
            self.shell.display_pub.publish({"text/plain": _PASSED})

    def tell(self, kind: type, error: BaseException, lines: list[str]) -> None:
        try:
            told = self._told(kind, error)
            self.show(kind, str(error)[:_LONG], told.lines())
            if not (kind is AssertionError and str(error)):  # a check says all there is to say
                self.shell.display_pub.publish(_details(lines))
        except Exception:  # nothing of ours may come between the trainee and the error
            self.show(kind, error, lines)

    def tell_usage(self, error: Exception) -> None:
        self.tell(type(error), error, [f"UsageError: {error}"])

    def tell_group(
        self, _shell: object, kind: type, error: BaseException, *_: object, **__: object
    ):
        self.tell(kind, error, "".join(traceback.format_exception(error)).splitlines())

    def _told(self, kind: type, error: BaseException) -> "Told":
        from smeprofile.explain import explain_error, kind_of  # not before there is an error

        frames = self._frames(error)
        source, line = _where(error, frames)
        return explain_error(
            kind_of(kind),
            error.msg if isinstance(error, SyntaxError) else str(error),
            source=source,
            line=line,
            notebook=self._read_notebook(),
            namespace=self._names(error, frames),
            cell_id=self.cell_id,
            within=_within(frames),
        )

    def _frames(self, error: BaseException) -> _Frames:
        """Return the frames of notebook code, outermost first, with their lines."""
        frames = traceback.walk_tb(error.__traceback__)
        return [(f, line) for f, line in frames if f.f_globals is self.shell.user_global_ns]

    def _read_notebook(self) -> SimpleNamespace | None:
        """Return the notebook as saved, with the cells that were run as they were run.

        Not by nbformat, which takes a second to import: a second more before the first error.
        """
        try:
            saved = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
            cells = [SimpleNamespace(**self._latest(cell)) for cell in saved]
        except Exception:  # no notebook, moved since, or broken in any way
            return None
        return SimpleNamespace(cells=cells)

    def _latest(self, cell: dict) -> dict[str, str]:
        cell_id = cell.get("id", "")
        source = self.ran.get(cell_id, "".join(cell["source"]))
        return {"id": cell_id, "cell_type": cell["cell_type"], "source": source}

    def _names(self, error: BaseException, frames: _Frames) -> set[str]:
        """Return the names that exist where one was missing."""
        if isinstance(error, AttributeError | ImportError):
            return _attributes(error)
        if isinstance(error, KeyError) or type(error).__name__ == "UndefinedVariableError":
            return {name for obj in _objects(frames) for name in _keys(obj)}
        hidden = self.shell.user_ns_hidden  # IPython's own, such as Out
        return {name for name in self.shell.user_ns.keys() - hidden if not name.startswith("_")}


def _notebook_path() -> Path:
    """JupyterLab names the notebook in full, or from its root; a kernel starts in its folder."""
    name = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return name if name.is_absolute() else Path.cwd() / name.name


def _where(error: BaseException, frames: _Frames) -> tuple[str, int | None]:
    """Return the source of the cell that was running, and the line in it."""
    if isinstance(error, SyntaxError):
        filename, line = str(error.filename), error.lineno
    elif frames:
        filename = frames[0][0].f_code.co_filename
        line = [n for frame, n in frames if frame.f_code.co_filename == filename][-1]
    else:
        return "", None
    return "".join(linecache.getlines(filename)), line


def _within(frames: _Frames) -> tuple[str, int, str] | None:
    """Return the function of another cell that failed, the line and code: a check calls answers."""
    if not frames:
        return None
    (first, _), (last, line) = frames[0], frames[-1]
    code = linecache.getline(last.f_code.co_filename, line).strip()
    if not code or last.f_code.co_filename == first.f_code.co_filename:
        return None
    return last.f_code.co_qualname.partition(".<")[0], line, code


def _objects(frames: _Frames) -> Iterator[object]:
    """Give what the names in the failing statement, or function, stand for."""
    for frame, _ in frames[-1:]:
        code = frame.f_code
        for name in (*code.co_names, *code.co_varnames, *code.co_freevars):
            yield frame.f_locals.get(name, frame.f_globals.get(name))


def _keys(obj: object) -> set[str]:
    """Return the keys of a dict or the columns of a table; of these types only, no one's own."""
    if type(obj) is not dict and not _is_table(obj):
        return set()
    keys = obj if type(obj) is dict else obj.columns
    return {key for key in islice(keys, _MANY) if type(key) is str}


def _is_table(obj: object) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and type(obj) is pandas.DataFrame


def _attributes(error: AttributeError | ImportError) -> set[str]:
    obj = error.obj if isinstance(error, AttributeError) else sys.modules.get(error.name)
    if type(obj) is ModuleType:
        names = {*vars(obj), *vars(obj).get("__all__", ())}
    else:
        names = _keys(obj).union(*map(vars, type(obj).__mro__))
    return {name for name in names if not name.startswith("_")}


def _details(lines: list[str]) -> dict[str, str]:
    """Return the raw traceback as folded HTML, and as text where there is no HTML."""
    raw = _ANSI.sub("", "\n".join(lines)).strip("\n")
    if len(raw) > _LONG:
        raw = f"{raw[: _LONG // 2]}\n…\n{raw[-_LONG // 2 :]}"
    html = f"<summary>{_SUMMARY}</summary><pre>{escape(raw)}</pre>"
    return {
        "text/plain": f"{_SUMMARY}\n{raw}",
        "text/html": f'<details class="sme-raw">{html}</details>',
    }
