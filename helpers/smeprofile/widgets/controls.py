"""What the lesson widgets' controls share."""

import ipywidgets as w

WIDE = {"description_width": "9em"}
ROW = w.Layout(width="34em")


def said(html: str) -> str:
    """Return ``html`` marked so that a screen reader reads it out when it changes."""
    return f'<div role="status">{html}</div>'
