"""The customer profile: every tag on four dimensions, as of a day, from whatever tables there are."""

from smeprofile.tags.pipeline import TAGS
from smeprofile.tags.profile import coverage, profile
from smeprofile.tags.tag import DIMENSIONS, Tag
from smeprofile.tags.update import update

__all__ = ["DIMENSIONS", "TAGS", "Tag", "coverage", "profile", "update"]
