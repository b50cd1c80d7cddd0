"""Segments of customers (LRFMC, k-means and its stability) and life-cycle stage, from profiles."""

from smeprofile.segments.clusters import centres, choose_k, cluster
from smeprofile.segments.lrfmc import DIMENSIONS, lrfmc, rank_transform
from smeprofile.segments.names import NAMES, TRAITS, amiss, fitting, offsets, traits
from smeprofile.segments.stage import STAGES, stage, stage_reasons

__all__ = [
    "DIMENSIONS",
    "NAMES",
    "STAGES",
    "TRAITS",
    "amiss",
    "centres",
    "choose_k",
    "cluster",
    "fitting",
    "lrfmc",
    "offsets",
    "rank_transform",
    "stage",
    "stage_reasons",
    "traits",
]
