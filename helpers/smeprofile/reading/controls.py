"""A control as it stood when its notebook ended, as plain HTML: nothing to move, nothing to load."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from nbformat import NotebookNode

VIEW = "application/vnd.jupyter.widget-view+json"
_STATES = "application/vnd.jupyter.widget-state+json"
_REFERENCE = "IPY_MODEL_"
_BOXES = ("VBoxModel", "HBoxModel", "BoxModel", "GridBoxModel", "AccordionModel", "TabModel")
_CHOICES = ("RadioButtonsModel", "DropdownModel", "SelectMultipleModel", "SelectionSliderModel",
            "ToggleButtonsModel", "SelectModel")  # fmt: skip
States = Mapping[str, Mapping[str, Any]]


def states_of(notebook: NotebookNode) -> States:
    """Return the state of each control of an executed notebook, by its model's id."""
    kept = notebook.metadata.get("widgets", {}).get(_STATES, {}).get("state", {})
    return {key: one["state"] | {"model": one["model_name"]} for key, one in kept.items()}


def as_html(model_id: str, states: States) -> str:
    """Return what the control showed: its HTML, its settings and choices in words; "" if hidden.

    >>> box = {"model": "VBoxModel", "children": ["IPY_MODEL_a", "IPY_MODEL_b"]}
    >>> slider = {"model": "IntSliderModel", "description": "分数线", "value": 600}
    >>> as_html("box", {"box": box, "a": slider, "b": {"model": "HTMLModel", "value": "<b>通过</b>"}})
    '<p class="control">分数线：600</p><b>通过</b>'
    """
    return "".join(_parts(model_id, states))


def _parts(model_id: str, states: States) -> Iterator[str]:
    state = states.get(model_id, {})
    if _is_hidden(state, states):
        return
    model = state.get("model", "")
    if model in _BOXES:
        for child in state.get("children", ()):
            yield from _parts(child.removeprefix(_REFERENCE), states)
    elif model == "HTMLModel":
        yield _labelled(state, state.get("value", ""))
    elif model in _CHOICES:
        yield _choices(state)
    elif model == "CheckboxModel":
        yield f'<p class="control">{"☑" if state.get("value") else "☐"} {escape(state.get("description", ""))}</p>'
    elif model == "ButtonModel":
        yield f'<span class="button">{escape(state.get("description", ""))}</span> '
    elif "value" in state:
        shown = state["value"]
        text = (
            "" if shown is None else f"{shown:,}" if isinstance(shown, int | float) else str(shown)
        )
        yield f'<p class="control">{_name(state)}{escape(text) or "（空着）"}</p>'


def _is_hidden(state: Mapping[str, Any], states: States) -> bool:
    layout = states.get(str(state.get("layout", "")).removeprefix(_REFERENCE), {})
    return layout.get("display") == "none" or layout.get("visibility") == "hidden"


def _choices(state: Mapping[str, Any]) -> str:
    labels, index = state.get("_options_labels", ()), state.get("index")
    chosen = set(index) if isinstance(index, list | tuple) else {index}
    if len(labels) > 12 or state["model"] == "SelectionSliderModel":  # a scale, not a list
        now = "、".join(escape(str(labels[k])) for k in chosen if isinstance(k, int))
        return f'<p class="control">{_name(state)}{now or "（未选）"}</p>'
    rows = (
        f"<li>{'●' if k in chosen else '○'} {escape(str(one))}</li>" for k, one in enumerate(labels)
    )
    return f'<div class="control">{_name(state)}<ul>{"".join(rows)}</ul></div>'


def _labelled(state: Mapping[str, Any], html: str) -> str:
    name = _name(state)
    return f'<p class="control">{name}</p>{html}' if name else html


def _name(state: Mapping[str, Any]) -> str:
    told = escape(str(state.get("description") or ""))
    return told if told[-1:] in ("", "？", "：") else f"{told}："
