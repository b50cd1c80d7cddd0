"""``datasets/cohort.yml``: read, overlaid, validated."""

from smeprofile.params.cohort import TRACK_NAMES, Bank, Cohort, Late, ModuleInfo, Slug
from smeprofile.params.load import (
    class_secret,
    load_cohort,
    of_class,
    refuse_other_secret,
    secret_fingerprint,
    variant_key,
    with_secret,
)
from smeprofile.params.words import in_words
from smeprofile.params.yamlfile import read_yaml

__all__ = [
    "TRACK_NAMES",
    "Bank",
    "Cohort",
    "Late",
    "ModuleInfo",
    "Slug",
    "class_secret",
    "in_words",
    "load_cohort",
    "of_class",
    "read_yaml",
    "refuse_other_secret",
    "secret_fingerprint",
    "variant_key",
    "with_secret",
]
