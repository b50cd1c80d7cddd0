"""Lifetime expected loss of what is outstanding at the end of the year, by the true hazards."""

import numpy as np

from smeprofile.bank.assumptions import MONTHS
from smeprofile.bank.future import Truth
from smeprofile.bank.loans import Loans
from smeprofile.simulate import lending
from smeprofile.simulate.book import principal_paid
from smeprofile.simulate.plans import lgd


def chance_lost(bad_months: np.ndarray, security: np.ndarray) -> np.ndarray:
    """Return the chance that a line so many months in default ends in a loss, not in a cure.

    Until it is ripe for a write-off only a cure can end it; then, each month, a cure or the loss.

    >>> chance_lost(np.array([1, 20]), np.array([2, 2])).round(2).tolist()
    [0.6, 0.82]
    """
    slow = float(lending.chance_cured(np.array(9)))
    ripe = lending.WRITE_OFF[security]
    # Cures are tried from the month after default on; the loss in the month it is ripe, too.
    months = np.maximum(ripe - np.maximum(bad_months, 1), 0)
    quick = np.clip(3 - np.maximum(bad_months, 1), 0, months)
    fast = float(lending.chance_cured(np.array(1)))
    stays = (1 - fast) ** quick * (1 - slow) ** (months - quick)
    loses, goes = lending.WRITE_OFF_CHANCE, (1 - slow) * (1 - lending.WRITE_OFF_CHANCE)
    first = np.where(bad_months < ripe, loses, (1 - slow) * loses)
    later = np.where(bad_months < ripe, 1 - loses, goes)
    return stays * (first + later * (1 - slow) * loses / (1 - goes))


def lifetime_loss(truth: Truth, loans: Loans) -> tuple[np.ndarray, np.ndarray]:
    """Return each note's lifetime expected loss at the year's end, and what of it is for later.

    Both in whole fen; closed and lost notes have none. Of a note in order: Σ survival × hazard ×
    chance that it is lost × LGD × exposure over the months that are left, bullets with their
    cliff at maturity (facts §1.6, ECL; undiscounted), by the last month's hazards; accrued
    interest is part of the exposure. Of one in default: the chance that it is lost × LGD × what
    is owed, none of it for later.

    For later is the share of the loss expected when it was drawn that belongs to the months to
    come, whose interest will pay for it: the months that are left ÷ its tenor. What stays on the
    year is the change: a bullet's cliff is spread over its whole life, so it can't hide past the
    horizon, and a loan drawn in December isn't charged for a year that it hasn't earned yet.
    """
    n, f = loans.notes, loans.fac
    if not n:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    fac = n["fac"]
    who, security = f["who"][fac], f["security"][fac]
    owed = n["balance"] + n["receivable"]
    of_line = np.bincount(fac, weights=n["balance"], minlength=len(f["who"]))[fac] / 100
    loss = lgd(truth.setting, truth.t, {"customer": who, "security": security})
    once_bad = loss * chance_lost(np.ones(len(fac), int), security)
    age, last = MONTHS - 1 - n["start"], np.full(len(fac), MONTHS - 1)
    certain = chance_lost(f["bad_months"][fac], security) * loss * owed
    future = once_bad * exposure_at_default(truth, who, last, n, age, of_line, n["receivable"])
    at_first = once_bad * exposure_at_default(truth, who, n["start"], n, 0 * age, of_line, 0)
    left = np.clip(1 - age / n["tenor"], 0, 1)
    in_default = f["distress"][fac] == 2
    expected = np.where(n["open"], np.where(in_default, certain, future), 0)
    later = np.where(n["open"] & ~in_default, at_first * left, 0)
    return np.round(expected).astype(np.int64), np.round(later).astype(np.int64)


def exposure_at_default(truth: Truth, who, k, notes, age, debt_cny, receivable) -> np.ndarray:
    """Return Σ (chance to start defaulting in a month to come) × (what is owed then), in fen.

    ``k``: the month whose hazards hold; ``age``: months since it was drawn; ``notes`` has ``fen,
    rate, tenor, method``; ``debt_cny``: all that the customer owes here.
    """
    t, fen, rate = truth.t, notes["fen"], notes["rate"]
    tenor, method = notes["tenor"], notes["method"]
    stage, operating = truth.life.stage[who, k], truth.life.operating[who, k]
    sales = truth.sales_month[who, k]
    logit = truth.logit[who, k] + lending.debt_pressure(debt_cny + truth.owed[who, k], sales)
    p = lending.chance_bad(logit, rate, np.zeros(len(who), bool))
    squeeze = np.asarray(debt_cny) / (sales * t.settlement[who] + 1)
    cliff = lending.chance_at_maturity(t.quality[who], t.frailty[who], stage, operating, squeeze)
    bullet, early = lending.BULLET[method], lending.chance_early(method)
    total, alive = np.zeros(len(who)), np.ones(len(who))
    owed = fen - np.where(bullet, 0, principal_paid(fen * 1.0, rate, tenor, method, age))
    for ahead in range(1, int(np.max(tenor - age, initial=0)) + 1):
        due = age + ahead
        on = due <= tenor
        chance = np.where(bullet & (due == tenor), np.maximum(p, cliff), p) * on
        # 到期一次还本付息 owes a month's interest more each month.
        grown = receivable + np.where(method == 4, fen * rate / 12 * ahead, 0)
        total += alive * chance * (owed + grown)
        alive = alive * (1 - chance) * (1 - early * on)
        owed = fen - np.where(bullet, 0, principal_paid(fen * 1.0, rate, tenor, method, due))
    return total
