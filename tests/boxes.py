"""Cells run as the grader runs a learner's."""

from smeprofile.nursery import nursery
from smeprofile.sandbox import Limits
from smeprofile.trial import Terms, trial


def boxed_run(folder, *cells, readable=(), cell_seconds=60, grace_seconds=4, **limits):
    """Return what each of the cells said, as text, run as the grader runs a learner's."""
    said = {place: "" for place in range(len(cells))}

    def say(place, message):
        content = message["content"]  # not the traceback: it quotes the cell
        known = ("text", "ename", "evalue")
        said[place] += "".join(content.get(name, "") for name in known)
        said[place] += content.get("data", {}).get("text/plain", "")

    terms = Terms(tuple(readable), Limits(**limits), cell_seconds, grace_seconds)
    with nursery():
        trial(dict(enumerate(cells)), {}, say, terms, work=folder, papers=folder)
    return list(said.values())
