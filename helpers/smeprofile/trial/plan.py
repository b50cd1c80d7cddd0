"""What the judge runs and what it asks the learner for, read off the master notebook.

Names that an answer binds or changes are the learner's, and so is whatever is made from them in
other cells. All else the judge makes itself, by the statements of the master that bind it.
"""

import ast
import builtins
import symtable
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from IPython.core.inputtransformer2 import TransformerManager

if TYPE_CHECKING:  # its import takes a second, and judges load this too
    from nbformat import NotebookNode

_KNOWN = {*dir(builtins), "__name__", "__file__", "display"}
# Who looks into the namespace itself, or has text run in it, can't be answered from elsewhere.
_WHOLE = {"globals", "locals", "vars", "dir", "eval", "exec", "compile", "get_ipython", "In", "Out",
          "__import__", "_", "__", "___"}  # fmt: skip
_PARSING = threading.Lock()  # ast.parse in two threads at once fails now and then (Python 3.11)
_IMPORT = ast.Import, ast.ImportFrom
_BLOCK = ast.For, ast.With, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef


def until_own(sources: Iterable[str]) -> list[str]:
    """Return the sources before the first that makes something of whose work it is.

    >>> until_own(["x = 1", "branch = sp.own_branch(KEY)", "y = 2"])
    ['x = 1']
    """
    return [*takewhile(lambda source: "own_branch(" not in source, sources)]


@dataclass(frozen=True)
class Check:
    """How one check is judged: after ``before`` are run, with ``names`` of the learner's.

    ``beside`` says why it must be run in the learner's process instead; None where it needn't.
    ``plain`` are the names whose values are plain in the right answer, and must be in others;
    ``is_told_plainly`` holds where all that its functions and objects give back is.
    """

    before: list[str]
    names: list[str]
    beside: str | None = None
    plain: tuple[str, ...] = ()
    is_told_plainly: bool = False


@dataclass
class _Statement:
    tree: ast.stmt
    reads: set[str]
    binds: set[str]  # makes or changes
    text: str
    is_check: bool = False
    cell: int = -1


@dataclass
class _Found:
    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)


@lru_cache(100)
def imports(*sources: str) -> list[str]:
    """Return the imports at the top level of all cells, each as one statement.

    >>> imports("import math\\nx = 1", "%matplotlib inline")
    ['import math']
    """
    trees = [tree for source in sources for tree in _parsed(source)]
    return list(dict.fromkeys(ast.unparse(tree) for tree in trees if isinstance(tree, _IMPORT)))


def modules(statements: Iterable[str]) -> list[str]:
    """Return the names of the modules that import statements ask for.

    >>> modules(["import a.b as c", "from d import e", "from . import f"])
    ['a.b', 'd', 'd.e']
    """
    with _PARSING:
        trees = [ast.parse(statement).body[0] for statement in statements]
    found = []
    for tree in trees:
        if isinstance(tree, ast.Import):
            found += [alias.name for alias in tree.names]
        elif not tree.level:
            found += [tree.module, *(f"{tree.module}.{alias.name}" for alias in tree.names)]
    return found


def is_check(cell: "NotebookNode") -> bool:
    """Return whether nbgrader scores the cell by running it.

    >>> from nbformat.v4 import new_code_cell
    >>> is_check(new_code_cell("assert x"))
    False
    """
    mark = cell.metadata.get("nbgrader", {})  # not by nbgrader's own words: judges load this too
    return cell.cell_type == "code" and bool(mark.get("grade")) and not mark.get("solution")


def planned(master: "NotebookNode", *, is_ours: bool) -> dict[str, Check]:
    """Return grade_id → how that check of a master notebook is judged.

    In a course of ours (``is_ours``) every cell but the answers is the instructor's; elsewhere
    only what nbgrader locks.

    >>> from nbformat.v4 import new_notebook
    >>> planned(new_notebook(), is_ours=True)
    {}
    """

    def role(cell: "NotebookNode") -> str:
        if cell.cell_type != "code" or not cell.source.strip():
            return ""
        if is_check(cell):
            return "check"
        mark = cell.metadata.get("nbgrader", {})
        is_own = not mark.get("solution") and (is_ours or mark.get("locked"))
        return "own" if is_own else "learner"

    found = plan(master.cells, [role(cell) for cell in master.cells])
    return {master.cells[n].metadata.nbgrader.grade_id: check for n, check in found.items()}


