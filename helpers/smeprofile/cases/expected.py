"""A year in the bank with nobody's default left to luck: what a strategy can be expected to earn."""

import numpy as np

from smeprofile.bank import Market, Policy, Sources
from smeprofile.bank.assumptions import MONTHS
from smeprofile.bank.deciding import Adjust
from smeprofile.bank.loss import chance_lost, exposure_at_default
from smeprofile.bank.offers import Offers
from smeprofile.bank.play import Played, luck, play
from smeprofile.simulate.draws import Draws
from smeprofile.simulate.plans import lgd


class Calm(Draws):
    """The luck of a year in which nobody starts to default, or is late."""

    def uniform(self, name: str, customer: np.ndarray, month=0, slot=0) -> np.ndarray:
        """Return numbers in (0, 1), but 1 where they would decide over a default."""
        drawn = super().uniform(name, customer, month, slot)
        return np.ones_like(drawn) if name in ("bad", "gone") else drawn


def expected_year(
    market: Market,
    offers: Offers,
    policy: Policy,
    sources: Sources,
    seed: int,
    adjust: Adjust | None = None,
) -> tuple[np.ndarray, Played]:
    """Return what each customer can be expected to earn in a year (fen), and what happened.

    Who applies, accepts and draws is luck. Each note is charged, in step with its life, the loss
    expected of it by the true chances of default when it was drawn, cliff at maturity included.
    Left out, for every strategy alike: debts that leavers of the register leave behind, the first
    instalments that fraud rings never pay, and old loans that fall due and aren't paid.
    """
    truth = market._truth
    draws = Calm(luck(market.seed, seed).seed)
    played = play(truth, offers, policy, sources, draws, adjust=adjust)
    value, n, f = played.ledger.value_fen(), played.loans.notes, played.loans.fac
    if not n:
        return value, played
    who, security = f["who"][n["fac"]], f["security"][n["fac"]]
    at_default = exposure_at_default(
        truth, who, n["start"], n, np.zeros(len(who), int), n["fen"] / 100, 0
    )
    once_bad = chance_lost(np.ones(len(who), int), security)
    loss = lgd(truth.setting, truth.t, {"customer": who, "security": security})
    part = np.clip((MONTHS - 1 - n["start"]) / n["tenor"], 0, 1)
    # In place of the provision at the year's end, which looks at what is outstanding only.
    instead = n["expected_fen"] - n["later_fen"] - loss * once_bad * at_default * part
    return value + np.bincount(who, weights=instead, minlength=truth.n), played
