"""Every control of a notebook moved, as a trainee may: where one fails, JupyterLab says nothing.

Not among the widgets: to import those makes some, which the notebook would then keep.
"""

from collections.abc import Iterable, Iterator
from unittest.mock import patch

import ipywidgets as w
from ipywidgets.widgets import widget

_MOST = 3  # options of one control, and the last


def move_all(controls: Iterable[w.Widget] | None = None) -> list[str]:
    """Give every control, of this kernel or those given, each of its values (of many, four).

    Each stays where it was moved to last, and all are moved again in the opposite order, so that
    they meet in many states. Pages aren't told: what they showed stays. Returns what went wrong: a
    line names a control, the value at which it first failed, and the error.

    >>> box = w.Checkbox(description="剔除退款")
    >>> box.observe(lambda change: {}["退款"], "value")
    >>> move_all([box])
    ["剔除退款 移到 True：KeyError: '退款'"]
    """
    # In the order made; ipywidgets has no public list.
    controls = [*(widget._instances.values() if controls is None else controls)]
    amiss: dict[w.Widget, str] = {}
    with patch.object(w.Widget, "_send", lambda *_, **__: None):
        for control in (*controls, *reversed(controls)):
            for name, value in _values(control):
                if not getattr(control, "disabled", False) and (why := _moved(control, name, value)):  # fmt: skip
                    amiss.setdefault(control, why)
    return [*amiss.values()]


def _values(control: w.Widget) -> Iterator[tuple[str, object]]:
    """Yield trait and value; a control's bounds may follow from another's, so they are read late."""
    options = getattr(control, "_options_labels", ())
    if isinstance(control, w.Button):
        yield "", None
    elif hasattr(control, "index") and isinstance(control.index, tuple):
        yield from (("index", some) for some in ((), tuple(range(len(options)))))
    elif hasattr(control, "index"):
        few = range(0, len(options), -(-len(options) // _MOST) or 1)
        yield from (("index", k) for k in dict.fromkeys((*few, len(options) - 1)) if k >= 0)
    elif isinstance(value := getattr(control, "value", None), bool):
        yield from (("value", flag) for flag in (not value, value, not value))
    elif hasattr(control, "min") and isinstance(value, int | float):
        yield from (("value", bound) for bound in (control.min, control.max))
    elif isinstance(control, w.Text | w.Textarea):
        yield from (("value", text) for text in ("", "12", "一二"))


def _moved(control: w.Widget, name: str, value: object) -> str:
    """Move it; return what went wrong, or nothing."""
    try:
        if name:
            setattr(control, name, value)
        else:  # its own click() only prints what a callback raises
            for pressed in control._click_handlers.callbacks:
                pressed(control)
    except Exception as error:
        shown = (
            control._options_labels[value] if isinstance(value, int) and name == "index" else value
        )
        to = f" 移到 {shown}" if name else ""
        return (
            f"{control.description or type(control).__name__}{to}：{type(error).__name__}: {error}"
        )
    return ""
