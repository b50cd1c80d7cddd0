"""Credit behaviour (vintage, roll rates, classes) and scorecards, as functions lessons call."""

from smeprofile.credit.approvals import approval_outcomes
from smeprofile.credit.borrowers import (
    FEATURES,
    borrower_features,
    borrower_outcomes,
    borrower_sample,
)
from smeprofile.credit.cutoff import cutoff_table, profit_at
from smeprofile.credit.labels import bad_within
from smeprofile.credit.loans import BUCKETS, bucket, loan_months
from smeprofile.credit.migration import customer_classes, migration_matrix, roll_rates
from smeprofile.credit.scorecard import Scorecard, fit, report, scaling
from smeprofile.credit.vintage import pooled, pooled_curves, vintage
from smeprofile.credit.woe import assign_bins, bin_edges, gini, ks, psi, woe_table

__all__ = [
    "BUCKETS",
    "FEATURES",
    "Scorecard",
    "approval_outcomes",
    "assign_bins",
    "bad_within",
    "bin_edges",
    "borrower_features",
    "borrower_outcomes",
    "borrower_sample",
    "bucket",
    "customer_classes",
    "cutoff_table",
    "fit",
    "gini",
    "ks",
    "loan_months",
    "migration_matrix",
    "pooled",
    "pooled_curves",
    "profit_at",
    "psi",
    "report",
    "roll_rates",
    "scaling",
    "vintage",
    "woe_table",
]
