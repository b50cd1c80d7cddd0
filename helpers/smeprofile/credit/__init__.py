"""Credit behaviour (vintage, roll rates, classes) and scorecards, as functions lessons call."""

from smeprofile.credit.labels import bad_within
from smeprofile.credit.loans import BUCKETS, bucket, loan_months
from smeprofile.credit.migration import customer_classes, migration_matrix, roll_rates
from smeprofile.credit.scorecard import Scorecard, fit, report, scaling
from smeprofile.credit.vintage import pooled, vintage
from smeprofile.credit.woe import assign_bins, bin_edges, gini, ks, psi, woe_table

__all__ = [
    "BUCKETS",
    "Scorecard",
    "assign_bins",
    "bad_within",
    "bin_edges",
    "bucket",
    "customer_classes",
    "fit",
    "gini",
    "ks",
    "loan_months",
    "migration_matrix",
    "pooled",
    "psi",
    "report",
    "roll_rates",
    "scaling",
    "vintage",
    "woe_table",
]
