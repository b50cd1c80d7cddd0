"""A technology firm's order platform, on which some of the bank's customers sell: its figures, its consents.

All [P]. The platform sees what the bank doesn't: refunds and complaints (quality and honesty, dimly),
whether suppliers are paid in time (frailty, dimly), days with orders (whether it still operates). It
covers trade and catering well, building hardly at all; who is on it, and who agrees, isn't drawn by
lot. The class data know nothing of it.
"""

import numpy as np
from scipy.special import expit

from smeprofile.simulate import assumptions as a
from smeprofile.simulate.draws import Draws
from smeprofile.simulate.setting import Setting, first_day
from smeprofile.simulate.traits import Traits

Columns = dict[str, np.ndarray]
# Share of firms that sell on the platform, by section of industry.
COVERAGE = {"C": 0.45, "E": 0.12, "F": 0.62, "G": 0.30, "H": 0.58, "I": 0.35, "L": 0.28,
            "M": 0.25, "O": 0.35}  # fmt: skip
AGREES, FOR_MARKETING_ONLY, WITHDRAWS = 0.84, 0.12, 0.09  # shares of those on it
SIGNS, SIGNS_LATE = 0.90, 0.05  # at the bank: with the application, after it
# How the platform writes credit codes: mended by normalising, or lost.
WRITTEN = {"right": 0.87, "lower": 0.05, "spaces": 0.03, "old_number": 0.03, "check_digit": 0.02}
GROWTH = np.array([0.08, 0.12, 0.0, -0.10, 0.02])  # of three months over the three before, by stage
_COVERS = np.array([COVERAGE.get(code[0], 0.2) for code in a.CODES])


def platform_name(setting: Setting) -> str:
    """Return the fictitious firm's name.

    >>> from datetime import date
    >>> platform_name(Setting(1, 12, date(2025, 12, 31), 1))
    '青屿汇单科技'
    """
    return f"{setting.place}汇单科技"


def on_platform(setting: Setting, t: Traits) -> np.ndarray:
    """Say who sells on the platform: by industry; counties less; the better ones somewhat more."""
    chance = _COVERS[t.trade] - 0.10 * setting.terms.is_county[t.region] + 0.04 * t.quality
    return setting.draws.uniform("partner_on", t.who) < np.clip(chance, 0.02, 0.9)


def consents(setting: Setting, t: Traits) -> Columns:
    """Return of each customer's consent on the platform: ``granted, withdrawn`` (days), ``purpose``.

    ``purpose`` is 0 (granting credit), 1 (marketing only) or -1: never agreed. Many agreed years
    ago, some lately; who has something to hide agrees less often.
    """
    d, who = setting.draws, t.who
    agrees = d.uniform("partner_agrees", who) < AGREES - 0.35 * (0.9 - t.honesty).clip(0)
    marketing = d.uniform("partner_purpose", who) < FOR_MARKETING_ONLY
    granted = setting.end_day - np.floor(9 * 365 * d.uniform("partner_granted", who) ** 0.4)
    leaves = d.uniform("partner_leaves", who) < WITHDRAWS
    after = 30 + np.floor(9 * 365 * d.uniform("partner_left", who))
    granted = np.maximum(granted, t.established)  # a firm that isn't there agrees to nothing
    return {
        "purpose": np.where(agrees, marketing.astype(int), -1),
        "granted": granted.astype(np.int64),
        "withdrawn": np.where(leaves, granted + after, 2**40).astype(np.int64),
    }  # fmt: skip


def figures(d: Draws, t: Traits, month: np.ndarray, seen: Columns) -> Columns:
    """Return the platform's figures of customers × months, as of each month's end.

    ``month``: month numbers; ``seen`` has the true ``sales_month`` (mean of a year), ``stage`` and
    ``operating`` of the same customers × months. A merchant's own noise stays; a little is new
    each month.
    """

    def noise(name: str, own: float, new: float) -> np.ndarray:
        of_firm = d.normal(f"partner_{name}", t.who)[:, None]
        return own * of_firm + new * d.normal(f"partner_{name}_m", t.who[:, None], month[None, :])

    share = expit(-0.4 + 0.9 * d.normal("partner_share", t.who))[:, None]
    runs = np.where(seen["operating"] == 0, 1.0, 0.12)
    quality, frailty, honesty = (getattr(t, n)[:, None] for n in ("quality", "frailty", "honesty"))
    return {
        "sales_3m_cny": (3 * seen["sales_month"] * share * runs * np.exp(noise("sales", 0.2, 0.1))).round(2),
        "growth_3m": (np.exp(GROWTH[seen["stage"]] + noise("growth", 0.10, 0.15)) - 1).round(3),
        "refund_rate": expit(-3.2 - 0.30 * quality + noise("refund", 0.6, 0.15)).round(4),
        "active_days": np.clip(np.round((26 + noise("active", 3.0, 1.5)) * runs), 0, 31).astype(int),
        "late_to_suppliers": expit(-2.4 + 0.60 * frailty + noise("late", 0.85, 0.2)).round(4),
        "complaints_per_1000": np.exp(0.6 + 1.2 * (0.9 - honesty) - 0.15 * quality + noise("complaint", 0.6, 0.2)).round(2),
    }  # fmt: skip


def after_the_loan(d: Draws, t: Traits, month: np.ndarray, bad_months: np.ndarray) -> Columns:
    """Return what only those who lent can have told the platform: collection, and its blacklist.

    ``bad_months``: customers × months, since when each has been in default. The blacklist is as of
    the last month, on every row of the merchant: a figure of today on rows of the past.
    """
    busy = bad_months > 1
    calls = d.integers("partner_calls", 2, 15, t.who[:, None], month[None, :])
    listed = (bad_months >= 4).any(1) & (d.uniform("partner_listed", t.who) < 0.85)
    return {"collection_calls_3m": np.where(busy, calls, 0),
            "is_blacklisted": np.broadcast_to(listed[:, None], bad_months.shape)}  # fmt: skip


def written_codes(d: Draws, who: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the credit codes as the platform has them: some in small letters, some lost."""
    way = d.choice("partner_code", tuple(WRITTEN.values()), who)
    told = codes.astype(object).copy()
    for k in range(len(who)):  # python strings: the platform's merchants only
        code = codes[k]
        told[k] = (code, code.lower(), f" {code[:8]} {code[8:]}", f"{who[k]:015d}",
                   code[:17] + ("A" if code[17] != "A" else "B"))[way[k]]  # fmt: skip
    return told


def is_matched(d: Draws, who: np.ndarray) -> np.ndarray:
    """Say whose code on the platform can be matched once it is written as it should be."""
    return d.choice("partner_code", tuple(WRITTEN.values()), who) < 3


def signs(d: Draws, who: np.ndarray, month) -> tuple[np.ndarray, np.ndarray]:
    """Return who signs at the bank with an application of that month, and who signs after it."""
    u = d.uniform("partner_signs", who, month)
    return u < SIGNS, (u >= SIGNS) & (u < SIGNS + SIGNS_LATE)


def published(month: np.ndarray) -> np.ndarray:
    """Return the day on which a month's figures are there: the sixth of the next month."""
    return first_day(np.asarray(month) + 1) + 5