def plan(cells: list["NotebookNode"], roles: list[str]) -> dict[int, Check]:
    """Return place → how that check is judged.

    ``roles`` says of each code cell what it is: "check"; "own", the instructor's, which no learner
    can change; "learner", an answer or a cell that can be written in; "" for what is no code.

    >>> from nbformat.v4 import new_code_cell
    >>> cells = [new_code_cell(text) for text in ("rate = 2", "y = 1", "assert y < rate")]
    >>> plan(cells, ["own", "learner", "check"])
    {2: Check(before=['rate = 2'], names=['y'], beside=None, plain=(), is_told_plainly=False)}
    """
    statements, cannot = [], {}
    for place, (cell, role) in enumerate(zip(cells, roles, strict=True)):
        if not role:
            continue
        try:
            found = [_statement(tree) for tree in _parsed(cell.source, strict=True)]
        except SyntaxError:
            found = []
            if role == "check":
                cannot[place] = "it is no plain Python"
        for statement in found:
            statement.cell, statement.is_check = place, role == "check"
            statements.append((statement, role))
    return _judged(statements, [n for n, role in enumerate(roles) if role == "check"], cannot)


def _judged(
    statements: list[tuple[_Statement, str]], checks: list[int], cannot: dict[int, str]
) -> dict[int, Check]:
    theirs, own, modules = set(), set(), set()  # names: as they stand at a statement
    clean: list[_Statement] = []
    asked: dict[int, set[str]] = {place: set() for place in checks}
    from_checks: set[str] = set()
    for statement, role in statements:
        if isinstance(statement.tree, _IMPORT):
            modules |= statement.binds
            continue
        statement.binds -= modules
        if statement.is_check:
            if odd := statement.reads & _WHOLE:
                cannot[statement.cell] = f"it uses {', '.join(sorted(odd))}"
            # A loop or a function makes its own names before it reads them.
            first = statement.binds if isinstance(statement.tree, _BLOCK) else set()
            asked[statement.cell] |= statement.reads - first - own - modules - _KNOWN - from_checks
            from_checks |= statement.binds
            own |= statement.binds
            theirs -= statement.binds
            continue
        if (statement.reads - statement.binds) & from_checks:
            for place in checks:
                if place < statement.cell:
                    cannot.setdefault(place, "a later cell uses what it made")
        unknown = statement.reads - own - modules - _KNOWN
        if role == "learner" or unknown - statement.binds or statement.reads & theirs:
            theirs |= statement.binds
            own -= statement.binds
            from_checks -= statement.binds
        else:
            clean.append(statement)
            own |= statement.binds
            theirs -= statement.binds
            from_checks -= statement.binds
    return _sliced(clean, [s for s, _ in statements if s.is_check], asked, cannot)


def _sliced(
    clean: list[_Statement],
    judged: list[_Statement],
    asked: dict[int, set[str]],
    cannot: dict[int, str],
) -> dict[int, Check]:
    """Keep of the ``clean`` statements those that a check builds on."""
    needed = set().union(*(s.reads - asked[s.cell] for s in judged))
    kept: set[int] = set()
    for n in range(len(clean) - 1, -1, -1):
        if clean[n].binds & needed:
            kept.add(n)
            needed |= clean[n].reads
    # Settings, theme() say, bind nothing: they are kept where what they use is there.
    there: set[str] = set()
    made = set().union(*(s.binds for s in clean))
    for n, statement in enumerate(clean):
        if n not in kept and not statement.binds and not (statement.reads & made) - there:
            kept.add(n)
        if n in kept:
            there |= statement.binds
    found, at = {}, 0
    for place in sorted(asked):
        before = []
        while at < len(clean) and clean[at].cell < place:
            if at in kept:
                before.append(clean[at].text)
            at += 1
        found[place] = Check(before, sorted(asked[place]), cannot.get(place))
    return found


def _parsed(source: str, *, strict: bool = False) -> list[ast.stmt]:
    try:
        with _PARSING:
            return ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError):
        if strict:
            raise SyntaxError from None
        return []


def _statement(tree: ast.stmt) -> _Statement:
    text = ast.unparse(tree)
    found = _Found()
    _walk(symtable.symtable(_without_await(text), "cell", "exec"), found, is_top=True)
    found.binds |= _changed(tree)
    return _Statement(tree, found.reads, found.binds, text)


def _without_await(text: str) -> str:
    try:
        compile(text, "cell", "exec")
    except SyntaxError:
        return f"async def _():\n  global {', '.join(_stored(text)) or '_'}\n" + "".join(
            f"  {line}\n" for line in text.splitlines()
        )
    return text


def _stored(text: str) -> list[str]:
    nodes = ast.walk(ast.parse(text))
    return sorted({n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)})


def _walk(table: symtable.SymbolTable, found: _Found, *, is_top: bool = False) -> None:
    """Collect the names of the namespace that are read or bound in ``table`` and inside of it."""
    for symbol in table.get_symbols():
        if not (is_top or symbol.is_global()):
            continue
        name = symbol.get_name()
        if symbol.is_referenced():
            found.reads.add(name)
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            found.binds.add(name)
    for inner in table.get_children():
        _walk(inner, found)


def _changed(tree: ast.stmt) -> set[str]:
    """Return the names whose values a statement changes in place, as far as can be seen."""
    changed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            changed.add(_base(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Attribute):
                changed.add(_base(called))
    return changed - {""}


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
