"""Credit at other institutions, and what the bureau shows of it: all known only by a report."""

from dataclasses import dataclass

import numpy as np

from smeprofile.simulate import assumptions as a
from smeprofile.simulate.life import Life
from smeprofile.simulate.setting import Setting, first_day, month_of
from smeprofile.simulate.traits import Traits

SLOTS = 3
_DPD = np.array([1, 5, 12, 30, 31, 60, 90, 91, 120, 180])


@dataclass(frozen=True)
class Elsewhere:
    """Up to three credit relations of each customer with other institutions.

    ``start`` and ``end`` are month numbers (``start`` > ``end``: no relation); ``line`` yuan.
    """

    start: np.ndarray
    end: np.ndarray
    line: np.ndarray
    institution: np.ndarray

    def balance(self, month: np.ndarray, setting: Setting, who: np.ndarray) -> np.ndarray:
        """Return the balance of each slot at the end of ``month`` (one per row), yuan."""
        month = np.asarray(month)[:, None]
        use = 0.35 + 0.6 * setting.draws.uniform("use_elsewhere", who[:, None], month // 3, SLOT)
        active = (self.start <= month) & (month <= self.end)
        return np.round(self.line * use / 1000) * 1000 * active


SLOT = np.arange(SLOTS)[None, :]


def elsewhere(setting: Setting, t: Traits) -> Elsewhere:
    """Return the relations of customers with ``t`` ([P]; starts spread over the firm's life)."""
    d, who = setting.draws, t.who[:, None]
    last = setting.months_all[-1]
    born = month_of(t.established)[:, None] + 10
    chance = np.where(t.takes_credit, 0.80, 0.04)[:, None] * np.array([[1.0, 0.50, 0.40]])
    has = np.minimum.accumulate(d.uniform("has_elsewhere", who, 0, SLOT) < chance, axis=1)
    has &= born < last
    start = born + np.floor(
        d.uniform("start_elsewhere", who, 0, SLOT) ** 1.9 * np.maximum(last - born, 1)
    )
    years = 1 + np.floor(-np.log(d.uniform("years_elsewhere", who, 0, SLOT)) * 2.0)
    size = (
        np.exp(t.log_sales)[:, None]
        * 12
        * 0.10
        * np.exp(0.7 * d.normal("line_elsewhere", who, 0, SLOT))
    )
    first = d.integers("institution", 0, len(a.OTHER_BANKS), t.who)[:, None]
    institution = (first + SLOT * 2) % len(a.OTHER_BANKS)
    most = np.array(a.OTHER_BANKS_MOST_CNY)[institution]
    line = np.clip(np.ceil(size / 10_000) * 10_000, 20_000, most)
    start = np.where(has, start, last + 1).astype(np.int64)
    return Elsewhere(
        start=start, end=np.where(has, start + 12 * years - 1, last).astype(np.int64),
        line=line, institution=institution,
    )  # fmt: skip


def debt(setting: Setting, t: Traits, e: Elsewhere) -> np.ndarray:
    """Return customers × months: what each owes elsewhere, yuan."""
    months = setting.months_all
    return np.stack(
        [e.balance(np.full(len(t.who), m), setting, t.who).sum(1) for m in months], axis=1
    )


def had_before(e: Elsewhere, month: int) -> np.ndarray:
    """Say who had borrowed elsewhere by the end of ``month``."""
    return ((e.start <= month) & (e.start <= e.end)).any(1)


def debts_shown(
    setting: Setting, t: Traits, life: Life, e: Elsewhere, who: np.ndarray, month: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return balance (yuan) and days past due, customers × relations, that a report of ``month`` shows.

    ``who`` are positions. A report lags: it shows the balance of the month before.
    """
    d, number, at = setting.draws, t.who[who], np.asarray(month)[:, None]
    rows = Elsewhere(e.start[who], e.end[who], e.line[who], e.institution[who])
    balance = rows.balance(month - 1, setting, number)
    k = np.clip(month - setting.months_all[0], 0, len(setting.months_all) - 1)
    stopped = life.operating[who, k] > 0
    ill = 0.025 * np.exp(0.5 * t.frailty[who]) + 0.30 * stopped
    late = d.uniform("ill_elsewhere", number[:, None], at // 4, SLOT) < ill[:, None]
    days = _DPD[d.integers("dpd_elsewhere", 0, len(_DPD), number[:, None], at, SLOT)]
    return balance, days * (late & (balance > 0))


def reports_show(
    setting: Setting, t: Traits, life: Life, e: Elsewhere, who: np.ndarray, day: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the loans elsewhere that reports on customers ``who`` (positions) on ``day`` show."""
    month = month_of(day)
    balance, dpd = debts_shown(setting, t, life, e, who, month)
    report, slot = np.nonzero(balance > 0)
    ahead = 12 - (month[report] - e.start[who[report], slot]) % 12
    return {
        "report": report,
        "institution": e.institution[who[report], slot],
        "line": e.line[who[report], slot],
        "balance": balance[report, slot],
        "maturity": first_day(month[report] + ahead) + 19,
        "dpd": dpd[report, slot],
    }


def tries(setting: Setting, t: Traits, life: Life) -> np.ndarray:
    """Return customers × months: who asked another institution in vain, which left an inquiry."""
    wants = 0.05 * np.clip(life.need / 80_000, 0, 1) * t.takes_credit[:, None]
    u = setting.draws.uniform("tries", t.who[:, None], setting.months_all)
    return u < wants * life.on_books


def others_inquiries(
    setting: Setting, t: Traits, life: Life, e: Elsewhere
) -> dict[str, np.ndarray]:
    """Return inquiries by other institutions: when they lend, twice a year after, and in vain."""
    d, months = setting.draws, setting.months_all
    parts = []
    for slot in range(SLOTS):
        has = np.flatnonzero(e.start[:, slot] <= e.end[:, slot])
        parts.append((has, e.start[has, slot], e.institution[has, slot], 0, f"lend{slot}"))
        for half in range(1, 9):
            month = e.start[has, slot] + 6 * half
            ok = (month <= e.end[has, slot]) & (month <= months[-1])
            parts.append(
                (has[ok], month[ok], e.institution[has[ok], slot], 1, f"after{slot}{half}")
            )
    at, k = np.nonzero(tries(setting, t, life))
    where = d.integers("tries_at", 0, len(a.OTHER_BANKS), t.who[at], months[k])
    parts.append((at, months[k], where, 0, "vain"))
    own = d.uniform("own_inquiry", t.who[:, None], months) < 0.006
    at, k = np.nonzero(own & life.on_books)
    parts.append((at, months[k], np.full(len(at), len(a.OTHER_BANKS)), 2, "own"))
    day = [
        first_day(month) + d.integers(f"day_{name}", 0, 28, t.who[at], month)
        for at, month, _, _, name in parts
    ]
    second = [
        days * 86400 + d.integers(f"second_{part[4]}", 9 * 3600, 17 * 3600, t.who[part[0]], part[1])
        for days, part in zip(day, parts, strict=True)
    ]
    rows = {
        "who": np.concatenate([p[0] for p in parts]),
        "day": np.concatenate(day),
        "second": np.concatenate(second),
        "institution": np.concatenate([p[2] for p in parts]),
        "reason": np.concatenate([np.full(len(p[0]), p[3]) for p in parts]),
    }
    there = rows["day"] <= life.exit_day[rows["who"]]
    return {name: values[there] for name, values in rows.items()}
