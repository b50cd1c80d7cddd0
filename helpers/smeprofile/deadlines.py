"""When a hand-in is due, what being late costs, how many hand-ins count: told in words to everybody.

The instructor's gradebook holds the deadline; ``rules.json`` in the released folder carries it to
the trainees, who cannot read the gradebook.
"""

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.params import Cohort, Late

RULES = "rules.json"
_WRITTEN = "%Y-%m-%d %H:%M"
_DAYS = "一二三四五六日"


class Rules(BaseModel):
    """``rules.json`` of one module: when its hand-in is due for the class, and what holds for it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal[1] = 1
    due: AwareDatetime | None = None
    time_zone: str = "Asia/Shanghai"
    late: Late = Late()
    attempts: int = 0


def read_moment(text: str, zone: str) -> datetime:
    """Return the time that ``text`` names in the time zone ``zone``, in UTC.

    Raises ``UserError`` when it isn't written like ``2026-12-01 18:00``, or was skipped by the
    clock there.

    >>> read_moment("2026-12-01 18:00", "Asia/Shanghai").isoformat()
    '2026-12-01T10:00:00+00:00'
    >>> read_moment("12 月 1 日", "Asia/Shanghai")
    Traceback (most recent call last):
    smeprofile.errors.UserError: 看不懂时间“12 月 1 日”。请写成 2026-12-01 18:00（年-月-日 时:分）。
    """
    try:
        local = datetime.strptime(text.strip(), _WRITTEN)
    except ValueError:
        raise UserError(
            f"看不懂时间“{text}”。请写成 2026-12-01 18:00（年-月-日 时:分）。"
        ) from None
    at = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise UserError(f"{zone} 没有 {text} 这个时刻（夏令时跳过了它）。请换一个时间。")
    return at


def in_words(at: datetime, zone: str) -> str:
    """Return a time as people of the time zone ``zone`` say it.

    >>> in_words(datetime(2026, 12, 1, 10, tzinfo=UTC), "Asia/Shanghai")
    '2026-12-01 18:00（周二）'
    """
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.strftime(_WRITTEN)}（周{_DAYS[local.weekday()]}）"


def span(seconds: float) -> str:
    """Return a length of time in its two largest units.

    >>> span(95_400), span(59), span(3600)
    ('1 天 2 小时', '不到 1 分钟', '1 小时')
    """
    minutes = int(seconds // 60)
    parts = (minutes // 1440, "天"), (minutes // 60 % 24, "小时"), (minutes % 60, "分钟")
    said = [f"{n} {unit}" for n, unit in parts if n][:2]
    return " ".join(said) or "不到 1 分钟"


def late_share(seconds: float, late: Late) -> float:
    """Return the share of the points reached that is taken, of a hand-in so many seconds late.

    Within the grace nothing; after it, for each day begun since the deadline.

    >>> rule = Late(grace_minutes=10, per_day_share=0.1, most_share=0.5)
    >>> [late_share(s, rule) for s in (600, 601, 86_401, 9_999_999)]
    [0.0, 0.1, 0.2, 0.5]
    """
    if seconds <= late.grace_minutes * 60:
        return 0.0
    return min(late.most_share, late.per_day_share * math.ceil(seconds / 86_400))


def late_rule(late: Late) -> str:
    """Return what being late costs, in words.

    >>> late_rule(Late(grace_minutes=10, per_day_share=0.1, most_share=0.5))
    '迟交：宽限 10 分钟；之后每迟一天（不满一天算一天）扣所得分的 10%，最多扣 50%'
    >>> late_rule(Late())
    '迟交不扣分'
    """
    if not late.per_day_share * late.most_share:
        return "迟交不扣分"
    grace = f"宽限 {late.grace_minutes} 分钟；之后" if late.grace_minutes else ""
    return (
        f"迟交：{grace}每迟一天（不满一天算一天）扣所得分的 {100 * late.per_day_share:g}%，"
        f"最多扣 {100 * late.most_share:g}%"
    )


def write_rules(folder: Path, due: datetime | None, cohort: Cohort) -> None:
    """Write ``rules.json`` of a module into ``folder``, readable by everybody."""
    rules = Rules(due=due, time_zone=cohort.time_zone, late=cohort.late, attempts=cohort.attempts)
    write_file(folder / RULES, f"{rules.model_dump_json(indent=1)}\n".encode())
    (folder / RULES).chmod(0o644)


def read_rules(folder: Path) -> Rules | None:
    """Return the rules in ``folder``; None where there are none, or none that can be read.

    >>> read_rules(Path("没有")) is None
    True
    """
    try:
        rules = Rules.model_validate_json((folder / RULES).read_bytes())
        ZoneInfo(rules.time_zone)
    except (OSError, ValidationError, ValueError, KeyError):
        return None
    return rules


def told_before(rules: Rules | None, n_made: int, now: datetime) -> list[str]:
    """Return what a trainee should know before handing in: deadline, attempts left.

    ``n_made``: hand-ins through the exchange so far.

    >>> due = datetime(2026, 12, 1, 10, tzinfo=UTC)
    >>> told_before(Rules(due=due, attempts=3), 1, due)
    ['截止 2026-12-01 18:00（周二）', '还能交 2 次']
    """
    if rules is None:
        return []
    said = []
    if rules.due:
        past = f"，已过 {span((now - rules.due).total_seconds())}" if now > rules.due else ""
        said.append(f"截止 {in_words(rules.due, rules.time_zone)}{past}")
    if rules.attempts:
        left = rules.attempts - n_made
        said.append(f"还能交 {left} 次" if left > 0 else f"已交满 {rules.attempts} 次，再交不算")
    return said


def told_after(rules: Rules | None, n_made: int, at: datetime) -> str:
    """Return what a trainee is told of the hand-in made ``at``, the ``n_made``-th one.

    >>> due = datetime(2026, 12, 1, 10, tzinfo=UTC)
    >>> told_after(Rules(due=due, attempts=2), 2, datetime(2026, 12, 1, 9, tzinfo=UTC))
    '没有迟交。还能交 0 次。'
    """
    said = []
    if rules and rules.due:
        seconds = (at - rules.due).total_seconds()
        share = late_share(seconds, rules.late)
        cost = f"，按规定扣所得分的 {100 * share:g}%" if share else "，不扣分"
        said.append(
            f"比截止晚了 {span(seconds)}{cost}（老师给你延期的，以延期为准）。"
            if seconds > 0
            else "没有迟交。"
        )
    if rules and rules.attempts:
        left = rules.attempts - n_made
        said.append(
            f"还能交 {left} 次。"
            if left >= 0
            else f"只算前 {rules.attempts} 次，这是第 {n_made} 次，不算分。"
        )
    return "".join(said)
