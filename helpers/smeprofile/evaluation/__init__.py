"""What a training department reads: did it work, how sure is that, what to mend.

``effect`` writes the cohort's report on Kirkpatrick's four levels from what grading has kept.
"""

from smeprofile.evaluation.effect import Effect, effect, follow_up_form
from smeprofile.evaluation.personal import personal_pages

__all__ = ["Effect", "effect", "follow_up_form", "personal_pages"]
