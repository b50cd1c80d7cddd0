"""Which typical mistake a check's message tells of: the samples in a module's source name them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jupytext

from smeprofile.grading.course import Course
from smeprofile.grading.responses import item_responses
from smeprofile.items import FORMS

OTHER = "其他"
BLANK = "没有作答"
Names = Mapping[str, Mapping[str, str]]  # exercise → words of its message → mistake


@dataclass(frozen=True)
class Mistake:
    """One mistake in one exercise: how many learners made it, and what most were told."""

    name: str
    n: int
    message: str = ""


def mistake_names(path: Path) -> dict[str, dict[str, str]]:
    """Return exercise → words of its check's message → mistake, from a practice source's samples.

    Read from the cells' headers alone: values that the generator would fill in are not needed.
    Nothing for a course that has no such source.

    >>> mistake_names(Path("solutions/99_none/practice.py"))
    {}
    """
    if not path.is_file():
        return {}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for cell in jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells:
        if exercise := cell.metadata.get("sample"):
            found[exercise][cell.metadata.get("says", "")] = cell.metadata.get("mistake", OTHER)
    return dict(found)


def mistakes(told: Iterable[str], names: Mapping[str, str]) -> list[Mistake]:
    """Return the mistakes that the messages ``told`` of, most frequent first, the unnamed last.

    Without ``names`` each message stands for itself.

    >>> mistakes(["m1：未申报", "m1：未申报", "取值不合适"], {"未申报": "缺失当 0"})
    [Mistake(name='缺失当 0', n=2, message='m1：未申报'), Mistake(name='其他', n=1, message='取值不合适')]
    """
    by_name: dict[str, Counter[str]] = defaultdict(Counter)
    for message in told:
        known = [name for says, name in names.items() if says and says in message]
        for name in dict.fromkeys(known or ([OTHER] if names else [message])):
            by_name[name][message] += 1
    found = [
        Mistake(name, said.total(), min(said, key=lambda text: (-said[text], text)))
        for name, said in by_name.items()
    ]
    if not names:
        found = [Mistake(OTHER if not m.name else "检查说", m.n, m.message) for m in found]
    return sorted(found, key=lambda m: (m.name == OTHER, -m.n, m.name, m.message))


def paper_mistakes(course: Course) -> dict[str, list[Mistake]]:
    """Return form ("pre", "post") → mistakes made in its items, by how many learners."""
    found = item_responses(course)
    made = found[found["mistake"].fillna("") != ""]
    made = made.drop_duplicates(["learner_id", "form", "mistake"])
    counts = {form: made[made["form"] == form]["mistake"].value_counts() for form in FORMS}
    return {
        form: sorted((Mistake(str(m), int(n)) for m, n in of.items()), key=lambda m: (-m.n, m.name))
        for form, of in counts.items()
    }
