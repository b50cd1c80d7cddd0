"""What a module needs of the generator's truth: customers chosen by it, right verdicts, ceilings.

Source text may hold ``{{ truth.NAME }}``; each becomes a plain value for the cohort's (secret)
bank, or ``{{ truth.NAME | text }}``, which becomes a comment's lines: words of a Markdown cell. What tells the truth belongs into solutions and hidden tests, which trainees don't get.
A value is computed once for a bank and kept in ``.build/``.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from smeprofile.bank.course import course_setting
from smeprofile.buildcache import Cache, digest, imported, versions
from smeprofile.errors import UserError
from smeprofile.notebooks.execute import course_at
from smeprofile.notebooks.truth import (
    capstone,
    demand,
    industry,
    pricing,
    quick_loan,
    report_case,
    scorecard,
    segments,
    statements,
    uplift,
)
from smeprofile.params import Cohort, with_secret
from smeprofile.paths import MARKER, solutions
from smeprofile.simulate.exported import setting

_CALL = re.compile(r"\{\{ truth\.(\w+)( \| text)? \}\}")
_NOT_READ = {
    *("modules", "cohort_name", "pass_share", "tracks", "item_forms"),
    *("time_zone", "late", "attempts"),
}

# name → plain value (what JSON holds) of a cohort that has its secret; one file of names a module
VALUES: dict[str, Callable[[Cohort], object]] = {
    **capstone.VALUES,
    **demand.VALUES,
    **industry.VALUES,
    **pricing.VALUES,
    **quick_loan.VALUES,
    **report_case.VALUES,
    **scorecard.VALUES,
    **segments.VALUES,
    **statements.VALUES,
    **uplift.VALUES,
}


def filled(text: str, cohort: Cohort) -> str:
    """Return source text with every ``{{ truth.NAME }}`` replaced by a plain value.

    The names are those of ``VALUES``. Raises ``UserError`` for another name.
    """
    names = {found[1] for found in _CALL.finditer(text)}
    if unknown := sorted(names - set(VALUES)):
        raise UserError(f"truth.{unknown[0]} 没有；可以用 {'、'.join(sorted(VALUES))}。")
    known = _values(names, with_secret(cohort))
    return _CALL.sub(
        lambda found: _as_comment(known[found[1]]) if found[2] else repr(known[found[1]]), text
    )


def _as_comment(words: object) -> str:
    """Return words as the lines of a Markdown cell in percent text, the first begun already."""
    return "\n# ".join(str(words).splitlines())


def _values(names: set[str], cohort: Cohort) -> dict[str, object]:
    """Return the values by name: those kept for this bank, the others computed and kept."""
    cache = Cache(solutions().parent)
    code = [cache.sum_of(path) for path in sorted(imported(f"from {__name__} import VALUES"))]
    bank = digest(cohort.model_dump(mode="json", exclude=_NOT_READ), code, versions())
    record = f"truth-{bank[:16]}"
    kept = cache.read(record) or {}
    if missing := sorted(names - set(kept)):
        with _in_its_bank(cohort):
            kept |= {name: VALUES[name](cohort) for name in missing}
        cache.write(record, kept)
    return kept


@contextmanager
def _in_its_bank(cohort: Cohort) -> Iterator[None]:
    """Let markets made meanwhile have the cohort's own products, prices and cut-offs.

    An edition's hidden tests are run in its folder; while it is built we stand in ours.
    """
    if setting(cohort).terms == course_setting().terms:
        yield
        return
    with TemporaryDirectory(prefix="smeprofile-bank-") as folder:
        marker = Path(folder) / MARKER
        marker.parent.mkdir()
        # Without its seed, which may be a secret.
        public = cohort.model_copy(update={"seed": 1})
        marker.write_text(public.to_yaml(), encoding="utf-8")
        with course_at(Path(folder)):
            yield
