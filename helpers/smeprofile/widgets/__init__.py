"""Widgets for lessons: move one thing, see the numbers change, read in words what changed."""

from smeprofile.widgets.bins import bin_mover, bins_html
from smeprofile.widgets.capacity import capacity_html, channel_capacity
from smeprofile.widgets.compare import comparison_html, plan_comparison, try_plan
from smeprofile.widgets.cutoff import cutoff_html, cutoff_slider
from smeprofile.widgets.desk import approval_desk, desk_html
from smeprofile.widgets.flows import flow_filter
from smeprofile.widgets.ipc import cross_check
from smeprofile.widgets.line import credit_gap, line_of
from smeprofile.widgets.lineage import lineage_html, lineage_view
from smeprofile.widgets.missing import (
    DISPOSITIONS,
    dispose,
    disposition_html,
    heat_map_html,
    missingness_map,
)
from smeprofile.widgets.price import floor_of, price_html, price_waterfall
from smeprofile.widgets.qini import qini_explorer, qini_html
from smeprofile.widgets.repay import repayment_calendar, repayment_html
from smeprofile.widgets.risk import class_html, class_judge
from smeprofile.widgets.segments import segment_explorer, segments_html
from smeprofile.widgets.size import size_boundary, size_html
from smeprofile.widgets.terms import terms_desk, terms_html
from smeprofile.widgets.threshold import contact_threshold
from smeprofile.widgets.vintage import vintage_figure, vintage_html, vintage_map

__all__ = [
    "DISPOSITIONS",
    "approval_desk",
    "bin_mover",
    "bins_html",
    "capacity_html",
    "channel_capacity",
    "class_html",
    "class_judge",
    "comparison_html",
    "contact_threshold",
    "credit_gap",
    "cross_check",
    "cutoff_html",
    "cutoff_slider",
    "desk_html",
    "dispose",
    "disposition_html",
    "floor_of",
    "flow_filter",
    "heat_map_html",
    "line_of",
    "lineage_html",
    "lineage_view",
    "missingness_map",
    "plan_comparison",
    "price_html",
    "price_waterfall",
    "qini_explorer",
    "qini_html",
    "repayment_calendar",
    "repayment_html",
    "segment_explorer",
    "segments_html",
    "size_boundary",
    "size_html",
    "terms_desk",
    "terms_html",
    "try_plan",
    "vintage_figure",
    "vintage_html",
    "vintage_map",
]
