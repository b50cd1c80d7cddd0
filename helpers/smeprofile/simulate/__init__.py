"""The synthetic bank: what is true, what may be known of it, and its messy exports.

``Setting`` says what is simulated; ``whole_tables`` makes it in memory, ``write`` on disk.
Customers are worked out in chunks that know nothing of each other; every random number is keyed
by customer and month, so that neither the chunks nor what else is drawn changes it.
"""

from smeprofile.simulate.setting import Setting
from smeprofile.simulate.world import table_names, whole_tables
from smeprofile.simulate.writer import write

__all__ = ["Setting", "table_names", "whole_tables", "write"]
