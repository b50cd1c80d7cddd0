"""Official rules as code: size class (划型) and five-category risk class (五级分类)."""

from smeprofile.rules.grounds import Ground, class_grounds
from smeprofile.rules.risk import RISK_CLASSES, classify_risk, risk_classes
from smeprofile.rules.sections import SECTIONS
from smeprofile.rules.size import SIZE_CLASSES, classify_size, size_bounds, size_classes

__all__ = [
    "RISK_CLASSES",
    "SECTIONS",
    "SIZE_CLASSES",
    "Ground",
    "class_grounds",
    "classify_risk",
    "classify_size",
    "risk_classes",
    "size_bounds",
    "size_classes",
]
