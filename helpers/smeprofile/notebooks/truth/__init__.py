"""What a module needs of the generator's truth: customers chosen by it, right verdicts, ceilings.

Source text may hold ``{{ truth.NAME }}``; each becomes a plain value for the cohort's (secret)
bank, or ``{{ truth.NAME | text }}``, which becomes a comment's lines: words of a Markdown cell. What
tells the truth belongs into solutions and hidden tests, which trainees don't get. A value is computed
once for a bank and kept in ``.build/``.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress

from smeprofile.bank.course import course_setting
from smeprofile.buildcache import Cache, digest, imported, versions
from smeprofile.errors import UserError
from smeprofile.notebooks.execute import course_at
from smeprofile.params import Cohort, of_class
from smeprofile.paths import MARKER, solutions
from smeprofile.simulate.exported import setting

# Files here, each with VALUES: name → plain value (what JSON holds) of a cohort that has its secret.
# Named, not imported: a change of one shouldn't make the others' values stale. The slowest first.
TOPICS = (
    *("data_partner", "alerts", "industry", "capstone", "quick_loan", "report_case", "uplift"),
    *("demand", "pricing", "scorecard", "segments", "statements"),
)
_CALL = re.compile(r"\{\{ truth\.(\w+)( \| text)? \}\}")
_NOT_READ = {
    *("modules", "cohort_name", "pass_share", "tracks", "item_forms"),
    *("time_zone", "late", "attempts"),
}


def filled(text: str, cohort: Cohort) -> str:
    """Return source text with every ``{{ truth.NAME }}`` replaced by a plain value.

    The names are those of the topics' ``VALUES``. Raises ``UserError`` for another name.
    """
    known = prepare([text], cohort)
    return _CALL.sub(
        lambda found: _as_comment(known[found[1]]) if found[2] else repr(known[found[1]]), text
    )


def prepare(texts: Iterable[str], cohort: Cohort) -> dict[str, object]:
    """Return the values that the texts name; what isn't kept for this bank is computed and kept.

    Several topics are computed side by side, some minutes in all for a bank seen the first time.
    Raises ``UserError`` for a name that no topic has.
    """
    names = {found[1] for text in texts for found in _CALL.finditer(text)}
    if not names:
        return {}
    if unknown := names - set(topic_of()):
        raise UserError(f"truth.{min(unknown)} 没有；可以用 {'、'.join(sorted(topic_of()))}。")
    cohort, store = of_class(cohort), Cache(solutions().parent)
    records = {topic: _record(topic, cohort, store) for topic in {topic_of()[n] for n in names}}
    kept = {topic: store.read(record) or {} for topic, record in records.items()}
    known = {name: value for values in kept.values() for name, value in values.items()}
    todo = defaultdict(list)
    for name in sorted(names - set(known)):
        todo[topic_of()[name]].append(name)
    for topic, made in _side_by_side(todo, cohort):
        store.write(records[topic], kept[topic] | made)
        known |= made
    return known


@cache
def topic_of() -> dict[str, str]:
    """Return the topic of each name.

    >>> topic_of()["quick_reference"]
    'quick_loan'
    """
    return {name: topic for topic in TOPICS for name in _values(topic)}


def _as_comment(words: object) -> str:
    """Return words as the lines of a Markdown cell in percent text, the first begun already."""
    return "\n# ".join(str(words).splitlines())


def _values(topic: str) -> dict[str, Callable[[Cohort], object]]:
    return import_module(f"{__name__}.{topic}").VALUES


def _record(topic: str, cohort: Cohort, store: Cache) -> str:
    # By its file, not as a module: importing that runs our packages' own files, and a value doesn't
    # depend on how the course is built.
    path = Path(__file__).with_name(f"{topic}.py")
    code = [store.sum_of(p) for p in sorted({path} | imported(path.read_text(encoding="utf-8")))]
    bank = digest(cohort.model_dump(mode="json", exclude=_NOT_READ), code, versions())
    return f"truth-{topic}-{bank[:16]}"


def _side_by_side(
    todo: dict[str, list[str]], cohort: Cohort
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each topic with the values of the names asked of it, as they are done."""
    if len(todo) == 1:
        yield from ((topic, _computed(topic, names, cohort)) for topic, names in todo.items())
    elif todo:
        with Progress(transient=True) as progress, ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:  # fmt: skip
            bar = progress.add_task("计算真值（每家银行一次，几分钟）", total=len(todo))
            order = sorted(todo, key=TOPICS.index)
            running = {pool.submit(_computed, one, todo[one], cohort): one for one in order}
            for done in as_completed(running):
                yield running[done], done.result()
                progress.advance(bar)


def _computed(topic: str, names: list[str], cohort: Cohort) -> dict[str, object]:
    with _in_its_bank(cohort):
        return {name: _values(topic)[name](cohort) for name in names}


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
