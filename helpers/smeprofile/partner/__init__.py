"""Case three, a technology firm's data: consented join, federated regression, what they add, boundaries."""

from smeprofile.partner.boundary import KINDS, all_in_rate, joint_findings
from smeprofile.partner.compare import (
    approvals_at_equal_bad_rate,
    bads_at_equal_approval,
    ks_difference,
)
from smeprofile.partner.federated import (
    Channel,
    Federated,
    federated_logit,
    labels_from_residuals,
    pooled_logit,
)
from smeprofile.partner.join import REASONS, USABLE, join_consented
from smeprofile.partner.model import BANK, PARTNER, Logit, Models, columns, fit, fit_all
from smeprofile.partner.pilot import AFTER, BANK_FEATURES, PARTNER_FEATURES, Pilot, pilot

__all__ = [
    "AFTER",
    "BANK",
    "BANK_FEATURES",
    "KINDS",
    "PARTNER",
    "PARTNER_FEATURES",
    "REASONS",
    "USABLE",
    "Channel",
    "Federated",
    "Logit",
    "Models",
    "Pilot",
    "all_in_rate",
    "approvals_at_equal_bad_rate",
    "bads_at_equal_approval",
    "columns",
    "federated_logit",
    "fit",
    "fit_all",
    "join_consented",
    "joint_findings",
    "ks_difference",
    "labels_from_residuals",
    "pilot",
    "pooled_logit",
]
