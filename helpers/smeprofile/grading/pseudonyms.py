"""Names that tell nobody who it is, for a page that is shown around."""

import base64
import hashlib
import hmac
from dataclasses import replace

from smeprofile.grading.roster import Learner
from smeprofile.params import load_cohort, of_class


def pseudonyms(people: dict[str, Learner], course_id: str) -> dict[str, Learner]:
    """Return ``people`` with pseudonyms in place of ids and names, and without branches.

    In the pseudonyms' order: that of the class list would tell who is who.

    A pseudonym stays the same within a cohort: HMAC-SHA256(the cohort's seed, course and learner).
    Without a secret of the cohort, whoever knows the ids can work it out again.

    >>> pseudonyms({"ann": Learner("ann", "安", "城东支行", "", "rm")}, "c1")["ann"].name
    '学员 2QY47F'
    """
    key = str(of_class(load_cohort()).seed).encode()
    hidden = {who: _hidden(learner, key, course_id) for who, learner in people.items()}
    return dict(sorted(hidden.items(), key=lambda one: one[1].name))


def _hidden(learner: Learner, key: bytes, course_id: str) -> Learner:
    drawn = hmac.new(key, f"pseudonym:{course_id}:{learner.learner_id}".encode(), hashlib.sha256)
    name = f"学员 {base64.b32encode(drawn.digest())[:6].decode()}"
    return replace(learner, learner_id=name, name=name, branch="", email="")
