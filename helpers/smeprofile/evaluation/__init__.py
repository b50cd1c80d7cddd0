"""What a training department reads: did it work, how sure is that, what to mend.

``effect`` writes the cohort's report on Kirkpatrick's four levels from what grading has kept.
"""

from smeprofile.evaluation.personal import personal_pages
from smeprofile.evaluation.report import Effect, effect, follow_up_form

__all__ = ["Effect", "effect", "follow_up_form", "personal_pages"]
