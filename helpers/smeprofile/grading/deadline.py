"""``smeprofile deadline``: when hand-ins are due, for the class and for one learner, in words."""

from datetime import UTC, datetime
from pathlib import Path

from smeprofile.deadlines import in_words, late_rule, read_moment, span, write_rules
from smeprofile.errors import UserError
from smeprofile.grading.course import Course, open_course
from smeprofile.grading.late import due, extend, extensions, set_due
from smeprofile.grading.roster import unlisted
from smeprofile.learner import learner_name
from smeprofile.params import Cohort, load_cohort


def deadline(
    module: str = "",
    when: str = "",
    *,
    learner: str = "",
    remove: bool = False,
    course: Course | None = None,
) -> str:
    """Set or remove a deadline and return in words what holds now; without ``when``, only tell.

    ``when`` is in the cohort's time zone; ``learner`` narrows it to an extension of theirs. Without
    ``module``, all modules are told. Raises ``UserError`` when the module or the time isn't one, an
    extension ends before the class's deadline, or there is nothing to extend or to remove.
    """
    cohort, course = load_cohort(), course or open_course()
    if not module:
        said = [_told(course, cohort, m.slug) for m in cohort.modules]
        return "\n".join([*said, _rules(cohort)])
    slug = cohort.module(module).slug
    if when and remove:
        raise UserError("写了时间，就不要写 --remove。")
    if when or remove:
        at = read_moment(when, cohort.time_zone) if when else None
        _change(course, cohort, slug, learner, at)
    return f"{_told(course, cohort, slug)}\n{_rules(cohort)}"


def publish(course: Course, slug: str, cohort: Cohort) -> None:
    """Write ``rules.json`` for the trainees into what is released of a module."""
    at = due(course, slug)
    outbound = Path(course.config.Exchange.get("root", course.root / "exchange"))
    outbound = outbound / cohort.cohort_id / "outbound" / slug
    for folder in (course.folder("release", ".", slug), outbound):
        if folder.is_dir():
            write_rules(folder, at, cohort)


def _change(course: Course, cohort: Cohort, slug: str, learner: str, at: datetime | None) -> None:
    usual = due(course, slug)
    if not learner:
        if at is None and usual is None:
            raise UserError(f"{slug} 没有截止时间，不用去掉。")
        set_due(course, slug, at)
        publish(course, slug, cohort)
        return
    if at is None:
        if learner not in extensions(course, slug):
            raise UserError(f"{learner} 在 {slug} 没有延期，不用去掉。")
    else:
        _refuse_odd(course, cohort, slug, learner, at, usual)
    extend(course, slug, learner, at)


def _refuse_odd(
    course: Course, cohort: Cohort, slug: str, learner: str, at: datetime, usual: datetime | None
) -> None:
    if usual is None:
        raise UserError(
            f"{slug} 还没有截止时间，谈不上延期。请先运行 smeprofile deadline {slug[:2]} 时间。"
        )
    if at <= usual:
        raise UserError(
            f"延期不晚于全班的截止时间 {in_words(usual, cohort.time_zone)}。请写更晚的时间。"
        )
    if unlisted(course, {learner_name(learner)}):
        raise UserError(f"学员名单上没有 {learner}。请核对学员编号，或先运行 smeprofile roster。")


def _told(course: Course, cohort: Cohort, slug: str) -> str:
    """Return the deadline of a module and who has an extension, and how far off they are."""
    now, usual = datetime.now(UTC), due(course, slug)
    if usual is None:
        return f"{slug}：没有截止时间。"
    lines = [f"{slug}：截止 {_when(usual, now, cohort)}。"]
    for who, at in extensions(course, slug).items():
        lines.append(f"  {who} 延到 {_when(at, now, cohort)}。")
    if usual < now:
        lines.append("  注意：截止时间已经过了。")
    return "\n".join(lines)


def _when(at: datetime, now: datetime, cohort: Cohort) -> str:
    seconds = (at - now).total_seconds()
    far = f"还有 {span(seconds)}" if seconds > 0 else f"已过 {span(-seconds)}"
    return f"{in_words(at, cohort.time_zone)}，{far}"


def _rules(cohort: Cohort) -> str:
    often = (
        f"只算前 {cohort.attempts} 次提交里最新的" if cohort.attempts else "提交次数不限，算最新的"
    )
    return f"时间是 {cohort.time_zone} 的。{late_rule(cohort.late)}。{often}（改在 datasets/cohort.yml）。"
