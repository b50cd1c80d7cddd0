"""What a marketing list can be expected to bring, before luck: extra applications, less contacts' cost.

The bank's year, played, is mostly the luck of a few large defaults; what contacts add drowns in it.
The generator knows each customer's chance to apply with and without a contact, so a list can be
judged by the difference of the two alone.
"""

from dataclasses import dataclass

import numpy as np

from smeprofile.bank import Market
from smeprofile.bank.assumptions import COMPLAINT_COST_CNY, COMPLAINT_OF_CONTACT, MONTHS
from smeprofile.bank.offers import Offers
from smeprofile.bank.play import CHANNEL_COST, luck, monthly_capacity
from smeprofile.bank.view import View
from smeprofile.simulate import approach

CASE_WORTH_CNY = 8_000.0  # of one more application, as in module 09; a simulation parameter


@dataclass(frozen=True)
class Brought:
    """Sums over the year, expected: ``gain_cny`` is the extra applications' worth less the cost."""

    gain_cny: float
    extra: float
    contacts: int
    over_capacity: int
    cost_cny: float


def expected_gain(offers: Offers, market: Market) -> Brought:
    """Return what checked offers bring in ``market`` over contacting nobody, expected.

    Month by month, in the order given and up to each channel's capacity; who was contacted lately
    answers less. Left out, for every list alike: that who has applied needs no more contacts, and
    that some opt out.

    >>> from smeprofile.bank import market
    >>> from smeprofile.bank.offers import no_offers
    >>> expected_gain(no_offers(), market(customers=50, seed=1)).gain_cny
    0.0
    """
    truth, capacity = market._truth, monthly_capacity(market.customers)
    draws, lately = luck(market.seed, 0), truth.contacts_lately.copy()
    extra, cost, contacts = 0.0, 0.0, 0
    for k in range(MONTHS):
        view = View(truth, draws, k)
        rows = np.flatnonzero((offers.month == k) & ~truth.quiet[offers.who])
        rows = rows[_within(offers.channel[rows], capacity)]
        who, channel = offers.who[rows], offers.channel[rows]
        p0 = (approach.chance_unasked(view) * truth.able[:, k])[who]
        p1 = approach.asked_chance(
            p0, truth.life.need[who, k], lately[who], truth.t.uplift[who], view.stage[who],
            offers.product[rows], channel,
        )  # fmt: skip
        extra += float((p1 - p0).sum())
        cost += float(CHANNEL_COST[channel].sum()) + len(rows) * COMPLAINT_OF_CONTACT * COMPLAINT_COST_CNY  # fmt: skip
        contacts += len(rows)
        lately *= 0.8
        lately[who] += 1
    planned = int((~truth.quiet[offers.who]).sum())
    return Brought(extra * CASE_WORTH_CNY - cost, extra, contacts, planned - contacts, cost)


def _within(channel: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Return which contacts of a month are made: of each channel the first, up to its capacity."""
    made = np.ones(len(channel), bool)
    for k in np.flatnonzero(np.isfinite(capacity)):
        made[np.flatnonzero(channel == k)[int(capacity[k]) :]] = False
    return made
