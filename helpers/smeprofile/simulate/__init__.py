"""The synthetic bank: what is true, what may be known of it, and its messy exports.

``Setting`` says what is simulated; ``whole_tables`` makes it in memory, ``write`` on disk.
Customers are worked out in chunks that know nothing of each other; every random number is keyed
by customer and month, so that neither the chunks nor what else is drawn changes it.
``write_class_data`` makes a cohort's edition of it, with one branch's exports for module 02.
"""

from smeprofile.simulate.class_data import (
    LARGE,
    class_tables,
    visit_themes,
    write_class_data,
    write_large,
    write_sources,
)
from smeprofile.simulate.defects import ALL_DEFECTS, DEFECTS
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.world import table_names, whole_tables
from smeprofile.simulate.writer import write

__all__ = [
    "ALL_DEFECTS",
    "DEFECTS",
    "LARGE",
    "Setting",
    "class_tables",
    "table_names",
    "visit_themes",
    "whole_tables",
    "write",
    "write_class_data",
    "write_large",
    "write_sources",
]
