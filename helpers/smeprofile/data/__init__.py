"""Class data: the five raw exports, how they are cleaned, and the tidy tables by name."""

from smeprofile.data.clean import as_of_filter, clean_tables, drop_duplicate_customers
from smeprofile.data.consent import authorisation_matrix, consent_on, usable_inquiries
from smeprofile.data.lineage import lineages
from smeprofile.data.load import load
from smeprofile.data.parse import parse_date, parse_dates, to_cny, to_cny_column
from smeprofile.data.quality import inspect
from smeprofile.data.sources import (
    read_app_log,
    read_bureau,
    read_core,
    read_crm,
    read_tax,
    source_path,
)

__all__ = [
    "as_of_filter",
    "authorisation_matrix",
    "clean_tables",
    "consent_on",
    "drop_duplicate_customers",
    "inspect",
    "lineages",
    "load",
    "parse_date",
    "parse_dates",
    "read_app_log",
    "read_bureau",
    "read_core",
    "read_crm",
    "read_tax",
    "source_path",
    "to_cny",
    "to_cny_column",
    "usable_inquiries",
]
