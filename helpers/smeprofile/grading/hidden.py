"""Keep hidden tests hidden: what of a check cell, and of any output, a learner may read."""

import ast
import html
import re

from nbformat import NotebookNode

from smeprofile.explain import one_line

_REGION = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(?:END HIDDEN TESTS[^\n]*\n?|\Z)", re.M | re.S)
_QUOTED = re.compile(r"""(["'])(.+?)\1""")
_FEW, _MANY = 3, 8  # characters that make a quoted text telling: near a hidden test, elsewhere


def visible(source: str) -> str:
    r"""Return a check's source without its hidden tests.

    >>> visible("assert a\n# BEGIN HIDDEN TESTS\nassert b\n# END HIDDEN TESTS\nassert c")
    'assert a\nassert c'
    """
    return _REGION.sub("", source).rstrip()


def hidden(source: str) -> str:
    """Return only the hidden tests of a check's source, or an empty text."""
    return "".join(_REGION.findall(source))


class Secrets:
    """What the hidden tests of one notebook hold, and whether a text gives any of it away."""

    def __init__(self, checks: list[str], shown: str):
        regions = [hidden(source) for source in checks]
        lines = [line for region in regions for line in region.splitlines()]
        quoted = {text for region in regions for _, text in _QUOTED.findall(region)}
        self._lines = {_plain(line) for line in lines if len(_plain(line)) >= _MANY}
        self._texts = {_plain(text) for text in quoted if len(text) >= _FEW}
        plain_shown = _plain(shown)
        self._unshown = {text for text in self._texts if text not in plain_shown}
        self._telling = {text for text in self._unshown if len(text) >= _MANY}

    def in_output(self, text: str) -> bool:
        """Return whether an ordinary output repeats a hidden line or a telling text."""
        return _has(text, self._lines | self._telling)

    def in_message(self, text: str) -> bool:
        """Return whether an error that a check ended with repeats anything hidden."""
        return _has(text, self._lines | self._texts)

    def in_filled(self, text: str) -> bool:
        """Return whether what a check filled into its own message is hidden: no option offered is."""
        return _has(text, self._lines | self._unshown)


def verdict(source: str, error: NotebookNode, secrets: Secrets) -> str:
    """Return what is told of the ``error`` a check cell ended with.

    A message written in one of the check's own asserts (or ``raise``) is told; any other only as long as it
    repeats nothing hidden (a learner's function may raise what a hidden test gave it).
    """
    told, own = error.evalue, []
    if error.ename == "AssertionError":
        own = [match for p in _own_messages(source) if (match := p.fullmatch(told))]
    hides = secrets.in_filled(" ".join(own[0].groups())) if own else secrets.in_message(told)
    return one_line(error.ename, "" if hides else told)


def _own_messages(source: str) -> list[re.Pattern]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    messages = [node.msg for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.msg]
    messages += [
        node.exc.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args
    ]
    return [re.compile(p, re.S) for message in messages if (p := _pattern(message))]


def _pattern(message: ast.expr) -> str:
    """Return what a constant text or an f-string can become; its filled-in parts are groups."""
    if isinstance(message, ast.JoinedStr):
        return "".join(_pattern(part) or "(.*?)" for part in message.values)
    if isinstance(message, ast.Constant) and isinstance(message.value, str):
        return re.escape(message.value)
    return ""


def _plain(text: str) -> str:
    return re.sub(r"[\s\\]", "", html.unescape(text))


def _has(text: str, parts: set[str]) -> bool:
    plain = _plain(text)
    return any(part in plain for part in parts)
