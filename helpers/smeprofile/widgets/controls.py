"""What the lesson widgets' controls share."""

import ipywidgets as w

WIDE = {"description_width": "9em"}
ROW = w.Layout(width="34em")
