"""Widgets for lessons: move one thing, see the numbers change, read in words what changed."""

from smeprofile.widgets.bins import bin_mover, bins_html
from smeprofile.widgets.cutoff import cutoff_html, cutoff_slider
from smeprofile.widgets.flows import flow_filter
from smeprofile.widgets.ipc import cross_check
from smeprofile.widgets.lineage import lineage_html, lineage_view
from smeprofile.widgets.missing import (
    DISPOSITIONS,
    dispose,
    disposition_html,
    heat_map_html,
    missingness_map,
)
from smeprofile.widgets.size import size_boundary, size_html

__all__ = [
    "DISPOSITIONS",
    "bin_mover",
    "bins_html",
    "cross_check",
    "cutoff_html",
    "cutoff_slider",
    "dispose",
    "disposition_html",
    "flow_filter",
    "heat_map_html",
    "lineage_html",
    "lineage_view",
    "missingness_map",
    "size_boundary",
    "size_html",
]
